"""Limits, errors and the one shape in which every kind of target is read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Protocol

from licensescan.model.errors import LicensescanError
from licensescan.model.kinds import RuleId
from licensescan.model.texts import Problem

TEXT_BYTES = 1 << 20
"""A text file is read whole up to here; beyond it head, tail and a sampled middle."""

RECORD_BYTES = 32 << 20
"""RECORD is a list of files, not prose: it may be much larger than a text."""

HEAD_BYTES = 2 << 10
"""As much of a source file as can hold its header."""

INFLATED_BYTES = 256 << 20
"""What licensescan inflates of one target and keeps, nested archives included."""

HELD_BYTES = 384 << 20
"""
Archives inside a stream that are held as they are stored, to be looked into: pyspark's
sdist has 300 MB of jars.
"""

STREAM_BYTES = 4 << 30
"""
What may pass by, unkept: in a compressed stream that has no directory, or up to a place
deep in a member.
"""

MEMBERS = 20_000
"""
Members of archives that are inflated for one target; names in a directory are free.
"""

RATIO = 200
"""Inflated to stored bytes, past RATIO_FROM: real texts and binaries stay under 30."""

RATIO_FROM = 1 << 20
NESTING = 4
FILES = 2_000_000
"""Names taken from one tree."""


class ReadError(LicensescanError):
    """
    One file could not be read, or only in part; `problem` is what a report says about
    it.
    """

    def __init__(self, rule: RuleId, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.problem = Problem(rule=rule, path=path, message=message)


class MissingError(ReadError):
    """There is no such file."""

    def __init__(self, path: str) -> None:
        super().__init__(RuleId.EVIDENCE_MISSING, path, "the file is not there")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """
    The bytes of one file. `truncated` says that head, tail and samples stand for the
    whole; `size` is the whole's.
    """

    data: bytes
    size: int
    truncated: bool = False

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes that were read."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(slots=True)
class Budget:
    """What one target may still cost, shared by everything nested in it."""

    inflated: int = INFLATED_BYTES
    held: int = HELD_BYTES
    passed: int = STREAM_BYTES
    members: int = MEMBERS
    depth: int = 0

    def deeper(self) -> Budget:
        """
        The same purse one level down: what is spent there is spent here, so nesting
        gives nobody more.
        """
        return _Nested(parent=self, depth=self.depth + 1)

    def spend(self, count: int, path: str) -> None:
        """
        Take `count` inflated bytes and one member off the purse. Raises `ReadError`
        when it is empty.
        """
        self.inflated -= count
        self.members -= 1
        if self.inflated < 0 or self.members < 0:
            raise ReadError(
                RuleId.ARCHIVE_UNSAFE,
                path,
                "the limit of inflated bytes or members is reached",
            )

    def hold(self, count: int, path: str) -> None:
        """
        Take `count` bytes of an archive that is kept as it is stored. Raises
        `ReadError` when too many are kept.
        """
        self.held -= count
        if self.held < 0:
            raise ReadError(
                RuleId.ARCHIVE_UNSAFE,
                path,
                "the limit of bytes of nested archives is reached",
            )

    def pass_by(self, count: int, path: str) -> None:
        """
        Take `count` bytes that are inflated and not kept. Raises `ReadError` when too
        many have passed.
        """
        self.passed -= count
        if self.passed < 0:
            raise ReadError(
                RuleId.ARCHIVE_UNSAFE,
                path,
                "the limit of bytes that may pass by is reached",
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
    A tree of files that can be read and never written, extracted, executed or imported.

    Paths are relative, with `/`, and never leave the tree. `problems` collects what was
    odd about the tree itself (names that point outside, doubled members); what is odd
    about one file is raised as `ReadError` when it is read.
    """

    label: str
    problems: list[Problem]
    budget: Budget
    """What reading may still cost, shared with the archives inside."""
    inflates: bool
    """Whether a place in a file costs the inflating of all that comes before it."""

    def paths(self) -> Sequence[str]:
        """All regular files (and links to such inside the tree), sorted."""
        ...

    def has(self, path: str) -> bool:
        """Whether there is something to read at `path`."""
        ...

    def size(self, path: str) -> int:
        """The file's length in bytes, uncompressed. Raises `ReadError`."""
        ...

    def read(self, path: str, limit: int = TEXT_BYTES) -> Read:
        """
        The whole file, or of a file longer than `limit` bytes head, samples and tail.
        Raises `ReadError`.
        """
        ...

    def read_at(self, path: str, offset: int, count: int) -> bytes:
        """
        Up to `count` bytes from `offset`; short at the end of the file. Raises
        `ReadError`.
        """
        ...

    def stream(self, path: str) -> IO[bytes]:
        """
        Open the file at `path` as a seekable stream that the budget pays for. Raises
        `ReadError`.
        """
        ...


def escapes(name: str) -> bool:
    """
    Whether a member or recorded name points outside its tree: absolute, with a drive,
    or climbing.
    """
    flat = name.replace("\\", "/")
    if flat.startswith("/") or (len(flat) > 1 and flat[1] == ":" and flat[0].isalpha()):
        return True
    depth = 0
    for piece in flat.split("/"):
        depth += -1 if piece == ".." else 1 if piece not in ("", ".") else 0
        if depth < 0:
            return True
    return False


def sampled(data: bytes, limit: int) -> Read:
    """
    `data`, which is a whole file, or what stands for it within `limit` bytes (see
    `sample_plan`).
    """
    plan = sample_plan(len(data), limit)
    pieces = (data[offset : offset + count] for offset, count in plan)
    return Read(data=b"\n".join(pieces), size=len(data), truncated=len(plan) > 1)


class Problems(list[Problem]):
    """What is odd about an archive, each thing once."""

    def note(self, rule: RuleId, path: str, message: str) -> None:
        """Add a problem that is not there yet."""
        problem = Problem(rule=rule, path=path, message=message)
        if problem not in self:
            self.append(problem)


def sample_plan(size: int, limit: int) -> list[tuple[int, int]]:
    """
    Which `(offset, count)` pieces of a file of `size` bytes stand for it within `limit`
    bytes.

    Half of the limit for the head, a quarter for the tail, and sixteen samples spread
    over the middle: padding between two texts can then hide the second one only from
    its own middle, not from the end of the file.
    """
    if size <= limit:
        return [(0, size)]
    head, tail, pieces = limit // 2, limit // 4, 16
    piece = (limit - head - tail) // pieces
    gap = (size - tail - head) // pieces
    middle = (
        [(head + i * gap + (gap - piece) // 2, piece) for i in range(pieces)]
        if gap > piece
        else []
    )
    return [(0, head), *middle, (size - tail, tail)]
