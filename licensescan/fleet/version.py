"""
Which version of code, rules and index has read something, and what a change of
rules touches.

Only what bears on reading is in it: profiles, checks and forms of reports are
applied when the store is asked, and a change of theirs reads nothing again. A
changed fact about one license touches what names that license.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import licensescan
from licensescan.base.installation import data_folder

_AT_QUERY = frozenset(("cli", "fleet", "judge", "report", "rules", "corpus"))
"""Folders of the package that do not bear on what is read of a target."""

_STORED = ("report/stored.py", "fleet/rows.py")
"""What says in which form readings are stored."""

_RULES_AT_QUERY = frozenset(
    ("checks", "profiles", "lang", "compatibility.toml", "us.toml")
)
_FACTS = "rules/licenses/"


@cache
def manifest() -> Mapping[str, str]:
    """Return the digest of each file that bears on what is read."""
    package = Path(licensescan.__file__).parent
    rules, corpus = data_folder("rules"), data_folder("corpus")
    code = _below(package, _AT_QUERY, ".py")
    files = {
        **{f"code/{name}": path for name, path in code},
        **{f"code/{name}": package / name for name in _STORED},
        **{
            f"rules/{name}": path
            for name, path in _below(rules, _RULES_AT_QUERY, "")
        },
        "corpus/index.bin": corpus / "index.bin",
        "corpus/residue.bin": corpus / "residue.bin",
    }
    return {name: _digest(files[name]) for name in sorted(files)}


@cache
def version() -> str:
    """Return sixteen hex digits for all of `manifest`."""
    lines = [f"{name} {digest}\n" for name, digest in manifest().items()]
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


def licenses_touched(old: Mapping[str, str]) -> list[str] | None:
    """
    Return the licenses of which alone something has changed since `old` was
    the manifest; None where anything else did, so that all is to be read.
    """
    new = manifest()
    changed = {
        name
        for name in old.keys() | new.keys()
        if old.get(name) != new.get(name)
    }
    are_facts = all(
        name.startswith(_FACTS) and name in old and name in new
        for name in changed
    )
    if not are_facts:
        return None
    return sorted(Path(name).stem for name in changed)


def _below(
    folder: Path, left_out: frozenset[str], ending: str
) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob(f"*{ending}"):
        name = path.relative_to(folder).as_posix()
        is_left_out = name.split("/")[0] in left_out
        if not is_left_out and "__pycache__" not in name and path.is_file():
            yield name, path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
