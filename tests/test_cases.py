"""
Whole answers on small trees: each folder of `cases/` describes a target,
perhaps with a policy, and holds the reports expected of it. `cases/README.md`
shows the form.

`make goldens` writes the expected files anew; read the difference before
committing it. A wrong answer that was mended becomes a folder, called after
the kind that it is of.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from licensescan.base.toml import loads
from licensescan.judge.policy import load_policy
from licensescan.model.types import Report
from licensescan.pipeline import Options, scan
from licensescan.report import REPORTS, render
from licensescan.report.stored import report_in
from tests.known_texts import whole
from tests.trees import content_of, tree_of, write

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(p.parent for p in FOLDER.glob("*/case.toml"))
TODAY = date(2027, 1, 1)
REWRITE = os.environ.get("LICENSESCAN_GOLDENS") == "rewrite"
WIDTH = 100
KEYS = {"what", "targets", "profiles", "distribution", "files"}
LEAST = 8
"""Fewer words in a row are nobody's text."""


@cache
def described(case: Path) -> dict[str, Any]:
    """Return what the `case.toml` of a folder says."""
    table = loads(
        (case / "case.toml").read_bytes(), label=f"{case.name}/case.toml"
    )
    return dict(table)


def judged(case: Path, profile: str | None) -> Report:
    """
    Return the report on a case that has been built in the current folder, with
    no environment but what is there.
    """
    options = Options(
        project=".", variables={"HOME": "/nowhere"}, cached=False
    )
    policy = load_policy(Path(), profile=profile)
    targets = described(case)["targets"]
    report = scan(targets, policy=policy, today=TODAY, options=options)
    masked: Report = Masked(described(case)).value(report)
    return masked


class Masked:
    """
    Reports without the words of others: quotes and hashes of known texts that
    the case is built from are replaced by their length and by the name of the
    license.
    """

    def __init__(self, description: Mapping[str, Any]) -> None:
        """
        Note the known texts that `description` asks for, as they are written.
        """
        self.texts: dict[str, str] = {}
        self.names: dict[str, str] = {}
        for table in _tables(description):
            if name := table.get("license"):
                self.texts[name] = words_of(whole(name))
                content = content_of(table)
                assert isinstance(content, bytes)
                digest = hashlib.sha256(content).hexdigest()
                self.names[digest] = f"sha256 of the text with {name} in it"

    def value(self, value: Any) -> Any:
        """Return `value` with every text in it masked."""
        if isinstance(value, str):
            return self.names.get(value) or self.text(value)
        if isinstance(value, tuple | list):
            return type(value)(self.value(v) for v in value)
        if isinstance(value, Mapping):
            return {k: self.value(v) for k, v in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            named = {f.name: getattr(value, f.name) for f in fields(value)}
            return replace(
                value, **{k: self.value(v) for k, v in named.items()}
            )
        return value

    def text(self, text: str) -> str:
        words = words_of(text).strip()
        for name, whole_ in self.texts.items():
            if words.count(" ") >= LEAST and words in whole_:
                return f"({words.count(' ') + 1} words of {name})"
        return text


def _tables(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every table that is the content of a file."""
    if isinstance(value, list):
        for item in value:
            yield from _tables(item)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "files":
                yield from (
                    v for v in inner.values() if isinstance(v, Mapping)
                )
            else:
                yield from _tables(inner)


def words_of(text: str) -> str:
    """
    Return the words of a text in lower case, with one blank between them.
    """
    return " ".join(re.findall(r"\w+", text.lower()))


# -- what is compared --


def reports(case: Path) -> dict[str, str]:
    """Return the expected files of a case by their name."""
    profiles = described(case).get("profiles", [None])
    found = [judged(case, profile) for profile in profiles]
    for report in found:
        assert_stored(report)
    text = "\n".join(render("text", report, width=WIDTH) for report in found)
    return {"expected.txt": text, "expected.json": as_json(found[0])}


def assert_stored(report: Report) -> None:
    """Check that a stored report is the report, in every form."""
    document = render("json", report)
    read = report_in(document.encode(), "report.json")
    assert replace(read, tool=None) == report
    for form in REPORTS:
        assert render(form, read) == render(form, report), form


def as_json(report: Report) -> str:
    """
    Return the JSON report without what changes with each version of
    licensescan.
    """
    document = json.loads(render("json", report))
    for key in ("tool", "stored", "roots", "dependencies"):
        del document[key]
    return compact(document) + "\n"


def compact(value: Any, margin: str = "") -> str:
    """
    Return JSON in which what holds a list of objects is spread over lines, and
    anything else is one line: a clause, an observation, a path.
    """
    if not _is_deep(value):
        return json.dumps(value, ensure_ascii=False)
    inner = f"{margin} "
    if isinstance(value, dict):
        rows = [
            f"{json.dumps(k)}: {compact(v, inner)}" for k, v in value.items()
        ]
        start, end = "{}"
    else:
        rows = [compact(v, inner) for v in value]
        start, end = "[]"
    body = ",\n".join(inner + row for row in rows)
    return f"{start}\n{body}\n{margin}{end}"


def _is_deep(value: Any) -> bool:
    if isinstance(value, list):
        return any(isinstance(item, dict) for item in value)
    return isinstance(value, dict) and any(map(_is_deep, value.values()))


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.name)
def test_case(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tree_of(described(case)), tmp_path)
    for name, text in reports(case).items():
        if REWRITE:
            (case / name).write_text(text, "utf-8")
        assert text == (case / name).read_text("utf-8"), (
            f"{case.name}/{name}: `make goldens` if this is meant"
        )


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.name)
def test_a_case_is_its_description_and_what_is_expected(case: Path) -> None:
    files = {p.name for p in case.iterdir()}
    assert files == {"case.toml", "expected.json", "expected.txt"}
    assert set(described(case)) <= KEYS
    assert described(case)["what"]


def test_there_are_cases() -> None:
    assert len(CASES) >= 59
