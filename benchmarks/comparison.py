#!/usr/bin/env python3
"""
Make a small environment of known content, run other tools on it, and print
what each says of each package, as rows of docs/comparison.md:

    python benchmarks/comparison.py TOOLS

TOOLS is the folder of programs (bin) in which pip-licenses and license-audit
were installed by pip. A cell is what the tool printed; nothing
is judged by hand.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Mapping
from pathlib import Path

RIDER = (
    "This software may be used for research purposes only. Any commercial use"
    " requires a separate license from the authors.\n"
)
CARD = "---\nlicense: cc-by-nc-4.0\n---\nWeights of an example.\n"

PACKAGES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "both": ("License-Expression: MIT AND GPL-3.0-only", {}),
    "either": ("License-Expression: MIT OR GPL-3.0-only", {}),
    "family": ("Classifier: License :: OSI Approved :: BSD License", {}),
    "header": (
        "License-Expression: MIT",
        {"header.py": "# SPDX-License-Identifier: AGPL-3.0-or-later\nx = 1\n"},
    ),
    "native": (
        "License-Expression: MIT",
        {"native.libs/libx264-2f3a4b5c.so.164": "\x7fELF"},
    ),
    "nothing": ("Summary: nothing", {}),
    "rider": (
        "License: MIT",
        {"rider-1.0.dist-info/LICENSE": RIDER},
    ),
    "weights": (
        "License-Expression: MIT",
        {
            "weights/model/README.md": CARD,
            "weights/model/model.safetensors": "0",
        },
    ),
}
"""What each package declares, and the files beside that."""


def environment(folder: Path) -> Path:
    """Make the environment; return its Python."""
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python3*/site-packages")
    for name, (field, files) in PACKAGES.items():
        info = f"{name}-1.0.dist-info"
        head = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{field}\n"
        written = {f"{info}/METADATA": head, f"{name}.py": "", **files}
        for path, text in written.items():
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).write_text(text, "utf-8")
        rows = "".join(f"{path},,\n" for path in written)
        (site / info / "RECORD").write_text(rows, "utf-8")
    return folder / "bin" / "python"


def ran(*command: str | Path) -> tuple[str, int]:
    """Return what a command prints, and its exit code."""
    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.stdout, done.returncode


def pip_licenses(tools: Path, python: Path) -> tuple[dict[str, str], int]:
    """Return what pip-licenses says."""
    out, code = ran(
        tools / "pip-licenses",
        f"--python={python}",
        "--format=json",
        "--from=all",
    )
    said = {}
    for row in json.loads(out):
        fields = (
            "License-Expression",
            "License-Metadata",
            "License-Classifier",
        )
        values = (str(row.get(field, "")) for field in fields)
        known = [value for value in values if value not in ("", "UNKNOWN")]
        said[row["Name"]] = "; ".join(dict.fromkeys(known)) or "UNKNOWN"
    return said, code


def license_audit(tools: Path, python: Path) -> tuple[dict[str, str], int]:
    """Return what license-audit says, and the code of its check."""
    folder = python.parent.parent
    out, _ = ran(
        tools / "license-audit",
        *("--target", folder, "report", "--format", "json"),
    )
    found = json.loads(out)
    rows = found.get("packages") or found.get("dependencies") or []
    said = {
        row["name"]: str(row.get("license_expression") or row.get("license"))
        for row in rows
    }
    _, code = ran(tools / "license-audit", "--target", folder, "check")
    return said, code


def licensescan(_: Path, python: Path) -> tuple[dict[str, str], int]:
    """Return what licensescan says: licenses, and the heaviest finding."""
    out, code = ran(
        sys.executable,
        *("-m", "licensescan", "check", "--env", python.parent.parent),
        *("-f", "json", "--no-cache"),
    )
    report = json.loads(out)
    said = {}
    for component in report["components"]:
        parts = {part["concluded"] for part in component.get("parts", ())}
        text = " + ".join([component["concluded"], *sorted(parts)])
        mine = [
            f"{finding['verdict']} {finding['rule']}"
            for finding in report["findings"]
            if finding["component"] == component["purl"]
        ]
        told = [row for row in mine if not row.startswith("warn")][:1]
        said[component["name"]] = "; ".join([text, *told])
    return said, code


TOOLS: Mapping[str, Callable[[Path, Path], tuple[dict[str, str], int]]] = {
    "pip-licenses": pip_licenses,
    "license-audit": license_audit,
    "licensescan": licensescan,
}


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        python = environment(Path(name) / "env")
        answers = {
            tool: ask(Path(sys.argv[1]), python) for tool, ask in TOOLS.items()
        }
    print(f"| package | {' | '.join(answers)} |")
    print(f"| --- |{' --- |' * len(answers)}")
    for package in PACKAGES:
        cells = [said.get(package, "-") for said, _ in answers.values()]
        print(f"| {package} | {' | '.join(cells)} |")
    codes = (str(code) for _, code in answers.values())
    print(f"| exit code | {' | '.join(codes)} |")


if __name__ == "__main__":
    main()
