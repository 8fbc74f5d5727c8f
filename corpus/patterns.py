"""
From entries to patterns: word codes, expression, kind; and the choice of those that are
also aligned.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq
from scancode import Entry
from spellings import Name

from licensescan.base import index_format as layout
from licensescan.classifier.identify.vocabulary import DEAL, TELLING
from licensescan.classifier.identify.words import DROPPED, words

_OPEN, _CLOSE = "xreqopenx", "xreqclosex"
_NAME = re.compile(r"[()]|[^\s()]+")
ALIGNED_WORDS = 20
_TELLING = TELLING | DEAL
ALIKE = 0.96
OTHERS, OWN, OWN_WORDS = 0.97, 0.75, 50
"""
So like the text of another license, and so unlike that of its own, is a text filed
under the wrong one.
"""
WHOLE = 99
"""
Of a rule with this `minimum_coverage`, in percent, ScanCode accepts no near match.
"""

COMMON = 10_000
_PLAIN = re.compile(r"[^\W_]+")
_FEW, _LOST = 4, 2
"""
So few words, when so many more were lost, do not say what the rule says: "assembly" is
no public domain.
"""


@dataclass(slots=True)
class Pattern:
    """
    One text to look for. `required` holds spans (first word, number of words) that must
    be there word for word.
    """

    name: str
    expression: str
    kind: int
    relevance: int
    tokens: list[str]
    required: list[tuple[int, int]]
    codes: str = ""
    canonical: bool = False
    anchor: int = 0
    fuzzy: int = 0
    whole: bool = False
    """
    Only word for word is it what it says it is: the source wants (nearly) all of its
    words.
    """
    spelling: bool = False
    """
    Made from a list of names: such say nothing about how common a word is in what
    people write.
    """


def read(
    licenses: Sequence[Entry],
    rules: Iterable[Entry],
    names: Mapping[str, str],
    fragments: Container[str],
    spellings: tuple[Iterable[Name], Iterable[Name]] = ((), ()),
) -> list[Pattern]:
    """
    The distinct patterns, best first among equals; `names` maps a key to its SPDX id,
    or to "" for no license.

    Of `spellings` the first ones come before what the rules say about the same words,
    the others after it.

    The keys in `fragments` have no text of their own and give no pattern.
    """
    found: dict[tuple[str, ...], Pattern] = {}
    clashes = 0
    exceptions = {entry.word("key") for entry in licenses if entry.flag("is_exception")}
    whole = [entry for entry in licenses if entry.word("key") not in fragments]
    rules = [
        entry for entry in rules if entry.word("license_expression") not in fragments
    ]
    spelled, official = map(_names, spellings)
    for pattern in [
        *_licenses(whole, names),
        *spelled,
        *_rules(rules, names, exceptions),
        *official,
    ]:
        if not pattern.tokens:
            continue
        known = found.setdefault(tuple(pattern.tokens), pattern)
        clashes += known.expression != pattern.expression
    print(f"{len(found):,} patterns, {clashes} equal ones with another expression")
    return list(found.values())


def _licenses(entries: Iterable[Entry], names: Mapping[str, str]) -> Iterable[Pattern]:
    for entry in entries:
        if not entry.flag("is_deprecated"):
            tokens, _ = _tokens(entry.text)
            yield Pattern(
                entry.name,
                names[entry.word("key")],
                layout.TEXT,
                100,
                tokens,
                [],
                canonical=True,
            )
            if "standard_notice" in entry.fields:
                tokens, _ = _tokens(entry.word("standard_notice"))
                if len(tokens) > 6:
                    yield Pattern(
                        entry.name,
                        names[entry.word("key")],
                        layout.NOTICE,
                        100,
                        tokens,
                        [],
                    )


def _names(spelled: Iterable[Name]) -> Iterable[Pattern]:
    for id_, words_ in spelled:
        tokens, _ = _tokens(words_)
        kind = layout.TAG if words_.startswith("license: ") else layout.REFERENCE
        yield Pattern(f"{id_}-name", id_, kind, 100, tokens, [], spelling=True)


def _rules(
    entries: Iterable[Entry], names: Mapping[str, str], exceptions: Container[str]
) -> Iterable[Pattern]:
    kinds = {
        f"is_license_{word}": number for number, word in enumerate(layout.KINDS[:-1])
    }
    listed: list[Pattern] = []
    for entry in entries:
        if entry.flag("is_deprecated"):
            continue
        kind = next(
            (n for flag, n in kinds.items() if entry.flag(flag)), layout.REFERENCE
        )
        expression = translate(entry.word("license_expression"), names, exceptions)
        if entry.flag("is_false_positive"):
            kind, expression = layout.NEGATIVE, ""
        tokens, required = _tokens(entry.text)
        if len(tokens) <= _FEW and _lost(entry.text, tokens) >= _LOST:
            continue
        whole = int(entry.word("minimum_coverage") or 0) >= WHOLE
        relevance = int(entry.word("relevance") or 100)
        listed.append(
            Pattern(
                entry.name, expression, kind, relevance, tokens, required, whole=whole
            )
        )
    return sorted(
        listed,
        key=lambda p: (
            p.kind != layout.NEGATIVE,
            not p.expression,
            -p.relevance,
            p.kind,
            p.name,
        ),
    )


def _lost(text: str, tokens: Sequence[str]) -> int:
    """
    How many words of a rule are no words to the matcher: in mark-up, or in a line of
    copyright.
    """
    return sum(1 for word in _PLAIN.findall(text.lower()) if word not in DROPPED) - len(
        tokens
    )


def _tokens(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    marked = text.replace("{{", f" {_OPEN} ").replace("}}", f" {_CLOSE} ")
    found = words(marked, lambda t: "" if t in DROPPED else t[0], {}).plain
    tokens: list[str] = []
    required: list[tuple[int, int]] = []
    start = 0
    for token in found:
        if token == _OPEN:
            start = len(tokens)
        elif token == _CLOSE:
            required.append((start, len(tokens) - start))
        else:
            tokens.append(token)
    return tokens, [(a, n) for a, n in required if n and n < 256]


def translate(
    expression: str, names: Mapping[str, str], exceptions: Container[str] = ()
) -> str:
    """
    A ScanCode expression with SPDX ids; keys that name no license are left out, "" if
    nothing remains.

    An exception that stands among licenses without a WITH is left out too: SPDX has no
    such expression.
    """
    parts = _NAME.findall(expression)
    alone = len(parts) == 1
    position = 0

    def atom() -> str:
        nonlocal position
        part = parts[position]
        position += 1
        if part == "(":
            inner = chain("or")
            position += 1
            return f"({inner})" if " " in inner else inner
        found = names[part] if alone or part not in exceptions else ""
        if position < len(parts) and parts[position].lower() == "with":
            exception = names[parts[position + 1]]
            position += 2
            return f"{found} WITH {exception}" if found and exception else found
        return found

    def chain(word: str) -> str:
        nonlocal position
        items = [chain("and") if word == "or" else atom()]
        while position < len(parts) and parts[position].lower() == word:
            position += 1
            items.append(chain("and") if word == "or" else atom())
        kept = list(dict.fromkeys(i for i in items if i))
        return f" {word.upper()} ".join(kept)

    return chain("or") if parts else ""


def encode(patterns: list[Pattern]) -> tuple[list[str], int]:
    """
    Give every pattern its codes. Returns the words in the order of their codes, and how
    many of them are no anchor.

    Words that serve as anchors come last, so that one range of characters finds them.
    Patterns of a few common words that name no license are dropped.
    """
    common: Counter[str] = Counter()
    for pattern in patterns:
        common.update(
            dict.fromkeys(pattern.tokens, 0) if pattern.spelling else pattern.tokens
        )
    patterns[:] = [
        p
        for p in patterns
        if p.expression
        or len(p.tokens) > 6
        or min(common[t] for t in p.tokens) < COMMON
    ]
    anchors = {p.tokens[anchor(p.tokens, common)] for p in patterns if not p.spelling}
    for pattern in patterns:
        if pattern.spelling and anchors.isdisjoint(pattern.tokens[: layout.REACH]):
            anchors.add(pattern.tokens[anchor(pattern.tokens, common)])
    crowd: Counter[tuple[str, ...]] = Counter()
    for pattern in patterns:
        if not pattern.spelling:
            crowd.update(gram for _, gram in grams(pattern.tokens, anchors))
    for pattern in patterns:
        pattern.anchor = min(
            grams(pattern.tokens, anchors), key=lambda g: (crowd[g[1]], g[0])
        )[0]
    ordered = sorted(common, key=lambda w: (w in anchors, zlib.crc32(w.encode())))
    sums = Counter(zlib.crc32(w.encode()) for w in ordered)
    if sums.most_common(1)[0][1] > 1:
        print(
            "words with equal sums:",
            [w for w in ordered if sums[zlib.crc32(w.encode())] > 1],
        )
    letters = {word: layout.letter(number) for number, word in enumerate(ordered)}
    for pattern in patterns:
        pattern.codes = "".join(map(letters.__getitem__, pattern.tokens))
    return ordered, len(ordered) - len(anchors)


def anchor(tokens: list[str], common: Mapping[str, int]) -> int:
    """The place of the rarest word among the first ones."""
    return min(
        range(min(layout.REACH, len(tokens))), key=lambda i: (common[tokens[i]], i)
    )


def grams(
    tokens: list[str], anchors: Container[str]
) -> list[tuple[int, tuple[str, ...]]]:
    """
    The grams near the beginning by which a pattern may be reached, each with its place;
    whole ones if any.
    """
    last = min(layout.REACH, max(1, len(tokens) - layout.GRAM + 1))
    found = [
        (i, tuple(tokens[i : i + layout.GRAM]))
        for i in range(last)
        if tokens[i] in anchors
    ]
    return found or [
        (i, tuple(tokens[i : i + layout.GRAM]))
        for i in range(min(layout.REACH, len(tokens)))
        if tokens[i] in anchors
    ]


def relabel(
    patterns: Sequence[Pattern], listed: Container[str]
) -> list[tuple[str, str, str]]:
    """
    Give texts that are filed under one license and are another's, nearly word for word,
    the license they are: they are unlike their own license, or have not the words by
    which ScanCode alone tells it apart.

    `listed` are the ids that SPDX lists as licenses: where it has come to tell two
    apart, older rules still name the wider one. Returns what was changed: name, old
    expression, new expression.
    """
    texts = [
        p
        for p in patterns
        if p.canonical and p.kind == layout.TEXT and len(p.codes) >= OWN_WORDS
    ]
    own = {p.expression: p for p in texts}
    others = sorted(
        (p for p in texts if p.expression in listed), key=lambda p: len(p.codes)
    )
    lengths = [len(p.codes) for p in others]
    changed = []
    for pattern in patterns:
        size = len(pattern.codes)
        if (
            pattern.canonical
            or pattern.kind > layout.NOTICE
            or size < OWN_WORDS
            or pattern.expression not in own
        ):
            continue
        low, high = (
            bisect_left(lengths, int(0.94 * size)),
            bisect_right(lengths, int(1.06 * size)),
        )
        best = max(
            others[low:high],
            key=lambda p: _likeness(pattern.codes, p.codes, OTHERS),
            default=None,
        )
        if best is None or best.expression == pattern.expression:
            continue
        if not _likeness(pattern.codes, best.codes, OTHERS):
            continue
        alone = pattern.expression.startswith("LicenseRef-")
        told = alone and _telling(pattern) == _telling(best) != _telling(
            own[pattern.expression]
        )
        if told or not _likeness(pattern.codes, own[pattern.expression].codes, OWN):
            changed.append((pattern.name, pattern.expression, best.expression))
            pattern.expression = best.expression
    return changed


def _likeness(one: str, other: str, least: float) -> float:
    """The share of words in common; 0 when it is under `least`."""
    total = len(one) + len(other)
    return (
        2 * LCSseq.similarity(one, other, score_cutoff=int(least * total / 2)) / total
    )


def choose(patterns: list[Pattern]) -> list[Pattern]:
    """
    The patterns worth aligning: every license text, and those texts and notices that no
    chosen one is close to.
    """
    groups: defaultdict[str, list[Pattern]] = defaultdict(list)
    for pattern in patterns:
        large = (
            pattern.kind in (layout.TEXT, layout.NOTICE)
            and len(pattern.codes) >= ALIGNED_WORDS
        )
        if pattern.expression and large and not pattern.whole:
            groups[pattern.expression].append(pattern)
    chosen: list[Pattern] = []
    for expression in sorted(groups):
        kept: list[Pattern] = []
        for pattern in sorted(
            groups[expression],
            key=lambda p: (not p.canonical, p.kind, -len(p.codes), p.name),
        ):
            if not any(_alike(pattern, other) for other in kept):
                kept.append(pattern)
        chosen += kept
    for number, pattern in enumerate(chosen):
        pattern.fuzzy = number + 1
    return chosen


def _telling(pattern: Pattern) -> list[str]:
    return sorted(set(pattern.tokens) & _TELLING)


def _alike(one: Pattern, other: Pattern) -> bool:
    low, high = sorted((len(one.codes), len(other.codes)))
    if 2 * low < ALIKE * (low + high):
        return False
    if _telling(one) != _telling(other):
        return False
    need = int(ALIKE * (low + high) / 2)
    if not LCSseq.similarity(one.codes, other.codes, score_cutoff=need):
        return False
    wanted = {other.codes[a : a + n] for a, n in other.required}
    return (
        all(one.codes[a : a + n] in wanted for a, n in one.required)
        or one.kind == layout.TEXT
    )
