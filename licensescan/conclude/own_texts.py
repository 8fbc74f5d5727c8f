"""
What the component's own texts show: each by itself, and all of them together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from licensescan.classifier.classify import Classified
from licensescan.classifier.detection import own_expression
from licensescan.conclude.declared import Declared
from licensescan.conclude.license_refs import reference_of
from licensescan.conclude.readme import license_section
from licensescan.model.kinds import EvidenceKind, MatchKind
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Component,
    Evidence,
    Expression,
    Match,
    Unmatched,
)
from licensescan.standards.gnu import without_later
from licensescan.standards.spdx_expression import (
    join_or,
    licenses,
    settled,
    substituted,
    summed,
    with_later,
    without,
)
from licensescan.standards.spdx_text import family, is_single

KINDS = (
    EvidenceKind.LICENSE_FILE,
    EvidenceKind.LICENSE_FIELD,
    EvidenceKind.HIDDEN_TEXT,
)
"""Kinds of evidence that hold terms of the component itself."""

PARAGRAPH = 120
"""Words of terms; fewer are a remark or a preface."""

Tags = Sequence[tuple[Evidence, Expression]]
"""Headers of source files, and what each of them was read as."""

_PAIR = re.compile(r"(?i)(?:^|/)licen[cs]e[-_.](?:mit|apache)[\w.-]*$")
_OFFER_WORDS = 200
_OFFER = re.compile(
    r"(?i)\bone of (?:the )?(?:following|these|two)\b|\bat your (?:option|choice)\b|\byour choice of\b"
    r"|\bdual[- ]licen[sc]ed\b|\bchoose (?:one|either|between|which)\b|\beither of the\b"
)


_BASE = frozenset(("GPL-3.0-only", "GPL-3.0-or-later"))
_LESSER = frozenset(("LGPL-3.0-only", "LGPL-3.0-or-later"))
"""The LGPL 3, and the license of which its text is a part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text in the component's own place, and what it was read as."""

    evidence: Evidence
    found: Classified

    @property
    def expression(self) -> Expression:
        """What the text says of the component itself."""
        return own_expression(self.found.detection)

    @property
    def words(self) -> int:
        """How many words the text has."""
        return len((self.evidence.text or "").split())

    @property
    def is_open(self) -> bool:
        """The text says something that no known license accounts for."""
        found = self.found.detection
        return (
            self.expression == NOASSERTION
            or found.modified
            or (found.expression == NONE and not found.matches)
        )

    @property
    def is_offer(self) -> bool:
        """
        It is short and only says that one of the texts beside it may be
        chosen.
        """
        return (
            self.words <= _OFFER_WORDS
            and _OFFER.search(self.evidence.text or "") is not None
        )

    @property
    def unexplained(self) -> list[Unmatched]:
        """
        The stretches about the component itself that no known license accounts
        for.
        """
        return [u for u in self.found.detection.unmatched if u.part is None]

    @property
    def says_more(self) -> bool:
        """
        Beside the license that it is known as, it holds a paragraph of terms
        of its own.
        """
        return sum(u.words for u in self.unexplained) >= PARAGRAPH

    def name_for(self, component: Component) -> Expression | None:
        """
        What to call terms that no list knows; None when no clause of them
        could be read.
        """
        if not any(c.quote for c in self.found.terms.clauses):
            return None
        return reference_of(
            self.evidence.text or "", component.name, self.evidence.path
        )


def shown_by(
    known: Sequence[Text], declared: Declared, tags: Tags
) -> Expression:
    """
    What the texts that are known say together, "or later" where a field or the
    headers say so; `NONE` of none.
    """
    shown = _without_base(settled(_together(known)), known, declared, tags)
    return _or_later(shown, declared, tags)


def offered(component: Component, known: Sequence[Text]) -> Expression | None:
    """
    The licenses of several files as a choice, where the README says that the
    component is licensed in two ways.
    """
    each = list(
        dict.fromkeys(
            t.expression
            for t in known
            if t.evidence.kind == EvidenceKind.LICENSE_FILE
        )
    )
    if len(each) < 2 or any(not is_single(e) or e == NONE for e in each):
        return None
    told = (
        e.text
        for e in component.evidence
        if e.kind == EvidenceKind.README and e.text
    )
    return (
        join_or(*each)
        if any(_OFFER.search(license_section(text)) for text in told)
        else None
    )


def _together(known: Sequence[Text]) -> Expression:
    """
    Return the sum of the texts, but for two habits.

    LICENSE-MIT beside LICENSE-APACHE is how Rust projects offer a choice (Rust
    API guidelines, C-PERMISSIVE). "BSD" in a notice names a family; which
    member it is, the text beside it shows.
    """
    named = {
        text.expression for text in known if _PAIR.search(text.evidence.path)
    }
    if len(known) == len(named) and named == {"MIT", "Apache-2.0"}:
        return join_or(*sorted(named))
    matches = [
        m for t in known for m in t.found.detection.matches if m.part is None
    ]
    member = _only_bsd(matches)
    is_named = any(match.kind != MatchKind.TEXT for match in matches)
    if member is None or member == "BSD-3-Clause" or not is_named:
        return summed(text.expression for text in known)
    return summed(
        match.expression
        if match.kind == MatchKind.TEXT
        else substituted(match.expression, "BSD-3-Clause", member)
        for match in matches
    )


def _only_bsd(matches: Sequence[Match]) -> Expression | None:
    """Return the one member of the BSD family of which a text stands there."""
    texts = {
        match.expression
        for match in matches
        if match.kind == MatchKind.TEXT and family(match.expression) == "BSD"
    }
    return texts.pop() if len(texts) == 1 else None


def _without_base(
    shown: Expression,
    known: Sequence[Text],
    declared: Declared,
    tags: Tags,
) -> Expression:
    """
    Return what texts show without the GPL 3 where it is the base of the LGPL
    3, which is a page of permissions beside it (COPYING and COPYING.LESSER):
    something is said to be under the LGPL, and nothing under the GPL.
    """
    texts = set(_names(shown))
    if not texts & _BASE or not texts & _LESSER:
        return shown
    said = [e for _, e in tags]
    said += [e.expression or NONE for e in declared.evidence]
    said += [
        match.expression
        for text in known
        for match in text.found.detection.matches
        if match.kind != MatchKind.TEXT
    ]
    families = {family(name) for e in said for name in _names(e)}
    if "LGPL" not in families or "GPL" in families:
        return shown
    return without(shown, lambda name: name in _BASE)


def _or_later(shown: Expression, declared: Declared, tags: Tags) -> Expression:
    """
    A GNU text fits -only and -or-later; a field or header that says "or later"
    decides.
    """
    named = {
        name
        for e in declared.evidence
        for name in _names(e.expression or NONE)
    }
    for header in {
        name for _, expression in tags for name in _names(expression)
    }:
        # One file that says "or later" among many that do not speaks for
        # itself.
        only = without_later(header)
        if _files(header, tags) >= _files(only, tags):
            named.add(header)
    return with_later(shown, named)


def _names(expression: Expression) -> tuple[str, ...]:
    return (
        licenses(expression) if expression not in (NONE, NOASSERTION) else ()
    )


def _files(name: str, tags: Tags) -> int:
    """How many source files name the license `name` in their headers."""
    return sum(
        e.share[0] if e.share else 1 for e, x in tags if name in _names(x)
    )
