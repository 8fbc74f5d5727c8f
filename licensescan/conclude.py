"""
Evidence -> declared, detected, concluded. The precedence is `_decide`, and fits on one screen.

A curation wins; then the SPDX expression; then the texts; then the names in the metadata. Text that stands in a place
of its own belongs to a part. Two sources that disagree are both kept: the stricter reading decides the gate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from licensescan.classified import Classified
from licensescan.curated import Known, known
from licensescan.declared import Declared, agrees, read_declared, refines
from licensescan.detect import own_expression, summed
from licensescan.doubts import contradicted, doubts
from licensescan.expression import covers, join_and, join_or, licenses, offers, settled
from licensescan.labels import parts_of, titled
from licensescan.model import (
    NOASSERTION,
    NONE,
    Clause,
    Component,
    Conclusion,
    Curation,
    Evidence,
    Expression,
    Patent,
    Problem,
    Terms,
)
from licensescan.partition import distinct, header_parts, hidden_parts, opened, region_of, stanza_parts, unknown_parts
from licensescan.prose import Prose, ProseRead, license_section, read_prose
from licensescan.rulebook import Rulebook
from licensescan.terms import added, burden, together
from licensescan.votes import MOST, SOME, headline

Classify = Callable[[Evidence], Classified]


class Reading(Protocol):
    """How texts are read: with or without a cache."""

    def classify(self, evidence: Evidence) -> Classified:
        """What a license text is and says."""
        ...

    def prose(self, evidence: Evidence) -> ProseRead:
        """What a README says about licenses."""
        ...


_TEXTS = ("license-file", "license-field", "hidden-text")
_HEADERS = ("source-header", "spdx-tag")
_UNREAD = ("license-unknown", "terms-unread")
_OPEN = ("Permissive", "Public Domain", "Copyleft", "Copyleft Limited")
_PAIR = re.compile(r"(?i)(?:^|/)licen[cs]e[-_.](?:mit|apache)[\w.-]*$")
_OFFER_WORDS = 200
_OFFER = re.compile(
    r"(?i)\bone of (?:the )?(?:following|these|two)\b|\bat your (?:option|choice)\b|\byour choice of\b"
    r"|\bdual[- ]licen[sc]ed\b|\bchoose (?:one|either|between|which)\b|\beither of the\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text in the component's own place, and what it was read as."""

    evidence: Evidence
    found: Classified

    @property
    def expression(self) -> Expression:
        return own_expression(self.found.detection)

    @property
    def is_open(self) -> bool:
        """The text says something that no known license accounts for."""
        found = self.found.detection
        return self.expression == NOASSERTION or found.modified or (found.expression == NONE and not found.matches)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    """The concluded expression, what decided it, how sure that is, and the other reading where there is one."""

    expression: Expression
    basis: str
    confidence: float = 1.0
    other: Expression | None = None
    problems: tuple[Problem, ...] = ()
    texts: tuple[_Text, ...] = ()


