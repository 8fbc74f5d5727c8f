"""
Look up what is known of a license besides its text: ScanCode key, SPDX id,
name, category.

The table is part of the compiled index and is searched in place: the first
answer costs well under a millisecond. Source: ScanCode LicenseDB (CC-BY-4.0),
see `corpus/sources.toml`, and the additions in `corpus/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from licensescan.base.index import sections, version
from licensescan.base.lazy_regex import Regex

__all__ = ["Info", "ids", "info", "titled", "version"]


_NO_LETTERS = Regex(r"[\x00-`{-\x7f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """
    One license or exception.

    `id` is its SPDX id, or `LicenseRef-scancode-<key>` where SPDX has none;
    `key` is ScanCode's own key. `category` is ScanCode's (`Permissive`,
    `Copyleft Limited`, `Proprietary Free`, ...). `is_generic` marks the keys
    that name no license at all (`proprietary-license`,
    `unknown-license-reference`, ...).
    """

    key: str
    id: str
    name: str
    category: str
    is_exception: bool = False
    is_generic: bool = False

    @property
    def is_license(self) -> bool:
        """
        True for the name of one license: no exception, no kind of licenses.
        """
        return not self.is_exception and not self.is_generic


@lru_cache(maxsize=4096)
def info(name: str) -> Info | None:
    """
    Return the license that `name` stands for, or None.

    Takes SPDX ids, exception ids, `LicenseRef-scancode-*` ids (also those that
    SPDX has replaced since), other ids that ScanCode knows, and ScanCode keys,
    in any case.

    >>> info("lgpl-2.1-plus").id
    'LGPL-2.1-or-later'
    """
    wanted = name.strip().lower().encode("utf-8", "replace")
    if not wanted or b"\n" in wanted or b"\t" in wanted:
        return None
    names = _names()
    at = names.find(b"\n" + wanted + b"\t")
    if at < 0:
        return None
    start = at + len(wanted) + 2
    return _row(int(names[start : names.index(b"\n", start)]))


def titled(title: str) -> Info | None:
    """
    Return the one license or exception that is called `title` in full, in any
    case; None where several are.

    >>> titled("qhull license").id
    'Qhull'
    """
    number = _titles().get(title.lower())
    return None if number is None else _row(number)


@cache
def words() -> frozenset[str]:
    """
    Return the words of all ids and titles, in lower case, parted at all that
    is no letter in ASCII.
    """
    written = "\n".join(_titles()) + _names().decode("utf-8")
    return frozenset(_NO_LETTERS.sub(" ", written).split())


def ids() -> Iterator[str]:
    """Yield every name that `info` answers, in lower case, sorted."""
    for line in _names().decode("utf-8").splitlines():
        if line:
            yield line.split("\t", 1)[0]


@lru_cache(maxsize=1)
def _names() -> bytes:
    return bytes(sections()["names"])


@lru_cache(maxsize=1)
def _rows() -> list[bytes]:
    return bytes(sections()["catalog"]).split(b"\n")


@cache
def _titles() -> dict[str, int]:
    """Return the rows of the titles that only one row has, in lower case."""
    titles: dict[str, int] = {}
    doubled: set[str] = set()
    for number, row in enumerate(_rows()):
        title = row.decode("utf-8").split("\t")[2].lower()
        if title in titles:
            doubled.add(title)
        titles[title] = number
    return {
        title: number
        for title, number in titles.items()
        if title not in doubled
    }


def _row(number: int) -> Info:
    key, spdx, title, category, flags, _ = (
        _rows()[number].decode("utf-8").split("\t")
    )
    return Info(
        key=key,
        id=spdx,
        name=title,
        category=category,
        is_exception="e" in flags,
        is_generic="g" in flags,
    )
