"""
Facts x rules x policy -> findings. Waivers (`waivers.py`) are applied here and nowhere
else.

An expression is judged on its tree: each license of an AND counts, and of an OR the
branch that the policy likes best, which becomes `effective`. When two sources disagree
about a license, both readings are judged and the worse counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from licensescan.judge.conditions import (
    adds,
    holding,
    is_unknown,
    quotes_for,
    strength_for,
)
from licensescan.judge.messages import message_for
from licensescan.judge.waivers import accepted, is_listed, stale_entries
from licensescan.model.kinds import RuleId
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    VERDICTS,
    Conclusion,
    Expression,
    ExpressionError,
    Finding,
    Policy,
    Problem,
    Quote,
    Rule,
    Terms,
    Verdict,
)
from licensescan.rulebook.rulebook import Rulebook
from licensescan.standards.spdx_expression import best, licenses

_ONLY_WHOLE = frozenset(
    {
        "patent-grant-missing",
        "patent-retaliation",
        RuleId.NOTICE_MISSING,
        RuleId.LICENSE_MISSING,
        "patent-disclaimed",
    }
)
"""
Rules about a component as a whole: its parts are many, and saying it of each would bury
the rest.
"""

_SEVERITY: dict[str, int] = {"ok": 0, "warn": 1, "review": 2, "deny": 3}


@dataclass(frozen=True, slots=True)
class _Hit:
    """A rule that holds for one license of a component or part."""

    rule: str
    license: str
    message: str
    quotes: tuple[Quote, ...] = ()


@dataclass(slots=True)
class _Judge:
    rulebook: Rulebook
    policy: Policy
    matched: dict[str, tuple[str, ...]] = field(default_factory=dict)
    chosen: dict[tuple[str, str], Expression] = field(default_factory=dict)

    def verdict(self, rule: str, *refinements: str) -> str:
        """
        The policy's verdict on a rule; a refinement (relation, strength) goes before
        the rule's own.
        """
        chosen = self.policy.verdicts.get(rule, "ok")
        for refinement in refinements:
            chosen = self.policy.verdicts.get(f"{rule}@{refinement}", chosen)
        return chosen

    def rules_for(self, terms: Terms, skip: Iterable[str] = ()) -> list[Rule]:
        """The rules about terms that hold for `terms`."""
        return holding(
            (r for r in self.rulebook.rules.values() if r.id not in skip), terms
        )

    def leaf_rules(self, name: str) -> tuple[str, ...]:
        """
        The ids of the rules that hold for one license; remembered, since few licenses
        cover most packages.
        """
        if name not in self.matched:
            terms = self.rulebook.terms_of(name)
            self.matched[name] = tuple(r.id for r in self.rules_for(terms))
        return self.matched[name]

    def listed(self, name: str) -> str:
        """
        Whether the policy's own lists speak about a license: `denied`, `not-allowed` or
        "".
        """
        plain, _, beside = name.partition(" WITH ")
        known = self.rulebook.fact(beside) if beside else None
        if {plain.lower(), beside.lower(), name.lower()} & {
            d.lower() for d in self.policy.deny
        }:
            return "denied"
        # An exception gives more than the license that is allowed; a rider (Commons
        # Clause) takes something away.
        taken = known is not None and known.terms.commercial in (
            "conditional",
            "prohibited",
        )
        accepted = {name.lower()} if taken else {plain.lower(), name.lower()}
        allowed = {a.lower() for a in self.policy.allow}
        return "not-allowed" if allowed and not accepted & allowed else ""

    def cost(self, name: str, relation: str) -> tuple[int, int]:
        """
        How bad the policy finds one license: its worst verdict, and how many findings
        of any kind it makes.
        """
        verdicts = [
            self.verdict(r, relation, strength_for(r, self.rulebook.terms_of(name)))
            for r in self.leaf_rules(name)
        ]
        if self.listed(name):
            verdicts.append(self.verdict(RuleId.LICENSE_DENIED))
        if is_unknown(self.rulebook.terms_of(name)):
            verdicts.append(self.verdict(RuleId.LICENSE_UNKNOWN, relation))
        scores = [_SEVERITY[v] for v in verdicts]
        return max(scores, default=0), sum(1 for s in scores if s)


def judge(
    conclusions: Sequence[Conclusion],
    rulebook: Rulebook,
    policy: Policy | None,
    *,
    today: date,
) -> tuple[list[Finding], list[Conclusion]]:
    """
    The findings on `conclusions`, most severe first, and the conclusions with
    `effective` filled in.

    Without a policy only what is wrong with the evidence itself is told, with the
    verdicts of the default profile. Every finding carries the verdict before waiving;
    `waived_by` names the waiver that accepts it.
    """
    judging = _Judge(rulebook, policy or rulebook.profile("distributed-product"))
    findings: list[Finding] = []
    judged: list[Conclusion] = []
    for conclusion in conclusions:
        found, decided = _component(conclusion, judging, terms_too=policy is not None)
        findings += found
        judged.append(decided)
    if policy is not None:
        by_purl: dict[str, Conclusion] = {c.component.purl: c for c in judged}
        findings = [accepted(f, by_purl[f.component], policy, today) for f in findings]
        findings += _stale(policy, findings, judged, judging, today)
    return sorted(findings, key=_order), judged


def _component(
    conclusion: Conclusion, judging: _Judge, *, terms_too: bool
) -> tuple[list[Finding], Conclusion]:
    relation = (
        "dev" if conclusion.component.scope == "dev" else conclusion.component.relation
    )
    hits = list(_hits(conclusion, judging, relation, terms_too=terms_too, part=False))
    findings = [
        f for h in hits if (f := _finding(h, conclusion, None, judging, relation))
    ]
    effective = _effective(conclusion.concluded, judging, relation)
    parts = []
    stack = [(p, p.component.name) for p in conclusion.parts]
    for part, name in stack:
        inner = _relation(part, relation)
        for hit in _hits(part, judging, inner, terms_too=terms_too, part=True):
            finding = _finding(hit, conclusion, part, judging, inner, name)
            findings += [finding] if finding else []
        stack += [(p, f"{name} > {p.component.name}") for p in part.parts]
    parts = [
        replace(p, effective=_effective(p.concluded, judging, _relation(p, relation)))
        for p in conclusion.parts
    ]
    return _merged(findings), replace(
        conclusion, effective=effective, parts=tuple(parts)
    )


def _relation(part: Conclusion, whole: str) -> str:
    if whole == "dev":
        return "dev"
    if part.component.kind == "model":
        return "weights"
    return "data" if part.component.kind == "dataset" else part.component.relation


def _hits(
    conclusion: Conclusion,
    judging: _Judge,
    relation: str,
    *,
    terms_too: bool,
    part: bool,
) -> Iterator[_Hit]:
    """
    Every rule that holds for a conclusion: its problems, the licenses of its
    expression, and its own clauses.
    """
    for problem in conclusion.problems:
        yield _Hit(problem.rule, conclusion.concluded, problem.message, _at(problem))
    if not terms_too:
        return
    seen: set[str] = set()
    for expression in (conclusion.concluded, conclusion.alternative):
        if expression in (None, NONE, NOASSERTION):
            continue
        for name in _licenses(
            _effective(Expression(str(expression)), judging, relation)
        ):
            for hit in _license_hits(name, conclusion, judging, part=part):
                seen.add(hit.rule)
                yield hit
    # What the text itself says beyond the facts of its licenses: riders, READMEs,
    # custom texts. Terms that are no more than those facts were judged above, in the
    # branch of a choice that the policy takes.
    facts = judging.rulebook.terms_of(conclusion.concluded)
    beyond = conclusion.terms != facts
    for rule in (
        judging.rules_for(conclusion.terms, _ONLY_WHOLE if part else ())
        if beyond
        else ()
    ):
        if rule.id not in seen and adds(rule, conclusion.terms, facts):
            quotes = quotes_for(rule, conclusion.terms) or _license_quotes(
                conclusion.concluded, conclusion
            )
            yield _Hit(
                rule.id,
                conclusion.concluded,
                message_for(
                    rule,
                    conclusion,
                    conclusion.concluded,
                    conclusion.terms,
                    beside=not part and not is_unknown(facts),
                ),
                quotes,
            )
    if not part and is_listed(judging.policy.deny_packages, conclusion.component):
        message = f"the policy denies the package {conclusion.component.name}"
        yield _Hit(RuleId.LICENSE_DENIED, conclusion.concluded, message, ())
    if conclusion.terms.incomplete:
        yield _Hit(
            RuleId.TERMS_UNREAD,
            conclusion.concluded,
            "its terms point to a document that is not there",
            (),
        )
    yield from _pairs(conclusion, judging, relation)


def _license_hits(
    name: str, conclusion: Conclusion, judging: _Judge, *, part: bool
) -> Iterator[_Hit]:
    quotes = _license_quotes(name, conclusion)
    terms = judging.rulebook.terms_of(name)
    # A name for free words ("conditional") has no clauses of its own: the words that
    # were read have.
    told = terms if terms.clauses or conclusion.concluded != name else conclusion.terms
    for rule_id in judging.leaf_rules(name):
        if part and rule_id in _ONLY_WHOLE:
            continue
        if (
            rule_id == "patent-grant-missing"
            and conclusion.terms.patent.grant == "file"
        ):
            continue  # the file beside the license grants what the license does not
        rule = judging.rulebook.rules[rule_id]
        yield _Hit(
            rule_id,
            name,
            message_for(rule, conclusion, name, told),
            quotes_for(rule, conclusion.terms) or quotes,
        )
    listed = judging.listed(name)
    if listed:
        word = "denies" if listed == "denied" else "does not allow"
        yield _Hit(RuleId.LICENSE_DENIED, name, f"the policy {word} {name}", quotes)
    nothing_more = conclusion.terms == judging.rulebook.terms_of(conclusion.concluded)
    if is_unknown(terms) and (nothing_more or is_unknown(conclusion.terms)):
        yield _Hit(
            RuleId.LICENSE_UNKNOWN,
            name,
            f"nothing is known of what {name} says",
            quotes,
        )


def _pairs(conclusion: Conclusion, judging: _Judge, relation: str) -> Iterator[_Hit]:
    """
    Licenses of one expression that cannot be met together, and those that do not fit
    the outbound license.
    """
    names = _licenses(_effective(conclusion.concluded, judging, relation))
    for outbound, inbound in judging.rulebook.conflicts(names):
        message = f"{outbound} and {inbound} stand together, and cannot both be met"
        yield _Hit(
            RuleId.LICENSE_INCOMPATIBLE, f"{outbound} AND {inbound}", message, ()
        )
    own = judging.policy.outbound
    if own and conclusion.component.relation in ("bundled", "vendored", "static"):
        for name in names:
            if judging.rulebook.refuses(own, name):
                yield _Hit(
                    RuleId.LICENSE_INCOMPATIBLE,
                    name,
                    f"{name} cannot be passed on under {own}",
                    (),
                )


def _finding(
    hit: _Hit,
    whole: Conclusion,
    part: Conclusion | None,
    judging: _Judge,
    relation: str,
    name: str | None = None,
) -> Finding | None:
    rule = judging.rulebook.rules[hit.rule]
    own, named = (part or whole).terms, judging.rulebook.terms_of(hit.license)
    strength = strength_for(hit.rule, named) or strength_for(hit.rule, own)
    verdict = judging.verdict(hit.rule, relation, strength)
    if verdict == "ok":
        return None
    component = whole.component
    package = component.purl.split("@")[0]
    key = "\n".join((hit.rule, package, name or "", hit.license))
    return Finding(
        rule=hit.rule,
        verdict=_verdict(verdict),
        component=component.purl,
        part=name,
        license=hit.license,
        message=hit.message,
        why=rule.why,
        remedy=rule.remedy,
        evidence=hit.quotes,
        path=whole.paths[0] if whole.paths else (),
        fingerprint=hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32],
    )


def _verdict(text: str) -> Verdict:
    return VERDICTS[_SEVERITY[text] - 1]


def _merged(findings: Sequence[Finding]) -> list[Finding]:
    """One finding for each rule, part and license, with all its evidence."""
    kept: dict[tuple[str, str | None, str, str], Finding] = {}
    for finding in findings:
        # Two problems of one rule are two findings when they stand in two places.
        place = finding.message if finding.rule in _BY_PLACE else ""
        whole = None if place else kept.get((finding.rule, None, finding.license, ""))
        if (
            finding.part
            and whole
            and _SEVERITY[whole.verdict] >= _SEVERITY[finding.verdict]
        ):
            # What a part says again, on the very terms of the whole, is more evidence
            # for the whole.
            finding = replace(finding, part=None)
        key = (finding.rule, finding.part, finding.license, place)
        known = kept.get(key)
        if known is None:
            kept[key] = finding
        else:
            evidence = tuple(dict.fromkeys((*known.evidence, *finding.evidence)))
            kept[key] = replace(known, evidence=evidence)
    return list(kept.values())


_BY_PLACE = frozenset(
    {
        RuleId.METADATA_INVALID,
        RuleId.PATH_ESCAPE,
        RuleId.ARCHIVE_UNSAFE,
        RuleId.EVIDENCE_MISSING,
        RuleId.EVIDENCE_UNREADABLE,
        RuleId.LICENSE_UNKNOWN,
        RuleId.LICENSE_MODIFIED,
    }
)


def _effective(expression: Expression, judging: _Judge, relation: str) -> Expression:
    """
    The expression with each OR resolved to the branch that the policy minds least; the
    first of equals.
    """
    key = (expression, relation)
    if key not in judging.chosen:
        try:
            judging.chosen[key] = best(
                expression, lambda name: judging.cost(name, relation)
            )
        except ExpressionError:
            judging.chosen[key] = expression
    return judging.chosen[key]


def _licenses(expression: str) -> tuple[str, ...]:
    try:
        return licenses(expression)
    except ExpressionError:
        return ()


def _license_quotes(name: str, conclusion: Conclusion) -> tuple[Quote, ...]:
    """Where a license of a component is to be seen."""
    quotes = [
        Quote(path=item.path, lines=item.lines, quote=item.value or None)
        for item in conclusion.evidence
        if item.expression and name in item.expression
    ]
    if not quotes and conclusion.evidence:
        # A field that a tool left at UNKNOWN shows nothing where another one speaks.
        first = next(
            (e for e in conclusion.evidence if e.value and e.value != "UNKNOWN"),
            conclusion.evidence[0],
        )
        quotes = [Quote(path=first.path, lines=first.lines, quote=first.value or None)]
    return tuple(dict.fromkeys(quotes))[:5]


def _at(problem: Problem) -> tuple[Quote, ...]:
    return (Quote(path=problem.path),) if problem.path else ()


def _stale(
    policy: Policy,
    findings: Sequence[Finding],
    conclusions: Sequence[Conclusion],
    judging: _Judge,
    today: date,
) -> list[Finding]:
    rule = judging.rulebook.rules[RuleId.WAIVER_STALE]
    verdict = judging.verdict(RuleId.WAIVER_STALE)
    if verdict == "ok":
        return []
    return [
        Finding(
            rule=RuleId.WAIVER_STALE,
            verdict=_verdict(verdict),
            component=component,
            message=message,
            why=rule.why,
            remedy=rule.remedy,
            evidence=(Quote(path=policy.source),),
            fingerprint=hashlib.sha256(
                f"waiver-stale\n{key}\n{component}".encode()
            ).hexdigest()[:32],
        )
        for key, component, message in stale_entries(
            policy, findings, conclusions, today
        )
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
