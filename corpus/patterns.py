"""
Make patterns of entries: word codes, expression, kind; and choose those that
are also aligned.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import (
    Callable,
    Container,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import grants
from rapidfuzz.distance import LCSseq
from scancode import Entry
from spellings import Name

from licensescan.base import index_format
from licensescan.classifier.identify.vocabulary import DEAL, TELLING
from licensescan.classifier.identify.words import DROPPED, words

_OPEN, _CLOSE = "xreqopenx", "xreqclosex"
_NAME = re.compile(r"[()]|[^\s()]+")
_TELLING = TELLING | DEAL

ALIGNED_WORDS = 20
"""Words of the shortest pattern that is aligned."""

NOTICE_WORDS = 6
"""
A notice of no more words, or a pattern that names no license, is too common.
"""

ALIKE = 0.96
"""So like a chosen pattern of the same license another one adds nothing."""

OTHERS, OWN, OWN_WORDS = 0.97, 0.75, 50
"""
So like the text of another license, and so unlike that of its own, is a text
filed under the wrong one.
"""
_SHORTER, _LONGER = 0.94, 1.06
"""Lengths, as shares of a pattern's own, of texts that it can be so like."""

CARRIED = 0.7
"""The share of the words of a grant by which it is found in another text."""

WHOLE = 99
"""
Of a rule with this `minimum_coverage`, in percent, ScanCode accepts no near
match.
"""

COMMON = 10_000
"""Occurrences in all patterns of a word that is common."""

_PLAIN = re.compile(r"[^\W_]+")
_FEW, _LOST = 4, 2
"""
So few words, when so many more were lost, do not say what the rule says:
"assembly" is no public domain.
"""


@dataclass(slots=True)
class Pattern:
    """
    One text to look for. `required` holds spans (first word, number of words)
    that must be there word for word, `grants` those that give a right.
    """

    name: str
    expression: str
    kind: int
    relevance: int
    tokens: list[str]
    required: list[tuple[int, int]]
    grants: list[tuple[int, int]]
    codes: str = ""
    canonical: bool = False
    anchor: int = 0
    fuzzy: int = 0
    whole: bool = False
    """
    Only word for word is it what it says it is: the source wants (nearly) all
    of its words.
    """
    spelling: bool = False
    """
    Made from a list of names: such say nothing about how common a word is in
    what people write.
    """


def read(
    licenses: Sequence[Entry],
    rules: Iterable[Entry],
    names: Mapping[str, str],
    fragments: Container[str],
    spellings: tuple[Iterable[Name], Iterable[Name]] = ((), ()),
) -> list[Pattern]:
    """
    Return the distinct patterns, best first among equals; `names` maps a key
    to its SPDX id, or to "" for no license.

    Of `spellings` the first ones come before what the rules say about the same
    words, the others after it.

    The keys in `fragments` have no text of their own and give no pattern.
    """
    exceptions = {
        entry.word("key") for entry in licenses if entry.flag("is_exception")
    }
    whole = [entry for entry in licenses if entry.word("key") not in fragments]
    rules = [
        entry
        for entry in rules
        if entry.word("license_expression") not in fragments
    ]
    spelled, official = map(_names, spellings)
    ranked = chain(
        _licenses(whole, names),
        spelled,
        _rules(rules, names, exceptions),
        official,
    )
    distinct: dict[tuple[str, ...], Pattern] = {}
    clashes = 0
    for pattern in ranked:
        if pattern.tokens:
            first = distinct.setdefault(tuple(pattern.tokens), pattern)
            clashes += first.expression != pattern.expression
    print(
        f"{len(distinct):,} patterns, {clashes} equal ones with another expression"
    )
    return list(distinct.values())


def _licenses(
    entries: Iterable[Entry], names: Mapping[str, str]
) -> Iterable[Pattern]:
    """Yield the text of each license, and its standard notice."""
    for entry in entries:
        if entry.flag("is_deprecated"):
            continue
        expression = names[entry.word("key")]
        read = _tokens(entry.text)
        text = Pattern(
            entry.name,
            expression,
            index_format.TEXT,
            100,
            read.words,
            [],
            _grants(entry.text, read.words),
        )
        text.canonical = True
        yield text
        notice = _tokens(entry.word("standard_notice")).words
        if len(notice) > NOTICE_WORDS:
            yield Pattern(
                entry.name,
                expression,
                index_format.NOTICE,
                100,
                notice,
                [],
                [],
            )


