"""
Whole answers of earlier runs, for when nothing has changed: a hook or a CI job mostly
asks again what it asked before.

An answer is kept with every file and folder that was looked at for it, by size, times
of change, inode and mode (as git keeps its index). If they are all as they were, and so
are the question and licensescan itself, the answer is given again; otherwise everything
is looked at anew, and texts are known again by their content. `--no-cache` neither
reads nor keeps.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from licensescan.base.installation import cache_folder, private
from licensescan.reader.inputs import Witness, digest_of

_ANSWERS = 16
_LARGEST = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    The texts of all the reports that were asked for, in that order, and the exit code.
    """

    texts: tuple[str, ...]
    exit_code: int


class Memory:
    """
    The place of one answer. `question` is all that the answer depends on and no witness
    sees, as JSON.

    Nothing here raises for a bad file or folder: there is then nothing to recall, and
    nothing is kept.
    """

    def __init__(self, question: object, variables: Mapping[str, str]) -> None:
        folder = cache_folder(variables)
        answers = os.path.join(folder, "answers") if folder and private(folder) else ""
        name = hashlib.sha256(
            json.dumps(question, sort_keys=True).encode()
        ).hexdigest()[:32]
        self._path = (
            os.path.join(answers, name) if answers and private(answers) else None
        )
        self._variables = variables

    def recall(self) -> Answer | None:
        """The answer, if it was kept and nothing that it came from has changed."""
        checksum, _, rest = self._read().partition(b"\n")
        if not rest or checksum != b"%08x" % zlib.crc32(rest):
            return None
        head, _, body = rest.partition(b"\n")
        try:
            found = json.loads(head)
            if any(
                self._variables.get(name) != value
                for name, value in found["variables"].items()
            ):
                return None
            if digest_of(found["places"]) != found["digest"]:
                return None
            texts, start = [], 0
            for size in found["sizes"]:
                texts.append(
                    body[start : start + size].decode("utf-8", "surrogatepass")
                )
                start += size
            return Answer(texts=tuple(texts), exit_code=int(found["exit_code"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def keep(self, answer: Answer, witness: Witness) -> None:
        """
        Remember `answer`, unless something that the witness saw changed only just now.
        """
        if self._path is None or not witness.is_settled:
            return
        places, digest = witness.places()
        bodies = [t.encode("utf-8", "surrogatepass") for t in answer.texts]
        head: dict[str, Any] = {
            "variables": witness.variables,
            "places": places,
            "digest": digest,
            "sizes": [len(b) for b in bodies],
            "exit_code": answer.exit_code,
        }
        rest = b"\n".join(
            [json.dumps(head, separators=(",", ":")).encode(), b"".join(bodies)]
        )
        if len(rest) <= _LARGEST:
            _write(self._path, b"%08x\n%s" % (zlib.crc32(rest), rest))

    def _read(self) -> bytes:
        """
        The bytes that were kept; b"" where there is no regular file of the user's own.
        """
        try:
            handle = os.open(
                self._path or "",
                os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC,
            )
        except OSError:
            return b""
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            fits = (
                stat.S_ISREG(found.st_mode)
                and found.st_uid == os.geteuid()
                and found.st_size <= 2 * _LARGEST
            )
            return file.read() if fits else b""


def _write(path: str, data: bytes) -> None:
    """
    Put an answer in its place whole or not at all, and let go of all but the latest.
    """
    import tempfile

    folder = os.path.dirname(path)
    try:
        handle, name = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
        with os.scandir(folder) as entries:
            ages = sorted(
                ((e.stat().st_mtime_ns, e.path) for e in entries), reverse=True
            )
        for _, old in ages[_ANSWERS:]:
            os.unlink(old)
    except OSError:
        return  # a full disk, or a process that lets go of the same answers: the next run looks anew
