"""
From red to green, and red again for what is new: `init --adopt`, `accept` and
baselines, by the command line.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.places import add_environment, add_package, run
from tests.test_cli import site

VENDOR = (
    "Vendor agreement. You may use the kit to develop programs for machines of the vendor only."
    " You may not use the kit for commercial purposes. You may not reverse engineer the kit.\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a copyleft package and two under one vendor's text."""
    place = tmp_path / "project"
    place.mkdir()
    packages = {"plain": "MIT", "copyleft": "GPL-3.0-only", "bare": ""}
    add_environment(place / ".venv", packages)
    for name in ("kita", "kitb"):
        add_kit(place, name, VENDOR)
    names = ", ".join(f'"{n}"' for n in (*packages, "kita", "kitb"))
    (place / "pyproject.toml").write_text(
        f'[project]\nname = "project"\nversion = "1"\nlicense = "MIT"\ndependencies = [{names}]\n'
    )
    return place


def add_kit(place: Path, name: str, text: str) -> None:
    info = add_package(site(place), name, "")
    (info / "LICENSE").write_text(text)


def check(project: Path, *more: str) -> tuple[int, dict[str, Any]]:
    done = run("check", "-f", "json", *more, cwd=project)
    assert not done.err, done.err
    return done.code, json.loads(done.out)


def failing(document: dict[str, Any]) -> set[str]:
    return {
        finding["component"].partition("@")[0].rpartition("/")[2]
        for finding in document["findings"]
        if not finding["waived_by"] and finding["verdict"] != "warn"
    }


def accept(project: Path, *what: str) -> str:
    done = run(
        "accept",
        *what,
        "--reason",
        "read",
        "--until",
        "2099-12-31",
        cwd=project,
    )
    assert done.code == 0, done.err
    return done.out


class TestAdopt:
    def test_the_next_check_is_0_and_says_what_is_open(
        self, project: Path
    ) -> None:
        code, before = check(project)
        assert code == 1
        assert run("init", "--adopt", cwd=project).code == 0
        code, document = check(project)
        assert code == 0
        assert document["summary"]["waived"] >= len(failing(before))
        open_ = [
            f["message"]
            for f in document["findings"]
            if f["rule"] == "waiver-stale"
        ]
        policy = tomllib.loads((project / "licensescan.toml").read_text())
        assert len([m for m in open_ if "has no reason yet" in m]) == len(
            policy["accept"]
        )
        text = run("check", cwd=project).out
        assert "in the baseline" in text
        # The text of the vendor is one decision, whoever ships it.
        assert sum("sha256" in block for block in policy["accept"]) == 1

    @pytest.mark.parametrize("plant", ["package", "part", "model", "license"])
    def test_what_is_new_is_red(self, project: Path, plant: str) -> None:
        run("init", "--adopt", cwd=project)
        assert check(project)[0] == 0
        if plant == "package":
            add_package(site(project), "newcomer", "GPL-3.0-only")
        elif plant == "part":
            tree = site(project) / "copyleft" / "vendored"
            tree.mkdir(parents=True)
            (tree / "LICENSE").write_text(VENDOR.replace("commercial", "any"))
            (tree / "a.py").write_text(
                "# SPDX-License-Identifier: AGPL-3.0-only\n"
            )
        elif plant == "model":
            weights = project / "weights"
            weights.mkdir()
            (weights / "README.md").write_text(
                "---\nlicense: cc-by-nc-4.0\n---\n"
            )
            (weights / "config.json").write_text('{"model_type": "bert"}')
            (weights / "model.safetensors").write_bytes(
                b"\x02\0\0\0\0\0\0\0{}"
            )
        else:
            shutil.rmtree(site(project) / "plain-1.0.dist-info")
            add_package(site(project), "plain", "AGPL-3.0-only")
        assert check(project)[0] == 1

    def test_a_text_is_accepted_for_as_long_as_it_says_the_same(
        self, project: Path
    ) -> None:
        run("init", "--adopt", cwd=project)
        shutil.rmtree(site(project) / "kita-1.0.dist-info")
        info = add_package(site(project), "kita", "", version="1.1")
        (info / "LICENSE").write_text(VENDOR)
        add_kit(project, "kitc", VENDOR)
        assert check(project)[0] == 0
        (info / "LICENSE").write_text(VENDOR + "You may not resell the kit.\n")
        code, document = check(project)
        assert code == 1
        assert failing(document) == {"kita"}

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("develop programs for", "evaluate programs on"),
            ("for commercial purposes", "for any purpose"),
            ("reverse engineer", "publish benchmarks of"),
        ],
    )
    def test_a_sentence_that_changed_is_red(
        self, project: Path, before: str, after: str
    ) -> None:
        run("init", "--adopt", cwd=project)
        assert check(project)[0] == 0
        assert before in VENDOR
        text = site(project) / "kita-1.0.dist-info" / "LICENSE"
        text.write_text(VENDOR.replace(before, after))
        code, document = check(project)
        assert code == 1
        assert failing(document) == {"kita"}


