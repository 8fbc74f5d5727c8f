"""
Texts in folders inside a component that only point to another text of it.
"""

from __future__ import annotations

from licensescan.classifier.classify import Classified
from licensescan.conclude.own_texts import PARAGRAPH, Text
from licensescan.conclude.sources import Classify
from licensescan.model.kinds import EvidenceKind
from licensescan.model.types import Component, Evidence
from licensescan.rulebook.terms import restricts


class Pointers:
    """The texts of a component that others of it may point to, by name."""

    def __init__(self, whole: Component, classify: Classify) -> None:
        self._classify = classify
        self._paths: dict[str, set[str]] = {}
        for item in _texts_of(whole) if whole.parts else ():
            name = item.path.rpartition("/")[2].lower()
            self._paths.setdefault(name, set()).add(item.path)

    def are_all_of(self, part: Component) -> bool:
        """
        Return True for a part whose texts are a few lines that name another
        license text of the whole and give or forbid nothing themselves.
        """
        texts = part.evidence
        is_text = all(e.kind == EvidenceKind.LICENSE_FILE for e in texts)
        if part.kind != "source" or part.parts or not texts or not is_text:
            return False
        own = {item.path for item in texts}
        # What names none of them need not be read for it.
        if not all(self._names_one(item, own) for item in texts):
            return False
        return all(_is_pointer(item, self._classify(item)) for item in texts)

    def _names_one(self, item: Evidence, own: set[str]) -> bool:
        words = set((item.text or "").lower().split())
        spoken = (word.strip("\"'`()<>[],:;.") for word in words)
        return any(not self._paths.get(word, own) <= own for word in spoken)


def _is_pointer(item: Evidence, found: Classified) -> bool:
    text = Text(evidence=item, found=found)
    if text.words >= PARAGRAPH or found.detection.matches:
        return False
    return not restricts(found.terms)


def _texts_of(whole: Component) -> list[Evidence]:
    """Return the license files of a component and of its parts."""
    waiting, texts = [whole], []
    for component in waiting:
        waiting += component.parts
        texts += [
            item
            for item in component.evidence
            if item.kind == EvidenceKind.LICENSE_FILE
        ]
    return texts
