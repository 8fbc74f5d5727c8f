"""
The rules of `rules/checks`, read strictly: a rule is a block of TOML and nothing else.

The keys of a block are those of `Rule`, with `-` for `_`; `docs/architecture.md` says
where a new one goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any

from licensescan.base.schema import check_keys, load_table, nearest, one_of
from licensescan.model.errors import PolicyError
from licensescan.model.kinds import RuleId

TERM_FIELDS = (
    "clause",
    "commercial",
    "copyleft",
    "patent.grant",
    "patent.retaliation.strength",
)
"""What a rule may ask of terms."""

REFUSALS = ("denied", "not-allowed", "incompatible")
"""What a policy may hold against a license, beside the verdicts on rules."""

WHEN = (*TERM_FIELDS, "problem", "policy")
"""The fields that `when` may ask of: terms, the evidence, the policy's lists."""

MESSAGE_FIELDS = ("clauses", "copyleft", "retaliation")
"""What the message of a rule may hold in braces, to be filled in from terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One question to a conclusion."""

    id: str
    title: str
    when: Mapping[str, tuple[str, ...]]
    """The fields asked of: each must have one of its values."""
    why: str
    """Why it matters."""
    remedy: str
    """What can be done."""
    topic: str = ""
    """The file it stands in."""
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """It does not hold where the terms of the whole component have all of these."""
    message: str = ""
    """What a finding says of the license, with fields in braces; else the title."""
    names: tuple[str, ...] = ()
    """The clauses that `{clauses}` names; `use.` means all of that group."""
    names_otherwise: tuple[str, ...] = ()
    """The clauses that it names where none of `names` is there."""
    quotes: tuple[str, ...] = ()
    """The clauses whose words are the evidence, the weightiest first."""
    refined_by: str = ""
    """The field of terms by which a policy may refine its verdict (`rule@value`)."""
    only_whole: bool = False
    """It is asked of the component alone: said of each part, it would bury the rest."""
    per_place: bool = False
    """Two places are two findings, though rule, part and license are the same."""
    settled_by_curation: bool = False
    """A curation of the license is what answers it."""


_OF_TERMS = (
    "unless",
    "message",
    "names",
    "names-otherwise",
    "quotes",
    "refined-by",
    "only-whole",
)
"""Keys that make sense only for a rule that asks of terms."""

_KEYS = (
    "id",
    "title",
    "when",
    "why",
    "remedy",
    "per-place",
    "settled-by-curation",
    *_OF_TERMS,
)


def read_rules(path: Path) -> Iterator[Rule]:
    """
    Yield the rules of the file at `path`.

    Raises `PolicyError` for a missing or unknown key or value, with the file, the block
    and the nearest word.
    """
    document = load_table(path)
    check_keys(document, ("rule",), path.name, "")
    for number, block in enumerate(document.get("rule", ())):
        yield _Block(block, path.name, f"rule[{number}].").rule(path.stem)


class _Block:
    """One block of a file; its errors name both."""

    def __init__(self, block: Mapping[str, Any], file: str, where: str) -> None:
        self.block = block
        self.file = file
        self.where = where

    def rule(self, topic: str) -> Rule:
        """Return the rule that the block holds."""
        check_keys(self.block, _KEYS, self.file, self.where)
        when = self.fields("when", WHEN)
        self.check(when)
        clauses = when.get("clause", ())
        return Rule(
            id=self.text("id"),
            title=self.text("title"),
            when=when,
            why=self.text("why"),
            remedy=self.text("remedy"),
            topic=topic,
            unless=self.fields("unless", TERM_FIELDS) if "unless" in self.block else {},
            message=self.message(),
            names=self.words("names") or clauses,
            names_otherwise=self.words("names-otherwise"),
            quotes=self.words("quotes") or clauses,
            refined_by=self.one_of("refined-by", TERM_FIELDS),
            only_whole=self.flag("only-whole"),
            per_place=self.flag("per-place"),
            settled_by_curation=self.flag("settled-by-curation"),
        )

    def check(self, when: Mapping[str, tuple[str, ...]]) -> None:
        """Raise `PolicyError` for a value or key that does not go with `when`."""
        for problem in when.get("problem", ()):
            one_of(problem, tuple(RuleId), f"{self.file}: {self.where}when.problem")
        for refusal in when.get("policy", ()):
            one_of(refusal, REFUSALS, f"{self.file}: {self.where}when.policy")
        if not set(when) & set(TERM_FIELDS):
            for key in self.block.keys() & set(_OF_TERMS):
                raise self.error(key, "is for rules that ask of terms")

    def text(self, key: str) -> str:
        value = self.block.get(key)
        if not value:
            raise self.error(key, "is missing")
        if not isinstance(value, str):
            raise self.error(key, "must be a string")
        return value

    def flag(self, key: str) -> bool:
        value = self.block.get(key, False)
        if not isinstance(value, bool):
            raise self.error(key, "must be true or false")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        return self.strings(key, self.block.get(key, ()))

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        value = self.block.get(key, "")
        if value:
            one_of(value, known, f"{self.file}: {self.where}{key}")
        return str(value)

    def fields(self, key: str, known: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Return the values of each field that `key` asks of."""
        table = self.block.get(key)
        if not table:
            raise self.error(key, "is missing")
        if not isinstance(table, Mapping):
            raise self.error(key, "must be a table")
        check_keys(table, known, self.file, f"{self.where}{key}.")
        return {name: self.strings(key, value) for name, value in table.items()}

    def message(self) -> str:
        """Return the message, whose fields are those that judging can fill in."""
        text = self.text("message") if "message" in self.block else ""
        try:
            pieces = list(Formatter().parse(text))
        except ValueError as error:
            raise self.error("message", str(error)) from error
        for _, name, _, _ in pieces:
            if name is not None and name not in MESSAGE_FIELDS:
                raise self.error(
                    "message", f"no field {name!r}{nearest(name, MESSAGE_FIELDS)}"
                )
        return text

    def strings(self, key: str, value: Any) -> tuple[str, ...]:
        values = (value,) if isinstance(value, str) else tuple(value)
        if not all(isinstance(item, str) for item in values):
            raise self.error(key, "must be a string or a list of strings")
        return values

    def error(self, key: str, message: str) -> PolicyError:
        return PolicyError(f"{self.file}: {self.where}{key} {message}")