def _names(spelled: Iterable[Name]) -> Iterable[Pattern]:
    """Yield the names of licenses as tags and references."""
    for id_, name in spelled:
        tokens = _tokens(name).words
        is_tag = name.startswith("license: ")
        kind = index_format.TAG if is_tag else index_format.REFERENCE
        pattern = Pattern(f"{id_}-name", id_, kind, 100, tokens, [], [])
        pattern.spelling = True
        yield pattern


def _rules(
    entries: Iterable[Entry],
    names: Mapping[str, str],
    exceptions: Container[str],
) -> Iterable[Pattern]:
    """
    Return what the rules say, false positives first and the vaguest last.
    """
    current = (entry for entry in entries if not entry.flag("is_deprecated"))
    patterns = (_rule(entry, names, exceptions) for entry in current)
    return sorted(filter(None, patterns), key=_vagueness)


def _vagueness(pattern: Pattern) -> tuple[bool, bool, int, int, str]:
    return (
        pattern.kind != index_format.NEGATIVE,
        not pattern.expression,
        -pattern.relevance,
        pattern.kind,
        pattern.name,
    )


def _rule(
    entry: Entry, names: Mapping[str, str], exceptions: Container[str]
) -> Pattern | None:
    """
    Return the pattern of a rule; None if its words do not say what it says.
    """
    read = _tokens(entry.text)
    tokens, kind = read.words, _kind(entry)
    if len(tokens) <= _FEW and _lost(entry.text, tokens) >= _LOST:
        return None
    pattern = Pattern(
        name=entry.name,
        expression=translate(
            entry.word("license_expression"), names, exceptions
        ),
        kind=kind,
        relevance=int(entry.word("relevance") or 100),
        tokens=tokens,
        required=read.required,
        grants=_grants(entry.text, tokens)
        if kind == index_format.TEXT
        else [],
        whole=int(entry.word("minimum_coverage") or 0) >= WHOLE,
    )
    if pattern.kind == index_format.NEGATIVE:
        pattern.expression = ""
    return pattern


def _kind(entry: Entry) -> int:
    if entry.flag("is_false_positive"):
        return index_format.NEGATIVE
    for kind, name in enumerate(index_format.KINDS[:-1]):
        if entry.flag(f"is_license_{name}"):
            return kind
    return index_format.REFERENCE


def _lost(text: str, tokens: Sequence[str]) -> int:
    """
    Return how many words of a rule are no words to the matcher: in mark-up, or
    in a line of copyright.
    """
    words = _PLAIN.findall(text.lower())
    return sum(1 for word in words if word not in DROPPED) - len(tokens)


class _Read(NamedTuple):
    """
    The words of a text, and the spans (first word, number of words) that are
    marked as required.
    """

    words: list[str]
    required: list[tuple[int, int]]


def _tokens(text: str) -> _Read:
    """Return the words of a text, and what is marked as required."""
    marked = text.replace("{{", f" {_OPEN} ").replace("}}", f" {_CLOSE} ")
    tokens, spans = _between(marked, _OPEN, _CLOSE)
    return _Read(tokens, [(a, n) for a, n in spans if n < 256])


def _between(
    marked: str, opening: str, closing: str
) -> tuple[list[str], list[tuple[int, int]]]:
    """
    Return the words of a text without the two that are marks, and the spans
    between them.
    """
    plain = words(
        marked, lambda word: "" if word in DROPPED else word[0], {}
    ).plain
    tokens: list[str] = []
    spans: list[tuple[int, int]] = []
    start = 0
    for token in plain:
        if token == opening:
            start = len(tokens)
        elif token == closing:
            spans.append((start, len(tokens) - start))
        else:
            tokens.append(token)
    return tokens, [(first, count) for first, count in spans if count]


