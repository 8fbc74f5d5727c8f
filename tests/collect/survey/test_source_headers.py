"""The first lines of source files."""

from __future__ import annotations

from pathlib import Path

from licensescan.collect.survey.source_headers import headers
from licensescan.reader import FolderFiles


def look(folder: Path, **files: str) -> list[tuple[str, str, str]]:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    tree = FolderFiles(folder)
    return [(e.kind, e.path, e.value) for e in headers(tree, tree.paths())]


def test_a_tag_is_kept_once_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text(
        "\n/* SPDX-License-Identifier: GPL-2.0-only OR MIT */\n"
    )
    (tmp_path / "b.c").write_text("// SPDX-License-Identifier: GPL-2.0-only OR MIT\n")
    found = headers(FolderFiles(tmp_path), ["a.c", "b.c"])
    assert [(e.kind, e.path, e.value, e.lines) for e in found] == [
        ("spdx-tag", "a.c", "GPL-2.0-only OR MIT", (2, 2)),
    ]


def test_equal_notices_are_told_once_whatever_their_years(tmp_path: Path) -> None:
    notice = "# Copyright {}\n# Licensed under the Frobnicate License.\nimport os\n"
    found = look(
        tmp_path,
        a__py=notice.format(2019),
        b__py=notice.format(2024),
        c__py="import os\n",
    )
    assert found == [("source-header", "a.py", "2 files")]


def test_a_license_variable_and_a_docstring(tmp_path: Path) -> None:
    found = look(
        tmp_path,
        a__py='"""Soup.\n\nRedistribution and use are fine.\n"""\n__license__ = "New-style BSD"\n',
    )
    assert ("source-header", "a.py", "New-style BSD") in found
    assert len(found) == 2


def test_words_in_code_are_no_notice(tmp_path: Path) -> None:
    assert look(tmp_path, a__py="x = 'GPL'\n") == []


def test_other_files_are_not_opened(tmp_path: Path) -> None:
    assert look(tmp_path, a__txt="SPDX-License-Identifier: MIT\n") == []


def test_a_bracket_is_left_out_only_where_it_closes_the_comment(tmp_path: Path) -> None:
    found = look(
        tmp_path,
        a__py="# SPDX-License-Identifier: (GPL-2.0-or-later WITH Bootloader-exception)\n",
        b__py="# (SPDX-License-Identifier: MIT)\n",
    )
    assert [value for _, _, value in found] == [
        "(GPL-2.0-or-later WITH Bootloader-exception)",
        "MIT",
    ]
