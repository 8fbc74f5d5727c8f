"""
The detectors of `rules/clauses/*.toml`: which idea is which clause, compiled when a
text first needs them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate

from licensescan.base.installation import data_folder
from licensescan.base.toml import loads
from licensescan.classifier.clauses.patterns import Pattern
from licensescan.classifier.clauses.scope import Scope, Span
from licensescan.classifier.clauses.values import values
from licensescan.classifier.clauses.words import PHRASES, TABLES, pattern, words
from licensescan.classifier.document.sentences import MAX_SENTENCE, Sentence
from licensescan.model.reasons import Reason
from licensescan.model.trace import SILENT, Trace

NEAR = 200
"""
Characters around a topic in which an `unless` speaks of it; `plain` detectors look
everywhere but for a `near`.
"""

_SAID_BY = {"patent.grant_ip": "patent.grant"}
"""A clause that says nothing new where another was found in the same sentence."""

LIMITS = ("use.", "dist.")
"""The groups of clauses that limit what may be done."""

_ALTERNATIVE = ("; or", ", or", " and/or", "; or,")
"""
How an item ends that is one of several: the last of them says whether all are limited.
"""

_OUT_OF_SCOPE = {
    "plain": Reason.OUT_OF_SCOPE,
    "ban": Reason.NOT_BANNED,
    "agent": Reason.NOBODY_BARRED,
    "only": Reason.NOT_LIMITED,
    "need": Reason.NOT_DEMANDED,
    "grant": Reason.NOT_GRANTED,
}
"""Why the words of a topic are no clause, by what the mode asks of them."""

MODES = tuple(_OUT_OF_SCOPE)

Spot = tuple[Sentence, str]
"""A sentence, and the clause that was looked for in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """
    A detector that fired: where in the sentence its topic stands, and the parameters it
    read.
    """

    clause: str
    span: Span
    params: Mapping[str, str]
    confidence: float
    mode: str = "plain"
    weak: bool = False


