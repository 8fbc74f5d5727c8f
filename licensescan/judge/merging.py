"""
One finding for one license text and one subject.

A text that forbids commerce, limits fields of use and ends on a patent suit is
read once: the heaviest rule names the finding, and the others are lines below
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from licensescan.judge.verdicts import SEVERITY
from licensescan.model.kinds import RuleId
from licensescan.model.types import Conclusion, Finding, Further
from licensescan.rulebook.rules import Rule

TOPICS_OF_TERMS = ("use", "copyleft", "patent", "cost")
"""
The topics of rules that ask what a license demands, in the order in which a
finding is named. Rules of the other topics ask what is wrong with the evidence
or the policy.
"""

ABOUT_TEXTS = frozenset(
    (RuleId.LICENSE_UNKNOWN, RuleId.LICENSE_MODIFIED, RuleId.TERMS_UNREAD)
)
"""Rules of evidence that reading one text settles, whoever ships it."""

_FREE_WORDS = ("LicenseRef-non-commercial", "LicenseRef-conditional")
"""Names for words of a notice or README that name no license."""


class Texts:
    """The texts of a component and its parts by their paths."""

    def __init__(
        self,
        conclusion: Conclusion,
    ) -> None:
        self._sha256: dict[str, str] = {}
        self._of_license: list[tuple[str | None, str, str]] = []
        for part, item in _tree(conclusion):
            for evidence in item.evidence:
                if evidence.sha256:
                    self._sha256.setdefault(evidence.path, evidence.sha256)
                    expression = evidence.expression or ""
                    self._of_license.append(
                        (part, expression, evidence.sha256)
                    )

    def behind(
        self,
        finding: Finding,
    ) -> str:
        """
        Return the sha256 of the text on which `finding` rests: the first that
        it quotes, else the first of the same part, or of the whole without
        its parts, that was read as its license; "" if there is none.
        """
        quoted = (self._sha256.get(quote.path) for quote in finding.evidence)
        of_license = (
            sha256
            for part, expression, sha256 in self._of_license
            if part == finding.part
            and finding.license
            and finding.license in expression
        )
        return next(filter(None, quoted), None) or next(of_license, "")


@dataclass(frozen=True, slots=True)
class _Key:
    """
    What findings about terms must share to be one: the subject, license and
    text.
    """

    part: str | None
    license: str
    text: str
    waived_by: str | None = None


def joined(
    first: Finding,
    second: Finding,
) -> Finding:
    """Return the heavier of two findings with the evidence of both."""
    evidence = tuple(dict.fromkeys((*first.evidence, *second.evidence)))
    heavier = first if is_as_severe(first, second) else second
    return replace(heavier, part=first.part, evidence=evidence)


def is_as_severe(
    first: Finding,
    second: Finding,
) -> bool:
    """Return True if `first` weighs no less than `second`."""
    return SEVERITY[first.verdict] >= SEVERITY[second.verdict]


def without_free_words(findings: Iterable[Finding]) -> Iterator[Finding]:
    """
    Yield findings, where one is on free words ("for non-commercial purposes")
    of a part and another is by the same rule on a license of that part, as
    one: the words say what the license says.
    """
    named: list[Finding] = []
    free: list[Finding] = []
    for finding in findings:
        is_free = finding.part and finding.license in _FREE_WORDS
        (free if is_free else named).append(finding)
    for words in free:
        told = (f for f in named if _is_same_subject(words, f))
        first = next(told, None)
        if first is None:
            named.append(words)
        else:
            named[named.index(first)] = joined(first, words)
    yield from named


def _is_same_subject(
    words: Finding,
    named: Finding,
) -> bool:
    return (words.rule, words.part) == (
        named.rule,
        named.part,
    ) and is_as_severe(named, words)


def merged(
    findings: Iterable[Finding],
    texts: Texts,
    rules: Mapping[str, Rule],
) -> Iterator[Finding]:
    """
    Yield the findings on one component, those about the terms of one text and
    subject as one.

    What one acceptance accepts stays apart from what none or another does, so
    that it accepts nothing but what it states. A rule of another topic whose
    verdict is as heavy stays apart too: a patent that may be asked for is not
    settled by what settles copyleft.
    """
    groups: dict[_Key, list[Finding]] = {}
    for finding in findings:
        if rules[finding.rule].topic not in TOPICS_OF_TERMS:
            yield finding
            continue
        key = _Key(
            finding.part,
            finding.license,
            texts.behind(finding),
            finding.waived_by,
        )
        groups.setdefault(key, []).append(finding)
    for group in groups.values():
        yield from _as_few(group, rules)


def _as_few(
    group: Iterable[Finding],
    rules: Mapping[str, Rule],
) -> Iterator[Finding]:
    """
    Yield the heaviest finding of each topic, with all milder ones below the
    first.
    """
    order = {rule: position for position, rule in enumerate(rules)}

    def weight(finding: Finding) -> tuple[int, int, int]:
        topic = TOPICS_OF_TERMS.index(rules[finding.rule].topic)
        return (-SEVERITY[finding.verdict], topic, order[finding.rule])

    heads: list[Finding] = []
    below: list[list[Finding]] = []
    for finding in sorted(group, key=weight):
        topic = rules[finding.rule].topic
        above = (
            position
            for position, head in enumerate(heads)
            if head.verdict != finding.verdict
            or rules[head.rule].topic == topic
        )
        position = next(above, None)
        if position is None:
            heads.append(finding)
            below.append([])
        else:
            below[position].append(finding)
    for head, others in zip(heads, below, strict=True):
        yield replace(head, also=_further(others))


def _further(findings: Sequence[Finding]) -> tuple[Further, ...]:
    return tuple(
        Further(
            rule=finding.rule,
            verdict=finding.verdict,
            message=finding.message,
            evidence=finding.evidence,
        )
        for finding in findings
    )


def _tree(
    conclusion: Conclusion,
) -> Iterator[tuple[str | None, Conclusion]]:
    """
    Yield a conclusion and those on its parts, level by level, with the name
    that a finding has for the part.
    """
    yield None, conclusion
    waiting = [(part.component.name, part) for part in conclusion.parts]
    for name, part in waiting:
        yield name, part
        waiting += [
            (f"{name} > {inner.component.name}", inner) for inner in part.parts
        ]
