"""
Read the detectors of `rules/clauses/*.toml` and find what they find in a text:
which idea is which clause.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from functools import cache, lru_cache, partial
from itertools import accumulate
from typing import Any, NamedTuple

from licensescan.base.toml import loads
from licensescan.classifier.clauses.detector import MODES, Detector, Hit, Spot
from licensescan.classifier.clauses.scope import Scope
from licensescan.classifier.clauses.words import Tables, rule_files
from licensescan.classifier.document.languages import (
    ENGLISH,
    may_be_spoken,
)
from licensescan.classifier.document.sentences import Sentence
from licensescan.model.trace import SILENT, Trace

_SAID_BY = {"patent.grant_ip": "patent.grant"}
"""
A clause that says nothing new where another was found in the same sentence.
"""

_LIMITS = ("use.", "dist.")
"""The groups of clauses that limit what may be done."""

_LISTS = ("cues", "topic", "unless", "also", "fires", "silent")
"""Keys of a detector that hold one string or several."""


@cache
def detectors() -> tuple[Detector, ...]:
    """
    Return all detectors, in the order of their files' names. Raises
    `ValueError` for one that cannot be used.
    """
    read = []
    for path, language in rule_files():
        data = loads(path.read_bytes(), label=path.name)
        for number, row in enumerate(data.get("detector", ())):
            row = {"language": language, **row}
            read.append(_detector(f"{path.stem}.{number}", row))
    return tuple(read)


def _detector(name: str, row: Mapping[str, Any]) -> Detector:
    mode = row.get("mode", "plain")
    if mode not in MODES:
        raise ValueError(
            f"{name}: mode {mode!r} is none of {', '.join(MODES)}"
        )
    lists = {key: _several(row[key]) for key in _LISTS if key in row}
    return Detector(id=name, **{**row, **lists})


def _several(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


class _Phrase(NamedTuple):
    """
    A cue of several words, whole and as a set, and the detectors that it
    calls: numbers among `_ranked`.
    """

    text: str
    words: frozenset[str]
    called: frozenset[int]


class _Cues(NamedTuple):
    """
    The cues of all detectors: those that stand in one word, with the detectors
    that they call, those of several words by their longest; the words of which
    the latter are made, and all words.
    """

    single: Mapping[str, frozenset[int]]
    phrases: Mapping[str, Sequence[_Phrase]]
    parts: frozenset[str]
    words: Sequence[str]


class _Held(NamedTuple):
    """
    What stands in a word of a text: the detectors that it calls, and the parts
    of longer cues.
    """

    called: frozenset[int]
    parts: frozenset[str]


@cache
def _cues() -> _Cues:
    """Return the cues of all detectors."""
    called: defaultdict[str, set[int]] = defaultdict(set)
    for number, detector in enumerate(_ranked()):
        for cue in detector.cues:
            called[cue].add(number)
    single: dict[str, frozenset[int]] = {}
    phrases: defaultdict[str, list[_Phrase]] = defaultdict(list)
    for cue, numbers in called.items():
        words = cue.split()
        if words == [cue]:
            single[cue] = frozenset(numbers)
            continue
        longest = max(words, key=len)
        row = _Phrase(cue, frozenset(words), frozenset(numbers))
        phrases[longest].append(row)
    several = (row.words for rows in phrases.values() for row in rows)
    parts = frozenset[str]().union(*several)
    return _Cues(single, phrases, parts, sorted({*single, *parts}))


_MOST_WORDS = 50_000
_LONGEST_WORD = 60
"""Words of which it is remembered what stands in them."""

_remembered: dict[str, _Held | None] = {}
"""What stands in the words that were seen: texts share most of theirs."""


def _look_at(vocabulary: set[str]) -> None:
    """Remember what stands in the words of a text."""
    if len(_remembered) > _MOST_WORDS:
        _remembered.clear()
    new = list(vocabulary.difference(_remembered))
    _remembered.update(dict.fromkeys(new))
    cues, whole = _cues(), "\n".join(new)
    starts = [0, *accumulate(len(word) + 1 for word in new)]
    held: defaultdict[str, list[str]] = defaultdict(list)
    for cue in filter(whole.__contains__, cues.words):
        for number in _pieces_with(cue, whole, starts):
            held[new[number]].append(cue)
    for word, there in held.items():
        calls = (cues.single[cue] for cue in there if cue in cues.single)
        parts = cues.parts.intersection(there)
        _remembered[word] = _Held(frozenset().union(*calls), parts)


def _pieces_with(
    words: str, whole: str, starts: Sequence[int]
) -> Iterator[int]:
    """Yield the numbers of the pieces of a text that hold some words."""
    at = whole.find(words)
    while at >= 0:
        number = bisect_right(starts, at)
        yield number - 1
        at = whole.find(words, starts[number])


def _forget_long(vocabulary: Iterable[str]) -> None:
    for word in vocabulary:
        if len(word) > _LONGEST_WORD:
            del _remembered[word]


@cache
def _ranked() -> tuple[Detector, ...]:
    """
    Return all detectors, the surest first, and last those that take what the
    others leave.
    """
    ranked = sorted(detectors(), key=_rank)
    return tuple(ranked)


def _rank(detector: Detector) -> tuple[bool, float]:
    return detector.rest, -detector.confidence


def hits(
    sentences: Iterable[Sentence],
    clauses: Collection[str] | None = None,
    trace: Trace[Spot] = SILENT,
) -> Iterator[tuple[Sentence, Hit]]:
    """
    Yield everything that the detectors find in the sentences of one text, each
    clause at most once a sentence; with `clauses`, only these. The titles of
    sections say nothing.
    """
    spoken = [sentence for sentence in sentences if not sentence.title]
    texts = [sentence.text for sentence in spoken]
    wanted = None if clauses is None else frozenset(clauses)
    whole = "\n".join(texts)
    called = tuple(_called(texts, wanted))
    tables = cache(partial(Tables, whole))
    for sentence, detectors in zip(spoken, called, strict=True):
        for hit in _hits_in(sentence, detectors, tables, trace):
            yield sentence, hit


def _hits_in(
    sentence: Sentence,
    called: Iterable[Detector],
    tables: Callable[[str], Tables],
    trace: Trace[Spot],
) -> Iterator[Hit]:
    """
    Yield what the detectors find in one sentence, with the small words that
    its text has of each language.
    """
    scopes: dict[str, Scope] = {}
    is_spoken: dict[str, bool] = {ENGLISH: True}
    clauses: set[str] = set()
    for detector in called:
        language = detector.language
        if language not in is_spoken:
            is_spoken[language] = may_be_spoken(language, sentence.text)
        if not is_spoken[language]:
            continue
        if detector.rest and any(
            clause.startswith(_LIMITS) for clause in clauses
        ):
            break
        clause = detector.clause
        if clause in clauses or _SAID_BY.get(clause) in clauses:
            continue
        scope = scopes.get(language)
        if scope is None:
            scope = Scope(
                sentence.text,
                sentence.own,
                tables(language),
                sentence.heading,
            )
            scopes[language] = scope
        hit = detector.find(sentence, scope, trace)
        if hit is not None:
            clauses.add(clause)
            yield hit


@lru_cache(maxsize=64)
def _wanted(clauses: frozenset[str] | None) -> frozenset[int]:
    """Return the numbers of the detectors for some clauses, or for all."""
    return frozenset(
        number
        for number, detector in enumerate(_ranked())
        if clauses is None or detector.clause in clauses
    )


def _called(
    texts: Sequence[str], clauses: frozenset[str] | None
) -> Iterator[list[Detector]]:
    """
    Yield for each of `texts` the detectors whose cues it holds, the surest
    first.
    """
    wanted, ranked = _wanted(clauses), _ranked()
    vocabulary = set().union(*map(str.split, texts))
    _look_at(vocabulary)
    for text in texts:
        called = _called_by(text) & wanted
        yield [ranked[number] for number in sorted(called)]
    _forget_long(vocabulary)


def _called_by(text: str) -> set[int]:
    """Return the numbers of the detectors whose cues a text holds."""
    words = set(text.split())
    held = list(filter(None, map(_remembered.__getitem__, words)))
    called = set().union(*(one.called for one in held))
    present = set().union(*(one.parts for one in held))
    phrases = _cues().phrases
    for longest in present & phrases.keys():
        for phrase in phrases[longest]:
            if present >= phrase.words and phrase.text in text:
                called |= phrase.called
    return called
