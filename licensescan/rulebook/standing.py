"""
How sure each kind of evidence is, which folders hold what is beside a
component, and which words say how to be rid of a license: `rules/standing.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from licensescan.base.installation import data_folder
from licensescan.base.schema import StrictTable, read_table
from licensescan.model.kinds import Basis, Certainty, EvidenceKind, Inferred


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """The tables by which the standing of a part is told."""

    certainty: Mapping[Basis, Certainty]
    """How sure what each kind of evidence says is, at most."""
    beside: frozenset[str]
    """Names of folders that hold tests, examples, docs or build tools."""
    beside_files: frozenset[str]
    """Names of files that build or configure."""
    leaving_out: tuple[str, ...]
    """Words that say that something is left out."""


@cache
def standings() -> Standings:
    """
    Return what the file says. Raises `PolicyError` where it cannot be used.
    """
    document = read_table(data_folder("rules") / "standing.toml")
    document.check_keys("certainty", "role", "left-out")
    role = document.table("role")
    role.check_keys("beside", "beside-files")
    left_out = document.table("left-out")
    left_out.check_keys("words")
    return Standings(
        certainty=_certainties(document.table("certainty")),
        beside=frozenset(role.words("beside")),
        beside_files=frozenset(role.words("beside-files")),
        leaving_out=left_out.words("words"),
    )


def _certainties(table: StrictTable) -> dict[Basis, Certainty]:
    table.check_keys(*Certainty)
    kinds: dict[str, Basis] = {str(kind): kind for kind in EvidenceKind}
    kinds.update({str(basis): basis for basis in Inferred})
    return {
        kinds[word]: certainty
        for certainty in Certainty
        for word in table.some_of(str(certainty), tuple(kinds))
    }
