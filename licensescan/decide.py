"""
The precedence: what a component declares and what its own texts show, put against each other.

`decide` fits on one screen. Two sources that disagree are both kept: the stricter reading decides the gate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from licensescan.classified import Classified
from licensescan.declared import Declared, agrees, refines, sharpened
from licensescan.detect import own_expression, summed
from licensescan.doubts import contradicted
from licensescan.expression import covers, join_and, join_or, licenses, offers, settled
from licensescan.model import (
    NOASSERTION,
    NONE,
    Component,
    Evidence,
    Expression,
    Problem,
    Terms,
)
from licensescan.named import fits, is_vague
from licensescan.prose import Prose, license_section
from licensescan.rulebook import Rulebook
from licensescan.terms import burden
from licensescan.titles import reference_of
from licensescan.votes import MOST, SOME, headline

TEXTS = ("license-file", "license-field", "hidden-text")
"""Kinds of evidence that hold terms of the component itself."""

UNREAD = ("license-unknown", "terms-unread")
"""Rules of what was not at hand: they say why nothing is known."""

_OPEN = ("Permissive", "Public Domain", "Copyleft", "Copyleft Limited")
_PAIR = re.compile(r"(?i)(?:^|/)licen[cs]e[-_.](?:mit|apache)[\w.-]*$")
_OFFER_WORDS = 200
_PARAGRAPH = 120
"""Words of terms; fewer are a remark or a preface."""
_OFFER = re.compile(
    r"(?i)\bone of (?:the )?(?:following|these|two)\b|\bat your (?:option|choice)\b|\byour choice of\b"
    r"|\bdual[- ]licen[sc]ed\b|\bchoose (?:one|either|between|which)\b|\beither of the\b"
)


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
    def is_open(self) -> bool:
        """The text says something that no known license accounts for."""
        found = self.found.detection
        return self.expression == NOASSERTION or found.modified or (found.expression == NONE and not found.matches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The concluded expression, what decided it, how sure that is, and the other reading where there is one."""

    expression: Expression
    basis: str
    confidence: float = 1.0
    other: Expression | None = None
    problems: tuple[Problem, ...] = ()
    texts: tuple[Text, ...] = ()


def decide(
    component: Component,
    declared: Declared,
    texts: Sequence[Text],
    detected: Expression,
    tags: Sequence[tuple[Evidence, Expression]],
    prose: Prose,
    rulebook: Rulebook,
) -> Decision:
    """The precedence: what metadata declares and what the component's own texts show, put against each other."""
    known = [t for t in texts if not t.is_open]
    unread = [t for t in texts if t.is_open]
    shown = _or_later(settled(_shown(known)), declared, tags)
    said = declared.expression
    if declared.basis != "license-expression":
        said = sharpened(said, shown)
    if any(t.found.detection.modified for t in unread):
        if shown == NONE and _is_a_version(said, unread):
            return _unread_but_declared(component, declared, unread, rulebook)
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
        return Decision(expression=answer, basis=declared.basis, problems=problems, texts=tuple(unread), confidence=1.0)
    if _is_nameless(said):
        named = all(rulebook.fact(x) for x in licenses(said))
        more = [] if named else [t for t in known if _says_more(t)]
        if more:
            # Terms with a name of their own that build on a known license: the base alone is not what is given.
            problems = (*problems, *(_beside(t, said) for t in more))
            texts = (*unread, *more)
            return Decision(expression=said, basis=declared.basis, problems=problems, texts=texts, confidence=0.6)
        return Decision(expression=shown, basis="license-file", problems=problems, texts=tuple(unread), confidence=0.9)
    extra = [x for x in licenses(shown) if not covers(said, x)]
    if set(licenses(shown)) - set(extra) or agrees(said, shown):
        whole = join_and(said, *extra)
        heavier = burden(rulebook.terms_of(whole)) > burden(rulebook.terms_of(said))
        clash = (
            (_mismatch(component, f"declares {said}; its own texts also show {' AND '.join(extra)}"),)
            if heavier
            else ()
        )
        return Decision(
            expression=whole, basis=f"{declared.basis} and license-file", confidence=0.8, problems=(*problems, *clash)
        )
    clash = (_mismatch(component, f"declares {said}; its license text is {shown}", texts),)
    return Decision(
        expression=shown,
        basis="license-file",
        confidence=0.7,
        other=said,
        problems=(*problems, *clash),
        texts=tuple(unread),
    )


def _shown(known: Sequence[Text]) -> Expression:
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


def _offered(component: Component, known: Sequence[Text]) -> Expression | None:
    """The licenses of several files as a choice, where the README says that the component is licensed in two ways."""
    each = list(dict.fromkeys(t.expression for t in known if t.evidence.kind == "license-file"))
    if len(each) < 2 or any(" " in e or e == NONE for e in each):
        return None
    told = (e.text for e in component.evidence if e.kind == "readme" and e.text)
    return join_or(*each) if any(_OFFER.search(license_section(text)) for text in told) else None


