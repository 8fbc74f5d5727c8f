"""
Parts that repeat another: copies of one text in several folders, and an agreement in
several languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Conclusion

_NAMED = 8
_LANGUAGE = re.compile(
    r"[-_.](?:ar|bg|ca|cs|da|de|el|en|es|et|fi|fr|he|hr|hu|id|in|it|ja|ko|lt|lv|nb|nl|no|pl|pt|ro|ru|sk|sl|sv|th|tr|uk"
    r"|vi|zh)(?:[-_][A-Za-z]{2,4})?(?=(?:\.[a-z]{2,5})?$)"
)
_ENGLISH = re.compile(r"[-_.]en(?:[-_][A-Za-z]{2})?(?:\.[a-z]{2,5})?$")


def without_repeats(parts: Sequence[Conclusion]) -> list[Conclusion]:
    """
    `parts`, with those made one that have the very same texts and conclusion, or that
    two copies of a list (the package's and its metadata's) tell of alike; and with the
    translations of a text that nobody knows told with the English one: that it is
    unknown is said once.
    """
    return _once(_in_english(parts))


def _once(parts: Sequence[Conclusion]) -> list[Conclusion]:
    grouped: dict[object, list[Conclusion]] = {}
    for number, part in enumerate(parts):
        grouped.setdefault(_what_it_says(part) or number, []).append(part)
    return [_joined(several) for several in grouped.values()]


def _what_it_says(part: Conclusion) -> object:
    """
    What another part must say, too, to be the same one; None for a part that is like no
    other.
    """
    if part.component.kind != "source" or part.parts:
        return None
    problems = tuple((p.rule, p.message) for p in part.problems)
    if part.component.relation == "bundled":
        clauses = tuple((c.clause, c.quote) for c in part.terms.clauses)
        return (
            part.component.name.lower(),
            part.concluded,
            part.basis,
            part.terms.commercial,
            clauses,
            problems,
        )
    sums = frozenset(e.sha256 for e in part.evidence)
    if (
        part.basis != EvidenceKind.LICENSE_FILE
        or not sums
        or None in sums
        or any(e.lines for e in part.evidence)
    ):
        return None
    return part.concluded, sums, problems


def _joined(several: Sequence[Conclusion]) -> Conclusion:
    if len(several) == 1:
        return several[0]
    names = list(
        {p.component.name.lower(): p.component.name for p in reversed(several)}.values()
    )[::-1]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    name = ", ".join(names[:_NAMED]) + more
    first = several[0]
    return replace(
        first,
        component=replace(first.component, name=name),
        evidence=tuple(dict.fromkeys(e for p in several for e in p.evidence)),
        problems=tuple(dict.fromkeys(x for p in several for x in p.problems)),
    )


def _in_english(parts: Sequence[Conclusion]) -> list[Conclusion]:
    unknown = [
        p
        for p in parts
        if p.component.kind == "source" and _is_unknown(p) and not p.parts
    ]
    english = {
        _LANGUAGE.sub("", p.component.path): p
        for p in unknown
        if _ENGLISH.search(p.component.path)
    }
    told: dict[int, list[Conclusion]] = {}
    for part in unknown:
        original = english.get(_LANGUAGE.sub("", part.component.path))
        if (
            original is None
            or original is part
            or not _LANGUAGE.search(part.component.path)
        ):
            continue
        if _limits(part) <= _limits(original):
            told.setdefault(id(original), []).append(part)
    gone = {id(p) for several in told.values() for p in several}
    return [
        replace(
            p, evidence=(*p.evidence, *(e for t in told[id(p)] for e in t.evidence))
        )
        if id(p) in told
        else p
        for p in parts
        if id(p) not in gone
    ]


def _limits(part: Conclusion) -> set[str]:
    """
    The limits that could be read: what only calls itself a translation may have more of
    them.
    """
    return {
        c.clause for c in part.terms.clauses if c.clause.startswith(("use.", "dist."))
    }


def _is_unknown(part: Conclusion) -> bool:
    return any(p.rule == RuleId.LICENSE_UNKNOWN for p in part.problems)
