"""Components and their parts as the page lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from licensescan.model.types import VERDICTS, Conclusion, Report
from licensescan.report.escape import line
from licensescan.report.html.words import (
    Anchors,
    copyleft,
    grant,
    placed,
    suit,
)
from licensescan.report.origins import Origins
from licensescan.report.phrases import decided_by
from licensescan.report.speech import told

_MODELS = ("model", "dataset")
_HELD = ("weights", "data")
_MOST_PLACES = 8
_COMMERCE = ("prohibited", "conditional", "unknown", "allowed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """
    One component or part, with all that the table says of it: `way` is how it
    got in, `places` are the files that say something about its license.
    """

    anchor: str
    name: str
    version: str
    kind: str
    declared: str
    concluded: str
    basis: str
    commercial: str
    grant: str
    suit: str
    copyleft: str
    verdict: str
    way: tuple[str, ...]
    origin: str
    required_by: tuple[str, ...]
    places: tuple[str, ...]
    problems: tuple[str, ...]
    is_model: bool
    parts: tuple[Item, ...]


def items(
    report: Report,
    anchors: Anchors,
) -> Iterator[Item]:
    """Yield each component, with its parts."""
    inventory = _Inventory(report, anchors)
    for conclusion in report.conclusions:
        yield inventory.item(conclusion)


def models(listed: Iterable[Item]) -> list[Item]:
    """
    Return models and data sets, those inside packages too, by their names
    there; what commerce may not use comes first.
    """
    return sorted(_models(listed), key=lambda m: _COMMERCE.index(m.commercial))


def _models(
    listed: Iterable[Item],
    holder: Item | None = None,
) -> Iterator[Item]:
    for item in listed:
        named = item
        if holder:
            named = replace(
                item,
                name=f"{holder.name}, {item.name}",
                way=holder.way,
            )
        if named.is_model:
            yield named
        yield from _models(item.parts, named)


class _Inventory:
    """What an item needs to know of the rest of the report."""

    def __init__(
        self,
        report: Report,
        anchors: Anchors,
    ) -> None:
        self._anchors = anchors
        self._origins = Origins(report)
        self._verdicts: dict[tuple[str, str], str] = {}
        for finding in report.findings:
            if not finding.waived_by:
                key = (str(finding.component), finding.part or "")
                worst = self._verdicts.get(key, "warn")
                self._verdicts[key] = max(
                    worst, finding.verdict, key=lambda v: _WEIGHT[v]
                )
        self._required_by: dict[str, set[str]] = {}
        for dependency in report.dependencies:
            names = self._required_by.setdefault(dependency.target, set())
            names.add(_named(dependency.source))

    def item(
        self,
        conclusion: Conclusion,
        whole: str = "",
    ) -> Item:
        component = conclusion.component
        purl = str(component.purl)
        owner = whole or purl
        way = conclusion.paths[0] if conclusion.paths else ()
        places = dict.fromkeys(
            line(item.path)
            for item in conclusion.evidence
            if item.expression and item.path
        )
        terms = conclusion.terms
        is_silent = terms.patent.grant == "none"
        verdict = self._verdicts.get(
            (owner, component.name if whole else ""), ""
        )
        return Item(
            anchor=self._anchors.of(conclusion),
            name=line(component.name),
            version=line(component.version),
            kind=component.relation if whole else component.kind,
            declared=line(conclusion.declared),
            concluded=line(conclusion.concluded),
            basis=decided_by(conclusion),
            commercial=terms.commercial,
            grant="" if is_silent else grant(terms),
            suit=suit(terms),
            copyleft=copyleft(terms),
            verdict=verdict,
            way=tuple(map(line, way)),
            origin=placed(self._origins.of(way)),
            required_by=tuple(sorted(self._required_by.get(purl, ()))),
            places=tuple(places)[:_MOST_PLACES],
            problems=tuple(
                f"{problem.rule}: {told(problem.rule, line(problem.message))}"
                for problem in conclusion.problems
            ),
            is_model=component.kind in _MODELS
            or (bool(whole) and component.relation in _HELD),
            parts=tuple(self.item(part, owner) for part in conclusion.parts),
        )


_WEIGHT = {verdict: weight for weight, verdict in enumerate(VERDICTS)}


def _named(purl: str) -> str:
    return line(purl.rpartition("/")[2])