def conclude(
    component: Component, rulebook: Rulebook, reading: Reading, curations: Sequence[Curation] = ()
) -> Conclusion:
    """
    Say under which license `component` may be used, and on what evidence.

    Text that belongs to a part stays with that part. Text that belongs to no part is added with AND, never dropped
    (PEP 639: the expression covers this archive).
    """
    classify = reading.classify
    declared = read_declared(component.evidence)
    kinds = _TEXTS if any(e.kind != "notice" for e in component.evidence) else ("notice",)
    own = [e for e in component.evidence if e.kind in kinds and (e.text or "").strip()]
    given = [_Text(evidence=e, found=classify(e)) for e in (*own, *declared.pasted)]
    texts = [t for t in given if _speaks(t)] or _about_itself(given, declared.expression)
    headers = [e for e in component.evidence if e.kind in _HEADERS]
    tags = [(e, _header_expression(e, classify)) for e in headers]
    prose = read_prose(component.evidence, reading.prose)
    detected = _detected(texts)
    decision = _curated(component, curations) or _decide(component, declared, texts, detected, tags, prose, rulebook)
    if not texts and decision.expression in (NONE, NOASSERTION) and _is_list(component, given):
        decision = _Decision(expression=NONE, basis="none")
    sums = [t.evidence.sha256 for t in texts if t.evidence.sha256]
    facts = known(component, declared=declared.expression, concluded=decision.expression, texts=sums)
    decision = _with_rider(component, _with_facts(decision, facts), classify)
    parts = opened(conclude(p, rulebook, reading, curations) for p in component.parts)
    read = [(t.evidence, t.found) for t in texts or given]
    parts += stanza_parts(component, read, rulebook, known=parts)
    parts += unknown_parts(component, read)
    if "#" not in component.purl or component.kind in ("package", "source", "jar"):
        parts += header_parts(component, tags, decision.expression, rulebook)
        named = [conclude(p, rulebook, reading, curations) for p in _labelled(component, prose, texts)]
        # Weights on the terms of the code say nothing new.
        named = [p for p in named if p.concluded != decision.expression]
        parts += [*named, *prose.parts(component, named)]
    parts += hidden_parts(component, facts, rulebook, there=parts)
    terms = _terms(decision, texts, prose, rulebook)
    # A model that is not at hand is known all the same once somebody has said what it is under.
    settled = component.kind in ("model", "dataset") and decision.basis in ("curation", "curated")
    met = tuple(p for p in component.problems if not settled or p.rule not in _UNREAD)
    problems = (*met, *declared.problems, *decision.problems, *prose.problems(component))
    if component.relation == "import" and decision.basis != "curation":
        notices = [(e, classify(e)) for e in component.evidence if e.kind == "notice" and e.text]
        problems += doubts([(t.evidence, t.found) for t in given], notices)
    return Conclusion(
        component=replace(component, evidence=(), parts=()),
        declared=declared.expression,
        detected=detected,
        concluded=decision.expression,
        effective=decision.expression,
        alternative=decision.other,
        basis=decision.basis,
        confidence=decision.confidence,
        terms=terms,
        evidence=_told(component, declared, texts, tags),
        problems=tuple(dict.fromkeys(problems)),
        parts=tuple(distinct(parts, decision.expression, frozenset(sums))),
    )


def _is_list(component: Component, given: Sequence[_Text]) -> bool:
    """Whether a part is nothing but a file about other things: a list of what is bundled, a NOTICE."""
    if component.kind != "source" or "#" not in component.purl:
        return False
    kinds = {e.kind for e in component.evidence}
    return kinds == {"notice"} or (kinds == {"license-file"} and any(t.found.detection.matches for t in given))


def _about_itself(given: Sequence[_Text], said: Expression) -> list[_Text]:
    """
    The texts of a component all of which name one and the same thing ("StatsBase.jl is licensed under ..."): that is
    the component, unless it declares something else.
    """
    if len({m.part for t in given for m in t.found.detection.matches}) != 1:
        return []
    own = []
    for text in given:
        matches = tuple(replace(m, part=None) for m in text.found.detection.matches)
        detection = replace(text.found.detection, matches=matches)
        own.append(replace(text, found=replace(text.found, detection=detection)))
    shown = join_and(*(t.expression for t in own))
    return own if said in (NONE, NOASSERTION) or covers(said, shown) else []


def _labelled(component: Component, prose: Prose, texts: Sequence[_Text]) -> list[Component]:
    """What READMEs and license files give another license by name, as parts; a model's own card is about itself."""
    found = [
        part
        for t in texts
        if t.evidence.kind == "license-file"
        for part in parts_of(component, t.evidence.path, titled(t.evidence.text or ""))
    ]
    return found if component.kind in ("model", "dataset") else [*found, *prose.labelled(component)]


