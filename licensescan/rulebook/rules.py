"""
The rules of `rules/checks`, read strictly: a rule is a block of TOML and
nothing else.

The keys of a block are those of `Rule`, with `-` for `_`;
`docs/architecture.md` says where a new one goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

from licensescan.base.schema import StrictTable, nearest, read_table
from licensescan.model.kinds import RuleId

TERM_FIELDS = (
    "clause",
    "commercial",
    "copyleft",
    "patent.grant",
    "patent.grantback.scope",
    "patent.retaliation.strength",
)
"""What a rule may ask of terms."""

REFUSALS = ("denied", "not-allowed", "incompatible", "violated")
"""What a policy may hold against a license, beside the verdicts on rules."""

WHEN = (*TERM_FIELDS, "problem", "policy")
"""
The fields that `when` may ask of: terms, the evidence, the policy's lists.
"""

MESSAGE_FIELDS = ("clauses", "copyleft", "retaliation")
"""
What the message of a rule may hold in braces, to be filled in from terms.
"""


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
    """
    It does not hold where the terms of the whole component have all of these.
    """
    message: str = ""
    """
    What a finding says of the license, with fields in braces; else the title.
    """
    names: tuple[str, ...] = ()
    """The clauses that `{clauses}` names; `use.` means all of that group."""
    names_otherwise: tuple[str, ...] = ()
    """The clauses that it names where none of `names` is there."""
    quotes: tuple[str, ...] = ()
    """The clauses whose words are the evidence, the weightiest first."""
    refined_by: str = ""
    """
    The field of terms by which a policy may refine its verdict (`rule@value`).
    """
    only_whole: bool = False
    """
    It is asked of the component alone: said of each part, it would bury the
    rest.
    """
    per_place: bool = False
    """
    Two places are two findings, though rule, part and license are the same.
    """
    settled_by_curation: bool = False
    """A curation of the license is what answers it."""


_OF_TERMS = (
    "unless",
    "message",
    "names",
    "names-otherwise",
    "quotes",
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
    "refined-by",
    *_OF_TERMS,
)


def read_rules(path: Path) -> Iterator[Rule]:
    """
    Yield the rules of the file at `path`. Raises `PolicyError` for a missing
    or unknown key or value.
    """
    document = read_table(path)
    document.check_keys("rule")
    for block in document.tables("rule"):
        yield _rule(block, path.stem)


def _rule(block: StrictTable, topic: str) -> Rule:
    block.check_keys(*_KEYS)
    when = _when(block)
    clauses = when.get("clause", ())
    return Rule(
        id=block.needed("id"),
        title=block.needed("title"),
        when=when,
        why=block.needed("why"),
        remedy=block.needed("remedy"),
        topic=topic,
        unless=_fields(block.table("unless"), TERM_FIELDS),
        message=_message(block),
        names=block.words("names") or clauses,
        names_otherwise=block.words("names-otherwise"),
        quotes=block.words("quotes") or clauses,
        refined_by=block.one_of("refined-by", (*TERM_FIELDS, "delta"), ""),
        only_whole=block.flag("only-whole"),
        per_place=block.flag("per-place"),
        settled_by_curation=block.flag("settled-by-curation"),
    )


def _when(block: StrictTable) -> dict[str, tuple[str, ...]]:
    """
    Return what a rule asks of each field; its other keys have to go with that.
    """
    table = block.table("when")
    when = _fields(table, WHEN)
    if not when:
        raise block.missing("when")
    table.some_of("problem", tuple(RuleId))
    table.some_of("policy", REFUSALS)
    if not set(when) & set(TERM_FIELDS):
        for key in _OF_TERMS:
            if key in block:
                raise block.error(key, "is for rules that ask of terms")
    return when


def _fields(
    table: StrictTable, allowed: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    table.check_keys(*allowed)
    return {field: table.words(field) for field in table}


def _message(block: StrictTable) -> str:
    """Return the message, whose fields are those that judging can fill in."""
    text = block.text("message")
    try:
        fields = [field for _, field, _, _ in Formatter().parse(text)]
    except ValueError as error:
        raise block.error("message", str(error)) from error
    for name in fields:
        if name is not None and name not in MESSAGE_FIELDS:
            hint = nearest(name, MESSAGE_FIELDS)
            raise block.error("message", f"no field {name!r}{hint}", name)
    return text
