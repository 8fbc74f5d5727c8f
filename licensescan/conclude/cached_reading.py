"""
Read texts once: the same LICENSE in a hundred packages, and in yesterday's
run, costs one look.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from licensescan.base.workers import share
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
    Residue,
    Retaliation,
    Terms,
    Unmatched,
)

_TEXTS = (
    EvidenceKind.LICENSE_FILE,
    EvidenceKind.LICENSE_FIELD,
    EvidenceKind.HIDDEN_TEXT,
    EvidenceKind.PATENTS_FILE,
    EvidenceKind.SOURCE_HEADER,
)
_PROSE = (
    EvidenceKind.README,
    EvidenceKind.README_NESTED,
    EvidenceKind.SOURCE_HEADER,
)

Value = TypeVar("Value")


class CachedReading:
    """
    `conclude`'s reading of texts, kept by content hash within a run and
    between runs.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._texts = _Readings(_OF_TEXTS, cache)
        self._prose = _Readings(_OF_PROSE, cache)

    def save(self) -> None:
        """Keep what was read for the next run."""
        self._cache.save()

    def read_ahead(self, components: Iterable[Component], jobs: int) -> None:
        """
        Read the texts of `components` that are new in several processes, where
        there are enough of them.
        """
        wanted: dict[str, str] = {}
        for item in _evidence(components):
            text = item.text or ""
            if not text.strip():
                continue
            if item.kind in _TEXTS:
                wanted[_OF_TEXTS.key(text)] = text
            if item.kind in _PROSE and speaks(text):
                wanted[_OF_PROSE.key(text)] = text
        new = {
            key: text
            for key, text in wanted.items()
            if self._cache.get(key) is None
        }
        for key, value in share(_read_all, new, jobs, len):
            self._cache.put(key, value)

    def classify(self, evidence: Evidence) -> Classified:
        """
        Return the license and the clauses of a license text; the clauses carry
        the path of this evidence.
        """
        return placed(self._texts.of(evidence.text or ""), evidence)

    def prose(self, evidence: Evidence) -> ProseRead:
        """Return what a README says about licenses."""
        text = evidence.text or ""
        return self._prose.of(text) if speaks(text) else ProseRead()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind(Generic[Value]):
    """
    One way to read a text, and its answers as JSON; keys of the cache begin
    with `prefix`, one letter. `load` returns None for JSON of another shape.
    """

    prefix: str
    read: Callable[[str], Value]
    dump: Callable[[Value], list[Any]]
    load: Callable[[Any], Value | None]

    def key(self, text: str) -> str:
        digest = hashlib.sha256(
            text.encode("utf-8", "surrogatepass")
        ).hexdigest()
        return self.prefix + digest


class _Readings(Generic[Value]):
    """The answers of one kind, each made once."""

    def __init__(self, kind: _Kind[Value], cache: Cache) -> None:
        self._kind = kind
        self._cache = cache
        self._made: dict[str, Value] = {}

    def of(self, text: str) -> Value:
        key = self._kind.key(text)
        value = self._made.get(key)
        if value is None:
            value = self._kept(key)
        if value is None:
            value = self._new(key, text)
        self._made[key] = value
        return value

    def _kept(self, key: str) -> Value | None:
        kept = self._cache.get(key)
        return None if kept is None else self._kind.load(kept)

    def _new(self, key: str, text: str) -> Value:
        value = self._kind.read(text)
        self._cache.put(key, self._kind.dump(value))
        return value


def _evidence(components: Iterable[Component]) -> Iterator[Evidence]:
    for component in components:
        yield from component.evidence
        yield from _evidence(component.parts)


def _read_all(texts: Mapping[str, str]) -> list[tuple[str, list[Any]]]:
    """
    Return what the cache keeps of each text, by key; a text that cannot be
    read is left to the caller that needs it.
    """
    answers = []
    for key, text in texts.items():
        try:
            if key.startswith(_OF_TEXTS.prefix):
                value = _OF_TEXTS.dump(_OF_TEXTS.read(text))
            else:
                value = _OF_PROSE.dump(_OF_PROSE.read(text))
        except _UNREADABLE:
            continue
        answers.append((key, value))
    return answers


_UNREADABLE = (
    RecursionError,
    MemoryError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
)


def placed(found: Classified, evidence: Evidence) -> Classified:
    """
    Return the same answer for another file: the clauses stand in that file.
    """
    clauses = tuple(
        replace(c, path=evidence.path) for c in found.terms.clauses
    )
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


def _dump_match(m: Match) -> list[Any]:
    differences = [
        [x.kind, x.lines, x.words, x.matters] for x in m.differences
    ]
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


def _dump_text(found: Classified) -> list[Any]:
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
            [[r.lines, r.said, r.told, r.part] for r in d.residue],
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


def _load_text(value: Any) -> Classified | None:
    """
    Return the answer that was kept; None for a value of another shape, which
    is then made anew.
    """
    try:
        (
            (
                expression,
                modified,
                obfuscated,
                matches,
                unmatched,
                exceptions,
                residue,
            ),
            (grant, hit, commercial, copyleft, clauses, incomplete),
        ) = value
        detection = Detection(
            expression=Expression(expression),
            modified=modified,
            obfuscated=obfuscated,
            matches=tuple(map(_load_match, matches)),
            unmatched=tuple(
                Unmatched(lines=_pair(u[0]), words=u[1], part=u[2])
                for u in unmatched
            ),
            exceptions=tuple(map(_load_match, exceptions)),
            residue=tuple(
                Residue(lines=_pair(r[0]), said=r[1], told=r[2], part=r[3])
                for r in residue
            ),
        )
        terms = Terms(
            patent=Patent(
                grant=grant,
                retaliation=Retaliation(
                    strength=hit[0], effect=hit[1], trigger=hit[2]
                )
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


def _dump_prose(found: ProseRead) -> list[Any]:
    named = [
        [one.subject, one.name, one.value, one.lines] for one in found.labels
    ]
    return [
        found.section,
        [_dump_clause(c) for c in found.clauses],
        found.patents,
        named,
        found.named,
    ]


def _load_prose(value: Any) -> ProseRead | None:
    try:
        section, clauses, patents, named, own = value
        return ProseRead(
            section=str(section),
            named=Expression(own),
            clauses=tuple(_load_clause(c) for c in clauses),
            patents=_pair(patents) if patents else None,
            labels=tuple(
                Label(subject, name, said, _pair(lines))
                for subject, name, said, lines in named
            ),
        )
    except (ValueError, TypeError, IndexError):
        return None


_OF_TEXTS = _Kind(
    prefix="t", read=classify_text, dump=_dump_text, load=_load_text
)
_OF_PROSE = _Kind(
    prefix="p", read=read_text, dump=_dump_prose, load=_load_prose
)
