"""Sentences that do nothing but limit, and such as say what code is for."""

from __future__ import annotations

import pytest

from licensescan.classifier.clauses import analyse_prose

LIMITS = (
    "Restricted to educational use.",
    "Only for academic use.",
    "Use is limited to research purposes.",
    "Solely for evaluation purposes.",
    "Only scientific use is allowed.",
    "Must only be used for private purposes.",
    "For hobby use only.",
    "Not to be used for anything but teaching and research.",
)

NO_LIMITS = (
    "This module is intended for educational purposes only.",
    "This example was written for teaching.",
    "This code is for demonstration purposes only.",
    "For internal use only.",
    "For testing purposes only.",
    "Only private members are used.",
    "Research is not limited to this.",
    "Not only for research.",
    "Only one personal token is used at a time for each evaluation.",
)


@pytest.mark.parametrize("said", LIMITS)
def test_a_bare_limit_is_stated_of_the_whole(said: str) -> None:
    text = f"Frob folds tensors.\n\n{said}\n\nInstall it with pip.\n"
    (clause,) = analyse_prose(text).clauses
    assert clause.clause.startswith("use.")
    assert clause.params["subject"] == "software"


@pytest.mark.parametrize("said", NO_LIMITS)
def test_what_code_is_for_is_no_limit(said: str) -> None:
    text = f"Frob folds tensors.\n\n{said}\n\nInstall it with pip.\n"
    assert analyse_prose(text).clauses == ()
