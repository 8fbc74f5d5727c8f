"""
Keep whole answers, and give them again while nothing has changed: a hook or a
CI job mostly asks what it asked before.

An answer is kept with every file and folder that was looked at for it, by
size, times of change, inode and mode (as git keeps its index). If they are all
as they were, and so are the question and licensescan itself, the answer is
given again; otherwise everything is looked at anew, and texts are recognised
by their content. `--no-cache` neither reads nor keeps.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from licensescan.base.installation import cache_folder, make_private
from licensescan.cache.files import read_own, write_whole
from licensescan.reader.inputs import Inputs, digest_of, is_telling

_ANSWERS = 16
"""Answers that are kept; the oldest go first."""

_LARGEST = 64 << 20
"""Bytes of an answer beyond which it is not kept."""


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Answer:
    """
    The texts of all the reports that were asked for, in that order, and the
    exit code; a report that is no text is bytes.
    """

    texts: tuple[str | bytes, ...]
    exit_code: int


class AnswerCache:
    """
    The file of one answer. `question` is all that the answer depends on and
    that is no input of the scan, as JSON.

    Nothing here raises for a bad file or folder: there is then nothing to
    recall, and nothing is kept.
    """

    def __init__(self, question: object, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._path: str | None = None
        folder = cache_folder(variables)
        if not folder or not make_private(folder):
            return
        answers = os.path.join(folder, "answers")
        if make_private(answers):
            asked = json.dumps(question, sort_keys=True).encode()
            name = hashlib.sha256(asked).hexdigest()[:32]
            self._path = os.path.join(answers, name)

    def recall(self) -> Answer | None:
        """
        Return the answer if it was kept and nothing that it came from has
        changed.
        """
        checksum, _, rest = self._read().partition(b"\n")
        if not rest or checksum != b"%08x" % zlib.crc32(rest):
            return None
        head, _, body = rest.partition(b"\n")
        try:
            kept = json.loads(head)
            if self._has_changed(kept):
                return None
            pieces = _pieces(body, kept["sizes"])
            texts = tuple(
                piece if is_binary else piece.decode("utf-8", "surrogatepass")
                for piece, is_binary in zip(
                    pieces, kept["binary"], strict=True
                )
            )
            return Answer(texts=texts, exit_code=int(kept["exit_code"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def _has_changed(self, kept: Mapping[str, Any]) -> bool:
        for name, value in kept["variables"].items():
            if self._variables.get(name) != value:
                return True
        return any(
            digest_of(paths) != digest for paths, digest in kept["looked_at"]
        )

    def keep(self, answer: Answer, inputs: Inputs) -> None:
        """Keep `answer`, unless one of its inputs changed only just now."""
        if self._path is None or not inputs.is_settled:
            return
        # What changes with most changes is asked first, and the rest only
        # where that is as it was.
        telling = inputs.recorded(is_telling)
        others = inputs.recorded(lambda path: not is_telling(path))
        bodies = [
            t if isinstance(t, bytes) else t.encode("utf-8", "surrogatepass")
            for t in answer.texts
        ]
        head = {
            "variables": inputs.variables,
            "looked_at": [telling, others],
            "sizes": [len(b) for b in bodies],
            "binary": [isinstance(t, bytes) for t in answer.texts],
            "exit_code": answer.exit_code,
        }
        head_line = json.dumps(head, separators=(",", ":")).encode()
        rest = b"\n".join([head_line, b"".join(bodies)])
        if len(rest) <= _LARGEST:
            _write(self._path, b"%08x\n%s" % (zlib.crc32(rest), rest))

    def _read(self) -> bytes:
        """
        Return the bytes that were kept; b"" where there is no regular file of
        the user's own.
        """
        return read_own(self._path or "", 2 * _LARGEST)


def _pieces(body: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    """Cut `body` into pieces of these lengths."""
    start = 0
    for size in sizes:
        yield body[start : start + size]
        start += size


def _write(path: str, data: bytes) -> None:
    """
    Put an answer in its place whole or not at all, and drop all but the
    latest.

    A full disk, or a process that drops the same answers, is no error: the
    next run looks anew.
    """
    try:
        write_whole(path, data)
        _drop_oldest(os.path.dirname(path))
    except OSError:
        return


def _drop_oldest(folder: str) -> None:
    with os.scandir(folder) as entries:
        ages = sorted(
            ((e.stat().st_mtime_ns, e.path) for e in entries), reverse=True
        )
    for _, old in ages[_ANSWERS:]:
        os.unlink(old)