def _undeclared(
    component: Component, declared: Declared, shown: Expression, texts: Sequence[Text], rulebook: Rulebook
) -> Decision:
    """Texts decide alone; a field that names another family, or restricts, is a contradiction."""
    problems: tuple[Problem, ...] = ()
    if declared.restricted and not any(map(_is_proprietary, licenses(shown))):
        message = f"ships the text of {shown}; a field says {short(declared.restricted)!r}"
        problems = (_mismatch(component, message),)
    elif problems := contradicted(component, declared, shown, rulebook):
        pass
    elif declared.family and not _of_family(shown, declared.family):
        problems = (_mismatch(component, f"ships the text of {shown}; a field says {declared.family}"),)
    return Decision(expression=shown, basis="license-file", confidence=0.9 if problems else 1.0, problems=problems)


def _modified(declared: Declared, unread: Sequence[Text], said: Expression) -> Decision:
    problems = []
    for text in unread:
        if not text.found.detection.modified:
            continue
        near = next((m for m in text.found.detection.matches if any(d.matters for d in m.differences)), None)
        words = [f"{d.kind} “{short(d.words)}”" for d in (near.differences if near else ()) if d.matters][:3]
        message = (
            f"a changed {near.expression if near else 'license'} text: {'; '.join(words) or 'words that matter differ'}"
        )
        problems.append(Problem(rule="license-modified", path=text.evidence.path, message=message))
    other = said if said not in (NONE, NOASSERTION) else None
    return Decision(
        expression=NOASSERTION,
        basis="license-file",
        confidence=0.5,
        other=other,
        problems=tuple(problems),
        texts=tuple(unread),
    )


def _unread(component: Component, declared: Declared, shown: Expression, unread: Sequence[Text]) -> Decision:
    """No license is declared and a text is not known: it gets a name of its own when its clauses could be read."""
    offers_one = [t for t in unread if _is_offer(t)]
    if len(offers_one) < len(unread):
        unread = [t for t in unread if t not in offers_one]
    names = [_own_name(component, t) for t in unread]
    problems = tuple(_unknown(t) for t in unread)
    if all(names):
        several = list(dict.fromkeys([*([shown] if shown != NONE else []), *(n for n in names if n)]))
        expression = join_or(*several) if offers_one else join_and(*several)
        return Decision(expression=expression, basis="clauses", confidence=0.6, problems=problems, texts=tuple(unread))
    return Decision(
        expression=NOASSERTION, basis="license-file", confidence=0.3, problems=problems, texts=tuple(unread)
    )


def _unread_but_declared(
    component: Component, declared: Declared, unread: Sequence[Text], rulebook: Rulebook
) -> Decision:
    """A license is declared, and the only text there is no known one."""
    said = declared.expression
    if _is_nameless(said) or "LicenseRef-" in said:
        known = all(rulebook.fact(x) for x in licenses(said))
        problems = () if known else tuple(_unknown(t) for t in unread)
        return Decision(expression=said, basis=declared.basis, confidence=0.6, problems=problems, texts=tuple(unread))
    if any(m.kind == "text" and covers(said, m.expression) for t in unread for m in t.found.detection.matches):
        # A manual about licensing that holds the declared text among others.
        problems = tuple(_unknown(t) for t in unread)
        return Decision(expression=said, basis=declared.basis, confidence=0.6, problems=problems)
    heavy = [t for t in unread if restricts(t.found.terms)]
    if not heavy and all(len((t.evidence.text or "").split()) < 120 for t in unread):
        # A few lines beside a declared license (a copyright line, a pointer) do not make the license unknown.
        return Decision(expression=said, basis=declared.basis, confidence=0.7)
    message = f"declares {said}; its license text is not recognised as that"
    names = [_own_name(component, t) for t in unread]
    expression = join_and(*dict.fromkeys(n for n in names if n)) if all(names) else NOASSERTION
    return Decision(
        expression=expression,
        basis="clauses" if all(names) else "license-file",
        confidence=0.4,
        other=said,
        problems=(_mismatch(component, message, unread), *(_unknown(t) for t in unread)),
        texts=tuple(unread),
    )


