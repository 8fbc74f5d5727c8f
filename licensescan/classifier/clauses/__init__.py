"""
Read a text without a known name, or a known text that was modified: clauses
with lines, quotes and parameters.

Imports `document`, `rulebook` and `base`.
"""

from __future__ import annotations

from licensescan.classifier.clauses.prose import (
    analyse_prose,
    patents_reference,
)
from licensescan.classifier.clauses.reading import (
    analyse,
    may_hold,
    speaks_of_commerce,
)

__all__ = [
    "analyse",
    "analyse_prose",
    "may_hold",
    "patents_reference",
    "speaks_of_commerce",
]
