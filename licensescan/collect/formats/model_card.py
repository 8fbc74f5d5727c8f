"""
Model cards and model registries: what a README's front matter, a table of models or a
flavour file says of weights.

The only module that imports PyYAML. A card is data from strangers: the safe loader
builds plain values only, aliases are refused (a few lines of them unfold to gigabytes),
and nesting and size are limited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Evidence, Problem
from licensescan.reader import decode, load_json

_FRONT = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE
)
_KEY_LINE = re.compile(r"(?i)licen[cs]e[ \t]*:")
_UNENDED_LINES = 200
_FRONT_BYTES = 1 << 20
_WHOLE_BYTES = 64 << 10
"""
A longer front matter holds tables of results; of that only the blocks that are used are
parsed.
"""

_BLOCK = re.compile(r"(?m)^(?=[^\s#\-][^\n:]*:)")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_DEPTH = 64
_NODES = 100_000
_NAMED = 3
_ENTRIES = 20_000
_OTHER = ("other", "unknown", "")
_CREDIT = re.compile(
    r"(?i)\bno (?:code|data|part)s?\b[^.;]*\b(?:packaged|included|shipped|distributed)\b"
)
"""An entry that is named in thanks alone: it says itself that nothing of it is here."""
_USED = frozenset(
    "license licence license_name license_link base_model datasets model_name name".split()
)
_TOLD = ("licens", "licenc", "base_model", "datasets", "name")
"""Words of which one is in each key that is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """
    What one card says: `evidence` for its license, the models and data sets it builds
    on, and its problems.
    """

    name: str = ""
    licenses: tuple[str, ...] = ()
    base_models: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Models of a registry that stand under one license."""

    name: str
    evidence: tuple[Evidence, ...]


class CardError(ValueError):
    """A text that is no YAML, or is beyond the limits."""


def load_yaml(text: str) -> Any:
    """
    The value of a YAML text. Raises `CardError` for aliases, for nesting beyond 64, and
    for what is no YAML.

    Scalars stay strings: a version `1.10` is no number, and `no` (Norwegian) is no
    false.
    """
    import yaml

    try:
        depth = 0
        for count, event in enumerate(yaml.parse(text, Loader=yaml.BaseLoader)):
            if isinstance(event, yaml.AliasEvent):
                raise CardError("an alias; a card needs none")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(
                event, yaml.CollectionEndEvent
            )
            if depth > _DEPTH or count > _NODES:
                raise CardError("nested too deep or too long")
        return yaml.BaseLoader(text).get_single_data()
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, CardError):
            raise
        first = str(error).strip().split("\n")[0]
        raise CardError(f"no valid YAML: {first}") from error


def front(text: str) -> str | None:
    """
    The YAML at the head of a text, between its two lines of dashes; None where there is
    none.
    """
    found = _FRONT.match(text[:_FRONT_BYTES])
    return found[1] if found else None


def front_matter(text: str, path: str) -> Card:
    """
    What the YAML at the head of a model card says
    (huggingface.co/docs/hub/model-cards).

    A list of licenses stands for all of them. `other` is named by `license_name`; its
    `license_link` is kept as evidence of terms that live elsewhere. A front matter
    without any key about a license is no model card.
    """
    raw = front(text)
    if raw is None:
        return (
            _malformed("front matter: it has no end", path)
            if _unended(text)
            else Card()
        )
    lower = raw.lower()
    if "\\" not in raw and not any(word in lower for word in _TOLD):
        return (
            Card()
        )  # as a template: PyYAML would be loaded, in 40 ms, to find nothing
    blocks = _blocks(raw)
    try:
        data = load_yaml(
            raw
            if len(raw) <= _WHOLE_BYTES
            else "".join(b for key, b in blocks if key in _USED)
        )
    except CardError as error:
        return (
            _malformed(f"front matter: {error}", path)
            if re.search(r"(?mi)^licen[cs]e", raw)
            else Card()
        )
    if not isinstance(data, Mapping):
        return Card()
    card = card_of(data, path, first_line=2, raw=raw)
    keys = [key for key, _ in blocks]
    doubled = sorted({key for key in keys if key in _USED and keys.count(key) > 1})
    if not doubled:
        return card
    # YAML readers differ in which of two they take, so none of them can be relied on.
    said = [
        card_of(_mapping(block), path, first_line=2, raw=raw)
        for key, block in blocks
        if key in doubled
    ]
    evidence = dict.fromkeys(
        (*card.evidence, *(e for one in said for e in one.evidence))
    )
    told = Problem(
        rule=RuleId.METADATA_INVALID,
        path=path,
        message=f"front matter: {', '.join(doubled)} stands there twice",
    )
    return replace(card, evidence=tuple(evidence), problems=(*card.problems, told))


def is_broken(text: str) -> bool:
    """Whether a text has a front matter that is no table."""
    raw = front(text)
    if raw is None:
        return False
    try:
        return not isinstance(load_yaml(raw), Mapping)
    except CardError:
        return True


def _unended(text: str) -> bool:
    """
    Whether a text begins like a front matter about a license, the closing dashes of
    which are missing.
    """
    first, *lines = text.removeprefix("\ufeff")[:16384].split("\n")[:_UNENDED_LINES]
    return first.rstrip() == "---" and any(_KEY_LINE.match(line) for line in lines)


def _malformed(message: str, path: str) -> Card:
    return Card(
        problems=(Problem(rule=RuleId.METADATA_INVALID, path=path, message=message),)
    )


def _blocks(raw: str) -> list[tuple[str, str]]:
    """
    The front matter cut at its top-level keys (in lower case), each with the lines
    below it.
    """
    pieces = [
        raw[a:b]
        for a, b in pairwise([*(m.start() for m in _BLOCK.finditer(raw)), len(raw)])
    ]
    return [
        (piece.partition(":")[0].strip(" \t\"'").lower(), piece) for piece in pieces
    ]


def _mapping(block: str) -> Mapping[str, Any]:
    try:
        data = load_yaml(block)
    except CardError:
        return {}
    return data if isinstance(data, Mapping) else {}


def card_of(
    given: Mapping[str, Any], path: str, *, first_line: int = 1, raw: str = ""
) -> Card:
    """
    The card that a mapping with Hugging Face's keys is; the case of a key does not
    matter.
    """
    data = {str(key).strip().lower(): value for key, value in given.items()}
    stated = data.get("license", data.get("licence"))
    licenses = _words(stated)
    named = _words(data.get("license_name"))
    if named and (not licenses or all(one.lower() in _OTHER for one in licenses)):
        licenses = named
    problems: tuple[Problem, ...] = ()
    if isinstance(stated, Mapping) or (
        isinstance(stated, list) and len(_words(stated)) < len(stated)
    ):
        problems = (
            Problem(
                rule=RuleId.METADATA_INVALID,
                path=path,
                message="its license is neither a word nor a list",
            ),
        )
    found = re.search(r"(?mi)^[\"']?licen[cs]e[\"']?[ \t]*:", raw)
    line = first_line + raw.count("\n", 0, found.start()) if found else None
    lines = (line, line) if line else None
    # A list says that all of them apply, each to something: the strictest reading of
    # it.
    evidence = [
        Evidence(
            kind=EvidenceKind.MODEL_CARD,
            path=path,
            value=" and ".join(dict.fromkeys(licenses)),
            lines=lines,
        )
    ]
    evidence = evidence if licenses else []
    if evidence:
        evidence += [
            Evidence(kind=EvidenceKind.LINK, path=path, value=link)
            for link in _words(data.get("license_link"))
        ]
    return Card(
        name=" ".join(_words(data.get("model_name")) or _words(data.get("name"))[:1]),
        licenses=tuple(licenses),
        base_models=tuple(dict.fromkeys(_words(data.get("base_model")))),
        datasets=tuple(dict.fromkeys(_words(data.get("datasets")))),
        evidence=tuple(evidence),
        problems=problems,
    )


SIDE_FILES = (
    "adapter_config.json",
    "config.json",
    "model_index.json",
    "MLmodel",
    "model_card_data.yaml",
    "meta.json",
)
"""
The small files beside weights that name a license, or the model that these weights were
made from.
"""


def side_card(data: bytes, path: str) -> Card:
    """
    What one of `SIDE_FILES` says: PEFT's adapter_config.json, the `_name_or_path` that
    transformers and diffusers keep of the model they started from, MLflow's source
    model and card data, spaCy's meta.json.
    """
    name = path.rsplit("/", 1)[-1]
    try:
        table = (
            load_json(data) if name.endswith(".json") else load_yaml(decode(data).text)
        )
    except ValueError as error:
        return _malformed(f"{name}: {error}", path)
    if not isinstance(table, Mapping):
        return _malformed(f"{name}: holds no table", path)
    if name == "model_card_data.yaml":
        return card_of(table, path)
    if name == "MLmodel":
        flavors = table.get("flavors")
        flavors = flavors.values() if isinstance(flavors, Mapping) else ()
        return Card(
            base_models=_repositories(
                f.get("source_model_name") for f in flavors if isinstance(f, Mapping)
            )
        )
    if name == "meta.json":
        # Only spaCy's: other tools have a meta.json too.
        return card_of(table, path) if {"lang", "pipeline"} <= set(table) else Card()
    return Card(
        base_models=_repositories(
            [table.get("base_model_name_or_path"), table.get("_name_or_path")]
        )
    )


def _repositories(values: Iterable[object]) -> tuple[str, ...]:
    """
    Those of `values` that name a repository on the hub and not a folder somewhere.
    """
    return tuple(
        dict.fromkeys(
            v for v in values if isinstance(v, str) and _REPOSITORY.fullmatch(v)
        )
    )


def registry(data: bytes, path: str) -> tuple[list[Entry], list[Problem]]:
    """
    The models that a registry lists, grouped by license: nested tables whose leaves
    have a `license` (Coqui's `.models.json`), spaCy's `meta.json` with its `sources`,
    an MLflow `MLmodel`. Other files give nothing.
    """
    if path.rsplit("/", 1)[-1] == "MLmodel":
        return _mlmodel(data, path)
    try:
        table = load_json(data)
    except ValueError as error:
        return [], [
            Problem(
                rule=RuleId.METADATA_INVALID,
                path=path,
                message=f"model registry: {error}",
            )
        ]
    if not isinstance(table, Mapping):
        return [], []
    grouped: dict[str, list[str]] = {}
    for name, license_name in _licensed(table):
        if _CREDIT.search(license_name):
            continue
        grouped.setdefault(license_name, []).append(name)
    entries = []
    for license_name, names in sorted(grouped.items()):
        evidence = Evidence(kind=EvidenceKind.MODEL_CARD, path=path, value=license_name)
        entries.append(Entry(name=_joined(names), evidence=(evidence,)))
    return entries, []


def licensed(data: bytes) -> list[tuple[str, str]]:
    """
    Every entry of a registry in JSON that has a license: its name and that. Never
    raises.
    """
    try:
        table = load_json(data)
    except ValueError:
        return []
    return list(_licensed(table)) if isinstance(table, Mapping) else []


def _licensed(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """
    Every `license` in a nested table, with the keys that lead to it (or the entry's own
    `name`).
    """
    stack: list[tuple[str, Any, int]] = [("", table, 0)]
    count = 0
    while stack:
        where, value, depth = stack.pop()
        count += 1
        if count > _ENTRIES or depth > _DEPTH:
            return
        if isinstance(value, Mapping):
            license_name = value.get("license")
            if isinstance(license_name, str) and license_name.strip():
                own = value.get("name")
                yield (
                    (own if isinstance(own, str) and own else where or "model"),
                    license_name.strip(),
                )
            inner = [
                (f"{where}/{key}".lstrip("/"), item) for key, item in value.items()
            ]
            stack += [
                (key, item, depth + 1)
                for key, item in reversed(inner)
                if isinstance(item, Mapping | list)
            ]
        elif isinstance(value, list):
            stack += [(where, item, depth + 1) for item in reversed(value)]


def _mlmodel(data: bytes, path: str) -> tuple[list[Entry], list[Problem]]:
    """MLflow states no license, but from which model the weights were taken."""
    try:
        table = load_yaml(decode(data).text)
    except CardError as error:
        return [], [
            Problem(
                rule=RuleId.METADATA_INVALID, path=path, message=f"MLmodel: {error}"
            )
        ]
    flavors = table.get("flavors") if isinstance(table, Mapping) else None
    if not isinstance(flavors, Mapping):
        return [], []
    entries = []
    for flavor in flavors.values():
        source = (
            flavor.get("source_model_name") if isinstance(flavor, Mapping) else None
        )
        if isinstance(source, str) and source:
            entries.append(
                Entry(
                    name=source,
                    evidence=(
                        Evidence(kind=EvidenceKind.LINK, path=path, value=source),
                    ),
                )
            )
    return entries, []


def _joined(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _words(value: Any) -> list[str]:
    """A string or a list of strings, without blanks."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, list):
        return [
            item.strip() for item in value if isinstance(item, str) and item.strip()
        ]
    return []
