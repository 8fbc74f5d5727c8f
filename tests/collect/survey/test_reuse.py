from __future__ import annotations

from pathlib import Path

import pytest

from licensescan.collect.survey.survey import survey
from licensescan.collect.survey.tree import Contents
from licensescan.model.kinds import RuleId
from licensescan.model.types import Purl
from licensescan.reader import FolderFiles

LIST = """
[[annotations]]
path = "**"
SPDX-License-Identifier = "MIT"
[[annotations]]
path = "data/**"
SPDX-License-Identifier = "CC-BY-NC-4.0"
[[annotations]]
path = "src/vendor/*.c"
SPDX-License-Identifier = "GPL-3.0-or-later"
"""


def surveyed(folder: Path, files: dict[str, str]) -> Contents:
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    tree = FolderFiles(folder)
    return survey(tree, tree.paths(), purl=Purl("pkg:pypi/x"), name="x")


def test_the_last_annotation_of_a_file_counts(tmp_path: Path) -> None:
    contents = surveyed(
        tmp_path,
        {
            "REUSE.toml": LIST,
            "LICENSES/CC-BY-NC-4.0.txt": "Attribution-NonCommercial",
            "src/m.py": "x = 1",
            "src/n.py": "x = 1",
            "src/vendor/x.c": "int x;",
            "data/a.csv": "1,2",
            "data/b.csv": "1,2",
        },
    )
    parts = {p.name: (p.evidence[0].value, p.relation) for p in contents.parts}
    assert parts == {
        "data/a.csv and 1 more": ("CC-BY-NC-4.0", "data"),
        "src/vendor/x.c": ("GPL-3.0-or-later", "vendored"),
    }
    assert [(e.path, e.value) for e in contents.evidence] == [
        ("REUSE.toml", "MIT")
    ]
    texts = [e.path for p in contents.parts for e in p.evidence if e.text]
    assert texts == ["LICENSES/CC-BY-NC-4.0.txt"]


def test_a_list_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    contents = surveyed(tmp_path, {"REUSE.toml": "= =", "a.py": "x = 1"})
    assert [p.rule for p in contents.problems] == [RuleId.METADATA_INVALID]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("EULA.pdf", True),
        ("licenses/third-party-licenses.PDF", True),
        ("LICENSE.pdf", True),
        ("manual.pdf", False),
        ("license_plate.pdf", False),
    ],
)
def test_a_document_called_like_terms_is_told(
    tmp_path: Path, name: str, told: bool
) -> None:
    contents = surveyed(tmp_path, {"LICENSE": "terms", name: "%PDF-1.7\n"})
    rules = [(p.rule, p.path) for p in contents.problems]
    assert rules == ([(RuleId.TERMS_UNREAD, name)] if told else [])
