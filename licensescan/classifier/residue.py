"""
Judge the residue of a license file, the sentences that no known license
accounts for: whether they are of a kind that gives and takes nothing.

What is harmless is learned from real packages by `corpus/residue.py`: each
run of one to three words has a weight, by the hash of its words, from those
that stand beside licenses in packages against those that licenses are made
of. What sounds like neither is told.
"""

from __future__ import annotations

import os
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from math import sqrt
from typing import NamedTuple

from licensescan.base import toml
from licensescan.base.index_format import UNKNOWN
from licensescan.base.installation import data_path, read_data
from licensescan.classifier.document.languages import (
    ASIAN,
    count_words,
    is_in_another_language,
    language_of_script,
)
from licensescan.classifier.identify.store import Store

BITS = 18
_MASK = (1 << BITS) - 1
SCALE = 12.0
"""Weights are kept as numbers of one byte, so many for one."""

_ANY = "*"
"""Stands for words that no license is made of: most are names."""
_NUMBER = "0"

_RUN = 3
"""Words of the longest run."""


class Model(NamedTuple):
    """
    The weight of each hash, what is added to all, and the sorted hashes of
    sentences that several packages have, or licenses that give everything.
    """

    weights: memoryview[int]
    bias: float
    shared: Sequence[int]


def plain(words: Sequence[str], index: Store) -> list[str]:
    """Return words with one sign for names, and one for numbers."""
    told: list[str] = []
    for word in words:
        if word.isdecimal():
            word = _NUMBER
        elif index.code(word) == UNKNOWN:
            word = _ANY
        if word != _ANY or told[-1:] != [_ANY]:
            told.append(word)
    return told


def hashes(words: Sequence[str]) -> set[int]:
    """
    Return the hashes of the runs of words, with the ends as words, and of
    pairs with a word between them.
    """
    ended = ["^", *words, "$"]
    runs = {*words}
    runs.update(map(" _ ".join, zip(ended, ended[2:], strict=False)))
    for size in range(2, _RUN + 1):
        shifted = (ended[at:] for at in range(size))
        runs.update(map(" ".join, zip(*shifted, strict=False)))
    summed = map(zlib.crc32, map(str.encode, runs))
    return {hashed & _MASK for hashed in summed}


def whole(words: Sequence[str], index: Store) -> int:
    """Return the hash of a sentence, whatever names and numbers are in it."""
    return _summed(plain(words, index))


def _summed(told: Sequence[str]) -> int:
    return zlib.crc32(" ".join(told).encode())


def packed(
    weights: Sequence[float], bias: float, shared: Sequence[int]
) -> bytes:
    """Return the bytes of a model."""
    every = [bias, *weights]
    numbers = (round(max(-127.0, min(127.0, w * SCALE))) for w in every)
    table = array("b", numbers).tobytes()
    table += bytes(-len(table) % 4)
    return zlib.compress(table + array("I", shared).tobytes(), 9)


def _is_known(told: Sequence[str]) -> bool:
    """Return True for a `plain` sentence that is known to be harmless."""
    hashed, shared = _summed(told), model().shared
    at = bisect_left(shared, hashed)
    return at < len(shared) and shared[at] == hashed


@cache
def model() -> Model:
    """Return the model of this installation."""
    with open(os.path.join(data_path("corpus"), "residue.bin"), "rb") as file:
        data = memoryview(zlib.decompress(file.read()))
    end = (1 + (1 << BITS) + 3) // 4 * 4
    weights = data[: 1 + (1 << BITS)].cast("b")
    shared = data[end:].cast("I")
    return Model(weights[1:], weights[0] / SCALE, shared)


def _weight(told: Sequence[str]) -> float:
    """
    Return how much `plain` words sound like terms: below zero those sound more
    like what stands beside licenses and says nothing of what they give.
    """
    runs = hashes(told)
    weights, bias, _ = model()
    total = sum(weights[run] for run in runs) / SCALE
    return bias + total / sqrt(max(1, len(runs)))


_SURE = 0.2
"""From this weight on words are told."""

_LIKELY = -1.8
"""And from this one on if one of them limits."""

_DOUBTFUL = 0.5
"""From this one on a sentence is told that is cut, or names a license."""

_LEAST = 3
"""Fewer words say nothing, but what sounds certainly like terms."""

_CERTAIN = 1.5

_FOREIGN = 5
_UNKNOWN = 0.5
"""
A sentence of so many words, of which so large a share is in no license, may be
in another language.
"""


def may_limit(
    words: Sequence[str],
    said: str,
    index: Store,
    *,
    is_cut: bool,
    names_license: bool,
) -> bool:
    """
    Return True if a sentence that nothing accounts for may limit what a
    license gives: it does not sound harmless, or nobody reads its language.
    One that is cut, or names a license that was read, is doubtful.
    """
    if language_of_script(said) in ASIAN:
        return not names_license and count_words(said) >= _LEAST
    told = plain(words, index)
    if _is_known(told):
        return False
    heard = _weight(told)
    if len(words) < _LEAST:
        return heard >= _CERTAIN and not _limiting().isdisjoint(words)
    if is_cut or names_license:
        return heard >= _DOUBTFUL
    if heard >= _SURE:
        return True
    if heard >= _LIKELY and not _limiting().isdisjoint(words):
        return True
    return _is_foreign(words, said, index)


def _is_foreign(words: Sequence[str], said: str, index: Store) -> bool:
    """Return True for a sentence in a language that is not English."""
    unknown = sum(map(index.is_name, map(index.code, words)))
    if len(words) < _FOREIGN or unknown < _UNKNOWN * len(words):
        return False
    return is_in_another_language(said)


@cache
def _limiting() -> frozenset[str]:
    name = os.path.join("identify", "residue.toml")
    table = toml.loads(read_data("rules", name), label=name)
    return frozenset(word for words in table.values() for word in words)
