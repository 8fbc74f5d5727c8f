"""Notices in source files, wherever they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from licensescan.collect.survey.source_headers import headers
from licensescan.model.types import Problem
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
    (tmp_path / "b.c").write_text(
        "// SPDX-License-Identifier: GPL-2.0-only OR MIT\n"
    )
    found = headers(FolderFiles(tmp_path), ["a.c", "b.c"])
    assert [(e.kind, e.path, e.value, e.lines) for e in found] == [
        ("spdx-tag", "a.c", "GPL-2.0-only OR MIT", (2, 2)),
    ]


def test_equal_notices_are_told_once_whatever_their_years(
    tmp_path: Path,
) -> None:
    notice = (
        "# Copyright {}\n# Licensed under the Frobnicate License.\nimport os\n"
    )
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


def test_a_bracket_is_left_out_only_where_it_closes_the_comment(
    tmp_path: Path,
) -> None:
    found = look(
        tmp_path,
        a__py="# SPDX-License-Identifier: (GPL-2.0-or-later WITH Bootloader-exception)\n",
        b__py="# (SPDX-License-Identifier: MIT)\n",
    )
    assert [value for _, _, value in found] == [
        "(GPL-2.0-or-later WITH Bootloader-exception)",
        "MIT",
    ]


AGPL = "Licensed under the GNU Affero General Public License, version 3."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("banner.py", "# words that say nothing\n" * 300 + f"\n# {AGPL}\n"),
        ("imports.py", f"import os\n\n# {AGPL}\nx = 1\n"),
        ("constant.py", f'import os\n\nTERMS = """\n{AGPL}\n"""\n'),
        ("joined.py", f'TERMS = (\n    "{AGPL} "\n    "No warranty."\n)\n'),
        ("behind.c", f"int x;  // {AGPL}\n"),
        ("block.c", f"int x;\n/*\n * {AGPL}\n */\n"),
        ("last.py", "x = 1\n" * 90_000 + f"# {AGPL}\n"),
        ("page.html", f"<html>\n<!-- {AGPL} -->\n</html>\n"),
        ("template.js", f"x()\nconst t = `\n{AGPL}\n`\n"),
        ("beside.py", f"# SPDX-License-Identifier: MIT\n# {AGPL}\n"),
    ],
)
def test_a_notice_is_found_wherever_it_stands(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)
    found = headers(FolderFiles(tmp_path), [name])
    texts = [e.text for e in found if e.text]
    assert len(texts) == 1
    line = text[: text.index("Affero")].count("\n")
    assert "Affero" in texts[0].split("\n")[line]


@pytest.mark.parametrize(
    "words",
    [
        "Use of this file is governed by the Foo Community License.",
        "GNU Affero General Public License, version 3 or any later version",
        "Released under AGPLv3.",
        "All of it is covered by the Foo License.",
        "Mozilla Public License 2.0",
    ],
)
def test_a_comment_below_the_head_needs_no_verb_of_a_list(
    tmp_path: Path, words: str
) -> None:
    found = look(tmp_path, a__py=f"import os\n\nx = 1\n\n# {words}\n")
    assert found == [("source-header", "a.py", "")]


def test_a_constant_is_found_behind_code_that_reads_like_a_phrase(
    tmp_path: Path,
) -> None:
    code = 'return its\n\nTERMS = """\nLicense: AGPL-3.0-or-later\n"""\n'
    found = look(tmp_path, a__py=f"import os\n\n{code}")
    assert found == [("source-header", "a.py", "")]


def test_each_tag_counts(tmp_path: Path) -> None:
    tags = "# SPDX-License-Identifier: MIT\nx = 1\n# SPDX-License-Identifier: AGPL-3.0-only\n"
    found = look(tmp_path, a__py=tags)
    assert [value for _, _, value in found] == ["MIT", "AGPL-3.0-only"]


def test_no_number_of_notices_hides_another(tmp_path: Path) -> None:
    for number in range(300):
        word = "".join(chr(97 + int(digit)) for digit in str(number))
        text = f"# Module {word}, licensed under the MIT license.\n"
        (tmp_path / f"a{number}.py").write_text(text)
    (tmp_path / "z.py").write_text(f"# {AGPL}\n")
    tree = FolderFiles(tmp_path)
    assert any(AGPL in (e.text or "") for e in headers(tree, tree.paths()))


def test_what_is_not_read_is_told(tmp_path: Path) -> None:
    with (tmp_path / "a.js").open("wb") as file:
        file.truncate(17 << 20)
    strings = "".join(f'x{n} = """{AGPL} {n * "a"}"""\n' for n in range(41))
    (tmp_path / "b.py").write_text(strings)
    problems: list[Problem] = []
    headers(FolderFiles(tmp_path), ["a.js", "b.py"], problems)
    assert [(p.rule, p.path) for p in problems] == [
        ("evidence-truncated", "a.js"),
        ("evidence-truncated", "b.py"),
    ]


def test_names_in_code_and_examples_are_no_notice(tmp_path: Path) -> None:
    code = '''import os
LICENSES = ["GPL-2.0", "AGPL-3.0"]
x = {"license": "GPL"}

def f():
    """
    >>> parse("GPL-2.0-only or under the AGPL")
    """
    return "src/*", "the General Public License"
'''
    assert look(tmp_path, a__py=code) == []


@pytest.mark.parametrize(
    "docstring",
    [
        'Return the id, one of "AGPL-3.0-only" or "GPL-3.0-only".',
        "Parse.\n\n    >>> parse('MIT OR GPL-2.0-only')\n    ... # the GPL\n",
        "Parse.\n\n    >>> print(parse('mit'))\n    MIT AND GPL-3.0-or-later\n    ",
        "Values:\n     - `GPL-3.0-only WITH Classpath-exception-2.0`, other",
        "Map names, such as `GPL-2.0-or-later`, to categories.",
    ],
)
def test_values_in_prose_about_code_are_no_notice(
    tmp_path: Path, docstring: str
) -> None:
    code = f"import os\n\ndef f():\n    '''{docstring}'''\n    return 1\n"
    code = code.replace("'''", '"""')
    assert look(tmp_path, a__py=code) == []


@pytest.mark.parametrize(
    "docstring",
    [
        "This function is under the 'Zork License'.",
        'Copied from foo, which is licensed under "AGPL-3.0-only".',
        "Part of foo's code. License: AGPL-3.0-only",
        "The bar's and foo's owner forbids commercial use.",
    ],
)
def test_a_docstring_that_gives_is_a_notice(
    tmp_path: Path, docstring: str
) -> None:
    code = f'import os\n\ndef f():\n    """{docstring}"""\n    return 1\n'
    assert look(tmp_path, a__py=code) == [("source-header", "a.py", "")]


def test_rows_of_comments_are_one_notice(tmp_path: Path) -> None:
    """A list of names says in the row above what it is."""
    row = "<!-- {} -->\n"
    text = (
        "<package>\n"
        + row.format("Commonly used license strings:")
        + row.format("BSD, MIT, GPLv2, LGPLv3")
        + "<license/></package>\n"
    )
    (tmp_path / "a.xml").write_text(text)
    (evidence,) = headers(FolderFiles(tmp_path), ["a.xml"])
    assert "Commonly used" in evidence.text
    assert "LGPLv3" in evidence.text
