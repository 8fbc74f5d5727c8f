"""
The report for people: what was looked at, then findings by verdict, each with what,
why, where, how it got in, and what to do. What is many and mild is summed up, so that
the first screen says what to do.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from licensescan.model.types import Conclusion, Finding, Quote, Report
from licensescan.report.escape import line, no_commands

_MARGIN = 10
_FULL = 3
"""
Components of one rule shown in full; the rest are named on a line or two unless
`verbose`.
"""

_QUOTES = 2
"""Places quoted for one finding; the JSON report has them all."""

_OVERVIEW = 12
"""
With more groups than this the answer does not fit a screen, and begins with an
overview.
"""

Paint = Callable[[str, str], str]
"""
Gives a piece of text the look of a role: `deny`, `review`, `warn`, `rule`, `dim`,
`head`.
"""

Conclusions = Mapping[str, Conclusion]


def plain(text: str, role: str) -> str:
    """No look at all."""
    return text


def render(
    report: Report, *, width: int = 100, verbose: bool = False, paint: Paint = plain
) -> str:
    """
    The report as text, `width` characters wide; `verbose` lists what is otherwise
    summed up.
    """
    lines = _head(report, width, paint)
    if report.policy is None:
        lines += _inventory(report, width, verbose)
    else:
        shown = [f for f in report.findings if not f.waived_by]
        versions: Conclusions = {c.component.purl: c for c in report.conclusions}
        serious = [f for f in shown if f.verdict != "warn"]
        groups = [
            list(g) for _, g in groupby(serious, key=lambda f: (f.verdict, f.rule))
        ]
        if sum(len(_components(g)) for g in groups) > _OVERVIEW:
            lines += ["", *_overview(groups, width, paint)]
        for group in groups:
            lines += ["", *_group(group, versions, width, verbose, paint)]
        warns = [f for f in shown if f.verdict == "warn"]
        if warns:
            lines += ["", *_warnings(warns, versions, width, verbose, paint)]
    lines += ["", *_foot(report)]
    # Wrapping can move a mark to the head of a row after it was escaped.
    return no_commands("\n".join(lines) + "\n")


def _components(found: Iterable[Finding]) -> list[list[Finding]]:
    """The findings of one rule, those of one component together."""
    grouped: dict[str, list[Finding]] = {}
    for finding in found:
        grouped.setdefault(str(finding.component), []).append(finding)
    return list(grouped.values())


def _head(report: Report, width: int, paint: Paint) -> list[str]:
    kinds = [c.component.kind for c in report.conclusions]
    counts = [
        f"{n} {k if n == 1 else k + 's'}"
        for k in ("package", "model", "dataset", "source", "jar")
        if (n := kinds.count(k))
    ]
    lines = []
    for target in report.targets:
        chosen = (
            f" ({target.chosen})"
            if target.chosen and target.chosen != "named as target"
            else ""
        )
        detail = f", {target.detail}" if target.detail else ""
        lines.append(
            f"{paint(target.kind, 'head'):12s} {line(target.path)}{chosen}{detail}"
        )
    found = ", ".join(counts) or ("" if report.incomplete else "nothing in it")
    if len(lines) > 1 and found:
        lines.append(f"{paint('together', 'head'):12s} {found}")
    elif lines and found:
        lines[-1] += f", {found}"
    if report.policy is not None:
        source = (
            "built in"
            if report.policy.source == "built in"
            else line(report.policy.source)
        )
        lines.append(
            f"{paint('profile', 'head'):12s} {report.policy.profile} ({source})"
        )
    return lines


def _overview(
    groups: Sequence[Sequence[Finding]], width: int, paint: Paint
) -> list[str]:
    """One row a rule: how many components, and what to do about them."""
    longest = max(len(g[0].rule) for g in groups)
    lines = []
    before = ""
    for group in groups:
        verdict, rule = group[0].verdict, group[0].rule
        label = paint(f"{verdict:7s}", verdict) if verdict != before else " " * 7
        remedy = _begun(group[0].remedy, width - 15 - longest)
        lines.append(
            f"{label} {len(_components(group)):4d} {rule:{longest}s}  {remedy}"
        )
        before = verdict
    return lines


def _group(
    found: Sequence[Finding],
    conclusions: Conclusions,
    width: int,
    verbose: bool,
    paint: Paint,
) -> list[str]:
    """
    All findings of one rule at one verdict: some components in full, the rest by name,
    and once what to do.
    """
    lines = []
    components = _components(found)
    full = components if verbose or len(components) <= _FULL + 1 else components[:_FULL]
    for findings in full:
        lines += _component(findings, conclusions, width, verbose, paint)
    rest = components[len(full) :]
    if rest:
        lines += _wrapped(
            f"and {len(rest)} more: {', '.join(_names(rest, conclusions))}",
            width,
            most=4,
        )
    lines += _wrapped(found[0].remedy, width, label="what to do   ")
    if len(components) > 1:
        hint = f"licensescan explain {found[0].rule}" + (
            "; -v lists all" if rest else ""
        )
        lines += _wrapped(hint, width, label="more         ")
    return lines


def _component(
    found: Sequence[Finding],
    conclusions: Conclusions,
    width: int,
    verbose: bool,
    paint: Paint,
) -> list[str]:
    """
    What one rule has against one component: the first finding in full, the others of
    its parts on a line each.
    """
    first = found[0]
    head = f"{paint(f'{first.verdict:7s}', first.verdict)} {paint(first.rule, 'rule')}"
    gap = " " * max(2, 34 - 8 - len(first.rule))
    lines = [f"{head}{gap}{_who(first, conclusions)}"]
    lines += _wrapped(_message(first), width)
    lines += _quotes(first, width, len(first.evidence) if verbose else _QUOTES)
    others = list(found[1:])
    for finding in others if verbose or len(others) <= _FULL + 1 else others[:_FULL]:
        where = _where(finding.evidence[0]) if finding.evidence else ""
        # Two findings without parts differ in what they say, two parts in what they
        # are.
        said = (
            _of(finding)
            if finding.part or finding.license != first.license
            else _message(finding)
        )
        lines += _wrapped(f"{said}   {where}", width, label="also ")
    if not verbose and len(others) > _FULL + 1:
        lines += _wrapped(f"and {len(others) - _FULL} more of its parts", width)
    if len(first.path) > 1:
        lines += _wrapped(
            " > ".join(line(p) for p in first.path), width, label="in through   "
        )
    return lines


def _message(finding: Finding) -> str:
    """The message without the license, which the line above it names."""
    return line(finding.message.removeprefix(f"{finding.license}: "))


def _quotes(finding: Finding, width: int, most: int) -> list[str]:
    lines: list[str] = []
    seen: set[str] = set()
    for quote in finding.evidence:
        words = line(quote.quote or "")
        where = _where(quote)
        if len(seen) >= most or where in seen or (words and words in seen):
            continue
        seen |= {where, words} - {""}
        # A value that says no more than the license does is no quote.
        if words and words != finding.license:
            where = f"“{_clipped(words, 160)}”   {where}"
        lines += _wrapped(where, width)
    return lines


def _who(finding: Finding, conclusions: Conclusions) -> str:
    conclusion = conclusions.get(str(finding.component))
    name = (
        f"{conclusion.component.name} {conclusion.component.version}".strip()
        if conclusion
        else str(finding.component)
    )
    of = _of(finding)
    return line(name) + (f", {of}" if finding.part else of and f": {of}")


def _of(finding: Finding) -> str:
    """Which part, and under which license."""
    named = (
        _clipped(finding.license, 70)
        if finding.license not in ("", "NONE", "NOASSERTION")
        else ""
    )
    return line(
        ": ".join(
            x
            for x in (f"part {_clipped(finding.part)}" if finding.part else "", named)
            if x
        )
    )


def _clipped(text: str, limit: int = 50) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _begun(text: str, room: int) -> str:
    """As much of a sentence as makes sense and fits."""
    if len(text) <= room:
        return text
    cut = max(text.rfind(mark, 0, room) for mark in (". ", ", ", "; ", ": "))
    return f"{text[:cut]} …" if cut > 0 else _clipped(text, room)


def _where(quote: Quote) -> str:
    place = line(quote.path)
    if quote.lines:
        first, last = quote.lines
        place += f":{first}" if first == last else f":{first}-{last}"
    return place


def _names(
    components: Iterable[Sequence[Finding]], conclusions: Conclusions
) -> list[str]:
    """
    The names of components, with their parts where the findings are about these alone.
    """
    names = []
    for found in components:
        conclusion = conclusions.get(str(found[0].component))
        name = conclusion.component.name if conclusion else str(found[0].component)
        parts = list(dict.fromkeys(_clipped(f.part, 30) for f in found if f.part))
        if any(f.part is None for f in found) or not parts:
            names.append(line(name))
        else:
            more = f" and {len(parts) - 2} more" if len(parts) > 2 else ""
            names.append(line(f"{name} ({', '.join(parts[:2])}{more})"))
    return names


def _warnings(
    found: Sequence[Finding],
    conclusions: Conclusions,
    width: int,
    verbose: bool,
    paint: Paint,
) -> list[str]:
    lines = []
    label = f"{paint('warn   ', 'warn')} "
    for rule, group in groupby(found, key=lambda f: f.rule):
        items = list(group)
        packages = _names(_components(items), conclusions)
        licenses = [x for x, _ in _common(f.license for f in items)]
        more = f" and {len(licenses) - 3} more" if len(licenses) > 3 else ""
        named = ", ".join(licenses[:3]) + more
        gap = " " * max(2, 34 - 8 - 5 - len(rule))
        title = items[0].why.split(":")[0].split(".")[0]
        lines.append(
            f"{label}{len(packages):4d} {paint(rule, 'rule')}{gap}{_clipped(line(named), 60)}"
        )
        lines += _wrapped(
            title + "." if not verbose else f"{title}: {', '.join(packages)}",
            width,
            most=None if verbose else 2,
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
    longest = max(
        (len(f"{c.component.name} {c.component.version}") for c in report.conclusions),
        default=0,
    )
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


def _foot(report: Report) -> list[str]:
    counts = {
        v: sum(1 for f in report.findings if f.verdict == v and not f.waived_by)
        for v in ("deny", "review", "warn")
    }
    waived = sum(1 for f in report.findings if f.waived_by)
    number = len(report.conclusions)
    parts = [f"{number} component" + ("s" if number != 1 else "")]
    if report.policy is not None:
        parts[0] += ": " + ", ".join(f"{n} {v}" for v, n in counts.items())
        parts[0] += f", {waived} waived{_expiry(report)}" if waived else ""
    elif any(report.findings):
        parts[0] += (
            f"; {len(report.findings)} notes on the evidence (in the JSON report)"
        )
    if report.incomplete:
        parts.append(f"incomplete: {len(report.incomplete)} could not be examined")
    return [f"{'; '.join(parts)}      exit {report.exit_code}"]


def _expiry(report: Report) -> str:
    """When the first of the waivers that were used expires."""
    used = {f.waived_by for f in report.findings}
    dates = (
        [w.expires for w in report.policy.waivers if w.key in used and w.expires]
        if report.policy
        else []
    )
    return f" (expires {min(dates)})" if dates else ""


def _wrapped(
    text: str, width: int, *, label: str = "", most: int | None = None
) -> list[str]:
    if not text:
        return []
    room = max(30, width - _MARGIN - len(label))
    rows = textwrap.wrap(text, room, break_long_words=True, break_on_hyphens=False) or [
        ""
    ]
    if most is not None and len(rows) > most:
        rows = [*rows[: most - 1], rows[most - 1][: room - 2] + " …"]
    return [
        " " * _MARGIN + (label if n == 0 else " " * len(label)) + row
        for n, row in enumerate(rows)
    ]
