"""
The user's own policy: a profile, lists, verdicts, waivers and curations, read strictly.

`licensescan.toml`, else `[tool.licensescan]` in pyproject.toml, else the built-in
profile. A mistake names the file, the line, the key and the nearest valid word: a
policy that is misread is worse than none.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from licensescan.base import toml
from licensescan.base.schema import nearest
from licensescan.model.types import (
    VERDICTS,
    Curation,
    ExpressionError,
    Policy,
    PolicyError,
    Ruling,
    Waiver,
)
from licensescan.reader.inputs import is_file
from licensescan.rulebook.rulebook import Rulebook, load
from licensescan.standards.requirements import specifier_contains
from licensescan.standards.spdx_expression import normalise

_KEYS = (
    "profile",
    "fail-on",
    "environment",
    "licenses",
    "packages",
    "verdicts",
    "waiver",
    "curation",
)
_WAIVER = (
    "component",
    "versions",
    "rule",
    "reason",
    "approved-by",
    "expires",
    "sha256",
)
_CURATION = ("component", "versions", "license", "reason", "source", "sha256")
_SHA256 = re.compile(r"[0-9a-f]{64}$")


def load_policy(
    start: Path, *, policy_file: Path | None = None, profile: str | None = None
) -> Policy:
    """
    The policy for the project in the folder `start`; `profile` replaces the one that
    the policy names.

    Raises `PolicyError` for a file that cannot be used.
    """
    rulebook = load()
    found = _find(start, policy_file)
    if found is None:
        return rulebook.profile(profile or "distributed-product")
    path, data, table = found
    return _Reader(path, data.decode("utf-8", "replace"), rulebook).policy(
        table, data, profile
    )


def _find(
    start: Path, policy_file: Path | None
) -> tuple[str, bytes, Mapping[str, Any]] | None:
    """The file that holds the policy, its bytes and its table."""
    if policy_file is not None:
        data, table = _table(policy_file)
        if policy_file.name == "pyproject.toml":
            tool = table.get("tool")
            table = tool.get("licensescan", {}) if isinstance(tool, Mapping) else {}
        return _shown(policy_file), data, table
    own = start / "licensescan.toml"
    if is_file(str(own)):
        return _shown(own), *_table(own)
    project = start / "pyproject.toml"
    if is_file(str(project)) and b"licensescan" in project.read_bytes():
        data, document = _table(project)
        tool = document.get("tool")
        if isinstance(tool, Mapping) and "licensescan" in tool:
            return _shown(project), data, tool["licensescan"]
    return None


def _table(path: Path) -> tuple[bytes, dict[str, Any]]:
    try:
        data = path.read_bytes()
        return data, toml.loads(data, label=_shown(path))
    except OSError as error:
        raise PolicyError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise PolicyError(str(error)) from error


def _shown(path: Path) -> str:
    inside = os.path.relpath(path)
    return str(path) if inside.startswith("..") else inside


class _Reader:
    """Reads one policy file; every error knows the file, the line and the key."""

    def __init__(self, path: str, text: str, rulebook: Rulebook) -> None:
        self.path = path
        self.text = text
        self.rulebook = rulebook

    def policy(
        self, table: Mapping[str, Any], data: bytes, profile: str | None
    ) -> Policy:
        if not isinstance(table, Mapping):
            raise self.error("licensescan", "must be a table")
        self.only(table, _KEYS, "")
        name = profile or self.text_of(table, "profile", "") or "distributed-product"
        if name not in self.rulebook.profiles():
            raise self.error(
                "profile",
                f"no profile {name!r}{nearest(name, self.rulebook.profiles())}",
            )
        base = self.rulebook.profile(name)
        fail_on = self.text_of(table, "fail-on", "") or "review"
        if fail_on not in VERDICTS:
            raise self.error(
                "fail-on",
                f"{fail_on!r} is not deny, review or warn{nearest(fail_on, VERDICTS)}",
            )
        lists, packages = self.sub(table, "licenses"), self.sub(table, "packages")
        self.only(lists, ("allow", "deny"), "licenses.")
        self.only(packages, ("allow", "deny"), "packages.")
        return replace(
            base,
            source=self.path,
            sha256=hashlib.sha256(data).hexdigest(),
            verdicts={**base.verdicts, **self.verdicts(self.sub(table, "verdicts"))},
            # What a project allows is on top of what its profile does.
            allow=tuple(dict.fromkeys((*base.allow, *self.licenses(lists, "allow")))),
            deny=tuple(self.licenses(lists, "deny")),
            allow_packages=self.packages(packages, "allow"),
            deny_packages=self.packages(packages, "deny"),
            fail_on=fail_on,
            environment=self.text_of(table, "environment", ""),
            waivers=tuple(
                self.waiver(w, n) for n, w in enumerate(self.blocks(table, "waiver"), 1)
            ),
            curations=tuple(
                self.curation(c, n)
                for n, c in enumerate(self.blocks(table, "curation"), 1)
            ),
        )

    def verdicts(self, table: Mapping[str, Any]) -> dict[str, Ruling]:
        for key, value in table.items():
            rule = key.partition("@")[0]
            if rule not in self.rulebook.rules:
                raise self.error(
                    f"verdicts.{key}",
                    f"no such rule{nearest(rule, self.rulebook.rules)}",
                    key,
                )
            if value not in (*VERDICTS, "ok"):
                raise self.error(
                    f"verdicts.{key}", f"{value!r} is not deny, review, warn or ok", key
                )
        return dict(table)

    def waiver(self, block: Mapping[str, Any], number: int) -> Waiver:
        where = f"waiver[{number}]."
        self.only(block, _WAIVER, where)
        rule = self.needed(block, "rule", where)
        if rule not in self.rulebook.rules:
            raise self.error(
                f"{where}rule",
                f"no rule {rule!r}{nearest(rule, self.rulebook.rules)}",
                rule,
            )
        expires = block.get("expires")
        if expires is not None and type(expires) is not date:
            raise self.error(
                f"{where}expires",
                "must be a date such as 2027-03-01, without quotes",
                "expires",
            )
        component = self.component(block, where)
        return Waiver(
            component=component,
            rule=rule,
            reason=self.needed(block, "reason", where),
            versions=self.versions(block, where),
            approved_by=self.text_of(block, "approved-by", where),
            expires=expires,
            sha256=self.sha256(block, where),
            key=f"{self.path}: waiver of {rule} for {component}",
        )

    def curation(self, block: Mapping[str, Any], number: int) -> Curation:
        where = f"curation[{number}]."
        self.only(block, _CURATION, where)
        license_ = self.needed(block, "license", where)
        try:
            expression = normalise(license_)
        except ExpressionError as error:
            raise self.error(f"{where}license", str(error), license_) from error
        component = self.component(block, where)
        if not (block.get("reason") or block.get("source")):
            raise self.error(
                f"{where}reason", "a reason or a source is needed", component
            )
        return Curation(
            component=component,
            license=expression,
            reason=self.text_of(block, "reason", where),
            source=self.text_of(block, "source", where),
            versions=self.versions(block, where),
            sha256=self.sha256(block, where),
            key=f"{self.path}: curation of {component}",
        )

    def component(self, block: Mapping[str, Any], where: str) -> str:
        return self.unversioned(
            self.needed(block, "component", where), f"{where}component"
        )

    def packages(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        return tuple(
            self.unversioned(entry, f"packages.{key}")
            for entry in self.strings(table, key, "packages.")
        )

    def unversioned(self, entry: str, key: str) -> str:
        """
        A name or purl as it is; a version in a purl would be overlooked, and the entry
        mean more than it says.
        """
        if entry.startswith("pkg:") and "@" in entry.rpartition("/")[2].lstrip("@"):
            raise self.error(
                key,
                f"{entry!r} names a version; `versions` of a waiver or curation limits it",
                entry,
            )
        return entry

    def versions(self, block: Mapping[str, Any], where: str) -> str:
        text = self.text_of(block, "versions", where)
        try:
            specifier_contains(text, "1")
        except ValueError as error:
            raise self.error(f"{where}versions", str(error), text) from error
        return text

    def sha256(self, block: Mapping[str, Any], where: str) -> str:
        text = self.text_of(block, "sha256", where)
        if text and not _SHA256.match(text):
            raise self.error(
                f"{where}sha256", "must be 64 hex digits in lower case", text
            )
        return text

    def licenses(self, table: Mapping[str, Any], key: str) -> Iterable[str]:
        for text in self.strings(table, key, "licenses."):
            try:
                yield normalise(text)
            except ExpressionError as error:
                raise self.error(f"licenses.{key}", str(error), text) from error

    def strings(self, table: Mapping[str, Any], key: str, where: str) -> Sequence[str]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.error(f"{where}{key}", "must be a list of strings", key)
        return value

    def text_of(self, table: Mapping[str, Any], key: str, where: str) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            raise self.error(f"{where}{key}", "must be a string", key)
        return value

    def needed(self, table: Mapping[str, Any], key: str, where: str) -> str:
        value = self.text_of(table, key, where)
        if not value.strip():
            raise self.error(f"{where}{key}", "is missing", where.partition("[")[0])
        return value

    def sub(self, table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = table.get(key, {})
        if not isinstance(value, Mapping):
            raise self.error(key, "must be a table")
        return value

    def blocks(self, table: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(
            isinstance(v, Mapping) for v in value
        ):
            raise self.error(key, f"must be blocks headed [[{key}]]")
        return value

    def only(self, table: Mapping[str, Any], known: Sequence[str], where: str) -> None:
        for key in table:
            if key not in known:
                raise self.error(
                    f"{where}{key}", f"unknown key{nearest(key, known)}", key
                )

    def error(self, key: str, message: str, needle: str = "") -> PolicyError:
        """
        An error at the line where `needle` (else the key) stands: TOML parsers give no
        positions.
        """
        word = needle or key.rpartition(".")[2]
        place = self.text.find(word)
        line = (
            f":{self.text.count(chr(10), 0, place) + 1}" if place >= 0 and word else ""
        )
        return PolicyError(f"{self.path}{line}: {key}: {message}")
