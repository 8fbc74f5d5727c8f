"""
Define limits, errors and the one shape in which every kind of target is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Protocol

from licensescan.model.errors import LicensescanError
from licensescan.model.kinds import RuleId
from licensescan.model.texts import Problem

TEXT_BYTES = 1 << 20
"""
Bytes of a text that are read whole; of a longer one, head, tail and samples
are.
"""

RECORD_BYTES = 32 << 20
"""Bytes of RECORD, a list of files, which may be much longer than a text."""

HEAD_BYTES = 2 << 10
"""Bytes of a source file that can hold its header."""

INFLATED_BYTES = 256 << 20
"""Bytes that are inflated of one target and kept, nested archives included."""

HELD_BYTES = 384 << 20
"""
Bytes of archives inside a stream that are held as they are stored, to be
looked into: pyspark's sdist has 300 MB of jars.
"""

STREAM_BYTES = 4 << 30
"""
Bytes that may pass by, unkept: in a compressed stream that has no directory,
or before an offset deep in a member.
"""

MEMBERS = 20_000
"""
Members of archives that are inflated for one target; names in a directory cost
nothing.
"""

RATIO = 200
"""
Inflated by stored bytes, past RATIO_FROM: real texts and binaries stay below
30.
"""

RATIO_FROM = 1 << 20
"""Bytes up to which a member may inflate at any ratio."""

NESTING = 4
"""Archives that may lie in each other."""

FILES = 2_000_000
"""Names that are listed of one tree."""

_SAMPLES = 16
"""Pieces that stand for the middle of a long text."""


class ReadError(LicensescanError):
    """
    Raised when a file cannot be read; `problem` is what a report says about
    it.
    """

    def __init__(self, rule: RuleId, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.problem = Problem(
            rule=rule,
            path=path,
            message=message,
        )


class MissingError(ReadError):
    """Raised when there is no such file."""

    def __init__(self, path: str) -> None:
        super().__init__(
            RuleId.EVIDENCE_MISSING, path, "the file is not there"
        )


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Read:
    """
    The bytes of one file. `truncated` says that head, tail and samples stand
    for the whole; `size` is the whole's.
    """

    data: bytes
    size: int
    truncated: bool = False

    @property
    def sha256(self) -> str:
        """Return the hex digest of the bytes that were read."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(slots=True)
class Budget:
    """
    Bytes and members that one target may still cost, shared by the archives
    inside it.
    """

    inflated: int = INFLATED_BYTES
    held: int = HELD_BYTES
    passed: int = STREAM_BYTES
    members: int = MEMBERS
    depth: int = 0

    def deeper(self) -> Budget:
        """
        Return this budget for an archive one level down: what it spends is
        spent here, so that nesting buys nothing.
        """
        return _Nested(parent=self, depth=self.depth + 1)

    def spend(self, count: int, path: str) -> None:
        """
        Spend `count` inflated bytes and one member. Raises `ReadError` when
        there are none left.
        """
        self.inflated -= count
        self.members -= 1
        if self.inflated < 0 or self.members < 0:
            raise ReadError(
                RuleId.ARCHIVE_UNSAFE,
                path,
                f"its {count} bytes are over the limit of inflated bytes or members",
            )

    def hold(self, count: int, path: str) -> None:
        """
        Spend `count` bytes of an archive that is kept as it is stored. Raises
        `ReadError` when too many are kept.
        """
        self.held -= count
        if self.held < 0:
            raise ReadError(
                RuleId.ARCHIVE_UNSAFE,
                path,
                f"its {count} bytes are over the limit of nested archives",
            )

    def pass_by(self, count: int, path: str) -> None:
        """
        Spend `count` bytes that are inflated and not kept. Raises `ReadError`
        when too many have passed.
        """
        self.passed -= count
        if self.passed < 0:
            raise ReadError(
                RuleId.ARCHIVE_UNSAFE,
                path,
                f"{count} bytes more are over the limit of bytes that may pass by",
            )


@dataclass(slots=True)
class _Nested(Budget):
    parent: Budget = field(default_factory=Budget)

    def spend(self, count: int, path: str) -> None:
        self.parent.spend(count, path)

    def hold(self, count: int, path: str) -> None:
        self.parent.hold(count, path)

    def pass_by(self, count: int, path: str) -> None:
        self.parent.pass_by(count, path)


