"""
A strict table says where a mistake is: file, line, key and the nearest word.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from licensescan.base.schema import StrictTable, parse_table, read_table
from licensescan.model.errors import PolicyError

DOCUMENT = b"""name = "x"
count = 3
[sub]
flag = "yes"
[[block]]
name = "one"
[[block]]
name = 2
words = ["a", 1]
[[block.inner]]
kind = "colour"
"""


@pytest.fixture
def table() -> StrictTable:
    return parse_table(DOCUMENT, "a.toml")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda t: t.check_keys("nam"), "a.toml:1: name: unknown key; did you mean"),
        (lambda t: t.text("count"), "a.toml:2: count: must be a string"),
        (lambda t: t.needed("title"), "a.toml: title: is missing"),
        (lambda t: t.table("count"), "a.toml:2: count: must be a table"),
        (lambda t: t.tables("sub"), "a.toml:3: sub: must be blocks headed [[sub]]"),
        (lambda t: t.table("sub").flag("flag"), "a.toml:4: sub.flag: must be true"),
        (lambda t: t.tables("block")[1].text("name"), "a.toml:8: block[2].name: must"),
        (lambda t: t.tables("block")[1].words("words"), "a.toml:9: block[2].words:"),
        (lambda t: t.tables("block")[0].needed("kind"), "a.toml:5: block[1].kind: is"),
        (
            lambda t: t.tables("block")[1].tables("inner")[0].one_of(
                "kind", Literal["color", "size"]
            ),
            "a.toml:11: block[2].inner[1].kind: 'colour' is not color or size; did you",
        ),
        (lambda t: t.one_of("kind", ("a", "b")), "a.toml: kind: is missing"),
    ],
)  # fmt: skip
def test_a_mistake_says_where_it_is(
    table: StrictTable, ask: Callable[[StrictTable], Any], message: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        ask(table)
    assert str(caught.value).startswith(message)


def test_what_is_there_and_what_is_not(table: StrictTable) -> None:
    assert list(table) == ["name", "count", "sub", "block"]
    assert (table.text("name"), table.text("title", "none")) == ("x", "none")
    assert (table.words("name"), table.words("names")) == (("x",), ())
    assert (table.value("count"), table.value("title")) == (3, None)
    assert table.one_of("kind", ("a", "b"), "a") == "a"
    assert table.some_of("name", ("x", "y")) == ("x",)
    assert list(table.table("other")) == table.tables("others") == []


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"none\.toml"):
        read_table(tmp_path / "none.toml")
    with pytest.raises(PolicyError, match=r"bad\.toml: .*line 1"):
        parse_table(b"[x\n", "bad.toml")
