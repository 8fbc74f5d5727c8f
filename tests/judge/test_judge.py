"""Facts x rules x policy: which findings there are, and which are accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from licensescan.judge.judge import judge
from licensescan.judge.verdicts import Verdicts
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Clause,
    Component,
    Conclusion,
    Evidence,
    Expression,
    Finding,
    Patent,
    Policy,
    Problem,
    Purl,
    Report,
    Retaliation,
    Terms,
    Waiver,
)
from licensescan.rulebook.rulebook import load

TODAY = date(2027, 1, 1)
FREE = Terms(patent=Patent(grant="express"), commercial="allowed")


def conclusion(
    license_: str = "MIT",
    name: str = "demo",
    *,
    terms: Terms | None = None,
    scope: str = "runtime",
    **more: object,
) -> Conclusion:
    component = Component(
        purl=Purl(f"pkg:pypi/{name}@1.0"),
        name=name,
        version="1.0",
        scope=scope,
    )  # type: ignore[arg-type]
    evidence = (
        Evidence(
            kind="license-file",
            path=f"{name}/LICENSE",
            sha256="a" * 64,
            expression=Expression(license_),
        ),
    )
    given = terms if terms is not None else load().terms_of(license_)
    fields = {"evidence": evidence, **more}
    return Conclusion(
        component=component,
        concluded=Expression(license_),
        terms=given,
        **fields,
    )  # type: ignore[arg-type]


def policy(**verdicts: str) -> Policy:
    """Everything ok but what is named."""
    return Policy(
        profile="test",
        verdicts={k.replace("_", "-"): v for k, v in verdicts.items()},
    )


def run(given: Conclusion, by: Policy, today: date = TODAY) -> list[Finding]:
    return judge([given], load(), by, today=today)[0]


def rules(found: list[Finding]) -> list[str]:
    return [f.rule for f in found]


class TestTerms:
    def test_a_clean_license_has_no_finding(self) -> None:
        assert (
            run(conclusion("MIT"), load().profile("internal-research")) == []
        )

    def test_network_copyleft(self) -> None:
        found = run(
            conclusion("AGPL-3.0-only"), policy(copyleft_network="deny")
        )
        assert [(f.rule, f.verdict, f.license) for f in found] == [
            ("copyleft-network", "deny", "AGPL-3.0-only")
        ]
        assert found[0].why
        assert found[0].remedy
        assert found[0].evidence[0].path == "demo/LICENSE"

    def test_a_clause_of_the_text_itself_is_quoted(self) -> None:
        clause = Clause(
            clause="use.noncommercial",
            path="demo/LICENSE",
            lines=(3, 4),
            quote="for play only",
        )
        terms = Terms(commercial="prohibited", clauses=(clause,))
        found = run(
            conclusion("LicenseRef-own", terms=terms),
            policy(commercial_prohibited="deny"),
        )
        assert rules(found) == ["commercial-prohibited"]
        assert [(q.path, q.lines, q.quote) for q in found[0].evidence] == [
            ("demo/LICENSE", (3, 4), "for play only")
        ]

    @pytest.mark.parametrize(
        ("strength", "rule"),
        [
            ("work", "patent-retaliation"),
            ("ip", "patent-retaliation"),
            ("grantor", "patent-retaliation-broad"),
            ("broad", "patent-retaliation-broad"),
        ],
    )
    def test_retaliation_by_strength(self, strength: str, rule: str) -> None:
        hit = Retaliation(strength=strength, effect="all", trigger="you sue")  # type: ignore[arg-type]
        terms = replace(FREE, patent=Patent(grant="express", retaliation=hit))
        by = policy(patent_retaliation="warn", patent_retaliation_broad="deny")
        assert rules(run(conclusion("LicenseRef-own", terms=terms), by)) == [
            rule
        ]

    def test_a_strength_refines_a_verdict(self) -> None:
        hit = Retaliation(strength="ip", effect="all", trigger="you sue")
        terms = replace(FREE, patent=Patent(grant="express", retaliation=hit))
        by = replace(
            policy(),
            verdicts={
                "patent-retaliation": "warn",
                "patent-retaliation@ip": "review",
            },
        )
        assert [
            f.verdict
            for f in run(conclusion("LicenseRef-own", terms=terms), by)
        ] == ["review"]

    def test_a_relation_refines_a_verdict(self) -> None:
        by = replace(
            policy(),
            verdicts={"copyleft-strong": "deny", "copyleft-strong@dev": "ok"},
        )
        assert rules(run(conclusion("GPL-3.0-only"), by)) == [
            "copyleft-strong"
        ]
        assert run(conclusion("GPL-3.0-only", scope="dev"), by) == []

    def test_an_unknown_license_is_never_silent(self) -> None:
        found = run(
            conclusion("LicenseRef-nobody-knows"),
            load().profile("distributed-product"),
        )
        assert "license-unknown" in rules(found)

    def test_incomplete_terms(self) -> None:
        terms = replace(FREE, incomplete=True)
        assert "terms-unread" in rules(
            run(
                conclusion("LicenseRef-own", terms=terms),
                policy(terms_unread="deny"),
            )
        )

    def test_without_a_policy_terms_are_not_judged(self) -> None:
        problem = Problem(rule="metadata-invalid", path="x", message="no Name")
        given = conclusion("AGPL-3.0-only", problems=(problem,))
        found, _ = judge([given], load(), None, today=TODAY)
        assert rules(found) == ["metadata-invalid"]


class TestTrees:
    BY = policy(copyleft_strong="deny", copyleft_network="deny")

    def test_or_takes_the_lightest_branch(self) -> None:
        found, judged = judge(
            [conclusion("GPL-3.0-only OR MIT")], load(), self.BY, today=TODAY
        )
        assert found == []
        assert judged[0].effective == "MIT"
        assert judged[0].concluded == "GPL-3.0-only OR MIT"

    def test_and_takes_the_worst(self) -> None:
        found, judged = judge(
            [conclusion("MIT AND GPL-3.0-only")], load(), self.BY, today=TODAY
        )
        assert [(f.rule, f.license) for f in found] == [
            ("copyleft-strong", "GPL-3.0-only")
        ]
        assert judged[0].effective == "MIT AND GPL-3.0-only"

    def test_a_choice_inside_a_sum(self) -> None:
        found, judged = judge(
            [conclusion("(MIT OR GPL-3.0-only) AND ISC")],
            load(),
            self.BY,
            today=TODAY,
        )
        assert found == []
        assert judged[0].effective == "MIT AND ISC"

    def test_the_other_reading_is_judged_too(self) -> None:
        given = conclusion("MIT", alternative=Expression("GPL-3.0-only"))
        assert rules(run(given, self.BY)) == ["copyleft-strong"]

    def test_a_bad_expression_is_no_crash(self) -> None:
        given = conclusion("MIT", terms=FREE)
        found = run(replace(given, concluded=Expression("((")), self.BY)
        assert all(f.rule != "copyleft-strong" for f in found)


class TestParts:
    def whole(self, license_: str) -> Conclusion:
        inside = Component(
            purl=Purl("pkg:pypi/demo@1.0#demo.libs/libx.so"),
            name="libx",
            version="",
            kind="native",
            relation="bundled",
            path="demo.libs/libx.so",
        )
        part = Conclusion(
            component=inside,
            concluded=Expression(license_),
            terms=load().terms_of(license_),
        )
        return conclusion("MIT", parts=(part,))

    def test_a_part_is_judged_and_named(self) -> None:
        found = run(
            self.whole("GPL-2.0-or-later"), policy(copyleft_strong="deny")
        )
        assert [(f.rule, f.part, f.component) for f in found] == [
            ("copyleft-strong", "libx", "pkg:pypi/demo@1.0")
        ]

    def test_silence_on_patents_is_said_of_the_whole_only(self) -> None:
        found = run(self.whole("MIT"), policy(patent_grant_missing="warn"))
        assert [f.part for f in found] == [None]

    def test_a_part_of_a_part_is_named_by_its_way(self) -> None:
        whole = self.whole("MIT")
        deep = replace(
            whole.parts[0],
            component=replace(whole.parts[0].component, name="inner"),
            concluded=Expression("GPL-3.0-only"),
            terms=load().terms_of("GPL-3.0-only"),
        )
        nested = replace(
            whole, parts=(replace(whole.parts[0], parts=(deep,)),)
        )
        assert [
            f.part for f in run(nested, policy(copyleft_strong="deny"))
        ] == ["libx > inner"]


class TestLists:
    def test_denied(self) -> None:
        by = replace(policy(license_denied="deny"), deny=("mit",))
        assert rules(run(conclusion("MIT"), by)) == ["license-denied"]

    def test_an_allow_list_denies_the_rest(self) -> None:
        by = replace(policy(license_denied="deny"), allow=("MIT",))
        assert run(conclusion("MIT"), by) == []
        assert [f.license for f in run(conclusion("MIT AND ISC"), by)] == [
            "ISC"
        ]

    def test_a_rider_above_an_allowed_license_is_not_allowed_with_it(
        self,
    ) -> None:
        by = replace(
            policy(license_denied="deny"), allow=("MIT", "GPL-2.0-only")
        )
        rider = "LicenseRef-scancode-commons-clause"
        assert rules(run(conclusion(f"MIT WITH {rider}"), by)) == [
            "license-denied"
        ]
        assert (
            run(conclusion("GPL-2.0-only WITH Classpath-exception-2.0"), by)
            == []
        )
        refused = replace(policy(license_denied="deny"), deny=(rider,))
        assert rules(run(conclusion(f"MIT WITH {rider}"), refused)) == [
            "license-denied"
        ]

    def test_the_lists_hold_for_parts(self) -> None:
        inner = conclusion("GPL-3.0-only", name="inner")
        for by in (
            replace(policy(license_denied="deny"), allow=("MIT",)),
            replace(policy(license_denied="deny"), deny=("GPL-3.0-only",)),
        ):
            found = run(conclusion("MIT", parts=(inner,)), by)
            assert [(f.rule, f.part, f.license) for f in found] == [
                ("license-denied", "inner", "GPL-3.0-only")
            ]

    def test_an_allow_list_chooses_in_an_or(self) -> None:
        by = replace(policy(license_denied="deny"), allow=("ISC",))
        found, judged = judge(
            [conclusion("MIT OR ISC")], load(), by, today=TODAY
        )
        assert found == []
        assert judged[0].effective == "ISC"

    def test_an_allowed_package_is_waived_not_hidden(self) -> None:
        by = replace(policy(copyleft_strong="deny"), allow_packages=("demo",))
        assert [f.waived_by for f in run(conclusion("GPL-3.0-only"), by)] == [
            "packages.allow"
        ]

    def test_a_denied_package_is_a_finding(self) -> None:
        by = replace(policy(license_denied="deny"), deny_packages=("Demo",))
        assert rules(run(conclusion("MIT"), by)) == ["license-denied"]


def test_a_finding_on_a_license_shows_the_evidence_that_names_it() -> None:
    seen = [("NOTES", "MIT"), ("COPYING", "GPL-3.0-only"), ("METADATA", None)]
    evidence = tuple(
        Evidence(
            kind="license-file",
            path=path,
            expression=Expression(x) if x else None,
        )
        for path, x in seen
    )
    given = conclusion("MIT AND GPL-3.0-only", evidence=evidence)
    (finding,) = run(given, policy(copyleft_strong="deny"))
    assert [q.path for q in finding.evidence] == ["COPYING"]


class TestWaivers:
    WAIVER = Waiver(
        component="demo",
        rule="copyleft-strong",
        reason="a separate program",
        key="w",
    )

    def by(self, **changes: object) -> Policy:
        waiver = replace(self.WAIVER, **changes)  # type: ignore[arg-type]
        return replace(
            policy(copyleft_strong="deny", waiver_stale="review"),
            waivers=(waiver,),
        )

    def test_a_waiver_is_named_on_the_finding(self) -> None:
        found = run(conclusion("GPL-3.0-only"), self.by())
        assert [(f.rule, f.verdict, f.waived_by) for f in found] == [
            ("copyleft-strong", "deny", "w")
        ]

    @pytest.mark.parametrize(
        "changes",
        [
            {"expires": date(2026, 12, 31)},
            {"versions": "<1"},
            {"sha256": "b" * 64},
            {"component": "another"},
            {"rule": "copyleft-weak"},
        ],
    )
    def test_one_that_does_not_hold_is_a_finding_itself(
        self, changes: dict[str, object]
    ) -> None:
        found = run(conclusion("GPL-3.0-only"), self.by(**changes))
        assert [(f.rule, f.waived_by) for f in found] == [
            ("copyleft-strong", None),
            ("waiver-stale", None),
        ]

    @pytest.mark.parametrize(
        "changes",
        [
            {"expires": TODAY},
            {"versions": ">=1,<2"},
            {"sha256": "a" * 64},
            {"component": "pkg:pypi/demo"},
        ],
    )
    def test_one_that_holds(self, changes: dict[str, object]) -> None:
        found = run(conclusion("GPL-3.0-only"), self.by(**changes))
        assert [(f.rule, f.waived_by) for f in found] == [
            ("copyleft-strong", "w")
        ]

    def test_waived_findings_do_not_fail_the_gate(self) -> None:
        by = self.by()
        found, judged = judge(
            [conclusion("GPL-3.0-only")], load(), by, today=TODAY
        )
        assert (
            Report(
                targets=(),
                conclusions=tuple(judged),
                findings=tuple(found),
                policy=by,
            ).exit_code
            == 0
        )


class TestOrder:
    def test_severe_first_then_by_name(self) -> None:
        by = policy(copyleft_strong="warn", copyleft_network="deny")
        given = [
            conclusion("GPL-3.0-only", "b"),
            conclusion("GPL-3.0-only", "a"),
            conclusion("AGPL-3.0-only", "c"),
        ]
        found, _ = judge(given, load(), by, today=TODAY)
        assert [(f.verdict, f.component) for f in found] == [
            ("deny", "pkg:pypi/c@1.0"),
            ("warn", "pkg:pypi/a@1.0"),
            ("warn", "pkg:pypi/b@1.0"),
        ]

    def test_a_fingerprint_outlives_a_new_version(self) -> None:
        by = policy(copyleft_strong="deny")
        old = conclusion("GPL-3.0-only")
        new = replace(
            old,
            component=replace(
                old.component, purl=Purl("pkg:pypi/demo@2.0"), version="2.0"
            ),
        )
        first, second = run(old, by)[0], run(new, by)[0]
        assert first.fingerprint == second.fingerprint
        assert len(first.fingerprint) == 32


class TestPairs:
    def test_licenses_that_cannot_stand_together(self) -> None:
        found = run(
            conclusion("GPL-2.0-only AND Apache-2.0"),
            policy(license_incompatible="deny"),
        )
        assert [f.license for f in found] == ["GPL-2.0-only AND Apache-2.0"]

    def test_a_choice_avoids_it(self) -> None:
        assert (
            run(
                conclusion("GPL-2.0-only OR Apache-2.0"),
                policy(license_incompatible="deny"),
            )
            == []
        )

    def test_a_bundled_copy_must_fit_the_outbound_license(self) -> None:
        by = replace(policy(license_incompatible="deny"), outbound="MIT")
        given = conclusion("LGPL-2.1-only")
        assert run(given, by) == []
        bundled = replace(
            given, component=replace(given.component, relation="bundled")
        )
        assert rules(run(bundled, by)) == ["license-incompatible"]


def test_a_term_beside_a_choice_does_not_bring_back_the_branch_that_was_left() -> (
    None
):
    offered = "LGPL-2.1-or-later OR MPL-1.1"
    by = policy(
        patent_retaliation_broad="deny",
        use_restricted="review",
        commercial_conditional="review",
    )
    assert run(conclusion(offered), by) == []
    facts = load().terms_of(offered)
    rider = Clause(
        clause="use.field",
        path="demo/README",
        lines=(2, 2),
        quote="Not for rockets.",
    )
    beside = replace(
        facts, commercial="conditional", clauses=(*facts.clauses, rider)
    )
    found = run(conclusion(offered, terms=beside), by)
    assert [f.rules for f in found] == [
        ("commercial-conditional", "use-restricted")
    ]
    assert all(f.message.startswith("terms beside") for f in found)


def test_terms_that_only_their_own_title_names_are_beside_nothing() -> None:
    clause = Clause(
        clause="use.noncommercial",
        path="demo/LICENSE",
        lines=(3, 4),
        quote="for play only",
    )
    terms = Terms(commercial="prohibited", clauses=(clause,))
    (found,) = run(
        conclusion("LicenseRef-own", terms=terms),
        policy(commercial_prohibited="deny"),
    )
    assert found.message.startswith("LicenseRef-own: ")


@pytest.mark.parametrize("answer", [NOASSERTION, NONE])
def test_no_answer_raises_no_rule_about_terms(answer: Expression) -> None:
    found = run(
        conclusion(str(answer), terms=Terms()),
        policy(copyleft_strong="deny", commercial_prohibited="deny"),
    )
    assert found == []


class TestPartsOnTheTermsOfTheWhole:
    def part(self, license_: str) -> Conclusion:
        return conclusion(license_, name="inner")

    def test_a_part_on_the_terms_of_the_whole_is_more_evidence_for_it(
        self,
    ) -> None:
        found = run(
            conclusion("AGPL-3.0-only", parts=(self.part("AGPL-3.0-only"),)),
            policy(copyleft_network="deny"),
        )
        assert [(f.part, f.license) for f in found] == [
            (None, "AGPL-3.0-only")
        ]
        assert [q.path for q in found[0].evidence] == [
            "demo/LICENSE",
            "inner/LICENSE",
        ]

    def test_a_part_on_other_terms_is_a_finding_of_its_own(self) -> None:
        by = policy(copyleft_network="deny", copyleft_strong="deny")
        found = run(
            conclusion("AGPL-3.0-only", parts=(self.part("GPL-3.0-only"),)), by
        )
        assert {(f.part, f.license) for f in found} == {
            (None, "AGPL-3.0-only"),
            ("inner", "GPL-3.0-only"),
        }

    def test_a_part_weighs_as_it_is_used(self) -> None:
        """The same license, but the policy minds it more in a static copy."""
        inner = self.part("LGPL-2.1-only")
        inner = replace(
            inner, component=replace(inner.component, relation="static")
        )
        by = Policy(
            profile="test",
            verdicts={"copyleft-weak": "warn", "copyleft-weak@static": "deny"},
        )
        found = run(conclusion("LGPL-2.1-only", parts=(inner,)), by)
        assert {(f.part, f.verdict) for f in found} == {
            (None, "warn"),
            ("inner", "deny"),
        }


def test_a_condition_is_named_even_when_it_is_one_that_all_such_licenses_have() -> (
    None
):
    (found,) = run(
        conclusion("LicenseRef-scancode-issl-2018"),
        policy(commercial_conditional="review"),
    )
    assert "dist.no_reverse_engineering" in found.message


class TestDelta:
    """What two readings of a license add to each other, in one profile."""

    def mismatch(self, declared: str, found: str, profile: str) -> list[str]:
        readings = (Expression(declared), Expression(found))
        problem = Problem(
            rule="license-mismatch",
            path="LICENSE",
            message="two",
            readings=readings,
        )
        given = conclusion(found, problems=(problem,))
        findings = run(given, load().profile(profile))
        return [f.verdict for f in findings if f.rule == "license-mismatch"]

    def test_two_that_the_policy_does_not_mind_are_a_warning(self) -> None:
        assert self.mismatch("MIT", "BSD-3-Clause", "distributed-product") == [
            "warn"
        ]

    @pytest.mark.parametrize(
        ("declared", "found"),
        [
            ("MIT", "AGPL-3.0-only"),
            ("GPL-3.0-only", "MIT"),
            ("MIT", NOASSERTION),
            ("MIT", "LicenseRef-nobody-knows-this"),
            ("MIT OR AGPL-3.0-only", "MIT"),
        ],
    )
    def test_one_that_it_minds_is_not(self, declared: str, found: str) -> None:
        assert self.mismatch(declared, found, "distributed-product") == [
            "review"
        ]

    def test_words_that_name_no_license_are_never_harmless(self) -> None:
        problem = Problem(
            rule="license-mismatch", path="LICENSE", message="two"
        )
        given = conclusion(
            "MIT", declared=Expression("MIT"), problems=(problem,)
        )
        findings = run(given, load().profile("distributed-product"))
        assert [f.verdict for f in findings if f.rule == problem.rule] == [
            "review"
        ]

    def test_a_list_of_the_policy_counts(self) -> None:
        assert self.mismatch("MIT", "CC-BY-4.0", "permissive-only") != ["warn"]


def test_what_holds_nothing_needs_no_license() -> None:
    problem = Problem(rule="license-missing", path="x", message="no license")
    verdicts = {"license-missing": "deny", "license-missing@empty": "warn"}
    by = Policy(profile="p", verdicts=verdicts)  # type: ignore[arg-type]
    full = conclusion("NONE", problems=(problem,))
    empty = replace(full, component=replace(full.component, is_empty=True))
    assert [f.verdict for f in run(full, by)] == ["deny"]
    assert [f.verdict for f in run(empty, by)] == ["warn"]


def test_lists_may_name_groups_of_licenses() -> None:
    policy = replace(
        load().profile("distributed-product"),
        allow=("permissive", "MPL-2.0"),
        deny=("copyleft-network",),
    )
    verdicts = Verdicts(load(), policy)
    answers = {
        name: verdicts.refusal(name)
        for name in ("MIT", "MPL-2.0", "EPL-2.0", "AGPL-3.0-only")
    }
    assert answers == {
        "MIT": "",
        "MPL-2.0": "",
        "EPL-2.0": "does not allow",
        "AGPL-3.0-only": "denies",
    }
