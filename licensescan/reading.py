"""Reading texts once: the same LICENSE in a hundred packages, and in yesterday's run, costs one look."""

from __future__ import annotations

import hashlib
from typing import Any

from licensescan.cache import Cache
from licensescan.classify import Classified, classify_text
from licensescan.model import (
    Clause,
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
from licensescan.prose import GATE, ProseRead, read_text


class CachedReading:
    """`conclude`'s reading of texts, remembered by content hash within a run and between runs."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._texts: dict[str, Classified] = {}
        self._prose: dict[str, ProseRead] = {}

    def save(self) -> None:
        """Keep what was read for the next run."""
        self._cache.save()

    def classify(self, evidence: Evidence) -> Classified:
        """What a license text is and says; its clauses carry the path of this evidence."""
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
        if not GATE.search(text):
            return ProseRead()
        key = "p" + _digest(text)
        found = self._prose.get(key)
        if found is None:
            kept = self._cache.get(key)
            found = _load_prose(kept) if kept is not None else None
            if found is None:
                found = read_text(text)
                self._cache.put(key, [found.expression, [_dump_clause(c) for c in found.clauses], found.patents])
            self._prose[key] = found
        return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _placed(found: Classified, evidence: Evidence) -> Classified:
    """The same answer for another file: the clauses stand in that file."""
    from dataclasses import replace

    clauses = tuple(replace(c, path=evidence.path) for c in found.terms.clauses)
    return replace(
        found, path=evidence.path, sha256=evidence.sha256 or found.sha256, terms=replace(found.terms, clauses=clauses)
    )


def _pair(value: Any) -> tuple[int, int]:
    return int(value[0]), int(value[1])


def _dump_clause(c: Clause) -> list[Any]:
    return [c.clause, dict(c.params), c.lines, c.quote, c.confidence, c.basis, c.section]


def _load_clause(v: Any) -> Clause:
    return Clause(
        clause=v[0],
        params=v[1],
        lines=_pair(v[2]) if v[2] else None,
        quote=v[3],
        confidence=v[4],
        basis=v[5],
        section=v[6],
    )


def _dump(found: Classified) -> list[Any]:
    d, t = found.detection, found.terms
    matches = [
        [
            m.expression,
            m.kind,
            m.lines,
            m.coverage,
            [[x.kind, x.lines, x.words, x.matters] for x in m.differences],
            m.part,
        ]
        for m in d.matches
    ]
    hit = t.patent.retaliation
    return [
        [d.expression, d.modified, d.obfuscated, matches, [[u.lines, u.words, u.part] for u in d.unmatched]],
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
    """The answer that was kept; None for a value of another shape, which is then made anew."""
    try:
        (
            (expression, modified, obfuscated, matches, unmatched),
            (grant, hit, commercial, copyleft, clauses, incomplete),
        ) = value
        detection = Detection(
            expression=Expression(expression),
            modified=modified,
            obfuscated=obfuscated,
            matches=tuple(
                Match(
                    expression=Expression(m[0]),
                    kind=m[1],
                    lines=_pair(m[2]),
                    coverage=m[3],
                    differences=tuple(Difference(kind=x[0], lines=_pair(x[1]), words=x[2], matters=x[3]) for x in m[4]),
                    part=m[5],
                )
                for m in matches
            ),
            unmatched=tuple(Unmatched(lines=_pair(u[0]), words=u[1], part=u[2]) for u in unmatched),
        )
        terms = Terms(
            patent=Patent(
                grant=grant,
                retaliation=Retaliation(strength=hit[0], effect=hit[1], trigger=hit[2]) if hit else None,
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
        expression, clauses, patents = value
        return ProseRead(
            expression=Expression(expression),
            clauses=tuple(_load_clause(c) for c in clauses),
            patents=_pair(patents) if patents else None,
        )
    except (ValueError, TypeError, IndexError):
        return None
