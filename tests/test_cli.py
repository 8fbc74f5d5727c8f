"""
The command line as users and scripts meet it: exit codes, what goes where, and
mistakes.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from licensescan.cli import cli, main
from licensescan.report import FILES, REPORTS
from tests.known_texts import whole
from tests.places import add_environment, add_package, run
from tests.report.test_reports import SCHEMA


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose environment is clean but for what a test adds."""
    place = tmp_path / "project"
    place.mkdir()
    add_environment(place / ".venv", {"plain": "MIT"})
    (place / "requirements.txt").write_text("plain\n")
    return place


def test_check_says_why_of_one_component(project: Path) -> None:
    info = add_package(site(project), "asked", "MIT")
    (info / "LICENSE").write_text("It is compatible with GPLv2.\n")
    plain = json.loads(run("check", "-f", "json", cwd=project).out)
    done = run("check", "-f", "json", "--why", "Asked", cwd=project)
    document = json.loads(done.out)
    jsonschema.validate(document, SCHEMA)
    told = [c for c in document["components"] if "considered" in c]
    [component] = told
    assert component["name"] == "asked"
    reasons = {item["reason"] for item in component.pop("considered")}
    assert {"declares", "spoken-of", "says-nothing"} <= reasons
    del document["stored"], plain["stored"]
    assert document == plain
    text = run("check", "--why", "asked", cwd=project).out
    assert "considered for asked: " in text
    gone = run("check", "--why", "askes", cwd=project)
    assert gone.code == 2
    assert "did you mean 'asked'?" in gone.err


def test_classify_says_why(tmp_path: Path) -> None:
    (tmp_path / "terms.txt").write_text("It is compatible with GPLv2.\n")
    text = run("classify", "terms.txt", "--why", cwd=tmp_path).out
    assert "considered: 1, of which 1 does not count" in text
    assert (
        "dropped  line 1, statement, GPL-2.0-only: “It is compatible with"
        in text
    )
    assert "spoken-of: " in text
    [answer] = json.loads(
        run("classify", "terms.txt", "--why", "-f", "json", cwd=tmp_path).out
    )
    [item] = answer["considered"]
    assert item["outcome"] == "dropped"
    assert item["reason"] == "spoken-of"
    assert item["clause"] == "compatible"
    assert item["lines"] == [1, 1]
    [silent] = json.loads(
        run("classify", "terms.txt", "-f", "json", cwd=tmp_path).out
    )
    assert silent == {k: v for k, v in answer.items() if k != "considered"}


def site(project: Path) -> Path:
    return project / ".venv" / "lib" / "python3.11" / "site-packages"


def no_traceback(*texts: str) -> None:
    for text in texts:
        assert "Traceback" not in text
        assert "internal error" not in text


