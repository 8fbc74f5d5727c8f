"""`explain`: the rule, license, clause and profile pages."""

from __future__ import annotations

import pytest

from licensescan.model.types import UsageError
from licensescan.report.explain import explain
from licensescan.rulebook.rulebook import load, taxonomy

BOOK = load()


def page(name: str, width: int = 100) -> str:
    return explain(name, BOOK, width)


@pytest.mark.parametrize("rule", sorted(BOOK.rules))
def test_a_rule_is_its_own_documentation(rule: str) -> None:
    text = " ".join(page(rule).split())
    found = BOOK.rules[rule]
    for part in (found.title, found.why, found.remedy):
        assert " ".join(part.split()) in text
    for profile in BOOK.profiles():
        assert f"{profile}: {BOOK.profile(profile).verdicts[rule]}" in text


@pytest.mark.parametrize("name", BOOK.profiles())
def test_a_profile_lists_every_rule_once(name: str) -> None:
    rows = page(name).splitlines()
    for rule in BOOK.rules:
        assert (
            sum(1 for row in rows if row.strip().startswith(f"{rule} ")) == 1
        ), rule


@pytest.mark.parametrize("clause", sorted(taxonomy()))
def test_a_clause_is_defined(clause: str) -> None:
    assert taxonomy()[clause]["means"].split()[0] in page(clause)


def test_a_license_with_a_fact() -> None:
    text = page("MIT")
    assert text.startswith("MIT: MIT License")
    assert "commercial use    allowed" in text
    assert "source" in text


@pytest.mark.parametrize("license_", BOOK.facts.ids())
def test_every_fact_can_be_shown(license_: str) -> None:
    text = page(license_)
    assert text.startswith(f"{license_}: ")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("apache 2", "Apache-2.0: "),
        ("mit", "MIT: "),
        ("GPLv3", "GPL-3.0"),
        ("lgpl-2.1-plus", "LGPL-2.1-or-later: "),
        ("Copyleft-Strong", "copyleft-strong: "),
        ("SAAS", "saas: "),
        ("Use.Field", "use.field: "),
        ("  MIT  ", "MIT: "),
    ],
)
def test_names_as_people_write_them(said: str, meant: str) -> None:
    assert page(said).startswith(meant)


def test_a_category_says_what_it_is() -> None:
    from licensescan.standards.license_list import ids, info

    known = {i.lower() for i in BOOK.facts.ids()}
    bare = next(
        i.id
        for i in map(info, ids())
        if i
        and i.category == "Permissive"
        and not i.is_exception
        and i.id.lower() not in known
    )
    assert "category is 'Permissive'" in " ".join(page(bare).split())


def test_an_expression_shows_the_whole_and_each_member() -> None:
    text = page("mit or gpl-2.0+ with classpath-exception-2.0")
    assert text.startswith(
        "MIT OR GPL-2.0-or-later WITH Classpath-exception-2.0\n"
    )
    for name in ("MIT: ", "GPL-2.0-or-later: ", "Classpath-exception-2.0: "):
        assert f"\n{name}" in text


def test_a_name_that_only_exists() -> None:
    assert "nothing is held" in page("LicenseRef-nobody-knows")


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("copyleft-strng", "copyleft-strong"),
        ("saaas", "saas"),
        ("use.feild", "use.field"),
        ("Apach-2.0", "Apache-2.0"),
    ],
)
def test_the_nearest_word(word: str, near: str) -> None:
    with pytest.raises(UsageError, match=f"did you mean '{near}'"):
        page(word)


def test_no_word_is_near() -> None:
    with pytest.raises(
        UsageError, match=r"licensescan knows; names stand in reports"
    ):
        page("qqqqqqqqqqqq")


@pytest.mark.parametrize("width", [60, 80, 140])
@pytest.mark.parametrize(
    "name", ["MIT", "saas", "copyleft-strong", "use.field"]
)
def test_it_keeps_to_the_width(name: str, width: int) -> None:
    assert max(map(len, page(name, width).splitlines())) <= width


def test_a_reason_is_explained() -> None:
    page = explain("named-beside-a-text", load(), 100)
    assert page.startswith("named-beside-a-text: a reason that --why gives")
    assert "means" in page
