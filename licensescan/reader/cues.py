"""
Find the words that call for reading what a comment says about licenses.

They are made from the corpus by `corpus/cues.py`: pairs of words that stand
near each other in notices and in clauses, and hardly ever in code. A text is
split into words once, and each word is looked up; what it costs does not
depend on how many cues there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from licensescan.base.installation import data_path

FILE = "cues.tsv"
NEAR = 6
"""Words on both sides among which the second word of a cue may stand."""

_ALONE = "*"
_LETTERS = bytes(
    ord(chr(code).lower()) if chr(code).isalpha() and code < 128 else 32
    for code in range(256)
)
"""Turns letters into small ones, and all else into spaces."""


class _Cues(NamedTuple):
    """
    The words near each word that begins a cue, none for a word that is one
    alone; and the words that are looked for anywhere.
    """

    near: Mapping[bytes, frozenset[bytes]]
    anywhere: tuple[str, ...]


@cache
def _cues() -> _Cues:
    near: dict[bytes, frozenset[bytes]] = {}
    anywhere = []
    with open(f"{data_path('rules')}/{FILE}", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            word, tab, others = line.rstrip("\n").partition("\t")
            if not tab:
                anywhere.append(word)
                continue
            wanted = others.encode().split()
            is_alone = others == _ALONE
            near[word.encode()] = frozenset(() if is_alone else wanted)
    return _Cues(near, tuple(anywhere))


_FOREIGN = frozenset(
    b"nur nicht ist und der darf ohne keine lizenz verboten untersagt gestattet vorbehalten les des une est sont pour "
    b"interdit para los las uso sin ao sem por apenas somente comercial licencia".split()
    + b"licenza licentie licencja lisans lisensi giy ticari".split()
)
"""
Words that prose in another language in plain letters has: only there is a stem
of these languages looked for.
"""


@cache
def _all_anywhere(is_ascii: bool) -> tuple[tuple[str, bytes], ...]:
    return tuple(
        (word, word.encode())
        for word in _cues().anywhere
        if word.isascii() or not is_ascii
    )


def _anywhere(
    text: bytes | str, words: list[bytes]
) -> tuple[tuple[str, bytes], ...]:
    """Return the words to look for in a text with these `words`."""
    is_ascii = text.isascii()
    if is_ascii and _FOREIGN.isdisjoint(words):
        return ()
    return _all_anywhere(is_ascii)


def words_of(text: str) -> list[str]:
    """Return the words of a text as cues are made of them."""
    return _plain(text).decode("ascii").split()


def _plain(text: str) -> bytes:
    """Return small letters and spaces, a byte for each character."""
    return text.encode("ascii", "replace").translate(_LETTERS)


def speaks(data: bytes) -> bool:
    """Return True if `data` has a word that a license notice would have."""
    words = data.translate(_LETTERS).split()
    if any(_is_cue(words, number) for number in _firsts(words)):
        return True
    lower = data.lower()
    return any(word in lower for _, word in _anywhere(data, words))


def cues(text: str, start: int = 0) -> list[int]:
    """Return where cues stand in a text from `start` on, in order."""
    offsets = set(_offsets(text, start))
    lower = text.lower()
    if len(lower) != len(text):
        lower = text
    for word, _ in _anywhere(text, _plain(text).split()):
        offset = lower.find(word, start)
        while offset >= 0:
            offsets.add(offset)
            offset = lower.find(word, offset + len(word))
    return sorted(offsets)


def _firsts(words: list[bytes]) -> list[int]:
    """Return the numbers of the words that may begin a cue."""
    near = _cues().near
    if near.keys().isdisjoint(words):
        return []
    return [number for number, word in enumerate(words) if word in near]


def _is_cue(words: list[bytes], number: int) -> bool:
    wanted = _cues().near[words[number]]
    around = words[max(0, number - NEAR) : number + NEAR + 1]
    return not wanted or not wanted.isdisjoint(around)


def _offsets(text: str, start: int) -> Iterator[int]:
    plain = b" %b " % _plain(text[start:])
    words = plain.split()
    place = 0
    for number in _firsts(words):
        # Each equal word before this one has been passed: it is a first, too.
        place = plain.find(b" %b " % words[number], place)
        if _is_cue(words, number):
            yield start + place
        place += len(words[number]) + 1
