"""Who requires whom, and why each is here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path as Folder

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensescan.model.types import Component, Purl, Root
from licensescan.resolver.graph import Graph, Path
from licensescan.resolver.resolve import resolve


def package(name: str, *requires: str) -> Component:
    return Component(
        purl=Purl(f"pkg:pypi/{name}@1"),
        name=name,
        version="1",
        requires=requires,
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
        (e.source, e.target, e.extra)
        for found in graph.edges.values()
        for e in found
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

    @pytest.mark.parametrize(
        ("python", "there"), [("3.10", True), ("3.12", False)]
    )
    def test_a_marker_is_that_of_the_target(
        self, python: str, there: bool
    ) -> None:
        graph = build(
            package("a", 'b; python_version < "3.11"'),
            package("b"),
            roots=("a",),
            python=python,
        )
        assert (("a", "b", "") in edges(graph)) is there

    def test_another_platform_is_not_followed(self) -> None:
        graph = build(
            package("a", 'b; sys_platform == "win32"'),
            package("b"),
            roots=("a",),
        )
        assert edges(graph) == set()

    def test_a_line_that_cannot_be_read_is_told(self) -> None:
        graph = build(package("a", "b >>> 3"), roots=("a",))
        placed = graph.placed(graph.components["a"])
        assert [p.rule for p in placed.problems] == ["metadata-invalid"]
        assert "b >>> 3" in placed.problems[0].message


class TestRoots:
    def test_the_projects_requirements_are_the_roots(self) -> None:
        graph = build(
            package("a", "b"), package("b"), package("c"), roots=("a",)
        )
        assert graph.shortest_paths(graph.components["b"]) == (
            ("app", "a", "b"),
        )
        assert graph.unneeded() == ["c"]

    def test_without_any_top_level_packages_stand_in(self) -> None:
        graph = build(package("a", "b"), package("b"))
        assert [root.source for root in graph.roots.values()] == [""]
        assert graph.shortest_paths(graph.components["b"]) == (("a", "b"),)

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
        assert graph.shortest_paths(graph.components["c"]) == (
            ("app", "d", "c"),
        )


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
        scopes = {
            n: graph.placed(c).scope for n, c in graph.components.items()
        }
        assert scopes == {
            "a": "dev",
            "b": "runtime",
            "c": "runtime",
            "z": "unknown",
        }

    def test_the_stronger_scope_of_one_root(self) -> None:
        graph = self.resolve(
            Root(requirement="a", source="x:1", scope="dev"),
            Root(requirement="a", source="x:2", scope="runtime"),
        )
        assert graph.placed(graph.components["a"]).scope == "runtime"


def nodes(path: Path) -> list[str]:
    """The keys that a path goes along."""
    return [path.root.name, *(edges[0].target for edges in path.steps)]


class TestPaths:
    def test_all_paths_shortest_first(self) -> None:
        graph = build(
            package("a", "b", "c"),
            package("b", "c"),
            package("c"),
            roots=("a",),
        )
        paths = graph.paths_to("c", most=20)
        assert [nodes(p) for p in paths.shown] == [["a", "c"], ["a", "b", "c"]]
        assert paths.more == 0

    def test_a_circle_ends(self) -> None:
        graph = build(
            package("a", "b"),
            package("b", "a", "c"),
            package("c", "b"),
            roots=("a",),
        )
        paths = graph.paths_to("c", most=20)
        assert [nodes(p) for p in paths.shown] == [["a", "b", "c"]]
        assert paths.more == 0

    def test_many_paths_are_cut_and_counted(self) -> None:
        middle = [package(f"m{i}", "end") for i in range(50)]
        graph = build(
            package("a", *[m.name for m in middle]),
            *middle,
            package("end"),
            roots=("a", "m7"),
        )
        paths = graph.paths_to("end", most=20)
        assert len(paths.shown) == 20
        assert paths.more == 31
        assert nodes(paths.shown[0]) == ["m7", "end"]
        assert nodes(paths.shown[1]) == ["a", "m0", "end"]

    def test_a_number_beyond_counting_is_counted_where_nothing_is_circular(
        self,
    ) -> None:
        layers = [
            package(f"{side}{i}", f"l{i + 1}", f"r{i + 1}")
            for i in range(60)
            for side in "lr"
        ]
        graph = build(*layers, package("l60"), package("r60"), roots=("l0",))
        assert graph.paths_to("l60", most=5).more == 2**59 - 5

    def test_and_said_to_be_too_many_where_something_is(self) -> None:
        everyone = [
            package(f"p{i}", *(f"p{j}" for j in range(30))) for i in range(30)
        ]
        paths = build(*everyone, roots=("p0",)).paths_to("p1", most=5)
        assert len(paths.shown) == 5
        assert paths.more is None

    def test_a_requirement_that_an_extra_repeats_is_one_step(self) -> None:
        graph = build(
            package("a", "b", 'b>=2; extra == "x"', 'c; extra == "x"'),
            package("b", 'd; extra == "y"'),
            package("c", "b[y]"),
            package("d"),
            roots=("a[x]",),
        )
        (path, _) = graph.paths_to("d", most=5).shown
        assert [[e.extra for e in edges] for edges in path.steps] == [
            ["", "x"],
            ["y"],
        ]

    def test_a_long_chain_needs_no_recursion(self) -> None:
        chain = [package(f"p{i}", f"p{i + 1}") for i in range(3000)]
        graph = build(*chain, package("p3000"), roots=("p0",))
        assert len(graph.shortest_paths(graph.components["p3000"])[0]) == 3002
        assert len(graph.paths_to("p3000", most=2).shown[0].steps) == 3000
        assert len(graph.settled_by_dropping()["p0"]) == 3001
        assert graph.cycles() == []


class TestDropping:
    def test_what_only_one_root_leads_to_goes_with_it(self) -> None:
        graph = build(
            package("a", "b", "both"),
            package("b"),
            package("c", "both"),
            package("both"),
            roots=("a", "c"),
        )
        assert graph.settled_by_dropping() == {"a": ["a", "b"], "c": ["c"]}

    def test_what_something_else_requires_stays(self) -> None:
        graph = build(
            package("a", "b"),
            package("b", "c"),
            package("c"),
            roots=("a", "b"),
        )
        assert graph.settled_by_dropping() == {"a": ["a"], "b": []}

    def test_a_circle_goes_as_a_whole(self) -> None:
        graph = build(package("a", "b"), package("b", "a"), roots=("a",))
        assert graph.settled_by_dropping() == {"a": ["a", "b"]}


EDGES = st.sets(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")),
    max_size=24,
)


def built(edges: set[tuple[str, str]], *roots: str) -> Graph:
    return build(
        *(
            package(n, *sorted(t for s, t in edges if s == n))
            for n in "abcdefgh"
        ),
        roots=roots,
    )


@given(edges=EDGES)
def test_paths_and_cycles_are_those_of_a_search_without_networkx(
    edges: set[tuple[str, str]],
) -> None:
    graph = built(edges, "a")
    after = {n: {t for s, t in edges if s == n and t != n} for n in "abcdefgh"}

    def simple(path: list[str], end: str) -> list[list[str]]:
        if path[-1] == end:
            return [path]
        steps = sorted(after[path[-1]] - set(path))
        return [
            found for step in steps for found in simple([*path, step], end)
        ]

    for end in "abcdefgh":
        every = sorted(simple(["a"], end), key=lambda path: (len(path), path))
        found = graph.paths_to(end, most=10_000)
        assert [nodes(path) for path in found.shown] == every
        assert (end in graph.arrivals) is bool(every)
        if every:
            assert len(graph.shortest_path(end)) == len(every[0]) - 1
    leads = {(s, t) for s in after for t in after if s != t and simple([s], t)}
    circular = {
        frozenset(t for t in after if {(s, t), (t, s)} <= leads) | {s}
        for s in after
    }
    assert graph.cycles() == sorted(sorted(g) for g in circular if len(g) > 1)


@given(edges=EDGES)
def test_what_dropping_settles_is_what_the_graph_without_it_lacks(
    edges: set[tuple[str, str]],
) -> None:
    roots = ("a", "b", "c")
    graph = built(edges, *roots)
    for root, settled in graph.settled_by_dropping().items():
        without = built(edges, *(r for r in roots if r != root))
        assert settled == sorted(set(graph.arrivals) - set(without.arrivals))


def test_input_order_changes_nothing() -> None:
    given = [
        package("a", "b"),
        package("b", "c"),
        package("c", "a"),
        package("x", "c"),
    ]
    graphs = [build(*order, roots=("a",)) for order in (given, given[::-1])]
    assert graphs[0].facts() == graphs[1].facts()
    assert graphs[0].paths_to("c", most=9) == graphs[1].paths_to("c", most=9)


BACKEND = """
from pathlib import Path

def get_info():
    Path(__file__).with_name("ran").touch()
    return {}
"""

WHY = """
from licensescan.model.types import Component, Purl
from licensescan.resolver.resolve import resolve

one = Component(purl=Purl("pkg:pypi/a@1"), name="a", version="1", requires=("b",))
two = Component(purl=Purl("pkg:pypi/b@1"), name="b", version="1", requires=("a",))
assert resolve([one, two], []).cycles() == [["a", "b"]]
"""


def test_no_backend_of_networkx_is_run(tmp_path: Folder) -> None:
    """
    An installed distribution may name code that networkx calls as it is
    imported.
    """
    info = tmp_path / "evil-1.0.dist-info"
    info.mkdir()
    (tmp_path / "evil.py").write_text(BACKEND)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: evil\nVersion: 1.0\n"
    )
    (info / "entry_points.txt").write_text(
        "[networkx.backends]\nevil = evil:get_info\n"
        "[networkx.backend_info]\nevil = evil:get_info\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    for code, runs in (("import networkx", True), (WHY, False)):
        subprocess.run(
            [sys.executable, "-c", code], check=True, env=environment
        )
        assert (tmp_path / "ran").exists() is runs
        (tmp_path / "ran").unlink(missing_ok=True)
