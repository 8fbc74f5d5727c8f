"""
What makes a conclusion doubtful: texts that nobody knows, tricks that were
undone, fields that contradict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from licensescan.classifier.document.languages import unread_paragraphs
from licensescan.classifier.names.interpret import interpret
from licensescan.classifier.statements.riders import foreign
from licensescan.conclude.declared import Declared, agrees
from licensescan.conclude.describe import describe_statement
from licensescan.conclude.own_texts import Text
from licensescan.conclude.readme import Prose
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.reasons import Reason
from licensescan.model.trace import SILENT, Trace
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Component,
    Expression,
    Problem,
)
from licensescan.rulebook.rulebook import Rulebook, load
from licensescan.rulebook.term_families import (
    family_of_terms,
    slots_that_differ,
)
from licensescan.rulebook.terms import burden, is_on_part
from licensescan.standards.requirements import canonical
from licensescan.standards.spdx_expression import licenses
from licensescan.standards.spdx_text import is_reference

_LICENSE_NAME = re.compile(
    r"(?i)(?:^|/)(?:licen[cs]e|copying|unlicen[cs]e|eula)[^/]*$"
)
_PROPRIETARY = "proprietary"
"""The family of what calls itself somebody's own and names no limit."""

_PEOPLE = re.compile(
    r"(?i)(?:^|/)(?:authors|contributors|credits|thanks|maintainers)[^/]*$"
)


def doubts(
    texts: Sequence[Text], notices: Sequence[Text], read: Sequence[Text] = ()
) -> tuple[Problem, ...]:
    """
    What is to be said about a component's own `texts`, and about the `notices`
    beside them; of those that were `read` a part says it.
    """
    mute = [t for t in texts if _is_mute(t)]
    mute += [
        t
        for t in notices
        if not t.found.detection.matches and _forbids(t) and t not in read
    ]
    beside = [_beside(t, *found) for t in texts for found in _foreign(t)]
    tricks = [
        t
        for t in (*texts, *notices)
        if t.found.detection.obfuscated and not _PEOPLE.search(t.evidence.path)
    ]
    foreign_words = [p for t in (*texts, *notices) for p in _unread(t)]
    left = left_over((*texts, *notices))
    return (
        *map(unknown, mute),
        *beside,
        *map(_obfuscated, tricks),
        *foreign_words,
        *left,
    )


def contradicted(
    component: Component,
    declared: Declared,
    said: Expression,
    rulebook: Rulebook,
    *,
    is_settled: bool = False,
) -> tuple[Problem, ...]:
    """
    A field that names heavier terms than the license that is declared and
    shown, or withholds what that gives. Beside a license field and a text that
    agree (`is_settled`), a classifier that names no license leaves nothing
    open.
    """
    own = burden(rulebook.terms_of(said))[:2]
    others = [
        n
        for n in (*declared.named, declared.conflict)
        if n and not agrees(said, n)
    ]
    heavier = next(
        (n for n in others if burden(rulebook.terms_of(n))[:2] > own), ""
    )
    if (
        not heavier
        and declared.restricted
        and not any(is_reference(x) for x in licenses(said))
    ):
        heavier = declared.restricted
    if not heavier:
        return ()
    message = f"declares {said}; another field says {short(heavier)!r}"
    is_vague = any(
        item.value == heavier
        and item.kind == EvidenceKind.CLASSIFIER
        and interpret(heavier).families == (_PROPRIETARY,)
        for item in declared.evidence
    )
    readings = (said,) if is_settled and is_vague else ()
    return (mismatch(component, message, readings=readings),)


def spoken(
    component: Component,
    concluded: Expression,
    prose: Prose,
    rulebook: Rulebook,
    trace: Trace[Any] = SILENT,
) -> tuple[Problem, ...]:
    """
    A README that puts the project under heavier terms than the license that
    its fields and texts come to.
    """
    if concluded in (NONE, NOASSERTION):
        return ()
    own = burden(rulebook.terms_of(concluded))[:2]
    statements = trace.of(describe_statement)
    for path, label in prose.stated:
        heavier = Expression(label.value)
        is_another = label.name and canonical(label.name) != canonical(
            component.name
        )
        if is_another and statements.drops(
            Reason.OF_ANOTHER_NAME, (path, label)
        ):
            continue
        is_heavy = burden(rulebook.terms_of(heavier))[:2] > own
        if is_heavy and not agrees(concluded, heavier):
            message = f"{component.name} is {concluded}; {path}:{label.lines[0]} says that it is under {heavier}"
            return (
                Problem(
                    rule=RuleId.LICENSE_MISMATCH,
                    path=path,
                    message=message,
                    readings=(concluded, heavier),
                ),
            )
        statements.drops(Reason.NOT_HEAVIER, (path, label))
    return ()


def mismatch(
    component: Component,
    message: str,
    texts: Sequence[Text] = (),
    readings: tuple[Expression, ...] = (),
) -> Problem:
    """
    Two sources that disagree; told at the first of `texts` where these are one
    of the two. `readings` are what they say, where both name licenses.
    """
    path = texts[0].evidence.path if texts else component.path
    return Problem(
        rule=RuleId.LICENSE_MISMATCH,
        path=path,
        message=f"{component.name} {message}",
        readings=readings,
    )


