"""
The normal form of the words in a license field, and what `rules/names.toml` says about
whole phrases in it.

Only `names.py` uses this module; it puts phrases together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any
from unicodedata import normalize as _unicode

from licensescan.base import toml
from licensescan.base.installation import data_folder
from licensescan.model.types import Expression
from licensescan.standards.gnu import Later, claim
from licensescan.standards.spdx_text import is_reference, is_scancode, reference_name
from licensescan.standards.spdx_text import with_exception as join_exception

_LATER = (
    r"(?:or|and)[\s\-]+(?:\(?at your option\)?[\s\-]+)?(?:any[\s\-]+)?"
    r"(?:later|newer|greater|higher|above|up)\b(?:[\s\-]+versions?\b)?"
)
_OR_LATER = re.compile(rf"\s*\(\s*{_LATER}\s*\)|[\s,;\-]*\b{_LATER}")
_AT_LEAST = re.compile(r"(?:>=|=>|≥)\s*(\d[\d.]*)")
_GLUED_V = re.compile(r"(?<=[a-z]{2})v\.?(?=\d)")
_WORD = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+|\+")
_DROPPED = frozenset(
    "the a an v ver version license licence licenses licences licensed licenced agreement".split(),
)
_URL_START = re.compile(r"^https?://(?:www\.)?|^www\.")
_URL_END = re.compile(r"[?#].*$|(?:\.(?:txt|html?|php|md|en|xml))+$|[/.]+$")
_URL_ID = re.compile(
    r"(?:opensource\.org/licenses?|spdx\.org/licenses|choosealicense\.com/licenses|licenses\.nuget\.org)/([\w.+\-]+)"
)
_URL_CC = re.compile(
    r"creativecommons\.org/licenses/([a-z\-]+)/(\d\.\d)(?:/[\w.\-/]*)?"
)
_CC_NOISE = frozenset({"international", "intl", "unported", "generic", "public"})
_DATE = re.compile(
    r",?\s*(?:\d+\s+)?(?:january|february|march|april|may|june|july|august|october|november)\s+(?:\d+,\s+)?\d{4}"
)


def normal(text: str) -> str:
    """
    `text` as words to look up: see the head of `rules/names.toml`.

    >>> normal("GNU GPLv2 or later"), normal("The Apache License, Version 2.0")
    ('gnu gpl 2 +', 'apache 2')
    """
    text = _OR_LATER.sub("+", _DATE.sub("", _unicode("NFKC", text).casefold()))
    text = _GLUED_V.sub(" ", _AT_LEAST.sub(r"\1+", text))
    words: list[str] = []
    for match in _WORD.finditer(text):
        word = match[0]
        if word == "+" and (match.start() == 0 or text[match.start() - 1].isspace()):
            continue
        if word not in _DROPPED:
            # A number after "BSD" counts clauses: "BSD License 2.0" is no BSD-2-Clause.
            words.append(word if words[-1:] == ["bsd"] else _version(word))
    if words[:1] == ["cc"] or words[:2] == ["creative", "commons"]:
        words = [word for word in words if word not in _CC_NOISE]
    return " ".join(words)


def _version(word: str) -> str:
    while word[0].isdigit() and word.endswith(".0"):
        word = word[:-2]
    return word


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """
    A name that needs more to be a license: which ids belong to it, and what it means
    when it withholds something.
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
    What a whole phrase is: an expression, a family, or a word that stands for nothing
    (neither).
    """

    expression: Expression | None = None
    family: Family | None = None


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
    """The table of names. Raises `ValueError` for a file that is no TOML."""
    path = data_folder("rules") / "names.toml"
    raw = toml.loads(path.read_bytes(), label=path.name)
    phrases = {key: Phrase() for key in raw["placeholder"]["names"]}
    families: dict[str, Family] = {}
    versions: dict[str, Mapping[str, str]] = {}
    for name, entry in raw["family"].items():
        families[name] = family = _family(name, entry)
        for key in entry["names"]:
            phrases[key] = Phrase(family=family)
            versions[key] = entry.get("versions", {})
    phrases |= {
        key: Phrase(expression=Expression(value)) for key, value in raw["alias"].items()
    }
    return Table(
        phrases=phrases,
        versions=versions,
        families=families,
        exceptions={
            k: tuple([v] if isinstance(v, str) else v)
            for k, v in raw["exception"].items()
        },
        choices=frozenset(frozenset(pair) for pair in raw["choice"]["pairs"]),
        restricted=tuple(f" {word} " for word in raw["restricted"]["words"]),
        freed=tuple(f" {word} " for word in raw["restricted"]["freed"]),
        forbidding={
            k: tuple(f" {word} " for word in v)
            for k, v in raw["restricted"]["clauses"].items()
        },
        urls=raw["url"],
    )


def _family(name: str, entry: Mapping[str, Any]) -> Family:
    return Family(
        name=name,
        members=tuple(entry.get("members", ())),
        likely=Expression(entry["likely"]) if "likely" in entry else None,
        restricted=entry.get("restricted", False),
        any=entry.get("any", False),
        alike=entry.get("alike", False),
    )


@lru_cache(maxsize=4096)
def lookup(key: str) -> Phrase | None:
    """
    What the phrase `key`, in normal form, is as a whole: by the table, or as a family
    with a version.
    """
    found = table().phrases.get(key)
    return found or _versioned(key)


_LAST_WORDS = {"+": Later.YES, "only": Later.NO}
"""What the last word of a phrase says of later versions."""


def _versioned(key: str) -> Phrase | None:
    """
    Return the license of a family, a version and what is said of later ones: "lgpl 2.1
    +".
    """
    words = key.split()
    later = _LAST_WORDS.get(words[-1], Later.UNSAID) if words else Later.UNSAID
    if later:
        words.pop()
    for cut in range(len(words) - 1, 0, -1):
        known = table().versions.get(" ".join(words[:cut]))
        if known is None:
            continue
        id_ = known.get(" ".join(words[cut:]))
        if id_ is None or (later is Later.NO and claim(id_) is None):
            return None
        return Phrase(expression=suffixed(id_, later))
    if later is not Later.YES or not words:
        return None
    # A GNU license without a number leaves the version to the user (GPL-2.0, section
    # 9).
    versions = table().versions.get(" ".join(words), {})
    first = next(iter(versions.values()), "")
    return Phrase(expression=suffixed(first, later)) if claim(first) else None


def suffixed(id_: str, later: Later = Later.UNSAID) -> Expression:
    """Return the license `id_` with the suffix that says so of later versions."""
    gnu = claim(id_)
    if gnu is not None:
        return replace(gnu, later=later).expression
    return Expression(f"{id_}+" if later else id_)


def address(url: str) -> str | None:
    """
    The expression, the family or what may be an id, that a web address of license terms
    stands for.
    """
    place = _URL_START.sub("", url.lower())
    while (shorter := _URL_END.sub("", place)) != place:
        place = shorter
    known = table().urls.get(place)
    if known is None and (match := _URL_ID.fullmatch(place)):
        known = match[1]
    if known is None and (match := _URL_CC.fullmatch(place)):
        known = f"CC-{match[1]}-{match[2]}"
    return known


def fits(family: str, license_: str) -> bool:
    """
    Whether the id `license_` belongs to `family`; False for a family that is not in the
    table.

    ScanCode's key of an old or local version is spelled like the ids of its family
    (`LicenseRef-scancode-zpl-1.0`).
    """
    kind = table().families.get(family)
    if kind is None:
        return False
    if kind.any:
        return not is_reference(license_)
    if license_.startswith(kind.members):
        return True
    members = tuple(map(str.lower, kind.members))
    return is_scancode(license_) and reference_name(license_).startswith(members)


def family_of(license_: str) -> str | None:
    """The particular family that the id `license_` belongs to."""
    return next(
        (
            name
            for name, kind in table().families.items()
            if not kind.any and fits(name, license_)
        ),
        None,
    )


def is_exception(key: str) -> bool:
    """
    Whether `key`, in normal form, names an exception to licenses, with or without the
    word "exception".
    """
    return _exception_key(key) in table().exceptions


def with_exception(license_: str, key: str) -> Expression:
    """
    The license with the exception that `key` names, which may have a text of its own
    for GPL-3.0.
    """
    ids = table().exceptions[_exception_key(key)]
    gnu = claim(license_)
    is_third = gnu is not None and gnu.version == "3.0"
    return join_exception(license_, ids[-1 if is_third else 0])


def _exception_key(key: str) -> str:
    return " ".join(
        word
        for word in key.split()
        if word not in ("exception", "exceptions", "linking", "special")
    )


def is_choice(left: Iterable[str], right: Iterable[str]) -> bool:
    """
    Whether a family of `left` and one of `right` are offered together only as a choice.
    """
    return any(frozenset((a, b)) in table().choices for a in left for b in right)


def is_restricted(key: str) -> bool:
    """Whether `key`, in normal form, holds words that forbid or withhold something."""
    padded = f" {key} "
    for words in table().freed if " commercial " in padded else ():
        if not any(f" {no}{words}" in padded for no in ("not", "no", "never")):
            padded = padded.replace(words, "  ")
    return any(word in padded for word in table().restricted)


def forbids(key: str) -> str:
    """
    The clause by which `key`, restricted and in normal form, forbids commerce; "" when
    it only withholds.
    """
    padded = f" {key} "
    return next(
        (
            c
            for c, words in table().forbidding.items()
            if any(map(padded.__contains__, words))
        ),
        "",
    )
