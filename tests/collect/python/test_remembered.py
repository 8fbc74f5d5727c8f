"""
A distribution that has not changed comes from memory, and the answer is the
same bytes as without one.
"""

from __future__ import annotations

import random
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from licensescan import pipeline
from licensescan.base import workers
from licensescan.cache import steps
from licensescan.cli import main
from licensescan.collect.python import environment
from licensescan.model.types import Component
from licensescan.reader import Budget, inputs
from tests.places import add_environment, add_package

NAMES = ("one", "two", "three", "four")
LICENSES = ("MIT", "BSD-3-Clause", "Apache-2.0", "GPL-3.0-only")
HEADS = (
    "# SPDX-License-Identifier: AGPL-3.0-only\n",
    "# Licensed under the Apache License, Version 2.0.\n",
    "import os\n",
    "",
)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an environment of four, whose file times are relied on at once."""
    names = dict(zip(NAMES, LICENSES, strict=True))
    made = add_environment(tmp_path / "env", names)
    for name in NAMES:
        (made / name).mkdir()
        (made / name / "__init__.py").write_text("value = 1\n" * 20)
    monkeypatch.setattr(inputs, "SETTLED_NS", 0)
    monkeypatch.setenv("LICENSESCAN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture
def asked(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return what a command prints."""

    def ask(*args: str) -> str:
        with pytest.raises(SystemExit):
            main(list(args))
        return capsys.readouterr().out

    return ask


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the distributions that were looked at, as they are."""
    seen: list[str] = []
    real = environment._component

    def noted(
        site: environment.Site,
        distribution: environment.InstalledDistribution,
        *rest: object,
    ) -> object:
        seen.append(distribution.name)
        return real(site, distribution, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(environment, "_component", noted)
    return seen


def test_only_what_has_changed_is_looked_at(
    site: Path, asked: Callable[..., str], looked: list[str]
) -> None:
    asked("scan", "env")
    assert sorted(looked) == sorted(NAMES)
    looked.clear()
    (site / "two" / "__init__.py").write_text(HEADS[0])
    told = asked("scan", "env", "-f", "json")
    assert looked == ["two"]
    assert "AGPL-3.0-only" in told
    looked.clear()
    add_package(site, "five", "ISC")
    asked("scan", "env")
    assert looked == ["five"]


def test_only_what_has_changed_is_concluded_on(
    site: Path, asked: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    concluded: list[str] = []
    real = pipeline.conclude

    def noted(component: Component, *rest: object) -> object:
        concluded.append(component.name)
        return real(component, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "conclude", noted)
    asked("scan", "env")
    assert sorted(concluded) == sorted(NAMES)
    concluded.clear()
    (site / "two" / "__init__.py").write_text(HEADS[0])
    assert "AGPL-3.0-only" in asked("scan", "env", "-f", "json")
    assert concluded == ["two"]
    concluded.clear()
    # What another requires of it changes the scope, and so the place.
    metadata = next(site.glob("three-*.dist-info")) / "METADATA"
    metadata.write_text(metadata.read_text() + "Requires-Dist: !\n")
    asked("scan", "env")
    assert concluded == ["three"]


def test_a_curation_is_heard_of_what_is_remembered(
    site: Path, tmp_path: Path, asked: Callable[..., str]
) -> None:
    policy = tmp_path / "licensescan.toml"
    plain = 'fail-on = "review"\n'
    curation = (
        '[[curation]]\ncomponent = "one"\nlicense = "ISC"\nreason = "r"\n'
    )
    for written in (plain, plain + curation, plain):
        policy.write_text(written)
        args = ("check", "env", "-f", "json", "--policy", str(policy))
        told = asked(*args)
        assert '"components"' in told
        assert ("ISC" in told) == (written != plain)
        assert told == asked(*args, "--no-cache")


def _requires(site: Path, name: str, rng: random.Random) -> None:
    metadata = next(site.glob(f"{name}-*.dist-info")) / "METADATA"
    line = rng.choice(("!", "one", "two ; extra == 'x'", "four (<1"))
    metadata.write_text(metadata.read_text() + f"Requires-Dist: {line}\n")


def _text(site: Path, name: str, rng: random.Random) -> None:
    info = next(site.glob(f"{name}-*.dist-info"))
    (info / "LICENSE").write_text(f"Only for {rng.choice(NAMES)}.\n")


def _no_text(site: Path, name: str, rng: random.Random) -> None:
    info = next(site.glob(f"{name}-*.dist-info"))
    (info / "LICENSE").unlink(missing_ok=True)


def _head(site: Path, name: str, rng: random.Random) -> None:
    (site / name / "__init__.py").write_text(rng.choice(HEADS) * 9)


def _file(site: Path, name: str, rng: random.Random) -> None:
    (site / name / f"m{rng.randrange(3)}.py").write_text(rng.choice(HEADS))


def _record(site: Path, name: str, rng: random.Random) -> None:
    info = next(site.glob(f"{name}-*.dist-info"))
    (info / "RECORD").write_text(f"{rng.choice(NAMES)}/m1.py,,\n")


def _field(site: Path, name: str, rng: random.Random) -> None:
    metadata = next(site.glob(f"{name}-*.dist-info")) / "METADATA"
    lines = metadata.read_text().splitlines()
    lines[3:4] = [f"License-Expression: {rng.choice(LICENSES)}"]
    metadata.write_text("\n".join(lines) + "\n")


CHANGES = (_text, _no_text, _head, _file, _record, _field, _requires)


@pytest.mark.parametrize("seed", range(6))
def test_any_change_gives_what_no_memory_gives(
    site: Path, asked: Callable[..., str], seed: int
) -> None:
    rng = random.Random(seed)
    for _ in range(8):
        for _ in range(rng.randint(1, 2)):
            rng.choice(CHANGES)(site, rng.choice(NAMES), rng)
        told = asked("check", "env", "-f", "json")
        assert told == asked("check", "env", "-f", "json", "--no-cache")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE step SET value = substr(value, 1, 20)",
        "UPDATE step SET value = 'text', sum = 0",
        "UPDATE step SET sum = sum + 1",
        "UPDATE step SET (sum, value) = (SELECT sum, value FROM step LIMIT 1)",
        "DROP TABLE step",
    ],
)
def test_a_damaged_memory_is_none(
    site: Path, tmp_path: Path, asked: Callable[..., str], change: str
) -> None:
    asked("scan", "env")
    base = sqlite3.connect(tmp_path / "cache" / "results.sqlite")
    with base:
        base.execute(change)
    base.close()
    (site / "one" / "__init__.py").write_text(HEADS[0])
    told = asked("scan", "env", "-f", "json")
    assert told == asked("scan", "env", "-f", "json", "--no-cache")


def test_the_memory_has_a_limit(
    site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: Callable[..., str],
) -> None:
    monkeypatch.setattr(steps, "MOST_BYTES", 0)
    asked("scan", "env")
    base = sqlite3.connect(tmp_path / "cache" / "results.sqlite")
    assert base.execute("SELECT COUNT(*) FROM step").fetchone() == (0,)
    base.close()


def test_cache_shows_and_forgets_what_is_kept(
    site: Path, tmp_path: Path, asked: Callable[..., str]
) -> None:
    asked("scan", "env")
    other = tmp_path / "cache" / "of somebody else"
    other.write_text("kept")
    assert "texts and distributions" in asked("cache")
    assert (tmp_path / "cache" / "results.sqlite").exists()
    told = asked("cache", "--clear")
    assert told.count("0.0 MB") == 3
    assert [p.name for p in (tmp_path / "cache").iterdir()] == [other.name]


@pytest.mark.parametrize("jobs", ["2", "3", "7"])
def test_any_number_of_processes_gives_the_same(
    site: Path,
    asked: Callable[..., str],
    looked: list[str],
    monkeypatch: pytest.MonkeyPatch,
    jobs: str,
) -> None:
    for number, head in enumerate(HEADS):
        (site / "one" / f"m{number}.py").write_text(head)
    args = ("check", "env", "-f", "json", "--no-cache")
    alone = asked(*args, "--jobs", "1")
    assert sorted(looked) == sorted(NAMES)
    looked.clear()
    monkeypatch.setattr(workers, "BATCH", 100)
    assert asked(*args, "--jobs", jobs) == alone
    # They were looked at elsewhere, if a process can be forked here.
    assert (not looked) == workers.CAN_FORK
    assert asked("check", "env", "-f", "json", "--jobs", jobs) == alone
    looked.clear()
    (site / "two" / "__init__.py").write_text(HEADS[0])
    asked("check", "env", "--jobs", "1")
    assert looked == ["two"]


def test_what_fails_in_a_process_is_told_as_alone(
    site: Path, asked: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = environment.survey

    def failing(*args: object, **options: object) -> object:
        if options["name"] == "three":
            raise ValueError("no such luck")
        return real(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(environment, "survey", failing)
    args = ("check", "env", "-f", "json", "--no-cache")
    alone = asked(*args, "--jobs", "1")
    assert "no such luck" in alone
    monkeypatch.setattr(workers, "BATCH", 100)
    assert asked(*args, "--jobs", "3") == alone


@pytest.mark.parametrize("left", [0, 40, 900])
def test_a_budget_is_spent_in_order(
    site: Path,
    asked: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    left: int,
) -> None:
    for name in NAMES:
        with zipfile.ZipFile(site / name / "inner.jar", "w") as jar:
            terms = f"{name}: licensed for research only.\n" * 9
            jar.writestr("META-INF/LICENSE", terms, zipfile.ZIP_DEFLATED)
    real = Budget.__init__

    def small(self: Budget, *args: object, **options: object) -> None:
        real(self, *args, **{"inflated": left, **options})  # type: ignore[arg-type]

    monkeypatch.setattr(Budget, "__init__", small)
    args = ("check", "env", "-f", "json")
    alone = asked(*args, "--jobs", "1", "--no-cache")
    monkeypatch.setattr(workers, "BATCH", 100)
    for _ in range(2):
        assert asked(*args, "--jobs", "3") == alone
        (site / "four" / "__init__.py").write_text("changed = 1\n" * 20)
        alone = asked(*args, "--jobs", "1", "--no-cache")
    assert asked(*args, "--jobs", "1") == alone
