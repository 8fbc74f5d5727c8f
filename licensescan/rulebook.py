"""
What we hold: license facts, rules and profiles, read strictly from `rules/`.

A fact file is read when its license is met (300 of them would cost 100 ms). A license without a fact is answered by
ScanCode's category, which tells open from restricted and no more, and the answer says so.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, get_args

from licensescan import toml
from licensescan.data import folder, place_of, sizes
from licensescan.errors import ExpressionError, PolicyError
from licensescan.expression import And, Node, Or, With, parse
from licensescan.terms import burden, together
from licensescan.texts import (
    NOASSERTION,
    NONE,
    Clause,
    Commercial,
    Copyleft,
    Grant,
    LicenseFact,
    LicenseId,
    Patent,
    Retaliation,
    Strength,
    Terms,
)

if TYPE_CHECKING:
    from pathlib import Path

    from licensescan.model import Policy, Rule

_FACT_KEYS = (
    *("name", "summary", "source", "commercial", "copyleft", "obligations", "patent", "clause"),
    *("exception", "lifts", "to", "note"),
)
_PATENT_KEYS = ("grant", "from", "scope", "section", "retaliation", "note")
_RETALIATION_KEYS = ("strength", "effect", "trigger", "section", "note")
_CLAUSE_KEYS = ("clause", "section", "note", "params")
_RULE_KEYS = ("id", "title", "when", "why", "remedy")

_CATEGORIES: dict[str, tuple[Commercial, Copyleft]] = {
    "Permissive": ("allowed", "none"),
    "Public Domain": ("allowed", "none"),
    "Copyleft Limited": ("allowed", "library"),
    "Copyleft": ("allowed", "work"),
    "Patent License": ("allowed", "none"),
    "Proprietary Free": ("unknown", "none"),
    "Commercial": ("conditional", "none"),
    "Free Restricted": ("unknown", "none"),
    "Source-available": ("unknown", "none"),
}
"""What ScanCode's category can tell. "Proprietary Free" holds CUDA, Llama and non-commercial texts alike: unknown."""

_SETTLED = ("Permissive", "Public Domain", "Copyleft Limited", "Copyleft", "Patent License")
_VENDORS = ("Proprietary Free", "Commercial", "Source-available")
READINGS = "readings.tsv"
"""Beside the fact files: what was read in the texts of licenses without one (see `corpus/readings.py`)."""


