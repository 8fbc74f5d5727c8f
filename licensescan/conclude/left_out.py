"""
Licenses of which a text itself says how to be rid of them: "it is sufficient
to exclude the x/ folder", and no such folder is shipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from licensescan.model.types import NONE, Expression, Shipped
from licensescan.rulebook.standing import standings
from licensescan.standards.spdx_expression import licenses, without


def split(
    expression: Expression, text: str, shipped: Shipped | None
) -> tuple[Expression, Expression]:
    """
    Return the licenses of `expression` that hold, and those that hold only for
    a folder that is not among what is `shipped` and that `text` says to leave
    out to be rid of them; each `NONE` where there are none.
    """
    sentences = () if shipped is None else _sentences(text)
    if shipped is None or not sentences:
        return expression, NONE
    folders = shipped.folders
    away = {
        name
        for name in licenses(expression)
        if any(
            named and named.isdisjoint(folders)
            for named in _left_out(sentences, name.lower().split("-")[0])
        )
    }
    if not away:
        return expression, NONE
    return (
        without(expression, lambda name: name in away),
        without(expression, lambda name: name not in away),
    )


def _left_out(sentences: Sequence[str], family: str) -> Iterator[set[str]]:
    """
    Yield the names of the folders of each of `sentences` that says to leave them out
    because of the license of this name.
    """
    for sentence in sentences:
        words = [word.strip("\"'`(),:;.") for word in sentence.split()]
        if family in words and "only" in words:
            yield {
                word.rstrip("/").rpartition("/")[2]
                for word in words
                if word.endswith("/")
            }


@lru_cache(maxsize=1)
def _sentences(text: str) -> tuple[str, ...]:
    """
    Return the sentences of a text that speak of leaving out, in lower case:
    asked once for each of its parts.
    """
    lower = text.lower()
    if not _speaks(lower):
        return ()
    return tuple(
        sentence
        for paragraph in lower.split("\n\n")
        if "only" in paragraph and _speaks(paragraph)
        for sentence in " ".join(paragraph.split()).split(". ")
        if _speaks(sentence)
    )


def _speaks(text: str) -> bool:
    return any(word in text for word in standings().leaving_out)
