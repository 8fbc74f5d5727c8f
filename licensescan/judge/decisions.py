"""
The unit of work for people: one license text, or expression, and what it
demands, with everything that it covers.

A decision outlives an update: its id is made of the license and the text, and
of a component's name where nothing else says what is to be decided.
"""

from __future__ import annotations

import hashlib
from collections.abc import (
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, replace

from licensescan.judge.conditions import holding
from licensescan.judge.merging import (
    ABOUT_TEXTS,
    TOPICS_OF_TERMS,
    Texts,
)
from licensescan.model.kinds import Certainty, Role, RuleId
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    VERDICTS,
    Conclusion,
    Finding,
    Verdict,
)
from licensescan.rulebook.rulebook import Rulebook
from licensescan.standards.spdx_text import has_reference, holds, is_scancode

_FETCHED = (Role.FETCHED, Role.FETCHED_DATA)
_LEAST_DIGITS = 6
_MOST_DIGITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """
    What one look at one text settles. `verdict` is the heaviest of what no
    waiver accepts, if there is any; `accepted_by` names the waivers where
    these accept all. `components` are purls.
    """

    id: str
    title: str
    license: str
    verdict: Verdict
    rules: tuple[str, ...]
    components: tuple[str, ...]
    text_sha256: str | None = None
    accepted_by: str | None = None


@dataclass(frozen=True, slots=True)
class _Key:
    """
    What findings share that one decision settles; "" for what does not matter.
    """

    about: str
    license: str
    text: str = ""
    component: str = ""

    def digest(self) -> str:
        """Return a stable hash in 64 hex digits."""
        words = (self.about, self.license, self.text, self.component)
        text = "\n".join(words)
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def with_decisions(
    findings: Iterable[Finding],
    conclusions: Mapping[str, Conclusion],
    rulebook: Rulebook,
) -> list[Finding]:
    """Return `findings`, each with the id of the decision that settles it."""
    texts = {
        purl: Texts(conclusion) for purl, conclusion in conclusions.items()
    }
    keyed = []
    for finding in findings:
        key = _key(finding, texts.get(finding.component), rulebook)
        conclusion = conclusions.get(finding.component)
        if conclusion and _is_on_other_reading(finding, conclusion):
            key = _of_readings(conclusion)
        keyed.append((finding, key))
    together = _asked_together(keyed)
    ids = _ids({together.get(key, key) for _, key in keyed})
    return [
        replace(
            finding,
            decision=ids[together.get(key, key)],
            text_sha256=key.text or None,
        )
        for finding, key in keyed
    ]


def _is_on_other_reading(
    finding: Finding,
    conclusion: Conclusion,
) -> bool:
    """
    Return True for a finding on a license that only the other reading of a
    component has, which fields and texts disagree about: which of them holds
    is asked once.
    """
    other = conclusion.alternative
    return (
        other is not None
        and finding.part is None
        and holds(other, finding.license)
        and not holds(conclusion.concluded, finding.license)
    )


def _of_readings(conclusion: Conclusion) -> _Key:
    """Return the key of what says that two readings disagree."""
    component = conclusion.component.purl.split("@")[0]
    return _Key("identity", conclusion.concluded, component=component)


def _asked_together(
    keyed: Iterable[tuple[Finding, _Key]],
) -> dict[_Key, _Key]:
    """
    Return the one key for several that ask one thing of a component and that
    no other shares: which licenses forbid commerce in five of its files, or
    all that its vendor's terms ask, is read at once, and decided once.
    """
    members: dict[_Key, list[Finding]] = {}
    for finding, key in keyed:
        members.setdefault(key, []).append(finding)
    together = _known_elsewhere(members)
    for component, asked in _asked_alone(members, together).items():
        for keys in _of_one_question(asked):
            findings = [finding for key in keys for finding in asked[key]]
            first = max(findings, key=_weight)
            one = _Key(first.rule, "", component=component)
            together |= dict.fromkeys(keys, one)
    return together


def _asked_alone(
    members: Mapping[_Key, Sequence[Finding]],
    known: Collection[_Key],
) -> dict[str, dict[_Key, Sequence[Finding]]]:
    """
    Return the keys of one component alone, by that, but for those that are
    known and what it could fetch.
    """
    alone: dict[str, dict[_Key, Sequence[Finding]]] = {}
    for key, findings in members.items():
        is_shared = len(_components(findings)) > 1
        if is_shared or key.about == Role.FETCHED or key in known:
            continue
        component = findings[0].component.split("@")[0]
        alone.setdefault(component, {})[key] = findings
    return alone


def _components(findings: Iterable[Finding]) -> set[str]:
    return {finding.component for finding in findings}


def _known_elsewhere(
    members: Mapping[_Key, Sequence[Finding]],
) -> dict[_Key, _Key]:
    """
    Return for a text that one component alone holds the key of the same
    license without a text, where other components share that: what is known
    of a library by its name is what its text says.
    """
    return {
        key: bare
        for key, findings in members.items()
        if key.text
        and _is_named(key.license)
        and len(_components(findings)) == 1
        and _components(findings)
        < _components(members.get(bare := replace(key, text=""), ()))
    }


