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
    fetched: frozenset[str]
    """Words for weights and data that a notice may be about."""
    fetched_folders: frozenset[str]
    fetched_endings: frozenset[str]
    """Where files describe weights and data that lie elsewhere."""


@cache
def standings() -> Standings:
    """
    Return what the file says. Raises `PolicyError` where it cannot be used.
    """
    document = read_table(data_folder("rules") / "standing.toml")
    document.check_keys("certainty", "role", "left-out", "fetched")
    role = document.table("role")
    role.check_keys("beside", "beside-files")
    left_out = document.table("left-out")
    left_out.check_keys("words")
    fetched = document.table("fetched")
    fetched.check_keys("words", "folders", "endings")
    return Standings(
        certainty=_certainties(document.table("certainty")),
        beside=frozenset(role.words("beside")),
        beside_files=frozenset(role.words("beside-files")),
        leaving_out=left_out.words("words"),
        fetched=frozenset(fetched.words("words")),
        fetched_folders=frozenset(fetched.words("folders")),
        fetched_endings=frozenset(fetched.words("endings")),
    )


def is_beside(path: str) -> bool:
    """
    Return True for a file that is test, example, documentation or build tool
    by its path.
    """
    *folders, name = path.lower().split("/")
    if name in standings().beside_files:
        return True
    plain = {folder.strip("_-.") for folder in folders}
    return not standings().beside.isdisjoint(plain)


def describes_data(path: str) -> bool:
    """
    Return True for a file of data that describes weights or data which lie
    elsewhere, by its path.
    """
    *folders, name = path.lower().split("/")
    table = standings()
    is_data = name.rpartition(".")[2] in table.fetched_endings
    return is_data and not table.fetched_folders.isdisjoint(folders)


def _certainties(table: StrictTable) -> dict[Basis, Certainty]:
    table.check_keys(*Certainty)
    kinds: dict[str, Basis] = {str(kind): kind for kind in EvidenceKind}
    kinds.update({str(basis): basis for basis in Inferred})
    return {
        kinds[word]: certainty
        for certainty in Certainty
        for word in table.some_of(str(certainty), tuple(kinds))
    }