def unknown(text: Text) -> Problem:
    """A whole text that is no known license."""
    message = (
        f"a text of {text.words} words that no known license accounts for"
    )
    return Problem(
        rule=RuleId.LICENSE_UNKNOWN, path=text.evidence.path, message=message
    )


def more_than_known(text: Text, said: Expression) -> Problem:
    """
    A text that is called `said`, and holds a known license and terms of its
    own besides.
    """
    left = text.unexplained
    lines = f"{min(u.lines[0] for u in left)}-{max(u.lines[1] for u in left)}"
    message = f"{said} is {text.expression} and more: lines {lines} hold terms that no known license accounts for"
    return Problem(
        rule=RuleId.LICENSE_UNKNOWN, path=text.evidence.path, message=message
    )


def changed(text: Text) -> Problem:
    """
    A known text in which words differ that matter, the first three of them
    quoted.
    """
    near = next(
        (
            m
            for m in text.found.detection.matches
            if any(d.matters for d in m.differences)
        ),
        None,
    )
    words = [
        f"{d.kind} “{short(d.words)}”"
        for d in (near.differences if near else ())
        if d.matters and d.words
    ][:3]
    what = near.expression if near else "license"
    differing = "; ".join(words) or "words that matter differ"
    family = family_of_terms(what)
    message = f"a changed {what} text: {differing}"
    if family is not None:
        known = load().terms_of(what)
        slots = slots_that_differ(text.found.terms, known)
        told = "; ".join(slots) or "no slot differs"
        message = f"{family.name} family, version not read; against {what}: {told} ({differing})"
    return Problem(
        rule=RuleId.LICENSE_MODIFIED, path=text.evidence.path, message=message
    )


def short(text: str, limit: int = 100) -> str:
    """`text` on one line of at most `limit` characters, cut between words."""
    flat = " ".join(text.split())
    return (
        flat
        if len(flat) <= limit
        else flat[: limit - 1].rsplit(" ", 1)[0] + " …"
    )


def _is_mute(text: Text) -> bool:
    """
    Whether a file that is named like a license holds none: hidden in another
    coding, cut away, or a mere pointer.
    """
    detection = text.found.detection
    silent = detection.expression == NONE and not (
        detection.matches or detection.exceptions
    )
    return silent and _LICENSE_NAME.search(text.evidence.path) is not None


def _forbids(text: Text) -> bool:
    """Return True if a text limits commerce in more than weights or data."""
    terms = text.found.terms
    if terms.commercial not in ("conditional", "prohibited"):
        return False
    return not all(map(is_on_part, terms.clauses))


def _foreign(text: Text) -> list[tuple[tuple[int, int], int]]:
    """
    The long unknown terms in a license file that is otherwise known: their
    lines, and how many words they have.
    """
    detection = text.found.detection
    known = detection.expression not in (
        NONE,
        NOASSERTION,
    ) and _LICENSE_NAME.search(text.evidence.path)
    return foreign(text.evidence.text or "", detection) if known else []


def _unread(text: Text) -> Iterator[Problem]:
    """
    Yield what a text says of licenses in a language that nobody reads, where
    that is no known text.
    """
    matches = text.found.detection.matches
    for first, last in unread_paragraphs(text.evidence.text or ""):
        is_known = any(
            m.lines[0] <= last and first <= m.lines[1] for m in matches
        )
        if not is_known:
            message = f"lines {first}-{last} speak of licenses in a language whose terms are not read"
            yield Problem(
                rule=RuleId.TERMS_UNREAD,
                path=text.evidence.path,
                message=message,
            )


_MOST_QUOTES = 3


def left_over(texts: Sequence[Text]) -> list[Problem]:
    """Return what known texts say besides, and that may limit them."""
    return [problem for text in texts for problem in _left_over(text)]


def _left_over(text: Text) -> Iterator[Problem]:
    """
    Yield the words of a known license file that it does not account for, and
    that may limit what it gives.
    """
    if text.is_open or text.expression == NONE:
        return
    residue = text.found.detection.residue
    told = [one for one in residue if one.told and one.part is None]
    if told:
        words = "; ".join(
            f"line {one.lines[0]} “{short(one.said)}”"
            for one in told[:_MOST_QUOTES]
        )
        more = len(told) - _MOST_QUOTES
        rest = f"; and {more} more" if more > 0 else ""
        message = f"words beside {text.expression} that it does not account for: {words}{rest}"
        yield Problem(
            rule=RuleId.TERMS_UNREAD,
            path=text.evidence.path,
            message=message,
            shade="left-over",
        )


def _beside(text: Text, lines: tuple[int, int], words: int) -> Problem:
    message = f"lines {lines[0]}-{lines[1]}: {words} words of terms that no known license accounts for"
    return Problem(
        rule=RuleId.LICENSE_UNKNOWN, path=text.evidence.path, message=message
    )


def _obfuscated(text: Text) -> Problem:
    message = "invisible or look-alike characters had to be undone to read it"
    return Problem(
        rule=RuleId.TEXT_OBFUSCATED, path=text.evidence.path, message=message
    )
