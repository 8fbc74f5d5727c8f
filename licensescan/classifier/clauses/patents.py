"""
Say what a text's patent clauses come to: the grant, and how far retaliation
reaches.
"""

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
from licensescan.classifier.clauses.words import has, words
from licensescan.classifier.document.sentences import Sentence
from licensescan.model.texts import Retaliation, Strength
from licensescan.rulebook.terms import SUIT_SUBJECTS

_ORDER: tuple[Strength, ...] = ("work", "ip", "grantor", "broad")
_BEFORE_VERB, _BEHIND_VERB = 160, 120
"""
Characters around a verb that ends something in which it is said what ends.
"""

Effect = Literal["patent", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suit:
    """
    One sentence that ends rights for a suit: how far it reaches, and the
    parameters of its clause.
    """

    reach: Retaliation
    params: Mapping[str, str]


def suit(
    sentence: Sentence,
    after: str = "",
    *,
    patent_file: bool,
) -> Suit | None:
    """
    Return what a sentence found to be a retaliation says; None when it speaks
    of a suit that an earlier one has described. `after` is the text that
    follows it, where what is carved out may stand.
    """
    text, said = sentence.text, sentence.said or sentence.text
    if has("same_suit", text):
        return None
    strength = _strength(text)
    effect: Effect = "patent" if patent_file else _effect(text)
    start = words("trigger").search(text)
    triggered = trigger(said, start.start()) if start else ""
    params = {
        "trigger": triggered,
        "defendant": _defendant(text, said, strength),
        "subject": SUIT_SUBJECTS[strength],
        "counterclaims": _counterclaims(text, after),
        "declaratory": "excluded" if has("declaratory", text) else "",
        "cure_days": cure_days(text),
        "effect": effect,
    }
    reach = Retaliation(
        strength=strength,
        effect=effect,
        trigger=triggered or "a suit over patents",
    )
    given = {name: value for name, value in params.items() if value}
    return Suit(reach=reach, params=given)


def _defendant(
    text: str,
    said: str,
    strength: Strength,
) -> str:
    """Return whom one may not sue; any one for a broad retaliation."""
    if strength == "broad" or has("anyone", text):
        return "any"
    return defendant(said) or "any"


def _counterclaims(text: str, after: str) -> str:
    """Return how counterclaims count, and whether defence is carved out."""
    counts = ""
    if has("counter", text) or has("defence", text):
        counts = counterclaims(text)
    behind = " ".join(after.lower().split())
    if not has("defence", behind):
        return counts
    return f"{counts}, {CARVE_OUT}" if counts else CARVE_OUT


def farthest(suits: Iterable[Suit]) -> Retaliation | None:
    """Return the farthest-reaching retaliation of a text; None without any."""
    reaches = [suit.reach for suit in suits]
    return max(reaches, key=_distance, default=None)


def _distance(reach: Retaliation) -> tuple[int, bool]:
    return _ORDER.index(reach.strength), reach.effect == "all"


def _strength(text: str) -> Strength:
    """Return over what one may not sue."""
    unrelated = has("unrelated", text)
    if not unrelated:
        if has("other_rights", text) or not has("patent_suit", text):
            return "ip"
        if has("the_work", text) and has("alleges", text):
            return "work"
    if has("grantor", text) and not has("anyone", text):
        return "grantor"
    return "broad"


def _effect(text: str) -> Effect:
    """
    Return what ends, patent licenses alone or all: read from the words around
    the verb that ends something.
    """
    for start, end in words("ends").spans(text):
        near = text[max(0, start - _BEFORE_VERB) : end + _BEHIND_VERB]
        if has("patent_only", near):
            return "patent"
    return "all"
