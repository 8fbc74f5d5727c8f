"""
Read the names that people use for licenses into SPDX: `License:` fields,
classifiers, POM names, model-card ids.

A value is understood as a whole or not at all: nothing is found inside a word
or a sentence, so that neither `SUBMITTED LICENSE` nor `MIT License
(non-commercial use only)` becomes MIT. A name that leaves the version open, or
the number of clauses, is a family and stays one until a text says more. What
the words mean is data: `rules/names.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from licensescan.classifier.names import phrases
from licensescan.classifier.names.reading import (
    Joiner,
    Name,
    combine,
    exactly,
    fits,
    of_family,
    reference,
)
from licensescan.model.types import Expression
from licensescan.standards.license_list import titled
from licensescan.standards.spdx_expression import (
    License,
    join_and,
    join_or,
    licenses,
    normalise,
    parse,
    parse_ids,
    unparse,
)
from licensescan.standards.spdx_text import is_reference, is_sum

__all__ = ["Name", "combine", "fits", "interpret", "reference"]

LONGEST_NAME = 250
"""
Characters; a longer value is a text or a story, not the name of a license.
"""

LONGEST_LINES = 3
"""Lines that hold anything; a value with more is a text."""

MOST_JOINERS = 24
"""
Commas, slashes, "and" and "or" in a value: readings of its parts grow with the
square of their number.
"""

_COMMERCIAL = Expression("LicenseRef-scancode-commercial-license")

_FILE = re.compile(
    r"(?:[\w.\-]+/)*"
    r"(?:(?:LICEN[CS]ES?|COPYING|EULA|NOTICE|COPYRIGHT)(?:[\-_.][\w\-]+)*"
    r"|[\w.\-]+\.(?:txt|md|rst|html?|pdf|rtf))",
    re.IGNORECASE,
)
_FILE_POINTER = re.compile(
    r"(?i)(?:see\s+licen[cs]e\s+in|file:?)\s+([\w./\-]+)"
)
_AND_FILE = re.compile(r"(?i)\s*[+|]\s*file\s+([\w./\-]+)\s*$")
_URL = re.compile(r"(?i)\(?<?\b(?:https?://|www\.)[^\s()<>]+>?\)?")
_COPYRIGHT = re.compile(r"(?i)^(?:copyright\b|\(c\)|©)")
_COPYRIGHT_TAIL = re.compile(
    r"(?i)[\s,;.\-]+(?:copyright\b|\(c\)|©)\s*(?:\(c\)|©|\d{4}).*$"
)
_TROVE = re.compile(
    r"(?i)^(?:licen[cs]e\s*::\s*)?(?:osi approved\s*::\s*)?(?=\S)"
)
_LEAD = re.compile(
    r"(?i)^(?:(?:this|the) (?:software|project|package|library) is\s+)?"
    r"(?:(?:licen[sc]ed|released|distributed|available|published|provided)\s+)?"
    r"under\s+(?:(?:the\s+)?terms(?:\s+and\s+conditions)?\s+of\s+)?"
    r"|^(?:either|both)\s+(?:of\s+)?"
)
_TAIL = re.compile(
    r"(?i)[\s,;.:(\-–]+(?:see|as in|as described in|as stated in|refer to)\b[^()]*?"
    r"\b(?:licen[cs]e|copying|readme|notice|file|details|website)\b[^()]*\)?\s*$"
)
_DUAL = re.compile(
    r"(?i)^(?:dual|tri|triple|multi|multiple|double)"
    r"(?:[\s\-]*licen[sc](?:ed?|ing|es))?(?:\s+under|\s+consisting of)?\b"
    r"[\s:\-–,]*(?=\S)"
    r"|[\s,(]+(?:dual|tri)(?:[\s\-]*licen[sc]ed?)?\)?$"
)
_STYLE = re.compile(
    r"(?i)[\s\-](?:like|style|type|ish|based|derived)(?:\s+licen[cs]e)?$"
)
_WITH = re.compile(
    r"(?i)(?:\s*,?\s+(?:with|w/|plus|and)\s+|\s+\+\s+|\+(?=cp?e\b)"
    r"|\s*[,&]\s+(?!with\b|and\b|plus\b))(?:(?:the|an?|its)\s+)?"
)
_BUYABLE = re.compile(
    r"(?i)(?!.*\b(?:non|not?|for)\b)"
    r"(?:an?\s+)?(?:\w+\s+){0,2}commercial(?:\s+licen[cs]es?)?"
)
_BRACKET = re.compile(
    r"^([^()\[\]]*?)\s*[(\[]([^()\[\]]*)[)\]]\s*([^()\[\]]*)$"
)
_JOINERS: tuple[tuple[re.Pattern[str], Joiner], ...] = (
    (re.compile(r"(?i),\s+and\s+"), "AND"),
    (re.compile(r"(?i),\s+or\s+"), "OR"),
    (re.compile(r"(?i)\s+(?:and/or|or)\s+|\s*\|\|?\s*"), "OR"),
    (re.compile(r"(?i)\s+(?:and|as well as)\s+|\s*&&?\s*"), "AND"),
    (re.compile(r"\s+\+\s+|\+(?=[A-Za-z])|\s*[/,;]\s*"), "unclear"),
)
"""
From weak to strong; the first split of which both sides are understood is
taken.
"""

_ANY_JOINER = re.compile(r"(?i)\b(?:and|or)\b|[|&+/,;]")


def interpret(value: str) -> Name:
    """
    Return what `value` says about the license. Never raises.

    It may be a field, a whole trove classifier, a Maven name or address, a
    short name of DEP-5 or an id of Hugging Face. A "/" is unclear: Cargo,
    which documents it as OR, is read so by `collect/trees/manifests.py`. A
    list of values is read one by one and given to `combine`.
    """
    text = value.strip()
    lines = list(filter(str.strip, text.splitlines()))
    if len(lines) > LONGEST_LINES or len(text) > LONGEST_NAME:
        return Name(
            value=value,
            basis="text",
        )
    name = _interpret(" ".join(text.split()))
    return name if name.value == value else replace(name, value=value)


@lru_cache(maxsize=4096)
def _interpret(value: str) -> Name:
    also = _AND_FILE.search(value)
    text = _AND_FILE.sub("", value).strip("\"'`“”‘’ ,;")
    text = _TROVE.sub("", text)
    pointer = _FILE_POINTER.fullmatch(text) or _FILE.fullmatch(text)
    file = _file_of(also or pointer)
    name = _read(text, slash_is_or=False)
    if name is not None:
        # "GPL.txt" is the name of a license as well; a file beside a name is
        # one.
        names_file = also or not pointer or name.basis == "placeholder"
        return replace(name, file=file) if names_file else name
    if _COPYRIGHT.match(text):
        return Name(value=value)
    if pointer:
        return Name(
            value=value,
            basis="placeholder",
            file=file,
        )
    return Name(
        value=value,
        restricted=phrases.is_restricted(phrases.normal(text)),
    )


def _file_of(pointer: re.Match[str] | None) -> str:
    """
    Return the file that a match points to: its only group, else all of it.
    """
    return "" if pointer is None else pointer[pointer.lastindex or 0]


@lru_cache(maxsize=4096)
def _read(
    text: str,
    slash_is_or: bool,
) -> Name | None:
    """
    Return `text` as a name or several, None unless all of it is understood.
    With `slash_is_or` a "/" joins what can be chosen.
    """
    text = text.strip(" ,;:-–—*").rstrip(".")
    if len(_ANY_JOINER.findall(text)) > MOST_JOINERS:
        return None
    readers = _READERS_OF_ADDRESS if _URL.search(text) else _READERS
    for reader in readers:
        name = reader(text, slash_is_or)
        if name is not None:
            return name
    return None


def _whole(
    text: str,
    _: bool = False,
) -> Name | None:
    """
    Return an SPDX expression, a phrase of the table, a family with a version,
    or the title of a license.
    """
    key = phrases.normal(text)
    phrase = phrases.lookup(key)
    if phrase is None or not phrase.is_placeholder:
        tree = parse_ids(text)
        if tree is not None:
            return exactly(text, unparse(tree), "spdx")
    if phrase is None:
        return _titled(text, key)
    if phrase.expression is not None:
        return exactly(text, normalise(phrase.expression))
    if phrase.family is None:
        return Name(
            value=text,
            basis="placeholder",
        )
    family = phrase.family
    name = of_family(text, family.name, likely=family.likely)
    return replace(name, restricted=family.restricted)


def _titled(text: str, key: str) -> Name | None:
    """
    Return the license whose full title in the license list is `text`, of two
    words or more. Titles of kinds, of exceptions and of what is only like a
    license name none.
    """
    if " " not in text or _STYLE.search(text):
        return None
    info = titled(text)
    if info is None or not info.is_license:
        return None
    if " " not in key and is_reference(info.id):
        return None
    return exactly(text, normalise(info.id), "title")


# -- exceptions --


def _with_exception(
    text: str,
    slash_is_or: bool,
) -> Name | None:
    """Return a license and what is said to be an exception to it."""
    for match in _WITH.finditer(text):
        key = phrases.normal(text[match.end() :].rstrip(")"))
        is_known = phrases.is_exception(key)
        is_with = "with" in match[0].lower()
        if is_known or (is_with and key.endswith(("exception", "exceptions"))):
            base = _read(text[: match.start()], slash_is_or)
            return _excepted(
                text,
                base,
                key,
                is_known=is_known,
            )
    return _glued_exception(text)


def _excepted(
    text: str,
    base: Name | None,
    key: str,
    *,
    is_known: bool,
) -> Name | None:
    """Return the license `base` with the exception that `key` names."""
    if base is None:
        return None
    if base.expression is None:
        return base if base.families and not base.joiner else None
    tree = parse(base.expression)
    if not isinstance(tree, License):
        return None
    if is_known:
        return exactly(text, phrases.with_exception(tree.id, key))
    # An exception that is not known gives permissions on top of the license;
    # which, only the text can say.
    family = phrases.family_of(tree.id)
    return of_family(text, family, likely=base.expression) if family else None


def _glued_exception(text: str) -> Name | None:
    """
    Return `GPL-2+-autoconf-exception`, `Apache-2-LLVM-exceptions` and the
    like.
    """
    words = phrases.normal(text).split()
    if words[-1:] not in (["exception"], ["exceptions"]):
        return None
    for cut in range(1, len(words) - 1):
        base = phrases.lookup(" ".join(words[:cut]).removesuffix(" with"))
        key = " ".join(words[cut:])
        if base and base.expression and phrases.is_exception(key):
            return exactly(text, phrases.with_exception(base.expression, key))
    return None


# -- brackets and addresses --


def _bracketed(
    text: str,
    slash_is_or: bool,
) -> Name | None:
    """
    Return `GPL (>= 2)`, `MIT License (MIT)`, `GPLv2 (with FOSS License
    Exception)`, `(MIT or Apache 2)` and the like.
    """
    match = _BRACKET.match(text)
    if not match:
        return None
    before, inner, after = match.groups()
    if not before and not after:
        return _read(inner, slash_is_or)
    opened = f"{before} {inner} {after}"
    joined = _whole(opened.strip()) or _with_exception(opened, slash_is_or)
    if joined is not None:
        return joined
    outer = _read(f"{before} {after}".strip(), slash_is_or)
    if outer is None or _is_acronym(inner, before):
        return outer
    also = _read(inner, slash_is_or)
    if also is None or also.restricted:
        return None
    if also.basis in ("placeholder", "link"):
        return outer
    return combine((outer, also))


def _is_acronym(
    inner: str,
    outer: str,
) -> bool:
    """
    Return True if `inner` is made of the initials of `outer`: `Aladdin Free
    Public License (AFPL)`.
    """
    initials = "".join(word[0] for word in outer.lower().split())
    return len(inner) > 1 and inner.lower() == initials


def _address(
    text: str,
    slash_is_or: bool,
) -> Name | None:
    """
    Return the license of an address, and of the words before or after it.
    """
    match = _URL.search(text)
    assert match is not None
    linked = _link(match[0].strip("()<> ,;"))
    rest = f"{text[: match.start()]} {text[match.end() :]}".strip(" ,;:()-")
    if not rest:
        return linked
    name = _read(rest, slash_is_or)
    if name is None or linked.basis == "link":
        return name
    is_first = match.start() == 0
    return combine((linked, name) if is_first else (name, linked))


def _link(url: str) -> Name:
    target = phrases.address(url)
    if target is None:
        return Name(
            value=url,
            basis="link",
        )
    tree = parse_ids(target)
    if tree is not None:
        return exactly(url, unparse(tree))
    if target in phrases.table().families:
        return of_family(url, target)
    return Name(
        value=url,
        basis="link",
    )


# -- words around a name --


def _dual(
    text: str,
    _: bool,
) -> Name | None:
    """Return the choice that words such as "dual licensed" announce."""
    names = _DUAL.sub("", text)
    name = (
        _read(names.strip("() "), slash_is_or=True) if names != text else None
    )
    return None if name is None else _as_choice(name)


def _without_noise(
    text: str,
    slash_is_or: bool,
) -> Name | None:
    """Return a name among words that say nothing about the license."""
    for shorter in _shortened(text):
        name = _read(shorter, slash_is_or)
        if name is not None:
            return name
    return None


def _shortened(text: str) -> Iterator[str]:
    """
    Yield `text` without words at its beginning, and without some at its end.
    """
    lead = _LEAD.sub("", text)
    if lead != text:
        yield lead
    for tail in (_TAIL, _COPYRIGHT_TAIL):
        match = tail.search(text)
        if match and not _restricts(match[0]):
            yield text[: match.start()]


def _restricts(tail: str) -> bool:
    """
    Return True if words at the end withhold something. "All rights reserved"
    after a copyright stands above permissive texts too.
    """
    key = phrases.normal(tail).replace("all rights reserved", "")
    return phrases.is_restricted(key)


def _style(
    text: str,
    _: bool,
) -> Name | None:
    """
    Return the family of `MIT-like` or `BSD style`: they are no more than that.
    """
    plain = _STYLE.sub("", text)
    name = _whole(plain) if plain != text else None
    if name is None or name.expression is None:
        return name
    families = map(phrases.family_of, licenses(name.expression))
    family = next(filter(None, families), None)
    return of_family(text, family) if family else None


# -- several names --


class _Cut(NamedTuple):
    """Where a value may be cut in two, and what the cut-out words join."""

    left: str
    right: str
    joiner: Joiner
    is_choice: bool


def _cuts(text: str) -> Iterator[_Cut]:
    """
    Yield the cuts that part no brackets, those at the weakest joiners first.
    """
    for pattern, joiner in _JOINERS:
        for match in pattern.finditer(text):
            left, right = text[: match.start()], text[match.end() :]
            if left.count("(") == left.count(")"):
                is_choice = joiner == "OR" or match[0].strip() == "/"
                yield _Cut(
                    left,
                    right,
                    joiner,
                    is_choice,
                )


def _split(
    text: str,
    slash_is_or: bool,
) -> Name | None:
    """
    Return two names with what joins them, at the first cut that leaves two.
    """
    for cut in _cuts(text):
        left = _side(cut.left, slash_is_or, is_choice=cut.is_choice)
        if left is None:
            continue
        right = _side(cut.right, slash_is_or, is_choice=cut.is_choice)
        if right is None:
            continue
        if cut.joiner != "unclear":
            return _joined(
                text,
                left,
                right,
                cut.joiner,
            )
        if slash_is_or or _are_alternatives(left, right, cut):
            return _joined(
                text,
                _as_choice(left),
                _as_choice(right),
                "OR",
            )
        if left.restricted or right.restricted:
            return None
        return _joined(
            text,
            left,
            right,
            "unclear",
        )
    return None


def _side(
    text: str,
    slash_is_or: bool,
    *,
    is_choice: bool,
) -> Name | None:
    """
    Return one side of a joiner; beside "or", a commercial license is a branch
    that can be bought.
    """
    if is_choice and _BUYABLE.fullmatch(text.strip(" ().")):
        return exactly(text, _COMMERCIAL)
    name = _read(text, slash_is_or)
    return name if name is not None and name.understood else None


def _are_alternatives(
    left: Name,
    right: Name,
    cut: _Cut,
) -> bool:
    """
    Return True if two names are offered together only as a choice: their
    families are, or one of them is bought.
    """
    if cut.is_choice and _COMMERCIAL in left.named + right.named:
        return True
    return phrases.is_choice(left.kinds, right.kinds)


def _joined(
    text: str,
    left: Name,
    right: Name,
    joiner: Joiner,
) -> Name:
    """Return two readings as one."""
    if joiner != "unclear" and left.expression and right.expression:
        return exactly(text, _join(joiner, left.expression, right.expression))
    nested = {left.joiner, right.joiner} - {"", joiner}
    families = tuple(dict.fromkeys(left.families + right.families))
    return Name(
        value=text,
        basis="family" if families else "table",
        candidates=tuple(dict.fromkeys(left.named + right.named)),
        families=families,
        joiner="unclear" if nested else joiner,
        likely=_likely(left, right, joiner),
        restricted=left.restricted or right.restricted,
    )


def _likely(
    left: Name,
    right: Name,
    joiner: Joiner,
) -> Expression | None:
    """
    Return what two readings practically always mean, when each means one
    thing.
    """
    if joiner == "unclear" or not left.meant or not right.meant:
        return None
    return _join(joiner, left.meant, right.meant)


def _join(joiner: Joiner, *expressions: Expression) -> Expression:
    return join_or(*expressions) if joiner == "OR" else join_and(*expressions)


def _as_choice(name: Name) -> Name:
    """
    Return what "dual" makes of a reading: what was joined, however it was
    joined, is a choice.
    """
    if name.expression and is_sum(name.expression):
        return replace(name, expression=join_or(*licenses(name.expression)))
    if name.joiner == "unclear" and not name.families:
        choice = join_or(*name.candidates)
        return replace(
            name,
            expression=choice,
            candidates=(),
            joiner="",
        )
    return replace(name, joiner="OR") if name.joiner else name


_Reader: TypeAlias = Callable[[str, bool], Name | None]

_READERS: tuple[_Reader, ...] = (
    _whole,
    _with_exception,
    _bracketed,
    _dual,
    _without_noise,
    _style,
    _split,
)
"""
How a value may be read, in this order: the first that understands all of it.
"""

_READERS_OF_ADDRESS: tuple[_Reader, ...] = (
    _whole,
    _with_exception,
    _bracketed,
    _address,
)
"""The same for a value with a web address in it."""
