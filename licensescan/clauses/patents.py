"""What a text's patent clauses come to: the grant, and how far retaliation reaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from licensescan.clauses.words import words
from licensescan.model import Retaliation, Strength


def retaliation(sentences: Iterable[tuple[str, Mapping[str, str]]], *, patent_file: bool) -> Retaliation | None:
    """The farthest-reaching retaliation among the sentences that were found to be one; None without any."""
    found = [_read(text, params, patent_file) for text, params in sentences if not words("same_suit").search(text)]
    order: tuple[Strength, ...] = ("work", "ip", "grantor", "broad")
    return max(found, key=lambda r: (order.index(r.strength), r.effect == "all"), default=None)


def _read(text: str, params: Mapping[str, str], patent_file: bool) -> Retaliation:
    trigger = params.get("trigger", "").strip(" ,.") or "a suit over patents"
    return Retaliation(strength=_strength(text), effect="patent" if patent_file else _effect(text), trigger=trigger)


def _strength(text: str) -> Strength:
    unrelated = words("unrelated").search(text)
    work = words("the_work").search(text)
    if words("other_rights").search(text) and not unrelated:
        return "ip"
    if unrelated or not (work and words("alleges").search(text)):
        return "grantor" if words("grantor").search(text) and not words("anyone").search(text) else "broad"
    return "work"


def _effect(text: str) -> Literal["patent", "all"]:
    """Whether only patent licenses end: read from the words around the verb that ends something."""
    for end in words("ends").finditer(text):
        near = text[max(0, end.start() - 160) : end.end() + 120]
        if words("patent_only").search(near):
            return "patent"
    return "all"
