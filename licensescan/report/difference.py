"""
What came in, went out and changed between two reports: as text, as Markdown
for a pull request, as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from licensescan.model.types import (
    VERDICTS,
    Conclusion,
    Finding,
    Report,
    Verdict,
)
from licensescan.report.escape import line, markdown
from licensescan.report.json import finding_fields
from licensescan.report.phrases import message_of
from licensescan.report.rows import laid_out
from licensescan.report.speech import say, told

Kind = Literal["in", "out", "license", "version", "part-in", "part-out"]

TITLES: Mapping[Kind, str] = {
    "in": "Came in",
    "license": "Changed its license",
    "part-in": "Parts that came in",
    "part-out": "Parts that went out",
    "out": "Went out",
    "version": "Changed its version, not its license",
}
"""What a reader looks at first comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    One difference: a component, or a part of it, with version and license
    before and after ("" where it was or is not), and how it gets in.
    """

    kind: Kind
    component: str
    name: str
    part: str = ""
    versions: tuple[str, str] = ("", "")
    licenses: tuple[str, str] = ("", "")
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """
    All that differs. `news` are the findings that were not there, or were
    milder, and that nothing accepts; `settled` are those that are gone.
    """

    changes: tuple[Change, ...]
    news: tuple[Finding, ...]
    settled: tuple[Finding, ...]
    fail_on: Verdict
    is_judged: bool

    @property
    def exit_code(self) -> int:
        """Return 1 if something new is at or above what fails the gate."""
        least = VERDICTS.index(self.fail_on)
        return int(any(VERDICTS.index(f.verdict) >= least for f in self.news))


def difference(
    old: Report,
    new: Report,
) -> Difference:
    """Return what `new` has that `old` has not, and the other way round."""
    before, after = _standing(old), _standing(new)
    news = [
        finding
        for key, finding in after.items()
        if key not in before or _is_heavier(finding, before[key])
    ]
    settled = [f for key, f in before.items() if key not in after]
    changes = sorted(_changes(old, new), key=_order)
    return Difference(
        changes=tuple(changes),
        news=tuple(news),
        settled=tuple(settled),
        fail_on=new.fail_on,
        is_judged=None not in (old.policy, new.policy),
    )


def _standing(report: Report) -> dict[tuple[str, str | None], Finding]:
    """Return the findings that nothing accepts, by what they are known by."""
    if report.policy is None:
        return {}
    return {
        (finding.fingerprint, finding.text_sha256): finding
        for finding in report.findings
        if not finding.waived_by
    }


def _is_heavier(
    new: Finding,
    old: Finding,
) -> bool:
    return VERDICTS.index(new.verdict) > VERDICTS.index(old.verdict)


def _order(change: Change) -> tuple[int, str, str]:
    return list(TITLES).index(change.kind), change.component, change.part


def _changes(
    old: Report,
    new: Report,
) -> Iterator[Change]:
    before, after = _by_package(old), _by_package(new)
    for package in sorted(before.keys() | after.keys()):
        yield from _of_package(
            package, before.get(package, []), after.get(package, [])
        )


def _by_package(report: Report) -> dict[str, list[Conclusion]]:
    """Return components by their purl without the version."""
    packages: dict[str, list[Conclusion]] = {}
    for conclusion in report.conclusions:
        package = conclusion.component.purl.partition("@")[0]
        packages.setdefault(package, []).append(conclusion)
    return packages


def _of_package(
    package: str, old: Sequence[Conclusion], new: Sequence[Conclusion]
) -> Iterator[Change]:
    """Yield how one package differs, all its versions together."""
    seen = (new or old)[0]
    versions = (_joined(_versions(old)), _joined(_versions(new)))
    licenses = (_joined(_licenses(old)), _joined(_licenses(new)))

    def change(kind: Kind) -> Change:
        return Change(
            kind=kind,
            component=package,
            name=seen.component.name,
            versions=versions,
            licenses=licenses,
            path=seen.paths[0] if seen.paths else (),
        )

    if not old:
        yield change("in")
    elif not new:
        yield change("out")
    else:
        if licenses[0] != licenses[1]:
            yield change("license")
        elif versions[0] != versions[1]:
            yield change("version")
        yield from _of_parts(package, seen.component.name, old, new)


def _of_parts(
    package: str,
    name: str,
    old: Sequence[Conclusion],
    new: Sequence[Conclusion],
) -> Iterator[Change]:
    before, after = _parts(old), _parts(new)
    for part, license_ in sorted(after - before):
        yield Change(
            kind="part-in",
            component=package,
            name=name,
            part=part,
            licenses=("", license_),
        )
    for part, license_ in sorted(before - after):
        yield Change(
            kind="part-out",
            component=package,
            name=name,
            part=part,
            licenses=(license_, ""),
        )


def _parts(conclusions: Sequence[Conclusion]) -> set[tuple[str, str]]:
    """Return the parts at all depths by name and license."""
    waiting = [part for whole in conclusions for part in whole.parts]
    for part in waiting:
        waiting += part.parts
    return {(part.component.name, part.concluded) for part in waiting}


def _versions(conclusions: Iterable[Conclusion]) -> set[str]:
    return {conclusion.component.version for conclusion in conclusions}


def _licenses(conclusions: Iterable[Conclusion]) -> set[str]:
    return {conclusion.concluded for conclusion in conclusions}


def _joined(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))


# -- forms --


def as_json(found: Difference) -> str:
    """Return a difference as JSON, one change a line."""
    document = {
        "schema_version": "1",
        "changes": [
            {
                "kind": change.kind,
                "component": change.component,
                "part": change.part or None,
                "versions": list(change.versions),
                "licenses": list(change.licenses),
                "path": list(change.path),
            }
            for change in found.changes
        ],
        "news": list(map(finding_fields, found.news)),
        "settled": list(map(finding_fields, found.settled)),
        "exit_code": found.exit_code,
    }
    return laid_out(document)


def as_text(found: Difference) -> str:
    """Return a difference as text for people."""
    rows: list[str] = []
    for title, changes in _sections(found):
        rows += [title, *(f"  {_row(c, line)}" for c in changes), ""]
    for title, findings in _judged(found):
        rows += [title, *(f"  {_told(f, line)}" for f in findings), ""]
    return "\n".join([*rows, _sum(found)]) + "\n"


def as_markdown(found: Difference) -> str:
    """Return a difference as Markdown; what is new stands first."""
    rows = [f"**licensescan**: {_sum(found)}", ""]
    for title, findings in _judged(found):
        told = (f"- {_told(f, markdown)}" for f in findings)
        rows += [f"### {title}", "", *told, ""]
    for title, changes in _sections(found):
        listed = (f"- {_row(c, markdown)}" for c in changes)
        rows += [f"### {title}", "", *listed, ""]
    return "\n".join(rows)


FORMS: Mapping[str, Callable[[Difference], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}
"""The names that `--format` takes."""


def _sections(
    found: Difference,
) -> Iterator[tuple[str, list[Change]]]:
    for kind, title in TITLES.items():
        changes = [change for change in found.changes if change.kind == kind]
        if changes:
            yield say(title), changes


def _judged(found: Difference) -> Iterator[tuple[str, Sequence[Finding]]]:
    for title, findings in (
        (say("New findings"), found.news),
        (say("Settled findings"), found.settled),
    ):
        heavy = [f for f in findings if f.verdict != "warn"]
        if heavy:
            yield title, heavy


def _row(
    change: Change,
    escaped: Callable[[str], str],
) -> str:
    """Return a change on a line."""
    name = f"{change.name}, {change.part}" if change.part else change.name
    version = _arrow(change.versions)
    name = f"{name} {version}" if version else name
    text = f"{name}: {_arrow(change.licenses)}"
    if change.kind == "in" and len(change.path) > 1:
        way = " > ".join(change.path)
        text += say(", in through {way}", way=way)
    return escaped(text)


def _arrow(
    pair: tuple[str, str],
) -> str:
    old, new = pair
    both = old and new and old != new
    return f"{old} -> {new}" if both else new or old


def _told(
    finding: Finding,
    escaped: Callable[[str], str],
) -> str:
    part = f", {finding.part}" if finding.part else ""
    name = finding.component.rpartition("/")[2]
    message = told(finding.rule, message_of(finding))
    if finding.license:
        message = f"{finding.license}: {message}"
    text = f"{name}{part}: {finding.rule}: {message}"
    return f"{finding.verdict}  {escaped(text)}"


def _sum(found: Difference) -> str:
    counts = [
        f"{number} {title.lower()}"
        for title, number in (
            (title, len(changes)) for title, changes in _sections(found)
        )
    ]
    if found.is_judged:
        for verdict in reversed(VERDICTS):
            number = sum(f.verdict == verdict for f in found.news)
            counts.append(
                say("{count} new {verdict}", count=number, verdict=verdict)
            )
    return ", ".join(counts) or say("nothing changed")
