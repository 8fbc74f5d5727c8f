"""What the page calls things, and quotes with their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from licensescan.model.types import Clause, Conclusion, Quote, Report, Terms
from licensescan.report.escape import line
from licensescan.report.origins import Origin
from licensescan.report.phrases import COPYLEFT
from licensescan.report.speech import about, say
from licensescan.rulebook.rulebook import taxonomy

_MOST_QUOTED = 1_200

_GRANTS: Mapping[str, str] = {
    "express": "granted in words",
    "implicit": "implied by the text",
    "ip": "granted as intellectual property",
    "file": "granted by a file of its own",
    "disclaimed": "expressly not licensed",
    "none": "nothing is said",
    "unknown": "not known",
}
_TRIGGERS: Mapping[str, str] = {
    "work": "a suit over the work itself",
    "ip": "any suit over intellectual property in the work or its outputs",
    "grantor": "a suit against the grantor, also over other things",
    "broad": "a suit against others, or over unrelated products",
}
_ENDS: Mapping[str, str] = {
    "patent": "the patent license",
    "all": "all rights, copyright included",
}
SAID = (*_GRANTS.values(), *_TRIGGERS.values(), *_ENDS.values())
"""Messages of the tables above, for the test of other languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """
    A quote and where it stands; `section` is that of a known license, `means`
    the clause in a few words.
    """

    quote: str = ""
    place: str = ""
    clause: str = ""
    section: str = ""
    means: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A component or part, by name, with the license it is under."""

    name: str
    license: str
    anchor: str


class Anchors:
    """The name in the page of each component and part, by object."""

    def __init__(self, report: Report) -> None:
        self._names: dict[int, str] = {}
        waiting = list(report.conclusions)
        for number, conclusion in enumerate(waiting):
            self._names[id(conclusion)] = f"c{number}"
            waiting += conclusion.parts

    def of(self, conclusion: Conclusion) -> str:
        """Return the anchor of a component or part."""
        return self._names[id(conclusion)]


def everything(report: Report) -> Iterator[tuple[str, Conclusion]]:
    """
    Yield each component and part, with its name: `av, libx264` for a part.
    """
    waiting = [(c.component.name, c) for c in report.conclusions]
    while waiting:
        name, conclusion = waiting.pop(0)
        yield line(name), conclusion
        waiting += [
            (f"{name}, {part.component.name}", part)
            for part in conclusion.parts
        ]


def grant(terms: Terms) -> str:
    """Return how patents are licensed."""
    return say(_GRANTS[terms.patent.grant])


def copyleft(terms: Terms) -> str:
    """Return what must be shared alike, "" for nothing."""
    reach = terms.copyleft
    return "" if reach == "none" else say(COPYLEFT[reach])


def suit(terms: Terms) -> str:
    """Return what ends when one sues, and over what; "" for nothing."""
    hit = terms.patent.retaliation
    if hit is None:
        return ""
    trigger, right = _TRIGGERS[hit.strength], _ENDS[hit.effect]
    return say(
        "{trigger} ends {right}", trigger=say(trigger), right=say(right)
    )


def place(quote: Quote | Clause) -> str:
    """Return a file and a line."""
    path = line(quote.path)
    return f"{path}:{quote.lines[0]}" if quote.lines else path


def placed(origin: Origin) -> str:
    """Return the file and line of a requirement, "" for none."""
    if not origin.requirement:
        return ""
    return f"{line(origin.path)}:{origin.line}"


def words_of(quotes: Iterable[Quote | Clause]) -> tuple[Words, ...]:
    """Return quotes with their places, each once."""
    found = (
        Words(
            quote=line((quote.quote or "")[:_MOST_QUOTED]),
            place=place(quote),
            clause=quote.clause if isinstance(quote, Clause) else "",
            section=say(quote.section) if isinstance(quote, Clause) else "",
            means=meaning(quote.clause) if isinstance(quote, Clause) else "",
        )
        for quote in quotes
    )
    return tuple(dict.fromkeys(found))


def meaning(clause: str) -> str:
    """Return what a clause says, in a few words."""
    entry = taxonomy().get(clause, {})
    return about("clause", clause, "title", entry.get("title", clause))
