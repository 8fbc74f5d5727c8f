"""Text without a known name, or a known text that was modified -> clauses with spans."""

from __future__ import annotations

from licensescan.model import Terms


def analyse(text: str, *, complete: bool = True) -> Terms:
    """Say what `text` provides on patents, commercial use and sharing."""
    return Terms()
