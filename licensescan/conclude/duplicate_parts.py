"""
Parts that repeat another: copies of one text in several folders, and an
agreement in several languages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.reasons import Reason
from licensescan.model.trace import SILENT, Trace
from licensescan.model.types import Conclusion

_NAMED = 8
_LANGUAGE = re.compile(
    r"[-_.](?:ar|bg|ca|cs|da|de|el|en|es|et|fi|fr|he|hr|hu|id|in|it|ja|ko|lt|lv|nb|nl|no|pl|pt|ro|ru|sk|sl|sv|th|tr|uk"
    r"|vi|zh)(?:[-_][A-Za-z]{2,4})?(?=(?:\.[a-z]{2,5})?$)"
)
_ENGLISH = re.compile(r"[-_.]en(?:[-_][A-Za-z]{2})?(?:\.[a-z]{2,5})?$")


def without_repeats(
    parts: Sequence[Conclusion], trace: Trace[Conclusion] = SILENT
) -> list[Conclusion]:
    """
    Return `parts`, with those made one that have the very same texts and
    conclusion, or that two copies of a list (the package's and its metadata's)
    tell of alike; and with the translations of a text that nobody knows told
    with the English one: that it is unknown is said once.
    """
    grouped: dict[object, list[Conclusion]] = {}
    for number, part in enumerate(_in_english(parts, trace)):
        several = grouped.setdefault(_what_it_says(part) or number, [])
        if several:
            trace.drops(Reason.SAME_AS_ANOTHER, part)
        several.append(part)
    return [_joined(several) for several in grouped.values()]


def _what_it_says(part: Conclusion) -> object:
    """
    What another part must say, too, to be the same one; None for a part that
    is like no other.
    """
    if part.component.kind != "source" or part.parts:
        return None
    problems = tuple((p.rule, p.message) for p in part.problems)
    if part.component.relation == "bundled":
        clauses = tuple((c.clause, c.quote) for c in part.terms.clauses)
        terms = (part.concluded, part.basis, part.terms.commercial, clauses)
        return (part.component.name.lower(), *terms, problems)
    sums = {item.sha256 for item in part.evidence}
    is_of_texts = part.basis == EvidenceKind.LICENSE_FILE and bool(
        sums - {None}
    )
    if (
        not is_of_texts
        or None in sums
        or any(item.lines for item in part.evidence)
    ):
        return None
    return part.concluded, frozenset(sums), problems


def _joined(several: Sequence[Conclusion]) -> Conclusion:
    """Return parts that say the same as one, with all their evidence."""
    if len(several) == 1:
        return several[0]
    # Of names that differ in their case alone the first is shown, where it
    # stood last.
    names = {
        p.component.name.lower(): p.component.name for p in reversed(several)
    }
    distinct = list(names.values())[::-1]
    more = (
        f" and {len(distinct) - _NAMED} more" if len(distinct) > _NAMED else ""
    )
    first = several[0]
    evidence = (item for part in several for item in part.evidence)
    problems = (problem for part in several for problem in part.problems)
    return replace(
        first,
        component=replace(
            first.component, name=", ".join(distinct[:_NAMED]) + more
        ),
        evidence=tuple(dict.fromkeys(evidence)),
        problems=tuple(dict.fromkeys(problems)),
    )


def _in_english(
    parts: Sequence[Conclusion], trace: Trace[Conclusion]
) -> list[Conclusion]:
    """
    Return `parts`, translations of unknown texts joined to the English ones.
    """
    originals = {
        _LANGUAGE.sub("", part.component.path): part
        for part in parts
        if _is_unknown(part) and _ENGLISH.search(part.component.path)
    }
    translations: dict[int, list[Conclusion]] = {}
    kept = []
    for part in parts:
        original = _original(part, originals)
        if original is None or not trace.drops(Reason.TRANSLATION, part):
            kept.append(part)
        else:
            translations.setdefault(id(original), []).append(part)
    return [
        _with_evidence(part, translations.get(id(part), ())) for part in kept
    ]


def _original(
    part: Conclusion, originals: Mapping[str, Conclusion]
) -> Conclusion | None:
    """
    Return the English text of which `part` is a translation; None if it is
    none, or has limits that the English one has not.
    """
    path = part.component.path
    if not _is_unknown(part) or not _LANGUAGE.search(path):
        return None
    original = originals.get(_LANGUAGE.sub("", path))
    if original is None or original is part:
        return None
    return original if _limits(part) <= _limits(original) else None


def _with_evidence(
    part: Conclusion, others: Sequence[Conclusion]
) -> Conclusion:
    if not others:
        return part
    more = (item for other in others for item in other.evidence)
    return replace(part, evidence=(*part.evidence, *more))


def _limits(part: Conclusion) -> set[str]:
    """
    The limits that could be read: what only calls itself a translation may
    have more of them.
    """
    clauses = (clause.clause for clause in part.terms.clauses)
    return {
        clause for clause in clauses if clause.startswith(("use.", "dist."))
    }


def _is_unknown(part: Conclusion) -> bool:
    """Return True for a text that no list knows, as a part without parts."""
    if part.component.kind != "source" or part.parts:
        return False
    return any(
        problem.rule == RuleId.LICENSE_UNKNOWN for problem in part.problems
    )
