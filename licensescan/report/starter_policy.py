"""A commented starter policy, written from what a project really has."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from licensescan.model.types import (
    VERDICTS,
    Conclusion,
    ExpressionError,
    Finding,
    Policy,
    Report,
)
from licensescan.report.escape import line
from licensescan.rulebook.rulebook import load
from licensescan.standards.spdx_expression import licenses

_WIDTH = 100
_MOST_LICENSES = 20
_MOST_RULES = 3
_LICENSES_A_ROW = 4
_ROWS_ALLOWED = 2

_PLACEHOLDER = "some-package"


BASELINE = "licensescan-baseline.json"
"""The file beside the policy that holds what was there when it was written."""


def starter(report: Report, *, with_baseline: bool = False) -> str:
    """
    Return the text of a `licensescan.toml` for the project that `report` is
    about.

    What is not a comment repeats the defaults, so that the file changes no
    verdict before it is edited. The examples of a waiver and a curation are
    made from findings of the report; they name no date, since the same project
    must give the same file. `with_baseline` names a baseline beside it.
    """
    draft = _Draft(report)
    draft.add_head()
    if with_baseline:
        draft.add_baseline()
    draft.add_licenses()
    draft.add_packages()
    draft.add_verdicts()
    draft.add_waiver()
    draft.add_curation()
    return "\n".join(row.rstrip() for row in draft.rows) + "\n"


class _Draft:
    """The rows of a policy, added section by section."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.rows: list[str] = []
        self.policy = report.policy or Policy(
            profile="distributed-product", verdicts={}
        )
        self.owners: dict[str, Conclusion] = {}
        for conclusion in report.conclusions:
            self.owners.setdefault(conclusion.component.purl, conclusion)

    # -- sections --

    def add_head(self) -> None:
        report = self.report
        counts = Counter(f.verdict for f in report.findings if not f.waived_by)
        numbers = ", ".join(
            f"{counts[verdict]} {verdict}" for verdict in VERDICTS[::-1]
        )
        self.remark(
            "The policy of this project. When it was written there were "
            f"{len(report.conclusions)} components, and findings: {numbers}. "
            "`licensescan explain NAME` says what a profile, rule or license means."
        )
        self.add("")
        self.remark(
            "What the code is for: distributed-product, saas, internal-research, "
            "library-apache, library-mit, permissive-only or data-training."
        )
        self.add(f"profile = {_quoted(self.policy.profile)}", "")
        self.add(
            "# The mildest verdict that fails the gate: deny, review or warn."
        )
        self.add(f"fail-on = {_quoted(report.fail_on)}", "")

    def add_baseline(self) -> None:
        self.remark(
            "Findings that were there when this was written, and fail nothing; a new "
            "one does. Settle them one by one with licensescan accept."
        )
        self.add(f"baseline = {_quoted(BASELINE)}", "")

    def add_licenses(self) -> None:
        counts = _license_counts(self.report.conclusions)
        self.add("[licenses]")
        if counts:
            self.remark(f"Found here: {_listed(counts)}")
        self.remark(
            "With a list under `allow`, every license that is not on it is denied. "
            "An example:"
        )
        serious = {
            f.license for f in self.report.findings if f.verdict != "warn"
        }
        allowed = [name for name in counts if name not in serious]
        self.add("# allow = [", *_rows_of(allowed or ["MIT"]), "# ]")
        self.remark(
            "Licenses that are never accepted, whatever the profile says:"
        )
        denied = [f.license for f in self._denied() if _is_license(f.license)]
        self.add(f"# deny = [{_quoted(_first(denied, 'SSPL-1.0'))}]", "")

    def add_packages(self) -> None:
        denied = [self._name(finding) for finding in self._denied()]
        self.add("[packages]")
        self.remark(
            "By name or by purl without a version; `allow` accepts all findings on a "
            "package."
        )
        self.add('# allow = ["our-own-package"]')
        self.add(f"# deny = [{_quoted(_first(denied, _PLACEHOLDER))}]", "")

    def add_verdicts(self) -> None:
        findings = self.report.findings
        counts = Counter(
            rule for finding in findings for rule in finding.rules
        )
        self.add("[verdicts]")
        self.remark(
            "Another verdict for a rule (deny, review, warn, ok), or for a rule and how "
            "a component is used: own, import, bundled, vendored, static, weights, data, "
            "dev."
        )
        for rule, count in counts.most_common(_MOST_RULES):
            verdict = self.policy.verdicts.get(rule, "ok")
            self.add(f"# {rule} = {_quoted(verdict)}   # {count} found")
        self.add('# "copyleft-strong@dev" = "ok"', "")

    def add_waiver(self) -> None:
        self.remark(
            "A waiver accepts one finding with a reason. One that expires or matches "
            "nothing is a finding."
        )
        self.add("# [[waiver]]")
        # A review is what a person may accept after a look.
        findings = self.report.findings
        ranked = sorted(
            findings, key=lambda finding: finding.verdict != "review"
        )
        if ranked:
            self._add_example(ranked[0])
        else:
            self.add(f"# component = {_quoted(_PLACEHOLDER)}")
            self.add(f"# rule = {_quoted('commercial-conditional')}")
        self.add('# reason = "why this is acceptable here"')
        self.add('# approved-by = "a person"')
        self.add(
            "# expires = 2099-12-31   # a date of your own, no quotes", ""
        )

    def _add_example(self, finding: Finding) -> None:
        """Add the finding that an example of a waiver accepts."""
        owner = self.owners.get(finding.component)
        self.add(f"# component = {_quoted(self._name(finding))}")
        if owner and owner.component.version:
            self.add(f"# versions = {_quoted('==' + owner.component.version)}")
        self.add(f"# rule = {_quoted(finding.rule)}")
        self.add(f"# # {line(finding.message)}")

    def add_curation(self) -> None:
        self.remark(
            "A curation corrects a fact; pinned to the sha256 of a text, it lapses when "
            "the text changes."
        )
        rules = load().rules
        findings = self.report.findings
        undecided = [f for f in findings if rules[f.rule].settled_by_curation]
        owners = [
            self.owners.get(finding.component) for finding in undecided[:1]
        ]
        owner = _first(owners, None)
        name = owner.component.name if owner else _PLACEHOLDER
        self.add("# [[curation]]")
        self.add(f"# component = {_quoted(name)}")
        self.add(
            '# license = "MIT"   # what it really is, as an SPDX expression'
        )
        self.add('# reason = "how you know"')
        self.add('# source = "where it can be read"')
        evidence = owner.evidence if owner else ()
        pins = [item.sha256 for item in evidence if item.sha256]
        self.add(*[f"# sha256 = {_quoted(pin)}" for pin in pins[:1]])

    # -- rows --

    def add(self, *rows: str) -> None:
        self.rows += rows

    def remark(self, text: str) -> None:
        self.rows += textwrap.wrap(
            text,
            _WIDTH,
            initial_indent="# ",
            subsequent_indent="# ",
            break_on_hyphens=False,
            break_long_words=False,
        )

    def _denied(self) -> list[Finding]:
        return [f for f in self.report.findings if f.verdict == "deny"]

    def _name(self, finding: Finding) -> str:
        owner = self.owners.get(finding.component)
        return owner.component.name if owner else finding.component