def _decide(
    component: Component,
    declared: Declared,
    texts: Sequence[_Text],
    detected: Expression,
    tags: Sequence[tuple[Evidence, Expression]],
    prose: Prose,
    rulebook: Rulebook,
) -> _Decision:
    """The precedence: what metadata declares and what the component's own texts show, put against each other."""
    said = declared.expression
    known = [t for t in texts if not t.is_open]
    unread = [t for t in texts if t.is_open]
    shown = _or_later(settled(_shown(known)), declared, tags)
    if any(t.found.detection.modified for t in unread):
        return _modified(declared, unread, said)
    if said in (NONE, NOASSERTION):
        if shown != NONE and not unread:
            return _undeclared(component, declared, _offered(component, known) or shown, texts, rulebook)
        if unread:
            return _unread(component, declared, shown, unread)
        return _without_text(component, declared, tags, prose)
    if shown == NONE and unread:
        return _unread_but_declared(component, declared, unread, rulebook)
    if shown == NONE:
        return _without_text(component, declared, tags, prose)
    problems = (*_open_problems(component, unread), *contradicted(component, declared, said, rulebook))
    if covers(said, shown) or offers(shown, said):
        answer = shown if refines(shown, said) else said
        return _Decision(
            expression=answer, basis=declared.basis, problems=problems, texts=tuple(unread), confidence=1.0
        )
    if _is_nameless(said):
        return _Decision(expression=shown, basis="license-file", problems=problems, texts=tuple(unread), confidence=0.9)
    extra = [x for x in licenses(shown) if not covers(said, x)]
    if set(licenses(shown)) - set(extra) or agrees(said, shown):
        whole = join_and(said, *extra)
        heavier = burden(rulebook.terms_of(whole)) > burden(rulebook.terms_of(said))
        clash = (
            (_mismatch(component, f"declares {said}; its own texts also show {' AND '.join(extra)}"),)
            if heavier
            else ()
        )
        return _Decision(
            expression=whole, basis=f"{declared.basis} and license-file", confidence=0.8, problems=(*problems, *clash)
        )
    clash = (_mismatch(component, f"declares {said}; its license text is {shown}", texts),)
    return _Decision(
        expression=shown,
        basis="license-file",
        confidence=0.7,
        other=said,
        problems=(*problems, *clash),
        texts=tuple(unread),
    )


def _shown(known: Sequence[_Text]) -> Expression:
    """
    What the component's own texts say together.

    "BSD" in a notice names a family; which member it is, the text beside it shows. LICENSE-MIT beside LICENSE-APACHE
    is how Rust projects offer a choice (Rust API guidelines, C-PERMISSIVE).
    """
    named = {t.expression for t in known if _PAIR.search(t.evidence.path)}
    if len(known) == len(named) and named == {"MIT", "Apache-2.0"}:
        return join_or(*sorted(named))
    matches = [m for t in known for m in t.found.detection.matches if m.part is None]
    texts = {m.expression for m in matches if m.kind == "text" and m.expression.startswith("BSD-")}
    only = next(iter(texts)) if len(texts) == 1 else None
    if only is None or only == "BSD-3-Clause" or not any(m.kind != "text" for m in matches):
        return summed(t.expression for t in known)
    return summed(
        m.expression if m.kind == "text" else Expression(m.expression.replace("BSD-3-Clause", only)) for m in matches
    )


def _offered(component: Component, known: Sequence[_Text]) -> Expression | None:
    """The licenses of several files as a choice, where the README says that the component is licensed in two ways."""
    each = list(dict.fromkeys(t.expression for t in known if t.evidence.kind == "license-file"))
    if len(each) < 2 or any(" " in e or e == NONE for e in each):
        return None
    told = (e.text for e in component.evidence if e.kind == "readme" and e.text)
    return join_or(*each) if any(_OFFER.search(license_section(text)) for text in told) else None


def _undeclared(
    component: Component, declared: Declared, shown: Expression, texts: Sequence[_Text], rulebook: Rulebook
) -> _Decision:
    """Texts decide alone; a field that names another family, or restricts, is a contradiction."""
    problems: tuple[Problem, ...] = ()
    if declared.restricted and not any(map(_is_proprietary, licenses(shown))):
        message = f"ships the text of {shown}; a field says {_short(declared.restricted)!r}"
        problems = (_mismatch(component, message),)
    elif problems := contradicted(component, declared, shown, rulebook):
        pass
    elif declared.family and not _of_family(shown, declared.family):
        problems = (_mismatch(component, f"ships the text of {shown}; a field says {declared.family}"),)
    return _Decision(expression=shown, basis="license-file", confidence=0.9 if problems else 1.0, problems=problems)


