"""
Facts x rules x policy -> findings. Acceptances (`acceptances.py`) are
applied here and nowhere else.

An expression is judged on its tree: each license of an AND counts, and of an
OR the branch that the policy likes best, which becomes `effective`. When two
sources disagree about a license, both readings are judged and the worse
counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from licensescan.judge.acceptances import Accepting, subjects_of
from licensescan.judge.conditions import DELTA, refinement
from licensescan.judge.decisions import with_decisions
from licensescan.judge.fingerprints import digest_of, fingerprint
from licensescan.judge.hits import (
    Hit,
    Subject,
    hits_of_evidence,
    hits_of_terms,
)
from licensescan.judge.merging import (
    Texts,
    is_as_severe,
    joined,
    merged,
    without_free_words,
)
from licensescan.judge.pairs import Around, Pairs
from licensescan.judge.stale import stale_entries
from licensescan.judge.verdicts import Verdicts
from licensescan.model.kinds import Adds, RuleId
from licensescan.model.types import (
    VERDICTS,
    Conclusion,
    ExpressionError,
    Finding,
    Policy,
    Quote,
    Relation,
)
from licensescan.rulebook.rulebook import DEFAULT_PROFILE, Rulebook
from licensescan.standards.gnu import asks_no_more
from licensescan.standards.spdx_expression import licenses

NOTHING_AROUND = Around()


def judge(
    conclusions: Sequence[Conclusion],
    rulebook: Rulebook,
    policy: Policy | None,
    *,
    today: date,
    around: Around = NOTHING_AROUND,
) -> tuple[list[Finding], list[Conclusion]]:
    """
    Return the findings on `conclusions`, most severe first, and the
    conclusions with `effective` filled in. `around` has what stands between
    them, and the license of the project.

    Without a policy only what is wrong with the evidence itself is found, with
    the verdicts of the default profile. Every finding carries the verdict
    before waiving; `waived_by` names the waiver that accepts it.
    """
    verdicts = Verdicts(rulebook, policy or rulebook.profile(DEFAULT_PROFILE))
    pairs = Pairs(verdicts, conclusions, around) if policy else None
    judging = _Judging(verdicts=verdicts, pairs=pairs)
    findings: list[Finding] = []
    judged: list[Conclusion] = []
    for conclusion in conclusions:
        findings += judging.findings_on(conclusion)
        judged.append(judging.decided(conclusion))
    by_purl: dict[str, Conclusion] = {c.component.purl: c for c in judged}
    if policy is not None:
        accepting = Accepting(policy, rulebook, today)
        findings = accepting.applied(findings, by_purl)
        stale = _stale(verdicts, accepting, findings, by_purl)
        findings = [*_merged_by_text(findings, by_purl, rulebook), *stale]
    findings = with_decisions(findings, by_purl, rulebook)
    return sorted(findings, key=_order), judged


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judging:
    """
    One run: the policy's verdicts, and the licenses that cannot be met
    together, None where only evidence is judged.
    """

    verdicts: Verdicts
    pairs: Pairs | None

    def findings_on(self, conclusion: Conclusion) -> list[Finding]:
        """Return the findings on a component and its parts, each once."""
        findings = (
            finding
            for subject in _subjects(conclusion)
            for hit in self._hits(subject)
            if (finding := self._finding(hit, subject, conclusion)) is not None
        )
        return self._merged(findings)

    def decided(self, conclusion: Conclusion) -> Conclusion:
        """
        Return a conclusion with the branch that the policy takes of each
        choice.
        """
        whole = _relation(conclusion)
        parts = tuple(
            self._with_effective(part, _relation_of_part(part, whole))
            for part in conclusion.parts
        )
        return replace(self._with_effective(conclusion, whole), parts=parts)

    def _with_effective(
        self, conclusion: Conclusion, relation: str
    ) -> Conclusion:
        effective = self.verdicts.effective(conclusion.concluded, relation)
        standings = self.verdicts.standings.of(conclusion.terms)
        return replace(conclusion, effective=effective, standings=standings)

    def _hits(self, subject: Subject) -> Iterator[Hit]:
        yield from hits_of_evidence(subject)
        conclusion = subject.conclusion
        terms = self.verdicts.standings.settled(conclusion.terms)
        if terms is not conclusion.terms:
            left = replace(conclusion, terms=terms)
            subject = replace(subject, conclusion=left)
        if self.pairs is None:
            return
        yield from hits_of_terms(subject, self.verdicts)
        if not subject.is_part:
            yield from self.pairs.hits(conclusion)

    def _finding(
        self, hit: Hit, subject: Subject, whole: Conclusion
    ) -> Finding | None:
        """
        Return the finding that a hit makes; None where the policy minds it
        not.
        """
        conclusion, relation = subject.conclusion, subject.relation
        rule = self.verdicts.rulebook.rules[hit.rule]
        role = hit.role or conclusion.role
        adds = self._adds(hit, relation)
        refined = self._refined(hit, conclusion, adds)
        verdict = self.verdicts.limited(
            self.verdicts.on(
                hit.rule,
                "part" if subject.is_part else "",
                role,
                relation,
                "empty" if conclusion.component.is_empty else "",
                hit.shade,
                f"part-{hit.shade}" if subject.is_part else "",
                refined,
                f"{relation}-{refined}",
                f"part-{refined}" if subject.is_part else "",
            ),
            conclusion.certainty,
            role,
            adds,
        )
        if verdict == "ok":
            return None
        purl = whole.component.purl
        return Finding(
            rule=hit.rule,
            verdict=verdict,
            component=purl,
            part=subject.part,
            license=hit.license,
            message=hit.message,
            why=rule.why,
            remedy=rule.remedy,
            evidence=hit.quotes,
            path=whole.paths[0] if whole.paths else (),
            fingerprint=fingerprint(hit.rule, purl, subject.part, hit.license),
            certainty=conclusion.certainty,
            role=role,
            share=conclusion.share,
            adds=adds,
        )

    def _refined(self, hit: Hit, conclusion: Conclusion, adds: Adds) -> str:
        """
        Return the word by which a policy may refine its verdict, if any.
        """
        rulebook = self.verdicts.rulebook
        rule = rulebook.rules[hit.rule]
        if rule.refined_by == DELTA:
            return "harmless" if adds is Adds.NOTHING else ""
        by_license = refinement(rule, rulebook.terms_of(hit.license))
        return by_license or refinement(rule, conclusion.terms)

    def _adds(self, hit: Hit, relation: Relation) -> Adds:
        """
        Return what a hit adds to what is declared: nothing if the policy minds
        none of the licenses of any reading, for then it does not matter which
        of them holds.
        """
        rule = self.verdicts.rulebook.rules[hit.rule]
        if rule.refined_by != DELTA:
            return Adds.TERMS
        try:
            named = [licenses(reading) for reading in hit.readings]
        except ExpressionError:
            return Adds.UNKNOWN
        names = [name for group in named for name in group]
        if not names or not all(named):
            return Adds.UNKNOWN
        minded = any(self.verdicts.minds(name, relation) for name in names)
        return Adds.TERMS if minded else Adds.NOTHING

    def _merged(self, findings: Iterable[Finding]) -> list[Finding]:
        """
        Return one finding for each rule, part and license, with all its
        evidence.
        """
        kept: dict[tuple[str, str | None, str, str], Finding] = {}
        for finding in findings:
            rule = self.verdicts.rulebook.rules[finding.rule]
            place = finding.message if rule.per_place else ""
            whole = None if place else _said_of_whole(finding, kept.values())
            if whole is not None:
                # What a part says again, on the very terms of the whole, is
                # more evidence for the whole.
                finding = replace(finding, part=None, license=whole.license)
            key = (finding.rule, finding.part, finding.license, place)
            kept[key] = joined(kept[key], finding) if key in kept else finding
        return list(without_free_words(kept.values()))


def _subjects(conclusion: Conclusion) -> Iterator[Subject]:
    """
    Yield a component, and its parts, level by level; the name of an inner one
    says what it is in.
    """
    whole = _relation(conclusion)
    yield Subject(conclusion=conclusion, relation=whole)
    waiting = [(part, part.component.name) for part in conclusion.parts]
    for part, name in waiting:
        yield Subject(
            conclusion=part, relation=_relation_of_part(part, whole), part=name
        )
        waiting += [(p, f"{name} > {p.component.name}") for p in part.parts]


def _relation(conclusion: Conclusion) -> Relation:
    component = conclusion.component
    return "dev" if component.scope == "dev" else component.relation


def _relation_of_part(part: Conclusion, whole: Relation) -> Relation:
    if whole == "dev":
        return "dev"
    if part.component.kind == "model":
        return "weights"
    return (
        "data" if part.component.kind == "dataset" else part.component.relation
    )


def _said_of_whole(
    finding: Finding, findings: Iterable[Finding]
) -> Finding | None:
    """
    Return the finding on the whole that says what `finding` says of a part: by
    the same rule, as severe, on the same license or on one of GNU's that asks
    no less.
    """
    if finding.part is None:
        return None
    return next(
        (
            whole
            for whole in findings
            if whole.part is None
            and whole.rule == finding.rule
            and is_as_severe(whole, finding)
            and asks_no_more(finding.license, whole.license)
        ),
        None,
    )


def _merged_by_text(
    findings: Iterable[Finding],
    conclusions: Mapping[str, Conclusion],
    rulebook: Rulebook,
) -> Iterator[Finding]:
    """Yield the findings on all components, one for each text and subject."""
    by_component: dict[str, list[Finding]] = {}
    for finding in findings:
        by_component.setdefault(finding.component, []).append(finding)
    for purl, members in by_component.items():
        yield from merged(members, Texts(conclusions[purl]), rulebook.rules)


def _stale(
    verdicts: Verdicts,
    accepting: Accepting,
    findings: Iterable[Finding],
    conclusions: Mapping[str, Conclusion],
) -> list[Finding]:
    """
    Return a finding for each entry of the policy that no longer does anything.
    """
    policy = verdicts.policy
    rule = verdicts.rulebook.rules[RuleId.WAIVER_STALE]
    verdict = verdicts.on(rule.id)
    if verdict == "ok":
        return []
    standing = [finding for finding in findings if not finding.waived_by]
    entries = stale_entries(
        accepting,
        subjects_of(standing, conclusions),
        list(conclusions.values()),
    )
    return [
        Finding(
            rule=rule.id,
            verdict="warn" if entry.is_minor else verdict,
            component=entry.component,
            message=f"{entry.key} {entry.reason}",
            why=rule.why,
            remedy=rule.remedy,
            evidence=(Quote(path=policy.source),),
            fingerprint=digest_of(rule.id, entry.key, entry.component),
        )
        for entry in entries
    ]


def _order(finding: Finding) -> tuple[int, str, str, str, str, str]:
    return (
        -VERDICTS.index(finding.verdict),
        finding.rule,
        str(finding.component),
        finding.part or "",
        finding.license,
        finding.message,
    )
