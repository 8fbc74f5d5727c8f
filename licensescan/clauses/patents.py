"""What a text's patent clauses come to: the grant, and how far retaliation reaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from licensescan.model import Retaliation, Strength

_OWN = re.compile(r"\b(?:patent|infring)")
_IP = re.compile(
    r"\b(?:intellectual property(?: or other)?(?: rights)?|other rights|copyrights?(?! licen| notice| holder| owner)|trade secrets?|any (?:legal )?claim)\b"
)
_ALLEGES = re.compile(r"\b(?:alleg\w+|asserting|assert\w*|claim\w*|infring\w+|reads? on|cover\w*|over|for)\b")
_WORK = re.compile(
    r"\b(?:the|this|such|licensed|original|covered|any (?:part|portion) of the|its|these|by)\s(?:\w+ ){0,3}?(?:software|work|works|program|model|models|materials?|library|licensed \w+|covered \w+|contributions?|contributor version"
    r"|implementation|source|code|products?|output|outputs|package|specification|derivative|artifacts?|complementary|data)\b"
)
_UNRELATED = re.compile(
    r"\bwhether or not related\b|\bother than (?:such|the)\b|\bany (?:other )?(?:software|product|hardware|device)\b|\bpatent claims? of any kind\b|\bunrelated\b"
    r"|\bapplicable to (?:any )?software\b|\bany software, hardware|\bany patent (?:assertion|claims?|infringement)? ?against\b|\bany patent (?:assertion|right)"
)
_ANYONE = re.compile(
    r"\b(?:any (?:other )?(?:party|entity|person|one|third party|licensee|recipient|user)|anyone|any of|third part(?:y|ies)|users?|any individual)\b"
)
_GRANTOR = re.compile(
    r"\b(?:against|with|challeng\w+|sues?|suing|by)(?: \w+){0,3} (?:licensor|contributors?|the company|us|the author|authors|initial developer|participant|copyright holder|\w+ or its affiliates|facebook|google|apple|microsoft)\b"
)
_PATENT_ONLY = re.compile(
    r"\b(?:patent|such) (?:licen[sc]es?|rights?|grant)\b(?! agreement)|\blicen[sc]es? (?:\w+ ){0,3}under (?:\w+ ){0,3}patents?|\bpatent licen[sc]es? (?:\w+ ){0,8}(?:terminat|end|ceas)"
)
_SAME = re.compile(r"\bmakes? such (?:a |an )?(?:claim|assertion|allegation)")
_SECTION = re.compile(r"\brights? (?:\w+ ){0,3}under section \d+(?:\.\d+)?\([a-z]\)")
_ENDS = re.compile(
    r"\b(?:terminat\w+|ends?|ceases?|loses?|lost|revoked?|withdrawn|forfeit\w*|void|expires?|suspended)\b"
)


def retaliation(sentences: Iterable[tuple[str, Mapping[str, str]]], *, patent_file: bool) -> Retaliation | None:
    """The farthest-reaching retaliation among the sentences that were found to be one; None without any."""
    found = [_read(text, params, patent_file) for text, params in sentences if not _SAME.search(text)]
    order: tuple[Strength, ...] = ("work", "ip", "grantor", "broad")
    return max(found, key=lambda r: (order.index(r.strength), r.effect == "all"), default=None)


def _read(text: str, params: Mapping[str, str], patent_file: bool) -> Retaliation:
    trigger = params.get("trigger", "").strip(" ,.") or "a suit over patents"
    return Retaliation(strength=_strength(text), effect="patent" if patent_file else _effect(text), trigger=trigger)


def _strength(text: str) -> Strength:
    unrelated = _UNRELATED.search(text)
    work = _WORK.search(text)
    if _IP.search(text) and not unrelated:
        return "ip"
    if unrelated or not (work and _ALLEGES.search(text)):
        return "grantor" if _GRANTOR.search(text) and not _ANYONE.search(text) else "broad"
    return "work"


def _effect(text: str) -> Literal["patent", "all"]:
    """Whether only patent licenses end: read from the words around the verb that ends something."""
    for end in _ENDS.finditer(text):
        near = text[max(0, end.start() - 160) : end.end() + 120]
        if _PATENT_ONLY.search(near) or _SECTION.search(near):
            return "patent"
    return "all"
