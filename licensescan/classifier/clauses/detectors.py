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
from functools import cache, partial
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


class _Cue(NamedTuple):
    """
    Literal words, whole and one by one but for the longest, and the detectors
    that they call: numbers among `_ranked`.
    """

    text: str
    words: Sequence[str]
    called: Sequence[int]


@cache
def _cues(
    clauses: frozenset[str] | None, is_ascii: bool
) -> Mapping[str, Sequence[_Cue]]:
    """
    Return by its longest word each cue of a detector (with `clauses`: only of
    one for these clauses) that may be in a text, `is_ascii` or not.
    """
    called: defaultdict[str, list[int]] = defaultdict(list)
    for number, detector in enumerate(_ranked()):
        if clauses is None or detector.clause in clauses:
            for cue in detector.cues or ("",):
                called[cue].append(number)
    cues: defaultdict[str, list[_Cue]] = defaultdict(list)
    for cue, numbers in called.items():
        if is_ascii and not cue.isascii():
            continue
        words = sorted(cue.split(), key=len)
        longest = words.pop() if words else ""
        cues[longest].append(_Cue(cue, words, numbers))
    return cues


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
    called = _called(texts, whole, wanted)
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


def _cues_in(
    vocabulary: str, clauses: frozenset[str] | None
) -> Iterator[_Cue]:
    """Yield the cues of which a text may have all words."""
    for longest, cues in _cues(clauses, vocabulary.isascii()).items():
        if longest in vocabulary:
            for cue in cues:
                if all(map(vocabulary.__contains__, cue.words)):
                    yield cue


def _called(
    texts: Sequence[str],
    whole: str,
    clauses: frozenset[str] | None,
) -> Iterator[list[Detector]]:
    """
    Yield for each of `texts`, which are the `whole`, the detectors whose cues
    it holds, the surest first.

    All texts are looked at together, so that a cue that is nowhere, as most
    are, costs one look at their different words.
    """
    called: list[set[int]] = [set() for _ in texts]
    vocabulary = "\n".join(set(whole.split()))
    sizes = (len(text) + 1 for text in texts)
    starts = [0, *accumulate(sizes)]
    for cue in _cues_in(vocabulary, clauses):
        at = whole.find(cue.text)
        while at >= 0:
            number = bisect_right(starts, at)
            called[number - 1].update(cue.called)
            at = whole.find(cue.text, starts[number])
    ranked = _ranked()
    for numbers in called:
        yield [ranked[number] for number in sorted(numbers)]
