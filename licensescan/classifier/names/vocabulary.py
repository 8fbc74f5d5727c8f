"""
Tell words that no name of a license has, so that a stretch with one of them
need not be read.

It errs on one side only: a word that may stand in a name is never told.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import chain

from licensescan.classifier.names import phrases
from licensescan.standards import license_list

_BESIDE = """
this the software project package library is license licence licensed licenced
licensing released distributed available published provided under terms and
conditions of either both dual tri triple multi multiple double consisting like
style type ish based derived with w plus its a an or any at your option later
newer greater higher above up version versions v well osi approved none
noassertion international intl unported generic public january february march
april may june july august october november
"""
"""Words that `interpret` reads around a name and between two."""

_OPEN = frozenset(
    "see as refer file copyright c commercial exception exceptions licenseref "
    "documentref http https www".split()
)
"""Words beside which `interpret` takes words that it does not know."""


@lru_cache(maxsize=4096)
def is_foreign(word: str) -> bool:
    """Return True for a word that no name has."""
    known = _known()
    return not all(
        piece[0].isdigit() or piece in known
        for piece in phrases.words_of(word)
    )


@lru_cache(maxsize=4096)
def is_open(word: str) -> bool:
    """Return True for a word beside which any other may stand."""
    return "©" in word or not _OPEN.isdisjoint(phrases.words_of(word))


@cache
def _known() -> frozenset[str]:
    """Return the words of names, and those around them."""
    table = phrases.table()
    versions = chain.from_iterable(table.versions.values())
    keys = [*table.phrases, *table.versions, *table.exceptions, *versions]
    listed = license_list.words()
    return listed.union("+", *map(str.split, (_BESIDE, *keys)))
