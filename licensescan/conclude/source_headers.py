"""
What headers of source files say: each by itself, and many of the whole. Most
files are a vote, a few are parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from licensescan.classifier.classify import Classified
from licensescan.classifier.detection import own_expression
from licensescan.classifier.names.interpret import interpret
from licensescan.classifier.statements.claims import claims
from licensescan.conclude.describe import describe_vote
from licensescan.model.kinds import EvidenceKind, MatchKind
from licensescan.model.reasons import Reason
from licensescan.model.trace import SILENT, Trace
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Evidence,
    Expression,
    ExpressionError,
)
from licensescan.standards.gnu import is_unversioned
from licensescan.standards.spdx_expression import join_and, normalise
from licensescan.standards.spdx_text import has_reference

HEADERS = (EvidenceKind.SOURCE_HEADER, EvidenceKind.SPDX_TAG)
"""Kinds of evidence that are the head of a source file."""

MOST = 0.5
"""
Share of the files from which headers outweigh a word in the metadata that no
text supports.
"""
SOME = 0.2
"""
Share of the files below which headers say nothing of the whole; and share of
the winner's votes that counts too.
"""

_HEADER_WORDS = 25
"""
Words of a header that may be nothing but the name of its license; a longer one
has to say that it gives it.
"""

_NAME_WORDS = 12
"""Words of a header that names a license exactly, and says no more of it."""

Tag = tuple[Evidence, Expression]
"""The header or tag of source files, and what it was read as."""


def read_header(
    item: Evidence,
    classify: Callable[[Evidence], Classified],
    trace: Trace[Tag] = SILENT,
) -> Expression:
    """
    Return what one header says: the license of a notice or tag; `NONE` for a
    mere mention, `NOASSERTION` if undecided.
    """
    expression = _read(item, classify)
    is_mention = _is_long_for(expression, item, classify) and all(
        claim.is_quiet for claim in claims(item.text or "")
    )
    if is_mention and trace.drops(Reason.HEADER_MENTION, (item, expression)):
        return NONE
    if expression in (NONE, NOASSERTION):
        trace.drops(Reason.HEADER_WITHOUT_LICENSE, (item, expression))
    return expression


def _is_long_for(
    expression: Expression,
    item: Evidence,
    classify: Callable[[Evidence], Classified],
) -> bool:
    """
    Return True if a notice has more words than are needed to name a license: a
    family, or nothing but names.
    """
    words = len((item.text or "").split())
    if is_unversioned(expression):
        return words > _HEADER_WORDS
    if words <= _NAME_WORDS:
        return False
    matches = classify(item).detection.matches
    return bool(matches) and all(
        match.kind == MatchKind.REFERENCE for match in matches
    )


def _read(
    item: Evidence, classify: Callable[[Evidence], Classified]
) -> Expression:
    if item.text:
        return own_expression(classify(item).detection)
    if item.kind != EvidenceKind.SPDX_TAG:
        return interpret(item.value).expression or NOASSERTION
    if has_reference(item.value):
        # A name of somebody's own may be a plain name of a known license; a
        # tag in a text is read so.
        tag = replace(item, text=f"SPDX-License-Identifier: {item.value}")
        return classify(tag).detection.expression
    try:
        return normalise(item.value)
    except ExpressionError:
        return NOASSERTION


def headline(
    tags: Sequence[Tag], least: float = SOME, trace: Trace[Any] = SILENT
) -> tuple[Expression, float]:
    """
    Return the license that headers show for the whole, and the share of the
    source files that have such headers.

    `tags` are headers with what each was read as. One without a `share` (the
    docstring of a project's only module) is one file of one. Licenses far
    rarer than the most frequent one are left to parts. Below the share `least`
    headers do not speak for the whole, as `trace` is told.
    """
    votes: Counter[Expression] = Counter()
    files = bearers = 0
    for item, expression in tags:
        if expression in (NONE, NOASSERTION):
            continue
        count, of = item.share or (1, 1)
        votes[expression] += count
        bearers += count
        files = max(files, of)
    if not votes:
        return NONE, 0.0
    enough = max(votes.values()) * SOME
    share = min(1.0, bearers / max(files, 1))
    common = [
        expression for expression, count in votes.items() if count >= enough
    ]
    if trace.asked:
        _explain(tags, common, share >= least, trace.of(describe_vote))
    return join_and(*common), share


def _explain(
    tags: Sequence[Tag],
    common: Sequence[Expression],
    is_enough: bool,
    trace: Trace[Tag],
) -> None:
    """Say of each header whether it speaks for the whole."""
    for item, expression in tags:
        if expression in (NONE, NOASSERTION):
            continue
        if not is_enough:
            trace.drops(Reason.FEW_FILES, (item, expression))
        elif expression not in common:
            trace.drops(Reason.RARE, (item, expression))
        else:
            trace.keeps(Reason.SPEAKS_FOR_WHOLE, (item, expression))
