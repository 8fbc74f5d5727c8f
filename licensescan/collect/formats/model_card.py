"""
Read model cards and model registries: what a README's front matter, a table of
models or a flavour file says of weights.

The only module that imports PyYAML. A card is data from strangers: the safe
loader builds plain values only, aliases are refused (a few lines of them
unfold to gigabytes), and nesting and size are limited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from licensescan.collect.formats import card_facts, yaml_data
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Evidence, ModelFacts, Problem
from licensescan.reader import decode, load_json

_FRONT = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$",
    re.DOTALL | re.MULTILINE,
)
_KEY_LINE = re.compile(r"(?i)licen[cs]e[ \t]*:")
_LICENSE_LINE = re.compile(r"(?mi)^[\"']?licen[cs]e[\"']?[ \t]*:")
_UNENDED_LINES = 200
_UNENDED_BYTES = 16 << 10
"""As much of a text without closing dashes as is searched for a license."""

_FRONT_BYTES = 1 << 20
"""Characters in which the closing dashes are looked for."""

_WHOLE_BYTES = 64 << 10
"""
A longer front matter holds tables of results; of that only the blocks that are
used are parsed.
"""

_BLOCK = re.compile(r"(?m)^(?=[^\s#\-][^\n:]*:)")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_DEPTH = 64
"""Levels and parts of a YAML text."""

_NAMED = 3
"""Models that the name of an entry lists."""

_OTHER = ("other", "unknown", "")
_CREDIT = re.compile(
    r"(?i)\bno (?:code|data|part)s?\b[^.;]*\b(?:packaged|included|shipped|distributed)\b"
)
"""
An entry that is named in thanks alone: it says itself that nothing of it is
here.
"""

_USED = frozenset(
    "license licence license_name license_link base_model datasets model_name name".split()
)
_TELLING = ("licens", "licenc", "base_model", "datasets", "name")
"""Words of which one is in each key that is used."""


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Card:
    """
    What one card says: `evidence` for its license, the models and data sets it
    builds on, other `facts`, and its problems.
    """

    name: str = ""
    licenses: tuple[str, ...] = ()
    base_models: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()
    facts: ModelFacts | None = None


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Entry:
    """Models of a registry that stand under one license."""

    name: str
    evidence: tuple[Evidence, ...]


class CardError(ValueError):
    """Raised for a text that is no YAML, or is beyond the limits."""


def load_yaml(text: str) -> Any:
    """
    Return the value of a YAML text. Raises `CardError` for aliases, for
    nesting beyond 64, and for a text that is no YAML.

    Scalars stay strings: a version `1.10` is no number, and `no` (Norwegian)
    is no false.
    """
    try:
        return yaml_data.load_yaml(text)
    except ValueError as error:
        raise CardError(str(error)) from error


def front(text: str) -> str | None:
    """
    Return the YAML at the head of a text, between its two lines of dashes;
    None where there is none.
    """
    match = _FRONT.match(text[:_FRONT_BYTES])
    return match[1] if match else None


class _Block(NamedTuple):
    """
    A top-level key of a front matter, in lower case, and its lines as written.
    """

    key: str
    text: str


def front_matter(text: str, path: str) -> Card:
    """
    Return what the YAML at the head of a model card says
    (huggingface.co/docs/hub/model-cards).

    A list of licenses stands for all of them. `other` is named by
    `license_name`; its `license_link` is kept as evidence of terms that live
    elsewhere. A front matter without any key about a license is no model card.
    """
    raw = front(text)
    if raw is None:
        is_cut = _is_unended(text)
        return (
            _invalid("front matter: it has no end", path) if is_cut else Card()
        )
    if not _may_speak(raw):
        return Card()
    blocks = _blocks(raw)
    try:
        data = load_yaml(_used(raw, blocks))
    except CardError as error:
        is_about_license = re.search(r"(?mi)^licen[cs]e", raw)
        return (
            _invalid(f"front matter: {error}", path)
            if is_about_license
            else Card()
        )
    if not isinstance(data, Mapping):
        return Card()
    card = card_of(data, path, first_line=2, raw=raw)
    card = replace(card, facts=_facts(data, blocks))
    keys = [block.key for block in blocks if block.key in _USED]
    doubled = sorted({key for key in keys if keys.count(key) > 1})
    return _with_doubled(card, blocks, doubled, path, raw) if doubled else card


def _facts(data: Mapping[Any, Any], blocks: Sequence[_Block]) -> ModelFacts:
    """
    Return what else a card says; of a long one the blocks that were left out
    are read each by itself, so that a fault in one is a fault in that one.
    """
    stated = {str(key).strip().lower(): value for key, value in data.items()}
    for block in blocks:
        is_short = len(block.text) <= _WHOLE_BYTES
        if block.key in card_facts.KEYS - stated.keys() and is_short:
            stated |= _mapping(block.text)
    return card_facts.facts_of(stated)


def _may_speak(raw: str) -> bool:
    """
    Return False for a front matter without any key that is used, as a template
    has: PyYAML would be loaded, in 40 ms, to find nothing.
    """
    lower = raw.lower()
    return "\\" in raw or any(word in lower for word in _TELLING)


def _used(raw: str, blocks: Sequence[_Block]) -> str:
    """Return the front matter, or of a long one the blocks that are used."""
    if len(raw) <= _WHOLE_BYTES:
        return raw
    return "".join(block.text for block in blocks if block.key in _USED)


def _with_doubled(
    card: Card,
    blocks: Sequence[_Block],
    doubled: Sequence[str],
    path: str,
    raw: str,
) -> Card:
    """
    Add what each of the `doubled` keys says: YAML readers differ in which of
    two they take, so none of them can be relied on.
    """
    evidence = list(card.evidence)
    for block in blocks:
        if block.key in doubled:
            said = card_of(_mapping(block.text), path, first_line=2, raw=raw)
            evidence += said.evidence
    problem = Problem(
        rule=RuleId.METADATA_INVALID,
        path=path,
        message=f"front matter: {', '.join(doubled)} stands there twice",
    )
    return replace(
        card,
        evidence=tuple(dict.fromkeys(evidence)),
        problems=(*card.problems, problem),
    )


def is_broken(text: str) -> bool:
    """Return True for a text with a front matter that is no table."""
    raw = front(text)
    if raw is None:
        return False
    try:
        return not isinstance(load_yaml(raw), Mapping)
    except CardError:
        return True


def _is_unended(text: str) -> bool:
    """
    Return True for a text that begins like a front matter about a license
    without its closing dashes.
    """
    start = text.removeprefix("\ufeff")[:_UNENDED_BYTES]
    first, *lines = start.split("\n")[:_UNENDED_LINES]
    return first.rstrip() == "---" and any(map(_KEY_LINE.match, lines))


def _invalid(message: str, path: str) -> Card:
    return Card(problems=(_problem(message, path),))


def _problem(message: str, path: str) -> Problem:
    return Problem(
        rule=RuleId.METADATA_INVALID,
        path=path,
        message=message,
    )


def _blocks(raw: str) -> list[_Block]:
    """Cut the front matter at its top-level keys."""
    starts = [match.start() for match in _BLOCK.finditer(raw)]
    blocks = []
    for start, end in pairwise([*starts, len(raw)]):
        text = raw[start:end]
        key = text.partition(":")[0].strip(" \t\"'").lower()
        blocks.append(_Block(key, text))
    return blocks


def _mapping(block: str) -> Mapping[str, Any]:
    try:
        data = load_yaml(block)
    except CardError:
        return {}
    return data if isinstance(data, Mapping) else {}


def card_of(
    given: Mapping[str, Any],
    path: str,
    *,
    first_line: int = 1,
    raw: str = "",
) -> Card:
    """
    Return the card that a mapping with Hugging Face's keys is; the case of a
    key does not matter. `raw` is the text of the card, whose first line is
    `first_line`.
    """
    data = {str(key).strip().lower(): value for key, value in given.items()}
    stated = data.get("license", data.get("licence"))
    licenses = _words(stated)
    if all(license_.lower() in _OTHER for license_ in licenses):
        licenses = _words(data.get("license_name")) or licenses
    problems = []
    if not _is_readable(stated):
        problems.append(
            _problem("its license is neither a word nor a list", path)
        )
    links = _words(data.get("license_link"))
    return Card(
        name=" ".join(
            _words(data.get("model_name")) or _words(data.get("name"))[:1]
        ),
        licenses=tuple(licenses),
        base_models=tuple(dict.fromkeys(_words(data.get("base_model")))),
        datasets=tuple(dict.fromkeys(_words(data.get("datasets")))),
        evidence=tuple(
            _evidence(licenses, links, path, _line(raw, first_line))
        ),
        problems=tuple(problems),
    )


def _is_readable(stated: object) -> bool:
    """
    Return False for a license that is neither a word nor a list of words.
    """
    if isinstance(stated, list):
        return len(_words(stated)) == len(stated)
    return not isinstance(stated, Mapping)


def _line(raw: str, first_line: int) -> tuple[int, int] | None:
    """Return the line of the license in the text of a card."""
    match = _LICENSE_LINE.search(raw)
    if not match:
        return None
    line = first_line + raw.count("\n", 0, match.start())
    return line, line


def _evidence(
    licenses: Sequence[str],
    links: Sequence[str],
    path: str,
    lines: tuple[int, int] | None,
) -> Iterator[Evidence]:
    """
    Yield the licenses and the links to them. A list says that all of them
    apply, each to something: the strictest reading of it.
    """
    if not licenses:
        return
    yield Evidence(
        kind=EvidenceKind.MODEL_CARD,
        path=path,
        value=" and ".join(dict.fromkeys(licenses)),
        lines=lines,
    )
    for link in links:
        yield Evidence(
            kind=EvidenceKind.LINK,
            path=path,
            value=link,
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
The small files beside weights that name a license, or the model that these
weights were made from.
"""


