"""
Whole answers on small trees: each folder of `cases/` has a target, perhaps a policy,
and the reports expected of it.

`make goldens` writes the expected files anew; read the difference before committing it.
A bug becomes a folder of its own, named after what went wrong.
"""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from licensescan.base.toml import loads
from licensescan.judge.policy import load_policy
from licensescan.model.types import Report
from licensescan.pipeline import Options, scan
from licensescan.report import render

CASES = sorted(p.parent for p in (Path(__file__).parent / "cases").glob("*/case.toml"))
TODAY = date(2027, 1, 1)
REWRITE = os.environ.get("LICENSESCAN_GOLDENS") == "rewrite"


def judged(case: Path) -> Report:
    """
    The report on a case, seen from its folder, with no environment but what is there.
    """
    targets = loads((case / "case.toml").read_bytes(), label="case.toml")["targets"]
    options = Options(project=str(case), variables={"HOME": "/nowhere"}, cached=False)
    return scan(targets, policy=load_policy(case), today=TODAY, options=options)


def as_json(report: Report) -> str:
    """The JSON report without what changes with each version of licensescan."""
    document = json.loads(render("json", report))
    del document["tool"]
    return json.dumps(document, indent=1) + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.name)
def test_case(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    report = judged(case)
    for name, text in (
        ("expected.txt", render("text", report, width=100)),
        ("expected.json", as_json(report)),
    ):
        if REWRITE:
            (case / name).write_text(text, "utf-8")
        assert text == (case / name).read_text("utf-8"), (
            f"{case.name}/{name}: `make goldens` if this is meant"
        )


def test_there_are_cases() -> None:
    assert len(CASES) >= 7
    assert all(
        loads((c / "case.toml").read_bytes(), label=c.name)["what"] for c in CASES
    )