def _grants(text: str, tokens: Sequence[str]) -> list[tuple[int, int]]:
    """
    Return the spans of a text that give a right; none if the words of it are
    others with the marks in it.
    """
    plain = text.replace("{{", "  ").replace("}}", "  ")
    marked = grants.marked(plain)
    read, spans = _between(marked, grants.OPEN, grants.CLOSE)
    if read != list(tokens):
        return []
    return spans


def translate(
    expression: str, names: Mapping[str, str], exceptions: Container[str] = ()
) -> str:
    """
    Return a ScanCode expression with SPDX ids; keys that name no license are
    left out, "" if nothing remains.

    An exception that stands among licenses without a WITH is left out too:
    SPDX has no such expression.
    """
    parts = _NAME.findall(expression)
    if len(parts) == 1:
        return names[parts[0]]
    return _Translation(parts, names, exceptions).either() if parts else ""


class _Translation:
    """A ScanCode expression, read from left to right."""

    def __init__(
        self,
        parts: Sequence[str],
        names: Mapping[str, str],
        exceptions: Container[str],
    ) -> None:
        self._parts = deque(parts)
        self._names = names
        self._exceptions = exceptions

    def either(self) -> str:
        """Return what comes next: licenses joined by OR, or a single one."""
        return self._joined("or", self._all)

    def _all(self) -> str:
        return self._joined("and", self._license)

    def _joined(self, operator: str, read: Callable[[], str]) -> str:
        items = [read()]
        while self._take(operator):
            items.append(read())
        return f" {operator.upper()} ".join(dict.fromkeys(filter(None, items)))

    def _take(self, word: str) -> bool:
        """Return True if a word comes next, and step over it."""
        if not self._parts or self._parts[0].lower() != word:
            return False
        self._parts.popleft()
        return True

    def _license(self) -> str:
        if self._take("("):
            inner = self.either()
            self._take(")")
            return f"({inner})" if " " in inner else inner
        key = self._parts.popleft()
        name = "" if key in self._exceptions else self._names[key]
        if not self._take("with"):
            return name
        exception = self._names[self._parts.popleft()]
        return f"{name} WITH {exception}" if name and exception else name


def encode(patterns: list[Pattern]) -> tuple[list[str], int]:
    """
    Give every pattern its codes and its anchor. Returns the words in the order
    of their codes, and how many of them are no anchor.

    Words that serve as anchors come last, so that one range of characters
    finds them. Patterns of a few common words that name no license are
    dropped.
    """
    common: Counter[str] = Counter()
    for pattern in patterns:
        counted = pattern.tokens
        common.update(
            dict.fromkeys(counted, 0) if pattern.spelling else counted
        )
    patterns[:] = [
        pattern for pattern in patterns if _is_kept(pattern, common)
    ]
    anchors = _anchors(patterns, common)
    _place_anchors(patterns, anchors)
    ordered = sorted(
        common, key=lambda w: (w in anchors, zlib.crc32(w.encode()))
    )
    _print_equal_sums(ordered)
    letters = {word: index_format.letter(n) for n, word in enumerate(ordered)}
    for pattern in patterns:
        pattern.codes = "".join(map(letters.__getitem__, pattern.tokens))
    return ordered, len(ordered) - len(anchors)


def _is_kept(pattern: Pattern, common: Mapping[str, int]) -> bool:
    """Return False for a few common words that name no license."""
    if pattern.expression or len(pattern.tokens) > NOTICE_WORDS:
        return True
    return min(common[token] for token in pattern.tokens) < COMMON


def _anchors(
    patterns: Sequence[Pattern], common: Mapping[str, int]
) -> set[str]:
    """
    Return the words by which patterns are reached; names of licenses are
    reached by those of other patterns where they can.
    """
    spelled = [pattern.tokens for pattern in patterns if pattern.spelling]
    others = (pattern.tokens for pattern in patterns if not pattern.spelling)
    anchors = {tokens[anchor(tokens, common)] for tokens in others}
    for tokens in spelled:
        if anchors.isdisjoint(tokens[: index_format.REACH]):
            anchors.add(tokens[anchor(tokens, common)])
    return anchors