def _modified(declared: Declared, unread: Sequence[_Text], said: Expression) -> _Decision:
    problems = []
    for text in unread:
        if not text.found.detection.modified:
            continue
        near = next((m for m in text.found.detection.matches if any(d.matters for d in m.differences)), None)
        words = [f"{d.kind} “{_short(d.words)}”" for d in (near.differences if near else ()) if d.matters][:3]
        message = (
            f"a changed {near.expression if near else 'license'} text: {'; '.join(words) or 'words that matter differ'}"
        )
        problems.append(Problem(rule="license-modified", path=text.evidence.path, message=message))
    other = said if said not in (NONE, NOASSERTION) else None
    return _Decision(
        expression=NOASSERTION,
        basis="license-file",
        confidence=0.5,
        other=other,
        problems=tuple(problems),
        texts=tuple(unread),
    )


def _unread(component: Component, declared: Declared, shown: Expression, unread: Sequence[_Text]) -> _Decision:
    """No license is declared and a text is not known: it gets a name of its own when its clauses could be read."""
    offers_one = [t for t in unread if _is_offer(t)]
    if len(offers_one) < len(unread):
        unread = [t for t in unread if t not in offers_one]
    names = [_own_name(component, t) for t in unread]
    problems = tuple(_unknown(t) for t in unread)
    if all(names):
        several = list(dict.fromkeys([*([shown] if shown != NONE else []), *(n for n in names if n)]))
        expression = join_or(*several) if offers_one else join_and(*several)
        return _Decision(expression=expression, basis="clauses", confidence=0.6, problems=problems, texts=tuple(unread))
    return _Decision(
        expression=NOASSERTION, basis="license-file", confidence=0.3, problems=problems, texts=tuple(unread)
    )


def _unread_but_declared(
    component: Component, declared: Declared, unread: Sequence[_Text], rulebook: Rulebook
) -> _Decision:
    """A license is declared, and the only text there is no known one."""
    said = declared.expression
    if _is_nameless(said) or "LicenseRef-" in said:
        known = all(rulebook.fact(x) for x in licenses(said))
        problems = () if known else tuple(_unknown(t) for t in unread)
        return _Decision(expression=said, basis=declared.basis, confidence=0.6, problems=problems, texts=tuple(unread))
    if any(m.kind == "text" and covers(said, m.expression) for t in unread for m in t.found.detection.matches):
        # A manual about licensing that holds the declared text among others.
        problems = tuple(_unknown(t) for t in unread)
        return _Decision(expression=said, basis=declared.basis, confidence=0.6, problems=problems)
    heavy = [t for t in unread if _restricts(t.found.terms)]
    if not heavy and all(len((t.evidence.text or "").split()) < 120 for t in unread):
        # A few lines beside a declared license (a copyright line, a pointer) do not make the license unknown.
        return _Decision(expression=said, basis=declared.basis, confidence=0.7)
    message = f"declares {said}; its license text is not recognised as that"
    names = [_own_name(component, t) for t in unread]
    expression = join_and(*dict.fromkeys(n for n in names if n)) if all(names) else NOASSERTION
    return _Decision(
        expression=expression,
        basis="clauses" if all(names) else "license-file",
        confidence=0.4,
        other=said,
        problems=(_mismatch(component, message, unread), *(_unknown(t) for t in unread)),
        texts=tuple(unread),
    )


