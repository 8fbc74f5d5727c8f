"""
Say which differences in the sentences of a license that give a right are
harmless: those of spelling, and the few of `rules/identify/harmless.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from string import ascii_lowercase, digits
from typing import Any

from licensescan.base import toml
from licensescan.base.index_format import UNKNOWN
from licensescan.base.installation import data_folder
from licensescan.classifier.identify.store import Store

_NUMBERS = 100
"""Numbers up to this are known as such in a license."""

_TYPO_LETTERS = 6
"""Letters of the shortest word in which one wrong letter is a slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    Words of a license that are `missing` in a grant, as codes, and what stands
    in their place; `words` are the latter as they are written, if they are at
    hand; `before` are as many words in front of them, at least one, and
    `behind` is the next one.
    """

    missing: str
    added: str
    before: str = ""
    behind: str = ""
    words: Sequence[str] = ()


def is_harmless(change: Change, index: Store) -> bool:
    """Return True if a grant gives the same with a change as without it."""
    rules = _rules_of(index)
    return (
        rules.is_listed(change)
        or rules.is_name_for_name(change)
        or rules.is_name_beside_name(change)
        or rules.is_number_for_number(change)
        or rules.is_work_for_work(change)
        or rules.is_work_beside_work(change)
        or rules.is_named_after_act(change)
        or _is_misspelt(change, index)
    )


def adds_acts(codes: str, index: Store) -> bool:
    """Return True if added words are but further acts: they give more."""
    rules = _rules_of(index)
    return (rules.acts | rules.joins).issuperset(codes)


def is_label(codes: str, index: Store) -> bool:
    """Return True if words are but numbers of items."""
    return _rules_of(index).labels.issuperset(codes)


def limits_grant(before: str) -> bool:
    """
    Return True if the words before a grant in its sentence begin what limits
    it, or take it back: "No permission is granted".
    """
    words = before.lower().split()
    if not words:
        return False
    table = _table()["words"]
    is_refused = not set(words).isdisjoint(table["refusals"])
    return is_refused or words[0] in table["openers"]


def words_of_grants() -> frozenset[str]:
    """Return the words of grants that a report may name."""
    words = _table()["words"]
    return frozenset(words["acts"]).union(words["named"])


@cache
def _table() -> Mapping[str, Any]:
    path = data_folder("rules") / "identify" / "harmless.toml"
    return toml.loads(path.read_bytes(), label=path.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """The table as codes of words."""

    after: Mapping[tuple[str, str], frozenset[str]]
    holders: frozenset[str]
    works: frozenset[str]
    glue: frozenset[str]
    numbers: frozenset[str]
    acts: frozenset[str]
    joins: frozenset[str]
    labels: frozenset[str]
    naming: frozenset[str]
    of: str
    this: str
    is_name: Mapping[str, bool]

    def is_listed(self, change: Change) -> bool:
        """Return True for a row of the table, and for numbers of items."""
        if self.labels.issuperset(change.missing + change.added):
            return True
        is_doubled = change.added in (change.before, change.behind)
        if change.added and is_doubled and not change.missing:
            return True
        after = self.after.get((change.missing, change.added))
        if after is None:
            return False
        return not after or change.before[-1:] in after

    def is_name_for_name(self, change: Change) -> bool:
        """Return True if a name stands where the license has one, or room."""
        sides = change.missing, change.added
        words = self.holders | self.works | self.joins | self.numbers
        return all(
            self._has_name(side) and self._is_of(side, words) for side in sides
        )

    def is_name_beside_name(self, change: Change) -> bool:
        """Return True if a name of the license has more words, or fewer."""
        if not change.added:
            return all(map(self.is_name.__getitem__, change.missing))
        if change.missing:
            return False
        before = change.before[-1:]
        is_beside = self._has_name(before + change.behind)
        if not is_beside and before not in self.naming:
            return False
        return all(map(self.is_name.__getitem__, change.added))

    def is_number_for_number(self, change: Change) -> bool:
        """Return True for another number, or that of a line."""
        if not change.words or not self.numbers.issuperset(change.missing):
            return False
        return all(map(str.isdigit, change.words))

    def is_work_beside_work(self, change: Change) -> bool:
        """Return True if a word for the work has got its name, or another."""
        if change.missing or not change.added:
            return False
        works = self.works | self.numbers
        before = change.before[-1:]
        if before == self.this and change.behind in self.works:
            is_named = self._is_of(change.added, works)
            return is_named and not any(map(_describes, change.words))
        return before in self.works and works.issuperset(change.added)

    def _has_name(self, side: str) -> bool:
        """Return True if there is a name among the words, or room for one."""
        return any(self.is_name[c] or c in self.holders for c in side)

    def _is_of(self, side: str, words: frozenset[str]) -> bool:
        """Return True if each word is a piece of a name or one of `words`."""
        return all(
            self.is_name[c] or c in words or c in self.glue for c in side
        )

    def is_work_for_work(self, change: Change) -> bool:
        """Return True if the work is but called by another word."""
        if not change.missing or not change.added:
            return False
        works = self.works | self.glue
        if not works.issuperset(change.missing):
            return False
        if len(change.missing) > 1 and change.missing[0] == self.this:
            return self._is_of(change.added, works)
        return works.issuperset(change.added)

    def is_named_after_act(self, change: Change) -> bool:
        """Return True for the name of the work: "and use of Gopher"."""
        if change.missing or change.before[-1:] not in self.acts:
            return False
        name = change.added[1:]
        if change.added[:1] != self.of or not name:
            return False
        return self._is_of(name, self.works | self.numbers)


def _describes(word: str) -> bool:
    """Return True for a word that says how a work is: "encrypted"."""
    words = _table()["words"]
    is_listed = word.lower() in words["describing"]
    return is_listed or word.lower().endswith(tuple(words["endings"]))


class _Names(dict[str, bool]):
    """For each word that was asked for: is it a piece of a name?"""

    def __init__(self, index: Store) -> None:
        self._index = index

    def __missing__(self, letter: str) -> bool:
        self[letter] = is_name = self._index.is_name(letter)
        return is_name


@lru_cache(maxsize=1)
def _rules_of(index: Store) -> _Rules:
    table = _table()
    words = {
        name: frozenset(map(index.code, listed))
        for name, listed in table["words"].items()
    }
    after = {
        (
            _coded(row["missing"], index),
            _coded(row["added"], index),
        ): frozenset(map(index.code, row["after"]))
        for row in table["change"]
    }
    return _Rules(
        after=after,
        holders=words["holders"],
        works=words["works"],
        glue=words["glue"],
        numbers=frozenset(map(index.code, map(str, range(_NUMBERS)))),
        acts=words["acts"],
        joins=words["joins"],
        labels=words["labels"],
        naming=words["naming"],
        of=index.code("of"),
        this=index.code("this"),
        is_name=_Names(index),
    )


def _coded(words: str, index: Store) -> str:
    return "".join(map(index.code, words.split()))


def _is_misspelt(change: Change, index: Store) -> bool:
    """
    Return True if the words are the missing ones but for how they are spelt.
    """
    missing, words = change.missing, change.words
    if not missing or not words:
        return False
    if len(words) == len(missing):
        pairs = zip(words, missing, strict=True)
        return all(_is_one_word(word, code, index) for word, code in pairs)
    if len(missing) == 1:
        return index.code("".join(words)) == missing
    return len(words) == 1 and _is_joined(words[0], missing, index)


def _is_joined(word: str, missing: str, index: Store) -> bool:
    """Return True if a word is two that the license has apart."""
    return any(
        index.code(word[:at]) + index.code(word[at:]) == missing
        for at in range(1, len(word))
    )


def _is_one_word(word: str, code: str, index: Store) -> bool:
    """
    Return True if a word is the one with this code, in the plural or singular,
    or with one wrong letter.
    """
    if code == UNKNOWN:
        return False
    if code in {index.code(word + "s"), index.code(word.removesuffix("s"))}:
        return True
    if index.code(word.strip(digits)) == code:
        return True
    if len(word) < _TYPO_LETTERS:
        return False
    return any(index.code(other) == code for other in _one_off(word))


def _one_off(word: str) -> Iterator[str]:
    """Yield what a word is with one letter more, less or another."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in ascii_lowercase:
            yield head + letter + tail
            yield head + letter + tail[1:]
