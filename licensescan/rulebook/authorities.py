"""
What others say of licenses as such: the Open Source Initiative, the Free
Software Foundation and the Blue Oak Council, from `rules/authorities.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from licensescan.base.installation import data_folder
from licensescan.base.schema import StrictTable, read_table
from licensescan.standards.license_list import info
from licensescan.standards.spdx_text import is_reference

_RATINGS = ("model", "gold", "silver", "bronze", "lead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a license stands with one of them, in a word; `source` is its list."""

    authority: str
    status: str
    source: str


@cache
def _table() -> StrictTable:
    return read_table(data_folder("rules") / "authorities.toml")


def statuses(license_id: str) -> tuple[Status, ...]:
    """
    Return how a license of the SPDX list stands with each of them; none for a
    name that the list lacks: nobody was asked.
    """
    listed = info(license_id)
    if listed is None or is_reference(listed.id):
        return ()
    return (
        _status("osi", _osi(license_id)),
        _status("fsf", _fsf(license_id)),
        _status("blue-oak", rating(license_id) or "not rated"),
    )


def is_approved(license_id: str) -> bool:
    """Return True if the OSI has approved the license."""
    return license_id in _table().table("osi").strings("approved")


def is_free(license_id: str) -> bool | None:
    """Return what the FSF calls the license; None if it does not list it."""
    fsf = _table().table("fsf")
    if license_id in fsf.strings("free"):
        return True
    return False if license_id in fsf.strings("not-free") else None


def rating(license_id: str) -> str:
    """Return Blue Oak's rating of a permissive license; "" without one."""
    rated = _table().table("blue-oak")
    return next(
        (word for word in _RATINGS if license_id in rated.strings(word)), ""
    )


def _osi(license_id: str) -> str:
    return "approved" if is_approved(license_id) else "not approved"


def _fsf(license_id: str) -> str:
    free = is_free(license_id)
    if free is None:
        return "not listed"
    return "free" if free else "not free"


def _status(key: str, status: str) -> Status:
    entry = _table().table(key)
    return Status(
        authority=entry.needed("title"),
        status=status,
        source=entry.needed("source"),
    )
