"""
Bring the words of a license field into a normal form, and look whole phrases
up in `rules/names.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any
from unicodedata import normalize as _unicode

from licensescan.base import toml
from licensescan.base.installation import read_data
from licensescan.model.types import Expression
from licensescan.standards.gnu import Later, claim
from licensescan.standards.spdx_text import (
    is_reference,
    is_scancode,
    reference_name,
)
from licensescan.standards.spdx_text import with_exception as join_exception

_LATER = (
    r"(?:or|and)[\s\-]+(?:\(?at your option\)?[\s\-]+)?(?:any[\s\-]+)?"
    r"(?:later|newer|greater|higher|above|up)\b(?:[\s\-]+versions?\b)?"
)
_OR_LATER = re.compile(rf"\s*\(\s*{_LATER}\s*\)|[\s,;\-]*\b{_LATER}")
_AT_LEAST = re.compile(r"(?:>=|=>|≥)\s*(\d[\d.]*)")
_GLUED_V = re.compile(r"(?<=[a-z]{2})v\.?(?=\d)")
_WORD = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+|(?<=\S)\+")
_DROPPED = frozenset(
    "the a an v ver version license licence licenses licences licensed licenced "
    "agreement".split()
)
_URL_START = re.compile(r"^https?://(?:www\.)?|^www\.")
_URL_END = re.compile(r"[?#].*$|(?:\.(?:txt|html?|php|md|en|xml))+$|[/.]+$")
_URL_ID = re.compile(
    r"(?:opensource\.org/licenses?|spdx\.org/licenses|choosealicense\.com/licenses"
    r"|licenses\.nuget\.org)/([\w.+\-]+)"
)
_URL_CC = re.compile(
    r"creativecommons\.org/licenses/([a-z\-]+)/(\d\.\d)(?:/[\w.\-/]*)?"
)
_CC_NOISE = frozenset(
    {"international", "intl", "unported", "generic", "public"}
)
_DATE = re.compile(
    r",?\s*(?:\d+\s+)?(?:january|february|march|april|may|june|july|august|october"
    r"|november)\s+(?:\d+,\s+)?\d{4}"
)


@lru_cache(maxsize=1024)
def normal(text: str) -> str:
    """
    Return `text` as words to look up: see the head of `rules/names.toml`.

    >>> normal("GNU GPLv2 or later"), normal("The Apache License, Version 2.0")
    ('gnu gpl 2 +', 'apache 2')
    """
    text = _OR_LATER.sub("+", _DATE.sub("", _unicode("NFKC", text).casefold()))
    text = _GLUED_V.sub(" ", _AT_LEAST.sub(r"\1+", text))
    words: list[str] = []
    for word in _WORD.findall(text):
        if word in _DROPPED:
            continue
        # A number after "BSD" counts clauses: "BSD License 2.0" is no
        # BSD-2-Clause.
        counts_clauses = words[-1:] == ["bsd"]
        words.append(word if counts_clauses else _version(word))
    if words[:1] == ["cc"] or words[:2] == ["creative", "commons"]:
        words = [word for word in words if word not in _CC_NOISE]
    return " ".join(words)


def words_of(word: str) -> list[str]:
    """Return the words that `normal` makes of one, with those it drops."""
    plain = _unicode("NFKC", word).casefold()
    return _WORD.findall(_GLUED_V.sub(" ", plain))


def _version(word: str) -> str:
    while word[0].isdigit() and word.endswith(".0"):
        word = word[:-2]
    return word


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """
    A name that needs more to be a license: which ids belong to it, and what it
    means when it withholds something.
    """

    name: str
    members: tuple[str, ...] = ()
    likely: Expression | None = None
    restricted: bool = False
    any: bool = False
    alike: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """
    What a whole phrase is: an expression, a family, or a word that stands for
    nothing (neither).
    """

    expression: Expression | None = None
    family: Family | None = None

    @property
    def is_placeholder(self) -> bool:
        """True for a word that stands for nothing."""
        return self.expression is None and self.family is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`rules/names.toml`, ready to be asked; keys are in normal form."""

    phrases: Mapping[str, Phrase]
    versions: Mapping[str, Mapping[str, str]]
    families: Mapping[str, Family]
    exceptions: Mapping[str, tuple[str, ...]]
    choices: frozenset[frozenset[str]]
    restricted: tuple[str, ...]
    freed: tuple[str, ...]
    forbidding: Mapping[str, tuple[str, ...]]
    urls: Mapping[str, str]


@cache
def table() -> Table:
    """
    Return the table of names. Raise `ValueError` for a file that is no TOML.
    """
    raw = toml.loads(read_data("rules", "names.toml"), label="names.toml")
    restricted = raw["restricted"]
    families = {
        name: _family(name, entry) for name, entry in raw["family"].items()
    }
    return Table(
        phrases=_phrases(raw, families),
        versions={
            key: entry.get("versions", {})
            for entry in raw["family"].values()
            for key in entry["names"]
        },
        families=families,
        exceptions={
            key: (named,) if isinstance(named, str) else tuple(named)
            for key, named in raw["exception"].items()
        },
        choices=frozenset(map(frozenset, raw["choice"]["pairs"])),
        restricted=_padded(restricted["words"]),
        freed=_padded(restricted["freed"]),
        forbidding={
            clause: _padded(words)
            for clause, words in restricted["clauses"].items()
        },
        urls=raw["url"],
    )


