"""A store answers where what is used, since when, and by which policy."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="needs licensescan[fleet]")
pytest.importorskip("duckdb", reason="needs licensescan[fleet]")

from licensescan.cli import main
from tests.faults import distribution, wheel, write
from tests.fleet.targets import environment
from tests.fleet.test_stores import scanned

TERMS = (
    "Acme Coqui License\n\nYou may use the software for non-commercial"
    " purposes only.\n"
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """
    Two environments: `web` gets a GPL version of a package in February, `batch`
    loses a package.
    """
    place = tmp_path / "store"
    listed = tmp_path / "list.txt"
    listed.write_text("web\tshop/web\nbatch\tshop/batch\n")
    environment(
        tmp_path / "web", ("alpha", "1.9", "MIT"), ("beta", "1", "ISC")
    )
    environment(tmp_path / "batch", ("gamma", "3", "GPL-3.0-only"))
    scanned(listed, place, day="2026-01-05")
    site = tmp_path / "web/lib/python3.11/site-packages"
    shutil.rmtree(site / "alpha-1.9.dist-info")
    write(site, distribution("alpha", version="1.10", license_="GPL-2.0-only"))
    scanned(listed, place, day="2026-02-07")
    return place


def asked(store: Path, *words: str) -> list[dict[str, Any]]:
    out = store.parent / "answer.json"
    command = ["fleet", "query", "--store", str(store), *words]
    with pytest.raises(SystemExit) as stop:
        main([*command, "-f", "json", "-o", str(out)])
    assert stop.value.code == 0
    answer: list[dict[str, Any]] = json.loads(out.read_text())
    return answer


class TestWhereUsed:
    def test_a_package_with_its_history(self, store: Path) -> None:
        rows = asked(store, "--where-used", "Alpha")
        assert [
            (r["version"], r["since"], r["last seen"], r["still there"])
            for r in rows
        ] == [
            ("1.10", "2026-02-07", "2026-02-07", "yes"),
            ("1.9", "2026-01-05", "2026-01-05", "no"),
        ]
        assert rows[0]["environment"] == "shop/web"
        assert "METADATA" in rows[0]["says so"]

    def test_a_license_by_id_and_by_pattern(self, store: Path) -> None:
        by_id = asked(store, "--where-used", "gpl-3.0-only")
        assert [r["component"] for r in by_id] == ["gamma"]
        by_pattern = asked(store, "--where-used", "GPL-*")
        assert {r["component"] for r in by_pattern} == {"alpha", "gamma"}

    def test_a_license_without_an_id_by_a_part_of_its_name(
        self, tmp_path: Path
    ) -> None:
        files = distribution(
            "voice",
            version="1",
            license_="LicenseRef-Coqui-CPML",
            texts={"LICENSE": TERMS},
        )
        wheel(tmp_path / "w" / "voice-1-py3-none-any.whl", files)
        scanned(tmp_path / "w", tmp_path / "store")
        (row,) = asked(tmp_path / "store", "--where-used", "CPML")
        assert row["component"] == "voice"
        assert "licenses/LICENSE" in row["says so"]
        assert "non-commercial" in row["words"]

    def test_nothing(self, store: Path) -> None:
        assert asked(store, "--where-used", "no-such-thing") == []


def test_new_since(store: Path) -> None:
    rows = asked(store, "--new-since", "2026-02-01")
    assert [(r["package"], r["version"]) for r in rows] == [("alpha", "1.10")]
    assert len(asked(store, "--new-since", "2026-01-01")) == 4


def test_license_changes_follow_the_order_of_versions(store: Path) -> None:
    assert asked(store, "--license-changes") == [
        {
            "package": "alpha",
            "from": "1.9",
            "license": "MIT",
            "to": "1.10",
            "new license": "MIT / GPL-2.0-only",
            "since": "2026-02-07",
        }
    ]


class TestExposure:
    def test_the_policy_is_applied_when_it_is_asked(self, store: Path) -> None:
        rule = ("--exposed-to", "copyleft-strong")
        strict = asked(store, *rule, "--profile", "distributed-product")
        assert {r["component"] for r in strict} == {
            "pkg:pypi/alpha@1.10",
            "pkg:pypi/gamma@3",
        }
        assert {r["since"] for r in strict} == {"2026-01-05", "2026-02-07"}
        milder = asked(store, *rule, "--profile", "internal-research")
        assert {r["verdict"] for r in milder} != {r["verdict"] for r in strict}

    def test_a_policy_that_accepts(self, store: Path, tmp_path: Path) -> None:
        policy = tmp_path / "policy.toml"
        policy.write_text(
            'profile = "distributed-product"\n[[accept]]\n'
            'component = "gamma"\nreason = "bought"\nexpires = "never"\n'
        )
        rows = asked(
            store, "--exposed-to", "copyleft-strong", "--policy", str(policy)
        )
        assert {r["component"] for r in rows} == {"pkg:pypi/alpha@1.10"}

    def test_asked_again_it_is_the_same(self, store: Path) -> None:
        rule = ("--exposed-to", "copyleft-strong")
        first = asked(store, *rule)
        judged = list((store / "ledger" / "judged").rglob("*.parquet"))
        assert asked(store, *rule) == first
        assert list((store / "ledger" / "judged").rglob("*.parquet")) == judged


class TestSql:
    def test_a_query(self, store: Path) -> None:
        (row,) = asked(
            store,
            "--sql",
            "SELECT count(DISTINCT package) AS n FROM components",
        )
        assert row == {"n": 3}

    @pytest.mark.parametrize(
        "query",
        [
            "DROP VIEW components",
            "SELECT 1; SELECT 2",
            "COPY (SELECT 1) TO 'x.csv'",
            "SELECT * FROM read_text('/etc/hostname')",
            "SELECT nothing FROM nowhere",
            "no sql",
        ],
    )
    def test_what_is_no_question_to_the_store(
        self,
        query: str,
        store: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        with pytest.raises(SystemExit) as stop:
            main(["fleet", "query", "--store", str(store), "--sql", query])
        assert stop.value.code == 2
        assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--new-since", "yesterday"),
        ("--exposed-to", "no-such-rule"),
        ("--where-used", "a", "--sql", "SELECT 1"),
        ("-f", "csv"),
    ],
)
def test_a_wrong_question_is_refused(
    words: tuple[str, ...], store: Path
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["fleet", "query", "--store", str(store), *words])
    assert stop.value.code == 2


def test_a_folder_that_is_no_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["fleet", "query", "--store", str(tmp_path)])
    assert stop.value.code == 2


class TestHostileNames:
    NAME = "=cmd|<script>alert(1)</script>\x1b[31m"

    @pytest.fixture
    def hostile(self, tmp_path: Path) -> Path:
        listed = tmp_path / "list.txt"
        environment(tmp_path / "web", ("alpha", "1.9", "MIT"))
        listed.write_text(f"web\t{self.NAME}\n")
        scanned(listed, tmp_path / "store")
        return tmp_path / "store"

    def form(self, store: Path, form: str, *words: str) -> str:
        out = store.parent / f"answer.{form}"
        command = ["fleet", "query", "--store", str(store), *words]
        with pytest.raises(SystemExit) as stop:
            main([*command, "-f", form, "-o", str(out)])
        assert stop.value.code == 0
        return out.read_text()

    def test_html_shows_them_as_text(self, hostile: Path) -> None:
        page = self.form(hostile, "html", "--where-used", "alpha")
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert "\x1b" not in page
        assert "default-src 'none'" in page
        assert page.count("<svg") >= 2

    def test_text_has_no_escapes(self, hostile: Path) -> None:
        assert "\x1b" not in self.form(hostile, "text")

    def test_csv_has_no_formulas(self, hostile: Path) -> None:
        text = self.form(hostile, "csv", "--where-used", "alpha")
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[1][0].startswith("'=cmd")


def test_the_overview(store: Path) -> None:
    overview: Any = asked(store)
    assert overview["totals"][0]["targets"] == 2
    assert [r["date"] for r in overview["risk-over-time"]] == [
        "2026-01-05",
        "2026-02-07",
    ]
    assert [r["deny"] for r in overview["risk-over-time"]] == [1, 2]
    environments = [
        r["environment"] for r in overview["components-by-environment"]
    ]
    assert sorted(environments) == ["shop/batch", "shop/web"]