def _without_text(
    component: Component, declared: Declared, tags: Sequence[tuple[Evidence, Expression]], prose: Prose
) -> _Decision:
    """No license text at all: metadata, then source headers, then what the README says."""
    said = declared.expression
    if said not in (NONE, NOASSERTION):
        if declared.conflict is not None:
            message = f"one field says {said}, another {declared.conflict}; no text decides"
            return _Decision(
                expression=said,
                basis=declared.basis,
                confidence=0.4,
                other=declared.conflict,
                problems=(_mismatch(component, message),),
            )
        problems: tuple[Problem, ...] = ()
        if declared.restricted:
            message = f"one field says {said}, another {_short(declared.restricted)!r}"
            problems = (_mismatch(component, message),)
        elif declared.family and not _of_family(said, declared.family):
            problems = (_mismatch(component, f"one field says {said}, another {declared.family}; no text decides"),)
        elif component.kind == "package" and component.relation == "import" and declared.basis != "debian":
            message = f"{said} is declared, and no license text is shipped with it"
            problems = (Problem(rule="notice-missing", path=component.path, message=message),)
        headers, share = headline(tags)
        if headers != NONE and share >= MOST and not agrees(said, headers):
            message = f"declares {said}, without a text; most of its files say {headers}"
            clash = (*problems, _mismatch(component, message))
            return _Decision(expression=headers, basis="source-header", confidence=0.6, other=said, problems=clash)
        if headers != NONE and refines(headers, said):
            said = headers
        return _Decision(expression=said, basis=declared.basis, confidence=0.7, problems=problems)
    from_headers, share = headline(tags)
    if from_headers != NONE and share >= SOME:
        return _Decision(expression=settled(from_headers), basis="source-header", confidence=0.6)
    if prose.expression not in (NONE, NOASSERTION):
        return _Decision(expression=settled(prose.expression), basis="readme", confidence=0.5)
    if said == NOASSERTION:
        named = declared.family or _short(declared.restricted or declared.said) or "a license that is not known"
        message = f"the metadata says only {named!r}, and no text decides which license that is"
        if declared.likely:
            message += f"; taken for {declared.likely}, which it practically always means"
        return _Decision(
            expression=declared.likely or NOASSERTION,
            basis=declared.basis,
            confidence=0.3 if declared.likely else 0.0,
            problems=(Problem(rule="license-unknown", path=component.path, message=message),),
        )
    if from_headers != NONE:
        message = f"only few of its files have a license header ({from_headers}), and nothing speaks for the rest"
        return _Decision(
            expression=NOASSERTION,
            basis="source-header",
            confidence=0.0,
            problems=(Problem(rule="license-unknown", path=component.path, message=message),),
        )
    if prose.speaks or any(e.kind in _TEXTS for e in component.evidence if (e.text or "").strip()):
        message = "there is text about a license, and it could not be decided"
        return _Decision(
            expression=NOASSERTION,
            basis="readme" if prose.speaks else "license-file",
            confidence=0.0,
            problems=(Problem(rule="license-unknown", path=component.path, message=message),),
        )
    if any(p.rule in _UNREAD for p in component.problems):
        # What was not at hand may have a license: that it is unknown was told, and it is not "no license".
        return _Decision(expression=NOASSERTION, basis="none", confidence=0.0)
    message = "no license in metadata, files, headers or README"
    return _Decision(
        expression=NONE, basis="none", problems=(Problem(rule="license-missing", path=component.path, message=message),)
    )


def _with_facts(decision: _Decision, facts: Known | None) -> _Decision:
    """What is known beyond what the component says, last of all: it settles what is open, and is named as the basis."""
    if facts is None:
        return decision
    if facts.license is None or decision.basis == "curation":
        return replace(decision, problems=(*decision.problems, *facts.problems))
    said = decision.expression
    settled = ("license-missing", "license-unknown")
    return _Decision(
        expression=facts.license,
        basis="curated",
        confidence=0.8,
        other=said if said not in (NONE, NOASSERTION) else None,
        problems=(*(p for p in decision.problems if p.rule not in settled), *facts.problems),
    )


def _with_rider(component: Component, decision: _Decision, classify: Classify) -> _Decision:
    """A PATENTS file beside the license is a license of its own, given with it."""
    for item in component.evidence:
        if item.kind != "patents-file" or not (item.text or "").strip():
            continue
        found = classify(item)
        expression = found.detection.expression
        text = _Text(evidence=item, found=found)
        if expression in (NONE, NOASSERTION):
            expression = decision.expression
        elif not covers(decision.expression, expression):
            expression = join_and(decision.expression, expression)
        decision = replace(decision, expression=expression, texts=(*decision.texts, text))
    return decision


