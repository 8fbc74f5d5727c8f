"""What makes a conclusion doubtful: files that say nothing, tricks that were undone, fields that contradict."""

from __future__ import annotations

import re
from collections.abc import Sequence

from licensescan.classified import Classified
from licensescan.declared import Declared, agrees
from licensescan.expression import licenses
from licensescan.model import NOASSERTION, NONE, Component, Evidence, Expression, Problem
from licensescan.riders import foreign
from licensescan.rulebook import Rulebook
from licensescan.terms import burden

Read = tuple[Evidence, Classified]
"""One text, and what it was read as."""

_LICENSE_NAME = re.compile(r"(?i)(?:^|/)(?:licen[cs]e|copying|unlicen[cs]e|eula)[^/]*$")
_PEOPLE = re.compile(r"(?i)(?:^|/)(?:authors|contributors|credits|thanks|maintainers)[^/]*$")


def doubts(texts: Sequence[Read], notices: Sequence[Read]) -> tuple[Problem, ...]:
    """What is to be said about a component's own `texts`, and about the `notices` beside them."""
    mute = [t for t in texts if _is_mute(t)]
    mute += [t for t in notices if not t[1].detection.matches and _forbids(t[1])]
    beside = [_beside(evidence, *found) for evidence, read in texts for found in _foreign(evidence, read)]
    tricks = [t for t in (*texts, *notices) if t[1].detection.obfuscated and not _PEOPLE.search(t[0].path)]
    return (*map(_unknown, mute), *beside, *map(_obfuscated, tricks))


def contradicted(component: Component, declared: Declared, said: Expression, rulebook: Rulebook) -> tuple[Problem, ...]:
    """A field that names heavier terms than the license that is declared and shown, or withholds what that gives."""
    own = burden(rulebook.terms_of(said))[:2]
    others = [n for n in (*declared.named, declared.conflict) if n and not agrees(said, n)]
    heavier = next((n for n in others if burden(rulebook.terms_of(n))[:2] > own), "")
    if not heavier and declared.restricted and not any(x.startswith("LicenseRef-") for x in licenses(said)):
        heavier = declared.restricted
    if not heavier:
        return ()
    shown = " ".join(heavier.split())[:100]
    message = f"{component.name} declares {said}; another field says {shown!r}"
    return (Problem(rule="license-mismatch", path=component.path, message=message),)


def _is_mute(text: Read) -> bool:
    """Whether a file that is named like a license holds none: hidden in another coding, cut away, or a mere pointer."""
    evidence, found = text
    silent = found.detection.expression == NONE and not found.detection.matches
    return silent and _LICENSE_NAME.search(evidence.path) is not None


def _forbids(found: Classified) -> bool:
    return found.terms.commercial in ("conditional", "prohibited")


def _unknown(text: Read) -> Problem:
    words = len((text[0].text or "").split())
    message = f"a text of {words} words that no known license accounts for"
    return Problem(rule="license-unknown", path=text[0].path, message=message)


def _foreign(evidence: Evidence, found: Classified) -> list[tuple[tuple[int, int], int]]:
    """The long unknown terms in a license file that is otherwise known."""
    known = found.detection.expression not in (NONE, NOASSERTION) and _LICENSE_NAME.search(evidence.path)
    return foreign(evidence.text or "", found.detection) if known else []


def _beside(evidence: Evidence, lines: tuple[int, int], words: int) -> Problem:
    message = f"lines {lines[0]}-{lines[1]}: {words} words of terms that no known license accounts for"
    return Problem(rule="license-unknown", path=evidence.path, message=message)


def _obfuscated(text: Read) -> Problem:
    message = "invisible or look-alike characters had to be undone to read it"
    return Problem(rule="text-obfuscated", path=text[0].path, message=message)
