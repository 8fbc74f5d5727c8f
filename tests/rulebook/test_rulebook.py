"""
Facts, rules and profiles are read strictly, and put together over an
expression.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from licensescan.base.installation import data_folder
from licensescan.base.schema import nearest
from licensescan.model.types import PolicyError, Terms
from licensescan.rulebook.license_facts import READINGS, REFUSED
from licensescan.rulebook.rulebook import Rulebook, load, taxonomy


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The rules that ship, without the facts, to be broken."""
    place = tmp_path / "rules"
    for name in ("checks", "profiles"):
        shutil.copytree(data_folder("rules") / name, place / name)
    (place / "licenses").mkdir()
    return place


FACT = """
name = "Own License"
summary = "A license of ours."
source = "this test"
commercial = "conditional"
copyleft = "file"
obligations = ["be kind (2)"]
[patent]
grant = "express"
from = "the author"
scope = "the work"
section = "3"
[patent.retaliation]
strength = "grantor"
effect = "all"
trigger = "you sue the author"
section = "4"
[[clause]]
clause = "use.threshold"
section = "5"
note = "up to ten people"
params = { metric = "people", amount = "10" }
"""


class TestReadings:
    """
    Licenses without a fact file: what was read in their texts, within what the
    category allows.
    """

    @pytest.fixture
    def read(self, copy: Path):  # type: ignore[no-untyped-def]
        def with_row(license_id: str, *row: str) -> Terms:
            (copy / READINGS).write_text(
                "# head\n" + "\t".join((license_id, *row)) + "\n", "utf-8"
            )
            fact = Rulebook(copy).fact(license_id)
            assert fact is not None
            assert fact.basis == "reading"
            return fact.terms

        return with_row

    def test_a_vendors_terms_are_as_they_were_read(self, read) -> None:  # type: ignore[no-untyped-def]
        terms = read(
            "LicenseRef-scancode-ooura-2001",
            "prohibited",
            "none",
            "express",
            "ip all",
            "use.evaluation_only",
        )
        assert terms.commercial == "prohibited"
        assert terms.patent.grant == "express"
        assert terms.patent.retaliation is not None
        assert (
            terms.patent.retaliation.strength,
            terms.patent.retaliation.effect,
        ) == (
            "ip",
            "all",
        )
        assert [(c.clause, c.basis) for c in terms.clauses] == [
            ("use.evaluation_only", "known-text")
        ]

    def test_they_are_not_free_because_nothing_was_found(self, read) -> None:  # type: ignore[no-untyped-def]
        assert (
            read(
                "LicenseRef-scancode-ooura-2001",
                "allowed",
                "none",
                "none",
                "-",
                "-",
            ).commercial
            == "conditional"
        )

    def test_a_category_is_never_a_judge(self, read) -> None:  # type: ignore[no-untyped-def]
        terms = read(
            "LicenseRef-scancode-nice",
            "conditional",
            "none",
            "none",
            "-",
            "use.field",
        )
        assert terms.commercial == "conditional"
        (clause,) = terms.clauses
        assert "Permissive" in clause.params["dispute"]

    def test_what_is_refused_counts_no_more(
        self,
        read: Callable[..., Terms],
        copy: Path,
    ) -> None:
        (copy / REFUSED).write_text(
            '[[refused]]\nclause = "use.field"\nlicenses = ["LicenseRef-scancode-nice"]\nreason = "a joke"\n',
            "utf-8",
        )
        terms = read(
            "LicenseRef-scancode-nice",
            "conditional",
            "none",
            "none",
            "-",
            "use.field",
        )
        assert (terms.commercial, terms.clauses) == ("allowed", ())

    def test_a_fact_goes_before_it(self, copy: Path) -> None:
        (copy / READINGS).write_text(
            "LicenseRef-own\tallowed\tnone\tnone\t-\t-\n", "utf-8"
        )
        (copy / "licenses" / "LicenseRef-own.toml").write_text(FACT, "utf-8")
        fact = Rulebook(copy).fact("LicenseRef-own")
        assert fact is not None
        assert (fact.basis, fact.terms.commercial) == ("fact", "conditional")

    def test_what_ships_is_well_formed(self) -> None:
        rows = [
            r.split("\t")
            for r in (data_folder("rules") / READINGS)
            .read_text("utf-8")
            .splitlines()[1:]
        ]
        assert len(rows) > 1500
        assert all(len(row) == 6 for row in rows)
        assert {c for row in rows for c in row[5].split()} - {"-"} <= set(
            taxonomy()
        )


