"""POMs: licenses, coordinates, and documents that are refused."""

from __future__ import annotations

import pytest

from licensescan.collect.formats.pom import (
    choice_of,
    pom_evidence,
    properties,
    read_pom,
)

LICENSED = """<project>
  <parent><groupId>org.up</groupId><artifactId>parent</artifactId><version>7</version></parent>
  <artifactId>tool</artifactId>
  <properties><which>EPL 2.0</which></properties>
  <!-- <license> in a comment is none -->
  <licenses>
    <license><name>${which}</name></license>
    <license>
      <name>GPL2 w/ CPE</name>
    </license>
  </licenses>
</project>
"""


def test_coordinates_come_from_the_parent_where_left_out() -> None:
    pom = read_pom(LICENSED.encode())
    assert (pom.group, pom.artifact, pom.version, pom.parent) == (
        "org.up",
        "tool",
        "7",
        "org.up:parent",
    )


def test_several_licenses_are_one_choice() -> None:
    (item,) = pom_evidence(read_pom(LICENSED.encode()), "pom.xml")
    assert (item.kind, item.value, item.lines) == (
        "pom",
        "EPL 2.0 OR GPL2 w/ CPE",
        (7, 8),
    )


def test_an_address_speaks_where_the_name_does_not_decide() -> None:
    text = "<project><licenses><license><name>{}</name><url>{}</url></license></licenses></project>"
    exact = "https://opensource.org/licenses/MIT"
    assert (
        pom_evidence(read_pom(text.format("Our terms", exact).encode()), "")[
            0
        ].value
        == exact
    )
    assert (
        pom_evidence(read_pom(text.format("ISC", exact).encode()), "")[0].value
        == "ISC"
    )
    assert (
        pom_evidence(
            read_pom(text.format("", "http://x.example").encode()), ""
        )[0].value
        == "http://x.example"
    )
    assert pom_evidence(read_pom(text.format("", "").encode()), "") == []


def test_joined_names() -> None:
    assert choice_of(["MIT OR ISC", "BSD"]) == "(MIT OR ISC) OR BSD"
    assert (
        choice_of(["https://opensource.org/licenses/MIT", "BSD"])
        == "MIT OR BSD"
    )


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE project [<!ENTITY a "b">]><project/>',
        '<!DOCTYPE p [<!ENTITY a "b">]><project/>'.encode("utf-16"),
        b"<project><unclosed></project>",
        b"",
        b"<html/>",
        b"\xff\xfe\x00",
        b"<project>" + b"<a>" * 100 + b"</a>" * 100 + b"</project>",
        b" " * (5 << 20),
        b"<?xml version='1.0' encoding='no-such'?><project/>",
    ],
)
def test_what_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        read_pom(data)


def test_properties() -> None:
    assert dict(properties(b"# c\n\ngroupId = g\nversion:1.0\n")) == {
        "groupId": "g",
        "version": "1.0",
    }