def _place_anchors(
    patterns: Sequence[Pattern], anchors: Container[str]
) -> None:
    """
    Give each pattern the gram as its anchor that the fewest patterns have.
    """
    crowd: Counter[tuple[str, ...]] = Counter()
    for pattern in patterns:
        if not pattern.spelling:
            crowd.update(gram for _, gram in grams(pattern.tokens, anchors))
    for pattern in patterns:
        places = (
            (crowd[gram], at) for at, gram in grams(pattern.tokens, anchors)
        )
        _, pattern.anchor = min(places)


def _print_equal_sums(words: Iterable[str]) -> None:
    by_sum: defaultdict[int, list[str]] = defaultdict(list)
    for word in words:
        by_sum[zlib.crc32(word.encode())].append(word)
    equal = [several for several in by_sum.values() if len(several) > 1]
    if equal:
        print("words with equal sums:", equal)


def anchor(tokens: Sequence[str], common: Mapping[str, int]) -> int:
    """Return the place of the rarest word among the first ones."""
    places = range(min(index_format.REACH, len(tokens)))
    return min(places, key=lambda at: (common[tokens[at]], at))


def grams(
    tokens: Sequence[str], anchors: Container[str]
) -> list[tuple[int, tuple[str, ...]]]:
    """
    Return the grams near the beginning by which a pattern may be reached, each
    with its place; whole ones if any.
    """
    size = index_format.GRAM
    last = min(index_format.REACH, max(1, len(tokens) - size + 1))
    places = [at for at in range(last) if tokens[at] in anchors]
    if not places:
        last = min(index_format.REACH, len(tokens))
        places = [at for at in range(last) if tokens[at] in anchors]
    return [(at, tuple(tokens[at : at + size])) for at in places]


def relabel(
    patterns: Sequence[Pattern], listed: Container[str]
) -> list[tuple[str, str, str]]:
    """
    Give texts that are filed under one license and are another's, nearly word
    for word, the license they are: they are unlike their own license, or have
    not the words by which ScanCode alone tells it apart.

    `listed` are the ids that SPDX lists as licenses: where it has come to tell
    two apart, older rules still name the wider one. Returns what was changed:
    name, old expression, new expression.
    """
    texts = [p for p in patterns if p.canonical and _is_text(p)]
    own = {text.expression: text for text in texts}
    others = _Others([text for text in texts if text.expression in listed])
    changed = []
    for pattern in patterns:
        filed = pattern.expression
        if filed not in own or not _may_be_relabelled(pattern):
            continue
        nearest = others.nearest(pattern)
        if nearest is None or nearest.expression == filed:
            continue
        if _is_of_another(pattern, nearest, own[filed]):
            changed.append((pattern.name, filed, nearest.expression))
            pattern.expression = nearest.expression
    return changed


def _may_be_relabelled(pattern: Pattern) -> bool:
    if pattern.canonical or pattern.kind > index_format.NOTICE:
        return False
    return len(pattern.codes) >= OWN_WORDS


def _is_text(pattern: Pattern) -> bool:
    return (
        pattern.kind == index_format.TEXT and len(pattern.codes) >= OWN_WORDS
    )


class _Others:
    """The texts that a pattern may really be, by their length."""

    def __init__(self, texts: Sequence[Pattern]) -> None:
        self._texts = sorted(texts, key=lambda text: len(text.codes))
        self._lengths = [len(text.codes) for text in self._texts]

    def nearest(self, pattern: Pattern) -> Pattern | None:
        """Return the text that a pattern is nearly; None if it is none."""
        size = len(pattern.codes)
        low = bisect_left(self._lengths, int(_SHORTER * size))
        high = bisect_right(self._lengths, int(_LONGER * size))
        nearest, most = None, 0.0
        for text in self._texts[low:high]:
            likeness = _likeness(pattern.codes, text.codes, OTHERS)
            if likeness > most:
                nearest, most = text, likeness
        return nearest


