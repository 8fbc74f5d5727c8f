"""What is not imported, which is what starting up costs: never seconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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
"""Libraries that cost more than ten milliseconds, or that a question may do without."""

PACKAGES = {
    "licensescan.pipeline",
    "licensescan.collect",
    "licensescan.conclude",
    "licensescan.judge",
    "licensescan.classifier",
    "licensescan.rulebook",
    "licensescan.resolver",
    "licensescan.standards",
}
"""Where the work is done: what needs none of it does not load it."""

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
    The exit code and the modules that a run in a fresh interpreter has imported;
    `before` is run first.
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


@pytest.mark.parametrize(
    "args", [("--help",), ("--version",), ("check", "--help"), ("-h",)]
)
def test_help_and_version_load_next_to_nothing(args: tuple[str, ...]) -> None:
    code, modules = loaded(*args)
    assert code == 0
    assert not libraries(modules) & DEAR
    assert not modules & PACKAGES
    assert not modules & {
        "licensescan.reader",
        "licensescan.cache",
        "licensescan.model.types",
    }
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
    assert "licensescan.classifier.engine" not in modules
    assert not libraries(modules) & (DEAR - {"tomli"})


def test_a_text_that_is_known_loads_neither_alignment_nor_clauses(
    tmp_path: Path,
) -> None:
    (tmp_path / "LICENSE").write_text("Apache-2.0\n")
    code, modules = loaded("classify", "-f", "json", "LICENSE", cwd=tmp_path)
    assert code == 0
    assert not modules & {
        "licensescan.model.types",
        "licensescan.classifier.identify.align",
        "licensescan.classifier.clauses",
        "pathlib",
    }
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


def test_an_answer_that_is_given_again_loads_next_to_nothing(tmp_path: Path) -> None:
    environment(tmp_path)
    at_once = (
        "import licensescan.reader.inputs\nlicensescan.reader.inputs.SETTLED_NS = 0\n"
    )
    for first in (True, False):
        code, modules = loaded("check", "--env", ".venv", cwd=tmp_path, before=at_once)
        assert code == 0
        assert ("licensescan.pipeline" in modules) is first
    assert not modules & PACKAGES
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
    code, modules = loaded("scan", "-f", "json", "--env", ".venv", cwd=tmp_path)
    assert code == 0
    assert not libraries(modules) & {
        "networkx",
        "jinja2",
        "rapidfuzz",
        "elftools",
        "license_expression",
    }
    assert "packaging.tags" not in modules