def _phrases(
    raw: Mapping[str, Any],
    families: Mapping[str, Family],
) -> dict[str, Phrase]:
    """
    Return what each phrase of the table is; an alias goes before a family.
    """
    phrases = {key: Phrase() for key in raw["placeholder"]["names"]}
    for name, entry in raw["family"].items():
        phrases |= {
            key: Phrase(family=families[name]) for key in entry["names"]
        }
    for key, expression in raw["alias"].items():
        phrases[key] = Phrase(expression=Expression(expression))
    return phrases


def _padded(words: Iterable[str]) -> tuple[str, ...]:
    """Return `words` between spaces, to be found as whole words."""
    return tuple(f" {word} " for word in words)


def _family(
    name: str,
    entry: Mapping[str, Any],
) -> Family:
    return Family(
        name=name,
        members=tuple(entry.get("members", ())),
        likely=entry.get("likely"),
        restricted=entry.get("restricted", False),
        any=entry.get("any", False),
        alike=entry.get("alike", False),
    )


@lru_cache(maxsize=4096)
def lookup(key: str) -> Phrase | None:
    """
    Return what the phrase `key`, in normal form, is as a whole: by the table,
    or as a family with a version.
    """
    phrase = table().phrases.get(key)
    return phrase or _versioned(key)


_LAST_WORDS = {"+": Later.YES, "only": Later.NO}
"""What the last word of a phrase says of later versions."""


def _versioned(key: str) -> Phrase | None:
    """
    Return the license of a family, a version and what is said of later ones:
    "lgpl 2.1 +".
    """
    name, _, last = key.rpartition(" ")
    later = _LAST_WORDS.get(last, Later.UNSAID)
    words = (name if later else key).split()
    versions = table().versions
    for cut in range(len(words) - 1, 0, -1):
        family = versions.get(" ".join(words[:cut]))
        if family is None:
            continue
        id_ = family.get(" ".join(words[cut:]))
        is_license = id_ is not None and (later is not Later.NO or claim(id_))
        return (
            Phrase(expression=suffixed(id_, later))
            if id_ and is_license
            else None
        )
    if later is not Later.YES:
        return None
    # A GNU license without a number leaves the version to the user (GPL-2.0,
    # section 9).
    family = versions.get(" ".join(words), {})
    first = next(iter(family.values()), "")
    return Phrase(expression=suffixed(first, later)) if claim(first) else None


def suffixed(
    id_: str,
    later: Later = Later.UNSAID,
) -> Expression:
    """
    Return the license `id_` with the suffix that says so of later versions.
    """
    gnu = claim(id_)
    if gnu is not None:
        return replace(gnu, later=later).expression
    return Expression(f"{id_}+" if later else id_)


def address(url: str) -> str | None:
    """
    Return the expression, the family or what may be an id, that a web address
    of license terms stands for.
    """
    place = _URL_START.sub("", url.lower())
    shorter = _URL_END.sub("", place)
    while shorter != place:
        place, shorter = shorter, _URL_END.sub("", shorter)
    named = table().urls.get(place)
    if named is not None:
        return named
    listed = _URL_ID.fullmatch(place)
    if listed:
        return listed[1]
    commons = _URL_CC.fullmatch(place)
    return f"CC-{commons[1]}-{commons[2]}" if commons else None


def fits(
    family: str,
    license_: str,
) -> bool:
    """
    Return True if the id `license_` belongs to `family`; False for a family
    that is not in the table.

    ScanCode's key of an old or local version is spelled like the ids of its
    family (`LicenseRef-scancode-zpl-1.0`).
    """
    kind = table().families.get(family)
    if kind is None:
        return False
    if kind.any:
        return not is_reference(license_)
    if license_.startswith(kind.members):
        return True
    members = tuple(map(str.lower, kind.members))
    return is_scancode(license_) and reference_name(license_).startswith(
        members
    )


def family_of(license_: str) -> str | None:
    """Return the particular family that the id `license_` belongs to."""
    for name, family in table().families.items():
        if not family.any and fits(name, license_):
            return name
    return None


def is_exception(key: str) -> bool:
    """
    Return True if `key`, in normal form, names an exception to licenses, with
    or without the word "exception".
    """
    return _exception_key(key) in table().exceptions


def with_exception(
    license_: str,
    key: str,
) -> Expression:
    """
    Return the license with the exception that `key` names, which may have a
    text of its own for GPL-3.0.
    """
    ids = table().exceptions[_exception_key(key)]
    gnu = claim(license_)
    is_third = gnu is not None and gnu.version == "3.0"
    return join_exception(license_, ids[-1 if is_third else 0])


_NO_NAME_OF_EXCEPTION = ("exception", "exceptions", "linking", "special")


def _exception_key(key: str) -> str:
    words = [word for word in key.split() if word not in _NO_NAME_OF_EXCEPTION]
    return " ".join(words)


def is_choice(
    left: Iterable[str],
    right: Iterable[str],
) -> bool:
    """
    Return True if a family of `left` and one of `right` are offered together
    only as a choice.
    """
    return any(
        frozenset((a, b)) in table().choices for a in left for b in right
    )


def is_restricted(key: str) -> bool:
    """
    Return True if `key`, in normal form, holds words that forbid or withhold
    something.
    """
    padded = f" {key} "
    for words in table().freed if " commercial " in padded else ():
        is_denied = any(
            f" {no}{words}" in padded for no in ("not", "no", "never")
        )
        if not is_denied:
            padded = padded.replace(words, "  ")
    return any(word in padded for word in table().restricted)


def forbids(key: str) -> str:
    """
    Return the clause by which `key`, restricted and in normal form, forbids
    commerce; "" when it only withholds.
    """
    padded = f" {key} "
    for clause, words in table().forbidding.items():
        if any(word in padded for word in words):
            return clause
    return ""
