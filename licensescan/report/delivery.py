"""
Reports into files: whole or not at all, and never in the place of a device, a
pipe or a link.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from licensescan.model.errors import IncompleteError, UsageError
from licensescan.report import FILES, REPORTS

_SYSTEM = ("/dev", "/dev/fd", "/proc/self/fd")
"""Folders whose links are the system's own: `/dev/stdout`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    A report that is asked for: its form, and its file (None: standard output).
    """

    form: str
    path: str | None = None


def requested_reports(
    form: str, path: str | None, more: Sequence[str] = ()
) -> tuple[Request, ...]:
    """
    Return the report in `form` for `path`, and those of `more`, each
    `FORMAT=FILE` or `all=FOLDER`.

    Raises `UsageError` for a form that there is not, and for a file that
    cannot be written.
    """
    requests = [Request(form=form, path=path), *_requests_in(more)]
    for request in requests:
        if request.form not in REPORTS:
            forms = ", ".join(REPORTS)
            raise UsageError(
                f"no report format {request.form!r}; there are: {forms}"
            )
        if request.path is not None:
            check_writable(request.path)
    return tuple(requests)


def written_by(pairs: Sequence[str]) -> tuple[str, ...]:
    """Return the files that are written for `--report`."""
    return tuple(request.path or "" for request in _requests_in(pairs))


def _requests_in(pairs: Sequence[str]) -> Iterator[Request]:
    """Yield what each `FORMAT=FILE` asks for; `all=FOLDER` is every form."""
    for pair in pairs:
        name, separator, file = pair.partition("=")
        if not separator or not file:
            raise UsageError(
                f"--report takes FORMAT=FILE, as in json=licenses.json, not {pair!r}"
            )
        if name == "all":
            for form, base in FILES.items():
                yield Request(form=form, path=os.path.join(file, base))
        else:
            yield Request(form=name, path=file)


def check_writable(path: str) -> None:
    """
    Raise `UsageError`, with the reason, if a report cannot be written to
    `path`.
    """
    reason = _obstacle(path)
    if reason:
        raise UsageError(
            f"{path}: the report cannot be written there: {reason}"
        )


def _obstacle(path: str) -> str:
    if os.path.isdir(path):
        return "it is a folder; name a file in it"
    if _is_device(path):
        return "" if os.access(path, os.W_OK) else "you may not write to it"
    if _leads_away(path):
        return "it is a link out of its folder; name the file it leads to"
    folder = os.path.dirname(os.path.realpath(path))
    if not os.path.isdir(folder):
        return "there is no such folder; create it first"
    return (
        ""
        if os.access(folder, os.W_OK)
        else "you may not write to this folder"
    )


def _leads_away(path: str) -> bool:
    """
    Return True for a link to a file elsewhere: one in a project that somebody
    else has written would choose what is overwritten.
    """
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.islink(path) or folder in _SYSTEM:
        return False
    inside = os.path.realpath(folder) + os.sep
    return not os.path.realpath(path).startswith(inside)


def write_report(report: str | bytes, path: str) -> None:
    """
    Write a report to the file at `path`, a text with a line end. Raises
    `IncompleteError` when that fails.
    """
    data = _data_of(report)
    try:
        if _is_device(path):
            # A device or a pipe is written to; a file put in its place would
            # be the end of it.
            with open(path, "wb") as file:
                file.write(data)
        else:
            _replace(os.path.realpath(path), data)
    except OSError as error:
        reason = error.strerror or error
        raise IncompleteError(
            f"{path}: the report could not be written ({reason})"
        ) from error


def is_current(report: str | bytes, path: str) -> bool:
    """Return True if the file at `path` is what would be written."""
    try:
        with open(path, "rb") as file:
            return file.read() == _data_of(report)
    except OSError:
        return False


def _is_device(path: str) -> bool:
    is_file_or_folder = os.path.isfile(path) or os.path.isdir(path)
    return os.path.exists(path) and not is_file_or_folder


def _data_of(report: str | bytes) -> bytes:
    """Return what is written: a text ends with a line end."""
    if isinstance(report, bytes):
        return report
    text = report if report.endswith("\n") else report + "\n"
    return text.encode("utf-8", "surrogateescape")


def _replace(path: str, data: bytes) -> None:
    """
    Put a new file with `data` in the place of the one at `path`, in one step.
    """
    import tempfile

    handle, name = tempfile.mkstemp(
        dir=os.path.dirname(path), prefix=".licensescan-"
    )
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
