"""What reports for people say of a finding, a component or a target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from licensescan.model.types import (
    VERDICTS,
    Acceptance,
    Certainty,
    Component,
    Conclusion,
    Evidence,
    Finding,
    Further,
    Policy,
    Quote,
    Report,
    Role,
    Target,
    Us,
    Waiver,
)
from licensescan.report.escape import line
from licensescan.report.speech import say, told
from licensescan.rulebook.rulebook import taxonomy

_SURE = {Certainty.LISTED: "only listed"}
_IS = {
    Role.BESIDE: "in tests, examples, docs or build tools",
    Role.FETCHED: "could be fetched",
    Role.FETCHED_DATA: "could be fetched",
}
COPYLEFT: Mapping[str, str] = {
    "none": "none",
    "file": "changed files",
    "module": "the module with its changes",
    "library": "the library, which must stay replaceable",
    "adaptation": "what is adapted from it",
    "work": "the whole work that is passed on",
    "network": "the whole work, also towards users over a network",
    "service": "everything that a service with it runs on",
}
_UNDECIDED = ("", "NONE", "NOASSERTION")


def standing(finding: Finding) -> str:
    """Return of how many files, how sure and about what a finding is."""
    notes = []
    if finding.share and finding.share[1] > 1:
        files, whole = finding.share
        notes.append(say("{files} of {whole} files", files=files, whole=whole))
    sure, about_ = _SURE.get(finding.certainty), _IS.get(finding.role)
    notes += map(say, filter(None, (sure, about_)))
    return f" ({'; '.join(notes)})" if notes else ""


def without_ids(text: str) -> str:
    """Return a message without the ids of clauses in brackets."""
    for name in taxonomy():
        if name in text:
            text = text.replace(f" ({name})", "").replace(f"({name}: ", "(")
    return text


def target_row(target: Target) -> str:
    """Return the path of a target, how it was chosen and what is in it."""
    text = line(target.path)
    if target.chosen not in ("", "named as target"):
        text += f" ({target.chosen})"
    return f"{text}, {target.detail}" if target.detail else text


def decided_by(conclusion: Conclusion) -> str:
    """Return what decided the license, both of two that were joined."""
    first = say(conclusion.basis)
    if not conclusion.also:
        return first
    return say("{one} and {other}", one=first, other=say(conclusion.also))


def message_of(finding: Finding) -> str:
    """
    Return the message without the license, which the line above it names.
    """
    return line(finding.message.removeprefix(f"{finding.license}: "))


def short(finding: Finding, first: Finding) -> str:
    """
    Return one more finding of a component on a line: what a part is or, where
    `first` is about the same, what is said of it; and the place.
    """
    is_other = finding.part or finding.license != first.license
    message = told(finding.rule, message_of(finding))
    subject = subject_of(finding) if is_other else message
    places = [place_of(quote) for quote in finding.evidence[:1]]
    return f"{subject}   {''.join(places)}"


def further_row(further: Further, finding: Finding) -> str:
    """
    Return what one more rule says on the text of `finding`, as one paragraph.
    """
    message = line(further.message.removeprefix(f"{finding.license}: "))
    mildly = (
        f" ({further.verdict})" if further.verdict != finding.verdict else ""
    )
    return f"{further.rule}{mildly}: {told(further.rule, message)}"


def place_of(quote: Quote) -> str:
    """Return `path:first-last`, as editors open it."""
    first, last = quote.lines or (0, 0)
    lines = f"{first}" if first == last else f"{first}-{last}"
    path = line(quote.path)
    return f"{path}:{lines}" if quote.lines else path


def place_of_evidence(item: Evidence) -> str:
    """Return where a piece of evidence stands, as editors open it."""
    return place_of(Quote(path=item.path, lines=item.lines))


def subject_of(finding: Finding) -> str:
    """Return the part and the license of a finding, as far as it has them."""
    named = []
    if finding.part:
        named.append(say("part {name}", name=clipped(finding.part, 50)))
    if finding.license not in _UNDECIDED:
        named.append(clipped(finding.license, 70))
    return line(": ".join(named))


def licenses_of(components: Iterable[Sequence[Finding]]) -> list[str]:
    """Return the licenses of findings, the most frequent first."""
    counts: Counter[str] = Counter()
    for findings in components:
        counts.update(finding.license for finding in findings)
    return [name for name, _ in counts.most_common()]


def part_row(part: Conclusion) -> str:
    """Return a part with its license and its place."""
    component = part.component
    return f"{line(component.name)}: {line(part.concluded)}   {line(component.path)}"


def verdict_counts(report: Report) -> str:
    """Return how many findings there are of each verdict, and accepted."""
    counts = Counter(f.verdict for f in report.findings if not f.waived_by)
    sums = [f"{counts[verdict]} {verdict}" for verdict in reversed(VERDICTS)]
    baseline = report.policy.baseline if report.policy else None
    key = baseline.key if baseline else ""
    waived = [f for f in report.findings if f.waived_by not in (None, key)]
    known = [f for f in report.findings if key and f.waived_by == key]
    if known:
        sums.append(say("{count} in the baseline", count=len(known)))
    if waived:
        waivers = say("{count} waived", count=len(waived))
        sums.append(f"{waivers}{_about_waivers(report, waived)}")
    return ", ".join(sums)


def _about_waivers(report: Report, waived: Sequence[Finding]) -> str:
    """
    Return when the first of the waivers that were used expires, and who
    approved.
    """
    used = {finding.waived_by for finding in waived}
    people = {finding.approved_by for finding in waived if finding.approved_by}
    dates = [
        accepting.expires
        for accepting in _accepting(report.policy)
        if accepting.key in used
    ]
    first = sorted(filter(None, dates))[:1]
    notes = [say("expires {date}", date=date) for date in first]
    if people:
        names = line(few(sorted(people), 3))
        notes.append(say("approved by {names}", names=names))
    return f" ({', '.join(notes)})" if notes else ""


def us_row(us: Us | None) -> str:
    """Return what a policy says of the user: `, you: KR, 20,000 users`."""
    if us is None:
        return ""
    numbers = [
        f"{number:,} {us.currency} {name}"
        if name == "revenue"
        else f"{number:,} {name}"
        for name, number in us.numbers.items()
    ]
    answers = [
        name if answer else f"not {name}"
        for name, answer in us.answers.items()
    ]
    said = (*us.countries, *numbers, *answers, *us.purposes)
    you = say(", you: {facts}", facts=line(", ".join(said)))
    return you if said else ""


def _accepting(policy: Policy | None) -> Iterable[Waiver | Acceptance]:
    """Return what a policy accepts findings by."""
    return (*policy.waivers, *policy.acceptances) if policy else ()


def versioned(component: Component) -> str:
    """Return the name and the version of a component."""
    return line(f"{component.name} {component.version}")


def number(count: int, noun: str) -> str:
    """Return a number with its noun: `1 part`, `2 parts`."""
    plural = noun if count == 1 else f"{noun}s"
    return say("{count} {noun}", count=count, noun=say(plural))


def few(names: Sequence[str], most: int) -> str:
    """Return at `most` so many names, and how many there are more."""
    shown = ", ".join(names[:most])
    left_out = len(names) - most
    more = say(" and {count} more", count=left_out)
    return f"{shown}{more}" if left_out > 0 else shown


def clipped(text: str, limit: int) -> str:
    """Return `text` in `limit` letters at most."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
