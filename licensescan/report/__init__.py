"""The forms of a report: one module each, listed here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from licensescan.model.types import Report

REPORTS = ("text", "json")
"""
The names that `--format` and `--report` take; a module is imported when its form is
asked for.
"""


def render(
    name: str,
    report: Report,
    *,
    width: int = 100,
    verbose: bool = False,
    color: bool = False,
) -> str:
    """
    `report` in the form `name`; `width`, `verbose` and `color` are for the form that
    people read.
    """
    if name == "text":
        if color:
            terminal = import_module("licensescan.report.terminal")
            return str(terminal.render(report, width=width, verbose=verbose))
        text = import_module("licensescan.report.text")
        return str(text.render(report, width=width, verbose=verbose))
    return str(import_module(f"licensescan.report.{name}").render(report))
