#!/usr/bin/env python3
"""
Compile the index: `python corpus/build.py [--source WHEEL]`; `corpus/check.py`
proves it.

Same input, same bytes. Without `--source` the pinned wheel is fetched with
`pip download` into a folder of the cache.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tomllib
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import additions  # noqa: E402
import altered  # noqa: E402
import compiler  # noqa: E402
import patterns  # noqa: E402
import spellings  # noqa: E402
from scancode import Entry, entries  # noqa: E402

from licensescan.base.index import pack  # noqa: E402


def main() -> None:
    """Build the index and print what is in it."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").strip().split("\n")[0]
    )
    parser.add_argument(
        "--source",
        type=Path,
        metavar="WHEEL",
        help="the pinned wheel, if it is already there",
    )
    parser.add_argument("--output", type=Path, default=HERE / "index.bin")
    options = parser.parse_args()
    pinned = tomllib.loads((HERE / "sources.toml").read_text("utf-8"))[
        "scancode"
    ]
    sections = compiled(options.source or fetch(pinned), pinned)
    for name, part in sections.items():
        print(f"  {name:8} {len(part):>10,}")
    data = pack({**sections, "sums": _sums(sections.values())})
    options.output.write_bytes(data)
    print(f"{options.output}: {len(data):,} bytes")


def compiled(wheel: Path, pinned: dict[str, Any]) -> dict[str, bytes]:
    """
    Return the sections of the index, from the texts of the wheel and of our
    own.
    """
    licenses = known(wheel, pinned)
    rules = list(entries(wheel, "rules", ".RULE", sha256=pinned["sha256"]))
    rules = [rule for rule in rules if rule.name not in pinned["mistaken"]]
    keys = {spdx: key for key, spdx in ids(licenses).items() if spdx}
    added, notices = additions.read(HERE / "additions.toml", cache(), keys)
    licenses, rules = licenses + added, rules + notices
    print(f"{len(added)} licenses and {len(notices)} notices of our own")
    names = (
        spellings.spelled(HERE / "spellings.toml"),
        spellings.official(licenses),
    )
    read = patterns.read(
        licenses, rules, ids(licenses), pinned["fragments"], names
    )
    ordered, common = patterns.encode(read)
    for name, old, new in patterns.relabel(read, listed(licenses)):
        print(f"  {name} is filed under {old} and is {new}")
    chosen = patterns.choose(read)
    patterns.carry_grants(chosen)
    print(
        f"{len(read):,} patterns, {len(ordered):,} words, {len(chosen):,} to align"
    )
    sections = compiler.sections(read, ordered, common, chosen)
    narrower = []
    for number, changes in altered.altered(sections, read):
        name, expression = read[number].name, read[number].expression
        print(f"  {name} has another grant than {expression}: {changes}")
        if name in pinned["narrower"]:
            narrower.append(number)
    sections["altered"] = compiler.table("H", narrower)
    return {**catalog(licenses), **sections}


def _sums(sections: Iterable[bytes]) -> bytes:
    return b"".join(
        zlib.crc32(data).to_bytes(4, "little") for data in sections
    )


def known(wheel: Path, pinned: dict[str, Any]) -> list[Entry]:
    """
    Return the licenses of the wheel; those that SPDX lists under another key
    with the id that it has there.
    """
    licenses = list(
        entries(wheel, "licenses", ".LICENSE", sha256=pinned["sha256"])
    )
    for entry in licenses:
        if entry.name in pinned["same"]:
            entry.fields["spdx_license_key"] = pinned["same"][entry.name]
    return licenses


def cache() -> Path:
    """Return the folder in which fetched packages are kept."""
    folder = os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")
    return Path(folder) / "licensescan-corpus"


PIP = (
    sys.executable,
    "-m",
    "pip",
    "download",
    "--no-deps",
    "--only-binary=:all:",
)
ANYWHERE = (
    *("--python-version", "3.11"),
    *("--implementation", "cp"),
    *("--platform", "any"),
)
"""Options of pip by which it fetches the same wheel on any machine."""