class Files(Protocol):
    """
    A tree of files that can be read and never written, extracted, executed or
    imported.

    Paths are relative, with `/`, and never leave the tree. `problems` collects
    what was odd about the tree itself (names that point outside, doubled
    members); what is odd about one file is raised as `ReadError` when it is
    read.
    """

    label: str
    problems: list[Problem]
    budget: Budget
    """What reading may still cost, shared with the archives inside."""
    inflates: bool
    """
    True if reading at an offset means to inflate all that comes before it.
    """

    def paths(self) -> Sequence[str]:
        """
        Return all regular files, and links to such inside the tree, sorted.
        """
        ...

    def has(self, path: str) -> bool:
        """Return True if there is something to read at `path`."""
        ...

    def size(self, path: str) -> int:
        """
        Return the file's length in bytes, uncompressed. Raises `ReadError`.
        """
        ...

    def read(self, path: str, limit: int = TEXT_BYTES) -> Read:
        """
        Return the whole file, or head, samples and tail of one longer than
        `limit` bytes. Raises `ReadError`.
        """
        ...

    def read_at(self, path: str, offset: int, count: int) -> bytes:
        """
        Return up to `count` bytes from `offset`, fewer at the end of the file.
        Raises `ReadError`.
        """
        ...

    def start(self, path: str, count: int) -> Read:
        """
        Return the first `count` bytes, `truncated` if the file has more: as
        cheaply as it can be done. Raises `ReadError`.
        """
        ...

    def stream(self, path: str) -> IO[bytes]:
        """
        Open the file at `path` as a seekable stream that the budget pays for.
        Raises `ReadError`.
        """
        ...


class FileTree(Files, Protocol):
    """
    Files of which folders can be asked, too: a folder on disk, or an image's
    layers.
    """

    def names(self, below: str = "") -> list[str]:
        """Return the names of everything directly in `below`, sorted."""
        ...

    def folders(self, below: str = "") -> list[str]:
        """Return the names of the folders directly in `below`, sorted."""
        ...

    def is_folder(self, path: str) -> bool:
        """Return True if `path` is a folder inside the tree."""
        ...

    def walk(self, below: str) -> list[str]:
        """Return the files below one folder of the tree, sorted."""
        ...

    def below(self, folder: str) -> FileTree:
        """
        Return the tree at `folder`; links in it may lead anywhere in this one.
        """
        ...


def read_whole(files: Files, path: str, limit: int = TEXT_BYTES) -> bytes:
    """
    Return a file that samples of it would not stand for, such as JSON. Raises
    `ReadError` where it cannot be read or is longer than `limit` bytes.
    """
    read = files.read(path, limit)
    if read.truncated:
        message = f"{read.size} bytes: not read, since it is more than {limit}"
        raise ReadError(RuleId.EVIDENCE_TRUNCATED, path, message)
    return read.data


def escapes(name: str) -> bool:
    """
    Return True if the name of a member or in RECORD points outside its tree:
    absolute, with a drive, or climbing.
    """
    path = name.replace("\\", "/")
    has_drive = path[:1].isalpha() and path[1:2] == ":"
    if has_drive or path.startswith("/"):
        return True
    depth = 0
    for piece in path.split("/"):
        if piece == "..":
            depth -= 1
        elif piece not in ("", "."):
            depth += 1
        if depth < 0:
            return True
    return False


def started(data: bytes, size: int) -> Read:
    """Return the head of a file of `size` bytes."""
    return Read(data=data, size=size, truncated=len(data) < size)


def sampled(data: bytes, limit: int) -> Read:
    """
    Return `data`, a whole file, or the pieces that stand for it within `limit`
    bytes (see `sample_plan`).
    """
    plan = sample_plan(len(data), limit)
    pieces = (data[offset : offset + count] for offset, count in plan)
    return Read(
        data=b"\n".join(pieces),
        size=len(data),
        truncated=len(plan) > 1,
    )


class Problems(list[Problem]):
    """The oddities of an archive, each once."""

    def __init__(self) -> None:
        super().__init__()
        self._noted: set[Problem] = set()

    def note(self, rule: RuleId, path: str, message: str) -> None:
        """Add a problem that is not there yet."""
        problem = Problem(
            rule=rule,
            path=path,
            message=message,
        )
        if problem not in self._noted:
            self._noted.add(problem)
            self.append(problem)


def sample_plan(size: int, limit: int) -> list[tuple[int, int]]:
    """
    Return the `(offset, count)` pieces of a file of `size` bytes that stand
    for it within `limit` bytes.

    Half of the limit for the head, a quarter for the tail, and sixteen samples
    spread over the middle: padding between two texts can then hide the second
    one only from its own middle, not from the end of the file.
    """
    if size <= limit:
        return [(0, size)]
    head = limit // 2
    tail = limit // 4
    piece = (limit - head - tail) // _SAMPLES
    gap = (size - tail - head) // _SAMPLES
    plan = [(0, head)]
    if gap > piece:
        first = head + (gap - piece) // 2
        plan += [(first + n * gap, piece) for n in range(_SAMPLES)]
    return [*plan, (size - tail, tail)]