class TestFacts:
    def fact(
        self, place: Path, text: str = FACT, name: str = "LicenseRef-own"
    ) -> Rulebook:
        (place / "licenses" / f"{name}.toml").write_text(text, "utf-8")
        return Rulebook(place)

    def test_a_fact(self, copy: Path) -> None:
        fact = self.fact(copy).fact("LicenseRef-own")
        assert fact is not None
        assert (fact.id, fact.name, fact.basis) == (
            "LicenseRef-own",
            "Own License",
            "fact",
        )
        assert (fact.patent_from, fact.patent_scope, fact.patent_section) == (
            "the author",
            "the work",
            "3",
        )
        assert fact.terms.patent.retaliation is not None
        assert fact.terms.patent.retaliation.strength == "grantor"
        clause = fact.terms.clauses[0]
        assert (clause.clause, clause.section, clause.basis) == (
            "use.threshold",
            "5",
            "known-text",
        )
        assert clause.params == {
            "metric": "people",
            "amount": "10",
            "note": "up to ten people",
        }

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ('"conditional"', '"sometimes"', "commercial: 'sometimes' is not"),
            (
                '"file"',
                '"fiel"',
                "copyleft: 'fiel' is not .*did you mean 'file'",
            ),
            (
                '"express"',
                '"yes"',
                "patent.grant: 'yes' is not none, implicit",
            ),
            ('"grantor"', '"strong"', "patent.retaliation.strength"),
            ('effect = "all"', 'effect = "most"', "patent.retaliation.effect"),
            (
                "summary =",
                "sumary =",
                "sumary: unknown key; did you mean 'summary'",
            ),
            ("scope =", "scop =", "patent.scop: unknown key"),
            ("note =", "notes =", r"clause\[1\].notes: unknown key"),
            ("[patent]", "[patent", "LicenseRef-own.toml"),
        ],
    )
    def test_a_mistake_in_a_fact_is_told(
        self, copy: Path, old: str, new: str, said: str
    ) -> None:
        with pytest.raises(PolicyError, match=said):
            self.fact(copy, FACT.replace(old, new, 1)).fact("LicenseRef-own")

    def test_a_name_cannot_leave_the_folder(self, copy: Path) -> None:
        (copy / "secret.toml").write_text(FACT)
        assert Rulebook(copy).fact("../secret") is None
        assert Rulebook(copy).facts.lifts("../secret") is None

    def test_a_category_stands_in_and_says_so(self, copy: Path) -> None:
        fact = Rulebook(copy).fact("GPL-3.0-only")
        assert fact is not None
        assert (fact.basis, fact.category, fact.terms.copyleft) == (
            "category",
            "Copyleft",
            "work",
        )
        assert fact.terms.patent.grant == "unknown"
        assert "category" in fact.summary

    def test_a_vendors_category_tells_nothing_about_commerce(
        self, copy: Path
    ) -> None:
        fact = Rulebook(copy).fact("CC-BY-NC-4.0")
        assert fact is not None
        assert fact.terms.commercial == "unknown"

    def test_nothing_is_known_of_an_own_name(self, copy: Path) -> None:
        assert Rulebook(copy).fact("LicenseRef-nobody-knows") is None

    def test_a_reference_is_found_however_it_is_spelt(
        self, copy: Path
    ) -> None:
        fact = self.fact(copy).fact("LicenseRef-O_wn")
        assert fact is not None
        assert fact.id == "LicenseRef-own"

    def test_a_rider_named_as_an_exception_takes_rights_away(self) -> None:
        terms = load().terms_of("MIT WITH LicenseRef-scancode-commons-clause")
        assert terms.commercial == "conditional"
        assert "use.no_sale" in {c.clause for c in terms.clauses}
        assert (
            load()
            .terms_of("GPL-2.0-only WITH Classpath-exception-2.0")
            .commercial
            == "allowed"
        )

    def test_an_exception_lifts_copyleft(self, copy: Path) -> None:
        text = 'name = "E"\nexception = true\nlifts = "none"\n'
        book = self.fact(copy, text, "Classpath-exception-2.0")
        assert book.terms_of("GPL-2.0-only").copyleft == "work"
        assert (
            book.terms_of("GPL-2.0-only WITH Classpath-exception-2.0").copyleft
            == "none"
        )


