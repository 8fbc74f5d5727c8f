"""
From the words that people use for licenses to SPDX: `License:` fields, classifiers, POM
names, model-card ids.

A value is understood as a whole or not at all: nothing is found inside a word or a
sentence, so that neither `SUBMITTED LICENSE` nor `MIT License (non-commercial use
only)` becomes MIT. A name that leaves the version open, or the number of clauses, is a
family and stays one until a text says more. What the words mean is data:
`rules/names.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from licensescan.classifier.names import phrases
from licensescan.classifier.names.reading import Joiner, Name, combine, fits, reference
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
from licensescan.standards.spdx_text import has_choice, has_sum, is_reference

__all__ = ["Name", "combine", "fits", "interpret", "reference"]

LONGEST_NAME = 250
"""Characters; a longer value is a text or a story, not the name of a license."""

LONGEST_LINES = 3
"""Lines that hold anything; a value with more is a text."""

MOST_JOINERS = 24
"""
Commas, slashes, "and" and "or" in a value: readings of its parts grow with the square
of their number.
"""

_COMMERCIAL = Expression("LicenseRef-scancode-commercial-license")

_FILE = re.compile(
    r"(?:[\w.\-]+/)*(?:(?:LICEN[CS]ES?|COPYING|EULA|NOTICE|COPYRIGHT)(?:[\-_.][\w\-]+)*|[\w.\-]+\.(?:txt|md|rst|html?|pdf|rtf))",
    re.IGNORECASE,
)
_FILE_POINTER = re.compile(r"(?i)(?:see\s+licen[cs]e\s+in|file:?)\s+([\w./\-]+)")
_AND_FILE = re.compile(r"(?i)\s*[+|]\s*file\s+([\w./\-]+)\s*$")
_URL = re.compile(r"(?i)\(?<?\b(?:https?://|www\.)[^\s()<>]+>?\)?")
_COPYRIGHT = re.compile(r"(?i)^(?:copyright\b|\(c\)|©)")
_COPYRIGHT_TAIL = re.compile(
    r"(?i)[\s,;.\-]+(?:copyright\b|\(c\)|©)\s*(?:\(c\)|©|\d{4}).*$"
)
_TROVE = re.compile(r"(?i)^(?:licen[cs]e\s*::\s*)?(?:osi approved\s*::\s*)?(?=\S)")
_LEAD = re.compile(
    r"(?i)^(?:(?:this|the) (?:software|project|package|library) is\s+)?"
    r"(?:(?:licen[sc]ed|released|distributed|available|published|provided)\s+)?under\s+"
    r"(?:(?:the\s+)?terms(?:\s+and\s+conditions)?\s+of\s+)?|^(?:either|both)\s+(?:of\s+)?"
)
_TAIL = re.compile(
    r"(?i)[\s,;.:(\-–]+(?:see|as in|as described in|as stated in|refer to)\b[^()]*?"
    r"\b(?:licen[cs]e|copying|readme|notice|file|details|website)\b[^()]*\)?\s*$"
)
_DUAL = re.compile(
    r"(?i)^(?:dual|tri|triple|multi|multiple|double)(?:[\s\-]*licen[sc](?:ed?|ing|es))?(?:\s+under|\s+consisting of)?\b"
    r"[\s:\-–,]*(?=\S)|[\s,(]+(?:dual|tri)(?:[\s\-]*licen[sc]ed?)?\)?$"
)
_STYLE = re.compile(
    r"(?i)[\s\-](?:like|style|type|ish|based|derived)(?:\s+licen[cs]e)?$"
)
_WITH = re.compile(
    r"(?i)(?:\s*,?\s+(?:with|w/|plus|and)\s+|\s+\+\s+|\+(?=cp?e\b)|\s*[,&]\s+(?!with\b|and\b|plus\b))(?:(?:the|an?|its)\s+)?"
)
_BUYABLE = re.compile(
    r"(?i)(?!.*\b(?:non|not?|for)\b)(?:an?\s+)?(?:\w+\s+){0,2}commercial(?:\s+licen[cs]es?)?"
)
_BRACKET = re.compile(r"^([^()\[\]]*?)\s*[(\[]([^()\[\]]*)[)\]]\s*([^()\[\]]*)$")
# From weak to strong; the first split of which both sides are understood is taken.
_JOINERS: tuple[tuple[re.Pattern[str], Joiner], ...] = (
    (re.compile(r"(?i),\s+and\s+"), "AND"),
    (re.compile(r"(?i),\s+or\s+"), "OR"),
    (re.compile(r"(?i)\s+(?:and/or|or)\s+|\s*\|\|?\s*"), "OR"),
    (re.compile(r"(?i)\s+(?:and|as well as)\s+|\s*&&?\s*"), "AND"),
    (re.compile(r"\s+\+\s+|\+(?=[A-Za-z])|\s*[/,;]\s*"), "unclear"),
)
_ANY_JOINER = re.compile(r"(?i)\b(?:and|or)\b|[|&+/,;]")


def interpret(value: str) -> Name:
    """
    What `value` says about the license.

    It may be a field, a whole trove classifier, a Maven name or address, a short name
    of DEP-5 or an id of Hugging Face. A "/" is unclear: Cargo, which documents it as OR,
    is read so by `collect/trees/manifests.py`. A list of values is read one by one and
    given to `combine`. Never raises.
    """
    text = value.strip()
    lines = sum(1 for line in text.splitlines() if line.strip())
    if lines > LONGEST_LINES or len(text) > LONGEST_NAME:
        return Name(value=value, basis="text")
    return replace(_interpret(" ".join(text.split())), value=value)


@lru_cache(maxsize=4096)
def _interpret(value: str) -> Name:
    also = _AND_FILE.search(value)
    text = _TROVE.sub("", _AND_FILE.sub("", value).strip("\"'`“”‘’ ,;"))
    pointer = _FILE_POINTER.fullmatch(text) or _FILE.fullmatch(text)
    file = also[1] if also else pointer[pointer.lastindex or 0] if pointer else ""
    name = _read(text, slash_is_or=False)
    if name is not None and (name.basis == "placeholder" or not pointer or also):
        return replace(name, file=file)
    if name is not None:
        return name
    if _COPYRIGHT.match(text):
        return Name(value=value)
    if pointer:
        return Name(value=value, basis="placeholder", file=file)
    return Name(value=value, restricted=phrases.is_restricted(phrases.normal(text)))


@lru_cache(maxsize=4096)
def _read(text: str, slash_is_or: bool) -> Name | None:
    """`text` as a name or several; None unless all of it is understood."""
    text = text.strip(" ,;:-–—*").rstrip(".")
    if len(_ANY_JOINER.findall(text)) > MOST_JOINERS:
        return None
    name = (
        _whole(text)
        or _with_exception(text, slash_is_or)
        or _bracketed(text, slash_is_or)
    )
    if name is not None:
        return name
    if _URL.search(text):
        return _address(text, slash_is_or)
    for shorter, choice in _without_noise(text):
        name = _read(shorter, slash_is_or or choice)
        if name is not None:
            return _as_choice(name) if choice else name
    return _style(text) or _split(text, slash_is_or)


def _whole(text: str) -> Name | None:
    """
    An SPDX expression, a phrase of the table, a family with a version, or the title of
    a license.
    """
    key = phrases.normal(text)
    phrase = phrases.lookup(key)
    if phrase is None or phrase.expression is not None or phrase.family is not None:
        tree = parse_ids(text)
        if tree is not None:
            return Name(value=text, expression=unparse(tree), basis="spdx")
    if phrase is None:
        title = _titled(text, key)
        return Name(value=text, expression=title, basis="title") if title else None
    if phrase.expression is not None:
        return Name(value=text, expression=normalise(phrase.expression), basis="table")
    if phrase.family is None:
        return Name(value=text, basis="placeholder")
    kind = phrase.family
    return Name(
        value=text,
        basis="family",
        families=(kind.name,),
        likely=kind.likely,
        restricted=kind.restricted,
    )


def _titled(text: str, key: str) -> Expression | None:
    """
    Return the license whose full title in the license list is `text`, of two words or
    more. Titles of kinds, of exceptions and of what is only like a license name none.
    """
    if " " not in text or _STYLE.search(text):
        return None
    license_ = titled(text)
    if license_ is None or license_.is_generic or license_.is_exception:
        return None
    if " " not in key and is_reference(license_.id):
        return None
    return normalise(license_.id)


def _with_exception(text: str, slash_is_or: bool) -> Name | None:
    for match in _WITH.finditer(text):
        key = phrases.normal(text[match.end() :].rstrip(")"))
        named = phrases.is_exception(key)
        if not named and not (
            "with" in match[0].lower() and key.endswith(("exception", "exceptions"))
        ):
            continue
        base = _read(text[: match.start()], slash_is_or)
        if base is None or base.expression is None:
            return base if base and base.families and not base.joiner else None
        tree = parse(base.expression)
        if not isinstance(tree, License):
            return None
        if named:
            return Name(
                value=text,
                expression=phrases.with_exception(tree.id, key),
                basis="table",
            )
        # An exception that is not known gives permissions on top of the license; which,
        # only the text can say.
        family = phrases.family_of(tree.id)
        return (
            Name(value=text, basis="family", families=(family,), likely=base.expression)
            if family
            else None
        )
    return _glued_exception(text)


def _glued_exception(text: str) -> Name | None:
    """`GPL-2+-autoconf-exception`, `Apache-2-LLVM-exceptions`."""
    words = phrases.normal(text).split()
    if words[-1:] not in (["exception"], ["exceptions"]):
        return None
    for cut in range(1, len(words) - 1):
        base = phrases.lookup(" ".join(words[:cut]).removesuffix(" with"))
        key = " ".join(words[cut:])
        if base and base.expression and phrases.is_exception(key):
            return Name(
                value=text,
                expression=phrases.with_exception(base.expression, key),
                basis="table",
            )
    return None


def _bracketed(text: str, slash_is_or: bool) -> Name | None:
    """
    `GPL (>= 2)`, `MIT License (MIT)`, `GPLv2 (with FOSS License Exception)`, `(MIT or
    Apache 2)`.
    """
    match = _BRACKET.match(text)
    if not match:
        return None
    before, inner, after = match.groups()
    if not before and not after:
        return _read(inner, slash_is_or)
    joined = _whole(f"{before} {inner} {after}".strip()) or _with_exception(
        f"{before} {inner} {after}", slash_is_or
    )
    if joined is not None:
        return joined
    outer = _read(f"{before} {after}".strip(), slash_is_or)
    if outer is None or _is_acronym(inner, before):
        return outer
    said = _read(inner, slash_is_or)
    if said is None or said.restricted:
        return None
    return outer if said.basis in ("placeholder", "link") else combine((outer, said))


def _is_acronym(inner: str, outer: str) -> bool:
    """
    Whether `inner` is made of the initials of `outer`: `Aladdin Free Public License
    (AFPL)`.
    """
    return len(inner) > 1 and inner.lower() == "".join(
        word[0] for word in outer.lower().split()
    )


def _address(text: str, slash_is_or: bool) -> Name | None:
    match = _URL.search(text)
    assert match is not None
    linked = _link(match[0].strip("()<> ,;"))
    rest = f"{text[: match.start()]} {text[match.end() :]}".strip(" ,;:()-")
    if not rest:
        return linked
    name = _read(rest, slash_is_or)
    if name is None or linked.basis == "link":
        return name
    return combine((name, linked) if match.start() else (linked, name))


def _link(url: str) -> Name:
    target = phrases.address(url)
    tree = parse_ids(target) if target else None
    if target is None or (tree is None and target not in phrases.table().families):
        return Name(value=url, basis="link")
    if tree is None:
        return Name(value=url, basis="family", families=(target,))
    return Name(value=url, expression=unparse(tree), basis="table")


def _without_noise(text: str) -> Iterator[tuple[str, bool]]:
    """
    `text` without words that say nothing about the license, or only that there is a
    choice (then True).
    """
    if (shorter := _DUAL.sub("", text)) != text:
        yield shorter.strip("() "), True
    if (shorter := _LEAD.sub("", text)) != text:
        yield shorter, False
    for tail in (_TAIL, _COPYRIGHT_TAIL):
        match = tail.search(text)
        # "All rights reserved" after a copyright stands above permissive texts too.
        if match and not phrases.is_restricted(
            phrases.normal(match[0]).replace("all rights reserved", "")
        ):
            yield text[: match.start()], False


def _style(text: str) -> Name | None:
    """`MIT-like` and `BSD style` are no more than a family."""
    name = _whole(_STYLE.sub("", text)) if _STYLE.search(text) else None
    if name is None or name.expression is None:
        return name
    family = next(filter(None, map(phrases.family_of, licenses(name.expression))), None)
    return Name(value=text, basis="family", families=(family,)) if family else None


def _split(text: str, slash_is_or: bool) -> Name | None:
    for pattern, joiner in _JOINERS:
        for match in pattern.finditer(text):
            left, right = text[: match.start()], text[match.end() :]
            if left.count("(") != left.count(")"):
                continue
            choice = joiner == "OR" or match[0].strip() == "/"
            first, second = (
                _side(side, slash_is_or, choice=choice) for side in (left, right)
            )
            if first is None or second is None:
                continue
            bought = choice and _COMMERCIAL in first.named + second.named
            if joiner == "unclear" and (
                slash_is_or or bought or phrases.is_choice(first.kinds, second.kinds)
            ):
                return _joined(text, _as_choice(first), _as_choice(second), "OR")
            if joiner == "unclear" and (first.restricted or second.restricted):
                return None
            return _joined(text, first, second, joiner)
    return None


def _side(text: str, slash_is_or: bool, *, choice: bool) -> Name | None:
    """
    One side of a joiner; beside "or", a commercial license is a branch that somebody
    can buy.
    """
    if choice and _BUYABLE.fullmatch(text.strip(" ().")):
        return Name(value=text, expression=_COMMERCIAL, basis="table")
    name = _read(text, slash_is_or)
    return name if name is not None and name.understood else None


def _joined(text: str, left: Name, right: Name, joiner: Joiner) -> Name:
    if joiner != "unclear" and left.expression and right.expression:
        return Name(
            value=text,
            expression=_join(joiner, left.expression, right.expression),
            basis="table",
        )
    ways = [side.expression or side.likely for side in (left, right)]
    nested = {left.joiner, right.joiner} - {"", joiner}
    families = tuple(dict.fromkeys(left.families + right.families))
    return Name(
        value=text,
        basis="family" if families else "table",
        candidates=tuple(dict.fromkeys(left.named + right.named)),
        families=families,
        joiner="unclear" if nested else joiner,
        likely=_join(joiner, *filter(None, ways))
        if all(ways) and joiner != "unclear"
        else None,
        restricted=left.restricted or right.restricted,
    )


def _join(joiner: Joiner, *expressions: Expression) -> Expression:
    return join_or(*expressions) if joiner == "OR" else join_and(*expressions)


def _as_choice(name: Name) -> Name:
    """
    What "dual" makes of a reading: what was joined, however it was joined, is a choice.
    """
    if name.expression and _is_sum(name.expression):
        return replace(name, expression=join_or(*licenses(name.expression)))
    if name.joiner == "unclear" and not name.families:
        return replace(
            name, expression=join_or(*name.candidates), candidates=(), joiner=""
        )
    return replace(name, joiner="OR") if name.joiner else name


def _is_sum(expression: Expression) -> bool:
    return has_sum(expression) and not has_choice(expression)
