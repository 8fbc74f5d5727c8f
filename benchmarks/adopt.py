#!/usr/bin/env python3
"""
Adopt licensescan in projects and see whether the gate holds:
`python benchmarks/adopt.py PROJECT... [--cmd licensescan]`.

A project is a folder with its environment in `.venv`. In each, `init --adopt`
is run and then `check`, which must be 0; then one thing at a time is planted,
and `check` must be 1: a package under the GPL, a model for non-commercial use,
a package whose license changed with its version, and, where a text is
accepted, one sentence of it changed. A new version of a package with the text
that was accepted must stay 0. What was planted is taken away again. A row is
printed for each project; the exit code is 1 unless all hold.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COLUMNS = "project packages before blocks adopted gpl model license sentence update seconds".split()
WRITTEN = ("licensescan.toml", "licensescan-baseline.json")
CARD = "---\nlicense: cc-by-nc-4.0\n---\n# Weights\n"
WEIGHTS = b"\x02\0\0\0\0\0\0\0{}"
PERMISSIVE = re.compile(
    r"(?m)^(License(?:-Expression)?: ?|Classifier: License :: )"
    r".*(MIT|BSD|Apache).*$"
)


@dataclass
class Project:
    """A project, the tool's command, and what it answered."""

    place: Path
    command: list[str]
    row: dict[str, str] = field(default_factory=dict)

    @property
    def site(self) -> Path:
        """Return the site-packages of the environment."""
        return next(self.place.glob(".venv/lib/python*/site-packages"))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the tool in the project."""
        return subprocess.run(
            [*self.command, *arguments],
            cwd=self.place,
            capture_output=True,
            text=True,
            check=False,
        )

    def check(self) -> tuple[int, dict[str, Any]]:
        """Return the exit code and the report of a check."""
        done = self.run("check", "-f", "json")
        return done.returncode, json.loads(done.stdout or "{}")


@contextmanager
def kept(*paths: Path) -> Iterator[None]:
    """Put files and folders back as they were, or take them away."""
    with tempfile.TemporaryDirectory() as folder:
        copies = {}
        for number, path in enumerate(paths):
            if path.exists():
                copies[path] = Path(folder, str(number))
                _copy(path, copies[path])
        try:
            yield
        finally:
            for path in paths:
                _remove(path)
                if path in copies:
                    _copy(copies[path], path)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()


def plant_package(project: Project) -> str:
    """Install a package under the GPL."""
    info = project.site / "newcomer-1.0.dist-info"
    with kept(info):
        info.mkdir()
        (info / "METADATA").write_text(
            "Metadata-Version: 2.4\nName: newcomer\nVersion: 1.0\n"
            "License-Expression: GPL-3.0-only\n"
        )
        (info / "RECORD").write_text("newcomer-1.0.dist-info/METADATA,,\n")
        return str(project.check()[0])


def plant_model(project: Project) -> str:
    """Put weights for non-commercial use into the project."""
    folder = project.place / "adopted-weights"
    with kept(folder):
        folder.mkdir()
        (folder / "README.md").write_text(CARD)
        (folder / "config.json").write_text('{"model_type": "bert"}')
        (folder / "model.safetensors").write_bytes(WEIGHTS)
        return str(project.check()[0])


def change_license(project: Project) -> str:
    """Put the AGPL into the fields of the first permissive package."""
    for info in sorted(project.site.glob("*.dist-info")):
        metadata = info / "METADATA"
        text = metadata.read_text(encoding="utf-8", errors="replace")
        changed = PERMISSIVE.sub("License: AGPL-3.0-only", text)
        if changed != text:
            with _rewritten(metadata, changed):
                return str(project.check()[0])
    return "-"


def change_sentence(project: Project) -> str:
    """Change one sentence of a text that is accepted by its sha256."""
    path = _accepted_text(project)
    if path is None:
        return "-"
    text = path.read_text(encoding="utf-8", errors="replace")
    before, after = "You may not", "You must always"
    if before not in text:
        sentences = [s for s in text.split(". ") if s.count(" ") > 6]
        before = sentences[len(sentences) // 2]
        after = "You may not use it for any commercial purpose"
    with _rewritten(path, text.replace(before, after, 1)):
        return str(project.check()[0])


def update(project: Project) -> str:
    """Install a package whose text is accepted in another version."""
    path = _accepted_text(project)
    if path is None:
        return "-"
    info = next(p for p in path.parents if p.name.endswith(".dist-info"))
    newer = info.with_name(info.name.replace(".dist-info", ".9.dist-info"))
    with kept(info, newer):
        shutil.copytree(info, newer)
        shutil.rmtree(info)
        for name in ("RECORD", "METADATA"):
            text = (newer / name).read_text(encoding="utf-8")
            text = text.replace(info.name, newer.name)
            text = re.sub(r"(?m)^(Version: .*)$", r"\1.9", text, count=1)
            text = re.sub(r"(?m)^(.*/METADATA),.*$", r"\1,,", text)
            _write(newer / name, text)
        return str(project.check()[0])


@contextmanager
def _rewritten(path: Path, text: str) -> Iterator[None]:
    """Write a file of a dist-info as an installer would: RECORD fits."""
    info = next(p for p in path.parents if p.name.endswith(".dist-info"))
    record = info / "RECORD"
    name = re.escape(str(path.relative_to(info.parent)))
    with kept(path, record):
        _write(path, text)
        rows = record.read_text(encoding="utf-8", errors="replace")
        unhashed = re.sub(rf"(?m)^({name}),.*$", r"\1,,", rows)
        _write(record, unhashed)
        yield


def _accepted_text(project: Project) -> Path | None:
    """Return a license file in the environment that a policy accepts."""
    policy = tomllib.loads((project.place / WRITTEN[0]).read_text())
    accepted = {
        sha256
        for block in policy.get("accept", ())
        for sha256 in _listed(block.get("sha256", ()))
    }
    for component in project.check()[1]["components"]:
        for evidence in component["evidence"]:
            path = project.site / str(evidence["path"])
            is_own = ".dist-info" in str(path) and path.is_file()
            if is_own and evidence["sha256"] in accepted:
                return path
    return None


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _write(path: Path, text: str) -> None:
    # An environment's files are often links into a cache.
    path.unlink()
    path.write_text(text, encoding="utf-8")


PLANTS: dict[str, Callable[[Project], str]] = {
    "gpl": plant_package,
    "model": plant_model,
    "license": change_license,
    "sentence": change_sentence,
    "update": update,
}
WANTED = {
    "gpl": "1",
    "model": "1",
    "license": "1",
    "sentence": "1-",
    "update": "0-",
}


def adopt(project: Project) -> bool:
    """Fill the row of a project; True if all is as wanted."""
    began = time.monotonic()
    written = [project.place / name for name in WRITTEN]
    with kept(*written):
        for path in written:
            _remove(path)
        code, report = project.check()
        decisions = report.get("decisions", ())
        failing = [d for d in decisions if d["verdict"] != "warn"]
        done = project.run("init", "--adopt")
        blocks = 0
        if written[0].exists():
            policy = tomllib.loads(written[0].read_text())
            blocks = len(policy.get("accept", ()))
        adopted = project.check()[0] if done.returncode == 0 else -1
        row = project.row
        row["project"] = project.place.name
        row["packages"] = str(len(report.get("components", ())))
        row["before"] = f"{code} ({len(failing)})"
        row["blocks"] = str(blocks)
        row["adopted"] = str(adopted)
        if adopted == 0:
            for name, plant in PLANTS.items():
                row[name] = plant(project)
    row["seconds"] = f"{time.monotonic() - began:.0f}"
    return adopted == 0 and all(row[n] in w for n, w in WANTED.items())


def main() -> int:
    """Adopt in each project and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("projects", nargs="+", type=Path)
    parser.add_argument("--cmd", default="licensescan")
    options = parser.parse_args()
    print("| " + " | ".join(COLUMNS) + " |")
    print("| " + " | ".join("---" for _ in COLUMNS) + " |")
    held = True
    os.environ.pop("VIRTUAL_ENV", None)
    for place in options.projects:
        project = Project(place.resolve(), shlex.split(options.cmd))
        held &= adopt(project)
        cells = [project.row.get(name, "") for name in COLUMNS]
        print("| " + " | ".join(cells) + " |", flush=True)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