def _license_counts(conclusions: Sequence[Conclusion]) -> dict[str, int]:
    """
    Return for how many components each license was concluded, the most
    frequent first.
    """
    counts: Counter[str] = Counter()
    for conclusion in conclusions:
        try:
            counts.update(licenses(conclusion.concluded))
        except ExpressionError:
            continue
    # Equal counts in the order of their names: the same project gives the same
    # file.
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _listed(counts: dict[str, int]) -> str:
    numbers = [f"{line(name)} ({count})" for name, count in counts.items()]
    shown = ", ".join(numbers[:_MOST_LICENSES])
    left_out = len(numbers) - _MOST_LICENSES
    return f"{shown} and {left_out} others." if left_out > 0 else f"{shown}."


def _rows_of(names: Sequence[str]) -> list[str]:
    quoted = [
        _quoted(name) for name in names[: _ROWS_ALLOWED * _LICENSES_A_ROW]
    ]
    return [
        f"#     {', '.join(quoted[start : start + _LICENSES_A_ROW])},"
        for start in range(0, len(quoted), _LICENSES_A_ROW)
    ]


def _is_license(name: str) -> bool:
    try:
        return len(licenses(name)) == 1
    except ExpressionError:
        return False


Value = TypeVar("Value")


def _first(values: Iterable[Value], default: Value) -> Value:
    return next(iter(values), default)


def _quoted(text: str) -> str:
    """
    Return `text` as a TOML basic string; names come from packages, so nothing
    in them may end the string.
    """
    escaped = line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
