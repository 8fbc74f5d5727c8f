"""
The user's own policy: a profile, lists, verdicts, waivers and curations, read
strictly.

`licensescan.toml`, else `[tool.licensescan]` in pyproject.toml, else the
built-in profile. A mistake names the file, the line, the key and the nearest
valid word: a policy that is misread is worse than none.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from licensescan.base import toml
from licensescan.base.portable import shown_from
from licensescan.base.schema import StrictTable, nearest
from licensescan.judge.baseline import read_baseline
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Acceptance,
    Baseline,
    Curation,
    Expression,
    ExpressionError,
    Policy,
    PolicyError,
    Scope,
    Us,
    Verdict,
    Waiver,
)
from licensescan.reader.inputs import is_file
from licensescan.resolver.project import upwards
from licensescan.rulebook.rulebook import DEFAULT_PROFILE, Rulebook, load
from licensescan.rulebook.user_facts import places
from licensescan.standards.requirements import specifier_contains
from licensescan.standards.spdx_expression import normalise

_SHA256 = re.compile(r"[0-9a-f]{64}$")

NEVER = "never"
"""What an acceptance without an end says under `expires`."""

_SELECTING = ("sha256", "license", "component", "rule")
"""Keys of an acceptance of which it has one at least."""

_STATED = (*_SELECTING, "part", "scope", "versions")
_US_NUMBERS = ("users", "revenue", "employees")
_US_ANSWERS = ("hosts", "trains", "distributes")

_RECORDED = ("reason", "approved-by", "expires")


def load_policy(
    start: Path, *, policy_file: Path | None = None, profile: str | None = None
) -> Policy:
    """
    Return the policy for the project in the folder `start`; `profile` replaces
    the one that the policy names.

    Raises `PolicyError` for a file that cannot be used.
    """
    rulebook = load()
    document = _named(policy_file) if policy_file else _find(start)
    if document is None:
        return rulebook.profile(profile or DEFAULT_PROFILE)
    return _Reader(document, rulebook).policy(profile)


def policy_path(
    start: str, named: str | None, *, own_file: bool = False
) -> str:
    """
    Return the path of the policy that `load_policy` would read; "" if it is
    built in, and with `own_file` if it is a table of a pyproject.toml.
    """
    document = None if named else _find(Path(start))
    path = document.path if document else named or ""
    is_table = os.path.basename(path) == "pyproject.toml"
    return "" if own_file and is_table else path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """
    A file that holds a policy, as it is printed, with its bytes and its table.
    """

    path: str
    data: bytes
    table: Mapping[str, Any]

    def tool(self) -> Any:
        """
        Return the table `[tool.licensescan]` of a pyproject.toml, or None.
        """
        tool = self.table.get("tool")
        return tool.get("licensescan") if isinstance(tool, Mapping) else None


def _named(path: Path) -> _Document:
    """Return the policy in the file that the user names."""
    document = _read(path)
    if path.name != "pyproject.toml":
        return document
    table = document.tool()
    return replace(document, table={} if table is None else table)


def _find(start: Path) -> _Document | None:
    """Return the nearest policy in the folder `start` or above it, if any."""
    folders = map(Path, upwards(str(start)))
    return next(filter(None, map(_in_folder, folders)), None)


def _in_folder(folder: Path) -> _Document | None:
    own = folder / "licensescan.toml"
    if is_file(str(own)):
        return _read(own)
    project = folder / "pyproject.toml"
    if not is_file(str(project)) or b"licensescan" not in project.read_bytes():
        return None
    document = _read(project)
    table = document.tool()
    return None if table is None else replace(document, table=table)


def _read(path: Path) -> _Document:
    shown = _shown(path)
    try:
        data = path.read_bytes()
        return _Document(
            path=shown, data=data, table=toml.loads(data, label=shown)
        )
    except OSError as error:
        raise PolicyError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise PolicyError(str(error)) from error


def _shown(path: Path) -> str:
    return shown_from(str(path), os.getcwd())


class _Reader:
    """
    Reads one policy file. Each method raises `PolicyError` for a mistake in
    it.
    """

    def __init__(self, document: _Document, rulebook: Rulebook) -> None:
        self.document = document
        self.rulebook = rulebook

    def policy(self, profile: str | None) -> Policy:
        table = StrictTable(
            self.document.table, self.document.path, self.document.data
        )
        if not isinstance(self.document.table, Mapping):
            raise table.error("licensescan", "must be a table")
        table.check_keys(
            "profile",
            "fail-on",
            "environment",
            "baseline",
            "us",
            "licenses",
            "packages",
            "verdicts",
            "accept",
            "waiver",
            "curation",
        )
        base = self.profile(table, profile)
        lists, packages = table.table("licenses"), table.table("packages")
        lists.check_keys("allow", "deny")
        packages.check_keys("allow", "deny")
        verdicts = self.rulebook.verdicts(table.table("verdicts"))
        # What a project allows is on top of what its profile does.
        allow = self.licenses(lists, "allow", lists.strings("allow"))
        return replace(
            base,
            source=self.document.path,
            sha256=hashlib.sha256(self.document.data).hexdigest(),
            verdicts={**base.verdicts, **verdicts},
            allow=tuple(dict.fromkeys((*base.allow, *allow))),
            deny=tuple(self.licenses(lists, "deny", lists.strings("deny"))),
            allow_packages=tuple(_packages(packages, "allow")),
            deny_packages=tuple(_packages(packages, "deny")),
            fail_on=table.one_of("fail-on", Verdict, "review"),
            environment=table.text("environment"),
            baseline=self.baseline(table),
            us=_us(table.table("us")) if "us" in table else None,
            waivers=tuple(map(self.waiver, table.tables("waiver"))),
            acceptances=tuple(map(self.acceptance, table.tables("accept"))),
            curations=tuple(map(self.curation, table.tables("curation"))),
        )

    def profile(self, table: StrictTable, given: str | None) -> Policy:
        """
        Return the profile that is `given`, else the one that the policy names.
        """
        name = given or table.text("profile") or DEFAULT_PROFILE
        profiles = self.rulebook.profiles()
        if name not in profiles:
            hint = nearest(name, profiles)
            raise table.error("profile", f"no profile {name!r}{hint}")
        return self.rulebook.profile(name)

    def baseline(self, table: StrictTable) -> Baseline | None:
        """Return the baseline that the policy names, which lies beside it."""
        name = table.text("baseline")
        if not name:
            return None
        path = Path(self.document.path).parent / name
        return read_baseline(path, _shown(path))

    def waiver(self, block: StrictTable) -> Waiver:
        block.check_keys(
            "component",
            "versions",
            "rule",
            "reason",
            "approved-by",
            "expires",
            "sha256",
        )
        rule = block.needed("rule")
        self.check_rule(block, rule)
        component = _component(block)
        return Waiver(
            component=component,
            rule=rule,
            reason=block.needed("reason"),
            versions=_versions(block),
            approved_by=block.text("approved-by"),
            expires=_expires(block),
            sha256=_sha256(block),
            key=f"{self.document.path}: waiver of {rule} for {component}",
        )

    def acceptance(self, block: StrictTable) -> Acceptance:
        """Return what a block `[[accept]]` states."""
        block.check_keys(*_STATED, *_RECORDED)
        if not any(key in block for key in _SELECTING):
            raise block.missing(
                f"{', '.join(_SELECTING[:-1])} or {_SELECTING[-1]}"
            )
        components = tuple(
            _unversioned(block, "component", entry)
            for entry in block.words("component")
        )
        rules = block.words("rule")
        for rule in rules:
            self.check_rule(block, rule)
        licenses = tuple(
            self.licenses(block, "license", block.words("license"))
        )
        texts = block.words("sha256")
        for text in texts:
            _check_sha256(block, text)
        has_no_end = block.value("expires") == NEVER
        stated = (*components, *licenses, *(t[:12] for t in texts), *rules)
        more = f" and {len(stated) - 2} more" if len(stated) > 2 else ""
        summary = f"{', '.join(stated[:2])}{more}"
        return Acceptance(
            components=components,
            licenses=licenses,
            texts=texts,
            rules=rules,
            parts=block.words("part"),
            scopes=block.some_of("scope", Scope),
            versions=_versions(block),
            reason=block.needed("reason"),
            approved_by=block.text("approved-by"),
            expires=None if has_no_end else _expires(block),
            has_no_end=has_no_end,
            key=f"{self.document.path}:{block.line()}: acceptance of {summary}",
        )

    def check_rule(self, block: StrictTable, rule: str) -> None:
        """Raise `PolicyError` unless there is a rule of this id."""
        if rule not in self.rulebook.rules:
            hint = nearest(rule, self.rulebook.rules)
            raise block.error("rule", f"no rule {rule!r}{hint}", rule)

    def licenses(
        self, table: StrictTable, key: str, texts: tuple[str, ...]
    ) -> Iterator[str]:
        """
        Yield the expressions among `texts` in their normal form, and the
        groups of licenses as they are.
        """
        for text in texts:
            if text in self.rulebook.groups or text in (NONE, NOASSERTION):
                yield text
            else:
                yield _license(table, key, text)

    def curation(self, block: StrictTable) -> Curation:
        block.check_keys(
            "component", "versions", "license", "reason", "source", "sha256"
        )
        expression = _license(block, "license", block.needed("license"))
        component = _component(block)
        if not (block.value("reason") or block.value("source")):
            raise block.error(
                "reason", "a reason or a source is needed", component
            )
        return Curation(
            component=component,
            license=expression,
            reason=block.text("reason"),
            source=block.text("source"),
            versions=_versions(block),
            sha256=_sha256(block),
            key=f"{self.document.path}: curation of {component}",
        )


def _us(table: StrictTable) -> Us:
    """Return what the user says of themselves."""
    table.check_keys(
        "country", "currency", "purpose", *_US_NUMBERS, *_US_ANSWERS
    )
    known = places().countries
    countries = table.words("country")
    for code in countries:
        if code not in known:
            hint = nearest(code, known)
            raise table.error(
                "country", f"{code!r} is no code of ISO 3166{hint}", code
            )
    return Us(
        countries=countries,
        numbers={k: _number(table, k) for k in _US_NUMBERS if k in table},
        currency=table.text("currency", "USD").upper(),
        answers={k: table.flag(k) for k in _US_ANSWERS if k in table},
        purposes=table.words("purpose"),
    )


def _number(table: StrictTable, key: str) -> int:
    value = table.value(key)
    if type(value) is not int or value < 0:
        raise table.error(key, "must be a whole number, such as 2_000_000")
    return value


def _component(block: StrictTable) -> str:
    return _unversioned(block, "component", block.needed("component"))


def _packages(table: StrictTable, key: str) -> Iterator[str]:
    for entry in table.strings(key):
        yield _unversioned(table, key, entry)


def _unversioned(table: StrictTable, key: str, entry: str) -> str:
    """
    Return a name or purl as it is. A version in a purl is a mistake: it would
    be overlooked, and the entry mean more than it says.
    """
    if entry.startswith("pkg:") and "@" in entry.rpartition("/")[2].lstrip(
        "@"
    ):
        raise table.error(
            key,
            f"{entry!r} names a version; `versions` of a waiver or curation limits it",
            entry,
        )
    return entry


def _versions(block: StrictTable) -> str:
    text = block.text("versions")
    try:
        specifier_contains(text, "1")
    except ValueError as error:
        raise block.error("versions", str(error), text) from error
    return text


def _sha256(block: StrictTable) -> str:
    text = block.text("sha256")
    if text:
        _check_sha256(block, text)
    return text


def _check_sha256(block: StrictTable, text: str) -> None:
    if not _SHA256.match(text):
        raise block.error(
            "sha256", "must be 64 hex digits in lower case", text
        )


def _expires(block: StrictTable) -> date | None:
    expires = block.value("expires")
    # A date with a time is a date, too, in Python.
    if expires is None or type(expires) is date:
        return expires
    raise block.error(
        "expires",
        "must be a date such as 2027-03-01, without quotes",
        "expires",
    )


def _license(table: StrictTable, key: str, text: str) -> Expression:
    try:
        return normalise(text)
    except ExpressionError as error:
        raise table.error(key, str(error), text or key) from error
