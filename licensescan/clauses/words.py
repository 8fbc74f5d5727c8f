"""The small words of license texts (`rules/clauses/scope.toml`, `suits.toml`) as patterns, compiled when needed."""

from __future__ import annotations

import re
from functools import cache

from licensescan.data import folder
from licensescan.toml import loads

TABLES = ("scope", "suits")
PHRASES = "phrases"
_NAME = re.compile(r"\{([a-z_]+)\}")


@cache
def words(name: str) -> re.Pattern[str]:
    """The pattern of one table: any of its alternatives. Raises `KeyError` for a table that is not there."""
    return compiled("|".join(_tables()[name]["patterns"]))


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern in which `{name}` stands for a phrase of `phrases.toml`. Raises `re.error` and `KeyError`."""
    for _ in range(3):
        pattern = _NAME.sub(lambda m: _phrases()[m.group(1)], pattern)
    return re.compile(pattern)


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    tables: dict[str, dict[str, list[str]]] = {}
    for name in TABLES:
        path = folder("rules") / "clauses" / f"{name}.toml"
        tables |= loads(path.read_bytes(), label=path.name)
    return tables


@cache
def _phrases() -> dict[str, str]:
    path = folder("rules") / "clauses" / f"{PHRASES}.toml"
    phrases: dict[str, str] = loads(path.read_bytes(), label=path.name)["phrases"]
    harmless = "(?!" + "|".join(_tables()["harmless"]["patterns"]) + ")"
    return {"harmless": harmless, **{name: f"(?:{value})" for name, value in phrases.items()}}
