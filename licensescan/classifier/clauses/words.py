"""
The small words of license texts (`rules/clauses/scope.toml`, `suits.toml`) as patterns,
compiled when needed.
"""

from __future__ import annotations

import re
from functools import cache

from licensescan.base.installation import data_folder
from licensescan.base.toml import loads
from licensescan.classifier.clauses.patterns import Pattern

TABLES = ("scope", "suits", "values")
PHRASES = "phrases"
_NAME = re.compile(r"\{([a-z_]+)\}")


@cache
def words(name: str) -> Pattern:
    """
    The pattern of one table: any of its alternatives. Raises `KeyError` for a table
    that is not there.
    """
    return pattern(*_tables()[name]["patterns"])


def pattern(*alternatives: str) -> Pattern:
    """
    Any of these, in which `{name}` stands for a phrase of `phrases.toml`. Raises
    `KeyError` for an unknown one.
    """
    return Pattern(*map(_spelled, alternatives))


def _spelled(written: str) -> str:
    for _ in range(3):
        spelled = _NAME.sub(lambda m: _phrases()[m.group(1)], written)
        if spelled == written:
            break
        written = spelled
    return written


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    tables: dict[str, dict[str, list[str]]] = {}
    for name in TABLES:
        path = data_folder("rules") / "clauses" / f"{name}.toml"
        tables |= loads(path.read_bytes(), label=path.name)
    return tables


@cache
def _phrases() -> dict[str, str]:
    path = data_folder("rules") / "clauses" / f"{PHRASES}.toml"
    phrases: dict[str, str] = loads(path.read_bytes(), label=path.name)["phrases"]
    harmless = "(?!" + "|".join(_tables()["harmless"]["patterns"]) + ")"
    return {
        "harmless": harmless,
        **{name: f"(?:{value})" for name, value in phrases.items()},
    }
