"""
The words of licenses that SPDX does not list: whole, where a text was read as
one of them and is kept, else what was quoted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from licensescan.model.packed import unpacked
from licensescan.model.types import Conclusion
from licensescan.report.escape import printable
from licensescan.standards.spdx_expression import licenses
from licensescan.standards.spdx_text import (
    is_reference,
    reference_name,
    split_exception,
)

_ELSEWHERE = "The text lies in the packages that are under it."
_MOST = 1 << 20
"""Characters of one text."""


def licensing_texts(
    conclusions: Iterable[Conclusion],
    texts: Mapping[str, str],
) -> Iterator[tuple[str, str, str]]:
    """
    Yield id, name and words of each license in `conclusions` that SPDX does
    not list, by id; `texts` are those of a report, packed, by sha256.
    """
    whole: dict[str, str] = {}
    quoted: dict[str, str] = {}
    for conclusion in conclusions:
        for expression in (conclusion.concluded, conclusion.declared):
            for name in references(expression):
                whole[name] = whole.get(name) or _text(conclusion, name, texts)
                quoted[name] = quoted.get(name) or _quote(conclusion)
    for name in sorted(quoted):
        words = whole[name] or quoted[name] or _ELSEWHERE
        yield name, reference_name(name), words


def references(expression: str) -> Iterator[str]:
    """Yield the licenses of an expression that SPDX does not list."""
    for license_id in licenses(expression):
        plain, _ = split_exception(str(license_id))
        if is_reference(plain):
            yield plain


def _text(
    conclusion: Conclusion,
    name: str,
    texts: Mapping[str, str],
) -> str:
    """Return a text of a component that was read as that license alone."""
    for item in conclusion.evidence:
        packed = texts.get(item.sha256 or "")
        if packed and item.expression == name:
            try:
                return printable(unpacked(packed)[:_MOST])
            except ValueError:  # a stored report that somebody has changed
                continue
    return ""


def _quote(conclusion: Conclusion) -> str:
    """Return the words that were quoted of a text, the longest first."""
    quotes = sorted(
        {
            printable(clause.quote)
            for clause in conclusion.terms.clauses
            if clause.quote
        },
        key=len,
        reverse=True,
    )
    return " [...] ".join(quotes[:3])
