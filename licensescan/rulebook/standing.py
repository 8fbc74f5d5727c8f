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
from licensescan.model.kinds import (
    Basis,
    Certainty,
    EvidenceKind,
    Inferred,
    Role,
)


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
    scripts: frozenset[str]
    """Endings of files from which nothing is compiled."""
    limiting: tuple[str, ...]
    """Of what a comment speaks that limits its file."""
    weights: frozenset[str]
    data: frozenset[str]
    """Words for weights and data that a notice may be about."""
    code: frozenset[str]
    """Words for the program, of which a sentence may speak as well."""
    licensing: tuple[str, ...]
    """Of what a sentence speaks that licenses."""
    fetched_folders: frozenset[str]
    fetched_endings: frozenset[str]
    """Where files describe weights and data that lie elsewhere."""


@cache
def standings() -> Standings:
    """
    Return what the file says. Raises `PolicyError` where it cannot be used.
    """
    document = read_table(data_folder("rules") / "standing.toml")
    document.check_keys("certainty", "role", "left-out", "limit", "fetched")
    role = document.table("role")
    role.check_keys("beside", "beside-files")
    left_out = document.table("left-out")
    left_out.check_keys("words", "scripts")
    fetched = document.table("fetched")
    fetched.check_keys(
        "weights", "data", "code", "licensing", "folders", "endings"
    )
    limit = document.table("limit")
    limit.check_keys("words")
    return Standings(
        certainty=_certainties(document.table("certainty")),
        beside=frozenset(role.words("beside")),
        beside_files=frozenset(role.words("beside-files")),
        leaving_out=left_out.words("words"),
        scripts=frozenset(left_out.words("scripts")),
        limiting=limit.words("words"),
        weights=frozenset(fetched.words("weights")),
        data=frozenset(fetched.words("data")),
        code=frozenset(fetched.words("code")),
        licensing=fetched.words("licensing"),
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


def fetched_by(sentence: str) -> Role | None:
    """
    Return that a sentence is about weights or data that could be fetched; None
    for one that is about the program, too, or about neither.
    """
    table = standings()
    words = sentence.lower().replace("/", " ").split()
    named = {word.strip(".,;:!?\"'`()[]<>*_") for word in words}
    if not table.code.isdisjoint(named):
        return None
    if not table.weights.isdisjoint(named):
        return Role.FETCHED
    return None if table.data.isdisjoint(named) else Role.FETCHED_DATA


def licensing_of_data(text: str) -> str:
    """
    Return the first sentence of a notice that licenses weights or data, and
    not the program; "" if there is none.
    """
    for paragraph in text.split("\n\n"):
        for sentence in " ".join(paragraph.split()).split(". "):
            plain = sentence.lower()
            licenses = any(word in plain for word in standings().licensing)
            if licenses and fetched_by(sentence):
                return sentence
    return ""


_TYPOGRAPHY = str.maketrans("", "", "©–—‘’“”…•·")
"""Signs beyond ASCII that English has."""


def limits_its_file(passage: str) -> bool:
    """
    Return True if a passage of a comment speaks of rights, and not only of
    what the code below it does.
    """
    plain = passage.lower()
    if not plain.translate(_TYPOGRAPHY).isascii():
        # What code does is said in English.
        return True
    return any(word in plain for word in standings().limiting)


def _certainties(table: StrictTable) -> dict[Basis, Certainty]:
    table.check_keys(*Certainty)
    kinds: dict[str, Basis] = {str(kind): kind for kind in EvidenceKind}
    kinds.update({str(basis): basis for basis in Inferred})
    return {
        kinds[word]: certainty
        for certainty in Certainty
        for word in table.some_of(str(certainty), tuple(kinds))
    }
