"""The paths by which a component got in, as `why` prints them."""

from __future__ import annotations

import pytest

from licensescan.model.types import Component, Purl, Root, UsageError
from licensescan.report.why import render_why
from licensescan.resolver.graph import Graph
from licensescan.resolver.resolve import resolve


def package(name: str, *requires: str) -> Component:
    return Component(
        purl=Purl(f"pkg:pypi/{name}@1"),
        name=name,
        version="1",
        requires=requires,
    )


def graph(*components: Component, roots: tuple[str, ...] = ()) -> Graph:
    asked = [
        Root(requirement=r, source=f"pyproject.toml:{n}")
        for n, r in enumerate(roots, 1)
    ]
    return resolve(components, asked, python="3.11", project="app")


def test_each_step_has_its_requirement_extra_and_marker() -> None:
    found = graph(
        package("a", 'B>=2; extra == "fast" and python_version >= "3"'),
        package("B"),
        roots=("a[fast]~=1.0",),
    )
    assert render_why(found, "b").splitlines() == [
        "B 1",
        "",
        "  app",
        "    a[fast]~=1.0   pyproject.toml:1",
        '      B 1 by B>=2 extra fast when extra == "fast" and python_version >= "3"',
    ]


def test_what_an_extra_repeats_is_one_step() -> None:
    found = graph(
        package("a", "b", 'b>=2; extra == "x"'), package("b"), roots=("a[x]",)
    )
    (row,) = [r for r in render_why(found, "b").splitlines() if " by " in r]
    assert row == '      b 1 by b; and by b>=2 extra x when extra == "x"'


def test_all_paths_shortest_first_and_how_many_more() -> None:
    middle = [package(f"m{n:02}", "end") for n in range(30)]
    names = [m.name for m in middle]
    found = graph(
        package("a", *names), *middle, package("end"), roots=("a", "m29")
    )
    rows = render_why(found, "end").splitlines()
    assert rows[2:5] == [
        "  app",
        "    m29   pyproject.toml:2",
        "      end 1 by end",
    ]
    assert rows[-1] == "  and 11 more paths"
    assert [r.split()[0] for r in rows if r.startswith("      m")] == names[
        :19
    ]


def test_paths_that_cannot_be_counted_are_said_to_be_there() -> None:
    everyone = [
        package(f"p{n}", *(f"p{m}" for m in range(12))) for n in range(12)
    ]
    text = render_why(graph(*everyone, roots=("p0",)), "p1")
    assert text.endswith(
        "and more paths, not counted: packages on them require each other\n"
    )


def test_what_else_only_this_requirement_brings_in() -> None:
    found = graph(
        package("a", "b", "c"),
        package("b"),
        package("C"),
        package("d"),
        roots=("a", "d"),
    )
    assert render_why(found, "a").endswith(
        "\n\n  without it, 2 more would go: b, C\n"
    )
    assert "without it" not in render_why(found, "d")
    assert "without it" not in render_why(found, "b")


def test_a_top_level_package_of_an_environment_without_a_project() -> None:
    rows = render_why(graph(package("a", "b"), package("b")), "b").splitlines()
    assert rows[2:] == [
        "  a 1   (a top-level package: nothing installed requires it)",
        "    b 1 by b",
    ]


def test_what_is_not_asked_for() -> None:
    text = render_why(graph(package("a"), package("b"), roots=("a",)), "b")
    assert text == "b 1\n\n  nothing that the project asks for leads here\n"


def test_what_is_not_installed() -> None:
    found = graph(package("a", "gone>=2"))
    assert (
        render_why(found, "gone")
        == "gone is not installed; it is required by a\n"
    )
    with pytest.raises(UsageError, match="never is not among the components"):
        render_why(found, "never")


def test_a_part_leads_to_the_component_that_holds_it() -> None:
    library = Component(
        purl=Purl("pkg:pypi/b@1#b.libs/libx264.so.164"),
        name="x264",
        version="",
        kind="native",
        path="b.libs/libx264.so.164",
    )
    found = graph(package("a", "b"), package("b"), roots=("a",))
    parts = {"pkg:pypi/b@1": (library,)}
    for name in ("x264", "libx264.so.164", "b.libs/libx264.so.164"):
        rows = render_why(found, name, parts).splitlines()
        assert rows[:2] == ["part x264 (b.libs/libx264.so.164) of", "b 1"]
    with pytest.raises(UsageError):
        render_why(found, "x265", parts)