def _is_of_another(pattern: Pattern, nearest: Pattern, own: Pattern) -> bool:
    """
    Return True if a pattern is filed wrongly, and is the text of `nearest`.
    """
    is_relative = pattern.expression.startswith("LicenseRef-")
    if is_relative and _telling(pattern) == _telling(nearest) != _telling(own):
        return True
    return not _likeness(pattern.codes, own.codes, OWN)


def _likeness(codes: str, other: str, least: float) -> float:
    """Return the share of words in common; 0 when it is under `least`."""
    total = len(codes) + len(other)
    cutoff = int(least * total / 2)
    return 2 * LCSseq.similarity(codes, other, score_cutoff=cutoff) / total


def choose(patterns: Iterable[Pattern]) -> list[Pattern]:
    """
    Return the patterns worth aligning: every license text, and those texts and
    notices that no chosen one is close to.
    """
    groups: defaultdict[str, list[Pattern]] = defaultdict(list)
    for pattern in patterns:
        if _may_be_aligned(pattern):
            groups[pattern.expression].append(pattern)
    chosen: list[Pattern] = []
    for expression in sorted(groups):
        chosen += _unlike(sorted(groups[expression], key=_importance))
    for number, pattern in enumerate(chosen, 1):
        pattern.fuzzy = number
    return chosen


def carry_grants(chosen: Sequence[Pattern]) -> None:
    """
    Give each text the grants that the license has under which it is filed,
    where it holds them: of a text that is laid out oddly no sentence may have
    been read.
    """
    own = {p.expression: p for p in chosen if p.canonical and _is_text(p)}
    for pattern in chosen:
        license_ = own.get(pattern.expression)
        if license_ is None or pattern.canonical or not _is_text(pattern):
            continue
        if not _likeness(license_.codes, pattern.codes, OWN):
            continue
        carried = _carried(license_, pattern.codes)
        pattern.grants = _merged([*pattern.grants, *carried])


def _carried(license_: Pattern, codes: str) -> Iterator[tuple[int, int]]:
    """Yield where in a text most of each grant of a license stands."""
    blocks = LCSseq.editops(license_.codes, codes).as_matching_blocks()
    places = {
        block.a + at: block.b + at
        for block in blocks
        for at in range(block.size)
    }
    for first, count in license_.grants:
        span = range(first, first + count)
        there = [places[at] for at in span if at in places]
        if len(there) > CARRIED * count:
            yield there[0], there[-1] + 1 - there[0]


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in their order, those that overlap as one."""
    merged: list[tuple[int, int]] = []
    for first, count in sorted(spans):
        if merged and first < sum(merged[-1]):
            start, size = merged[-1]
            merged[-1] = start, max(size, first + count - start)
        else:
            merged.append((first, count))
    return merged


def _may_be_aligned(pattern: Pattern) -> bool:
    if not pattern.expression or pattern.whole:
        return False
    return (
        pattern.kind <= index_format.NOTICE
        and len(pattern.codes) >= ALIGNED_WORDS
    )


def _importance(pattern: Pattern) -> tuple[bool, int, int, str]:
    return (
        not pattern.canonical,
        pattern.kind,
        -len(pattern.codes),
        pattern.name,
    )


def _unlike(patterns: Iterable[Pattern]) -> list[Pattern]:
    """Return the patterns that are not like one before them."""
    kept: list[Pattern] = []
    for pattern in patterns:
        if not any(_alike(pattern, other) for other in kept):
            kept.append(pattern)
    return kept


def _telling(pattern: Pattern) -> list[str]:
    return sorted(set(pattern.tokens) & _TELLING)


def _alike(pattern: Pattern, other: Pattern) -> bool:
    low, high = sorted((len(pattern.codes), len(other.codes)))
    if 2 * low < ALIKE * (low + high) or _telling(pattern) != _telling(other):
        return False
    least = int(ALIKE * (low + high) / 2)
    if not LCSseq.similarity(pattern.codes, other.codes, score_cutoff=least):
        return False
    return pattern.kind == index_format.TEXT or _required(
        pattern
    ) <= _required(other)


def _required(pattern: Pattern) -> set[str]:
    return {pattern.codes[at : at + n] for at, n in pattern.required}
