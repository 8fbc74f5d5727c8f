"""
What the user's own facts decide: `rules/us.toml`, and the places of
`rules/places.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from licensescan.base.installation import data_folder
from licensescan.base.schema import read_table

_OWN = ("use.threshold", "use.territory", "use.field")
"""Clauses that are decided by numbers, countries and purposes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What terms count, by a fact of the user's and the words for it."""

    fact: str
    title: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YesOrNo:
    """
    A clause that a yes or no decides: what to say where it `breaks` or
    `keeps` the clause ("" where it does not), and the `words` of which one
    must stand there.
    """

    clause: str
    fact: str
    breaks: str
    keeps: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Countries by the names that terms give them, and their regions."""

    countries: Mapping[str, tuple[str, ...]]
    """The code of a country -> its names, as `plain` writes them."""
    names: Mapping[str, frozenset[str]]
    """A name, of a country or a region -> the codes of its countries."""
    titles: Mapping[str, str]
    """A plain name -> the name as it is written."""
    particles: frozenset[str] = frozenset()
    """What a language may put behind a name, in one word with it."""
    only: tuple[str, ...] = ()
    """Words by which terms are for the places named alone."""
    without: tuple[str, ...] = ()
    """Words by which they leave out the places named."""

    def are_alone(self, text: str) -> bool:
        """Return True if `text` is for the places that it names alone."""
        has_except = any(word in text for word in self.without)
        return not has_except and any(word in text for word in self.only)

    def named_in(self, text: str) -> Mapping[str, frozenset[str]]:
        """
        Return the places that `text` names, by title, the longer name before
        the shorter that is in it.
        """
        words = map(self._bare, plain(text).split())
        rest = f" {' '.join(words)} "
        found: dict[str, frozenset[str]] = {}
        for name in sorted(self.names, key=lambda n: (-len(n), n)):
            if f" {name} " in rest:
                rest = rest.replace(f" {name} ", " | ")
                found[self.titles[name]] = self.names[name]
        return found

    def _bare(self, word: str) -> str:
        """Return a name without the particle behind it, else the word."""
        if word.isascii():
            return word
        stems = (
            word[: -len(particle)]
            for particle in self.particles
            if word.endswith(particle)
        )
        return next((stem for stem in stems if stem in self.names), word)


def plain(text: str) -> str:
    """Return the words of `text` in lower case, without points and marks."""
    letters = (c if c.isalnum() else " " for c in text.lower())
    return " ".join("".join(letters).split())


@cache
def metrics() -> Sequence[Metric]:
    """Return what terms count."""
    return [
        Metric(
            fact=block.needed("fact"),
            title=block.needed("title"),
            words=block.strings("words"),
        )
        for block in read_table(data_folder("rules") / "us.toml").tables(
            "metric"
        )
    ]


@cache
def answers() -> Mapping[str, YesOrNo]:
    """Return what a yes or no decides, by clause."""
    blocks = read_table(data_folder("rules") / "us.toml").tables("answer")
    return {
        block.needed("clause"): YesOrNo(
            clause=block.needed("clause"),
            fact=block.needed("fact"),
            breaks=block.text("breaks"),
            keeps=block.text("keeps"),
            words=block.strings("words"),
        )
        for block in blocks
    }


def decidable() -> frozenset[str]:
    """Return the clauses that facts of the user's may decide."""
    return frozenset((*_OWN, *answers()))


@cache
def places() -> Places:
    """Return the countries and regions of the world."""
    table = read_table(data_folder("rules") / "places.toml")
    listed = table.table("country")
    countries = {code: listed.strings(code) for code in listed}
    names = {
        name: frozenset({code})
        for code, own in countries.items()
        for name in own
    }
    for block in table.tables("region"):
        for name in block.strings("names"):
            names[name] = frozenset(block.strings("countries"))
    return Places(
        countries=countries,
        names={plain(name): codes for name, codes in names.items()},
        titles={plain(name): name for name in names},
        particles=frozenset(table.strings("particles")),
        only=table.strings("only"),
        without=table.strings("except"),
    )
