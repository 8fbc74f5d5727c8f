"""
The GitHub action and the GitLab component: their steps run as they stand, with
the licensescan of these tests in the place of the one that they install.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.places import add_environment, add_package

ROOT = Path(__file__).resolve().parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}

pytestmark = pytest.mark.skipif(
    not shutil.which("bash"), reason="the steps are for bash"
)


@pytest.fixture
def job(tmp_path: Path) -> dict[str, str]:
    """The variables of a job whose first step has installed licensescan."""
    tools = tmp_path / "temp" / "licensescan" / "bin"
    tools.mkdir(parents=True)
    tool = tools / "licensescan"
    tool.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m licensescan "$@"\n'
    )
    tool.chmod(0o755)
    return {
        **{k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"},
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "PYTHONPATH": str(ROOT),
        "TARGET": "",
        "ARGUMENTS": "",
    }


def project(folder: Path, license_: str) -> Path:
    folder.mkdir()
    add_environment(folder / ".venv", {"some": license_})
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "app"\nversion = "1"\nlicense = "MIT"\n'
        'dependencies = ["some"]\n'
    )
    return folder


def step(name: str, job: dict[str, str], place: Path) -> int:
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", STEPS[name]["run"]],
        cwd=place,
        env=job,
        check=False,
        capture_output=True,
    ).returncode


def outputs(job: dict[str, str]) -> dict[str, str]:
    rows = Path(job["GITHUB_OUTPUT"]).read_text("utf-8").splitlines()
    return dict(row.split("=", 1) for row in rows)


@pytest.mark.parametrize(
    ("license_", "code"), [("MIT", 0), ("AGPL-3.0-only", 1)]
)
def test_the_check_leaves_reports_a_summary_and_its_code(
    tmp_path: Path, job: dict[str, str], license_: str, code: int
) -> None:
    place = project(tmp_path / "app", license_)
    assert step("Check", job, place) == 0
    told = outputs(job)
    assert told["exit-code"] == str(code)
    reports = Path(told["reports"])
    assert json.loads((reports / "licenses.sarif").read_text())["version"]
    assert "licensescan" in Path(job["GITHUB_STEP_SUMMARY"]).read_text()
    job["CODE"] = told["exit-code"]
    assert step("Pass or fail", job, place) == code


def test_a_comment_is_the_difference_where_a_base_is_given(
    tmp_path: Path, job: dict[str, str]
) -> None:
    place = project(tmp_path / "app", "MIT")
    assert step("Check", job, place) == 0
    job["REPORTS"] = outputs(job)["reports"]
    base = tmp_path / "base.json"
    shutil.move(Path(job["REPORTS"]) / "licenses.json", base)
    site = next((place / ".venv").glob("lib/*/site-packages"))
    add_package(site, "later", "AGPL-3.0-only")
    assert step("Check", job, place) == 0
    job["BASE"] = str(base)
    assert step("Difference", job, place) == 0
    gh = tmp_path / "temp" / "licensescan" / "bin" / "gh"
    gh.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$TOLD"\n')
    gh.chmod(0o755)
    job |= {
        "PATH": f"{gh.parent}{os.pathsep}{job['PATH']}",
        "TOLD": str(tmp_path / "told"),
        "NUMBER": "7",
        "GITHUB_REPOSITORY": "o/r",
    }
    assert step("Comment", job, place) == 0
    told = (tmp_path / "told").read_text().split("\n")
    page = Path(told[told.index("--body-file") + 1]).read_text("utf-8")
    assert "### Came in" in page
    assert "later" in page


def test_findings_go_to_code_scanning_packed(
    tmp_path: Path, job: dict[str, str]
) -> None:
    place = project(tmp_path / "app", "AGPL-3.0-only")
    assert step("Check", job, place) == 0
    gh = tmp_path / "temp" / "licensescan" / "bin" / "gh"
    gh.write_text("#!/bin/sh\nexit 0\n")
    gh.chmod(0o755)
    job |= {
        "PATH": f"{gh.parent}{os.pathsep}{job['PATH']}",
        "REPORTS": outputs(job)["reports"],
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_SHA": "0" * 40,
        "GITHUB_REF": "refs/heads/main",
    }
    assert step("Hand to code scanning", job, place) == 0
    packed = Path(job["RUNNER_TEMP"]) / "licenses.sarif.gz.b64"
    document = json.loads(
        gzip.decompress(base64.b64decode(packed.read_text()))
    )
    assert document["runs"][0]["results"]


def test_arguments_are_one_a_line(tmp_path: Path, job: dict[str, str]) -> None:
    place = project(tmp_path / "app", "AGPL-3.0-only")
    job["ARGUMENTS"] = "--exit-zero\n--profile\nsaas\n"
    assert step("Check", job, place) == 0
    assert outputs(job)["exit-code"] == "0"


def test_a_wrong_use_fails_the_job(
    tmp_path: Path, job: dict[str, str]
) -> None:
    place = project(tmp_path / "app", "MIT")
    job["TARGET"] = "$(touch pwned); nowhere"
    assert step("Check", job, place) == 0
    assert outputs(job)["exit-code"] == "2"
    assert not (place / "pwned").exists()


def test_no_input_is_pasted_into_a_script() -> None:
    for name, entry in STEPS.items():
        assert "${{" not in entry.get("run", ""), name


def test_every_use_is_pinned_by_its_commit() -> None:
    workflows = (ROOT / ".github" / "workflows").glob("*.yml")
    for path in (ROOT / "action.yml", *workflows):
        for use in re.findall(r"uses: (\S+)", path.read_text("utf-8")):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", use), path.name


def test_the_gitlab_component_checks_and_keeps_its_reports() -> None:
    text = (ROOT / "templates" / "licensescan.yml").read_text("utf-8")
    head, body = yaml.safe_load_all(text)
    inputs: dict[str, Any] = head["spec"]["inputs"]
    assert set(re.findall(r"inputs\.(\w+)", text)) == set(inputs)
    job = body["licensescan"]
    from licensescan.report import FILES

    kept = job["artifacts"]["reports"]
    assert Path(kept["codequality"]).name == FILES["gitlab"]
    assert Path(kept["junit"]).name == FILES["junit"]


def test_zizmor_finds_nothing_in_the_action_and_the_workflows() -> None:
    zizmor = shutil.which("zizmor", path=str(Path(sys.executable).parent))
    if zizmor is None:
        pytest.skip("zizmor is not installed")
    done = subprocess.run(
        [zizmor, "--offline", "action.yml", ".github"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