class TestExpressions:
    def test_what_stands_behind_with_may_take_something_away(self) -> None:
        terms = load().terms_of(
            "Apache-2.0 WITH LicenseRef-scancode-commons-clause"
        )
        assert terms.commercial == "conditional"
        assert terms.patent == load().terms_of("Apache-2.0").patent
        assert "use.no_sale" in {c.clause for c in terms.clauses}

    def test_a_sum_is_as_strict_as_its_strictest(self) -> None:
        terms = load().terms_of("MIT AND AGPL-3.0-only")
        assert terms.copyleft == "network"

    def test_a_choice_is_as_light_as_its_lightest(self) -> None:
        assert load().terms_of("AGPL-3.0-only OR MIT") == load().terms_of(
            "MIT"
        )

    @pytest.mark.parametrize(
        "text", ["NOASSERTION", "NONE", "((", "LicenseRef-nobody-knows", ""]
    )
    def test_the_unknown_is_unknown(self, text: str) -> None:
        terms = load().terms_of(text)
        assert (terms.commercial, terms.patent.grant) == ("unknown", "unknown")


class TestRulesAndProfiles:
    def test_a_rule_twice(self, copy: Path) -> None:
        shutil.copy(copy / "checks" / "use.toml", copy / "checks" / "zz.toml")
        with pytest.raises(PolicyError, match="defined twice"):
            _ = Rulebook(copy).rules

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("why =", "wy =", "unknown key; did you mean 'why'"),
            ("commercial =", "comercial =", "comercial: unknown key"),
            ("remedy =", "# remedy =", r"rule\[1\].remedy: is missing"),
            ("when =", "# when =", r"rule\[1\].when: is missing"),
            (
                "{clauses}",
                "{clause}",
                "no field 'clause'; did you mean 'clauses'",
            ),
            ("{clauses}", "{clauses", "message: expected '}'"),
            (
                "quotes =",
                "quots =",
                "quots: unknown key; did you mean 'quotes'",
            ),
            (
                "quotes = [",
                "quotes = [1, ",
                "quotes: must be a list of strings",
            ),
            (
                "why =",
                "only-whole = 1\nwhy =",
                "use.toml:8: rule.1..only-whole: must be true or false",
            ),
            (
                "why =",
                'refined-by = "strength"\nwhy =',
                "'strength' is not clause",
            ),
            ("why =", "unless = { a = 1 }\nwhy =", "unless.a: unknown key"),
            ("why =", "unless = 1\nwhy =", "unless: must be a table"),
            (
                'commercial = "pro',
                'problem = "pro',
                "'prohibited' is not license-missing",
            ),
            (
                'when = { commercial = "prohibited" }',
                'when = { problem = "terms-unread" }',
                "quotes: is for rules that ask of terms",
            ),
            (
                'when = { commercial = "prohibited" }',
                'when = { policy = "deny" }',
                "'deny' is not denied, not-allowed, incompatible or violated; did you mean",
            ),
        ],
    )
    def test_a_mistake_in_a_rule(
        self, copy: Path, old: str, new: str, said: str
    ) -> None:
        path = copy / "checks" / "use.toml"
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
        with pytest.raises(PolicyError, match=said):
            _ = Rulebook(copy).rules

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ('"no-such-rule" = "deny"', "no such rule"),
            ('terms-risk = "maybe"', "not deny, review, warn or ok"),
        ],
    )
    def test_a_mistake_in_a_profile(
        self, copy: Path, line: str, said: str
    ) -> None:
        (copy / "profiles" / "own.toml").write_text(f"[verdicts]\n{line}\n")
        with pytest.raises(PolicyError, match=said):
            Rulebook(copy).profile("own")

    def test_no_such_profile(self) -> None:
        with pytest.raises(PolicyError, match="did you mean 'saas'"):
            load().profile("sas")

    def test_the_version_changes_with_a_rule(self, copy: Path) -> None:
        before = Rulebook(copy).version
        (copy / "licenses" / "X.toml").write_text('name = "x"')
        assert Rulebook(copy).version != before
        assert len(before) == 12


def test_the_nearest_word() -> None:
    assert (
        nearest("copyleft-strng", ["copyleft-strong", "x"])
        == "; did you mean 'copyleft-strong'?"
    )
    assert nearest("zzz", ["copyleft-strong"]) == ""
