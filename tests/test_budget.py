"""
What a command costs before it does its work: packages and libraries that it
does not load, and instructions over a bare interpreter. Never seconds, which
depend on what else the machine does.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
DEAR = {
    "networkx",
    "packaging",
    "yaml",
    "jinja2",
    "rapidfuzz",
    "elftools",
    "license_expression",
    "importlib_metadata",
    "tomli",
}
"""
Libraries that cost more than ten milliseconds, or that a question may do
without.
"""


@cache
def instructions() -> ModuleType:
    """The module that counts instructions, and has the budgets."""
    path = ROOT / "benchmarks" / "instructions.py"
    spec = importlib.util.spec_from_file_location("instructions", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CODE = """
import json, sys
before = set(sys.modules)
try:
    from licensescan.cli import main
    main(json.loads(sys.argv[1]))
except SystemExit as stop:
    code = stop.code
print("\\n@" + json.dumps([code, sorted(set(sys.modules) - before)]))
"""


def loaded(
    *args: str, cwd: Path | None = None, before: str = ""
) -> tuple[int, set[str]]:
    """
    The exit code and the modules that a run in a fresh interpreter has
    imported; `before` is run first.
    """
    result = subprocess.run(
        [sys.executable, "-c", before + CODE, json.dumps(args)],
        capture_output=True,
        text=True,
        check=True,
        cwd=cwd,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    code, modules = json.loads(result.stdout.rpartition("\n@")[2])
    return code, set(modules)


def libraries(modules: set[str]) -> set[str]:
    return {m.split(".")[0] for m in modules}


def packages(modules: set[str]) -> set[str]:
    """Return the packages of licensescan, and its modules at the top."""
    return {m.split(".")[1] for m in modules if m.startswith("licensescan.")}


@pytest.mark.parametrize(
    "args", [("--help",), ("--version",), ("check", "--help"), ("-h",)]
)
def test_help_and_version_load_next_to_nothing(args: tuple[str, ...]) -> None:
    code, modules = loaded(*args)
    assert code == 0
    assert not libraries(modules) & DEAR
    assert packages(modules) <= {"cli", "report", "base", "model"}
    assert not modules & {
        "sqlite3",
        "zipfile",
        "tarfile",
        "csv",
        "hashlib",
        "subprocess",
        "asyncio",
        "email",
    }


def test_a_rule_is_explained_without_the_index() -> None:
    code, modules = loaded("explain", "copyleft-strong")
    assert code == 0
    assert not packages(modules) & {
        "pipeline",
        "collect",
        "classifier",
        "conclude",
    }
    assert not libraries(modules) & (DEAR - {"tomli"})


def test_a_text_that_is_known_loads_neither_alignment_nor_clauses(
    tmp_path: Path,
) -> None:
    (tmp_path / "LICENSE").write_text("Apache-2.0\n")
    code, modules = loaded("classify", "-f", "json", "LICENSE", cwd=tmp_path)
    assert code == 0
    assert not packages(modules) & {"pipeline", "collect", "conclude", "judge"}
    assert not modules & {"licensescan.classifier.clauses", "pathlib"}
    assert not libraries(modules) & (DEAR - {"tomli"})


def environment(tmp_path: Path) -> None:
    """One package, in the environment of the project in `tmp_path`."""
    site = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages"
    info = site / "demo-1.0.dist-info"
    info.mkdir(parents=True)
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("version = 3.11.4\n")
    (info / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\nLicense-Expression: MIT\n"
    )
    (info / "RECORD").write_text("demo-1.0.dist-info/METADATA,,\n")


def test_an_answer_that_is_given_again_loads_next_to_nothing(
    tmp_path: Path,
) -> None:
    environment(tmp_path)
    at_once = "import licensescan.reader.inputs\nlicensescan.reader.inputs.SETTLED_NS = 0\n"
    for first in (True, False):
        code, modules = loaded(
            "check", "--env", ".venv", cwd=tmp_path, before=at_once
        )
        assert code == 0
        assert ("pipeline" in packages(modules)) is first
    assert packages(modules) <= {
        "cli",
        "report",
        "cache",
        "reader",
        "base",
        "model",
    }
    assert not libraries(modules) & DEAR
    assert not modules & {
        "sqlite3",
        "zipfile",
        "tarfile",
        "csv",
        "tempfile",
        "pathlib",
        "email",
    }


def test_a_scan_loads_what_it_needs(tmp_path: Path) -> None:
    environment(tmp_path)
    code, modules = loaded(
        "scan", "-f", "json", "--env", ".venv", cwd=tmp_path
    )
    assert code == 0
    assert not libraries(modules) & {
        "networkx",
        "jinja2",
        "rapidfuzz",
        "elftools",
    }
    assert "packaging.tags" not in modules


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the commands whose instructions are counted."""
    folder = tmp_path_factory.mktemp("instructions")
    instructions().prepared(folder)
    return folder


@pytest.mark.skipif(
    shutil.which("valgrind") is None, reason="valgrind counts them"
)
@pytest.mark.parametrize("command", sorted(instructions().BUDGETS))
def test_instructions_stay_in_their_budget(
    command: str, prepared: Path
) -> None:
    module = instructions()
    budget = module.BUDGETS[command] * module.MILLION
    assert module.over_bare(command, prepared) < budget


def test_only_an_environment_needs_importlib_metadata(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("Own words of a license.\n")
    _, modules = loaded("scan", ".", cwd=tmp_path)
    assert "licensescan.collect.trees.source_tree" in modules
    assert not libraries(modules) & {"importlib_metadata", "networkx"}
    environment(tmp_path)
    _, modules = loaded("scan", "--env", ".venv", cwd=tmp_path)
    assert "importlib_metadata" in modules