@dataclass(frozen=True, kw_only=True)
class Detector:
    """
    One way to say one clause.

    `mode` says what must be true of the topic: `plain` = the words alone; `ban` = it is
    forbidden; `agent` = it names who is barred; `only` = use is limited to it; `need` =
    it is demanded; `grant` = it is what a permission is given for. `close` keeps a ban
    from reaching into a subordinate clause, `free` asks of a plain topic that no ban
    holds it, `also` asks for more words in the sentence. A `weak` one counts only in a
    text that does not give the work away freely elsewhere, a `rest` one only in a
    sentence in which no other limit was found. `unless` names what makes it harmless.
    `cues` are literal words of which one must occur.
    """

    id: str
    clause: str
    mode: str
    cues: tuple[str, ...]
    topic: tuple[str, ...]
    unless: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    heading: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    confidence: float = 0.9
    reach: int = 90
    close: bool = False
    free: bool = False
    near: int = 0
    weak: bool = False
    rest: bool = False
    fires: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    @cached_property
    def _topic(self) -> Pattern:
        return pattern(*self.topic)

    @cached_property
    def _unless(self) -> Pattern | None:
        return pattern(*self.unless) if self.unless else None

    @cached_property
    def _also(self) -> tuple[Pattern, ...]:
        return tuple(map(pattern, self.also))

    @cached_property
    def _params(self) -> tuple[tuple[str, Pattern | str], ...]:
        return tuple(
            (k, pattern(v[1:]) if v.startswith("~") else v)
            for k, v in self.params.items()
        )

    def find(
        self, sentence: Sentence, scopes: Scope, trace: Trace[Spot] = SILENT
    ) -> Hit | None:
        """The first place where this detector fires in `sentence`, or None."""
        text, spot = sentence.text, (sentence, self.clause)
        if not self._topic.may_match(text):
            return None
        if not (self._may_hold(scopes) or trace.asked):
            return None
        if (
            self.mode in ("only", "grant")
            and words("definition").match(text, sentence.own)
            and trace.drops(Reason.DEFINITION, spot)
        ):
            return None
        if any(not p.search(text) for p in self._also):
            return None
        for match in self._topic.finditer(text):
            span = match.span()
            if span[1] <= span[0]:
                continue
            if not self._may_hold(scopes) or not self._holds(sentence, span, scopes):
                trace.drops(_OUT_OF_SCOPE[self.mode], spot)
                continue
            # What excuses is asked last: those are the longest patterns.
            since = self._since(sentence, span, scopes)
            if self._excused(text, span, since) and trace.drops(Reason.EXCUSED, spot):
                continue
            return Hit(
                clause=self.clause,
                span=span,
                params=self._read(sentence, span),
                confidence=self.confidence,
                mode=self.mode,
                weak=self.weak,
            )
        return None

    def _may_hold(self, scopes: Scope) -> bool:
        """
        Whether the sentence has what the mode asks for, wherever the topic may stand.
        """
        if self.mode == "ban":
            return bool(scopes.bans)
        if self.mode == "agent":
            return bool(scopes.agents)
        if self.mode == "only":
            return scopes.limits and not scopes.is_one_of_several
        if self.mode == "need":
            return scopes.demands
        if self.mode == "grant":
            return scopes.permits and not scopes.is_one_of_several
        return True

    def _since(self, sentence: Sentence, span: Span, scopes: Scope) -> int:
        """
        Where the words begin that may excuse: a ban in an item's own words is not
        excused by the lead-in.
        """
        if not sentence.own or self.mode != "ban" or span[0] < sentence.own:
            return 0
        by = scopes.banned(span, close=self.close)
        return sentence.own if by is not None and by[0] >= sentence.own else 0

    def _excused(self, text: str, span: Span, since: int) -> bool:
        if self._unless is None:
            return False
        near = self.near or (MAX_SENTENCE if self.mode == "plain" else NEAR)
        return bool(
            self._unless.search(text, max(since, span[0] - near), span[1] + near)
        )

    def _holds(self, sentence: Sentence, span: Span, scopes: Scope) -> bool:
        text, own = sentence.text, sentence.own
        if self.mode == "ban":
            by = scopes.banned(span, close=self.close)
            return by is not None and (span[1] > own or by[0] >= own)
        if self.mode == "agent":
            by = scopes.excluded(span)
            return by is not None and (span[1] > own or by[0] >= own)
        if self.mode == "only":
            by = self._only(text, span, scopes)
            return by is not None and (span[1] > own or by[1] > own)
        if self.mode == "grant" and own and text.endswith(_ALTERNATIVE):
            return False
        if self.mode in ("need", "grant"):
            return span[1] > own and scopes.banned(span) is None
        return span[1] > own and not (self.free and scopes.banned(span, close=True))

    def _only(self, text: str, span: Span, scopes: Scope) -> Span | None:
        for start, end in scopes.only:
            between = text[end : span[0]]
            if 0 <= span[0] - end <= self.reach and not re.search(
                r"[;.]|, (?:and|but|provided)\b", between
            ):
                return start, end
            tail = text[span[1] : start]
            if (
                0 <= start - span[1] <= 40
                and len(tail.split()) <= 4
                and not re.search(r"[;.:]", tail)
            ):
                return start, end
            if span[0] <= start and end <= span[1]:
                return start, end
        closing = re.search(
            r",? and (?:for )?(?:nothing else|no other purposes?)|,? but not (?:for )?(?:anything else|other)",
            text[span[1] : span[1] + 80],
        )
        return (span[1] + closing.start(), span[1] + closing.end()) if closing else None

    def _read(self, sentence: Sentence, span: Span) -> dict[str, str]:
        read: dict[str, str] = {}
        for name, value in self._params:
            if isinstance(value, str):
                read[name] = value
            elif found := value.search(sentence.text):
                read[name] = (
                    found.group(1) if found.re.groups else found.group()
                ).strip()
        return {**read, **values(self.clause, sentence.said or sentence.text, span)}


