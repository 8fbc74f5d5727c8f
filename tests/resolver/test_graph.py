"""Who requires whom, and why each is here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensescan.model.types import Component, Purl
from licensescan.resolver.graph import Graph, Root, resolve


def package(name: str, *requires: str) -> Component:
    return Component(
        purl=Purl(f"pkg:pypi/{name}@1"), name=name, version="1", requires=requires
    )


def build(
    *components: Component, roots: tuple[str, ...] = (), python: str = "3.11"
) -> Graph:
    asked = [
        Root(requirement=r, source=f"requirements.txt:{n}")
        for n, r in enumerate(roots, 1)
    ]
    return resolve(components, asked, python=python, project="app")


def edges(graph: Graph) -> set[tuple[str, str, str]]:
    return {
        (e.source, e.target, e.extra) for found in graph.edges.values() for e in found
    }


class TestEdges:
    def test_names_meet_in_normal_form(self) -> None:
        graph = build(package("A.B", "c_D"), package("C-d"), roots=("a-b",))
        assert edges(graph) == {("a-b", "c-d", "")}

    def test_an_extra_is_an_edge_only_when_asked_for(self) -> None:
        given = (package("a", 'b; extra == "fast"'), package("b"))
        assert edges(build(*given, roots=("a",))) == set()
        assert edges(build(*given, roots=("a[fast]",))) == {("a", "b", "fast")}

    def test_extras_of_extras_reach_a_fixpoint(self) -> None:
        given = (
            package("a", 'a[one]; extra == "all"', 'b[x]; extra == "one"'),
            package("b", 'c; extra == "x"'),
            package("c"),
        )
        graph = build(*given, roots=("a[all]",))
        assert ("a", "b", "one") in edges(graph)
        assert ("b", "c", "x") in edges(graph)
        assert graph.unneeded() == []

    @pytest.mark.parametrize(("python", "there"), [("3.10", True), ("3.12", False)])
    def test_a_marker_is_that_of_the_target(self, python: str, there: bool) -> None:
        graph = build(
            package("a", 'b; python_version < "3.11"'),
            package("b"),
            roots=("a",),
            python=python,
        )
        assert (("a", "b", "") in edges(graph)) is there

    def test_another_platform_is_not_followed(self) -> None:
        graph = build(
            package("a", 'b; sys_platform == "win32"'), package("b"), roots=("a",)
        )
        assert edges(graph) == set()

    def test_a_line_that_cannot_be_read_is_told(self) -> None:
        graph = build(package("a", "b >>> 3"), roots=("a",))
        placed = graph.placed(graph.components["a"])
        assert [p.rule for p in placed.problems] == ["metadata-invalid"]
        assert "b >>> 3" in placed.problems[0].message


class TestRoots:
    def test_the_projects_requirements_are_the_roots(self) -> None:
        graph = build(package("a", "b"), package("b"), package("c"), roots=("a",))
        assert graph.paths(graph.components["b"]) == (("app", "a", "b"),)
        assert graph.unneeded() == ["c"]

    def test_without_any_top_level_packages_stand_in(self) -> None:
        graph = build(package("a", "b"), package("b"))
        assert [root.source for root in graph.roots.values()] == [""]
        assert graph.paths(graph.components["b"]) == (("a", "b"),)

    def test_a_circle_that_nobody_leads_to_has_a_root(self) -> None:
        graph = build(package("a", "b"), package("b", "a"))
        assert sorted(graph.roots) == ["a"]
        assert graph.cycles() == [["a", "b"]]

    def test_a_missing_package_is_a_fact(self) -> None:
        graph = build(package("a", "gone>=2"), roots=("a", "never"))
        assert graph.facts()["missing"] == [
            "gone>=2 (required by a)",
            "never (required by app)",
        ]

    def test_the_shortest_way_is_shown(self) -> None:
        graph = build(
            package("a", "b"),
            package("b", "c"),
            package("c"),
            package("d", "c"),
            roots=("a", "d"),
        )
        assert graph.paths(graph.components["c"]) == (("app", "d", "c"),)


class TestScopes:
    def resolve(self, *roots: Root) -> Graph:
        return resolve(
            [package("a", "c"), package("b", "c"), package("c"), package("z")],
            roots,
            project="app",
        )

    def test_runtime_wins_over_dev(self) -> None:
        graph = self.resolve(
            Root(requirement="a", source="x:1", scope="dev"),
            Root(requirement="b", source="x:2", scope="runtime"),
        )
        scopes = {n: graph.placed(c).scope for n, c in graph.components.items()}
        assert scopes == {"a": "dev", "b": "runtime", "c": "runtime", "z": "unknown"}

    def test_the_stronger_scope_of_one_root(self) -> None:
        graph = self.resolve(
            Root(requirement="a", source="x:1", scope="dev"),
            Root(requirement="a", source="x:2", scope="runtime"),
        )
        assert graph.placed(graph.components["a"]).scope == "runtime"


class TestWays:
    def test_all_ways_shortest_first(self) -> None:
        graph = build(
            package("a", "b", "c"), package("b", "c"), package("c"), roots=("a",)
        )
        ways = [[(e.source, e.target) for e in way] for way in graph.all_paths("c")]
        assert ways == [[("a", "c")], [("a", "b"), ("b", "c")]]

    def test_a_circle_ends(self) -> None:
        graph = build(
            package("a", "b"), package("b", "a", "c"), package("c", "b"), roots=("a",)
        )
        assert len(graph.all_paths("c")) == 1

    def test_many_ways_are_cut(self) -> None:
        middle = [package(f"m{i}", "end") for i in range(50)]
        graph = build(
            package("a", *[m.name for m in middle]),
            *middle,
            package("end"),
            roots=("a",),
        )
        assert len(graph.all_paths("end", limit=20)) == 20

    def test_a_long_chain_needs_no_recursion(self) -> None:
        chain = [package(f"p{i}", f"p{i + 1}") for i in range(3000)]
        graph = build(*chain, package("p3000"), roots=("p0",))
        assert len(graph.paths(graph.components["p3000"])[0]) == 3002
        assert graph.cycles() == []


@given(
    edges=st.sets(
        st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=24
    )
)
def test_networkx_agrees_on_circles_and_ways(edges: set[tuple[str, str]]) -> None:
    networkx = pytest.importorskip("networkx")
    graph = build(
        *(package(n, *sorted(t for s, t in edges if s == n)) for n in "abcdefgh"),
        roots=("a",),
    )
    other = graph.to_networkx()
    assert set(other.edges()) == edges
    strong = sorted(
        sorted(g) for g in networkx.strongly_connected_components(other) if len(g) > 1
    )
    assert graph.cycles() == strong
    for name, length in networkx.single_source_shortest_path_length(other, "a").items():
        assert len(graph.steps(name) or ()) == length


def test_input_order_changes_nothing() -> None:
    given = [package("a", "b"), package("b", "c"), package("c", "a"), package("x", "c")]
    facts = [build(*order, roots=("a",)).facts() for order in (given, given[::-1])]
    assert facts[0] == facts[1]
