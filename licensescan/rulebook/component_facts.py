"""
What no artifact says: facts about single components, each with its source,
asked last and named as the basis.

A fact never stands in for reading: it decides only where the texts and fields
of a component leave the answer open, or where the metadata are known to be
wrong and no text is there; it adds parts that cannot be seen (code that was
linked in, weights that are downloaded), and it says what somebody should know.
`docs/components.md` has the schema.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from licensescan.base.installation import data_folder
from licensescan.base.schema import StrictTable, parse_table
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import (
    NOASSERTION,
    NONE,
    Component,
    Expression,
    ExpressionError,
    Kind,
    Problem,
    Relation,
)
from licensescan.rulebook.model_families import family_of
from licensescan.standards.requirements import specifier_contains
from licensescan.standards.spdx_expression import join_and, normalise

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
"""
The part of a Maven version that can be compared: 9.4.43 of 9.4.43.v20210629,
30.1.1 of 30.1.1-jre.
"""

_NEWEST = "main"
_KEYS = (
    "names",
    "versions",
    "license",
    "instead_of",
    "sha256",
    "says",
    "rule",
    "source",
    "part",
)
_PART_KEYS = ("name", "license", "kind", "relation", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """A part that no file shows."""

    name: str
    license: Expression
    kind: Kind
    relation: Relation
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """
    What is known of some versions of a component.

    `names` are patterns for the last piece of the purl, where the file is
    about a whole Maven group. `license` decides what is open; with
    `instead_of` it takes the place of this wrong declaration. `sha256` pins
    the fact to one of the component's texts. `says` is told under `rule`.
    `other` is a license that it may be under instead.
    """

    says: str
    source: str
    names: tuple[str, ...] = ()
    versions: str = ""
    license: Expression | None = None
    other: Expression | None = None
    instead_of: Expression | None = None
    sha256: tuple[str, ...] = ()
    rule: RuleId = RuleId.CURATED_FACT
    parts: tuple[Hidden, ...] = ()

    def is_about(self, name: str) -> bool:
        """Return True if one of the patterns fits the last piece of a purl."""
        return any(fnmatchcase(name, pattern) for pattern in self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratedFacts:
    """
    What the facts about one component come to: `license` is None where the
    component's own evidence decides; `other` is a license that it may be under
    instead.
    """

    license: Expression | None = None
    other: Expression | None = None
    parts: tuple[Hidden, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """
    What a component's own evidence came to, and the sha256 of its license
    texts.
    """

    declared: Expression
    concluded: Expression
    texts: frozenset[str]

    @property
    def is_open(self) -> bool:
        return self.concluded in (NONE, NOASSERTION)


def curated_facts(
    component: Component,
    *,
    declared: Expression,
    concluded: Expression,
    texts: Collection[str],
) -> CuratedFacts | None:
    """
    Return what is known of `component` beyond what it says; None for nearly
    all.

    `declared` and `concluded` are what its own evidence came to, `texts` the
    sha256 of its own license texts.
    """
    own = _Own(declared=declared, concluded=concluded, texts=frozenset(texts))
    answers = [
        _facts_under(purl, component, own) for purl in _purls(component)
    ]
    licenses = [answer.license for answer in answers if answer.license]
    parts = tuple(part for answer in answers for part in answer.parts)
    problems = dict.fromkeys(p for answer in answers for p in answer.problems)
    if not (licenses or parts or problems):
        return None
    # One part may stand for several projects: they are settled only together.
    is_settled = licenses and len(licenses) == len(answers)
    return CuratedFacts(
        license=join_and(*dict.fromkeys(licenses)) if is_settled else None,
        other=next((answer.other for answer in answers), None),
        parts=parts,
        problems=tuple(problems),
    )


def _facts_under(
    purl: str,
    component: Component,
    own: _Own,
) -> CuratedFacts:
    """Return what is known of `component` under one of its purls."""
    facts = [*_about(purl)]
    if purl == component.purl:
        facts += _family(component, own)
    problems = (_problem(fact, component, own) for fact in facts)
    holding = [fact for fact in facts if not _lapse(fact, own)]
    deciding = (fact for fact in holding if _decides(fact, own))
    first = next(deciding, None)
    return CuratedFacts(
        license=first.license if first else None,
        other=first.other if first else None,
        parts=tuple(part for fact in holding for part in fact.parts),
        problems=tuple(problem for problem in problems if problem),
    )


def _problem(
    fact: Fact,
    component: Component,
    own: _Own,
) -> Problem | None:
    """
    Return what a report says of a fact: its words, or that it no longer holds.
    """
    lapse = _lapse(fact, own)
    if lapse:
        return Problem(
            rule=RuleId.WAIVER_STALE,
            path=component.path,
            message=f"a curated fact about {component.name} no longer holds: {lapse} ({fact.source})",
        )
    if not fact.says:
        return None
    message = f"{fact.says} ({fact.source})"
    return Problem(rule=fact.rule, path=component.path, message=message)


def _lapse(fact: Fact, own: _Own) -> str:
    """
    Return why the fact cannot be used any more, if so: the text or the
    declaration that it is about has changed.
    """
    if fact.sha256 and own.texts and own.texts.isdisjoint(fact.sha256):
        return "the license text that it is about has changed"
    expected = (fact.instead_of, fact.license, NONE, NOASSERTION)
    if fact.instead_of and own.declared not in expected:
        return f"the metadata say {own.declared} now, and {fact.instead_of} when it was written"
    return ""


def _decides(fact: Fact, own: _Own) -> bool:
    """Return True if the license of a fact is the answer for a component."""
    if not fact.license:
        return False
    if not own.texts.isdisjoint(fact.sha256):
        return own.is_open
    if own.texts:
        return False
    is_wrong = fact.instead_of is not None and (
        own.concluded == own.declared == fact.instead_of
    )
    return own.is_open or is_wrong


def _purls(component: Component) -> list[str]:
    """
    Return the purls under which facts are looked for: the component's own, and
    the coordinates that it has as a part.
    """
    coordinates = (
        item.value
        for item in component.evidence
        if item.kind == EvidenceKind.COORDINATES
    )
    purls = dict.fromkeys((component.purl, *coordinates))
    return [
        purl for purl in purls if purl.startswith("pkg:") and "#" not in purl
    ]


def _family(component: Component, own: _Own) -> Iterator[Fact]:
    """
    Yield what is known of a model or data set by its name alone, while nothing
    at hand says it (`rules/models.toml`).
    """
    if (
        own.texts
        or not own.is_open
        or component.kind not in ("model", "dataset")
    ):
        return
    family = family_of(component.kind, component.name)
    if family:
        known = family.at(_pinned(component))
        says = f"nothing at hand says its license; {known.license} by its name"
        yield Fact(
            says=f"{says}: {known.says}" if known.says else says,
            source=family.source,
            license=known.license,
            other=known.other,
        )


def _pinned(component: Component) -> str:
    """
    Return the revision of a model that was asked for; "" for the newest, which
    a cache calls `main`.
    """
    is_newest = component.version == _NEWEST or _NEWEST in component.note
    return "" if is_newest else component.version


def _about(purl: str) -> Iterator[Fact]:
    """
    Yield the facts that mean this component in this version: from its own
    file, or from the one of its Maven group.
    """
    path, _, version = purl.removeprefix("pkg:").partition("@")
    kind, _, name = unquote(path).partition("/")
    version = _comparable(kind, unquote(version))
    group, _, last = name.rpartition("/")
    for about in (name, *_groups(group)):
        for fact in facts(kind, about):
            is_meant = fact.is_about(last) if fact.names else about == name
            if is_meant and specifier_contains(fact.versions, version):
                yield fact


def _comparable(kind: str, version: str) -> str:
    """Return the part of a version that can be compared."""
    number = _NUMBERS.match(version) if kind == "maven" else None
    return number.group() if number else version


def _groups(group: str) -> Iterator[str]:
    """
    Yield a Maven group and those it is in, the nearest first: org.apache.avro,
    org.apache.
    """
    while group:
        yield group
        group = group.rpartition(".")[0]


def facts(kind: str, about: str) -> tuple[Fact, ...]:
    """
    Return the facts of `rules/components/<kind>/<about>.toml`, `about` with
    `.` for `/`; () when there is no such file. Raises `PolicyError` for one
    that cannot be used.
    """
    name = about.lower().replace("/", ".")
    path = _files().get((kind, name))
    return read_facts(path) if path else ()


@cache
def _files() -> Mapping[tuple[str, str], Path]:
    """
    Return all files by kind and name: listing a few folders once is cheaper
    than asking for a file for each component.
    """
    top = data_folder("rules") / "components"
    paths = top.glob("*/*.toml")
    return {(path.parent.name, path.stem.lower()): path for path in paths}


@cache
def read_facts(path: Path) -> tuple[Fact, ...]:
    """
    Return the facts of one file. Raises `PolicyError`, with the file's name,
    for whatever is wrong with it.
    """
    table = parse_table(
        path.read_bytes(), f"components/{path.parent.name}/{path.name}"
    )
    table.check_keys("purl", "fact")
    purl = table.needed("purl")
    kind, _, about = purl.removeprefix("pkg:").partition("/")
    name = unquote(about).replace("/", ".")
    if (kind, name) != (path.parent.name, path.stem):
        raise table.error("purl", f"{purl} has a file of another name")
    return tuple(map(_fact, table.tables("fact")))


def _fact(block: StrictTable) -> Fact:
    block.check_keys(*_KEYS)
    fact = Fact(
        says=block.text("says"),
        source=block.needed("source"),
        names=block.strings("names"),
        versions=block.text("versions"),
        license=_license(block, "license"),
        instead_of=_license(block, "instead_of"),
        sha256=block.words("sha256"),
        rule=_rule(block),
        parts=tuple(_part(part, block) for part in block.tables("part")),
    )
    if not (fact.says or fact.license or fact.parts):
        raise block.error("says", "there must be something to say", "fact")
    try:
        specifier_contains(fact.versions, "0")
    except ValueError as error:
        raise block.error("versions", str(error), "versions") from error
    return fact


def _rule(block: StrictTable) -> RuleId:
    default = RuleId.CURATED_FACT
    return RuleId(block.one_of("rule", tuple(RuleId), default))


def _part(block: StrictTable, fact: StrictTable) -> Hidden:
    block.check_keys(*_PART_KEYS)
    license_ = _license(block, "license")
    if license_ is None:
        raise block.missing("license")
    return Hidden(
        name=block.needed("name"),
        license=license_,
        kind=block.one_of("kind", Kind, "source"),
        relation=block.one_of("relation", Relation, "static"),
        source=block.text("source") or fact.needed("source"),
    )


def _license(block: StrictTable, key: str) -> Expression | None:
    if key not in block:
        return None
    try:
        return normalise(block.text(key))
    except ExpressionError as error:
        raise block.error(key, str(error), key) from error
