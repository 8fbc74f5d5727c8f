"""
The report for people, in colour: the only importer of rich, and only for a terminal.
"""

from __future__ import annotations

from licensescan.model.types import Report
from licensescan.report import text

_LOOKS = {
    "deny": "bold red",
    "review": "bold yellow",
    "warn": "cyan",
    "rule": "bold",
    "dim": "dim",
    "head": "bold",
}


def render(report: Report, *, width: int, verbose: bool = False) -> str:
    """The text report with the codes that a terminal shows as colours."""
    from rich.style import Style

    styles = {role: Style.parse(look) for role, look in _LOOKS.items()}

    def paint(piece: str, role: str) -> str:
        style = styles.get(role)
        return style.render(piece) if style else piece

    return text.render(report, width=width, verbose=verbose, paint=paint)
