"""
Give the small words of license texts (`rules/clauses/scope.toml`,
`suits.toml`, `values.toml`) as patterns, compiled when needed.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from licensescan.base.installation import data_folder
from licensescan.base.toml import loads
from licensescan.classifier.clauses.patterns import Pattern

TABLES = ("scope", "suits", "values")
PHRASES = "phrases"
_NAME = re.compile(r"\{([a-z_]+)\}")
_DEPTH = 3
"""A phrase may be made of phrases, these of others, and no deeper."""


@cache
def words(name: str) -> Pattern:
    """
    Return the pattern of one table: any of its alternatives. Raises `KeyError`
    for a table that is not there.
    """
    return pattern(*_tables()[name]["patterns"])


def has(name: str, text: str) -> bool:
    """Return True if words of a table stand in a text."""
    return words(name).search(text) is not None


def pattern(*alternatives: str) -> Pattern:
    """
    Return the pattern that is any of these, in which `{name}` stands for a
    phrase of `phrases.toml`. Raises `KeyError` for an unknown one.
    """
    return Pattern(*map(_spelled, alternatives))


def _spelled(written: str) -> str:
    for _ in range(_DEPTH):
        written = _NAME.sub(_phrase, written)
    return written


def _phrase(name: re.Match[str]) -> str:
    return _phrases()[name[1]]


def rule_files() -> list[Path]:
    """Return the files of `rules/clauses` that hold detectors."""
    others = {PHRASES, *TABLES}
    files = sorted(_folder().glob("*.toml"))
    return [path for path in files if path.stem not in others]


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    tables: dict[str, dict[str, list[str]]] = {}
    for name in TABLES:
        tables |= _load(name)
    return tables


@cache
def _phrases() -> dict[str, str]:
    harmless = "|".join(_tables()["harmless"]["patterns"])
    phrases = {"harmless": f"(?!{harmless})"}
    for name, written in _load(PHRASES)["phrases"].items():
        phrases[name] = f"(?:{written})"
    return phrases


def _folder() -> Path:
    return data_folder("rules") / "clauses"


def _load(name: str) -> dict[str, Any]:
    path = _folder() / f"{name}.toml"
    return loads(path.read_bytes(), label=path.name)
