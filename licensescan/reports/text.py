"""
The report for people: what was looked at, then findings by verdict, each with what, why, where, how it got in, and
what to do. What is many and mild is summed up, so that the first screen says what to do.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from licensescan.model import Conclusion, Finding, Quote, Report
from licensescan.reports.escape import line, no_commands

_MARGIN = 10
_FULL = 3
"""Findings of one rule shown in full; the rest are named on a line or two unless `verbose`."""

Paint = Callable[[str, str], str]
"""Gives a piece of text the look of a role: `deny`, `review`, `warn`, `rule`, `dim`, `head`."""


def plain(text: str, role: str) -> str:
    """No look at all."""
    return text


def render(report: Report, *, width: int = 100, verbose: bool = False, paint: Paint = plain) -> str:
    """The report as text, `width` characters wide; `verbose` lists what is otherwise summed up."""
    lines = _head(report, width, paint)
    if report.policy is None:
        lines += _inventory(report, width, verbose)
    else:
        shown = [f for f in report.findings if not f.waived_by]
        versions: dict[str, Conclusion] = {c.component.purl: c for c in report.conclusions}
        for verdict in ("deny", "review"):
            found = [f for f in shown if f.verdict == verdict]
            for _, group in groupby(found, key=lambda f: f.rule):
                lines += ["", *_group(list(group), versions, width, verbose, paint)]
        warns = [f for f in shown if f.verdict == "warn"]
        if warns:
            lines += ["", *_warnings(warns, versions, width, verbose, paint)]
    lines += ["", *_foot(report, paint)]
    # Wrapping can move a mark to the head of a row after it was escaped.
    return no_commands("\n".join(lines) + "\n")


def _head(report: Report, width: int, paint: Paint) -> list[str]:
    kinds = [c.component.kind for c in report.conclusions]
    counts = [
        f"{n} {k if n == 1 else k + 's'}"
        for k in ("package", "model", "dataset", "source", "jar")
        if (n := kinds.count(k))
    ]
    lines = []
    for target in report.targets:
        chosen = f" ({target.chosen})" if target.chosen and target.chosen != "named as target" else ""
        detail = f", {target.detail}" if target.detail else ""
        lines.append(f"{paint(target.kind, 'head'):12s} {line(target.path)}{chosen}{detail}")
    if lines and counts:
        lines[-1] += ", " + ", ".join(counts)
    if report.policy is not None:
        source = "built in" if report.policy.source == "built in" else line(report.policy.source)
        lines.append(f"{paint('profile', 'head'):12s} {report.policy.profile} ({source})")
    return lines


def _group(
    found: Sequence[Finding], conclusions: dict[str, Conclusion], width: int, verbose: bool, paint: Paint
) -> list[str]:
    """All findings of one rule at one verdict: some in full, the rest by name, and once what to do."""
    lines = []
    full = list(found) if verbose or len(found) <= _FULL + 1 else list(found[:_FULL])
    for finding in full:
        lines += _finding(finding, conclusions, width, paint)
    rest = found[len(full) :]
    if rest:
        names = _names(rest, conclusions)
        text = f"and {len(rest)} more: {', '.join(names)}"
        lines += _wrapped(text, width, most=4)
    lines += _wrapped(found[0].remedy, width, label="what to do   ")
    if len(found) > 1:
        lines += _wrapped(
            f"licensescan explain {found[0].rule}" + ("" if verbose or not rest else "; -v lists all"),
            width,
            label="more         ",
        )
    return lines


def _finding(finding: Finding, conclusions: dict[str, Conclusion], width: int, paint: Paint) -> list[str]:
    head = f"{paint(f'{finding.verdict:7s}', finding.verdict)} {paint(finding.rule, 'rule')}"
    who = _who(finding, conclusions)
    gap = " " * max(2, 34 - 8 - len(finding.rule))
    lines = [f"{head}{gap}{who}"]
    lines += _wrapped(line(finding.message), width)
    seen = set()
    for quote in finding.evidence[:3]:
        where = _where(quote)
        if where in seen:
            continue
        seen.add(where)
        words = line(quote.quote or "")
        if words:
            words = f"“{words if len(words) <= 160 else words[:157] + '…'}”   "
        lines += _wrapped(words + where, width)
    if len(finding.path) > 1:
        lines += _wrapped(" > ".join(line(p) for p in finding.path), width, label="in through   ")
    return lines


def _who(finding: Finding, conclusions: dict[str, Conclusion]) -> str:
    conclusion = conclusions.get(str(finding.component))
    name = (
        f"{conclusion.component.name} {conclusion.component.version}".strip() if conclusion else str(finding.component)
    )
    part = f", part {_clipped(finding.part)}" if finding.part else ""
    license_ = f": {_clipped(finding.license, 70)}" if finding.license not in ("", "NONE", "NOASSERTION") else ""
    return line(f"{name}{part}{license_}")


def _clipped(text: str, limit: int = 50) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _where(quote: Quote) -> str:
    place = line(quote.path)
    if quote.lines:
        first, last = quote.lines
        place += f":{first}" if first == last else f":{first}-{last}"
    return place


def _names(found: Sequence[Finding], conclusions: dict[str, Conclusion]) -> list[str]:
    names = []
    for finding in found:
        conclusion = conclusions.get(str(finding.component))
        name = conclusion.component.name if conclusion else str(finding.component)
        names.append(line(f"{name} ({_clipped(finding.part, 30)})" if finding.part else name))
    return list(dict.fromkeys(names))


def _warnings(
    found: Sequence[Finding], conclusions: dict[str, Conclusion], width: int, verbose: bool, paint: Paint
) -> list[str]:
    lines = []
    label = f"{paint('warn   ', 'warn')} "
    for rule, group in groupby(found, key=lambda f: f.rule):
        items = list(group)
        packages = _names(items, conclusions)
        licenses = [x for x, _ in _common(f.license for f in items)]
        named = ", ".join(licenses[:3]) + (f" and {len(licenses) - 3} others" if len(licenses) > 3 else "")
        gap = " " * max(2, 34 - 8 - 5 - len(rule))
        title = items[0].why.split(":")[0].split(".")[0]
        lines.append(f"{label}{len(packages):4d} {paint(rule, 'rule')}{gap}{_clipped(line(named), 60)}")
        lines += _wrapped(
            title + "." if not verbose else f"{title}: {', '.join(packages)}", width, most=None if verbose else 2
        )
        label = " " * 8
    if not verbose:
        lines += _wrapped("-v lists them; licensescan explain RULE says more", width)
    return lines


def _common(values: Iterable[str]) -> list[tuple[str, int]]:
    return Counter(values).most_common()


def _inventory(report: Report, width: int, verbose: bool) -> list[str]:
    """`scan`: one line a component, its license and what decided it."""
    lines = [""]
    longest = max((len(f"{c.component.name} {c.component.version}") for c in report.conclusions), default=0)
    column = min(longest, 44)
    for conclusion in report.conclusions:
        name = line(f"{conclusion.component.name} {conclusion.component.version}")
        answer = f"{line(conclusion.concluded)}   ({conclusion.basis})"
        lines.append(f"{name:{column}s}  {answer}")
        if verbose:
            lines += [
                f"{'':{column}s}    {line(p.component.name)}: {line(p.concluded)}   {line(p.component.path)}"
                for p in conclusion.parts
            ]
    return lines


def _foot(report: Report, paint: Paint) -> list[str]:
    counts = {
        v: sum(1 for f in report.findings if f.verdict == v and not f.waived_by) for v in ("deny", "review", "warn")
    }
    waived = sum(1 for f in report.findings if f.waived_by)
    parts = [f"{len(report.conclusions)} components"]
    if report.policy is not None:
        parts[0] += ": " + ", ".join(f"{n} {v}" for v, n in counts.items()) + (f", {waived} waived" if waived else "")
    elif any(report.findings):
        parts[0] += f"; {len(report.findings)} notes on the evidence (in the JSON report)"
    if report.incomplete:
        parts.append(f"incomplete: {len(report.incomplete)} could not be examined")
    return [f"{'; '.join(parts)}      exit {report.exit_code}"]


def _wrapped(text: str, width: int, *, label: str = "", most: int | None = None) -> list[str]:
    if not text:
        return []
    room = max(30, width - _MARGIN - len(label))
    rows = textwrap.wrap(text, room, break_long_words=True, break_on_hyphens=False) or [""]
    if most is not None and len(rows) > most:
        rows = [*rows[: most - 1], rows[most - 1][: room - 2] + " …"]
    return [" " * _MARGIN + (label if n == 0 else " " * len(label)) + row for n, row in enumerate(rows)]
