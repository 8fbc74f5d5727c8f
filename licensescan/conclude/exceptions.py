"""
An exception in a file of its own, and the license beside it that it is for.

Joined are files of one thing only: an exception lifts copyleft, so that the
wrong license would come out too light. Where two could be meant, or the
exception names no license (`to` in its facts), each stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from licensescan.classifier.classify import Classified
from licensescan.conclude.own_texts import Text
from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Component,
    Detection,
    Evidence,
    Expression,
    Match,
)
from licensescan.rulebook.rulebook import Rulebook
from licensescan.standards.gnu import text_of
from licensescan.standards.spdx_expression import licenses, summed
from licensescan.standards.spdx_text import with_exception

Classify = Callable[[Evidence], Classified]


def gathered(
    component: Component,
    declared: Expression,
    classify: Classify,
    rulebook: Rulebook,
) -> Component:
    """
    Return `component`, with each part that is but an exception put to the
    license beside it: of another part, or of the component's own files when
    that license is none that it declares, and so belongs to something inside
    it.
    """
    parts = list(component.parts)
    evidence = list(component.evidence)
    for lone in [part for part in parts if _is_lone(part.evidence, classify)]:
        exception = _read(lone.evidence, classify)
        hosts = _hosts(lone, exception, parts, classify, rulebook)
        own = [
            item
            for item in evidence
            if _folder(item.path) == _folder(lone.path)
        ]
        if len(hosts) == 1:
            host = hosts[0]
            joined = replace(host, evidence=(*host.evidence, *lone.evidence))
            parts[parts.index(host)] = joined
        elif hosts or not _is_anothers(
            _takers(_read(own, classify), exception, rulebook), declared
        ):
            continue
        else:
            evidence += lone.evidence
        parts.remove(lone)
    return replace(component, parts=tuple(parts), evidence=tuple(evidence))


def _hosts(
    lone: Component,
    exception: Sequence[Text],
    parts: Sequence[Component],
    classify: Classify,
    rulebook: Rulebook,
) -> list[Component]:
    """
    Return the parts beside `lone` with a license that its exception is for.
    """
    beside = [
        part for part in parts if part is not lone and _is_of(part, lone)
    ]
    return [
        part
        for part in beside
        if _takers(_read(part.evidence, classify), exception, rulebook)
    ]


def excepted(texts: Sequence[Text], rulebook: Rulebook) -> list[Text]:
    """
    Return the texts of one thing, with an exception among them joined to the
    one license that it is for. All alone it names that license too, where this
    one asks for nothing that the exception could lift.
    """
    joined = list(texts)
    if len(joined) == 1:
        joined = [_completed(joined[0], rulebook)]
    for lone in filter(_is_exception, texts):
        takers = _takers(joined, [lone], rulebook)
        if len(takers) == 1:
            place = joined.index(takers[0])
            joined[place] = _with(takers[0], lone, rulebook)
    return joined


def _is_exception(text: Text) -> bool:
    return bool(text.found.detection.exceptions) and text.expression == NONE


def _completed(text: Text, rulebook: Rulebook) -> Text:
    """
    Return a lone exception with the license that it is for, if that is plain.
    """
    detection = text.found.detection
    exceptions = {match.expression for match in detection.exceptions}
    # A list of what others are under, which has an exception among its texts,
    # is no exception alone.
    if detection.matches or len(exceptions) != 1:
        return text
    exception = exceptions.pop()
    bases = rulebook.facts.made_for(exception)
    if len(bases) != 1 or rulebook.terms_of(bases[0]).copyleft != "none":
        return text
    expression = with_exception(bases[0], exception)
    matches = [
        replace(match, expression=expression) for match in detection.exceptions
    ]
    detection = replace(detection, exceptions=())
    return _read_as(text, detection, expression, matches, rulebook)


def _with(text: Text, lone: Text, rulebook: Rulebook) -> Text:
    """Return a text with the exception of another joined to its licenses."""
    detection = text.found.detection
    (exception,) = {
        match.expression for match in lone.found.detection.exceptions
    }
    names = rulebook.facts.made_for(exception)
    matches = [
        replace(match, expression=with_exception(match.expression, exception))
        if match.part is None and text_of(match.expression) in names
        else match
        for match in detection.matches
    ]
    expression = summed(match.expression for match in matches)
    return _read_as(text, detection, expression, matches, rulebook)


def _read_as(
    text: Text,
    detection: Detection,
    expression: Expression,
    matches: Sequence[Match],
    rulebook: Rulebook,
) -> Text:
    """Return a text that is read as `expression`, by these matches."""
    detection = replace(
        detection, expression=expression, matches=tuple(matches)
    )
    terms = rulebook.terms_of(expression)
    return replace(
        text, found=replace(text.found, detection=detection, terms=terms)
    )


def _takers(
    texts: Sequence[Text], lone: Sequence[Text], rulebook: Rulebook
) -> list[Text]:
    """
    Return the texts with a license that the exception is for; none where there
    is more than one exception.
    """
    exceptions = {
        m.expression for text in lone for m in text.found.detection.exceptions
    }
    if len(exceptions) != 1:
        return []
    wanted = set(rulebook.facts.made_for(exceptions.pop()))
    known = (text for text in texts if text.expression != NOASSERTION)
    return [text for text in known if not wanted.isdisjoint(_stems(text))]


def _stems(text: Text) -> list[str]:
    """
    Return the licenses that a text gives, whatever later versions it allows.
    """
    matches = text.found.detection.matches
    return [
        text_of(match.expression) for match in matches if match.part is None
    ]


def _read(evidence: Sequence[Evidence], classify: Classify) -> list[Text]:
    return [
        Text(evidence=item, found=classify(item))
        for item in evidence
        if item.kind == EvidenceKind.LICENSE_FILE and (item.text or "").strip()
    ]


def _is_lone(evidence: Sequence[Evidence], classify: Classify) -> bool:
    """Return True if there is an exception and nothing else."""
    if not all("xception" in (item.text or "") for item in evidence):
        return False
    texts = _read(evidence, classify)
    return bool(texts) and all(map(_is_exception, texts))


def _is_of(host: Component, lone: Component) -> bool:
    """
    Return True if both speak of one thing: they share a folder, and the host's
    file is named after its license alone (`GPL-3.0.txt`) or after a thing that
    the other names too (`libfoo-COPYING`, `libfoo-exception`).
    """
    if _folder(host.path) != _folder(lone.path):
        return False
    folder, _, name = lone.name.rpartition("/")
    own = _words(host.name.rpartition("/")[2])
    return host.name == folder or own <= _words(name)


def _words(name: str) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", name.lower()))


def _is_anothers(takers: Sequence[Text], declared: Expression) -> bool:
    """
    Return True if one file holds the license of an exception (`takers`), and
    the component declares to be on other terms.
    """
    if declared in (NONE, NOASSERTION) or len(takers) != 1:
        return False
    given = set(_stems(takers[0]))
    return given.isdisjoint(map(text_of, licenses(declared)))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