def _of_one_question(
    asked: Mapping[_Key, Sequence[Finding]],
) -> Iterator[list[_Key]]:
    """
    Yield the keys of one component, two or more, that share a rule or the
    license whose text is to be read.
    """
    groups: list[tuple[set[str], list[_Key]]] = []
    for key, findings in asked.items():
        words, keys = _asks(key, findings), [key]
        for group in [g for g in groups if not words.isdisjoint(g[0])]:
            groups.remove(group)
            words |= group[0]
            keys = [*group[1], *keys]
        groups.append((words, keys))
    return (keys for _, keys in groups if len(keys) > 1)


def _asks(
    key: _Key,
    findings: Iterable[Finding],
) -> set[str]:
    """Return the rules of a question, and the licenses of its text."""
    rules = {finding.rule for finding in findings}
    if not key.text and rules.isdisjoint(ABOUT_TEXTS):
        return {*rules}
    licenses = {f.license for f in findings if _is_named(f.license)}
    return {*rules, *licenses}


def _weight(finding: Finding) -> int:
    return VERDICTS.index(finding.verdict)


def decisions_of(
    findings: Iterable[Finding],
    rulebook: Rulebook,
) -> list[Decision]:
    """
    Return the decisions that settle `findings`, the heaviest first, and of
    these the ones that settle most.
    """
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.decision, []).append(finding)
    decisions = [_decision(members, rulebook) for members in groups.values()]
    return sorted(decisions, key=_order)


def _key(
    finding: Finding,
    texts: Texts | None,
    rulebook: Rulebook,
) -> _Key:
    rule = rulebook.rules[finding.rule]
    text = texts.behind(finding) if texts else ""
    component = finding.component.split("@")[0]
    if finding.role in _FETCHED:
        return _Key(Role.FETCHED, "", component=component)
    if rule.topic in TOPICS_OF_TERMS:
        return _key_of_terms(finding, text, component, rulebook)
    if finding.rule == RuleId.NATIVE_UNLISTED:
        return _Key(finding.rule, "")
    # A list only names the license: its own text is not what is to be read.
    is_name = finding.certainty is Certainty.LISTED and _is_named(
        finding.license
    )
    if finding.rule in ABOUT_TEXTS and text and not is_name:
        # What it demands, and that nobody knew it, is read at once.
        return _Key("terms", finding.license, text)
    if finding.rule == RuleId.LICENSE_DENIED and _is_named(finding.license):
        return _Key("policy", finding.license)
    return _Key("identity", finding.license, component=component)


def _key_of_terms(
    finding: Finding,
    text: str,
    component: str,
    rulebook: Rulebook,
) -> _Key:
    """
    Return the key of a finding about terms. A license of the SPDX list says
    the same wherever it lies; a vendor's may differ from copy to copy, and so
    may what stands beside a license. Names of our own stand for free words,
    too ("non-commercial"): without a text each component has said something
    else.
    """
    name = finding.license
    facts = rulebook.terms_of(name)
    is_known = bool(facts.clauses) and bool(
        holding([rulebook.rules[finding.rule]], facts)
    )
    if is_known and _is_named(name) and not has_reference(name):
        return _Key("terms", name)
    # The text that lists a license is not the license's own.
    is_listed = is_known and finding.certainty is Certainty.LISTED
    if text and not (is_listed and is_scancode(name)):
        return _Key("terms", name, text)
    if is_known and is_scancode(name):
        return _Key("terms", name)
    return _Key("terms", name, component=component)


def _is_named(name: str) -> bool:
    return name not in ("", NONE, NOASSERTION)


def _ids(keys: Iterable[_Key]) -> dict[_Key, str]:
    """
    Return an id for each key: `d-` and as many hex digits as tell them apart.
    """
    digests = {key: key.digest() for key in keys}
    digits = next(
        digits
        for digits in range(_LEAST_DIGITS, _MOST_DIGITS + 1)
        if len({digest[:digits] for digest in digests.values()})
        == len(digests)
    )
    return {key: f"d-{digest[:digits]}" for key, digest in digests.items()}


def _decision(
    findings: Sequence[Finding],
    rulebook: Rulebook,
) -> Decision:
    standing = [finding for finding in findings if not finding.waived_by]
    accepted_by = {
        finding.waived_by for finding in findings if finding.waived_by
    }
    heaviest = max(standing or findings, key=_weight)
    rules = dict.fromkeys(
        rule for finding in findings for rule in finding.rules
    )
    return Decision(
        id=heaviest.decision,
        title=_title(heaviest, rulebook),
        license=heaviest.license,
        verdict=heaviest.verdict,
        rules=tuple(rules),
        components=tuple(sorted({finding.component for finding in findings})),
        text_sha256=heaviest.text_sha256,
        accepted_by=None if standing else ", ".join(sorted(accepted_by)),
    )


def _title(
    finding: Finding,
    rulebook: Rulebook,
) -> str:
    """
    Return the name of the license that a decision is about, or of the
    question.
    """
    rule = rulebook.rules[finding.rule]
    if rule.topic not in TOPICS_OF_TERMS or not _is_named(finding.license):
        return rule.title
    fact = rulebook.fact(finding.license)
    return fact.name if fact and fact.name else finding.license


def _order(decision: Decision) -> tuple[int, int, str]:
    weight = VERDICTS.index(decision.verdict)
    return (-weight, -len(decision.components), decision.id)
