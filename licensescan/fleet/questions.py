"""
The questions that a store answers ready-made; `sql/` has their text, which is
also what to begin from with `--sql`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

from licensescan.base.schema import nearest
from licensescan.fleet.database import Answer, Database
from licensescan.fleet.exposure import judge_all
from licensescan.model.errors import UsageError
from licensescan.model.types import Policy
from licensescan.rulebook.rulebook import load
from licensescan.standards.requirements import canonical, version_order

_SQL = Path(__file__).parent / "sql"

OVERVIEW = {
    "totals": "What there is",
    "risk-over-time": "Targets by their worst verdict, on each date",
    "components-by-environment": "Components by environment",
    "rules": "Rules that find something",
    "licenses": "Licenses",
    "errors": "What could not be read",
}
"""Queries of the overview, and what stands above their answers."""

_CHANGES = ("package", "from", "license", "to", "new license", "since")


def where_used(database: Database, name: str) -> Answer:
    """
    Return where a package is used, by name or purl, or a license, by id or by
    a pattern with `*`; of a license without an id in SPDX a part of its name
    is enough.
    """
    word = name.strip().lower()
    values = {
        "name": name.strip(),
        "package": canonical(name),
        "pattern": word,
        "word": word.strip("*"),
    }
    return database.ask(_query("where-used"), values)


def new_since(database: Database, day: str) -> Answer:
    """Return what was first seen on a day or after it."""
    return database.ask(_query("new-since"), {"day": checked_day(day)})


def license_changes(database: Database) -> Answer:
    """
    Return where a version of a package has another license than the one
    before it, or than another artifact of the same version.
    """
    found = database.ask(_query("licenses-by-version"))
    by_package: dict[str, list[tuple[str, str, str]]] = {}
    for package, version, license_, since, _ in found.rows:
        by_package.setdefault(package, []).append((version, license_, since))
    rows = (
        (package, *change)
        for package, versions in by_package.items()
        for change in _changes(versions)
    )
    return Answer(columns=_CHANGES, rows=tuple(rows))


def _changes(
    versions: list[tuple[str, str, str]],
) -> Iterator[tuple[str, str, str, str, str]]:
    in_order = sorted(versions, key=lambda row: (version_order(row[0]), row))
    for (old, before, _), (new, after, since) in pairwise(in_order):
        if before != after:
            yield old, before, new, after, since


def exposed_to(
    database: Database, rule: str, policy: Policy, today: date
) -> Answer:
    """
    Return what a rule finds in the targets as they are now, by a policy of
    today. Raises `UsageError` for a rule that there is not.
    """
    rules = load().rules
    if rule not in rules:
        raise UsageError(
            f"{rule}: there is no such rule{nearest(rule, rules)}"
        )
    judge_all(database, policy, today)
    return database.ask(_query("exposed-to"), {"rule": rule})


def overview(
    database: Database, policy: Policy, today: date
) -> dict[str, Answer]:
    """Return all tables of the overview, by the names of their queries."""
    judge_all(database, policy, today)
    return {name: database.ask(_query(name)) for name in OVERVIEW}


def checked_day(day: str) -> str:
    """Return a date as it is written; raises `UsageError` for none."""
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError as error:
        raise UsageError(f"{day}: is no date like 2026-01-31") from error


def _query(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text("utf-8")
