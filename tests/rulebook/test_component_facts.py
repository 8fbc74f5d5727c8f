"""
Curated facts: asked last, pinned, told; and those that ship are well formed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from licensescan.base.installation import data_folder
from licensescan.cache.texts import Cache
from licensescan.conclude.cached_reading import CachedReading
from licensescan.conclude.conclude import conclude
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Component,
    Evidence,
    Expression,
    PolicyError,
    Purl,
)
from licensescan.rulebook import component_facts as curated
from licensescan.rulebook.component_facts import curated_facts, read_facts
from licensescan.rulebook.rulebook import load

READING = CachedReading(Cache(None, "v1"))
SHA = "ab" * 32
SHIPPED = sorted((data_folder("rules") / "components").glob("*/*.toml"))


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(curated, "data_folder", lambda _name: tmp_path)
    curated._files.cache_clear()
    yield tmp_path / "components"
    curated._files.cache_clear()


def put(shelf: Path, purl: str, *rows: str) -> None:
    kind, _, about = purl.removeprefix("pkg:").partition("/")
    (shelf / kind).mkdir(parents=True, exist_ok=True)
    body = "".join(f'\n[[fact]]\nsource = "a book"\n{row}\n' for row in rows)
    (shelf / kind / f"{about.replace('/', '.')}.toml").write_text(
        f'purl = "{purl}"\n{body}'
    )
    curated._files.cache_clear()


def component(
    purl: str = "pkg:pypi/acme@1.2", *evidence: Evidence
) -> Component:
    return Component(
        purl=Purl(purl),
        name="acme",
        version="1.2",
        path="acme",
        evidence=evidence,
    )


def ask(
    item: Component | None = None,
    *,
    declared: str = NONE,
    concluded: str = NONE,
    texts: tuple[str, ...] = (),
) -> curated.CuratedFacts | None:
    given = item or component()
    return curated_facts(
        given,
        declared=Expression(declared),
        concluded=Expression(concluded),
        texts=texts,
    )


def test_nothing_is_known_of_most(shelf: Path) -> None:
    put(shelf, "pkg:pypi/other", 'says = "x"')
    assert ask() is None


def test_a_fact_settles_what_is_open_and_nothing_else(shelf: Path) -> None:
    put(
        shelf,
        "pkg:pypi/acme",
        'license = "MIT"\nversions = "<2"\nsays = "so said the author"',
    )
    found = ask()
    assert found
    assert found.license == "MIT"
    assert [(p.rule, p.message) for p in found.problems] == [
        ("curated-fact", "so said the author (a book)")
    ]
    later = ask(concluded="ISC")
    assert later
    assert later.license is None
    assert ask(component("pkg:pypi/acme@2.0")) is None


def test_a_wrong_declaration_is_replaced_only_while_it_stands_alone(
    shelf: Path,
) -> None:
    put(
        shelf,
        "pkg:pypi/acme",
        'license = "ISC"\ninstead_of = "MIT"\nsays = "the files are ISC"',
    )
    assert (
        ask(declared="MIT", concluded="MIT") or curated.CuratedFacts()
    ).license == "ISC"
    assert (
        ask(declared="MIT", concluded="MIT", texts=(SHA,))
        or curated.CuratedFacts()
    ).license is None
    mended = ask(declared="ISC", concluded="ISC")
    assert mended
    assert mended.problems[0].rule == "curated-fact"
    lapsed = ask(declared="Zlib", concluded="Zlib")
    assert lapsed
    assert [p.rule for p in lapsed.problems] == ["waiver-stale"]


def test_a_fact_about_a_text_lapses_with_it(shelf: Path) -> None:
    put(
        shelf,
        "pkg:pypi/acme",
        f'license = "ISC"\nsha256 = "{SHA}"\nsays = "that text is ISC"',
    )
    assert (
        ask(concluded=NOASSERTION, texts=(SHA,)) or curated.CuratedFacts()
    ).license == "ISC"
    lapsed = ask(concluded=NOASSERTION, texts=("cd" * 32,))
    assert lapsed
    assert lapsed.license is None
    assert "has changed" in lapsed.problems[0].message


def test_a_part_is_found_by_its_coordinates_and_its_group(shelf: Path) -> None:
    put(shelf, "pkg:maven/org.acme", 'names = ["acme-*"]\nlicense = "ISC"')
    jar = Evidence(
        kind="coordinates",
        path="x.jar",
        value="pkg:maven/org.acme/acme-api@1.0",
    )
    other = Evidence(
        kind="coordinates", path="x.jar", value="pkg:maven/org.acme/else@1.0"
    )
    assert (
        ask(component("pkg:pypi/whole@1#x.jar", jar)) or curated.CuratedFacts()
    ).license == "ISC"
    assert ask(component("pkg:pypi/whole@1#x.jar", other)) is None
    both = ask(component("pkg:pypi/whole@1#x.jar", jar, other))
    assert both
    assert both.license is None


def test_a_group_holds_those_in_it_and_the_nearest_is_asked_first(
    shelf: Path,
) -> None:
    put(shelf, "pkg:maven/org.acme", 'names = ["*"]\nlicense = "ISC"')
    put(
        shelf,
        "pkg:maven/org.acme.old",
        'names = ["*"]\nlicense = "MIT"\nversions = "<2"',
    )
    inner = [
        component(f"pkg:maven/org.acme.{p}/x@{v}")
        for p, v in (("new", "1"), ("old", "1.9.v2-jre"), ("old", "2.0"))
    ]
    assert [(ask(c) or curated.CuratedFacts()).license for c in inner] == [
        "ISC",
        "MIT",
        "ISC",
    ]
    assert ask(component("pkg:maven/org.acmes/x@1")) is None


def test_the_conclusion_names_its_basis(shelf: Path, tmp_path: Path) -> None:
    part = '[[fact.part]]\nname = "engine"\nlicense = "MPL-2.0"'
    put(shelf, "pkg:pypi/acme", f'license = "MIT"\nsays = "known"\n{part}')
    found = conclude(component(), load(), READING)
    assert (found.concluded, found.basis) == ("MIT", "curated")
    assert [p.rule for p in found.problems] == ["curated-fact"]
    assert [(p.component.name, p.concluded, p.basis) for p in found.parts] == [
        ("engine", "MPL-2.0", "curated")
    ]
    field = Evidence(kind="license-field", path="METADATA", value="ISC")
    assert (
        conclude(
            component("pkg:pypi/acme@1.2", field), load(), READING
        ).concluded
        == "ISC"
    )


@pytest.mark.parametrize(
    "row",
    [
        'lisence = "MIT"',
        'license = "MIT ANDD"',
        "",
        'versions = "one"\nsays = "x"',
        '[[fact.part]]\nname = "x"',
    ],
)
def test_a_bad_row_is_refused_by_name(shelf: Path, row: str) -> None:
    put(shelf, "pkg:pypi/acme", row)
    with pytest.raises(PolicyError, match=r"acme\.toml|version range"):
        read_facts(shelf / "pypi" / "acme.toml")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_what_ships_is_well_formed(path: Path) -> None:
    rules = load().rules
    for fact in read_facts(path):
        assert fact.rule in rules
        assert len(fact.source) > 10
