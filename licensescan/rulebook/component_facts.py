"""
What no artifact says: facts about single components, each with its source, asked last
and named as the basis.

A fact never stands in for reading: it decides only where the texts and fields of a
component leave the answer open, or where the metadata are known to be wrong and no text
is there; it adds parts that cannot be seen (code that was linked in, weights that are
downloaded), and it says what somebody should know. `docs/components.md` has the schema.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args
from urllib.parse import unquote

from licensescan.base import toml
from licensescan.base.installation import data_folder
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
The part of a Maven version that can be compared: 9.4.43 of 9.4.43.v20210629, 30.1.1 of
30.1.1-jre.
"""

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

    `names` are patterns for the last piece of the purl, where the file is about a whole
    Maven group. `license` decides what is open; with `instead_of` it takes the place of
    this wrong declaration. `sha256` pins the fact to one of the component's texts.
    `says` is told under `rule`.
    """

    says: str
    source: str
    names: tuple[str, ...] = ()
    versions: str = ""
    license: Expression | None = None
    instead_of: Expression | None = None
    sha256: tuple[str, ...] = ()
    rule: RuleId = RuleId.CURATED_FACT
    parts: tuple[Hidden, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """
    What the facts about one component come to: `license` is None where the component's
    own evidence decides.
    """

    license: Expression | None = None
    parts: tuple[Hidden, ...] = ()
    problems: tuple[Problem, ...] = ()


def known(
    component: Component,
    *,
    declared: Expression,
    concluded: Expression,
    texts: Collection[str],
) -> Known | None:
    """
    What is known of `component` beyond what it says; None for nearly all.

    `declared` and `concluded` are what its own evidence came to, `texts` the sha256 of
    its own license texts.
    """
    licenses: list[Expression | None] = []
    parts: list[Hidden] = []
    problems: list[Problem] = []
    for purl in _purls(component):
        answers = []
        for fact in (
            *_about(purl),
            *(
                _family(component, concluded)
                if purl == component.purl and not texts
                else ()
            ),
        ):
            lapse = _lapse(fact, declared, texts)
            if lapse:
                message = f"a curated fact about {component.name} no longer holds: {lapse} ({fact.source})"
                problems.append(
                    Problem(
                        rule=RuleId.WAIVER_STALE, path=component.path, message=message
                    )
                )
                continue
            if fact.says:
                problems.append(
                    Problem(
                        rule=fact.rule,
                        path=component.path,
                        message=f"{fact.says} ({fact.source})",
                    )
                )
            parts += fact.parts
            if fact.license and _decides(fact, declared, concluded, texts):
                answers.append(fact.license)
        licenses.append(answers[0] if answers else None)
    found = [x for x in licenses if x]
    if not (problems or parts or found):
        return None
    # One part may stand for several projects: they are settled only together.
    whole = (
        join_and(*dict.fromkeys(found))
        if found and len(found) == len(licenses)
        else None
    )
    return Known(
        license=whole, parts=tuple(parts), problems=tuple(dict.fromkeys(problems))
    )


def _lapse(fact: Fact, declared: Expression, texts: Collection[str]) -> str:
    """
    Why the fact cannot be used any more: the text or the declaration that it is about
    has changed.
    """
    if fact.sha256 and texts and not set(fact.sha256) & set(texts):
        return "the license text that it is about has changed"
    if fact.instead_of and declared not in (
        fact.instead_of,
        fact.license,
        NONE,
        NOASSERTION,
    ):
        return f"the metadata say {declared} now, and {fact.instead_of} when it was written"
    return ""


def _decides(
    fact: Fact, declared: Expression, concluded: Expression, texts: Collection[str]
) -> bool:
    if fact.sha256 and set(fact.sha256) & set(texts):
        return concluded in (NONE, NOASSERTION)
    if texts:
        return False
    return concluded in (NONE, NOASSERTION) or (
        fact.instead_of is not None and concluded == declared == fact.instead_of
    )


def _purls(component: Component) -> list[str]:
    """
    The purls under which facts are looked for: the component's own, or the coordinates
    that it has as a part.
    """
    purls = [
        component.purl,
        *(e.value for e in component.evidence if e.kind == EvidenceKind.COORDINATES),
    ]
    return [p for p in dict.fromkeys(purls) if p.startswith("pkg:") and "#" not in p]


def _family(component: Component, concluded: Expression) -> Iterator[Fact]:
    """
    What is known of a model or data set by its name alone, while nothing at hand says
    it (`rules/models.toml`).
    """
    if (
        component.kind not in ("model", "dataset")
        or "#" in component.purl
        or concluded not in (NONE, NOASSERTION)
    ):
        return
    found = family_of(component.kind, component.name)
    if found:
        says = f"nothing at hand says its license; {found.license} by its name" + (
            f": {found.says}" if found.says else ""
        )
        yield Fact(says=says, source=found.source, license=found.license)


def _about(purl: str) -> Iterator[Fact]:
    """
    The facts that mean this component in this version: in its own file, or in the one
    of its Maven group.
    """
    place, _, version = purl.removeprefix("pkg:").partition("@")
    kind, _, rest = unquote(place).partition("/")
    group, _, name = rest.rpartition("/")
    number = _NUMBERS.match(unquote(version)) if kind == "maven" else None
    version = number.group() if number else unquote(version)
    for about in (rest, *_groups(group)):
        for fact in facts(kind, about):
            meant = (
                any(fnmatchcase(name, n) for n in fact.names)
                if fact.names
                else about == rest
            )
            if meant and specifier_contains(fact.versions, version):
                yield fact


def _groups(group: str) -> Iterator[str]:
    """
    A Maven group and those it is in, the nearest first: org.apache.avro, org.apache.
    """
    while group:
        yield group
        group = group.rpartition(".")[0]


def facts(kind: str, about: str) -> tuple[Fact, ...]:
    """
    The facts of `rules/components/<kind>/<about>.toml`, `about` with `.` for `/`; ()
    when there is no such file.

    Raises `ValueError` for a file that cannot be used.
    """
    path = _files().get((kind, about.lower().replace("/", ".")))
    return read_facts(path) if path else ()


@cache
def _files() -> Mapping[tuple[str, str], Path]:
    """
    All files by kind and name: listing a few folders once is cheaper than asking for a
    file for each component.
    """
    top = data_folder("rules") / "components"
    return (
        {(p.parent.name, p.stem.lower()): p for p in top.glob("*/*.toml")}
        if top.is_dir()
        else {}
    )


@cache
def read_facts(path: Path) -> tuple[Fact, ...]:
    """
    The facts of one file, read strictly. Raises `ValueError` with the file's name for
    whatever is wrong with it.
    """
    label = f"components/{path.parent.name}/{path.name}"
    raw = toml.loads(path.read_bytes(), label=label)
    if set(raw) != {"purl", "fact"} or not isinstance(raw["fact"], list):
        raise ValueError(f"{label}: wants `purl` and [[fact]], no more")
    kind, _, about = str(raw["purl"]).removeprefix("pkg:").partition("/")
    if (kind, unquote(about).replace("/", ".")) != (path.parent.name, path.stem):
        raise ValueError(f"{label}: is about {raw['purl']}")
    return tuple(
        _fact(row, f"{label}: fact {n}") for n, row in enumerate(raw["fact"], 1)
    )


def _fact(row: Mapping[str, Any], label: str) -> Fact:
    odd = set(row) - set(_KEYS)
    if (
        odd
        or not row.get("source")
        or not (row.get("says") or row.get("license") or row.get("part"))
    ):
        raise ValueError(
            f"{label}: {f'unknown key {min(odd)!r}' if odd else 'wants `source` and something to say'}"
        )
    specifier_contains(row.get("versions", ""), "0")
    sums = row.get("sha256", ())
    return Fact(
        says=row.get("says", ""),
        source=row["source"],
        names=tuple(row.get("names", ())),
        versions=row.get("versions", ""),
        license=_license(row.get("license"), label),
        instead_of=_license(row.get("instead_of"), label),
        sha256=(sums,) if isinstance(sums, str) else tuple(sums),
        rule=_rule(row.get("rule", RuleId.CURATED_FACT), label),
        parts=tuple(_part(p, row["source"], label) for p in row.get("part", ())),
    )


def _rule(value: object, label: str) -> RuleId:
    try:
        return RuleId(str(value))
    except ValueError as error:
        raise ValueError(f"{label}: no rule {value!r} about evidence") from error


def _part(row: Mapping[str, Any], source: str, label: str) -> Hidden:
    license_ = _license(row.get("license"), label)
    kind, relation = row.get("kind", "source"), row.get("relation", "static")
    known_words = kind in get_args(Kind) and relation in get_args(Relation)
    if (
        set(row) - set(_PART_KEYS)
        or not row.get("name")
        or license_ is None
        or not known_words
    ):
        raise ValueError(f"{label}: a part wants name, license, kind and relation")
    return Hidden(
        name=row["name"],
        license=license_,
        kind=cast("Kind", kind),
        relation=cast("Relation", relation),
        source=row.get("source", source),
    )


def _license(value: object, label: str) -> Expression | None:
    if value is None:
        return None
    try:
        return normalise(str(value))
    except ExpressionError as error:
        raise ValueError(f"{label}: {error}") from error
