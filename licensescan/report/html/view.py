"""What the HTML page shows, as plain values in the order in which it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from licensescan.base.version import __version__
from licensescan.model.types import VERDICTS, Report, Target
from licensescan.report import dropping
from licensescan.report.escape import line
from licensescan.report.html.decided import (
    Decision,
    Warnings,
    decisions,
    warnings,
)
from licensescan.report.html.drawing import Drawing, drawing_of
from licensescan.report.html.inventory import Item, items, models
from licensescan.report.html.topics import (
    Sheet,
    Topic,
    commerce,
    patents,
    sheets,
)
from licensescan.report.html.words import Anchors
from licensescan.report.origins import Origins
from licensescan.report.phrases import number
from licensescan.report.speech import heard, say

_LEADS = {0: "In order", 1: "Not yet", 3: "Incomplete"}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The page, from its head to its foot."""

    version: str
    targets: tuple[tuple[str, str], ...]
    profile: str
    answer: str
    is_judged: bool
    exit_code: int
    advice: str
    incomplete: tuple[str, ...]
    decisions: tuple[Decision, ...]
    accepted: tuple[Decision, ...]
    warnings: tuple[Warnings, ...]
    drawing: Drawing | None
    patents: tuple[Topic, ...]
    commerce: tuple[Topic, ...]
    models: tuple[Item, ...]
    sheets: tuple[Sheet, ...]
    items: tuple[Item, ...]


def view_of(report: Report) -> View:
    """Return what the page shows of `report`."""
    standing = [f for f in report.findings if not f.waived_by]
    failing = [f for f in standing if f.verdict != "warn"]
    accepted = [f for f in report.findings if f.waived_by]
    policy = report.policy
    origins, anchors = Origins(report), Anchors(report)
    to_take = tuple(decisions(failing, origins, policy))
    listed = tuple(items(report, anchors))
    return View(
        version=report.tool.version if report.tool else __version__,
        targets=tuple((t.kind, _target(t)) for t in report.targets),
        profile=line(f"{policy.profile} ({policy.source})") if policy else "",
        answer=_answer(report, to_take),
        is_judged=policy is not None,
        exit_code=report.exit_code,
        advice=_sentence(line(dropping.advice(report))),
        incomplete=tuple(line(heard(text)) for text in report.incomplete),
        decisions=to_take,
        accepted=tuple(decisions(accepted, origins, policy)),
        warnings=tuple(warnings(standing)),
        drawing=drawing_of(report, failing),
        patents=patents(report, anchors),
        commerce=commerce(report, anchors),
        models=tuple(models(listed)),
        sheets=tuple(sheets(report, anchors)),
        items=listed,
    )


def _sentence(text: str) -> str:
    """Return `text` with a capital, and no letter of a name changed."""
    return text[:1].upper() + text[1:]


def _target(target: Target) -> str:
    words = (target.path, target.detail, target.chosen)
    return line(", ".join(say(word) for word in words if word))


def _answer(
    report: Report,
    to_take: Sequence[Decision],
) -> str:
    """Return the answer in a sentence."""
    components = number(len(report.conclusions), "component")
    if report.policy is None:
        return say(
            "An inventory of {components}; nothing was judged.",
            components=components,
        )
    counts = Counter(decision.verdict for decision in to_take)
    told = [f"{counts[v]} {say(v)}" for v in reversed(VERDICTS) if counts[v]]
    lead = say(_LEADS.get(report.exit_code, "Incomplete"))
    if not told:
        return say(
            "{lead}: {components}, nothing to decide.",
            lead=lead,
            components=components,
        )
    return say(
        "{lead}: {components}, {taken} to take ({numbers}).",
        lead=lead,
        components=components,
        taken=number(len(to_take), "decision"),
        numbers=", ".join(told),
    )
