#!/usr/bin/env python3
"""
Compile the index: `python corpus/build.py [--source WHEEL]`; `corpus/check.py` proves
it.

Same input, same bytes. Without `--source` the pinned wheel is fetched with `pip
download` into a folder of the cache.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tomllib
import zlib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import additions  # noqa: E402
import compiler  # noqa: E402
import patterns  # noqa: E402
import spellings  # noqa: E402
from scancode import Entry, entries  # noqa: E402

from licensescan.base.index import pack  # noqa: E402


def main() -> None:
    """Build or check."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().split("\n")[0])
    parser.add_argument(
        "--source",
        type=Path,
        metavar="WHEEL",
        help="the pinned wheel, if it is already there",
    )
    parser.add_argument("--output", type=Path, default=HERE / "index.bin")
    options = parser.parse_args()
    pinned = tomllib.loads((HERE / "sources.toml").read_text("utf-8"))["scancode"]
    wheel = options.source or fetch(pinned)
    licenses = known(wheel, pinned)
    rules = list(entries(wheel, "rules", ".RULE", sha256=pinned["sha256"]))
    rules = [rule for rule in rules if rule.name not in pinned["mistaken"]]
    keys = {spdx: key for key, spdx in ids(licenses).items() if spdx}
    more, notices = additions.read(HERE / "additions.toml", cache(), keys)
    licenses, rules = licenses + more, rules + notices
    print(f"{len(more)} licenses and {len(notices)} notices of our own")
    names = spellings.spelled(HERE / "spellings.toml"), spellings.official(licenses)
    found = patterns.read(licenses, rules, ids(licenses), pinned["fragments"], names)
    ordered, plain = patterns.encode(found)
    for name, old, new in patterns.relabel(found, listed(licenses)):
        print(f"  {name} is filed under {old} and is {new}")
    chosen = patterns.choose(found)
    print(f"{len(found):,} patterns, {len(ordered):,} words, {len(chosen):,} to align")
    sections = {**catalog(licenses), **compiler.sections(found, ordered, plain, chosen)}
    for name, part in sections.items():
        print(f"  {name:8} {len(part):>10,}")
    sums = b"".join(
        zlib.crc32(data).to_bytes(4, "little") for data in sections.values()
    )
    data = pack({**sections, "sums": sums})
    options.output.write_bytes(data)
    print(f"{options.output}: {len(data):,} bytes")


def known(wheel: Path, pinned: dict[str, Any]) -> list[Entry]:
    """
    The licenses of the wheel; those that SPDX lists under another key with the id that
    it has there.
    """
    licenses = list(entries(wheel, "licenses", ".LICENSE", sha256=pinned["sha256"]))
    for entry in licenses:
        if entry.name in pinned["same"]:
            entry.fields["spdx_license_key"] = pinned["same"][entry.name]
    return licenses


def cache() -> Path:
    """Where fetched packages are kept."""
    return (
        Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
        / "licensescan-corpus"
    )


def fetch(pinned: dict[str, str]) -> Path:
    """
    The pinned wheel from the cache folder, downloaded (not installed) if it is not
    there.
    """
    folder = cache()
    path = folder / pinned["file"]
    if not path.exists():
        wanted = f"{pinned['package']}=={pinned['version']}"
        tags = [
            "--python-version",
            "3.11",
            "--implementation",
            "cp",
            "--platform",
            "any",
        ]
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--only-binary=:all:",
            *tags,
        ]
        subprocess.run([*command, "-d", str(folder), wanted], check=True)
    return path


NAMED = ("public-domain", "public-domain-disclaimer")
"""
Keys that ScanCode calls generic and that still say under which terms a work may be
used.
"""


def ids(licenses: list[Entry]) -> dict[str, str]:
    """The SPDX id of every key; empty for the keys that name no license."""
    found = {}
    for entry in licenses:
        key = entry.word("key")
        generic = (
            entry.flag("is_generic") or entry.flag("is_unknown")
        ) and key not in NAMED
        found[key] = (
            ""
            if generic
            else entry.word("spdx_license_key") or f"LicenseRef-scancode-{key}"
        )
    return found


def listed(licenses: list[Entry]) -> set[str]:
    """The ids that SPDX lists as licenses."""
    kept = (
        e
        for e in licenses
        if not e.flag("is_exception") and not e.flag("is_deprecated")
    )
    return {
        e.word("spdx_license_key")
        for e in kept
        if not e.word("spdx_license_key").startswith("LicenseRef-")
    } - {""}


def catalog(licenses: list[Entry]) -> dict[str, bytes]:
    """
    The sections `catalog` (one row a license) and `names` (every name in lower case and
    the row it means).
    """
    rows: list[str] = []
    names: dict[str, int] = {}
    listed = sorted(licenses, key=lambda e: e.word("key"))
    for entry in listed:
        key = entry.word("key")
        spdx = entry.word("spdx_license_key") or f"LicenseRef-scancode-{key}"
        generic = entry.flag("is_generic") or entry.flag("is_unknown")
        marks = (
            ("e", entry.flag("is_exception")),
            ("g", generic),
            ("d", entry.flag("is_deprecated")),
        )
        flags = "".join(letter for letter, present in marks if present)
        replaced = ",".join(entry.words("replaced_by"))
        rows.append(
            "\t".join(
                (key, spdx, entry.word("name"), entry.word("category"), flags, replaced)
            )
        )
    # An SPDX id comes before a ScanCode key of the same letters: BSL-1.0 is Boost's,
    # not the Business Source License.
    for deprecated in (False, True):
        for number, entry in enumerate(listed):
            if entry.flag("is_deprecated") is deprecated:
                own = f"LicenseRef-scancode-{entry.word('key')}"
                for name in (
                    entry.word("spdx_license_key"),
                    *entry.words("other_spdx_license_keys"),
                    own,
                ):
                    if name:
                        names.setdefault(name.lower(), number)
    for number, entry in enumerate(listed):
        names.setdefault(entry.word("key").lower(), number)
    table = (
        "".join(f"\n{name}\t{number}" for name, number in sorted(names.items())) + "\n"
    )
    return {"catalog": "\n".join(rows).encode(), "names": table.encode()}


if __name__ == "__main__":
    main()
