from __future__ import annotations

import pytest

from licensescan.collect.survey.linked_libraries import LinkedLibraries
from licensescan.model.types import PolicyError
from licensescan.rulebook.fingerprints import (
    fingerprints,
    read_fingerprints,
)
from licensescan.rulebook.native_libraries import table
from licensescan.standards.spdx_expression import normalise


def test_all_fingerprints_of_a_row_are_told_by_their_own_strings() -> None:
    shipped = fingerprints()
    for fingerprint in set(shipped.whole.values()):
        mine = [t for t, f in shipped.whole.items() if f is fingerprint]
        linked = LinkedLibraries()
        linked.feed(b"\0".join([b"", *mine, b""]))
        assert [x.row for x in linked.found()] == [fingerprint.row]
        assert normalise(fingerprint.row.license)


def test_copyleft_libraries_need_more_than_one_string() -> None:
    shipped = fingerprints()
    known = {"NLopt", "SuiteSparse SPQR", "MuPDF", "Eigen"}  # named in them
    alone = {
        f.row.name
        for f in {*shipped.whole.values(), *shipped.beginnings.values()}
        if f.least == 1 and f.row.copyleft
    }
    assert alone <= known


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('library = "no such"', "is no row of natives.toml"),
        ('library = "zlib"\nleast = 3', "must be a number of its strings"),
        ('library = "zlib"\nfind = ["x"]', "unknown key"),
    ],
)
def test_bad_rows_are_refused(row: str, words: str) -> None:
    rest = "" if "least" in row else "least = 1\n"
    content = (
        f'[[fingerprint]]\nstrings = ["a", "b"]\nsource = "x"\n{rest}{row}\n'
    )
    with pytest.raises(PolicyError, match=words):
        read_fingerprints(content.encode(), table(), label="x.toml")


def test_one_string_belongs_to_one_library() -> None:
    row = '[[fingerprint]]\nlibrary = "{}"\nleast = 1\nstrings = ["a"]\nsource = "x"\n'
    content = (row.format("zlib") + row.format("LZ4")).encode()
    with pytest.raises(PolicyError, match="already taken"):
        read_fingerprints(content, table(), label="x.toml")
