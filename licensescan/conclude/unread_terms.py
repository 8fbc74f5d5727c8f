"""
Find in a notice the terms that nobody has read: a license by a name that no
list knows, or words that withhold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from licensescan.classifier.names.interpret import interpret
from licensescan.model.texts import NOASSERTION, Expression
from licensescan.standards.spdx_text import is_reference

_MARGIN = re.compile(r"\n[ \t]*[^\w\s(\"'<\[]*[ \t]*")
"""The end of a line of a comment, and the margin of the next."""

_NAMED = re.compile(
    r"\b(?:(?i:licen[cs]ed|distributed|released|available|provided|published|covered|governed|used?|subject))\s+"
    r"(?:only\s+)?(?:(?i:under|by|to|in\s+accordance\s+with)\s+)+(?:(?i:the|all)\s+)?(?:(?i:terms(?:\s+and\s+conditions)?\s+of)\s+)?"
    r"(?:(?i:the|an?|our)\s+)?"
    r"((?:[A-Z0-9][\w.+&'\u2019-]*\s+)(?:(?:[A-Z0-9(\[][\w.+&'\u2019)\]-]*|of|and|for|the|software|end|user)\s+){0,7}?"
    r"(?i:licen[cs]e|licensing|eula|agreement|terms)\b"
    r"(?:\s+(?i:agreement|terms))?(?:,?\s+(?i:version|v)\.?\s*\d[\d.]*\d|\s+\d[\d.]*\d)?)"
)
"""A license by its name, in a sentence that gives it."""

_UNNAMED = frozenset(
    "the this that your its same following above software open source project root original free public general "
    "license licence licenses agreement terms of and for an end user".split()
)
"""Words that name no license."""

_THING = (
    r"(?:source\s+)?(?:code|file|software|program|module|document|material|information|work|library|package|script"
    r"|copy|computer\s+program|content)s?\b"
)
_WORK = (
    r"(?:source\s+)?(?:code|files?|software|program|documents?|materials?|library|package|scripts?|module)\b"
    r"(?!\s+(?:name|path|system|object|descriptor|handle|mode|level|import)s?\b)"
)
"""What a license is for; a parameter, a function or a token is none."""

_ACTS = (
    r"(?:used|copied|disclosed|distributed|redistributed|reproduced|modified|passed\s+on|shared|published|transmitted"
    r"|duplicated|sold|transferred|altered)"
)
_WITHHELD = re.compile(
    r"proprietary\s+(?:and|&)\s+confidential|confidential\s+(?:and|&)\s+proprietary|\btrade\s+secrets?\b.{0,80}\bof\b"
    rf"|(?:strictly|company|\w+\s+inc\.?,?|ltd\.?|gmbh|corp\.?)\s+confidential\b|^[^\w:]*(?:\w+\s+){{0,4}}confidential\s*(?:[.!]|:\s*$|$)"
    rf"|confidential\s+(?:information|property|material)s?\b.{{0,60}}\bof\b|(?:this|is|are|contains?)\s+(?:\w+\s+){{0,2}}proprietary\s+{_THING}"
    rf"|(?:this|the)\s+{_THING}[^.]{{0,80}}\b(?:is|are)\s+(?:the\s+)?(?:\w+\s+)?(?:proprietary|confidential|property\s+of)"
    rf"|(?:may|must|shall|can)\s*not\s+be\s+{_ACTS}\s*(?:,|,?\s*or\b|/)\s*{_ACTS}"
    rf"|\bthis\s+{_THING}[^.]{{0,60}}(?:may|must|shall|can)\s*not\s+be\s+{_ACTS}"
    rf"|(?:\b(?:use|using)\b[^.]{{0,60}}\b(?:this|these|the\s+(?:following|above|accompanying)|such|the)\s+{_WORK}"
    r"|reproduction|disclosure|redistribution|dissemination"
    rf"|(?:distribution|copying)(?:,|\s+(?:or|and|is|are|this|the|of\s+(?:this|these|it|the\s+{_WORK}))))\b[^.]{{0,160}}"
    r"(?:is|are)\s+(?:\w+\s+)?(?:prohibited|forbidden|not\s+(?:permitted|allowed))"
    r"|without\s+(?:the\s+|an?\s+)?(?:(?:prior|express|explicit|written)\s+){1,3}(?:consent|permission|approval|authori[sz]ation|licen[cs]e)"
    r"|(?:governed\s+by|subject\s+to|refer\s+to|\bsee\b|accepted|accordance\s+with|under)\s+(?!the\s+following)(?:\S+\s+){0,8}?"
    r"(?:eula\b|end[- ]user\s+licen[cs]e|licen[cs]e\s+agreement|master\s+agreement)"
    r"|\bretain(?:s|ed|ing)?\s+all\s+(?:\w+\s+)?rights\b"
    rf"|\b(?:this|the|these)\s+(?:\w+\s+)?{_THING}[^.]{{0,60}}\bonly\s+be\s+used\s+(?:by|with|for)\b"
    r"|(?:written|separate|commercial)\s+(?:licen[cs]e\s+)?agreement\s+with\b"
)
"""How a header withholds what a license would give."""

_LENT_NAME = re.compile(r"endorse|promot|advertis|publicity|trademark")
"""A name or mark is withheld, not the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadTerms:
    """
    Terms of a header in which no license was decided: the `name` of one (""
    where it only withholds), the `quote` that says so, and its `line`; the
    `expression` of a vendor's terms that are known by name.
    """

    name: str
    quote: str
    line: int
    expression: Expression = NOASSERTION


def unread_terms(text: str) -> UnreadTerms | None:
    """
    Return the license that a header names and no list knows, or a vendor's,
    or how it withholds; None for one that does neither.
    """
    flat = _MARGIN.sub(lambda match: " " * len(match[0]), text)
    for match in _NAMED.finditer(flat):
        name = " ".join(match[1].split())
        terms = _terms_at(text, flat, match.start(), name)
        vendors = interpret(name).expression
        if vendors and is_reference(vendors):
            return replace(terms, expression=vendors)
        if _is_unknown(name):
            return terms
    for match in _WITHHELD.finditer(flat.lower()):
        terms = _terms_at(text, flat, match.start(), "")
        if not _LENT_NAME.search(terms.quote.lower()):
            return terms
    return None


def _is_unknown(name: str) -> bool:
    words = re.findall(r"[a-z]+", name.lower())
    if set(words) <= _UNNAMED:
        return False
    known = interpret(name)
    return not (
        known.expression or known.candidates or known.families or known.likely
    )


def _terms_at(text: str, flat: str, offset: int, name: str) -> UnreadTerms:
    """
    Return the terms of the sentence around `offset`; `flat` is `text` on one
    line.
    """
    start = max(flat.rfind(". ", 0, offset) + 1, offset - 200, 0)
    end = flat.find(". ", offset)
    stop = min(len(flat) if end < 0 else end + 1, offset + 400)
    return UnreadTerms(
        name=name,
        quote=" ".join(flat[start:stop].split()),
        line=text.count("\n", 0, offset) + 1,
    )
