"""Markdown: an answer, the decisions, within the limits of a comment."""

from __future__ import annotations

import re
from dataclasses import replace

from licensescan.report import render
from tests.samples import HOSTILE, judged, package, report


def test_the_answer_stands_first_and_decisions_follow() -> None:
    text = render("markdown", judged(package("odd", "GPL-3.0-only")))
    assert text.startswith("**licensescan: not yet** — 1 component")
    assert "#### deny: odd\\@1.0" in text
    assert "copyleft-strong" in text
    done = render("markdown", judged(package("fine", "MIT")))
    assert done.startswith("**licensescan: in order**")
    assert "####" not in done
    plain = render("markdown", report(with_policy=False))
    assert "####" not in plain


def test_what_could_not_be_examined_is_told() -> None:
    text = render("markdown", replace(report(), incomplete=("x.whl: torn",)))
    assert text.startswith("**licensescan: incomplete**")
    assert "x.whl: torn" in text


def test_it_fits_a_comment_and_says_what_is_left_out() -> None:
    many = [
        package(f"p{n}-{'x' * 200}", f"LicenseRef-own-{n}") for n in range(400)
    ]
    text = render("markdown", judged(*many))
    assert len(text) < 65_536
    left = re.search(r"… and (\d+) more decisions", text)
    assert left
    assert text.count("####") + int(left[1]) == 400


def test_nothing_of_a_target_is_markup() -> None:
    name = f"<img src=x>[a](b) @team #1 {HOSTILE}"
    text = render("markdown", judged(package(name, "GPL-3.0-only")))
    bare = re.sub(r"\\.", "", text)
    assert "<img" not in bare
    assert "](" not in bare
    assert "@team" not in bare
