"""
Find the names of licenses in a sentence: those that `names.interpret` knows,
and those that look like one and that nobody knows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from licensescan.base.installation import read_data
from licensescan.base.lazy_regex import Regex
from licensescan.base.toml import loads
from licensescan.classifier.names.interpret import interpret
from licensescan.classifier.names.reading import Name
from licensescan.classifier.names.vocabulary import is_foreign, is_open
from licensescan.model.texts import NOASSERTION, Expression
from licensescan.standards.spdx_text import looks_like_id

_LONGEST = 14
"""Words of the longest name."""

_TITLE = 7
"""Words of the title of a license up to that word."""

_VERSION_BEFORE = 24
"""Characters before a name in which its version may stand."""

_NAME_ENDS = ('",', ";")
"""What no name reaches across: an item of a list in quotes ends, a clause."""

_EDGES = " \t\n,;:.!?()[]|=\"'“”‘’、。（）「」"


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseName:
    """
    A name in a text, as offsets; `terms` is one that nobody knows, and the
    `expression` of a family is `NOASSERTION`. One that `is_exact` has its
    version before it.
    """

    start: int
    end: int
    expression: Expression = NOASSERTION
    terms: str = ""
    family: str = ""
    is_exact: bool = False


class _Word(NamedTuple):
    start: int
    end: int
    key: str


_start = attrgetter("start")


def license_names(text: str, start: int, end: int) -> list[LicenseName]:
    """Return the names in a stretch of `text`, in order."""
    words = list(_words(text, start, end))
    found = list(_shaped(text, start, end))
    at = 0
    while at < len(words):
        name, after = _name_from(text, words, at)
        if name is None:
            at += 1
        else:
            is_new = not _is_taken(name.start, name.end, found)
            found += [name] if is_new else []
            at = after
    found += _unknown(text, start, end, found)
    return sorted(found, key=lambda name: name.start)


def _shaped(
    text: str,
    start: int,
    end: int,
) -> Iterator[LicenseName]:
    """Yield the names that a pattern tells, with the words in them."""
    is_ascii = text[start:end].isascii()
    for shape in _shapes():
        if is_ascii and shape.is_foreign:
            continue
        for match in shape.pattern.finditer(text, start, end):
            parts = match.groupdict(default="")
            words = {
                part: _in_words(part, said) for part, said in parts.items()
            }
            written = shape.name.format(**words)
            known = interpret(" ".join(written.split()))
            if _is_known(known):
                yield LicenseName(
                    start=match.start(),
                    end=match.end(),
                    expression=known.expression or NOASSERTION,
                    family=_family(known),
                )


def _in_words(part: str, said: str) -> str:
    """Return a part of a name as English writes it."""
    if part == "later":
        return "or later" if said else ""
    return str(_data()["written-as"].get(said.lower(), said))


def _in_english(written: str) -> str:
    """Return a name in one line, with the English word for "license"."""
    line = written.replace("\n", " ")
    return _pattern("translated").sub(" License", line)


def _words(text: str, start: int, end: int) -> Iterator[_Word]:
    """Yield the words of a stretch, without what stands at their edges."""
    for match in _pattern("word").finditer(text, start, end):
        word = match[0].strip(_EDGES)
        if word.strip("-"):
            begin = match.start() + match[0].index(word)
            yield _Word(start=begin, end=begin + len(word), key=word.lower())


def _name_from(
    text: str, words: list[_Word], at: int
) -> tuple[LicenseName | None, int]:
    """Return the longest name that begins with word `at`, and what follows."""
    if not _may_begin(text, words, at):
        return None, at
    for after in _ends(text, words, at):
        start, end = words[at].start, words[after - 1].end
        written = text[start:end]
        if words[after - 1].key in _table("ends"):
            continue
        if not _is_name_like(words[at:after]):
            continue
        known = interpret(_in_english(written))
        if _is_known(known):
            name = LicenseName(
                start=start,
                end=end,
                expression=known.expression or NOASSERTION,
                family=_family(known),
            )
            name = _with_version_before(text, name)
            return _with_later(text, name, words, after)
    return _compound(text, words[at]), at + 1


def _ends(text: str, words: list[_Word], at: int) -> Iterator[int]:
    """
    Yield where a name that begins with word `at` may end, the longest first:
    before the first word that no name has, unless another allows for it, and
    at the end of an item in quotes.
    """
    last = min(len(words), at + _LONGEST)
    for end in _NAME_ENDS:
        stop = text.find(end, words[at].start, words[last - 1].end)
        if stop >= 0:
            last = bisect_left(words, stop, at + 1, last, key=_start)
    inside = range(at, last)
    foreign = (n for n in inside if _is_foreign(text, words[n]))
    first = next(foreign, last)
    opening = (n for n in inside if is_open(words[n].key))
    opened = next(opening, last) if first < last else last
    yield from range(last, max(first, opened), -1)
    yield from range(first, at, -1)


def _is_foreign(text: str, word: _Word) -> bool:
    """Return True for a word that no name has, and no acronym in brackets."""
    return is_foreign(word.key) and text[word.start - 1 : word.start] != "("


def _with_later(
    text: str, name: LicenseName, words: list[_Word], after: int
) -> tuple[LicenseName, int]:
    """
    Return a name with the words behind it that give later versions too.
    """
    later = _pattern("later").match(text, name.end)
    if later is None or "only" not in name.expression:
        return name, after
    written = f"{text[name.start : name.end]} or later"
    known = interpret(" ".join(written.split()))
    while after < len(words) and words[after].start < later.end():
        after += 1
    expression = known.expression or name.expression
    name = replace(name, end=later.end(), expression=expression)
    return name, after


def _with_version_before(text: str, name: LicenseName) -> LicenseName:
    """Return a name of which "version 2 of the ..." stands before it."""
    first = max(0, name.start - _VERSION_BEFORE)
    if " of" not in text[first : name.start]:
        return name
    before = _pattern("version-before").search(text, first, name.start)
    if before is None:
        return name
    written = f"{text[name.start : name.end]} version {before['version']}"
    known = interpret(" ".join(written.split())).expression
    if known is None:
        return name
    return LicenseName(
        start=before.start(), end=name.end, expression=known, is_exact=True
    )


def _compound(text: str, word: _Word) -> LicenseName | None:
    """Return the name that a compound begins with ("GPL-compatible")."""
    head = text[word.start : word.end].split("-")[0]
    known = interpret(head)
    if "-" not in word.key or not _is_strong(word.key) or not _is_known(known):
        return None
    return LicenseName(
        start=word.start,
        end=word.start + len(head),
        expression=known.expression or NOASSERTION,
        family=_family(known),
    )


def _may_begin(text: str, words: list[_Word], at: int) -> bool:
    """
    Return True if a name may begin with word `at`: a word of names, an id, or
    one with a capital that "License" follows.
    """
    if _is_of_names(words[at].key):
        return True
    for word in words[at : at + _TITLE]:
        if _is_license(word):
            return word is not words[at]
        if not text[word.start].isupper() and word.key not in _table("joins"):
            return False
    return False


@lru_cache(maxsize=1024)
def _is_of_names(key: str) -> bool:
    """Return True for a word of names, and for an id."""
    head = key.split("-")[0].rstrip("0123456789.+v")
    is_weak = not _table("weak").isdisjoint((head, key))
    return is_weak or _is_strong(key) or looks_like_id(key)


def _is_license(word: _Word) -> bool:
    return word.key.startswith(("license", "licence"))


@lru_cache(maxsize=1024)
def _is_strong(key: str) -> bool:
    strong = _table("strong")
    head = key.replace("/", "-").split("-")[0]
    stem = head.rstrip("0123456789.+v")
    return not strong.isdisjoint((key, head, stem))


def _is_name_like(words: list[_Word]) -> bool:
    """Return True if some words can be a name, and no ordinary words."""
    if any(_is_strong(word.key) for word in words):
        return True
    keys = [word.key for word in words]
    if any(key.startswith(("licens", "licenc")) for key in keys):
        return len(words) > 1
    return any(
        "-licen" in key or ("-" in key and key[-1].isdigit()) for key in keys
    )


def _is_known(name: Name) -> bool:
    if name.expression is not None:
        return True
    none = set(_data()["no-names"])
    return bool(name.families) and not none.issuperset(name.families)


def _unknown(
    text: str, start: int, end: int, known: list[LicenseName]
) -> Iterator[LicenseName]:
    """Yield what looks like the name of a license and is none of `known`."""
    for match in _pattern("unknown").finditer(text, start, end):
        words = match[0].split()
        while words and _is_before(words[0]):
            words = words[1:]
        name = " ".join(words)
        if not name or _is_taken(match.start(), match.end(), known):
            continue
        keys = {word.lower().strip(_EDGES) for word in words}
        if keys <= _table("unnamed") or keys & _table("no-license"):
            continue
        if _says_something(name):
            continue
        begin = match.start() + match[0].index(words[0])
        yield LicenseName(start=begin, end=match.end(), terms=name)
    if not text[start:end].isascii():
        yield from _unknown_elsewhere(text, start, end, known)


def _unknown_elsewhere(
    text: str, start: int, end: int, known: list[LicenseName]
) -> Iterator[LicenseName]:
    """Yield the names of terms in another language that nobody knows."""
    for match in _pattern("unknown-elsewhere").finditer(text, start, end):
        words = match[0].split()
        is_named = not _table("no-name-elsewhere").issuperset(words[:-1])
        is_one_word = len(words) == 1
        if not (is_named or is_one_word):
            continue
        if not _is_taken(match.start(), match.end(), known):
            yield LicenseName(
                start=match.start(), end=match.end(), terms=" ".join(words)
            )


def _is_before(word: str) -> bool:
    """
    Return True for a word before a name; "version 3 of the License" names
    none.
    """
    return word.isdigit() or word.lower() in _table("before")


def _is_taken(start: int, end: int, known: list[LicenseName]) -> bool:
    return any(name.start < end and start < name.end for name in known)


def _says_something(name: str) -> bool:
    known = interpret(name)
    return bool(known.expression or known.candidates or known.families)


class _Shape(NamedTuple):
    """
    A pattern, and the name or license that it tells; a name is one that no
    text in English has.
    """

    pattern: Regex
    name: str
    is_foreign: bool


@cache
def _shapes() -> list[_Shape]:
    return [
        _Shape(
            Regex(shape["pattern"]),
            shape.get("name") or shape["license"],
            "name" in shape,
        )
        for shape in _data()["shaped"]
    ]


@cache
def _pattern(name: str) -> Regex:
    return Regex(_data()[name])


@cache
def _table(name: str) -> frozenset[str]:
    return frozenset(_data()[name].split())


def words_of(table: str) -> frozenset[str]:
    """Return the words of a table of `names.toml`."""
    return _table(table)


def family_license(names: Iterable[LicenseName]) -> Expression:
    """
    Return the license of a part of which only families are named;
    `NOASSERTION` for a family whose members all ask for little.
    """
    families = _data()["families"]
    named = (families.get(name.family) for name in names)
    return Expression(next(filter(None, named), NOASSERTION))


def _family(name: Name) -> str:
    """Return the family that a name without a license stands for, or ""."""
    return "" if name.expression else next(iter(name.families), "")


@cache
def _data() -> dict[str, Any]:
    data = read_data("rules", "statements", "names.toml")
    return loads(data, label="names.toml")
