"""
Hold the list of files that a vendor lets be passed on against what is shipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from licensescan.conclude.own_texts import Text
from licensescan.model.types import Clause, Shipped

_ENDINGS = (".a", ".dll", ".dylib", ".exe", ".lib", ".pyd", ".so")
_MARKS = "\"'`()<>[]{},:;*.\u201c\u201d\u2018\u2019"
_GRANT = "dist.application"
_NAMED = 8


def unlisted(
    texts: Iterable[Text], shipped: Shipped | None
) -> Iterator[Clause]:
    """
    Yield a clause for each text that lets listed files be passed on, if
    compiled files are shipped that its list does not have.

    A list says something of the endings that it has: one of `.dll` files is
    not about Linux, and "the .so files" has them all.
    """
    for text in texts if shipped else ():
        grant = next(
            (c for c in text.found.terms.clauses if c.clause == _GRANT), None
        )
        if grant is None or shipped is None:
            continue
        listed = set(_listed(text.evidence.text or ""))
        others = _others(shipped.compiled, listed)
        if others:
            yield _clause(grant, others)


def _others(compiled: Iterable[str], listed: set[str]) -> list[str]:
    """Return those of the compiled files that a list lacks."""
    endings = {_ending(name) for name in listed}
    return sorted(
        name
        for name in compiled
        if _ending(name) in endings and not _is_listed(name, listed)
    )


def _clause(grant: Clause, others: Sequence[str]) -> Clause:
    """Return that files beyond what is granted are shipped."""
    named = ", ".join(others[:_NAMED])
    more = len(others) - _NAMED
    rest = f" and {more} more" if more > 0 else ""
    return Clause(
        clause="dist.unlisted",
        params={"files": named + rest},
        path=grant.path,
        lines=grant.lines,
        quote=grant.quote,
        confidence=grant.confidence,
        basis=grant.basis,
    )


def _listed(text: str) -> Iterator[str]:
    """Yield the names of files, and bare endings, in the words of a text."""
    for word in text.lower().replace(",", " ").split():
        if word.strip(_MARKS) and _ending(word.rstrip(_MARKS)):
            yield _plain(word.strip("\"'`()<>[]{},:;").rstrip("."))


def _ending(name: str) -> str:
    """Return the ending of a compiled file, "" of another."""
    plain = _plain(name)
    return next((e for e in _ENDINGS if plain.endswith(e)), "")


def _plain(name: str) -> str:
    """
    Return a file's name without the numbers of its version: `libx.so.1`,
    `x64_12.dll`.
    """
    lower = name.lower()
    library, so, _ = lower.partition(".so.")
    if so:
        return f"{library}.so"
    stem, dot, ending = lower.rpartition(".")
    is_dll = ending in ("dll", "lib")
    return (
        f"{stem.rstrip('0123456789_')}.{ending}" if is_dll and dot else lower
    )


def _is_listed(name: str, listed: set[str]) -> bool:
    plain = _plain(name)
    return plain in listed or _ending(plain) in listed
