"""
What we hold: facts, rules and profiles, read strictly from `rules/`, and put together
over a whole expression.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

from licensescan.base.installation import data_folder, data_path, table_sizes
from licensescan.base.schema import check_keys, load_table, nearest
from licensescan.model.errors import ExpressionError, PolicyError
from licensescan.model.texts import NOASSERTION, NONE, LicenseFact, Terms
from licensescan.rulebook.license_facts import Facts
from licensescan.rulebook.terms import burden, together
from licensescan.standards.spdx_expression import And, Node, Or, With, parse

if TYPE_CHECKING:
    from pathlib import Path

    from licensescan.model.types import Policy
    from licensescan.rulebook.rules import Rule


class Rulebook:
    """
    Facts, rules and profiles of one installation; `load` gives the one of this process.
    """

    def __init__(self, place: str | os.PathLike[str]) -> None:
        self._folder = os.fspath(place)
        self._terms: dict[str, Terms] = {}
        self.facts = Facts(self._folder)

    @cached_property
    def _place(self) -> Path:
        # Its import costs 6 ms, and one license's facts, which is all that a text
        # needs, do without.
        from pathlib import Path

        return Path(self._folder)

    @property
    def version(self) -> str:
        """
        Twelve hex digits that change when a rule file does: of the names and sizes of
        all, which costs 2 ms.
        """
        lines = sorted(table_sizes(self._folder))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule by its id. Raises `PolicyError` for a file that is no good."""
        from licensescan.rulebook.rules import read_rules

        rules: dict[str, Rule] = {}
        for path in sorted((self._place / "checks").glob("*.toml")):
            for rule in read_rules(path):
                if rule.id in rules:
                    raise PolicyError(
                        f"{path.name}: the rule {rule.id} is defined twice"
                    )
                rules[rule.id] = rule
        return rules

    def profiles(self) -> tuple[str, ...]:
        """The names of the shipped profiles, sorted."""
        return tuple(sorted(p.stem for p in (self._place / "profiles").glob("*.toml")))

    def profile(self, name: str) -> Policy:
        """
        The profile as a policy. Raises `PolicyError`, naming the nearest, when there is
        none of that name.
        """
        from licensescan.model.types import VERDICTS, Policy

        path = self._place / "profiles" / f"{name}.toml"
        if name not in self.profiles():
            raise PolicyError(f"no profile {name!r}{nearest(name, self.profiles())}")
        document = load_table(path)
        known = ("title", "summary", "outbound", "allow", "verdicts", "source")
        check_keys(document, known, path.name, "")
        verdicts = document.get("verdicts", {})
        for rule, verdict in verdicts.items():
            plain = rule.partition("@")[0]
            if plain not in self.rules:
                raise PolicyError(
                    f"{path.name}: verdicts.{rule}: no such rule{nearest(plain, self.rules)}"
                )
            if verdict not in (*VERDICTS, "ok"):
                raise PolicyError(
                    f"{path.name}: verdicts.{rule}: {verdict!r} is not deny, review, warn or ok"
                )
        return Policy(
            profile=name,
            verdicts=verdicts,
            outbound=document.get("outbound", ""),
            allow=tuple(document.get("allow", ())),
        )

    def profile_text(self, name: str) -> tuple[str, str]:
        """Title and summary of a profile."""
        document = load_table(self._place / "profiles" / f"{name}.toml")
        return document.get("title", name), document.get("summary", "")

    def fact(self, license_id: str) -> LicenseFact | None:
        """
        What `license_id` says, from its file or coarsely from its category; None when
        nothing is known of it.
        """
        return self.facts.of(license_id)

    def terms_of(self, expression: str) -> Terms:
        """
        The terms of a whole expression: a sum is as strict as its strictest member, a
        choice as its lightest branch.

        Unknown terms for `NOASSERTION`, `NONE` and what cannot be parsed. Never raises.
        """
        if expression not in self._terms:
            terms = Terms()
            if expression not in (NOASSERTION, NONE):
                with suppress(ExpressionError):
                    terms = self._of(parse(expression))
            self._terms[expression] = terms
        return self._terms[expression]

    def refuses(self, outbound: str, inbound: str) -> bool:
        """
        Whether work under `inbound` cannot become part of a work that is passed on
        under `outbound`.
        """
        return (
            inbound.split(" WITH ")[0] in self._compatibility.get(outbound, ())
            and " WITH " not in inbound
        )

    def conflicts(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """
        The pairs of `names` of which the first refuses the second, in one work under
        both.
        """
        given = tuple(names)
        return [
            (a, b)
            for a in given
            for b in given
            if a != b and self.refuses(a, b) and self._is_strong(a)
        ]

    def _is_strong(self, name: str) -> bool:
        return self.terms_of(name).copyleft in ("work", "network", "service")

    @cached_property
    def _compatibility(self) -> Mapping[str, tuple[str, ...]]:
        path = self._place / "compatibility.toml"
        rows = load_table(path).get("pair", ()) if path.is_file() else ()
        return {row["outbound"]: tuple(row["refuses"]) for row in rows}

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
        rider = self.fact(exception)
        if rider and rider.terms.commercial in ("conditional", "prohibited"):
            # "MIT WITH Commons Clause": what is put above a license takes rights away,
            # where an exception gives some.
            return together([terms, rider.terms])
        left = self.facts.lifts(exception)
        return replace(terms, copyleft=left) if left else terms


@cache
def load() -> Rulebook:
    """The rulebook that ships with this installation."""
    return Rulebook(data_path("rules"))


@cache
def taxonomy() -> Mapping[str, Mapping[str, str]]:
    """
    Each clause id with its `title`, what it `means`, and what does `not` count. From
    `rules/taxonomy.toml`.
    """
    document = load_table(data_folder("rules") / "taxonomy.toml")
    return {block["id"]: {"not": "", **block} for block in document["clause"]}
