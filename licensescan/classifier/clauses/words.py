"""
Give the small words of license texts (`rules/clauses/scope.toml`,
`suits.toml`, `values.toml`; of other languages than English
`rules/clauses/languages`) as patterns, compiled when needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from licensescan.base.installation import data_folder
from licensescan.base.patterns import Pattern
from licensescan.base.toml import loads
from licensescan.classifier.document.languages import ENGLISH

TABLES = ("scope", "suits", "values")
PHRASES = "phrases"
_NAME = re.compile(r"\{([a-z_]+)\}")
_DEPTH = 3
"""A phrase may be made of phrases, these of others, and no deeper."""


@cache
def words(name: str, language: str = ENGLISH) -> Pattern:
    """
    Return the pattern of one table: any of its alternatives. Raises `KeyError`
    for a table that English has not; one that another language has not never
    matches.
    """
    if language == ENGLISH:
        return pattern(*_tables()[name]["patterns"])
    table = _load_language(language).get(name)
    return pattern(*(table["patterns"] if table else ()), language=language)


class Tables:
    """
    The tables of one language, without the alternatives that cannot match
    anywhere in one text: to be asked of its sentences.
    """

    def __init__(self, text: str, language: str = ENGLISH) -> None:
        self._text, self.language = text, language
        self._narrowed: dict[str, Pattern] = {}

    def words(self, name: str) -> Pattern:
        """Return what `words` does, narrowed."""
        narrowed = self._narrowed.get(name)
        if narrowed is None:
            narrowed = words(name, self.language).within(self._text)
            self._narrowed[name] = narrowed
        return narrowed

    def has(self, name: str, text: str) -> bool:
        """Return True if words of a table stand in a piece of the text."""
        return self.words(name).search(text) is not None


def has(name: str, text: str, language: str = ENGLISH) -> bool:
    """Return True if words of a table stand in a text."""
    return words(name, language).search(text) is not None


def pattern(*alternatives: str, language: str = ENGLISH) -> Pattern:
    """
    Return the pattern that is any of these, in which `{name}` stands for a
    phrase of `phrases.toml` or of a language's own. Raises `KeyError` for an
    unknown one.
    """
    phrases = _phrases(language)
    return Pattern(*(_spelled(written, phrases) for written in alternatives))


def _spelled(written: str, phrases: Mapping[str, str]) -> str:
    for _ in range(_DEPTH):
        written = _NAME.sub(lambda name: phrases[name[1]], written)
    return written


def rule_files() -> list[tuple[Path, str]]:
    """
    Return the files of `rules/clauses` that hold detectors, each with its
    language.
    """
    others = {PHRASES, *TABLES}
    own = sorted(_folder().glob("*.toml"))
    english = [(path, ENGLISH) for path in own if path.stem not in others]
    return english + [(path, path.stem) for path in _language_files()]


@cache
def read_languages() -> frozenset[str]:
    """Return the languages whose words are read."""
    others = (path.stem for path in _language_files())
    return frozenset((ENGLISH, *others))


def _language_files() -> list[Path]:
    return sorted((_folder() / "languages").glob("*.toml"))


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    tables: dict[str, dict[str, list[str]]] = {}
    for name in TABLES:
        tables |= _load(name)
    return tables


@cache
def _phrases(language: str) -> Mapping[str, str]:
    harmless = "|".join(_tables()["harmless"]["patterns"])
    phrases = {"harmless": f"(?!{harmless})"}
    read = _load(PHRASES) if language == ENGLISH else _load_language(language)
    for name, written in read["phrases"].items():
        phrases[name] = f"(?:{written})"
    return phrases


def _folder() -> Path:
    return data_folder("rules") / "clauses"


def _load(name: str) -> dict[str, Any]:
    path = _folder() / f"{name}.toml"
    return loads(path.read_bytes(), label=path.name)


@cache
def _load_language(language: str) -> dict[str, Any]:
    return _load(f"languages/{language}")