def fetch(pinned: dict[str, str]) -> Path:
    """
    Return the pinned wheel from the cache folder, downloaded (not installed)
    if it is not there.
    """
    folder = cache()
    path = folder / pinned["file"]
    if not path.exists():
        wanted = f"{pinned['package']}=={pinned['version']}"
        subprocess.run(
            [*PIP, *ANYWHERE, "-d", str(folder), wanted], check=True
        )
    return path


NAMED = ("public-domain", "public-domain-disclaimer")
"""
Keys that ScanCode calls generic and that still say under which terms a work
may be used.
"""


def ids(licenses: list[Entry]) -> dict[str, str]:
    """
    Return the SPDX id of every key; empty for the keys that name no license.
    """
    return {
        entry.word("key"): "" if _names_nothing(entry) else _spdx_id(entry)
        for entry in licenses
    }


def _names_nothing(entry: Entry) -> bool:
    """Return True for a key that stands for no license in particular."""
    return _is_generic(entry) and entry.word("key") not in NAMED


def _is_generic(entry: Entry) -> bool:
    return entry.flag("is_generic") or entry.flag("is_unknown")


def _spdx_id(entry: Entry) -> str:
    """
    Return the id on SPDX's list, or the one by which ScanCode's key is
    written.
    """
    return entry.word("spdx_license_key") or _reference(entry)


def _reference(entry: Entry) -> str:
    return f"LicenseRef-scancode-{entry.word('key')}"


def listed(licenses: list[Entry]) -> set[str]:
    """Return the ids that SPDX lists as licenses."""
    listed = set()
    for entry in licenses:
        id_ = entry.word("spdx_license_key")
        if not id_ or id_.startswith("LicenseRef-"):
            continue
        if not entry.flag("is_exception") and not entry.flag("is_deprecated"):
            listed.add(id_)
    return listed


def catalog(licenses: list[Entry]) -> dict[str, bytes]:
    """
    Return the sections `catalog` (one row a license) and `names` (every name
    in lower case and the row it means).
    """
    ordered = sorted(licenses, key=lambda entry: entry.word("key"))
    rows = "\n".join(map(_row, ordered))
    names = "".join(
        f"\n{name}\t{row}" for name, row in sorted(_names(ordered).items())
    )
    return {"catalog": rows.encode(), "names": f"{names}\n".encode()}


def _row(entry: Entry) -> str:
    """Return the row of a license in the catalog; a letter says what it is."""
    flags = (
        ("e", entry.flag("is_exception")),
        ("g", _is_generic(entry)),
        ("d", entry.flag("is_deprecated")),
    )
    cells = (
        entry.word("key"),
        _spdx_id(entry),
        entry.word("name"),
        entry.word("category"),
        "".join(letter for letter, is_set in flags if is_set),
        ",".join(entry.words("replaced_by")),
    )
    return "\t".join(cells)


def _names(licenses: list[Entry]) -> dict[str, int]:
    """
    Return every name of a license and its row. An SPDX id comes before a
    ScanCode key of the same letters: BSL-1.0 is Boost's, not the Business
    Source License.
    """
    current: list[tuple[int, Entry]] = []
    deprecated: list[tuple[int, Entry]] = []
    for row, entry in enumerate(licenses):
        rows = deprecated if entry.flag("is_deprecated") else current
        rows.append((row, entry))
    names: dict[str, int] = {}
    for row, entry in [*current, *deprecated]:
        others = entry.words("other_spdx_license_keys")
        for name in (
            entry.word("spdx_license_key"),
            *others,
            _reference(entry),
        ):
            names.setdefault(name.lower(), row)
    names.pop("", None)
    for row, entry in enumerate(licenses):
        names.setdefault(entry.word("key").lower(), row)
    return names


if __name__ == "__main__":
    main()
