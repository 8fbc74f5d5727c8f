"""
What was found in a text as matches: each with its lines, its differences and
its part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from licensescan.base import index_format as layout
from licensescan.base.lazy_regex import Regex
from licensescan.classifier.identify.adjacent_words import differences_of
from licensescan.classifier.identify.differences import is_riddled
from licensescan.classifier.identify.exact import whole
from licensescan.classifier.identify.occurrences import Occurrence
from licensescan.classifier.identify.store import Store
from licensescan.classifier.identify.words import Words, words
from licensescan.classifier.statements.choices import Choice
from licensescan.classifier.statements.lists import Listed
from licensescan.classifier.statements.sections import Section, part_at
from licensescan.classifier.statements.tags import Tag
from licensescan.model.kinds import MatchKind
from licensescan.model.reasons import Reason
from licensescan.model.texts import Difference, Expression, Match
from licensescan.model.trace import Trace
from licensescan.standards.gnu import is_gnu, text_of
from licensescan.standards.license_list import info
from licensescan.standards.spdx_text import (
    ids,
    is_single,
    reference_name,
    renamed_references,
)

_NAME_AND_NUMBER = Regex(r"(\D+?)[-_]?v?(\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """
    Makes matches of what was found in one text, whose `sections` are known.
    """

    tokens: Words
    index: Store
    sections: Sequence[Section]

    def of_pattern(
        self, found: Occurrence, further: Difference | None
    ) -> Match:
        """
        Return a pattern that was found, with what differs from its license;
        `further` is one more condition of the list that it ends with.
        """
        lines = self.tokens.lines(found.start, found.end)
        differences = differences_of(found, self.tokens, self.index)
        if is_riddled(found.scattered, found.size):
            places = f"words at {found.scattered} places"
            differences += (
                Difference(
                    kind="added", lines=lines, words=places, matters=True
                ),
            )
        if found.pattern.kind == layout.NOTICE and is_gnu(
            found.pattern.expression
        ):
            differences = tuple(map(_of_notice, differences))
        if further is not None:
            differences += (further,)
        return Match(
            expression=Expression(found.pattern.expression),
            kind=MatchKind(layout.KINDS[found.pattern.kind]),
            lines=lines,
            coverage=round(found.covered, 4),
            differences=differences,
            part=part_at(self.sections, lines[0]),
        )

    def of_choice(self, choice: Choice) -> Match:
        """Return a choice, which stands beside the licenses that it offers."""
        lines = self.tokens.lines(choice.start, choice.end)
        return self._exact(choice.expression, MatchKind.NOTICE, lines)

    def of_tags(self, tags: Sequence[Tag]) -> list[Match]:
        """
        Return the tags with a valid expression; names of one's own in SPDX's.
        """
        return [
            self._exact(
                renamed_references(tag.expression, self._known_by),
                MatchKind.TAG,
                (tag.line, tag.line),
            )
            for tag in tags
            if tag.expression
        ]

    def of_rows(
        self,
        listed: Sequence[Listed],
        matches: Sequence[Match],
        trace: Trace[Listed],
    ) -> list[Match]:
        """
        Return what tables, lists and fields name that no match has found
        there.
        """
        own = any(match.part is None for match in matches)
        rows = []
        for row in listed:
            stems = {
                text_of(name)
                for match in matches
                if match.lines[0] <= row.line <= match.lines[1]
                for name in ids(match.expression)
            }
            is_known = {text_of(name) for name in ids(row.expression)} <= stems
            if is_known and trace.drops(Reason.SAID_IN_ROW, row):
                continue
            lines = (row.line, row.line)
            match = self._exact(
                Expression(row.expression), MatchKind.REFERENCE, lines
            )
            if match.part is None and own and row.thing:
                match = replace(match, part=row.thing)
            rows.append(match)
        return rows

    def _exact(
        self, expression: Expression, kind: MatchKind, lines: tuple[int, int]
    ) -> Match:
        return Match(
            expression=expression,
            kind=kind,
            lines=lines,
            coverage=1.0,
            part=part_at(self.sections, lines[0]),
        )

    def _known_by(self, own: Expression) -> str:
        """
        Return the license that a name of one's own is a plain name of
        ("LicenseRef-Apache2"), else that name.
        """
        if info(own) is not None:
            return own
        name = reference_name(own)
        codes = words(name, self.index.code, self.index.rows).codes
        pattern = whole(codes, self.index)
        if (
            pattern is not None
            and pattern.expression
            and is_single(pattern.expression)
        ):
            return pattern.expression
        versioned = info(_NAME_AND_NUMBER.sub(r"\1-\2.0", name))
        if versioned is not None and not versioned.is_generic:
            return versioned.id
        return own


def is_modified(match: Match) -> bool:
    """Return True if a match is no longer the license it is nearest to."""
    return any(difference.matters for difference in match.differences)


def _of_notice(difference: Difference) -> Difference:
    """
    Return a difference as it counts in a GNU notice: "if not, see ..." is all
    that it negates, and where to read the license is told in many ways.
    """
    sent = difference.kind == "missing" and difference.words == "not"
    return replace(difference, matters=difference.matters and not sent)