class Rulebook:
    """Facts, rules and profiles of one installation; `load` gives the one of this process."""

    def __init__(self, place: str | os.PathLike[str]) -> None:
        self._folder = os.fspath(place)
        self._facts: dict[str, LicenseFact | None] = {}
        self._terms: dict[str, Terms] = {}
        self._rules: dict[str, Rule] | None = None
        self._refused: dict[str, tuple[str, ...]] | None = None
        self._spelt: dict[str, str] | None = None
        self._read: dict[str, tuple[str, ...]] | None = None

    @cached_property
    def _place(self) -> Path:
        # Its import costs 6 ms, and one license's facts, which is all that a text needs, do without.
        from pathlib import Path

        return Path(self._folder)

    @property
    def version(self) -> str:
        """Twelve hex digits that change when a rule file does: of the names and sizes of all, which costs 2 ms."""
        lines = sorted(sizes(self._folder))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule by its id."""
        if self._rules is None:
            self._rules = {}
            for path in sorted((self._place / "checks").glob("*.toml")):
                for rule in _rules(path):
                    if rule.id in self._rules:
                        raise PolicyError(f"{path.name}: the rule {rule.id} is defined twice")
                    self._rules[rule.id] = rule
        return self._rules

    def profiles(self) -> tuple[str, ...]:
        """The names of the shipped profiles, sorted."""
        return tuple(sorted(p.stem for p in (self._place / "profiles").glob("*.toml")))

    def profile(self, name: str) -> Policy:
        """The profile as a policy. Raises `PolicyError`, naming the nearest, when there is none of that name."""
        from licensescan.model import VERDICTS, Policy

        path = self._place / "profiles" / f"{name}.toml"
        if name not in self.profiles():
            raise PolicyError(f"no profile {name!r}{nearest(name, self.profiles())}")
        document = _load(path)
        known = ("title", "summary", "outbound", "allow", "verdicts", "source")
        _only(document, known, path.name, "")
        verdicts = document.get("verdicts", {})
        for rule, verdict in verdicts.items():
            plain = rule.partition("@")[0]
            if plain not in self.rules:
                raise PolicyError(f"{path.name}: verdicts.{rule}: no such rule{nearest(plain, self.rules)}")
            if verdict not in (*VERDICTS, "ok"):
                raise PolicyError(f"{path.name}: verdicts.{rule}: {verdict!r} is not deny, review, warn or ok")
        return Policy(
            profile=name,
            verdicts=verdicts,
            outbound=document.get("outbound", ""),
            allow=tuple(document.get("allow", ())),
        )

    def profile_text(self, name: str) -> tuple[str, str]:
        """Title and summary of a profile."""
        document = _load(self._place / "profiles" / f"{name}.toml")
        return document.get("title", name), document.get("summary", "")

    def fact_ids(self) -> tuple[str, ...]:
        """The ids of all fact files, sorted."""
        return tuple(sorted(p.stem for p in (self._place / "licenses").glob("*.toml")))

    def fact(self, license_id: str) -> LicenseFact | None:
        """What `license_id` says, from its file or coarsely from its category; None when nothing is known of it."""
        if license_id not in self._facts:
            name, data = license_id, self._fact_file(license_id)
            if data is None and license_id.startswith("LicenseRef-"):
                name = self._refs().get(_letters(license_id), license_id)
                data = self._fact_file(name)
            self._facts[license_id] = self._by_reading(license_id) if data is None else _fact(data, name)
        return self._facts[license_id]

    def _fact_file(self, name: str) -> bytes | None:
        """The bytes of a fact file; None when there is none."""
        if "/" in name:
            return None
        try:
            with open(os.path.join(self._folder, "licenses", f"{name}.toml"), "rb") as file:
                return file.read()
        except OSError:
            return None

    def _by_reading(self, license_id: str) -> LicenseFact | None:
        """What clause analysis read in the text when this version was made, within what ScanCode's category allows."""
        coarse = _by_category(license_id)
        row = self._readings().get(license_id)
        if coarse is None or row is None:
            return coarse
        commercial, copyleft, grant, suit, clauses = row
        strength, _, effect = suit.partition(" ")
        hit = None
        if effect:
            reach = _one_of(strength, Strength, READINGS)
            hit = Retaliation(strength=reach, effect="all" if effect == "all" else "patent")
        terms = coarse.terms
        if coarse.category not in _SETTLED:
            # A vendor's terms are not free because no condition was found in them.
            bare = commercial == "allowed" and coarse.category in _VENDORS
            use: Commercial = "conditional" if bare else _one_of(commercial, Commercial, READINGS)
            terms = replace(terms, commercial=use, copyleft=_one_of(copyleft, Copyleft, READINGS))
        return replace(
            coarse,
            summary=f"ScanCode's category is {coarse.category!r}. The rest was read in its text by clause analysis "
            "when this version was made, and checked by nobody: read the text.",
            source="ScanCode LicenseDB (CC-BY-4.0), category and text",
            basis="reading",
            terms=replace(
                terms,
                patent=Patent(grant=_one_of(grant, Grant, READINGS), retaliation=hit),
                clauses=tuple(Clause(clause=c, basis="known-text") for c in clauses.split() if c != "-"),
            ),
        )

    def _readings(self) -> Mapping[str, tuple[str, ...]]:
        if self._read is None:
            path = self._place / READINGS
            lines = path.read_text("utf-8").splitlines() if path.is_file() else []
            rows = (line.split("\t") for line in lines if not line.startswith("#"))
            self._read = {row[0]: tuple(row[1:]) for row in rows}
        return self._read

    def _refs(self) -> Mapping[str, str]:
        """The names of LicenseRefs with a fact file by their letters: such names have no agreed spelling."""
        if self._spelt is None:
            self._spelt = {_letters(p.stem): p.stem for p in (self._place / "licenses").glob("LicenseRef-*.toml")}
        return self._spelt

    def lifts(self, exception_id: str) -> str | None:
        """The copyleft reach that is left under an exception; None when it lifts nothing."""
        data = self._fact_file(exception_id)
        return None if data is None else _parsed(data, f"{exception_id}.toml").get("lifts") or None

    def made_for(self, exception_id: str) -> tuple[str, ...]:
        """The licenses that an exception says it is for, without -only or -or-later; empty where it names none."""
        data = self._fact_file(exception_id)
        return () if data is None else tuple(_parsed(data, f"{exception_id}.toml").get("to", ()))

    def terms_of(self, expression: str) -> Terms:
        """
        The terms of a whole expression: a sum is as strict as its strictest member, a choice as its lightest branch.

        Unknown terms for `NOASSERTION`, `NONE` and what cannot be parsed. Never raises.
        """
        if expression not in self._terms:
            if expression in (NOASSERTION, NONE):
                self._terms[expression] = Terms()
            else:
                try:
                    self._terms[expression] = self._of(parse(expression))
                except ExpressionError:
                    self._terms[expression] = Terms()
        return self._terms[expression]

    def refuses(self, outbound: str, inbound: str) -> bool:
        """Whether work under `inbound` cannot become part of a work that is passed on under `outbound`."""
        return inbound.split(" WITH ")[0] in self._compatibility().get(outbound, ()) and " WITH " not in inbound

    def conflicts(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """The pairs of `names` of which the first refuses the second, in one work under both."""
        given = tuple(names)
        return [(a, b) for a in given for b in given if a != b and self.refuses(a, b) and self._is_strong(a)]

    def _is_strong(self, name: str) -> bool:
        return self.terms_of(name).copyleft in ("work", "network", "service")

    def _compatibility(self) -> Mapping[str, tuple[str, ...]]:
        if self._refused is None:
            path = self._place / "compatibility.toml"
            rows = _load(path).get("pair", ()) if path.is_file() else ()
            self._refused = {row["outbound"]: tuple(row["refuses"]) for row in rows}
        return self._refused

    def _of(self, node: Node) -> Terms:
        if isinstance(node, And):
            return together(self._of(item) for item in node.items)
        if isinstance(node, Or):
            return min((self._of(item) for item in node.items), key=burden)
        if isinstance(node, With):
            return self._under(self._of(node.license), node.exception)
        found = self.fact(node.id)
        return found.terms if found else Terms()

    def _under(self, terms: Terms, exception: str) -> Terms:
        from dataclasses import replace

        rider = self.fact(exception)
        if rider and rider.terms.commercial in ("conditional", "prohibited"):
            # "MIT WITH Commons Clause": what is put above a license takes rights away, where an exception gives some.
            return together([terms, rider.terms])
        left = self.lifts(exception)
        return replace(terms, copyleft=left) if left in get_args(Copyleft) else terms  # type: ignore[arg-type]


@cache
def load() -> Rulebook:
    """The rulebook that ships with this installation."""
    return Rulebook(place_of("rules"))


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?` for the known word most like `word`, else ""."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _letters(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _load(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PolicyError(str(error)) from error
    return _parsed(data, path.name)


def _parsed(data: bytes, label: str) -> dict[str, Any]:
    try:
        return toml.loads(data, label=label)
    except ValueError as error:
        raise PolicyError(str(error)) from error


def _only(table: Mapping[str, Any], known: Iterable[str], label: str, where: str) -> None:
    for key in table:
        if key not in tuple(known):
            raise PolicyError(f"{label}: {where}{key}: unknown key{nearest(key, known)}")


def _rules(path: Path) -> Iterable[Rule]:
    from licensescan.model import Rule

    document = _load(path)
    _only(document, ("rule",), path.name, "")
    for number, block in enumerate(document.get("rule", ())):
        where = f"rule[{number}]."
        _only(block, _RULE_KEYS, path.name, where)
        for key in _RULE_KEYS:
            if not block.get(key):
                raise PolicyError(f"{path.name}: {where}{key} is missing")
        when = {k: tuple(v) if isinstance(v, list) else (v,) for k, v in block["when"].items()}
        _only(when, WHEN, path.name, f"{where}when.")
        yield Rule(
            id=block["id"], title=block["title"], when=when, why=block["why"], remedy=block["remedy"], topic=path.stem
        )


WHEN = (
    "problem",
    "clause",
    "commercial",
    "copyleft",
    "patent.grant",
    "patent.retaliation.strength",
    "relation",
    "policy",
)
"""The closed vocabulary of `when`: fields of terms and conclusions. All must hold; a list means any of."""


def _fact(data: bytes, license_id: str) -> LicenseFact:
    label = f"{license_id}.toml"
    table = _parsed(data, label)
    _only(table, _FACT_KEYS, label, "")
    patent = table.get("patent", {})
    _only(patent, _PATENT_KEYS, label, "patent.")
    hit = patent.get("retaliation")
    if hit:
        _only(hit, _RETALIATION_KEYS, label, "patent.retaliation.")
        _one_of(hit.get("strength"), Strength, f"{label}: patent.retaliation.strength")
        _one_of(hit.get("effect"), ("patent", "all"), f"{label}: patent.retaliation.effect")
    clauses = []
    for number, block in enumerate(table.get("clause", ())):
        _only(block, _CLAUSE_KEYS, label, f"clause[{number}].")
        params = {k: str(v) for k, v in block.get("params", {}).items()}
        if block.get("note"):
            params["note"] = block["note"]
        clauses.append(
            Clause(clause=block["clause"], params=params, section=str(block.get("section", "")), basis="known-text")
        )
    return LicenseFact(
        id=LicenseId(license_id),
        name=table.get("name", license_id),
        summary=table.get("summary", ""),
        source=table.get("source", ""),
        terms=Terms(
            patent=Patent(
                grant=_one_of(patent.get("grant", "unknown"), Grant, f"{label}: patent.grant"),
                retaliation=Retaliation(strength=hit["strength"], effect=hit["effect"], trigger=hit.get("trigger", ""))
                if hit
                else None,
            ),
            commercial=_one_of(table.get("commercial", "unknown"), Commercial, f"{label}: commercial"),
            copyleft=_one_of(table.get("copyleft", "none"), Copyleft, f"{label}: copyleft"),
            clauses=tuple(clauses),
        ),
        patent_from=patent.get("from", ""),
        patent_scope=patent.get("scope", ""),
        patent_section=str(patent.get("section", "")),
        obligations=tuple(table.get("obligations", ())),
    )


@cache
def taxonomy() -> Mapping[str, Mapping[str, str]]:
    """Each clause id with its `title`, what it `means`, and what does `not` count. From `rules/taxonomy.toml`."""
    path = folder("rules") / "taxonomy.toml"
    try:
        document = toml.loads(path.read_bytes(), label=path.name)
    except (OSError, ValueError) as error:
        raise PolicyError(str(error)) from error
    return {block["id"]: {"not": "", **block} for block in document["clause"]}


def _one_of(value: Any, kind: Any, where: str) -> Any:
    known = kind if isinstance(kind, tuple) else get_args(kind)
    if value not in known:
        raise PolicyError(f"{where}: {value!r} is not one of {', '.join(known)}{nearest(str(value), known)}")
    return value


def _by_category(license_id: str) -> LicenseFact | None:
    """The coarse answer for a license without a fact; exceptions have none of their own."""
    from licensescan.detect.catalog import info

    known = info(license_id)
    if known is None or known.is_exception or known.category not in _CATEGORIES:
        return None
    commercial, copyleft = _CATEGORIES[known.category]
    return LicenseFact(
        id=LicenseId(license_id),
        name=known.name,
        summary=f"No fact file; ScanCode's category is {known.category!r}, which says nothing about patents.",
        source="ScanCode LicenseDB (CC-BY-4.0), category",
        category=known.category,
        basis="category",
        terms=Terms(commercial=commercial, copyleft=copyleft),
    )
