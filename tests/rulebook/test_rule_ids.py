"""
The rules that the code raises, and those of `rules/checks`: one set of names.
"""

from __future__ import annotations

from licensescan.model.kinds import RuleId
from licensescan.rulebook.rulebook import load


def test_each_rule_about_evidence_or_policy_has_a_name_in_the_code_and_no_other() -> (
    None
):
    raised = {
        rule.id
        for rule in load().rules.values()
        if {"problem", "policy"} & set(rule.when)
    }
    assert {str(rule) for rule in RuleId} == raised


def test_a_rule_about_a_problem_is_called_like_it() -> None:
    for rule in load().rules.values():
        if "problem" in rule.when:
            assert rule.when["problem"] == (rule.id,)
