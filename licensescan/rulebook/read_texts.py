"""
Know the texts that fact sheets were read against, by a hash of their words
(`rules/read-texts.tsv`, written by `corpus/read_texts.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache

from licensescan.base.installation import read_data
from licensescan.model.texts import Expression

NAME = "read-texts.tsv"

_MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~“”‘’«»–—…•·"
_SPACED = str.maketrans(_MARKS, " " * len(_MARKS))
_LONGEST = 200_000
"""Characters of the longest text that may be one of them."""


def sheet_of(text: str) -> Expression | None:
    """Return the license whose sheet was read against these very words."""
    if len(text) > _LONGEST:
        return None
    name = read_texts().get(hash_of_words(text))
    return Expression(name) if name else None


def hash_of_words(text: str) -> str:
    """Return a hash of the words of a text, whatever stands between them."""
    words = text.lower().translate(_SPACED).split()
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:32]


@cache
def read_texts() -> Mapping[str, str]:
    """Return the licenses by the hash of the words of their texts."""
    rows = read_data("rules", NAME).decode().splitlines()
    pairs = [row.split("\t") for row in rows if not row.startswith("#")]
    return {pair[0]: pair[1] for pair in pairs}
