"""A commented starter policy, written from what a project really has."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from licensescan.model.types import (
    VERDICTS,
    Conclusion,
    ExpressionError,
    Finding,
    Report,
)
from licensescan.report.escape import line
from licensescan.rulebook.rulebook import load
from licensescan.standards.spdx_expression import licenses

_WIDTH = 100
_MOST_LICENSES = 20
_LICENSES_A_ROW = 4


def starter(report: Report) -> str:
    """
    The text of a `licensescan.toml` for the project that `report` is about.

    What is not a comment repeats the defaults, so that the file changes no verdict
    before somebody edits it. The examples of a waiver and a curation are made from
    findings of the report; they name no date, since the same project must give the same
    file.
    """
    rows = [*_head(report), *_licenses(report), *_packages(report), *_verdicts(report)]
    rows += [*_waiver(report), *_curation(report)]
    return "\n".join(row.rstrip() for row in rows) + "\n"


def _head(report: Report) -> Iterator[str]:
    profile = report.policy.profile if report.policy else "distributed-product"
    counts = Counter(f.verdict for f in report.findings if not f.waived_by)
    found = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS[::-1])
    yield from _remark(
        f"The policy of this project. When it was written there were {len(report.conclusions)} components, and "
        f"findings: {found}. `licensescan explain NAME` tells what a profile, rule or license means."
    )
    yield ""
    yield from _remark(
        "What the code is for: distributed-product, saas, internal-research, library-apache, library-mit, "
        "permissive-only or data-training."
    )
    yield f"profile = {_quoted(profile)}"
    yield ""
    yield "# The mildest verdict that fails the gate: deny, review or warn."
    yield f"fail-on = {_quoted(report.fail_on)}"
    yield ""


def _licenses(report: Report) -> Iterator[str]:
    counts = _counts(report.conclusions)
    yield "[licenses]"
    if counts:
        shown = counts.most_common(_MOST_LICENSES)
        rest = len(counts) - len(shown)
        found = ", ".join(f"{line(name)} ({count})" for name, count in shown)
        yield from _remark(
            f"Found here: {found}" + (f" and {rest} others." if rest else ".")
        )
    yield from _remark(
        "With a list under `allow`, every license that is not on it is denied. An example:"
    )
    minded = {f.license for f in report.findings if f.verdict != "warn"}
    easy = [_quoted(name) for name, _ in counts.most_common() if name not in minded]
    names = easy[: 2 * _LICENSES_A_ROW] or ['"MIT"']
    yield "# allow = ["
    for start in range(0, len(names), _LICENSES_A_ROW):
        yield f"#     {', '.join(names[start : start + _LICENSES_A_ROW])},"
    yield "# ]"
    yield from _remark("Licenses that are never accepted, whatever the profile says:")
    denied = _first(
        (
            f.license
            for f in report.findings
            if f.verdict == "deny" and _is_license(f.license)
        ),
        "SSPL-1.0",
    )
    yield f"# deny = [{_quoted(denied)}]"
    yield ""


def _packages(report: Report) -> Iterator[str]:
    worst = _first(
        (_name(f, report) for f in report.findings if f.verdict == "deny"),
        "some-package",
    )
    yield "[packages]"
    yield from _remark(
        "By name or by purl without a version; `allow` accepts all findings on a package."
    )
    yield '# allow = ["our-own-package"]'
    yield f"# deny = [{_quoted(worst)}]"
    yield ""


def _verdicts(report: Report) -> Iterator[str]:
    counts = Counter(f.rule for f in report.findings)
    yield "[verdicts]"
    yield from _remark(
        "Another verdict for a rule (deny, review, warn, ok), or for a rule and how a component is used: own, import, "
        "bundled, vendored, static, weights, data, dev."
    )
    for rule, count in counts.most_common(3):
        policy = report.policy
        verdict = policy.verdicts.get(rule, "ok") if policy else "review"
        yield f"# {rule} = {_quoted(verdict)}   # {count} found"
    yield '# "copyleft-strong@dev" = "ok"'
    yield ""


def _waiver(report: Report) -> Iterator[str]:
    yield from _remark(
        "A waiver accepts one finding with a reason. One that expires or matches nothing is a finding."
    )
    finding = next((f for f in report.findings if f.verdict == "review"), None) or next(
        iter(report.findings), None
    )
    yield "# [[waiver]]"
    yield f"# component = {_quoted(_name(finding, report) if finding else 'some-package')}"
    owner = _owner(finding, report) if finding else None
    if owner and owner.component.version:
        yield f"# versions = {_quoted('==' + owner.component.version)}"
    yield f"# rule = {_quoted(finding.rule if finding else 'commercial-conditional')}"
    if finding:
        yield f"# # {line(finding.message)}"
    yield '# reason = "why this is acceptable here"'
    yield '# approved-by = "a person"'
    yield "# expires = 2099-12-31   # a date of your own, no quotes"
    yield ""


def _curation(report: Report) -> Iterator[str]:
    yield from _remark(
        "A curation corrects a fact; pinned to the sha256 of a text, it lapses when the text changes."
    )
    rules = load().rules
    finding = next(
        (f for f in report.findings if rules[f.rule].settled_by_curation), None
    )
    owner = _owner(finding, report) if finding else None
    pinned = (
        next((e.sha256 for e in owner.evidence if e.sha256), None) if owner else None
    )
    yield "# [[curation]]"
    yield f"# component = {_quoted(owner.component.name if owner else 'some-package')}"
    yield '# license = "MIT"   # what it really is, as an SPDX expression'
    yield '# reason = "how you know"'
    yield '# source = "where it can be read"'
    if pinned:
        yield f"# sha256 = {_quoted(pinned)}"


def _counts(conclusions: Sequence[Conclusion]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for conclusion in conclusions:
        try:
            counts.update(licenses(conclusion.concluded))
        except ExpressionError:
            continue
    # Equal counts in the order of their names: the same project gives the same file.
    return Counter(dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))))


def _is_license(name: str) -> bool:
    try:
        return len(licenses(name)) == 1
    except ExpressionError:
        return False


def _owner(finding: Finding, report: Report) -> Conclusion | None:
    return next(
        (c for c in report.conclusions if c.component.purl == finding.component), None
    )


def _name(finding: Finding, report: Report) -> str:
    owner = _owner(finding, report)
    return owner.component.name if owner else str(finding.component)


def _first(values: Iterable[str], default: str) -> str:
    return next(iter(values), default)


def _quoted(text: str) -> str:
    """
    A TOML basic string; names come from packages, so nothing in them may end the
    string.
    """
    escaped = line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _remark(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent="# ",
        subsequent_indent="# ",
        break_on_hyphens=False,
        break_long_words=False,
    )
