"""
All that speaks for a component, read: its fields, its own texts, the headers
of its source files and its READMEs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from licensescan.classifier.classify import Classified
from licensescan.conclude.beside_texts import with_texts
from licensescan.conclude.declared import Declared
from licensescan.conclude.describe import (
    describe_field,
    describe_header,
    describe_left_out,
    describe_text,
)
from licensescan.conclude.exceptions import excepted, gathered
from licensescan.conclude.manifests import declared_by
from licensescan.conclude.own_texts import KINDS, Tags, Text
from licensescan.conclude.readme import Prose, ProseRead, read_prose
from licensescan.conclude.source_headers import HEADERS, read_header
from licensescan.model.kinds import EvidenceKind, MatchKind
from licensescan.model.reasons import Reason
from licensescan.model.trace import Trace
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Component,
    Evidence,
    Expression,
)
from licensescan.rulebook.rulebook import Rulebook
from licensescan.rulebook.terms import restricts
from licensescan.standards.gnu import is_unversioned
from licensescan.standards.spdx_expression import covers, join_and, summed

Classify = Callable[[Evidence], Classified]

_THANKS = re.compile(r"(?i)third[-_ ]?part(?:y|ies)[-_ ]?notices?[^/]*$")
_THANKS_WORDS = 150

_LIMITING = ("dist", "risk", "use")
"""Groups of clauses that a file which only thanks has none of."""


class Reading(Protocol):
    """How texts are read: with or without a cache."""

    def classify(self, evidence: Evidence) -> Classified:
        """Return what a license text is and says."""
        ...

    def prose(self, evidence: Evidence) -> ProseRead:
        """Return what a README says about licenses."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """
    All that a component says, each source read: `given` are all its own texts,
    `texts` those that say anything.
    """

    component: Component
    declared: Declared
    given: Sequence[Text]
    texts: Sequence[Text]
    tags: Tags
    prose: Prose

    @property
    def is_list(self) -> bool:
        """
        Return True for a part that is nothing but a file about other things: a
        list of what is bundled, a NOTICE.
        """
        component = self.component
        if component.kind != "source" or "#" not in component.purl:
            return False
        kinds = {item.kind for item in component.evidence}
        if kinds == {EvidenceKind.NOTICE}:
            return True
        if kinds == {EvidenceKind.LICENSE_FILE} and self._names_licenses:
            return True
        texts = {EvidenceKind.LICENSE_FILE, EvidenceKind.HIDDEN_TEXT}
        return kinds <= texts and all(map(_only_thanks, self.given))

    @property
    def _names_licenses(self) -> bool:
        return any(text.found.detection.matches for text in self.given)


def read_sources(
    component: Component,
    rulebook: Rulebook,
    reading: Reading,
    trace: Trace[Any],
) -> Sources:
    """Read all that speaks for `component`, its parts left to themselves."""
    classify = reading.classify
    for left_out in component.left_out:
        trace.of(describe_left_out).drops(left_out.reason, left_out)
    declared = declared_by(component.evidence, trace.of(describe_field))
    component = gathered(component, declared.expression, classify, rulebook)
    given = _own_texts(component, declared, classify, rulebook, trace)
    texts = _speaking(given, component, trace.of(describe_text))
    tags = [
        (item, read_header(item, classify, trace.of(describe_header)))
        for item in component.evidence
        if item.kind in HEADERS
    ]
    prose = read_prose(component.evidence, reading.prose, trace)
    own = {id(text.evidence) for text in given}
    notices = [
        Text(evidence=item, found=classify(item))
        for item in component.evidence
        if item.kind == EvidenceKind.NOTICE and item.text
        if id(item) not in own
    ]
    return Sources(
        component=component,
        declared=declared,
        given=given,
        texts=texts or _about_itself(given, declared.expression),
        tags=tags,
        prose=with_texts(prose, texts, notices),
    )


def _own_texts(
    component: Component,
    declared: Declared,
    classify: Classify,
    rulebook: Rulebook,
    trace: Trace[Any],
) -> list[Text]:
    """
    Return the texts in the component's own place, exceptions joined to
    licenses.
    """
    items = [e for e in component.evidence if (e.text or "").strip()]
    own = [item for item in items if item.kind in KINDS]
    notices = [item for item in items if item.kind == EvidenceKind.NOTICE]
    if all(item.kind == EvidenceKind.NOTICE for item in component.evidence):
        own = notices
    elif trace.asked:
        for notice in notices:
            trace.of(describe_text).drops(Reason.NOTICE, (notice, NONE))
    texts = [
        Text(evidence=item, found=_of_itself(item, classify(item)))
        for item in (*own, *declared.pasted)
    ]
    return excepted(texts, rulebook)


def _speaking(
    given: Sequence[Text],
    component: Component,
    trace: Trace[tuple[Evidence, Expression]],
) -> list[Text]:
    """Return the texts that say anything of their component."""
    is_inside = component.kind == "source" and "#" in component.purl
    texts = []
    for text in given:
        said = (text.evidence, text.expression)
        is_silent = text.expression == NONE and not _limits(text)
        if is_silent and trace.drops(Reason.SAYS_NOTHING, said):
            continue
        if (
            is_inside
            and _only_thanks(text)
            and trace.drops(Reason.ONLY_THANKS, said)
        ):
            continue
        trace.keeps(Reason.STANDS, said)
        texts.append(text)
    return texts


def _limits(text: Text) -> bool:
    """Return True if a text restricts without a license: AUTHORS does not."""
    return bool(text.found.terms.clauses) and restricts(text.found.terms)


def _only_thanks(text: Text) -> bool:
    """
    Return True for a short file of notices on third parties that names no
    license and limits nothing.
    """
    found = text.found
    if found.detection.matches or restricts(found.terms):
        return False
    groups = {
        c.clause.partition(".")[0] for c in found.terms.clauses if c.quote
    }
    return (
        groups.isdisjoint(_LIMITING)
        and text.words < _THANKS_WORDS
        and _THANKS.search(text.evidence.path) is not None
    )


def _of_itself(item: Evidence, found: Classified) -> Classified:
    """
    Return what a text says of itself: in a file that is no license file, a
    bare "GPL" beside the notice of a license is about other software ("the
    solver that this leads to is under the GPL").
    """
    matches = found.detection.matches
    kept = tuple(
        match
        for match in matches
        if match.kind != MatchKind.REFERENCE
        or not is_unversioned(match.expression)
    )
    is_prose = (
        item.kind == EvidenceKind.HIDDEN_TEXT and not found.detection.modified
    )
    if not is_prose or not kept or len(kept) == len(matches):
        return found
    expression = summed(match.expression for match in kept)
    detection = replace(found.detection, expression=expression, matches=kept)
    return replace(found, detection=detection)


def _about_itself(given: Sequence[Text], declared: Expression) -> list[Text]:
    """
    Return the texts of a component all of which name one and the same thing
    ("StatsBase.jl is licensed under ..."): that is the component, unless it
    declares something else.
    """
    if (
        len({m.part for text in given for m in text.found.detection.matches})
        != 1
    ):
        return []
    own = []
    for text in given:
        matches = tuple(
            replace(m, part=None) for m in text.found.detection.matches
        )
        detection = replace(text.found.detection, matches=matches)
        own.append(
            replace(text, found=replace(text.found, detection=detection))
        )
    shown = join_and(*(text.expression for text in own))
    is_declared = declared not in (NONE, NOASSERTION)
    return own if not is_declared or covers(declared, shown) else []
