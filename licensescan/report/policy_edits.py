"""
Decisions written into a policy, all else in it kept as it is: the one
importer of `tomlkit`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from licensescan.base.toml import loads
from licensescan.model.errors import PolicyError
from licensescan.model.types import Acceptance

_NEVER = "never"
_LONGEST_ROW = 88
"""Columns of a list that stands on one row."""


def with_acceptances(
    text: str, acceptances: Iterable[Acceptance], *, path: str
) -> str:
    """
    Return the policy `text` with a block `[[accept]]` more for each of
    `acceptances`, all of it kept byte for byte before them. `path` says
    whether it is a pyproject.toml.

    Raises `PolicyError` if blocks cannot be added to it.
    """
    is_project = path.endswith("pyproject.toml")
    head = "[[tool.licensescan.accept]]" if is_project else "[[accept]]"
    before = text if text.endswith("\n") or not text else f"{text}\n"
    blocks = [f"{head}\n{_block(acceptance)}" for acceptance in acceptances]
    added = "\n".join(blocks)
    if "\r\n" in text:
        added = added.replace("\n", "\r\n")
    gap = "\n" if before else ""
    after = f"{before}{gap}{added}"
    try:
        loads(after.encode(), label=path)
    except ValueError as error:
        raise PolicyError(
            f"{path}: no block can be added to it: {error}"
        ) from error
    return after


def change(before: str, after: str, path: str) -> str:
    """Return what differs, as a unified diff."""
    rows = difflib.unified_diff(
        before.splitlines(), after.splitlines(), path, path, lineterm=""
    )
    return "\n".join(rows)


def _block(acceptance: Acceptance) -> str:
    """Return the keys of an acceptance, in the order in which it is read."""
    import tomlkit

    stated: dict[str, Sequence[str]] = {
        "sha256": acceptance.texts,
        "license": acceptance.licenses,
        "component": acceptance.components,
        "part": acceptance.parts,
        "rule": acceptance.rules,
        "scope": acceptance.scopes,
    }
    recorded: dict[str, date | str | None] = {
        "versions": acceptance.versions,
        "reason": acceptance.reason,
        "approved-by": acceptance.approved_by,
        "expires": _NEVER if acceptance.has_no_end else acceptance.expires,
    }
    table = tomlkit.table()
    for key, values in stated.items():
        if values:
            table.add(key, _listed(values))
    for key, value in recorded.items():
        if value:
            table.add(key, value)
    return table.as_string()


def _listed(values: Sequence[str]) -> Any:
    """Return one value as a string, several as a list."""
    import tomlkit

    if len(values) == 1:
        return values[0]
    array = tomlkit.array()
    array.extend(values)
    is_long = sum(len(value) + 4 for value in values) > _LONGEST_ROW
    return array.multiline(is_long)
