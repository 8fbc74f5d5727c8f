"""
An exception in a file of its own, and the license beside it that it is for.

Joined are files of one thing only: an exception lifts copyleft, so that the
wrong license would come out too light. Where two could be meant, or the
exception names no license (`to` in its facts), each stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from licensescan.classifier.classify import Classified
from licensescan.conclude.own_texts import Text
from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Component,
    Evidence,
    Expression,
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
    `component`, with each part that is but an exception put to the license
    beside it: of another part, or of the component's own files when that
    license is none that it declares, and so belongs to something inside it.
    """
    parts = list(component.parts)
    evidence = list(component.evidence)
    for lone in [p for p in parts if _is_lone(p.evidence, classify)]:
        beside = [p for p in parts if p is not lone and _is_of(p, lone)]
        hosts = [
            p
            for p in beside
            if _takers(
                _read(p.evidence, classify),
                _read(lone.evidence, classify),
                rulebook,
            )
        ]
        if len(hosts) == 1:
            parts[parts.index(hosts[0])] = replace(
                hosts[0], evidence=(*hosts[0].evidence, *lone.evidence)
            )
        elif not hosts and _is_anothers(
            _near(evidence, lone), lone, declared, classify, rulebook
        ):
            evidence += lone.evidence
        else:
            continue
        parts.remove(lone)
    return replace(component, parts=tuple(parts), evidence=tuple(evidence))


def excepted(texts: Sequence[Text], rulebook: Rulebook) -> list[Text]:
    """
    The texts of one thing, with an exception among them joined to the one
    license that it is for. All alone it names that license too, where this one
    asks for nothing that the exception could lift.
    """
    joined = (
        [_completed(t, rulebook) for t in texts]
        if len(texts) == 1
        else list(texts)
    )
    for lone in (
        t
        for t in texts
        if t.found.detection.exceptions and t.expression == NONE
    ):
        takers = _takers(joined, [lone], rulebook)
        if len(takers) != 1:
            continue
        place = joined.index(takers[0])
        joined[place] = _with(takers[0], lone, rulebook)
    return joined


def _completed(text: Text, rulebook: Rulebook) -> Text:
    found = text.found.detection
    # A list of what others are under, which has an exception among its texts,
    # is no exception alone.
    named = (
        {x.expression for x in found.exceptions}
        if not found.matches
        else set()
    )
    bases = (
        rulebook.facts.made_for(next(iter(named))) if len(named) == 1 else ()
    )
    if len(bases) != 1 or rulebook.terms_of(bases[0]).copyleft != "none":
        return text
    expression = with_exception(bases[0], named.pop())
    matches = tuple(
        replace(m, expression=expression) for m in found.exceptions
    )
    detection = replace(
        found, expression=expression, matches=matches, exceptions=()
    )
    return replace(
        text,
        found=replace(
            text.found,
            detection=detection,
            terms=rulebook.terms_of(expression),
        ),
    )


def _with(text: Text, lone: Text, rulebook: Rulebook) -> Text:
    detection = text.found.detection
    (exception,) = {x.expression for x in lone.found.detection.exceptions}
    names = rulebook.facts.made_for(exception)
    matches = tuple(
        replace(m, expression=with_exception(m.expression, exception))
        if m.part is None and text_of(m.expression) in names
        else m
        for m in detection.matches
    )
    expression = summed(m.expression for m in matches)
    found = replace(detection, expression=expression, matches=matches)
    return replace(
        text,
        found=replace(
            text.found, detection=found, terms=rulebook.terms_of(expression)
        ),
    )


def _takers(
    texts: Sequence[Text], lone: Sequence[Text], rulebook: Rulebook
) -> list[Text]:
    """
    The texts with a license that the exception is for; none where there is
    more than one exception.
    """
    named = {x.expression for t in lone for x in t.found.detection.exceptions}
    wanted = (
        set(rulebook.facts.made_for(named.pop())) if len(named) == 1 else set()
    )
    return [
        t
        for t in texts
        if t.expression != NOASSERTION and wanted & set(_stems(t))
    ]


def _stems(text: Text) -> Iterator[str]:
    return (
        text_of(m.expression)
        for m in text.found.detection.matches
        if m.part is None
    )


def _read(evidence: Sequence[Evidence], classify: Classify) -> list[Text]:
    return [
        Text(evidence=e, found=classify(e))
        for e in evidence
        if e.kind == EvidenceKind.LICENSE_FILE and (e.text or "").strip()
    ]


def _is_lone(evidence: Sequence[Evidence], classify: Classify) -> bool:
    """Whether there is an exception and nothing else."""
    texts = (
        _read(evidence, classify)
        if all("xception" in (e.text or "") for e in evidence)
        else []
    )
    return bool(texts) and all(
        t.found.detection.exceptions and t.expression == NONE for t in texts
    )


def _is_of(host: Component, lone: Component) -> bool:
    """
    Whether both speak of one thing: they share a folder, and the host's file
    is named after its license alone (`GPL-3.0.txt`) or after a thing that the
    other names too (`libfoo-COPYING`, `libfoo-exception`).
    """
    if _folder(host.path) != _folder(lone.path):
        return False
    folder, _, name = lone.name.rpartition("/")
    own = set(re.split(r"[^a-z0-9]+", host.name.rpartition("/")[2].lower()))
    return host.name == folder or own <= set(
        re.split(r"[^a-z0-9]+", name.lower())
    )


def _near(evidence: Sequence[Evidence], lone: Component) -> list[Evidence]:
    return [e for e in evidence if _folder(e.path) == _folder(lone.path)]


def _is_anothers(
    evidence: Sequence[Evidence],
    lone: Component,
    declared: Expression,
    classify: Classify,
    rulebook: Rulebook,
) -> bool:
    """
    Whether one file there holds the license of the exception, and the
    component declares to be on other terms.
    """
    takers = _takers(
        _read(evidence, classify), _read(lone.evidence, classify), rulebook
    )
    known = declared not in (NONE, NOASSERTION)
    return (
        known
        and len(takers) == 1
        and not any(
            text_of(x) in set(_stems(takers[0])) for x in licenses(declared)
        )
    )


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
