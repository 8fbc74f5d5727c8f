"""
Propose which patterns may stand where in a text, by votes.

Every aligned pattern has a few grams that vote for it and for its place. The
votes are linear in the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from math import ceil
from typing import NamedTuple
from zlib import crc32

from licensescan.base.index_format import BUCKET, MARGIN, MOST_WORDS, PLACES
from licensescan.classifier.identify.intervals import Span
from licensescan.classifier.identify.store import Store

_SHARE, _BRIEF_SHARE, _BRIEF = 0.3, 0.45, 60
"""
The share of a pattern's grams that must be there: where four words of five
agree, about half of the grams of three words do; a brief pattern has few
grams, and one of them says little.
"""

_CANDIDATES, _WORDS_A_CANDIDATE = 80, 12
"""
The likeliest candidates are followed up: so many for any text, and one more
for every dozen words.
"""

_MOST_WORTH = 400
"""Words of a pattern beyond which a longer one is no likelier."""


class Candidate(NamedTuple):
    """
    An aligned pattern (its number among them and its length in words), and
    where its first word would stand.
    """

    number: int
    start: int
    length: int

    @property
    def end(self) -> int:
        """Return where the word after its last would stand."""
        return self.start + self.length

    def overlap(self, start: int, end: int) -> int:
        """
        Return how many words it shares with a stretch; negative for a
        distance.
        """
        first = max(self.start, start)
        last = min(self.start + self.length, end)
        return last - first

    def contends(self, other: Candidate) -> bool:
        """
        Return True if half of the shorter one lies within the longer one.
        """
        shared = self.overlap(other.start, other.end)
        return 2 * shared >= min(self.length, other.length)


def candidates(
    data: bytes,
    zones: Sequence[Span],
    index: Store,
) -> list[Candidate]:
    """
    Return the patterns that grams in `zones` of a text (two bytes a word) vote
    for, the likeliest first.
    """
    size = sum(end - start for start, end in zones)
    # Ranked before anything else is made of them: of twenty thousand in a long
    # text a few hundred are followed up.
    ranked = sorted(_elected(_votes(data, zones, index), index))
    most = _CANDIDATES + size // _WORDS_A_CANDIDATE
    return [_candidate(election, index) for election in ranked[:most]]


def _votes(
    data: bytes,
    zones: Sequence[Span],
    index: Store,
) -> list[int]:
    """
    Return the votes of all grams in `zones`: each is a pattern with a bucket,
    see `index_format.voter`.
    """
    find, last_common = index.find_gram, index.last_common
    votes: list[int] = []
    for start, end in zones:
        end = min(end, MOST_WORDS)
        codes = memoryview(data).cast("H")[start:end]
        rare = [
            at for at, code in enumerate(codes, start) if code > last_common
        ]
        for at in rare:
            first = 2 * at
            gram = find(crc32(data[first : first + 6]))
            if gram is not None:
                bucket = at >> BUCKET
                votes += [voter + bucket for voter in index.voters(gram)]
    return votes


_Election = tuple[float, int, int, int]
"""
A place where a pattern may begin: a rank that is smaller for likelier ones,
the votes as a negative number, the pattern with the bucket, and how many of
the votes are for the next bucket.
"""


def _elected(votes: list[int], index: Store) -> list[_Election]:
    """
    Return where patterns may begin. The votes of a bucket and the next count
    together; one with fewer than the one before it is not where a pattern
    begins, and a single vote is most often chance.

    The votes are sorted, so that those of one pattern stand in the order of
    their buckets, and one pass counts them.
    """
    wanted, worth = _bars(index)
    elected = []
    votes.sort()
    last = key = -2
    before = count = ahead = 0
    # Two votes for nobody end the last two runs of equal ones.
    for vote in chain(votes, (-4, -6)):
        if vote == key:
            ahead += 1
            continue
        beside = ahead if key == last + 1 else 0
        if count > 1 and count >= before:
            number = last >> PLACES
            total = count + beside
            if total >= wanted[number]:
                rank = total * worth[number]
                elected.append((rank, -total, last, beside))
        before = count if beside else 0
        last, count = key, ahead
        key, ahead = vote, 1
    return elected


@cache
def _bars(index: Store) -> tuple[list[int], list[float]]:
    """
    Return for each pattern how many votes it needs to be looked at, and what a
    vote is worth as a rank: the share of all votes that it is, more in a
    longer pattern.
    """
    wanted, worth = [], []
    for length, votes in zip(index.length_of, index.votes_of, strict=True):
        share = _SHARE if length > _BRIEF else _BRIEF_SHARE
        wanted.append(ceil(share * votes))
        counted = min(length, _MOST_WORTH)
        worth.append(-counted / max(1, votes))
    return wanted, worth


def _candidate(election: _Election, index: Store) -> Candidate:
    _, votes, key, beside = election
    number = key >> PLACES
    bucket = key & (1 << PLACES) - 1
    # Where the pattern begins between two buckets is told by their shares of
    # the votes.
    start = (bucket - MARGIN << BUCKET) + (beside << BUCKET) // -votes
    return Candidate(number, start, index.length_of[number])