def _terms(decision: _Decision, texts: Sequence[_Text], prose: Prose, rulebook: Rulebook) -> Terms:
    """Facts for what is known, clauses for the rest, riders on top."""
    if decision.expression in (NONE, NOASSERTION):
        read = [t.found.terms for t in decision.texts or texts]
        return together([*read, *prose.own_terms()]) if read or prose.own_terms() else Terms()
    known = [x for x in licenses(decision.expression) if not x.startswith("LicenseRef-") or rulebook.fact(x)]
    base = rulebook.terms_of(decision.expression)
    unread = [t.found.terms for t in decision.texts if t.evidence.kind != "patents-file"]
    if not known and unread:
        base = together(unread) if " OR " not in decision.expression else min(unread, key=burden)
    elif unread:
        # The facts of the named license speak on patents; what its text says beyond them is added.
        heavy = [added(t.clauses) for t in unread if _restricts(t)]
        base = together([base, *heavy]) if heavy else base
    extra = tuple(c for t in texts for c in t.found.terms.clauses if c.quote and c not in base.clauses)
    beside = [c for t in texts if not t.is_open for c in extra if _is_beside(c, t)]
    base = together([base, added(beside)]) if beside else base
    base = replace(base, clauses=(*base.clauses, *(c for c in extra if c not in base.clauses)))
    for rider in (t for t in decision.texts if t.evidence.kind == "patents-file"):
        terms = rider.found.terms
        hit = terms.patent.retaliation or base.patent.retaliation
        spoken = tuple(c for c in base.clauses if c.clause != "patent.silent")
        base = replace(base, patent=Patent(grant="file", retaliation=hit), clauses=(*spoken, *terms.clauses))
    own = prose.own_terms()
    base = together([base, *own]) if own else base
    if prose.patents_whole and base.patent.grant != "file":
        base = replace(base, patent=Patent(grant="unknown", retaliation=None))
    return base


def _is_beside(clause: Clause, text: _Text) -> bool:
    """Whether a clause stands in the text beside its licenses, about the component itself: a rider."""
    region = region_of(clause, text.found.detection.unmatched) if clause.path == text.evidence.path else None
    return region is not None and region.part is None


def _detected(texts: Sequence[_Text]) -> Expression:
    expressions = [t.expression for t in texts if t.expression != NONE]
    if not expressions:
        return NONE
    known = [e for e in expressions if e != NOASSERTION]
    return NOASSERTION if len(known) < len(expressions) else join_and(*known)


def _speaks(text: _Text) -> bool:
    """Whether a license-like file says anything: AUTHORS listed as License-File does not."""
    return text.expression != NONE or (bool(text.found.terms.clauses) and _restricts(text.found.terms))


def _or_later(shown: Expression, declared: Declared, tags: Sequence[tuple[Evidence, Expression]]) -> Expression:
    """A GNU text fits -only and -or-later; a field or header that says "or later" decides."""
    if not re.search(r"GPL-[\d.]+-only", shown):
        return shown
    fields = {x for e in declared.evidence if e.expression for x in _named(e.expression)}
    headers = {x for _, expression in tags for x in _named(expression)}
    # One file that says "or later" among many that do not speaks for itself.
    headers = {x for x in headers if _files(x, tags) >= _files(x.removesuffix("-or-later") + "-only", tags)}
    later = {x for x in fields | headers if x.endswith("-or-later")}
    for name in licenses(shown):
        plain = name.split(" WITH ")[0]
        if plain.endswith("-only") and plain.removesuffix("-only") + "-or-later" in later:
            shown = Expression(
                re.sub(rf"(?<![\w.-]){re.escape(plain)}(?![\w.-])", plain.removesuffix("-only") + "-or-later", shown)
            )
    return shown


def _named(expression: Expression) -> tuple[str, ...]:
    return licenses(expression) if expression not in (NONE, NOASSERTION) else ()


def _files(name: str, tags: Sequence[tuple[Evidence, Expression]]) -> int:
    """How many source files name the license `name` in their headers."""
    return sum(e.share[0] if e.share else 1 for e, x in tags if name in _named(x))


_HEADER_WORDS = 25
_VERSIONLESS = ("GPL-1.0-or-later", "LGPL-2.0-or-later")
_GIVEN = re.compile(
    r"(?i)\blicen[cs]ed?\s*(?:[:=]|under\b)|\bterms of\b|\bsubject to\b"
    r"|\b(?:released|distributed|available|published|provided)\s+under\b|\bcovered\s+(?:under|by)\b"
)
"""How a header gives its file a license; where none of this is said, a bare "GPL" is about other software."""