def side_card(data: bytes, path: str) -> Card:
    """
    Return what one of `SIDE_FILES` says: PEFT's adapter_config.json, the
    `_name_or_path` that transformers and diffusers keep of the model they
    started from, MLflow's source model and card data, spaCy's meta.json.
    """
    name = path.rsplit("/", 1)[-1]
    load = _load_json if name.endswith(".json") else _load_yaml
    try:
        table = load(data)
    except ValueError as error:
        return _invalid(f"{name}: {error}", path)
    if not isinstance(table, Mapping):
        return _invalid(f"{name}: holds no table", path)
    if name == "model_card_data.yaml":
        return card_of(table, path)
    if name == "meta.json":
        # Only spaCy's: other tools have a meta.json too.
        return (
            card_of(table, path)
            if {"lang", "pipeline"} <= set(table)
            else Card()
        )
    if name == "MLmodel":
        return Card(base_models=_repositories(_source_models(table)))
    sources = [
        table.get("base_model_name_or_path"),
        table.get("_name_or_path"),
    ]
    return Card(base_models=_repositories(sources))


def _load_json(data: bytes) -> Any:
    return load_json(data)


def _load_yaml(data: bytes) -> Any:
    return load_yaml(decode(data).text)


def _source_models(table: object) -> Iterator[str]:
    """
    Yield the models that an MLflow `MLmodel` was made from, flavour by
    flavour.
    """
    flavors = table.get("flavors") if isinstance(table, Mapping) else None
    for flavor in flavors.values() if isinstance(flavors, Mapping) else ():
        source = (
            flavor.get("source_model_name")
            if isinstance(flavor, Mapping)
            else None
        )
        if isinstance(source, str) and source:
            yield source


