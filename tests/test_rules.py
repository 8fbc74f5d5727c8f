"""
What ships in rules/: every rule fires somewhere and is silent somewhere, and
every profile knows every rule.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from licensescan.base.installation import data_folder
from licensescan.base.toml import loads
from licensescan.judge.judge import judge
from licensescan.judge.pairs import REQUIRED
from licensescan.model.texts import Copyleft
from licensescan.model.types import (
    VERDICTS,
    Adds,
    Certainty,
    Clause,
    Component,
    Conclusion,
    Expression,
    Finding,
    Patent,
    Policy,
    Problem,
    Purl,
    Retaliation,
    Role,
    Terms,
    Us,
    Waiver,
)
from licensescan.rulebook.rulebook import Rulebook, load, taxonomy
from licensescan.rulebook.rules import TERM_FIELDS, WHEN
from tests.spdx import is_known

BOOK = load()
RULES = sorted(BOOK.rules)
PROFILES = BOOK.profiles()
CLEAN = Terms(patent=Patent(grant="express"), commercial="allowed")
LOUD = Policy(profile="loud", verdicts=dict.fromkeys(RULES, "deny"))


def judged(
    concluded: str,
    terms: Terms,
    policy: Policy,
    *problems: Problem,
    book: Rulebook = BOOK,
) -> list[Finding]:
    component = Component(
        purl=Purl("pkg:pypi/demo@1"),
        name="demo",
        version="1",
        relation="bundled",
    )
    given = Conclusion(
        component=component,
        concluded=Expression(concluded),
        terms=terms,
        problems=problems,
    )
    return judge([given], book, policy, today=date(2027, 1, 1))[0]


def firing(rule: str, book: Rulebook = BOOK) -> list[Finding]:
    """The findings of the smallest conclusion that should raise `rule`."""
    when = book.rules[rule].when
    loud = Policy(profile="loud", verdicts=dict.fromkeys(book.rules, "deny"))
    policy, concluded, terms = loud, "LicenseRef-own", CLEAN
    problems: tuple[Problem, ...] = ()
    for key, values in when.items():
        value = values[0]
        if key == "problem" and value == "waiver-stale":
            policy = replace(
                loud,
                waivers=(
                    Waiver(
                        component="x",
                        rule="license-missing",
                        reason="r",
                        key="k",
                    ),
                ),
            )
        elif key == "problem":
            problems = (Problem(rule=rule, path="x", message="seen"),)
        elif key == "clause":
            terms = replace(terms, clauses=(Clause(clause=value),))
        elif key in ("commercial", "copyleft"):
            terms = replace(terms, **{key: value})  # type: ignore[arg-type]
        elif key == "patent.grant":
            terms = replace(terms, patent=Patent(grant=value))  # type: ignore[arg-type]
        elif key == "patent.retaliation.strength":
            hit = Retaliation(
                strength=value, effect="patent", trigger="you sue"
            )  # type: ignore[arg-type]
            terms = replace(
                terms, patent=replace(terms.patent, retaliation=hit)
            )
        elif key == "policy" and "denied" in values:
            policy, concluded = replace(loud, deny=("MIT",)), "MIT"
        elif key == "policy" and "violated" in values:
            policy = replace(loud, us=Us(answers={"hosts": True}))
            terms = replace(terms, clauses=(Clause(clause="use.no_hosting"),))
        elif key == "policy":
            policy, concluded = replace(loud, outbound="MIT"), "GPL-3.0-only"
    return judged(concluded, terms, policy, *problems, book=book)


@pytest.mark.parametrize("rule", RULES)
def test_it_fires_somewhere(rule: str) -> None:
    assert rule in {f.rule for f in firing(rule)}


ABOUT_TERMS = [r for r in RULES if set(BOOK.rules[r].when) & set(TERM_FIELDS)]


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """The rules that ship, each rule about terms under another id."""
    place = tmp_path_factory.mktemp("renamed") / "rules"
    shutil.copytree(data_folder("rules"), place)
    word = re.compile(
        rf"\b(?<!-)({'|'.join(sorted(ABOUT_TERMS, reverse=True))})(?=[\"@ ])"
    )
    for path in (*place.glob("checks/*.toml"), *place.glob("profiles/*.toml")):
        path.write_text(word.sub(r"new-\1", path.read_text("utf-8")), "utf-8")
    return Rulebook(place)


@pytest.mark.parametrize("rule", ABOUT_TERMS)
def test_a_rule_about_terms_is_renamed_in_toml_alone(
    rule: str, renamed: Rulebook
) -> None:
    def shape(finding: Finding) -> Finding:
        return replace(
            finding, rule=finding.rule.removeprefix("new-"), fingerprint=""
        )

    before, after = firing(rule), firing(f"new-{rule}", renamed)
    assert {shape(f) for f in after} == {shape(f) for f in before}
    assert f"new-{rule}" in {f.rule for f in after}


def test_profiles_speak_of_renamed_rules(renamed: Rulebook) -> None:
    assert len(ABOUT_TERMS) == 26
    for name in PROFILES:
        verdicts = renamed.profile(name).verdicts
        assert {f"new-{rule}" for rule in ABOUT_TERMS} <= set(verdicts)
        assert len(verdicts) == len(BOOK.profile(name).verdicts)


def test_all_are_silent_on_what_is_clean() -> None:
    assert judged("LicenseRef-own", CLEAN, LOUD) == []


@pytest.mark.parametrize("rule", RULES)
def test_it_says_what_why_and_what_to_do(rule: str) -> None:
    found = BOOK.rules[rule]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule)
    assert not rule.startswith("no-")
    for text in (found.title, found.why, found.remedy):
        assert len(text) > 10
        assert "  " not in text
    assert set(found.when) <= set(WHEN)
    groups = {f"{clause.partition('.')[0]}." for clause in taxonomy()}
    named = (*found.names, *found.names_otherwise, *found.quotes)
    for clause in (*found.when.get("clause", ()), *named):
        assert clause in {*taxonomy(), *groups}


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_has_a_verdict_for_every_rule_and_no_other(
    name: str,
) -> None:
    verdicts = BOOK.profile(name).verdicts
    assert {key for key in verdicts if "@" not in key} == set(RULES)
    assert set(verdicts.values()) <= {*VERDICTS, "ok"}
    title, summary = BOOK.profile_text(name)
    assert title != name
    assert summary


@pytest.mark.parametrize("name", PROFILES)
def test_refinements_are_of_known_kinds(name: str) -> None:
    relations = {
        "own",
        "import",
        "bundled",
        "vendored",
        "static",
        "weights",
        "data",
        "dev",
    }
    strengths = {"work", "ip", "grantor", "broad"}
    for key in BOOK.profile(name).verdicts:
        _, _, refinement = key.partition("@")
        assert refinement in {
            "",
            "harmless",
            "empty",
            "static-file",
            "part",
            "part-ip",
            "part-named",
            "part-undecided",
            "left-over",
            "enhancements",
            "contributions",
            REQUIRED,
            "static-module",
            "static-adaptation",
            *Role,
            *relations,
            *strengths,
        }, key


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_limits_every_certainty_role_and_addition(
    name: str,
) -> None:
    limits = BOOK.profile(name).limits
    assert set(limits) == {*Certainty, *Role, *Adds}
    assert limits[Certainty.TALKED_OF] == "ok"
    assert limits[Certainty.LISTED] in ("review", "warn")
    assert limits[Adds.NOTHING] in ("warn", "ok")


def test_the_seven_profiles_of_the_interface() -> None:
    from licensescan.cli import PROFILES as OFFERED

    assert set(PROFILES) == set(OFFERED)


@pytest.mark.parametrize("name", PROFILES)
def test_the_unknown_is_never_ok(name: str) -> None:
    verdicts = BOOK.profile(name).verdicts
    for rule in (
        "license-missing",
        "license-unknown",
        "terms-unread",
        "evidence-unreadable",
        "license-modified",
    ):
        found = {v for k, v in verdicts.items() if k.partition("@")[0] == rule}
        assert "ok" not in found, rule


@pytest.mark.parametrize("name", PROFILES)
def test_allowed_licenses_exist(name: str) -> None:
    for license_ in BOOK.profile(name).allow:
        assert is_known(license_), license_


class TestFacts:
    @pytest.mark.parametrize("license_", BOOK.facts.ids())
    def test_a_fact_is_whole_and_its_clauses_are_defined(
        self, license_: str
    ) -> None:
        document = loads(
            (
                data_folder("rules") / "licenses" / f"{license_}.toml"
            ).read_bytes(),
            label=license_,
        )
        fact = BOOK.fact(license_)
        assert fact is not None
        assert fact.basis == "fact"
        assert fact.name
        assert fact.summary
        assert fact.source
        unknown = {c.clause for c in fact.terms.clauses} - set(taxonomy())
        assert not unknown
        if not document.get("exception"):
            assert {"commercial", "copyleft", "patent"} <= set(document)

    @pytest.mark.parametrize("license_", BOOK.facts.ids())
    def test_its_id_is_spelled_as_spdx_does(self, license_: str) -> None:
        from licensescan.standards.spdx_expression import normalise

        document = loads(
            (
                data_folder("rules") / "licenses" / f"{license_}.toml"
            ).read_bytes(),
            label=license_,
        )
        if document.get("exception"):
            assert (
                normalise(f"GPL-2.0-only WITH {license_}")
                == f"GPL-2.0-only WITH {license_}"
            )
        else:
            assert normalise(license_) == license_

    @pytest.mark.parametrize("license_", BOOK.facts.ids())
    def test_its_fields_and_its_clauses_agree(self, license_: str) -> None:
        fact = BOOK.fact(license_)
        assert fact is not None
        terms, clauses = fact.terms, {c.clause for c in fact.terms.clauses}
        if terms.patent.retaliation:
            assert terms.patent.retaliation.trigger
        if clauses & {
            "use.noncommercial",
            "use.research_only",
            "use.evaluation_only",
        }:
            assert terms.commercial == "prohibited"
        if "patent.silent" in clauses:
            assert terms.patent.grant in ("none", "implicit", "file")
        if "patent.grant" in clauses:
            assert terms.patent.grant in ("express", "file")
        for reach in get_args(Copyleft):
            if f"copyleft.{reach}" in clauses:
                assert terms.copyleft != "none"


def test_the_taxonomy_defines_every_clause_that_a_detector_raises() -> None:
    raised = set()
    for path in sorted((data_folder("rules") / "clauses").glob("*.toml")):
        blocks = loads(path.read_bytes(), label=path.name).get("detector", ())
        raised |= {block["clause"] for block in blocks}
    assert raised <= set(taxonomy())


@pytest.mark.parametrize("clause", sorted(taxonomy()))
def test_a_clause_has_a_title_and_a_meaning(clause: str) -> None:
    entry = taxonomy()[clause]
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", clause)
    assert entry["title"][0].islower()
    assert entry["means"].endswith(".")


def test_permissive_only_refuses_what_is_not_on_its_list() -> None:
    policy = BOOK.profile("permissive-only")
    assert len(policy.allow) > 100
    for license_, refused in {
        "MIT": False,
        "Apache-2.0": False,
        "LGPL-2.1-only": True,
        "CC-BY-NC-4.0": True,
    }.items():
        found = judged(license_, BOOK.terms_of(license_), policy)
        assert ("license-denied" in {f.rule for f in found}) is refused, (
            license_
        )
