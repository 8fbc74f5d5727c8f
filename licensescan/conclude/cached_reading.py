"""
Reading texts once: the same LICENSE in a hundred packages, and in yesterday's run,
costs one look.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from licensescan.base.workers import shared
from licensescan.cache.texts import Cache
from licensescan.classifier.classify import Classified, classify_text
from licensescan.classifier.statements.labels import Label
from licensescan.conclude.readme import ProseRead, read_text, speaks
from licensescan.model.kinds import ClauseBasis, EvidenceKind, MatchKind
from licensescan.model.types import (
    Clause,
    Component,
    Detection,
    Difference,
    Evidence,
    Expression,
    Match,
    Patent,
    Retaliation,
    Terms,
    Unmatched,
)


class CachedReading:
    """
    `conclude`'s reading of texts, remembered by content hash within a run and between
    runs.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._texts: dict[str, Classified] = {}
        self._prose: dict[str, ProseRead] = {}

    def save(self) -> None:
        """Keep what was read for the next run."""
        self._cache.save()

    def read_ahead(self, components: Iterable[Component], jobs: int) -> None:
        """
        Read the texts of `components` that are new in several processes, where there
        are enough of them.
        """
        wanted: dict[str, str] = {}
        for item in _evidence(components):
            text = item.text or ""
            if text.strip() and item.kind in _TEXTS:
                wanted["t" + _digest(text)] = text
            if text.strip() and item.kind in _PROSE and speaks(text):
                wanted["p" + _digest(text)] = text
        new = {
            key: text for key, text in wanted.items() if self._cache.get(key) is None
        }
        for key, value in shared(_read_all, new, jobs):
            self._cache.put(key, value)

    def classify(self, evidence: Evidence) -> Classified:
        """
        What a license text is and says; its clauses carry the path of this evidence.
        """
        text = evidence.text or ""
        key = "t" + _digest(text)
        found = self._texts.get(key)
        if found is None:
            kept = self._cache.get(key)
            found = _load(kept) if kept is not None else None
            if found is None:
                found = classify_text(text, "", sha256=evidence.sha256 or "")
                self._cache.put(key, _dump(found))
            self._texts[key] = found
        return _placed(found, evidence)

    def prose(self, evidence: Evidence) -> ProseRead:
        """What a README says about licenses."""
        text = evidence.text or ""
        if not speaks(text):
            return ProseRead()
        key = "p" + _digest(text)
        found = self._prose.get(key)
        if found is None:
            kept = self._cache.get(key)
            found = _load_prose(kept) if kept is not None else None
            if found is None:
                found = read_text(text)
                self._cache.put(key, _dump_prose(found))
            self._prose[key] = found
        return found


_TEXTS = (
    EvidenceKind.LICENSE_FILE,
    EvidenceKind.LICENSE_FIELD,
    EvidenceKind.HIDDEN_TEXT,
    EvidenceKind.PATENTS_FILE,
    EvidenceKind.SOURCE_HEADER,
)
_PROSE = ("readme", EvidenceKind.README_NESTED, EvidenceKind.SOURCE_HEADER)


def _evidence(components: Iterable[Component]) -> Iterator[Evidence]:
    for component in components:
        yield from component.evidence
        yield from _evidence(component.parts)


def _read_all(texts: Mapping[str, str]) -> list[tuple[str, list[Any]]]:
    """
    What the cache keeps of each text, by key; a text that cannot be read is left to
    whoever needs it.
    """
    answers = []
    for key, text in texts.items():
        try:
            value = (
                _dump(classify_text(text, ""))
                if key[0] == "t"
                else _dump_prose(read_text(text))
            )
        except (
            RecursionError,
            MemoryError,
            ValueError,
            KeyError,
            IndexError,
            TypeError,
        ):
            continue
        answers.append((key, value))
    return answers


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _placed(found: Classified, evidence: Evidence) -> Classified:
    """The same answer for another file: the clauses stand in that file."""
    from dataclasses import replace

    clauses = tuple(replace(c, path=evidence.path) for c in found.terms.clauses)
    return replace(
        found,
        path=evidence.path,
        sha256=evidence.sha256 or found.sha256,
        terms=replace(found.terms, clauses=clauses),
    )


