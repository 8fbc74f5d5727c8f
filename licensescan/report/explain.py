"""
What a name means, in plain words: a rule, a license or expression, a clause of the
taxonomy, a profile, or a reason that `--why` gives.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from licensescan.base.schema import nearest
from licensescan.model.types import (
    Clause,
    Commercial,
    Copyleft,
    ExpressionError,
    Grant,
    LicenseFact,
    Strength,
    Terms,
    UsageError,
)
from licensescan.rulebook.rulebook import Rulebook, taxonomy
from licensescan.rulebook.rules import Rule
from licensescan.standards.spdx_expression import exceptions, licenses, normalise

_LABEL = 18

_GRANTS: Mapping[Grant, str] = {
    "express": "granted in so many words",
    "implicit": "not granted in words; the text implies that recipients may use it",
    "ip": "licensed as 'intellectual property', the word patent is not there",
    "file": "granted by a separate file that comes with the code",
    "disclaimed": "expressly not licensed",
    "none": "nothing is said about patents",
    "unknown": "not known",
}
_STRENGTHS: Mapping[Strength, str] = {
    "work": "suing over the work itself",
    "ip": "any intellectual-property suit about the work or its outputs",
    "grantor": "suing the grantor, also over other things",
    "broad": "suing third parties or over unrelated products",
}
_EFFECTS = {
    "patent": "ends the patent license",
    "all": "ends all rights, copyright included",
}
_COMMERCIAL: Mapping[Commercial, str] = {
    "allowed": "allowed",
    "conditional": "allowed on a condition (see the clauses)",
    "prohibited": "forbidden",
    "unknown": "not known",
}
_COPYLEFT: Mapping[Copyleft, str] = {
    "none": "none",
    "file": "changed files",
    "library": "the library",
    "work": "the whole work that is passed on",
    "network": "the whole work, also towards users over a network",
    "service": "everything that a service with it runs on",
}


def explain(name: str, rulebook: Rulebook, width: int) -> str:
    """
    The page about `name`, wrapped to `width` columns.

    A license may be written as people write it ("apache 2"). Raises `UsageError`, with
    the nearest known word, for a name that means nothing here.
    """
    wanted = " ".join(name.split())
    plain = wanted.lower()
    if plain in rulebook.rules:
        return _page(_rule(rulebook.rules[plain], rulebook), width)
    if plain in rulebook.profiles():
        return _page(_profile(plain, rulebook), width)
    if plain in taxonomy():
        return _page(_clause(plain, rulebook), width)
    if plain in _reasons():
        return _page(_reason(plain), width)
    held = {known.lower(): known for known in rulebook.facts.ids()}
    expression = held.get(plain) or _expression(wanted)
    if expression:
        rows = (
            _license(expression, rulebook)
            if " " not in expression
            else _compound(expression, rulebook)
        )
        return _page(rows, width)
    known = (*rulebook.rules, *rulebook.profiles(), *taxonomy(), *rulebook.facts.ids())
    by_lower = {word.lower(): word for word in known}
    close = nearest(plain, by_lower)
    if close:
        word = by_lower[close.split("'")[1]]
        close = f"; did you mean {word!r}?"
    raise UsageError(
        f"{name!r} is no rule, license, clause or profile that licensescan knows{close}"
    )


Row = tuple[str, str]
"""
A label and what follows it; an empty label goes on under the last, an empty row is a
blank line.
"""


def _expression(name: str) -> str | None:
    """
    The normal spelling of what `name` stands for, if it is a license, an exception or
    an expression of them.
    """
    from licensescan.classifier.names.interpret import interpret
    from licensescan.standards.license_list import info

    try:
        return normalise(name)
    except ExpressionError:
        known = info(name)
        if known is not None:
            return known.id
    read = interpret(name)
    return read.expression or read.likely


def _page(rows: Iterable[Row], width: int) -> str:
    lines: list[str] = []
    for label, text in rows:
        if not label and not text:
            lines.append("")
            continue
        head = f"{label:{_LABEL}s}" if len(label) < _LABEL else f"{label}  "
        if label == _TITLE:
            lines += textwrap.wrap(text, width)
            continue
        lines += textwrap.wrap(
            text,
            max(width, _LABEL + 30),
            initial_indent=head,
            subsequent_indent=" " * _LABEL,
            break_on_hyphens=False,
        ) or [head.rstrip()]
    return "\n".join(lines) + "\n"


_TITLE = "\0title"
_BLANK: Row = ("", "")


def _rule(rule: Rule, rulebook: Rulebook) -> Iterator[Row]:
    yield (_TITLE, f"{rule.id}: {rule.title}")
    yield _BLANK
    yield ("when", condition(rule))
    yield ("why", rule.why)
    yield ("what to do", rule.remedy)
    yield _BLANK
    label = "verdict"
    for profile in rulebook.profiles():
        yield (
            label,
            f"{profile}: {verdicts_of(rule.id, rulebook.profile(profile).verdicts)}",
        )
        label = ""


def condition(rule: Rule) -> str:
    """When a rule holds, as words."""
    words = {
        "problem": "what was read has the problem",
        "policy": "the policy says",
        "clause": "the terms have the clause",
        "commercial": "commercial use is",
        "copyleft": "copyleft reaches",
        "patent.grant": "the patent grant is",
        "patent.retaliation.strength": "retaliation is",
    }
    return ", and ".join(
        f"{words[key]} {' or '.join(values)}" for key, values in rule.when.items()
    )


def verdicts_of(rule: str, verdicts: Mapping[str, str]) -> str:
    """
    `deny, review for dev`: the verdict of a rule in one profile with its refinements.
    """
    finer: dict[str, list[str]] = {}
    for key, verdict in verdicts.items():
        name, _, refinement = key.partition("@")
        if name == rule and refinement:
            finer.setdefault(verdict, []).append(refinement)
    parts = [
        verdicts.get(rule, "ok"),
        *(f"{verdict} for {', '.join(found)}" for verdict, found in finer.items()),
    ]
    return "; ".join(parts)


def _profile(name: str, rulebook: Rulebook) -> Iterator[Row]:
    title, summary = rulebook.profile_text(name)
    policy = rulebook.profile(name)
    yield (_TITLE, f"{name}: {title}")
    yield _BLANK
    yield ("for", summary)
    if policy.outbound:
        yield ("outbound", f"what you publish is under {policy.outbound}")
    if policy.allow:
        yield (
            "allows",
            f"{', '.join(policy.allow)}; any other license is license-denied",
        )
    yield (
        "verdicts",
        "deny and review fail the gate by default, warn does not, ok is no finding",
    )
    for verdict in ("deny", "review", "warn", "ok"):
        yield _BLANK
        yield (_TITLE, verdict)
        for rule in rulebook.rules.values():
            if policy.verdicts.get(rule.id, "ok") == verdict:
                said = verdicts_of(rule.id, policy.verdicts).partition("; ")[2]
                yield (
                    f"  {rule.id}".ljust(30),
                    rule.title + (f" ({said})" if said else ""),
                )


def _reasons() -> dict[str, str]:
    """Return what each reason of `--why` means, by its id."""
    from licensescan.model.reasons import Reason

    return {reason.id: reason.meaning for reason in Reason}


def _reason(name: str) -> Iterator[Row]:
    yield (_TITLE, f"{name}: a reason that --why gives")
    yield _BLANK
    yield ("means", _reasons()[name])


def _clause(name: str, rulebook: Rulebook) -> Iterator[Row]:
    entry = taxonomy()[name]
    yield (_TITLE, f"{name}: the text {entry['title']}")
    yield _BLANK
    yield ("counts", entry["means"])
    if entry["not"]:
        yield ("does not count", entry["not"])
    asked = [r.id for r in rulebook.rules.values() if name in r.when.get("clause", ())]
    if asked:
        yield ("rules", ", ".join(asked))
    carried = [i for i in rulebook.facts.ids() if _has(rulebook.fact(i), name)]
    if carried:
        shown = carried[:12]
        more = (
            f" and {len(carried) - len(shown)} others"
            if len(carried) > len(shown)
            else ""
        )
        yield ("licenses", ", ".join(shown) + more)


def _has(fact: LicenseFact | None, clause: str) -> bool:
    return fact is not None and any(c.clause == clause for c in fact.terms.clauses)


def _compound(expression: str, rulebook: Rulebook) -> Iterator[Row]:
    """
    An expression: what holds for all of it, then the sheet of each license and
    exception in it.
    """
    yield (_TITLE, expression)
    yield _BLANK
    if " OR " in expression:
        yield (
            "choice",
            "where there is an OR, the lighter branch is described here; a policy may choose otherwise",
        )
    yield from _terms(rulebook.terms_of(expression), None)
    for name in licenses(expression):
        yield _BLANK
        yield from _license(name.partition(" WITH ")[0], rulebook)
    for exception in exceptions(expression):
        yield _BLANK
        yield from _license(exception, rulebook)


def _license(name: str, rulebook: Rulebook) -> Iterator[Row]:
    from licensescan.standards.license_list import info

    lifted = rulebook.facts.lifts(name)
    fact = rulebook.fact(name)
    known = info(name)
    if lifted or (known and known.is_exception):
        yield from _exception(name, lifted, fact)
        return
    if fact is None:
        yield (_TITLE, name)
        yield _BLANK
        yield (
            "known",
            "the name only: nothing is held about what it says, and it is judged as license-unknown",
        )
        return
    yield (_TITLE, f"{fact.id}: {fact.name}")
    yield _BLANK
    if fact.summary:
        yield ("in short", fact.summary)
    yield from _terms(fact.terms, fact)
    label = "obligations"
    for duty in fact.obligations:
        yield (label, duty)
        label = ""
    label = "clauses"
    for clause in sorted(fact.terms.clauses, key=lambda c: c.clause):
        yield (label, _said(clause))
        label = ""
    if fact.source:
        yield ("source", fact.source)


def _exception(name: str, left: str | None, fact: LicenseFact | None) -> Iterator[Row]:
    yield (_TITLE, f"{name}: {fact.name if fact else 'an exception'}")
    yield _BLANK
    if fact and fact.summary:
        yield ("in short", fact.summary)
    yield ("used as", f"<license> WITH {name}")
    if left is None:
        yield (
            "copyleft left",
            "not known: it is judged as if the exception were not there",
        )
        return
    yield (
        "copyleft left",
        next((said for reach, said in _COPYLEFT.items() if reach == left), left),
    )


def _terms(terms: Terms, fact: LicenseFact | None) -> Iterator[Row]:
    yield ("commercial use", _COMMERCIAL[terms.commercial])
    yield ("copyleft", _COPYLEFT[terms.copyleft])
    section = (
        f" (section {fact.patent_section})" if fact and fact.patent_section else ""
    )
    yield ("patents", f"{_GRANTS[terms.patent.grant]}{section}")
    if fact and fact.patent_from:
        yield ("  from", fact.patent_from)
    if fact and fact.patent_scope:
        yield ("  for", fact.patent_scope)
    hit = terms.patent.retaliation
    if hit is None:
        yield (
            "retaliation",
            "none known" if terms.patent.grant == "unknown" else "none",
        )
        return
    where = _retaliation_section(terms)
    yield ("retaliation", f"{_STRENGTHS[hit.strength]} {_EFFECTS[hit.effect]}{where}")
    if hit.trigger:
        yield ("  trigger", hit.trigger)


def _retaliation_section(terms: Terms) -> str:
    """The section, from the clause that says so."""
    wanted = ("patent.retaliation", "patent.no_suit_condition")
    found = [c.section for c in terms.clauses if c.clause in wanted and c.section]
    return f" (section {found[0]})" if found else ""


def _said(clause: Clause) -> str:
    entry: Mapping[str, Any] = taxonomy().get(clause.clause, {})
    note = clause.params.get("note") or entry.get("title", "")
    section = f" ({clause.section})" if clause.section else ""
    params = ", ".join(
        f"{k}: {v}" for k, v in sorted(clause.params.items()) if k != "note"
    )
    return f"{clause.clause}{section}: {note}" + (f" [{params}]" if params else "")
