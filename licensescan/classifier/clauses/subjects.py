"""
Say what a term is about: the software, its weights, a model, data or the
documentation.
"""

from __future__ import annotations

from collections.abc import Mapping

from licensescan.base.lazy_regex import Regex
from licensescan.base.patterns import Pattern
from licensescan.classifier.clauses.words import words
from licensescan.classifier.document.languages import ENGLISH
from licensescan.classifier.document.sentences import Sentence

SOFTWARE = "software"
KINDS = ("weights", "data", "model", "documentation", SOFTWARE)
OTHERS = frozenset({"weights", "data", "model", "documentation"})
"""Subjects that are something else than the software."""

_CLAUSE = Regex(
    r"; |(?<=\d)\. (?=\D)|, (?:and|but|while|whereas|or) "
    r"|\b(?:while|whereas|but|however)\b|\band the\b"
    r"|, (?=(?:the |our )?(?:[\w-]+ )?(?:weights|checkpoints|models)"
    r" (?:is|are|was|were)\b)"
)
SUBJECTS = Pattern(
    r"\b(?:(?P<weights>weights?|checkpoints?|pre-?trained (?:models?|networks?)"
    r"|(?:model|network) (?:files|parameters)|parameters)"
    r"|(?P<data>data ?sets?|data|imagenet|corpus|corpora|annotations?|recordings?"
    r"|labels|transcripts?|transcriptions|audio (?:files|clips|samples)"
    r"|benchmark|(?:training )?images)"
    r"|(?P<model>models?|networks?|embeddings)"
    r"|(?P<documentation>documentation|docs|tutorials?|figures?|user guide|manual)"
    r"|(?P<software>software|code|source|package|library|toolbox|toolkit|repository"
    r"|project|program|implementation))\b"
)
_COMPOUNDS = (
    ("model", "weights"),
    ("model", "software"),
    ("data", "weights"),
    ("weights", "data"),
)
"""
Subjects of which the second is meant: "the models weights in this repository"
are weights, "the model code" is code.
"""

_OWN_WORDS: Mapping[bool, int] = {True: 12, False: 2}
"""
Characters at the end of a clause in which no other one begins, in English and
elsewhere.
"""


def subject_of(sentence: Sentence, end: int, language: str = ENGLISH) -> str:
    """
    Return what a term is about: the first thing named in the clause that ends
    at `end`, else in the sentence or in the heading.
    """
    subjects = _subjects_before(sentence.text, end, language)
    for text in (sentence.text, sentence.heading):
        subjects = subjects or subjects_in(text, 0, language)[:1]
    if tuple(subjects[:2]) in _COMPOUNDS:
        return subjects[1]
    return subjects[0] if subjects else SOFTWARE


def _subjects_before(text: str, end: int, language: str) -> list[str]:
    """
    Return the things named in the clause that ends at `end`; one without a
    subject of its own goes on with that of the clause before it.
    """
    is_english = language == ENGLISH
    text = text[:end]
    turns = _CLAUSE if is_english else words("turn_back", language)
    last = max(0, end - _OWN_WORDS[is_english])
    starts = [0, *(match.end() for match in turns.finditer(text, 0, last))]
    for start in reversed(starts):
        subjects = subjects_in(text, start, language)
        if subjects:
            return subjects
    return []


def subjects_in(
    text: str, start: int = 0, language: str = ENGLISH
) -> list[str]:
    """Return the kinds of the things that are named from `start` on."""
    if language == ENGLISH:
        found = SUBJECTS.finditer(text, start)
        return [str(match.lastgroup) for match in found]
    places = [
        (match.start(), KINDS.index(kind))
        for kind in KINDS
        for match in words(f"subject_{kind}", language).finditer(text, start)
    ]
    return [KINDS[kind] for _, kind in sorted(places)]
