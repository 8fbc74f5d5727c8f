"""
Define a detector: one way to say one clause, and where in a sentence it is
said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from licensescan.base.patterns import Pattern
from licensescan.classifier.clauses.scope import Scope, Span
from licensescan.classifier.clauses.values import values
from licensescan.classifier.clauses.words import pattern, words
from licensescan.classifier.document.languages import ENGLISH
from licensescan.classifier.document.sentences import MAX_SENTENCE, Sentence
from licensescan.model.reasons import Reason
from licensescan.model.trace import SILENT, Trace

NEAR = 200
"""
Characters around a topic in which an `unless` speaks of it; `plain` detectors
look everywhere but for a `near`.
"""

_ALTERNATIVE = ("; or", ", or", " and/or", "; or,")
"""
How an item ends that is one of several: the last of them says whether all are
limited.
"""


Mode = Literal["plain", "ban", "agent", "only", "need", "grant"]
"""
What must be true of the topic of a detector: `plain` = the words alone; `ban`
= it is forbidden; `agent` = it names who is barred; `only` = use is limited to
it; `need` = it is demanded; `grant` = it is what a permission is given for.
"""

MODES: Mapping[Mode, Reason] = {
    "plain": Reason.OUT_OF_SCOPE,
    "ban": Reason.NOT_BANNED,
    "agent": Reason.NOBODY_BARRED,
    "only": Reason.NOT_LIMITED,
    "need": Reason.NOT_DEMANDED,
    "grant": Reason.NOT_GRANTED,
}
"""
The modes, and why the words of a topic are no clause where that is not true.
"""

Spot = tuple[Sentence, str]
"""A sentence, and the clause that was looked for in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """
    A detector that fired: where in the sentence its topic stands, and the
    parameters it read.
    """

    clause: str
    span: Span
    params: Mapping[str, str]
    confidence: float
    mode: Mode = "plain"
    weak: bool = False
    language: str = ENGLISH


@dataclass(frozen=True, kw_only=True)
class Detector:
    """
    One way to say one clause.

    `mode` says what must be true of the topic. `close` keeps a ban from
    reaching into a subordinate clause, `free` asks of a plain topic that no
    ban holds it, `also` asks for more words in the sentence. A `weak` one
    counts only in a text that does not give the work away freely elsewhere, a
    `rest` one only in a sentence in which no other limit was found. `unless`
    names what makes it harmless. `cues` are literal words of which one must
    occur.
    """

    id: str
    clause: str
    language: str = ENGLISH
    mode: Mode = "plain"
    cues: tuple[str, ...] = ()
    topic: tuple[str, ...]
    unless: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
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

    def _pattern(self, *alternatives: str) -> Pattern:
        return pattern(*alternatives, language=self.language)

    @cached_property
    def _topic(self) -> Pattern:
        return self._pattern(*self.topic)

    @cached_property
    def _unless(self) -> Pattern | None:
        return self._pattern(*self.unless) if self.unless else None

    @cached_property
    def _also(self) -> tuple[Pattern, ...]:
        return tuple(map(self._pattern, self.also))

    @cached_property
    def _params(self) -> Mapping[str, Pattern | str]:
        """
        Return the parameters: a pattern that reads one, or what it always is.
        """
        return {
            name: self._pattern(value[1:]) if value.startswith("~") else value
            for name, value in self.params.items()
        }

    def find(
        self,
        sentence: Sentence,
        scopes: Scope,
        trace: Trace[Spot] = SILENT,
    ) -> Hit | None:
        """
        Return the first place where this detector fires in `sentence`, or
        None.
        """
        text = sentence.text
        if not self._topic.may_match(text):
            return None
        may_hold = self._may_hold(scopes)
        if not may_hold and not trace.asked:
            return None
        if self._is_defined(sentence, trace):
            return None
        if not all(pattern.search(text) for pattern in self._also):
            return None
        spot = (sentence, self.clause)
        for match in self._topic.finditer(text):
            span = match.span()
            if not match[0]:
                continue
            if not may_hold or not self._holds(sentence, span, scopes):
                trace.drops(MODES[self.mode], spot)
                continue
            # What excuses is asked last: those are the longest patterns.
            is_excused = self._is_excused(sentence, span, scopes)
            if not is_excused or not trace.drops(Reason.EXCUSED, spot):
                return self._hit(sentence, span)
        return None

    def _is_defined(self, sentence: Sentence, trace: Trace[Spot]) -> bool:
        """
        Return True if a sentence says what a word means, where that is no
        clause.
        """
        if self.mode not in ("only", "grant"):
            return False
        if not words("definition", self.language).match(
            sentence.text, sentence.own
        ):
            return False
        return trace.drops(Reason.DEFINITION, (sentence, self.clause))

    def _hit(self, sentence: Sentence, span: Span) -> Hit:
        return Hit(
            clause=self.clause,
            span=span,
            params=self._read(sentence, span),
            confidence=self.confidence,
            mode=self.mode,
            weak=self.weak,
            language=self.language,
        )

    def _may_hold(self, scopes: Scope) -> bool:
        """
        Return True if the sentence has what the mode asks for, wherever the
        topic may stand.
        """
        match self.mode:
            case "ban":
                return bool(scopes.bans)
            case "agent":
                return bool(scopes.agents)
            case "only":
                return scopes.limits and not scopes.is_one_of_several
            case "need":
                return scopes.demands
            case "grant":
                return scopes.permits and not scopes.is_one_of_several
        return True

    def _holds(
        self,
        sentence: Sentence,
        span: Span,
        scopes: Scope,
    ) -> bool:
        """
        Return True if the mode holds of a topic, and not in the lead-in alone.
        """
        own = sentence.own
        is_own = span[1] > own
        match self.mode:
            case "ban":
                by = scopes.banned(span, close=self.close)
                return by is not None and (is_own or by[0] >= own)
            case "agent":
                by = scopes.excluded(span)
                return by is not None and (is_own or by[0] >= own)
            case "only":
                by = scopes.limited(span, self.reach)
                return by is not None and (is_own or by[1] > own)
            case "grant" if own and sentence.text.endswith(_ALTERNATIVE):
                return False
            case "grant" | "need":
                return is_own and scopes.banned(span) is None
        if not is_own or not self.free:
            return is_own
        return scopes.banned(span, close=True) is None

    def _is_excused(
        self,
        sentence: Sentence,
        span: Span,
        scopes: Scope,
    ) -> bool:
        if self._unless is None:
            return False
        near = self.near or (MAX_SENTENCE if self.mode == "plain" else NEAR)
        start, end = span
        since = self._excusable_from(sentence, span, scopes)
        first = max(since, start - near)
        return bool(self._unless.search(sentence.text, first, end + near))

    def _excusable_from(
        self,
        sentence: Sentence,
        span: Span,
        scopes: Scope,
    ) -> int:
        """
        Return where the words begin that may excuse: a ban in an item's own
        words is not excused by the lead-in.
        """
        own = sentence.own
        if not own or self.mode != "ban" or span[0] < own:
            return 0
        by = scopes.banned(span, close=self.close)
        return own if by is not None and by[0] >= own else 0

    def _read(self, sentence: Sentence, span: Span) -> dict[str, str]:
        """Return the parameters of the clause that the sentence gives."""
        read: dict[str, str] = {}
        for name, value in self._params.items():
            if isinstance(value, str):
                read[name] = value
            elif match := value.search(sentence.text):
                group = 1 if match.re.groups else 0
                read[name] = match[group].strip()
        said = sentence.said or sentence.text
        return read | values(self.clause, said, span)