def _without_text(
    component: Component, declared: Declared, tags: Sequence[tuple[Evidence, Expression]], prose: Prose
) -> Decision:
    """No license text at all: metadata, then source headers, then what the README says."""
    said = declared.expression
    if said not in (NONE, NOASSERTION):
        if declared.conflict is not None:
            message = f"one field says {said}, another {declared.conflict}; no text decides"
            return Decision(
                expression=said,
                basis=declared.basis,
                confidence=0.4,
                other=declared.conflict,
                problems=(_mismatch(component, message),),
            )
        problems: tuple[Problem, ...] = ()
        if declared.restricted and not all(map(_is_proprietary, licenses(said))):
            message = f"one field says {said}, another {short(declared.restricted)!r}"
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
            return Decision(expression=headers, basis="source-header", confidence=0.6, other=said, problems=clash)
        if headers != NONE and refines(headers, said):
            said = headers
        return Decision(expression=said, basis=declared.basis, confidence=0.7, problems=problems)
    from_headers, share = headline(tags)
    if from_headers != NONE and share >= SOME:
        return Decision(expression=settled(from_headers), basis="source-header", confidence=0.6)
    named = prose.named()
    if named not in (NONE, NOASSERTION):
        return Decision(expression=settled(named), basis="readme", confidence=0.5)
    if said == NOASSERTION:
        words = short(declared.words or declared.restricted or declared.said) or "a license that is not known"
        message = f"the metadata says only {words!r}, and no text decides which license that is"
        if declared.likely:
            message += f"; taken for {declared.likely}, which it practically always means"
        return Decision(
            expression=declared.likely or NOASSERTION,
            basis=declared.basis,
            confidence=0.3 if declared.likely else 0.0,
            problems=(Problem(rule="license-unknown", path=component.path, message=message),),
        )
    if from_headers != NONE:
        message = f"only few of its files have a license header ({from_headers}), and nothing speaks for the rest"
        return Decision(
            expression=NOASSERTION,
            basis="source-header",
            confidence=0.0,
            problems=(Problem(rule="license-unknown", path=component.path, message=message),),
        )
    speaks = prose.states or named != NONE
    if speaks or any(e.kind in TEXTS for e in component.evidence if (e.text or "").strip()):
        message = "there is text about a license, and it could not be decided"
        return Decision(
            expression=NOASSERTION,
            basis="readme" if speaks else "license-file",
            confidence=0.0,
            problems=(Problem(rule="license-unknown", path=component.path, message=message),),
        )
    if any(p.rule in UNREAD for p in component.problems):
        # What was not at hand may have a license: that it is unknown was told, and it is not "no license".
        return Decision(expression=NOASSERTION, basis="none", confidence=0.0)
    message = "no license in metadata, files, headers or README"
    return Decision(
        expression=NONE, basis="none", problems=(Problem(rule="license-missing", path=component.path, message=message),)
    )


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


def _is_offer(text: Text) -> bool:
    """A short text beside others that only says that one of them may be chosen."""
    body = text.evidence.text or ""
    return len(body.split()) <= _OFFER_WORDS and _OFFER.search(body) is not None


def _own_name(component: Component, text: Text) -> Expression | None:
    """The name of a text that no list knows and whose clauses could be read."""
    if not any(c.quote for c in text.found.terms.clauses):
        return None
    return reference_of(text.evidence.text or "", component.name, text.evidence.path)


def _open_problems(component: Component, unread: Sequence[Text]) -> tuple[Problem, ...]:
    return tuple(_unknown(t) for t in unread if restricts(t.found.terms))


def _unknown(text: Text) -> Problem:
    words = len((text.evidence.text or "").split())
    message = f"a text of {words} words that no known license accounts for"
    return Problem(rule="license-unknown", path=text.evidence.path, message=message)


def _says_more(text: Text) -> bool:
    """Whether a text that is known holds a paragraph of terms of its own besides."""
    return sum(u.words for u in text.found.detection.unmatched if u.part is None) >= _PARAGRAPH


def _beside(text: Text, said: Expression) -> Problem:
    left = [u for u in text.found.detection.unmatched if u.part is None]
    lines = f"{min(u.lines[0] for u in left)}-{max(u.lines[1] for u in left)}"
    message = f"{said} is {text.expression} and more: lines {lines} hold terms that no known license accounts for"
    return Problem(rule="license-unknown", path=text.evidence.path, message=message)


def _mismatch(component: Component, message: str, texts: Sequence[Text] = ()) -> Problem:
    path = texts[0].evidence.path if texts else component.path
    return Problem(rule="license-mismatch", path=path, message=f"{component.name} {message}")


def restricts(terms: Terms) -> bool:
    """Whether terms limit commerce, or copyleft reaches beyond single files."""
    return terms.commercial in ("conditional", "prohibited") or terms.copyleft not in ("none", "file")


def _is_nameless(expression: Expression) -> bool:
    """A LicenseRef that stands for no particular text ("LicenseRef-Proprietary"): any text says more than it."""
    return all(x.startswith("LicenseRef-") and not x.startswith("LicenseRef-scancode-") for x in licenses(expression))


def _is_a_version(said: Expression, unread: Sequence[Text]) -> bool:
    """
    Whether texts that differ from known ones are but versions of a vendor's terms: the name that is declared stands for
    no particular text of them, so that no change contradicts it.
    """
    near = [x for t in unread for m in t.found.detection.matches for x in licenses(m.expression)]
    return said not in (NONE, NOASSERTION) and _is_nameless(said) and bool(near) and all(map(_is_proprietary, near))


def _is_proprietary(name: str) -> bool:
    """Whether a license is a vendor's terms: a field that says "proprietary" is no contradiction to it."""
    from licensescan.detect.catalog import info

    known = info(name)
    return name.startswith("LicenseRef-") and (known is None or known.category not in _OPEN)


def _of_family(expression: Expression, family: str) -> bool:
    """Whether what is shown can be what a field names; "OSI Approved" can be anything but a vendor's terms."""
    return fits(family, expression) or (is_vague(family) and not any(map(_is_proprietary, licenses(expression))))


def short(text: str, limit: int = 100) -> str:
    """`text` on one line of at most `limit` characters, cut between words."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rsplit(" ", 1)[0] + " …"
