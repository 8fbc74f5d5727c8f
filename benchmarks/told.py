#!/usr/bin/env python3
"""
Put each sentence of a bank into the places where people write it, and say what
the gate makes of it: `python benchmarks/told.py [BANK]`.

BANK is `corpus/cases/sentences.json`, labelled before the first run: `floor`
and `ceiling` are the least and the most severe verdict that is right. Printed:
each case that is silent (raises less) or false (raises more), and the shares.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BANK = ROOT / "corpus" / "cases" / "sentences.json"
VERDICTS = ("ok", "review", "deny")
NO_FIELD = ("license",)
"""Places that speak for the whole: nothing else does."""

README = "# {name}\n\nTools for tensors.\n\n"
PLACES: Mapping[str, str] = {
    "license": "{name}-1.dist-info/LICENSE\n{text}\n",
    "below": "{name}-1.dist-info/LICENSE\n{mit}\n\n{text}\n",
    "notice": "{name}-1.dist-info/NOTICE\n{name}\nCopyright 2024 A. N. Other\n\n{text}\n",
    "readme": f"README\n{README}{{text}}\n\n## Usage\n\nCall it.\n",
    "section": f"README\n{README}## License\n\n{{text}}\n",
    "item": f"README\n{README}- Runs anywhere.\n- {{text}}\n",
    "row": f"README\n{README}| Topic | Remark |\n| --- | --- |\n| Terms | {{text}} |\n",
    "docstring": '{name}/pad.py\n"""Pad arrays.\n\n{text}\n"""\n\nimport os\n',
    "header": "{name}/pad.py\n# Copyright 2024 A. N. Other\n#\n# {text}\n\nimport os\n",
}
"""A path, and below it what stands there."""


def lay_out(
    site: Path, name: str, item: Mapping[str, Any], place: str
) -> None:
    """Write one installed package with the sentence in its place."""
    says_mit = place not in NO_FIELD and item.get("host") != "split"
    mit = "MIT License" if place == "below" or says_mit else ""
    written = PLACES[place].format(name=name, text=item["text"], mit=mit)
    path, _, text = written.partition("\n")
    about = text if path == "README" else "Tools for tensors.\n"
    fields = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1"]
    fields += ["License: MIT"] if mit else []
    fields += ["Description-Content-Type: text/markdown", "", about]
    files = {
        f"{name}-1.dist-info/METADATA": "\n".join(fields),
        f"{name}/__init__.py": "",
    }
    files |= {} if path == "README" else {path: text}
    files[f"{name}-1.dist-info/RECORD"] = "".join(f"{p},,\n" for p in files)
    for relative, content in files.items():
        target = site / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")


def worst(findings: Sequence[Mapping[str, Any]]) -> str:
    """Return the most severe verdict; a license that is missing is none."""
    told = [
        f["verdict"]
        for f in findings
        if f["verdict"] in VERDICTS and f["rule"] != "license-missing"
    ]
    return max(told, key=VERDICTS.index, default="ok")


def main() -> None:
    """Lay everything out, check it once, and print the shares."""
    bank = Path(sys.argv[1]) if len(sys.argv) > 1 else BANK
    cases = {
        f"case{number:04d}": (item, place)
        for number, (item, place) in enumerate(
            (item, place)
            for item in json.loads(bank.read_text("utf-8"))
            for place in item["places"]
        )
    }
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "lib" / "python3.11" / "site-packages"
        for name, (item, place) in cases.items():
            lay_out(site, name, item, place)
        command = ("check", "--env", str(site), "-f", "json", "--no-cache")
        run = subprocess.run(
            (sys.executable, "-m", "licensescan", *command),
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
        )
    report = json.loads(run.stdout)
    found = defaultdict(list)
    for finding in report["findings"]:
        found[finding["component"].split("/")[-1].split("@")[0]].append(
            finding
        )
    counts: Counter[str] = Counter()
    for name, (item, place) in cases.items():
        said = VERDICTS.index(worst(found[name]))
        low, high = map(VERDICTS.index, (item["floor"], item["ceiling"]))
        outcome = (
            "silent" if said < low else "false" if said > high else "right"
        )
        counts[outcome] += 1
        if outcome != "right":
            print(f"{outcome:7}{item['id']} {place:10}{item['text'][:90]}")
    shares = {o: round(100 * counts[o] / len(cases), 2) for o in counts}
    print(json.dumps({"n": len(cases), **shares}))


if __name__ == "__main__":
    main()
