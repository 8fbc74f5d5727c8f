"""How a report is laid out for people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """
    How a form that people read is laid out: in `width` columns, with all that
    is otherwise summed up (`verbose`), in `color`. Other forms ignore it.
    """

    width: int = 100
    verbose: bool = False
    color: bool = False