@cache
def detectors() -> tuple[Detector, ...]:
    """
    All detectors, in the order of their files' names. Raises `ValueError` for a
    detector that cannot be used.
    """
    found: list[Detector] = []
    for path in sorted((data_folder("rules") / "clauses").glob("*.toml")):
        if path.stem in (*TABLES, PHRASES):
            continue
        data = loads(path.read_bytes(), label=path.name)
        for number, row in enumerate(data.get("detector", ())):
            found.append(_detector(f"{path.stem}.{number}", row))
    return tuple(found)


def _detector(name: str, row: dict[str, object]) -> Detector:
    mode = str(row.get("mode", "plain"))
    if mode not in MODES:
        raise ValueError(f"{name}: mode {mode!r} is none of {', '.join(MODES)}")

    def several(key: str) -> tuple[str, ...]:
        value = row.get(key, ())
        return (value,) if isinstance(value, str) else tuple(str(v) for v in value)  # type: ignore[attr-defined]

    params = row.get("params", {})
    assert isinstance(params, dict)
    return Detector(
        id=name,
        clause=str(row["clause"]),
        mode=mode,
        cues=several("cues"),
        topic=several("topic"),
        unless=several("unless"),
        also=several("also"),
        params={str(k): str(v) for k, v in params.items()},
        confidence=float(str(row.get("confidence", 0.9))),
        reach=int(str(row.get("reach", 90))),
        close=bool(row.get("close", False)),
        free=bool(row.get("free", False)),
        near=int(str(row.get("near", 0))),
        weak=bool(row.get("weak", False)),
        rest=bool(row.get("rest", False)),
        fires=several("fires"),
        silent=several("silent"),
    )


@cache
def _by_cue(of: frozenset[str] | None) -> list[tuple[str, list[str], list[int]]]:
    """
    Each cue with its words and the numbers of the detectors that it calls (with `of`:
    only of these clauses); ranks, the surest first.
    """
    table: dict[str, list[int]] = {}
    for number, detector in enumerate(_ranked()):
        if of is None or detector.clause in of:
            for cue in detector.cues or ("",):
                table.setdefault(cue, []).append(number)
    return [(cue, cue.split(), group) for cue, group in table.items()]


@cache
def _ranked() -> tuple[Detector, ...]:
    """
    All detectors, the surest first, and last those that take what the others leave.
    """
    return tuple(sorted(detectors(), key=lambda d: (d.rest, -d.confidence)))


def hits(
    read: Iterable[Sentence],
    of: Collection[str] | None = None,
    trace: Trace[Spot] = SILENT,
) -> Iterator[tuple[Sentence, Hit]]:
    """
    Everything that the detectors find in the sentences of one text, each clause at most
    once a sentence; with `of`, only these clauses. The titles of sections say nothing.
    """
    spoken = [sentence for sentence in read if not sentence.title]
    for sentence, called in zip(
        spoken, _called([s.text for s in spoken], of), strict=True
    ):
        scopes = Scope(sentence.text, sentence.own)
        seen: set[str] = set()
        for detector in called:
            if detector.rest and any(clause.startswith(LIMITS) for clause in seen):
                break
            if (
                detector.clause not in seen
                and _SAID_BY.get(detector.clause) not in seen
                and (hit := detector.find(sentence, scopes, trace))
            ):
                seen.add(detector.clause)
                yield sentence, hit


def _called(
    texts: Sequence[str], of: Collection[str] | None
) -> Iterator[list[Detector]]:
    """
    For each of `texts` the detectors whose cues it holds, the surest first.

    All texts are looked at together, so that a cue that is nowhere, as most are, costs
    one look at their different words.
    """
    found: list[set[int]] = [set() for _ in texts]
    whole = "\n".join(texts)
    vocabulary = "\n".join(set(whole.split()))
    starts = [0, *accumulate(len(text) + 1 for text in texts)]
    listed = _ranked()
    for cue, parts, group in _by_cue(None if of is None else frozenset(of)):
        for word in parts:
            if word not in vocabulary:
                break
        else:
            at = whole.find(cue)
            while at >= 0:
                number = bisect_right(starts, at) - 1
                found[number].update(group)
                at = whole.find(cue, starts[number + 1])
    return ([listed[n] for n in sorted(numbers)] for numbers in found)
