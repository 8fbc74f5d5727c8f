"""
A pattern that asks only the alternatives that may match answers as if it asked
them all.
"""

from __future__ import annotations

import re

import pytest

from licensescan.base.installation import data_folder
from licensescan.base.patterns import Pattern
from licensescan.base.toml import loads
from licensescan.classifier.clauses.detector import Detector
from licensescan.classifier.clauses.detectors import detectors
from licensescan.classifier.clauses.words import TABLES, pattern, words
from licensescan.classifier.document.sentences import sentences

SENTENCES = [
    sentence.text
    for detector in detectors()
    for example in (*detector.fires, *detector.silent)
    for sentence in sentences(example)
]


def spans(
    found: Pattern | re.Pattern[str], text: str
) -> list[tuple[int, int]]:
    return [match.span() for match in found.finditer(text)]


def same(found: Pattern) -> None:
    whole = re.compile(found.pattern)
    for text in SENTENCES:
        assert spans(found, text) == spans(whole, text), text
        first, known = found.search(text, 3, 90), whole.search(text, 3, 90)
        assert (first and first.span()) == (known and known.span()), text
        assert bool(found.match(text)) == bool(whole.match(text)), text


@pytest.mark.parametrize(
    "detector", detectors(), ids=lambda d: f"{d.id}-{d.clause}"
)
def test_the_patterns_of_a_detector(detector: Detector) -> None:
    for alternatives in (
        detector.topic,
        detector.unless,
        *((one,) for one in detector.also),
    ):
        if alternatives:
            same(pattern(*alternatives, language=detector.language))


@pytest.mark.parametrize("table", TABLES)
def test_the_tables_of_small_words(table: str) -> None:
    for name in loads(
        (data_folder("rules") / "clauses" / f"{table}.toml").read_bytes(),
        label=table,
    ):
        same(words(name))


@pytest.mark.parametrize(
    ("written", "text", "may"),
    [
        (r"\b(?:may|can)(?: \w+)? not\b", "you may go", False),
        (r"\b(?:may|can)(?: \w+)? not\b", "you can do not", True),
        (r"\bno(?:body|thing)?(?! more) sells?\b", "i sell", False),
        (r"\bno(?:body|thing)?(?! more) sells?\b", "no one sells", True),
        (r"colou?r", "color", True),
        (r"(?:very )*fine{1,2}", "fin", False),
        (r"can\x27t(?=x)", "can't", True),
        (r"(?:a|buy)s?", "nothing", True),
        (r"[ab]cc[^]]xx\.y", "zcc.xx", True),
        (r"[ab]cc[^]]xx\.y", "zcd.xx", False),
    ],
)
def test_what_it_needs(written: str, text: str, *, may: bool) -> None:
    assert Pattern(written).may_match(text) is may


def test_what_is_not_understood_may_always_match() -> None:
    assert Pattern(r"(?i)word").may_match("WORD")
    assert not Pattern(r"(?P<name>word)").may_match("other")
    assert Pattern(r"(?>word)").may_match("other")


def test_of_two_that_begin_together_the_first_is_taken() -> None:
    found = Pattern("sell", "sell it", "buy")
    assert [m.group() for m in found.finditer("buy it, sell it")] == [
        "buy",
        "sell",
    ]
