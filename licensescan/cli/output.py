"""What is printed, put into files, and read from those that are named."""

from __future__ import annotations

import os
import sys

import click

from licensescan.model.errors import IncompleteError, UsageError
from licensescan.report.terminal import is_colored

_PIECE = 1 << 16
"""Characters that are written at once: a report may have 100 MB."""


def deliver(report: str | bytes, path: str | None) -> None:
    """Print `report`, or put it into a file."""
    if path is not None:
        from licensescan.report.delivery import write_report

        write_report(report, path)
        return
    if isinstance(report, bytes):
        _print_bytes(report)
    else:
        _print(report)


def _print_bytes(report: bytes) -> None:
    if sys.stdout.isatty():
        raise UsageError("this form is no text: name a file by -o FILE")
    click.echo(report, nl=False)


def _print(text: str) -> None:
    try:
        # The text has color codes only when they were asked for: click must
        # not take them out in a pipe.
        body = text.rstrip("\n")
        for start in range(0, len(body), _PIECE):
            click.echo(body[start : start + _PIECE], nl=False, color=True)
        click.echo()
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise IncompleteError(
            f"the report could not be written ({reason})"
        ) from error


def complain(message: str) -> None:
    """Print a message on standard error."""
    from licensescan.report.escape import terminal

    click.echo(f"licensescan: {terminal(message)}", err=True)


def has_color(wanted: str) -> bool:
    """Return True if what is printed is to be in color, as `--color` says."""
    return is_colored(wanted, terminal=sys.stdout.isatty())


def bytes_of(path: str, most: int) -> bytes:
    """
    Return the first `most` bytes of a file that the user has named. Raises
    `UsageError` if it cannot be read.
    """
    from licensescan.reader import FolderFiles, ReadError

    folder, name = os.path.split(path)
    try:
        return FolderFiles(folder or ".").read(name, most).data
    except ReadError as error:
        raise UsageError(f"{path}: {error.problem.message}") from error
