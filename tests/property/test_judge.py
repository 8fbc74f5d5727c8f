"""
AND never lowers a verdict, OR never raises it, and the order of things changes
nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from licensescan.judge.acceptances import Accepting, Subject
from licensescan.judge.judge import judge
from licensescan.model.types import (
    VERDICTS,
    Acceptance,
    Component,
    Conclusion,
    Expression,
    Finding,
    Policy,
    Problem,
    Purl,
    Waiver,
)
from licensescan.rulebook.rulebook import load

BOOK = load()
TODAY = date(2027, 1, 1)

LICENSES = st.sampled_from(
    [
        "MIT",
        "Apache-2.0",
        "MPL-2.0",
        "LGPL-2.1-only",
        "GPL-3.0-only",
        "AGPL-3.0-only",
        "CC-BY-NC-4.0",
        "SSPL-1.0",
        "LicenseRef-nobody-knows",
        "CC0-1.0",
    ]
)
EXPRESSIONS = st.recursive(
    LICENSES,
    lambda inner: st.builds(
        lambda items, joiner: "(" + joiner.join(items) + ")",
        st.lists(inner, min_size=2, max_size=3),
        st.sampled_from([" AND ", " OR "]),
    ),
    max_leaves=6,
)
VERDICT = st.sampled_from([*VERDICTS, "ok"])
# `license-incompatible` is about two licenses at once: a longer choice may
# avoid it, a longer sum may raise it, and an OR branch is chosen license by
# license. It is tested by example.
JUDGED = sorted(set(BOOK.rules) - {"license-incompatible"})
POLICIES = st.one_of(
    st.sampled_from([BOOK.profile(name) for name in BOOK.profiles()]).map(
        lambda p: replace(
            p,
            verdicts={**p.verdicts, "license-incompatible": "ok"},
            outbound="",
        )
    ),
    st.fixed_dictionaries(dict.fromkeys(JUDGED, VERDICT)).map(
        lambda v: Policy(profile="any", verdicts=v)
    ),
)


def conclusion(expression: str, name: str = "demo") -> Conclusion:
    component = Component(
        purl=Purl(f"pkg:pypi/{name}@1"), name=name, version="1"
    )
    return Conclusion(
        component=component,
        concluded=Expression(expression),
        terms=BOOK.terms_of(expression),
        basis="license-file",
    )


def findings(expression: str, policy: Policy) -> list[Finding]:
    return judge([conclusion(expression)], BOOK, policy, today=TODAY)[0]


def worst(found: list[Finding]) -> int:
    return max((VERDICTS.index(f.verdict) + 1 for f in found), default=0)


@given(EXPRESSIONS, EXPRESSIONS, POLICIES)
def test_and_never_lowers_a_verdict(
    one: str, other: str, policy: Policy
) -> None:
    both = worst(findings(f"({one}) AND ({other})", policy))
    assert both >= max(
        worst(findings(one, policy)), worst(findings(other, policy))
    )


@given(EXPRESSIONS, EXPRESSIONS, POLICIES)
def test_or_never_raises_a_verdict(
    one: str, other: str, policy: Policy
) -> None:
    either = worst(findings(f"({one}) OR ({other})", policy))
    assert either <= min(
        worst(findings(one, policy)), worst(findings(other, policy))
    )


@given(EXPRESSIONS, EXPRESSIONS, POLICIES)
def test_operands_may_change_places(
    one: str, other: str, policy: Policy
) -> None:
    for joiner in ("AND", "OR"):
        here = worst(findings(f"({one}) {joiner} ({other})", policy))
        there = worst(findings(f"({other}) {joiner} ({one})", policy))
        assert here == there


@given(
    st.lists(EXPRESSIONS, min_size=2, max_size=5),
    POLICIES,
    st.randoms(use_true_random=False),
)
def test_the_order_of_components_changes_nothing(
    expressions: list[str], policy: Policy, random
) -> None:  # type: ignore[no-untyped-def]
    straight = [conclusion(e, f"p{n}") for n, e in enumerate(expressions)]
    shuffled = list(straight)
    random.shuffle(shuffled)
    assert (
        judge(straight, BOOK, policy, today=TODAY)[0]
        == judge(shuffled, BOOK, policy, today=TODAY)[0]
    )


@given(EXPRESSIONS, st.sampled_from(sorted(BOOK.rules)), POLICIES)
def test_one_fault_more_never_lowers_the_worst(
    expression: str, rule: str, policy: Policy
) -> None:
    bare = conclusion(expression)
    faulty = replace(
        bare, problems=(Problem(rule=rule, path="x", message="seen"),)
    )
    before = judge([bare], BOOK, policy, today=TODAY)[0]
    after = judge([faulty], BOOK, policy, today=TODAY)[0]
    assert worst(after) >= worst(before)


@given(EXPRESSIONS, POLICIES)
def test_what_remains_of_a_choice_is_no_choice(
    expression: str, policy: Policy
) -> None:
    _, judged = judge([conclusion(expression)], BOOK, policy, today=TODAY)
    assert " OR " not in judged[0].effective


ACCEPTED_RULES = st.sets(st.sampled_from(sorted(BOOK.rules)))


@given(EXPRESSIONS, POLICIES, ACCEPTED_RULES)
def test_merging_hides_no_rule_and_a_waiver_accepts_its_own_alone(
    expression: str, policy: Policy, rules: set[str]
) -> None:
    waivers = tuple(
        Waiver(component="demo", rule=rule, reason="r", key=rule)
        for rule in sorted(rules)
    )
    quiet = replace(policy, verdicts={**policy.verdicts, "waiver-stale": "ok"})
    open_ = findings(expression, quiet)
    some_accepted = findings(expression, replace(quiet, waivers=waivers))
    standing = [finding for finding in some_accepted if not finding.waived_by]
    assert told(standing) == {
        rule for rule in told(open_) if rule[0] not in rules
    }
    assert {f.waived_by for f in some_accepted} <= {None, *rules}
    for finding in standing:
        severities = [VERDICTS.index(f.verdict) for f in finding.also]
        assert VERDICTS.index(finding.verdict) >= max(severities, default=0)


def told(found: list[Finding]) -> set[tuple[str, str]]:
    own = {(finding.rule, finding.verdict) for finding in found}
    return own | {
        (f.rule, f.verdict) for finding in found for f in finding.also
    }


STATED = st.fixed_dictionaries(
    {},
    optional={
        "components": st.lists(
            st.sampled_from(["demo", "pkg:pypi/de*", "other", "pkg:npm/demo"]),
            min_size=1,
            max_size=2,
        ).map(tuple),
        "licenses": st.lists(
            st.sampled_from(["GPL-3.0-only", "MIT", "copyleft-weak"]),
            min_size=1,
            max_size=2,
        ).map(tuple),
        "texts": st.just(("a" * 64,)),
        "rules": st.lists(
            st.sampled_from(sorted(BOOK.rules)), min_size=1, max_size=3
        ).map(tuple),
        "parts": st.lists(
            st.sampled_from([".", "libx", "lib*", "liby"]), min_size=1
        ).map(tuple),
        "versions": st.sampled_from(["<2", ">2", "==1"]),
        "scopes": st.sampled_from([("dev",), ("unknown", "runtime")]),
        "expires": st.sampled_from([date(2026, 1, 1), date(2028, 1, 1)]),
    },
).filter(bool)


@given(
    STATED,
    st.sampled_from(sorted(BOOK.rules)),
    st.sampled_from(["GPL-3.0-only", "MIT", "MPL-2.0", "NONE", ""]),
    st.sampled_from([None, "libx", "liby", "other"]),
    st.sampled_from(["", "a" * 64, "b" * 64]),
)
def test_an_acceptance_accepts_nothing_outside_what_it_states(
    stated: dict[str, Any],
    rule: str,
    license_: str,
    part: str | None,
    text: str,
) -> None:
    acceptance = Acceptance(reason="r", key="a", **stated)
    policy = Policy(profile="p", verdicts={}, acceptances=(acceptance,))
    whole = conclusion("GPL-3.0-only")
    finding = Finding(
        rule=rule,
        verdict="deny",
        component=whole.component.purl,
        message="",
        license=license_,
        part=part,
    )
    subject = Subject(finding=finding, conclusion=whole, text=text)
    if Accepting(policy, BOOK, TODAY).best(subject) is None:
        return
    assert {"demo", "pkg:pypi/de*"} & {*stated.get("components", ["demo"])}
    assert rule in stated.get("rules", [rule])
    assert text in stated.get("texts", [text])
    assert stated.get("versions") != ">2"
    assert stated.get("scopes") != ("dev",)
    assert stated.get("expires", TODAY) >= TODAY
    if "licenses" in stated:
        weak = ["MPL-2.0"] if "copyleft-weak" in stated["licenses"] else []
        assert license_ in (*stated["licenses"], *weak)
    if "parts" in stated or "components" in stated:
        names = stated.get("parts", ["."])
        assert {
            part or ".",
            "lib*" if (part or "").startswith("lib") else "",
        } & {*names}