def _repositories(values: Iterable[object]) -> tuple[str, ...]:
    """
    Return those of `values` that name a repository on the hub and not a
    folder.
    """
    names = [
        v for v in values if isinstance(v, str) and _REPOSITORY.fullmatch(v)
    ]
    return tuple(dict.fromkeys(names))


def registry(data: bytes, path: str) -> tuple[list[Entry], list[Problem]]:
    """
    Return the models that a registry lists, grouped by license: nested tables
    whose leaves have a `license` (Coqui's `.models.json`), spaCy's `meta.json`
    with its `sources`, an MLflow `MLmodel`. Other files give nothing.
    """
    if path.rsplit("/", 1)[-1] == "MLmodel":
        return _mlmodel(data, path)
    try:
        table = load_json(data)
    except ValueError as error:
        return [], [_problem(f"model registry: {error}", path)]
    if not isinstance(table, Mapping):
        return [], []
    by_license: dict[str, list[str]] = {}
    for name, license_name in _licensed(table):
        if not _CREDIT.search(license_name):
            by_license.setdefault(license_name, []).append(name)
    entries = []
    for license_name, names in sorted(by_license.items()):
        evidence = Evidence(
            kind=EvidenceKind.MODEL_CARD,
            path=path,
            value=license_name,
        )
        entries.append(Entry(name=_joined(names), evidence=(evidence,)))
    return entries, []


def licensed(data: bytes) -> list[tuple[str, str]]:
    """
    Return name and license of every entry of a registry in JSON that has one.
    Never raises.
    """
    try:
        table = load_json(data)
    except ValueError:
        return []
    return list(_licensed(table)) if isinstance(table, Mapping) else []


class _Node(NamedTuple):
    """
    A value in a nested table: the keys that lead to it, and how many they are.
    """

    keys: str
    value: Any
    depth: int

    def inner(self) -> list[_Node]:
        """Return the tables and lists directly in it, in order."""
        depth = self.depth + 1
        if isinstance(self.value, list):
            return [_Node(self.keys, item, depth) for item in self.value]
        if not isinstance(self.value, Mapping):
            return []
        return [
            _Node(f"{self.keys}/{key}".lstrip("/"), item, depth)
            for key, item in self.value.items()
            if isinstance(item, Mapping | list)
        ]


def _licensed(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """
    Yield every `license` in a nested table, after the keys that lead to it (or
    the entry's own `name`).
    """
    stack = [_Node("", table, 0)]
    while stack:
        node = stack.pop()
        stack += reversed(node.inner())
        if not isinstance(node.value, Mapping):
            continue
        license_name = node.value.get("license")
        if isinstance(license_name, str) and license_name.strip():
            name = node.value.get("name")
            if not isinstance(name, str) or not name:
                name = node.keys or "model"
            yield name, license_name.strip()


def _mlmodel(data: bytes, path: str) -> tuple[list[Entry], list[Problem]]:
    """
    Return the models that an `MLmodel` was made from: MLflow states no
    license.
    """
    try:
        table = _load_yaml(data)
    except CardError as error:
        return [], [_problem(f"MLmodel: {error}", path)]
    entries = []
    for source in _source_models(table):
        link = Evidence(
            kind=EvidenceKind.LINK,
            path=path,
            value=source,
        )
        entries.append(Entry(name=source, evidence=(link,)))
    return entries, []


def _joined(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _words(value: Any) -> list[str]:
    """Return a string or a list of strings, without blanks and empty ones."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return []
    words = (item.strip() for item in value if isinstance(item, str))
    return [word for word in words if word]
