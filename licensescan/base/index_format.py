"""
Define the numbers in the index, for `corpus/build.py`, which writes them, and
for their readers.
"""

from __future__ import annotations

import struct

PATTERN = struct.Struct("<HHBBH")
"""
A pattern: number of words, expression, kind, relevance, number among the
aligned ones plus one (0: exact only).
"""

ALIGNED = struct.Struct("<IHI")
"""
An aligned pattern: start of its codes (in words), pattern, start of its spans:
the required ones, then its grants.
"""

NOBODY = 0xFFFF
"""No aligned pattern."""

TEXT, NOTICE, TAG, REFERENCE, INTRO, CLUE, NEGATIVE = range(7)
KINDS = ("text", "notice", "tag", "reference", "intro", "clue", "negative")

START = 8
"""Words of a pattern that are looked up at once."""

REACH = 16
"""Words of a pattern among which its anchor, the rarest word, is chosen."""

STEPS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
"""
Lengths at which a longer pattern is looked up again before its full length.
"""

GRAM = 3
"""Words of an anchor (fewer at the end of a short pattern)."""

BLOCK = 16_384
"""
Words of aligned patterns that are compressed together: patterns of one license
stand side by side and repeat.
"""

FIRST_CODE = 0x100
"""Codes of words start here; smaller ones are free for marks."""

UNKNOWN = "\x01"
"""The code of every word that is in no pattern: it never matches anything."""


def letter(number: int) -> str:
    """
    Return the character of a word by its number; the surrogates are left out.
    """
    code = FIRST_CODE + number
    return chr(code if code < 0xD800 else code + 0x800)


def number(letter: str) -> int:
    """
    Return the number of the word that a character stands for; negative for
    `UNKNOWN` and other marks.
    """
    code = ord(letter)
    return code - FIRST_CODE - (0x800 if code > 0xDFFF else 0)


BUCKET = 6
"""Places are counted in buckets of 64 words."""

PLACES = 16
"""
Bits of a vote that hold the place, in buckets; the number of the pattern
stands above them. A vote has 30 bits at most, one digit of Python's integers:
with two, classifying took 1.4 % more instructions.
"""

MARGIN = 1 << 10
"""
Added to every place, so that a pattern whose beginning is cut off has no
negative one.
"""

MOST_WORDS = ((1 << PLACES) - MARGIN) << BUCKET
"""Places beyond cannot be counted."""


def voter(number: int, place: int) -> int:
    """
    Return the voter at a gram: the number of an aligned pattern, and the
    number that the bucket of the gram in the text is added to, so that one
    addition gives the bucket of the pattern's first word or the one after it.
    """
    return (number << PLACES) + MARGIN - (place >> BUCKET)


LENGTH_BITS = 16


def node_key(crc: int, length: int) -> int:
    """Return the key of a prefix of `length` words with the sum `crc`."""
    return crc << LENGTH_BITS | length


TOP_BITS = 15
"""
Sums are evenly spread, so that their first bits say where one stands in a
sorted list of them, give or take two or three. A table in memory would be as
fast, but costs 10 ms and 5 MB for each of the four lists.
"""
