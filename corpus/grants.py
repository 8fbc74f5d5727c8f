"""
Find the grants of a license text: the sentences that say who may do what,
with which forms, at what price.

In them every word counts, see `licensescan.classifier.identify.granted`. The
index has no punctuation, so that they are marked when it is built.
"""

from __future__ import annotations

import re

from licensescan.classifier.document.sentences import Sentence, sentences

OPEN, CLOSE = "xgrantopenx", "xgrantclosex"
"""Words that stand around a grant while a text is read."""

_GIVES = re.compile(
    r"\b(?:permissions?|permitted|grant(?:s|ed|ing)?|may|free to|allowed"
    r"|licen[cs]e(?:s|d)? (?:to|you)|entitled|can|dedicates?|waives?|right to)\b"
)
_ACTS = re.compile(
    r"\b(?:us(?:e|ed|ing)|reproduc(?:e|ed|tion)"
    r"|cop(?:y|ied|ies|ying)\b(?! of (?:the|this) licen[cs]e)"
    r"|modif(?:y|ied|ication)|adapt|merge|publish|re-?distribut(?:e|ed|ion)"
    r"|distribut(?:e|ed|ion)|convey|sub-?licen[cs]e|sell|perform|display"
    r"|make|share|deal in|waives?|dedicates?|run|translate|link)\b"
)
_WITHHOLDS = re.compile(
    r"\b(?:not|neither|nor|cannot|never|nothing|none|if|unless|when|where"
    r"|should|claims?|whether|notwithstanding|means|deny)\b"
    r"|\bno (?!charge)(?!-)"
)
"""
Before what is given: then a sentence bans, demands, or says what follows or
what a word means.
"""
_DEMANDS = re.compile(r"\b(?:must|shall)\b")
_OF_ITSELF = re.compile(
    r"\b(?:copies|text) of (?:this|the) (?:licen[cs]e|agreement)\b"
    r"|\bcopy[\w ,]* this licen[cs]e\b|\breserves the right\b"
    r"|\bpublic licen[cs]es\b|\b(?:foundation|steward|commons) (?:may|can) publish\b"
)
"""What is said of the license itself, and gives no right to the work."""
_QUOTES = ('"', "\u201c", "'")
_APPENDIX = re.compile(r"\b(?:exhibit|appendix|annex|schedule|how to apply)\b")
_JOIN = re.compile(r"[\s,;]+(?:and|or)[\s,]*$")
"""What an item of a list ends with, before the next one."""
_OWNER = re.compile(r"\W*(?:copyright|\(c\)|©)")
_SUBJECT = re.compile(
    r"\b(?:permission|redistribution|anyone|everyone|you|use)\b"
)
"""What a grant begins with that goes on after a line of copyright."""
_CONDITION = re.compile(
    r"\b(?:provided|subject to|on condition|on the conditions?|as long as"
    r"|so long as|under the following|under the terms|in accordance"
    r"|if (?:you|it|they|the)|with the following|according to)\b"
)


def marked(text: str) -> str:
    """Return `text` with `OPEN` and `CLOSE` around each grant."""
    pieces: list[str] = []
    reached = 0
    for start, end in spans(text):
        pieces += (text[reached:start], f" {OPEN} ", text[start:end])
        pieces.append(f" {CLOSE} ")
        reached = end
    return "".join([*pieces, text[reached:]])


def spans(text: str) -> list[tuple[int, int]]:
    """
    Return where each grant begins and ends in `text`, without the conditions
    that it is subject to.
    """
    found = []
    for sentence in sentences(text):
        if sentence.title or _is_notice(sentence) or not _grants(sentence):
            continue
        start = sentence.start
        own = text[start : sentence.end].lower()
        first = _start(own)
        if first is not None:
            found.append((start + first, start + _end(own)))
    return found


def _is_notice(sentence: Sentence) -> bool:
    """Return True for what others are to write above their works."""
    is_quoted = sentence.said[sentence.own :].lstrip().startswith(_QUOTES)
    return is_quoted or _APPENDIX.search(sentence.heading) is not None


def _grants(sentence: Sentence) -> bool:
    """
    Return True if a sentence gives a right, or is an item of a list of them.
    """
    words, own = sentence.text, sentence.text[sentence.own :]
    gives, act = _GIVES.search(words), _ACTS.search(own)
    if gives is None or act is None:
        return False
    before = words[: max(gives.end(), sentence.own + act.end())]
    reasons = (
        _WITHHOLDS.search(before),
        _DEMANDS.search(own),
        _OF_ITSELF.search(own),
    )
    return not any(reasons)


def _start(own: str) -> int | None:
    """
    Return where a grant begins in its sentence; None if only who holds the
    copyright stands there.
    """
    if not _OWNER.match(own):
        return 0
    subject = _SUBJECT.search(own)
    return subject.start() if subject else None


def _end(own: str) -> int:
    """Return where a grant ends: before its conditions."""
    act = _ACTS.search(own)
    condition = _CONDITION.search(own, act.end()) if act else None
    end = condition.start() if condition else len(own)
    return len(_JOIN.sub("", own[:end]))
