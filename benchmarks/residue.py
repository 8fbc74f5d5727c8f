#!/usr/bin/env python3
"""
Put sentences at the start, at the end and inside of ten licenses, and see
whether `check` tells them: `python benchmarks/residue.py [--show]`, or list
what is told of the words beside the licenses of real packages: `python
benchmarks/residue.py --wheels FOLDER`.

Each case is an installed package whose license file is one of the ten texts
with one sentence of `residue.toml` in it. It is told when `check` has a finding
for it, of review or deny, that the package has not without the sentence.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent / "corpus"
sys.path[:0] = [str(CORPUS)]

from build import fetch, known  # noqa: E402

TEXTS = {
    "mit": "MIT",
    "bsd-new": "BSD-3-Clause",
    "apache-2.0": "Apache-2.0",
    "isc": "ISC",
    "mpl-2.0": "MPL-2.0",
    "zlib": "Zlib",
    "boost-1.0": "BSL-1.0",
    "psf-2.0": "PSF-2.0",
    "lgpl-2.1": "LGPL-2.1-only",
    "unlicense": "Unlicense",
}
OWNED = ("mit", "bsd-new", "isc", "zlib")
"""Texts above which the name of a license and its holder stand."""

PLACES = ("start", "end", "inside")
FAILING = ("review", "deny")
TELLING = ("license-modified", "terms-unread", "license-unknown")


def texts() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each of the ten licenses."""
    pinned = tomllib.loads((CORPUS / "sources.toml").read_text("utf-8"))
    source = pinned["scancode"]
    entries = {entry.name: entry for entry in known(fetch(source), source)}
    for name in TEXTS:
        head = "Copyright (c) 2019-2024 Jane Roe\n\n" if name in OWNED else ""
        yield name, head + entries[name].text.strip() + "\n"


def put(sentence: str, text: str, place: str) -> str:
    """Return a text with a sentence at one of its places."""
    if place == "start":
        return f"{sentence}\n\n{text}"
    if place == "end":
        return f"{text}\n{sentence}\n"
    middle = len(text) // 2
    ends = [
        at + 1
        for at in range(len(text) - 1)
        if text[at : at + 2] in (". ", ".\n", ": ", ":\n", "; ", ";\n")
    ]
    at = min(ends, key=lambda end: abs(end - middle))
    return f"{text[:at]} {sentence}{text[at:]}"


def install(site: Path, name: str, license_id: str, text: str) -> None:
    """Write a package with a license file into a folder of packages."""
    info = site / f"{name}-1.0.dist-info"
    (info / "licenses").mkdir(parents=True)
    (info / "licenses" / "LICENSE").write_text(text, "utf-8")
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n"
        f"License-Expression: {license_id}\nLicense-File: LICENSE\n",
        "utf-8",
    )
    (info / "RECORD").write_text("", "utf-8")
    (info / "INSTALLER").write_text("pip\n", "utf-8")


def checked(
    command: Sequence[str], target: Sequence[str]
) -> Mapping[str, object]:
    """Return the report of `check` on a target."""
    options = ["-f", "json", "--no-cache"]
    run = subprocess.run(
        [*command, "check", *target, *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=tempfile.gettempdir(),
    )
    try:
        report: Mapping[str, object] = json.loads(run.stdout)
    except ValueError:
        raise SystemExit(run.stderr[-2000:]) from None
    return report


def findings(report: Mapping) -> dict[str, dict[tuple[str, str], str]]:
    """Return the failing findings of each component, by its name."""
    names = {c["purl"]: c["name"] for c in report["components"]}
    found: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    for one in report["findings"]:
        if one["verdict"] in FAILING:
            key = one["rule"], one["verdict"]
            found[names[one["component"]]][key] = one["message"]
    return found


def sentences(command: Sequence[str], show: bool, every: int) -> None:
    """Print how many of the sentences are told, and of the lines."""
    bank = tomllib.loads((HERE / "residue.toml").read_text("utf-8"))
    cases: dict[str, tuple[str, str, str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "lib" / "python3.11" / "site-packages"
        for license_name, text in texts():
            short = license_name.replace(".", "").replace("-", "")
            install(site, f"base{short}", TEXTS[license_name], text)
            for kind in ("limiting", "harmless"):
                for number, sentence in enumerate(bank[kind]):
                    if number % every:
                        continue
                    for place in PLACES:
                        name = f"{short}{kind[0]}{number}{place}"
                        cases[name] = short, kind, sentence, place
                        whole = put(sentence, text, place)
                        install(site, name, TEXTS[license_name], whole)
        found = findings(checked(command, ["--env", str(site)]))
    total: Counter[tuple[str, str]] = Counter()
    told: Counter[tuple[str, str]] = Counter()
    missed: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, (short, kind, sentence, place) in cases.items():
        is_told = bool(found[name].keys() - found[f"base{short}"].keys())
        total[kind, place] += 1
        told[kind, place] += is_told
        if is_told != (kind == "limiting"):
            missed[kind, sentence].append(f"{short}:{place}")
    if show:
        for (kind, sentence), where in sorted(missed.items()):
            print(f"{kind} {len(where):3} {sentence}  {' '.join(where)}")
    for kind, place in total:
        key = kind, place
        print(f"{kind} {place}: told {told[key]} of {total[key]}")
    limiting = sum(n for (kind, _), n in total.items() if kind == "limiting")
    silent = limiting - sum(
        n for (kind, _), n in told.items() if kind == "limiting"
    )
    print(f"silent {silent} of {limiting} ({100 * silent / limiting:.1f} %)")


def wheels(command: Sequence[str], folder: Path) -> None:
    """Print each finding about words beside a license."""
    paths = sorted(map(str, folder.glob("*.whl")))
    report = checked(command, paths)
    for name, told in sorted(findings(report).items()):
        for (rule, verdict), message in told.items():
            if rule in TELLING:
                print(f"{name}: {rule} ({verdict}): {message}")
    print(f"{len(paths)} wheels")


def main() -> None:
    """Run one of the two measurements."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").strip().split("\n")[0]
    )
    parser.add_argument("--cmd", default=f"{sys.prefix}/bin/licensescan")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--wheels", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    command = shlex.split(options.cmd)
    if options.wheels:
        wheels(command, options.wheels)
    else:
        sentences(command, options.show, options.every)


if __name__ == "__main__":
    main()