class TestAccept:
    def test_a_decision_is_written_and_shown_and_all_else_is_kept(
        self, project: Path
    ) -> None:
        written = 'profile = "saas"  # ours\r\n\r\n# [[accept]] comes here\r\n'
        (project / "licensescan.toml").write_bytes(written.encode())
        _, document = check(project)
        ids = {
            d["id"]
            for d in document["decisions"]
            if any("kit" in c for c in d["components"])
        }
        shown = accept(project, *ids)
        after = (project / "licensescan.toml").read_bytes().decode()
        assert after.startswith(written)
        assert "+[[accept]]" in shown
        assert "approved" not in shown
        _, document = check(project)
        assert not failing(document) & {"kita", "kitb"}
        again = run(
            "accept", *ids, "--reason", "r", "--until", "never", cwd=project
        )
        assert again.code == 2
        assert "accepted already" in again.err

    @pytest.mark.parametrize(
        "kind", ["license", "component", "finding", "text"]
    )
    def test_each_kind_of_name_is_understood(
        self, project: Path, kind: str
    ) -> None:
        _, document = check(project)
        finding = next(
            f
            for f in document["findings"]
            if f["component"].startswith(
                "pkg:pypi/kita" if kind == "text" else "pkg:pypi/copyleft"
            )
            and f["verdict"] == "deny"
        )
        texts = {d["id"]: d["text_sha256"] for d in document["decisions"]}
        word = {
            "license": finding["license"],
            "component": "Copyleft",
            "finding": finding["fingerprint"],
            "text": texts[finding["decision"]] or "",
        }[kind]
        accept(project, word)
        _, after = check(project)
        gone = failing(document) - failing(after)
        assert gone == ({"kita", "kitb"} if kind == "text" else {"copyleft"})

    def test_a_table_of_pyproject_is_edited_in_place(
        self, project: Path
    ) -> None:
        path = project / "pyproject.toml"
        path.write_text(
            path.read_text()
            + '[tool.licensescan]\nprofile = "saas"  # ours\n[tool.other]\nx = 1\n'
        )
        before = path.read_text()
        accept(project, "copyleft")
        assert path.read_text().startswith(before)
        assert "copyleft" not in failing(check(project)[1])

    def test_what_is_missing_or_unknown_is_said(self, project: Path) -> None:
        def complaint(*args: str) -> str:
            done = run("accept", *args, cwd=project)
            assert done.code == 2
            return done.err

        assert "--reason is needed" in complaint("copyleft")
        assert "--until is needed" in complaint("copyleft", "--reason", "r")
        given = ("--reason", "r", "--until")
        assert "2027-06-30" in complaint("copyleft", *given, "soon")
        assert "no finding is about that" in complaint(
            "nothing", *given, "never"
        )
        assert not (project / "licensescan.toml").exists()
        dry = run(
            "accept", "copyleft", *given, "never", "--dry-run", cwd=project
        )
        assert "+[[accept]]" in dry.out
        assert not (project / "licensescan.toml").exists()


class TestBaseline:
    def test_a_report_of_yesterday_is_one(self, project: Path) -> None:
        run("check", "-f", "json", "-o", "../old.json", cwd=project)
        code, document = check(project, "--baseline", "../old.json")
        assert code == 0
        assert {f["waived_by"] for f in document["findings"]} <= {
            None,
            "../old.json: baseline",
        }
        add_package(site(project), "newcomer", "GPL-3.0-only")
        code, document = check(project, "--baseline", "../old.json")
        assert (code, failing(document)) == (1, {"newcomer"})

    def test_a_text_that_changed_is_news(self, project: Path) -> None:
        run("check", "-f", "json", "-o", "../old.json", cwd=project)
        text = site(project) / "kitb-1.0.dist-info" / "LICENSE"
        text.write_text(VENDOR + "You may not resell the kit.\n")
        code, document = check(project, "--baseline", "../old.json")
        assert (code, failing(document)) == (1, {"kitb"})

    def test_entries_that_nothing_needs_are_told(self, project: Path) -> None:
        run("check", "-f", "json", "-o", "../old.json", cwd=project)
        shutil.rmtree(site(project) / "copyleft-1.0.dist-info")
        _, document = check(project, "--baseline", "../old.json")
        told = [f["message"] for f in document["findings"]]
        assert any("that no finding needs any more" in m for m in told)

    @pytest.mark.parametrize(
        "text", ["", "[]", "{}", '{"findings": [1]}', '{"findings": [{}]}']
    )
    def test_what_is_none_is_an_error(self, project: Path, text: str) -> None:
        (project / "old.json").write_text(text)
        done = run("check", "--baseline", "old.json", cwd=project)
        assert done.code == 2
        assert "old.json" in done.err