def _header_expression(item: Evidence, classify: Classify) -> Expression:
    from licensescan.expression import normalise
    from licensescan.model import ExpressionError
    from licensescan.names import interpret

    if item.text:
        detection = classify(item).detection
        named = detection.expression in _VERSIONLESS and len(item.text.split()) > _HEADER_WORDS
        return NONE if named and not _GIVEN.search(item.text) else detection.expression
    if item.kind == "spdx-tag":
        try:
            return normalise(item.value)
        except ExpressionError:
            return NOASSERTION
    return interpret(item.value, context="license-field").expression or NOASSERTION


def _is_offer(text: _Text) -> bool:
    """A short text beside others that only says that one of them may be chosen."""
    body = text.evidence.text or ""
    return len(body.split()) <= _OFFER_WORDS and _OFFER.search(body) is not None


def _own_name(component: Component, text: _Text) -> Expression | None:
    """`LicenseRef-<title>` for a text that no list knows and whose clauses could be read; None for a mere scrap."""
    body = text.evidence.text or ""
    if len(body.split()) < 80 or not any(c.quote for c in text.found.terms.clauses):
        return None
    title = next((line for line in body.split("\n") if len(line.split()) >= 2), "")
    words = re.findall(r"[A-Za-z0-9.]+", title)[:6]
    named = "-".join(w.strip(".") for w in words if w.strip("."))
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", component.name).strip("-")
    return Expression(f"LicenseRef-{named if 4 <= len(named) <= 60 else plain + '-license'}")


def _curated(component: Component, curations: Sequence[Curation]) -> _Decision | None:
    from licensescan.policy import curation_applies

    for curation in curations:
        if curation_applies(curation, component):
            return _Decision(expression=curation.license, basis="curation", confidence=1.0)
    return None


def _told(
    component: Component,
    declared: Declared,
    texts: Sequence[_Text],
    tags: Sequence[tuple[Evidence, Expression]],
) -> tuple[Evidence, ...]:
    """Every observation, with what it alone was read as; texts themselves stay behind."""
    read = {id(t.evidence): t.expression for t in texts}
    fields = {(e.kind, e.path, e.value): e.expression for e in declared.evidence}
    headers = {id(e): x for e, x in tags}
    told = []
    for item in component.evidence:
        if item.kind in ("readme", "readme-nested"):
            continue
        expression = read.get(id(item)) or headers.get(id(item)) or fields.get((item.kind, item.path, item.value))
        value = _short(item.value) if len(item.value) > 200 else item.value
        told.append(replace(item, text=None, value=value, expression=expression))
    return tuple(told)


def _open_problems(component: Component, unread: Sequence[_Text]) -> tuple[Problem, ...]:
    return tuple(_unknown(t) for t in unread if _restricts(t.found.terms))


def _unknown(text: _Text) -> Problem:
    words = len((text.evidence.text or "").split())
    message = f"a text of {words} words that no known license accounts for"
    return Problem(rule="license-unknown", path=text.evidence.path, message=message)


def _mismatch(component: Component, message: str, texts: Sequence[_Text] = ()) -> Problem:
    path = texts[0].evidence.path if texts else component.path
    return Problem(rule="license-mismatch", path=path, message=f"{component.name} {message}")


def _restricts(terms: Terms) -> bool:
    return terms.commercial in ("conditional", "prohibited") or terms.copyleft not in ("none", "file")


def _is_nameless(expression: Expression) -> bool:
    """A LicenseRef that stands for no particular text ("LicenseRef-Proprietary"): any text says more than it."""
    return all(x.startswith("LicenseRef-") and not x.startswith("LicenseRef-scancode-") for x in licenses(expression))


def _is_proprietary(name: str) -> bool:
    """Whether a license is a vendor's terms: a field that says "proprietary" is no contradiction to it."""
    from licensescan.detect.catalog import info

    known = info(name)
    return name.startswith("LicenseRef-") and (known is None or known.category not in _OPEN)


def _of_family(expression: Expression, family: str) -> bool:
    if family.lower() in ("osi approved", "proprietary", "public domain", "dual license", "other"):
        return family.lower() != "proprietary" or "LicenseRef" in expression
    word = family.upper().replace(" ", "-")
    return any(re.search(rf"(?<![A-Z]){re.escape(word)}", x.upper()) for x in licenses(expression))


def _short(text: str, limit: int = 100) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rsplit(" ", 1)[0] + " …"


__all__ = ["conclude", "join_or"]
