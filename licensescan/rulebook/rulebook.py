"""
What we hold: facts, rules and profiles, read strictly from `rules/`, and put
together over a whole expression.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

from licensescan.base.installation import data_folder, data_path, table_sizes
from licensescan.base.schema import StrictTable, nearest, read_table
from licensescan.model.errors import ExpressionError, PolicyError
from licensescan.model.kinds import Adds, Certainty, Role
from licensescan.model.texts import NOASSERTION, NONE, LicenseFact, Terms
from licensescan.rulebook.license_facts import Facts
from licensescan.rulebook.terms import burden, together
from licensescan.standards.spdx_expression import And, Node, Or, With, parse

if TYPE_CHECKING:
    from pathlib import Path

    from licensescan.model.types import Limit, Policy, Ruling
    from licensescan.rulebook.compatibility import Compatibility
    from licensescan.rulebook.rules import Rule

DEFAULT_PROFILE = "distributed-product"
"""The profile where nobody names one."""


class Rulebook:
    """
    Facts, rules and profiles of one installation; `load` gives the one of this
    process. Every method that reads raises `PolicyError` for a file that
    cannot be used.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._path = os.fspath(folder)
        self._terms: dict[str, Terms] = {}
        self.facts = Facts(self._path)

    @cached_property
    def _folder(self) -> Path:
        # Its import costs 6 ms, and one license's facts, which is all that a
        # text needs, do without.
        from pathlib import Path

        return Path(self._path)

    @property
    def version(self) -> str:
        """
        Twelve hex digits that change when a rule file does: of the names and
        sizes of all, which costs 2 ms.
        """
        lines = sorted(table_sizes(self._path))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

    # -- rules and profiles --

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule by its id."""
        from licensescan.rulebook.rules import read_rules

        rules: dict[str, Rule] = {}
        for path in sorted((self._folder / "checks").glob("*.toml")):
            for rule in read_rules(path):
                if rule.id in rules:
                    message = (
                        f"{path.name}: the rule {rule.id} is defined twice"
                    )
                    raise PolicyError(message)
                rules[rule.id] = rule
        return rules

    def profiles(self) -> tuple[str, ...]:
        """Return the names of the profiles, sorted."""
        paths = (self._folder / "profiles").glob("*.toml")
        return tuple(sorted(path.stem for path in paths))

    def profile(self, name: str) -> Policy:
        """
        Return the profile as a policy. Raises `PolicyError`, naming the
        nearest, when there is none of that name.
        """
        from licensescan.model.types import Policy

        table = self._profile(name)
        return Policy(
            profile=name,
            verdicts=self.verdicts(table.table("verdicts")),
            limits=_limits(table.table("limits")),
            outbound=table.text("outbound"),
            allow=table.strings("allow"),
        )

    def profile_text(self, name: str) -> tuple[str, str]:
        """Return the title and the summary of a profile."""
        table = self._profile(name)
        return table.text("title", name), table.text("summary")

    def verdicts(self, table: StrictTable) -> dict[str, Ruling]:
        """
        Return what a profile or policy says on each rule, refined or not.
        """
        from licensescan.model.types import Ruling

        for key in table:
            rule = key.partition("@")[0]
            if rule not in self.rules:
                hint = nearest(rule, self.rules)
                raise table.error(key, f"no such rule{hint}", key)
        return {key: table.one_of(key, Ruling) for key in table}

    def _profile(self, name: str) -> StrictTable:
        if name not in self.profiles():
            raise PolicyError(
                f"no profile {name!r}{nearest(name, self.profiles())}"
            )
        table = read_table(self._folder / "profiles" / f"{name}.toml")
        table.check_keys(
            "title",
            "summary",
            "outbound",
            "allow",
            "limits",
            "verdicts",
            "source",
        )
        return table

    @cached_property
    def groups(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """
        Return the groups of licenses that a policy may name, with what their
        terms have in common.
        """
        blocks = read_table(self._folder / "groups.toml").tables("group")
        return {
            block.needed("id"): {
                field: when.words(field)
                for when in [block.table("when")]
                for field in when
            }
            for block in blocks
        }

    def is_in_group(
        self,
        expression: str,
        group: str,
    ) -> bool:
        """Return True if `expression` as a whole is of the group."""
        terms = self.terms_of(expression)
        fields = {"copyleft": terms.copyleft, "commercial": terms.commercial}
        asked = self.groups[group]
        return all(fields[field] in values for field, values in asked.items())

    # -- facts --

    def fact(self, license_id: str) -> LicenseFact | None:
        """
        Return what `license_id` says, from its file or coarsely from its
        category; None when nothing is known of it.
        """
        return self.facts.of(license_id)

    def terms_of(self, expression: str) -> Terms:
        """
        Return the terms of a whole expression: a sum is as strict as its
        strictest member, a choice as its lightest branch.

        Unknown terms for `NOASSERTION`, `NONE` and what cannot be parsed.
        Never raises.
        """
        if expression not in self._terms:
            self._terms[expression] = self._read_terms(expression)
        return self._terms[expression]

    @cached_property
    def compatibility(self) -> Compatibility:
        """Which licenses cannot be met together."""
        from licensescan.rulebook.compatibility import Compatibility

        return Compatibility(self._folder, self.fact, self.terms_of)

    def _read_terms(self, expression: str) -> Terms:
        if expression not in (NOASSERTION, NONE):
            with suppress(ExpressionError):
                return self._terms_of_node(parse(expression))
        return Terms()

    def _terms_of_node(self, node: Node) -> Terms:
        if isinstance(node, And):
            return together(map(self._terms_of_node, node.items))
        if isinstance(node, Or):
            return min(map(self._terms_of_node, node.items), key=burden)
        if isinstance(node, With):
            return self._under(
                self._terms_of_node(node.license), node.exception
            )
        fact = self.fact(node.id)
        return fact.terms if fact else Terms()

    def _under(
        self,
        terms: Terms,
        exception: str,
    ) -> Terms:
        """
        Return what is left of `terms` under an exception, or comes with a
        rider.
        """
        rider = self.fact(exception)
        if rider and rider.terms.commercial in ("conditional", "prohibited"):
            # "MIT WITH Commons Clause": what is put above a license takes
            # rights away, where an exception gives some.
            return together([terms, rider.terms])
        copyleft = self.facts.lifts(exception)
        return replace(terms, copyleft=copyleft) if copyleft else terms


def _limits(table: StrictTable) -> dict[str, Limit]:
    """
    Return the heaviest verdict that each certainty, each role and what a
    finding adds leave; a profile says it of all of them.
    """
    from licensescan.model.types import Limit

    words = (*Certainty, *Role, *Adds)
    table.check_keys(*words)
    return {str(word): table.one_of(str(word), Limit) for word in words}


@cache
def load() -> Rulebook:
    """Return the rulebook that ships with this installation."""
    return Rulebook(data_path("rules"))


@cache
def taxonomy() -> Mapping[str, Mapping[str, str]]:
    """
    Return, by the id of each clause, its `title`, what it `means`, and what
    does `not` count. From `rules/taxonomy.toml`.
    """
    blocks = read_table(data_folder("rules") / "taxonomy.toml").tables(
        "clause"
    )
    return {
        block.needed("id"): {
            "title": block.needed("title"),
            "means": block.needed("means"),
            "not": block.text("not"),
        }
        for block in blocks
    }