def _pair(value: Any) -> tuple[int, int]:
    return int(value[0]), int(value[1])


def _dump_clause(c: Clause) -> list[Any]:
    return [
        c.clause,
        dict(c.params),
        c.lines,
        c.quote,
        c.confidence,
        c.basis,
        c.section,
        c.lead,
    ]


def _load_clause(v: Any) -> Clause:
    return Clause(
        clause=v[0],
        params=v[1],
        lines=_pair(v[2]) if v[2] else None,
        quote=v[3],
        confidence=v[4],
        basis=ClauseBasis(v[5]),
        section=v[6],
        lead=v[7],
    )


def _dump_prose(found: ProseRead) -> list[Any]:
    named = [[one.subject, one.name, one.value, one.lines] for one in found.labels]
    return [
        found.section,
        [_dump_clause(c) for c in found.clauses],
        found.patents,
        named,
    ]


def _dump_match(m: Match) -> list[Any]:
    differences = [[x.kind, x.lines, x.words, x.matters] for x in m.differences]
    return [m.expression, m.kind, m.lines, m.coverage, differences, m.part]


def _load_match(v: Any) -> Match:
    return Match(
        expression=Expression(v[0]),
        kind=MatchKind(v[1]),
        lines=_pair(v[2]),
        coverage=v[3],
        differences=tuple(
            Difference(kind=x[0], lines=_pair(x[1]), words=x[2], matters=x[3])
            for x in v[4]
        ),
        part=v[5],
    )


def _dump(found: Classified) -> list[Any]:
    d, t = found.detection, found.terms
    unmatched = [[u.lines, u.words, u.part] for u in d.unmatched]
    hit = t.patent.retaliation
    return [
        [
            d.expression,
            d.modified,
            d.obfuscated,
            [_dump_match(m) for m in d.matches],
            unmatched,
            [_dump_match(m) for m in d.exceptions],
        ],
        [
            t.patent.grant,
            [hit.strength, hit.effect, hit.trigger] if hit else None,
            t.commercial,
            t.copyleft,
            [_dump_clause(c) for c in t.clauses],
            t.incomplete,
        ],
    ]


def _load(value: Any) -> Classified | None:
    """
    The answer that was kept; None for a value of another shape, which is then made
    anew.
    """
    try:
        (
            (expression, modified, obfuscated, matches, unmatched, exceptions),
            (grant, hit, commercial, copyleft, clauses, incomplete),
        ) = value
        detection = Detection(
            expression=Expression(expression),
            modified=modified,
            obfuscated=obfuscated,
            matches=tuple(map(_load_match, matches)),
            unmatched=tuple(
                Unmatched(lines=_pair(u[0]), words=u[1], part=u[2]) for u in unmatched
            ),
            exceptions=tuple(map(_load_match, exceptions)),
        )
        terms = Terms(
            patent=Patent(
                grant=grant,
                retaliation=Retaliation(strength=hit[0], effect=hit[1], trigger=hit[2])
                if hit
                else None,
            ),
            commercial=commercial,
            copyleft=copyleft,
            clauses=tuple(_load_clause(c) for c in clauses),
            incomplete=incomplete,
        )
    except (ValueError, TypeError, IndexError, KeyError):
        return None
    return Classified(path="", sha256="", detection=detection, terms=terms)


def _load_prose(value: Any) -> ProseRead | None:
    try:
        section, clauses, patents, named = value
        return ProseRead(
            section=str(section),
            clauses=tuple(_load_clause(c) for c in clauses),
            patents=_pair(patents) if patents else None,
            labels=tuple(
                Label(subject, name, said, _pair(lines))
                for subject, name, said, lines in named
            ),
        )
    except (ValueError, TypeError, IndexError):
        return None
