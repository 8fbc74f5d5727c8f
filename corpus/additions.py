"""
Read our own additions to ScanCode's texts: `additions.toml`, and the packages
in which the texts stand.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scancode import Entry

_PACKAGE = re.compile(r"pkg:(pypi|npm)/([\w.@/%-]+)@([\w.+-]+)")
_FETCH = {
    "npm": ("npm", "pack", "--silent", "{name}@{version}"),
    "pypi": (
        *(sys.executable, "-m", "pip", "download", "--no-deps", "-d", "."),
        "{name}=={version}",
    ),
}
"""
The command that fetches a package of an ecosystem into the current folder.
"""

_ARCHIVES = (".whl", ".zip", ".gz", ".tgz")
_ID = re.compile(r"[A-Za-z0-9.+_-]+")
_NEEDED = frozenset({"license", "kind", "package", "path", "sha256"})
_KEYS = _NEEDED | {"name", "category", "lines"}


def read(
    table: Path, cache: Path, keys: Mapping[str, str]
) -> tuple[list[Entry], list[Entry]]:
    """
    Return the licenses and the rules that `table` adds; packages are looked
    for in `cache` and fetched if they are not there.

    `keys` gives ScanCode's key of each SPDX id. Raises `ValueError` for an
    addition that says too little or whose file is another one.
    """
    licenses: list[Entry] = []
    rules: list[Entry] = []
    facts = tomllib.loads(table.read_text("utf-8"))["addition"]
    for number, fact in enumerate(facts, 1):
        where = f"{table.name}, addition {number}"
        if not _NEEDED <= set(fact) <= _KEYS:
            raise ValueError(
                f"{where}: keys are {sorted(_KEYS)}; name, category and lines may be left out"
            )
        text = _text(fact, archive(fact["package"], cache), where)
        if fact["license"] not in keys and "name" in fact:
            licenses.append(_license(fact, text))
        else:
            rules.append(_rule(fact, text, keys, f"addition-{number}", where))
    return licenses, rules


def _license(fact: Mapping[str, Any], text: str) -> Entry:
    id_ = fact["license"]
    fields: dict[str, str | list[str]] = {
        "key": id_.removeprefix("LicenseRef-").lower(),
        "spdx_license_key": id_,
    }
    return Entry(
        name=id_,
        fields={
            **fields,
            "name": fact["name"],
            "category": fact.get("category", ""),
        },
        text=text,
    )


def _rule(
    fact: Mapping[str, Any],
    text: str,
    keys: Mapping[str, str],
    name: str,
    where: str,
) -> Entry:
    def key(match: re.Match[str]) -> str:
        if match[0] in ("AND", "OR", "WITH"):
            return match[0].lower()
        if match[0] not in keys:
            raise ValueError(
                f"{where}: {match[0]} is no license of ScanCode's or of an addition with a name before it"
            )
        return keys[match[0]]

    fields: dict[str, str | list[str]] = {
        "license_expression": _ID.sub(key, fact["license"])
    }
    return Entry(
        name=name,
        fields={**fields, f"is_license_{fact['kind']}": "yes"},
        text=text,
    )


def _text(fact: Mapping[str, Any], package: Path, where: str) -> str:
    data = member(package, fact["path"])
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 != fact["sha256"]:
        raise ValueError(
            f"{where}: {fact['path']} of {package.name} has sha256 {sha256}, pinned is {fact['sha256']}"
        )
    first, last = fact.get("lines", (1, None))
    return "\n".join(data.decode("utf-8").split("\n")[first - 1 : last])


def member(package: Path, path: str) -> bytes:
    """
    Return the bytes of one file of a wheel, sdist or npm package, read without
    unpacking the rest. Raises `ValueError` if that is no file.
    """
    if package.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(package) as wheel:
            return wheel.read(path)
    with tarfile.open(package) as tar:
        file = tar.extractfile(path)
        if file is None:
            raise ValueError(f"{package.name}: {path} is no file")
        return file.read()


def archive(purl: str, cache: Path) -> Path:
    """
    Return the package that `purl` names, from `cache`; its ecosystem's own
    client fetches it, and nothing is installed. Raises `ValueError` for a purl
    without a version or of another ecosystem.
    """
    match = _PACKAGE.fullmatch(purl)
    if match is None:
        raise ValueError(
            f"{purl}: a purl with a version is wanted, pkg:pypi/... or pkg:npm/..."
        )
    kind, name, version = match.groups()
    folder = cache / re.sub(r"[^\w.-]", "_", f"{kind}-{name}-{version}")
    if not folder.is_dir() or not any(folder.iterdir()):
        folder.mkdir(parents=True, exist_ok=True)
        *client, package = _FETCH[kind]
        command = [*client, package.format(name=name, version=version)]
        subprocess.run(
            command, cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
    files = sorted(folder.iterdir())
    return next(path for path in files if path.suffix in _ARCHIVES)