class TestExitCodes:
    def test_0_when_nothing_reaches_the_gate(self, project: Path) -> None:
        done = run("check", cwd=project)
        assert (done.code, done.err) == (0, ""), done
        assert "environment  .venv (project .venv), Python 3.11.4" in done.out
        assert done.out.rstrip().endswith("exit 0")

    def test_several_targets_are_counted_together_and_an_empty_one_says_so(
        self, project: Path
    ) -> None:
        add_environment(project / "bare", {})
        done = run("check", "bare", cwd=project)
        assert (done.code, done.out) == (2, "")
        assert "nothing to judge in bare" in done.err
        done = run("check", "bare", ".venv", cwd=project)
        assert (
            "environment  .venv, Python 3.11.4\ntogether     1 package\n"
            in done.out
        )

    def test_help_says_what_each_command_does_in_whole_sentences(
        self, project: Path
    ) -> None:
        assert (
            "..."
            not in run("--help", cwd=project).out.partition("Commands:")[2]
        )

    def test_1_on_a_finding(self, project: Path) -> None:
        add_package(site(project), "shared", "AGPL-3.0-only")
        done = run("check", cwd=project)
        assert done.code == 1
        assert "copyleft-network" in done.out
        assert "shared 1.0" in done.out

    @pytest.mark.parametrize(
        ("level", "code"), [("deny", 0), ("review", 0), ("warn", 1)]
    )
    def test_the_gate_is_where_it_is_set(
        self, project: Path, level: str, code: int
    ) -> None:
        assert run("check", "--fail-on", level, cwd=project).code == code

    def test_the_profile_decides(self, project: Path) -> None:
        add_package(site(project), "shared", "GPL-3.0-only")
        assert run("check", cwd=project).code == 1
        assert (
            run("check", "--profile", "internal-research", cwd=project).code
            == 0
        )

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (("check", "--no-such-option"), "no-such-option"),
            (("chek",), "chek"),
            (("check", "--profile", "sas"), "sas"),
            (("check", "--fail-on", "never"), "never"),
            (("check", "-f", "xml"), "xml"),
            (("check", "--report", "json"), "FORMAT=FILE"),
            (("check", "--report", "xml=x"), "xml"),
            (("check", "gone"), "gone: there is no such file or folder"),
            (("check", "--env", "gone"), "gone"),
            (("check", "--policy", "gone.toml"), "gone.toml"),
            (
                ("check", "-o", "no/such/folder/x"),
                "cannot be written there: there is no such folder",
            ),
            (("check", "-o", "."), "cannot be written there: it is a folder"),
            (("check", "--report", "json=no/such/x"), "cannot be written"),
            (("check", "--jobs", "0"), "jobs"),
            (("explain", "copyleft-strng"), "did you mean 'copyleft-strong'"),
            (("explain",), "NAME"),
            (
                ("why", "nobody"),
                "nobody is not among the components; licensescan scan",
            ),
            (("classify",), "FILE"),
            (("classify", "gone"), "gone"),
            (("classify", "."), "is a folder; licensescan scan"),
        ],
    )
    def test_2_when_nothing_was_judged(
        self, project: Path, args: tuple[str, ...], said: str
    ) -> None:
        done = run(*args, cwd=project)
        assert done.code == 2, done
        assert said in done.err
        assert done.out == ""
        no_traceback(done.err)

    def test_2_without_an_environment_says_what_to_do(
        self, tmp_path: Path
    ) -> None:
        done = run("check", cwd=tmp_path)
        assert (done.code, done.out) == (2, "")
        assert "--env" in done.err

    def test_2_for_a_broken_policy_with_its_place(self, project: Path) -> None:
        (project / "licensescan.toml").write_text(
            'profile = "saas"\nfail-onn = "deny"\n'
        )
        done = run("check", cwd=project)
        assert done.code == 2
        assert "licensescan.toml:2" in done.err
        assert "did you mean 'fail-on'" in done.err

    def test_3_for_a_target_that_is_not_what_it_says(
        self, project: Path
    ) -> None:
        (project / "cut-1.0-py3-none-any.whl").write_bytes(
            b"PK\x03\x04 and then nothing"
        )
        done = run("check", "cut-1.0-py3-none-any.whl", cwd=project)
        assert done.code == 3, done
        assert "cut-1.0" in done.err
        no_traceback(done.err)

    def test_3_outranks_1(self, project: Path) -> None:
        add_package(site(project), "shared", "AGPL-3.0-only")
        (project / "cut-1.0-py3-none-any.whl").write_bytes(
            b"PK\x03\x04 and then nothing"
        )
        done = run("check", ".venv", "cut-1.0-py3-none-any.whl", cwd=project)
        assert done.code == 3
        assert "copyleft-network" in done.out, (
            "what could be judged is told all the same"
        )

    def test_an_output_that_cannot_be_written_is_known_before_the_scan(
        self,
        project: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.chdir(project)
        monkeypatch.setattr(
            "licensescan.pipeline.scan", lambda *a, **k: pytest.fail("scanned")
        )
        with pytest.raises(SystemExit) as stop:
            main(["check", "-o", "no/such/folder/x"])
        assert stop.value.code == 2
        assert "cannot be written" in capsys.readouterr().err

    def test_an_internal_error_is_3_and_one_line(
        self,
        project: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        def fail(*args: object, **named: object) -> None:
            raise RuntimeError("as planned \x1b[31m")

        monkeypatch.chdir(project)
        monkeypatch.setattr("licensescan.pipeline.scan", fail)
        with pytest.raises(SystemExit) as stop:
            main(["check"])
        assert stop.value.code == 3
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "\x1b" not in said
        with pytest.raises(RuntimeError):
            main(["check", "--debug"])


class TestOutputs:
    def test_json_is_valid_and_alone_on_stdout(self, project: Path) -> None:
        done = run("check", "-f", "json", cwd=project)
        document = json.loads(done.out)
        jsonschema.Draft202012Validator(SCHEMA).validate(document)
        assert document["exit_code"] == done.code == 0
        paths = {c["name"]: c["paths"] for c in document["components"]}
        assert paths["plain"] == [["project", "plain"]]
        assert done.err == ""

    def test_the_same_bytes_twice(self, project: Path) -> None:
        add_package(site(project), "shared", "AGPL-3.0-only")
        first, second = (
            run("check", "-f", "json", cwd=project).out for _ in range(2)
        )
        third = run("check", "-f", "json", "--no-cache", cwd=project).out
        assert first == second == third

    def test_many_reports_of_one_scan(self, project: Path) -> None:
        done = run(
            "check",
            "--report",
            "json=a.json",
            "--report",
            "text=b.txt",
            "-o",
            "c.txt",
            cwd=project,
        )
        assert (done.code, done.out) == (0, "")
        jsonschema.Draft202012Validator(SCHEMA).validate(
            json.loads((project / "a.json").read_text())
        )
        assert (project / "b.txt").read_text() == (
            project / "c.txt"
        ).read_text()
        assert "exit 0" in (project / "b.txt").read_text()

    def test_no_colours_in_a_pipe_unless_asked_for(
        self, project: Path
    ) -> None:
        add_package(site(project), "shared", "AGPL-3.0-only")
        assert "\x1b[" not in run("check", cwd=project).out
        assert "\x1b[" in run("check", "--color", "always", cwd=project).out

    def test_a_report_replaces_a_file_whole(self, project: Path) -> None:
        (project / "old").write_text("x" * 100_000)
        run("check", "-f", "json", "-o", "old", cwd=project)
        json.loads((project / "old").read_text())
        assert not [
            n for n in os.listdir(project) if n.startswith(".licensescan-")
        ]


class TestScan:
    def test_an_inventory_judges_nothing(self, project: Path) -> None:
        add_package(site(project), "shared", "AGPL-3.0-only")
        done = run("scan", cwd=project)
        assert done.code == 0
        assert "AGPL-3.0-only" in done.out
        document = json.loads(run("scan", "-f", "json", cwd=project).out)
        jsonschema.Draft202012Validator(SCHEMA).validate(document)
        assert "policy" not in document


class TestResidue:
    """Words that no license accounts for are in the report."""

    @pytest.fixture
    def report(self, project: Path) -> dict[str, Any]:
        info = site(project) / "plain-1.0.dist-info"
        text = whole("MIT") + "\nMany thanks to Edda Holm.\n"
        (info / "LICENSE").write_text(text)
        (info / "NOTICE").write_text(
            f"{text}\nYour permission is gone once the pilot phase is over.\n"
        )
        done = run("check", "-f", "json", cwd=project)
        document: dict[str, Any] = json.loads(done.out)
        jsonschema.Draft202012Validator(SCHEMA).validate(document)
        return document

    def test_of_a_license_and_a_notice(self, report: dict[str, Any]) -> None:
        plain = next(c for c in report["components"] if c["name"] == "plain")
        left = {
            (item["path"].rsplit("/", 1)[1], one["words"]): one["told"]
            for item in plain["evidence"]
            for one in item.get("residue", ())
        }
        assert left["LICENSE", "many thanks to edda holm"] is False
        assert any(
            name == "NOTICE" and told for (name, _), told in left.items()
        )

    def test_one_that_limits_is_a_finding(
        self, report: dict[str, Any]
    ) -> None:
        found = [
            f["message"]
            for f in report["findings"]
            if f["rule"] == "terms-unread"
        ]
        assert any("your permission is gone once" in one for one in found)

    def test_all_of_it_is_shown_if_asked(
        self, report: dict[str, Any], project: Path
    ) -> None:
        assert report
        said = "(harmless): “many thanks to edda holm”"
        assert said in run("check", "-v", cwd=project).out
        assert said not in run("check", cwd=project).out


class TestClassify:
    def test_own_words(self, tmp_path: Path) -> None:
        (tmp_path / "terms.txt").write_text(
            "You may use this for noncommercial purposes only.\n"
        )
        done = run(
            "classify",
            "terms.txt",
            "-f",
            "json",
            "--clauses-only",
            cwd=tmp_path,
        )
        assert done.code == 0, done
        (found,) = json.loads(done.out)
        assert (found["path"], found["expression"], found["commercial"]) == (
            "terms.txt",
            "NOASSERTION",
            "prohibited",
        )
        clause = next(
            c for c in found["clauses"] if c["clause"] == "use.noncommercial"
        )
        assert clause["lines"] == [1, 1]
        assert (
            clause["quote"]
            in "You may use this for noncommercial purposes only."
        )

    def test_from_a_pipe_and_many_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_text("SPDX-License-Identifier: MIT\n")
        done = run(
            "classify",
            "a",
            "-",
            "-f",
            "json",
            cwd=tmp_path,
            given=b"SPDX-License-Identifier: Zlib\n",
        )
        assert [r["expression"] for r in json.loads(done.out)] == [
            "MIT",
            "Zlib",
        ]

    def test_our_own_license(self, root: Path) -> None:
        done = run("classify", "LICENSE", cwd=root)
        assert done.code == 0
        assert done.out.startswith("LICENSE: Apache-2.0\n")

    def test_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        (tmp_path / "x").write_bytes(bytes(range(256)) * 40)
        done = run("classify", "x", cwd=tmp_path)
        assert done.code == 0
        assert "not a text" in done.out


class TestExplainWhyInit:
    def test_explain(self, tmp_path: Path) -> None:
        done = run("explain", "patent-retaliation-broad", cwd=tmp_path)
        assert done.code == 0
        assert "what to do" in done.out

    def test_why(self, project: Path) -> None:
        add_package(site(project), "inner", "MIT")
        add_package(site(project), "outer", "MIT", requires="inner>=1")
        (project / "requirements.txt").write_text("outer\n")
        done = run("why", "inner", cwd=project)
        assert done.code == 0
        assert "requirements.txt:1" in done.out
        assert "by inner>=1" in done.out

    def test_init_writes_a_policy_that_check_can_use(
        self, project: Path
    ) -> None:
        assert run("init", cwd=project).code == 0
        done = run("check", cwd=project)
        assert done.code == 0, done
        assert "licensescan.toml" in done.out

    def test_init_replaces_nothing_unasked(self, project: Path) -> None:
        (project / "licensescan.toml").write_text('profile = "saas"\n')
        assert run("init", cwd=project).code == 2
        assert (
            project / "licensescan.toml"
        ).read_text() == 'profile = "saas"\n'
        assert run("init", "--force", cwd=project).code == 0
        assert (
            'profile = "saas"' in (project / "licensescan.toml").read_text()
        ), "the profile stays"


class TestSafety:
    def test_the_own_environment_is_not_the_projects(
        self, tmp_path: Path
    ) -> None:
        import sys

        done = run(
            "check",
            cwd=tmp_path,
            PRE_COMMIT="1",
            VIRTUAL_ENV=sys.prefix,
            PATH=f"{sys.prefix}/bin:/usr/bin",
        )
        assert done.code == 2, "as in a hook, only --env self judges it"

    def test_nothing_is_written_into_the_project(self, project: Path) -> None:
        before = sorted(str(p) for p in project.rglob("*"))
        run(
            "check",
            cwd=project,
            LICENSESCAN_CACHE_DIR=str(project.parent / "c"),
        )
        assert sorted(str(p) for p in project.rglob("*")) == before

    def test_a_reader_that_goes_away_is_no_traceback(
        self, project: Path
    ) -> None:
        import subprocess
        import sys

        command = f"{sys.executable} -m licensescan explain distributed-product | head -c 1"
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=project,
            capture_output=True,
            check=False,
        )
        assert (len(done.stdout), done.stderr) == (1, b"")


@pytest.mark.parametrize(
    "command", ["check", "scan", "classify", "explain", "why", "init"]
)
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(cli, [command, "--help"])
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: cli {command}")


def test_the_version() -> None:
    from licensescan import __version__

    assert __version__ in CliRunner().invoke(cli, ["--version"]).output


def test_quiet_says_nothing_where_all_is_in_order(project: Path) -> None:
    done = run("check", "-q", cwd=project)
    assert (done.code, done.out, done.err) == (0, "", "")
    add_package(site(project), "copyleft", "GPL-3.0-only")
    done = run("check", "-q", cwd=project)
    assert done.code == 1
    assert "copyleft" in done.out


def test_exit_zero_forgives_findings_and_nothing_else(project: Path) -> None:
    add_package(site(project), "copyleft", "GPL-3.0-only")
    done = run("check", "--exit-zero", cwd=project)
    assert done.code == 0
    assert "exit 1" in done.out
    assert run("check", "--exit-zero", "gone.whl", cwd=project).code == 2


def test_all_forms_of_one_run(project: Path) -> None:
    (project / "out").mkdir()
    done = run("check", "--report", "all=out", cwd=project)
    assert done.code == 0
    names = {path.name for path in (project / "out").iterdir()}
    assert FILES.keys() == REPORTS.keys()
    assert names == set(FILES.values())
    again = run("check", "--no-cache", "--report", "all=out", cwd=project)
    assert again.out == done.out, "reports are no part of the project"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check",), "종료 코드"),
        (("scan",), "License-Expression 필드"),
        (("why", "below"), "요구: below"),
        (("explain", "copyleft-strong"), "할 일"),
        (("diff", "then.json", "."), "들어온 것"),
    ],
)
def test_what_people_read_is_in_korean(
    project: Path, words: tuple[str, ...], said: str
) -> None:
    run("scan", "-f", "json", "-o", "then.json", cwd=project)
    add_package(site(project), "below", "MIT")
    add_package(site(project), "copyleft", "AGPL-3.0-only", requires="below")
    (project / "requirements.txt").write_text("plain\ncopyleft\n")
    english = run(*words, cwd=project).out
    korean = run(*words, "--lang", "ko", cwd=project).out
    assert said in korean
    assert said not in english


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_for_each_shell(tmp_path: Path, shell: str) -> None:
    done = run("completion", shell, cwd=tmp_path)
    assert done.code == 0
    assert "_LICENSESCAN_COMPLETE" in done.out
    assert run("completion", "tcsh", cwd=tmp_path).code == 2


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("licensescan ju", "plain,judge"),
        ("licensescan check --fail", "plain,--fail-on"),
        ("licensescan check -f cyclone", "plain,cyclonedx"),
        ("licensescan explain copyleft-str", "plain,copyleft-strong"),
    ],
)
def test_completion_offers(tmp_path: Path, typed: str, offered: str) -> None:
    variables = {
        "_LICENSESCAN_COMPLETE": "bash_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(typed.split()) - 1),
    }
    done = run(cwd=tmp_path, **variables)
    assert offered in done.out.splitlines()


def test_an_option_is_given_by_its_own_name(project: Path) -> None:
    variables = {"LICENSESCAN_CHECK_FORMAT": "json"}
    assert json.loads(run("check", cwd=project, **variables).out)
    typed = run("check", "-f", "csv", cwd=project, **variables)
    assert typed.out.lstrip("\ufeff").startswith("component,")
