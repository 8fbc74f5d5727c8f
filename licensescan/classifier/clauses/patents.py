"""What a text's patent clauses come to: the grant, and how far retaliation reaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from licensescan.classifier.clauses.values import (
    CARVE_OUT,
    counterclaims,
    cure_days,
    defendant,
    trigger,
)
from licensescan.classifier.clauses.words import words
from licensescan.classifier.document.sentences import Sentence
from licensescan.model.texts import Retaliation, Strength

_ORDER: tuple[Strength, ...] = ("work", "ip", "grantor", "broad")
_SUBJECTS: Mapping[Strength, str] = {
    "work": "work",
    "ip": "any intellectual property in it or its outputs",
    "grantor": "any patent",
    "broad": "any patent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suit:
    """
    One sentence that ends rights for a suit: how far it reaches, and the parameters of
    its clause.
    """

    reach: Retaliation
    params: Mapping[str, str]


def suit(sentence: Sentence, after: str = "", *, patent_file: bool) -> Suit | None:
    """
    What a sentence found to be a retaliation says; None when it speaks of a suit that
    an earlier one has described. `after` is the text that follows it, where what is
    carved out may stand.
    """
    text, said = sentence.text, sentence.said or sentence.text
    if words("same_suit").search(text):
        return None
    strength = _strength(text)
    effect: Literal["patent", "all"] = "patent" if patent_file else _effect(text)
    start = words("trigger").search(text)
    told = trigger(said, start.start()) if start else ""
    counter = (
        counterclaims(text)
        if words("counter").search(text) or words("defence").search(text)
        else ""
    )
    if words("defence").search(" ".join(after.lower().split())):
        counter = f"{counter}, {CARVE_OUT}" if counter else CARVE_OUT
    params = {
        "trigger": told,
        "defendant": "any"
        if strength == "broad" or words("anyone").search(text)
        else defendant(said) or "any",
        "subject": _SUBJECTS[strength],
        "counterclaims": counter,
        "declaratory": "excluded" if words("declaratory").search(text) else "",
        "cure_days": cure_days(text),
        "effect": effect,
    }
    reach = Retaliation(
        strength=strength, effect=effect, trigger=told or "a suit over patents"
    )
    return Suit(
        reach=reach, params={name: value for name, value in params.items() if value}
    )


def farthest(suits: Iterable[Suit]) -> Retaliation | None:
    """The farthest-reaching retaliation of a text; None without any."""
    return max(
        (s.reach for s in suits),
        key=lambda r: (_ORDER.index(r.strength), r.effect == "all"),
        default=None,
    )


def _strength(text: str) -> Strength:
    unrelated = words("unrelated").search(text)
    work = words("the_work").search(text)
    if not unrelated and (
        words("other_rights").search(text) or not words("patent_suit").search(text)
    ):
        return "ip"
    if unrelated or not (work and words("alleges").search(text)):
        return (
            "grantor"
            if words("grantor").search(text) and not words("anyone").search(text)
            else "broad"
        )
    return "work"


def _effect(text: str) -> Literal["patent", "all"]:
    """
    Whether only patent licenses end: read from the words around the verb that ends
    something.
    """
    for end in words("ends").finditer(text):
        near = text[max(0, end.start() - 160) : end.end() + 120]
        if words("patent_only").search(near):
            return "patent"
    return "all"
