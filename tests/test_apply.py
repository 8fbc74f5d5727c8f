"""
From the lawyer's page back into the policy: what was accepted there makes the
next check green, and nothing else.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from licensescan.judge.reviewed import SCHEMA
from tests.places import add_environment, add_package, run
from tests.test_cli import site
from tests.test_docs import script

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update"
    " --disable-sync --disable-dev-shm-usage"
).split()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    place.mkdir()
    add_environment(
        place / ".venv", {"plain": "MIT", "copyleft": "AGPL-3.0-only"}
    )
    (place / "pyproject.toml").write_text(
        '[project]\nname = "project"\nversion = "1"\nlicense = "MIT"\n'
        'dependencies = ["plain", "copyleft"]\n'
    )
    return place


def page(project: Path) -> Path:
    done = run("check", "--report", "html=page.html", cwd=project)
    assert done.code == 1, done.err
    return project / "page.html"


def cards(project: Path) -> list[dict[str, Any]]:
    text = page(project).read_text("utf-8")
    return [
        {"id": id_, "findings": prints.split(" ")}
        for id_, prints in re.findall(
            r'id="(d-\w+)"[^>]*data-findings="([^"]*)"', text
        )
    ]


def export(project: Path, *decisions: dict[str, Any]) -> str:
    document = {"schema": SCHEMA, "decisions": decisions}
    (project / "decisions.json").write_text(json.dumps(document))
    return "decisions.json"


def accepted(card: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        **card,
        "verdict": "accept",
        "reason": "runs in a lab",
        "until": "2099-12-31",
        "by": "Kim",
        **more,
    }


def test_what_was_accepted_makes_the_next_check_green(project: Path) -> None:
    file = export(project, *map(accepted, cards(project)))
    done = run("apply", file, cwd=project)
    assert done.code == 0, done.err
    assert '+approved-by = "Kim"' in done.out
    assert run("check", cwd=project).code == 0


def test_what_came_after_the_review_is_not_accepted(project: Path) -> None:
    file = export(project, *map(accepted, cards(project)))
    add_package(site(project), "later", "AGPL-3.0-only")
    assert run("apply", file, cwd=project).code == 0
    done = run("check", cwd=project)
    assert done.code == 1
    assert "later" in done.out


def test_what_is_rejected_or_asked_is_told_and_changes_nothing(
    project: Path,
) -> None:
    (card, *_) = cards(project)
    file = export(
        project, {**card, "verdict": "reject", "reason": "buy it", "by": "Kim"}
    )
    done = run("apply", file, cwd=project)
    assert done.code == 0
    assert "rejected by Kim: buy it" in done.err
    assert not (project / "licensescan.toml").exists()


def test_a_decision_of_another_day_is_left_out_by_name(project: Path) -> None:
    entry = accepted({"id": "d-000000", "findings": ["x"]})
    done = run("apply", export(project, entry), cwd=project)
    assert done.code == 0
    assert "d-000000: is settled, or no longer there" in done.err


def test_a_file_of_another_kind_is_exit_2(project: Path) -> None:
    (project / "decisions.json").write_text("{}")
    assert run("apply", "decisions.json", cwd=project).code == 2
    assert run("apply", "missing.json", cwd=project).code == 2


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
def test_a_reviewer_decides_in_a_browser(project: Path) -> None:
    webdriver = pytest.importorskip(
        "selenium.webdriver", reason="selenium is not installed"
    )
    by = pytest.importorskip("selenium.webdriver.common.by").By
    where = page(project)
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(project)}
    )
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    browser = webdriver.Chrome(options=options, service=service)
    try:
        browser.get(where.as_uri())
        for form in browser.find_elements(by.CSS_SELECTOR, ".verdict-form"):
            select, reason, until = form.find_elements(
                by.CSS_SELECTOR, "select, input"
            )
            browser.execute_script(
                "const [s, r, u] = arguments; s.value = 'accept';"
                "r.value = 'runs in a lab'; u.value = '2099-12-31';"
                "s.dispatchEvent(new Event('change'));",
                select,
                reason,
                until,
            )
        browser.find_element(by.ID, "export").click()
        browser.implicitly_wait(1)
        _wait_for(project / "decisions.json")
        words = browser.find_element(by.CSS_SELECTOR, "input[type=search]")
        words.send_keys("copyleft")
        shown = browser.find_elements(
            by.CSS_SELECTOR, "#components > .component:not([hidden])"
        )
        assert len(shown) == 1
        assert not [
            entry
            for entry in browser.get_log("browser")
            if entry["level"] == "SEVERE"
        ]
    finally:
        browser.quit()
    assert run("apply", "decisions.json", cwd=project).code == 0
    assert run("check", cwd=project).code == 0


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
@pytest.mark.parametrize("language", ["en", "ko"])
def test_three_questions_take_at_most_three_clicks(
    project: Path, language: str
) -> None:
    pytest.importorskip("selenium", reason="selenium is not installed")
    screenshots = script("screenshots")
    add_package(site(project), "direct", "MIT", requires="below")
    add_package(site(project), "below", "Apache-2.0")
    weights = site(project) / "plain_weights"
    weights.mkdir()
    (weights / "README.md").write_text("---\nlicense: cc-by-nc-4.0\n---\n")
    (weights / "model.safetensors").write_text("0")
    record = next(site(project).glob("plain-*.dist-info/RECORD"))
    names = ("README.md", "model.safetensors")
    listed = "".join(f"plain_weights/{name},,\n" for name in names)
    record.write_text(record.read_text() + listed)
    declared = project / "pyproject.toml"
    asked = declared.read_text().replace('"plain",', '"plain", "direct",')
    declared.write_text(asked)
    words = ("--lang", language, "--report", "html=page.html")
    assert run("check", *words, cwd=project).code == 1
    opened = screenshots.browser()
    try:
        for question, expected in ANSWERS.items():
            assert len(screenshots.QUESTIONS[question]) <= 3
            where = project / "page.html"
            seen = screenshots.answered(opened, where, question)
            for word in expected:
                assert word in seen, (question, word, seen[:2000])
    finally:
        opened.quit()


ANSWERS = {
    "suit": ("AGPL-3.0-only", "copyleft", "Apache-2.0"),
    "models": ("CC-BY-NC-4.0", "plain"),
    "way": ("copyleft", "project › copyleft", "pyproject.toml:", "METADATA"),
}
"""What a lawyer has to see at the end of each way."""


def _wait_for(path: Path) -> None:
    """Wait until a download is there."""
    import time

    for _ in range(100):
        if path.exists() and os.path.getsize(path):
            return
        time.sleep(0.1)
    raise AssertionError(f"{path} was not written")


def test_reports_in_the_project_are_no_part_of_it(project: Path) -> None:
    (project / "out").mkdir()
    first = run("check", "--report", "all=out", cwd=project)
    again = run("check", cwd=project)
    assert again.code == first.code
    assert again.out == first.out
