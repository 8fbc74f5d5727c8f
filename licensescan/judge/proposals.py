"""
What would settle decisions: acceptances that state as little as covers them.

A text is accepted as a text, whoever ships it. What is about a license of the
SPDX list or about a component's own evidence is accepted for the components,
and the parts, in which it was found: one that comes later is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from glob import escape

from licensescan.judge.acceptances import WHOLE
from licensescan.judge.merging import ABOUT_TEXTS, TOPICS_OF_TERMS
from licensescan.judge.stale import UNFILLED
from licensescan.model.kinds import RuleId
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    VERDICTS,
    Acceptance,
    Finding,
    Verdict,
)
from licensescan.rulebook.rulebook import Rulebook
from licensescan.standards.spdx_text import has_reference


def by_decision(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return the findings that can be accepted, by what settles them."""
    decisions: dict[str, list[Finding]] = {}
    for finding in acceptable(findings):
        decisions.setdefault(finding.decision, []).append(finding)
    return decisions


def acceptable(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that nothing accepts yet and something could."""
    return [
        finding
        for finding in findings
        if not finding.waived_by and finding.rule != RuleId.WAIVER_STALE
    ]


def is_about_terms(
    findings: Sequence[Finding],
    rulebook: Rulebook,
) -> bool:
    """
    Return True if what is to be decided is what a license or text demands,
    and not that something is wrong with the evidence.
    """
    return all(
        rulebook.rules[finding.rule].topic in TOPICS_OF_TERMS
        or (finding.rule in ABOUT_TEXTS and finding.text_sha256)
        or finding.rule == RuleId.LICENSE_DENIED
        for finding in findings
    )


def proposed(
    findings: Sequence[Finding],
    rulebook: Rulebook,
    reason: str,
    *,
    by_component: bool = False,
) -> Iterator[Acceptance]:
    """
    Yield what accepts the findings of one decision; `by_component` even a text
    for the components alone that hold it today.
    """
    texts = {finding.text_sha256 for finding in findings}
    licenses = tuple(sorted({f.license for f in findings if f.license}))
    about_terms = is_about_terms(findings, rulebook)
    if about_terms and None not in texts and not by_component:
        yield Acceptance(
            texts=tuple(sorted(filter(None, texts))),
            licenses=licenses,
            reason=reason,
        )
        return
    rules = sorted({rule for finding in findings for rule in finding.rules})
    for parts, components in _by_parts(findings).items():
        yield Acceptance(
            components=components,
            parts=() if parts == (WHOLE,) else parts,
            licenses=licenses,
            rules=() if about_terms and _are_known(licenses) else tuple(rules),
            reason=reason,
        )


def naming(
    kind: str,
    findings: Sequence[Finding],
    rulebook: Rulebook,
    reason: str,
) -> Iterator[Acceptance]:
    """
    Yield what accepts what a person has named: findings of one `kind`, as
    `selection.selected` tells them apart.
    """
    if kind == "license":
        yield Acceptance(licenses=(findings[0].license,), reason=reason)
    elif kind == "text":
        texts = {finding.text_sha256 or "" for finding in findings}
        yield Acceptance(texts=tuple(sorted(texts)), reason=reason)
    elif kind == "finding":
        yield from (exactly(finding, reason) for finding in findings)
    else:
        is_component = kind == "component"
        for group in by_decision(findings).values():
            yield from proposed(
                group, rulebook, reason, by_component=is_component
            )


def exactly(
    finding: Finding,
    reason: str,
) -> Acceptance:
    """Return what accepts one finding and no other."""
    return Acceptance(
        components=(_package(finding),),
        parts=(_part(finding.part),) if finding.part else (),
        licenses=(finding.license,) if finding.license else (),
        texts=(finding.text_sha256,) if finding.text_sha256 else (),
        rules=finding.rules,
        reason=reason,
    )


def adopted(
    findings: Iterable[Finding],
    rulebook: Rulebook,
    *,
    fail_on: Verdict,
    until: date,
) -> tuple[list[Acceptance], list[Finding]]:
    """
    Return acceptances of the terms that fail the gate, each with a reason that
    is to be filled in and an end, and the other findings that fail it, which
    are left for a baseline.
    """
    acceptances: list[Acceptance] = []
    known: list[Finding] = []
    least = VERDICTS.index(fail_on)
    for group in by_decision(findings).values():
        failing = [f for f in group if VERDICTS.index(f.verdict) >= least]
        if failing and is_about_terms(group, rulebook):
            about = f"{UNFILLED}: {failing[0].message}"
            acceptances += [
                replace(acceptance, expires=until)
                for acceptance in proposed(group, rulebook, about)
            ]
        else:
            known += failing
    return _with_texts_together(distinct(acceptances)), known


def _with_texts_together(
    acceptances: Iterable[Acceptance],
) -> list[Acceptance]:
    """
    Return acceptances of several texts of one license as one: a vendor's
    license comes in as many copies as there are versions of it.
    """
    together: dict[Acceptance, Acceptance] = {}
    for acceptance in acceptances:
        key = replace(acceptance, reason="", texts=())
        if not acceptance.texts:
            key = replace(acceptance, reason="")
        first = together.get(key)
        if first is None:
            together[key] = acceptance
        else:
            texts = tuple(sorted({*first.texts, *acceptance.texts}))
            together[key] = replace(first, texts=texts)
    return list(together.values())


def distinct(acceptances: Iterable[Acceptance]) -> list[Acceptance]:
    """
    Return those that state something of their own: terms that forbid and that
    nobody knows are two decisions about one text.
    """
    first: dict[Acceptance, Acceptance] = {}
    for acceptance in acceptances:
        first.setdefault(replace(acceptance, reason=""), acceptance)
    return list(first.values())


def _are_known(licenses: Sequence[str]) -> bool:
    """
    Return True for licenses that say the same wherever they are named: of
    others, what was found is accepted, and nothing that they may say later.
    """
    return bool(licenses) and not any(
        name in (NONE, NOASSERTION) or has_reference(name) for name in licenses
    )


def _by_parts(
    findings: Sequence[Finding],
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """
    Return the components by the parts of them that findings are about: one
    acceptance for components whose parts differ would cover more than it was
    made for.
    """
    parts: dict[str, set[str]] = {}
    for finding in findings:
        part = _part(finding.part) if finding.part else WHOLE
        parts.setdefault(_package(finding), set()).add(part)
    groups: dict[tuple[str, ...], list[str]] = {}
    for package, names in sorted(parts.items()):
        groups.setdefault(tuple(sorted(names)), []).append(package)
    return {names: tuple(packages) for names, packages in groups.items()}


def _part(name: str) -> str:
    """Return the pattern of a part; one that is called `.` is not the whole."""
    return f"[{WHOLE}]" if name == WHOLE else escape(name)


def _package(finding: Finding) -> str:
    """
    Return the purl of a finding's component without its version; what stands
    for other letters in a pattern is only itself in a name.
    """
    return escape(finding.component.split("@")[0])
