"""
Model cards and model registries: what a README's front matter, a table of models or a flavour file says of weights.

The only module that imports PyYAML. A card is data from strangers: the safe loader builds plain values only, aliases
are refused (a few lines of them unfold to gigabytes), and nesting and size are limited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from licensescan.model import Evidence, Problem
from licensescan.reader import decode, load_json

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_FRONT_BYTES = 256 << 10
_DEPTH = 64
_NODES = 100_000
_NAMED = 3
_ENTRIES = 20_000
_OTHER = ("other", "unknown", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What one card says: `evidence` for its license, the models and data sets it builds on, and its problems."""

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
    The value of a YAML text. Raises `CardError` for aliases, for nesting beyond 64, and for what is no YAML.

    Scalars stay strings: a version `1.10` is no number, and `no` (Norwegian) is no false.
    """
    import yaml

    loader = yaml.BaseLoader(text)
    try:
        depth = 0
        for count, event in enumerate(yaml.parse(text, Loader=yaml.BaseLoader)):
            if isinstance(event, yaml.AliasEvent):
                raise CardError("an alias; a card needs none")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEPTH or count > _NODES:
                raise CardError("nested too deep or too long")
        return loader.get_single_data()
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, CardError):
            raise
        first = str(error).strip().split("\n")[0]
        raise CardError(f"no valid YAML: {first}") from error
    finally:
        loader.dispose()


def front(text: str) -> str | None:
    """The YAML at the head of a text, between its two lines of dashes; None where there is none."""
    found = _FRONT.match(text[:_FRONT_BYTES])
    return found[1] if found else None


def front_matter(text: str, path: str) -> Card:
    """
    What the YAML at the head of a model card says (huggingface.co/docs/hub/model-cards).

    A list of licenses stands for all of them. `other` is named by `license_name`; its `license_link` is kept as
    evidence of terms that live elsewhere. A front matter without any key about a license is no model card.
    """
    found = _FRONT.match(text[:_FRONT_BYTES])
    if not found:
        return Card()
    try:
        data = load_yaml(found[1])
    except CardError as error:
        if not re.search(r"(?m)^licen[cs]e", found[1]):
            return Card()
        return Card(problems=(Problem(rule="metadata-invalid", path=path, message=f"front matter: {error}"),))
    if not isinstance(data, Mapping):
        return Card()
    return card_of(data, path, first_line=2, raw=found[1])


def card_of(data: Mapping[str, Any], path: str, *, first_line: int = 1, raw: str = "") -> Card:
    """The card that a mapping with Hugging Face's keys is."""
    licenses = _words(data.get("license")) or _words(data.get("licence"))
    named = _words(data.get("license_name"))
    if named and (not licenses or all(one.lower() in _OTHER for one in licenses)):
        licenses = named
    line = first_line + raw[: max(raw.find("license"), 0)].count("\n") if raw else None
    lines = (line, line) if line else None
    evidence = [Evidence(kind="model-card", path=path, value=one, lines=lines) for one in licenses]
    if evidence:
        evidence += [Evidence(kind="link", path=path, value=link) for link in _words(data.get("license_link"))]
    return Card(
        name=" ".join(_words(data.get("model_name")) or _words(data.get("name"))[:1]),
        licenses=tuple(licenses),
        base_models=tuple(_words(data.get("base_model"))),
        datasets=tuple(_words(data.get("datasets"))),
        evidence=tuple(evidence),
    )


def registry(data: bytes, path: str) -> tuple[list[Entry], list[Problem]]:
    """
    The models that a registry lists, grouped by license: nested tables whose leaves have a `license` (Coqui's
    `.models.json`), spaCy's `meta.json` with its `sources`, an MLflow `MLmodel`. Other files give nothing.
    """
    if path.rsplit("/", 1)[-1] == "MLmodel":
        return _mlmodel(data, path)
    try:
        table = load_json(data)
    except ValueError as error:
        return [], [Problem(rule="metadata-invalid", path=path, message=f"model registry: {error}")]
    if not isinstance(table, Mapping):
        return [], []
    grouped: dict[str, list[str]] = {}
    for name, license_name in _licensed(table):
        grouped.setdefault(license_name, []).append(name)
    entries = []
    for license_name, names in sorted(grouped.items()):
        evidence = Evidence(kind="model-card", path=path, value=license_name)
        entries.append(Entry(name=_joined(names), evidence=(evidence,)))
    return entries, []


def _licensed(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every `license` in a nested table, with the keys that lead to it (or the entry's own `name`)."""
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
                yield (own if isinstance(own, str) and own else where or "model"), license_name.strip()
            inner = [(f"{where}/{key}".lstrip("/"), item) for key, item in value.items()]
            stack += [(key, item, depth + 1) for key, item in reversed(inner) if isinstance(item, Mapping | list)]
        elif isinstance(value, list):
            stack += [(where, item, depth + 1) for item in reversed(value)]


def _mlmodel(data: bytes, path: str) -> tuple[list[Entry], list[Problem]]:
    """MLflow states no license, but from which model the weights were taken."""
    try:
        table = load_yaml(decode(data).text)
    except CardError as error:
        return [], [Problem(rule="metadata-invalid", path=path, message=f"MLmodel: {error}")]
    flavors = table.get("flavors") if isinstance(table, Mapping) else None
    if not isinstance(flavors, Mapping):
        return [], []
    entries = []
    for flavor in flavors.values():
        source = flavor.get("source_model_name") if isinstance(flavor, Mapping) else None
        if isinstance(source, str) and source:
            entries.append(Entry(name=source, evidence=(Evidence(kind="link", path=path, value=source),)))
    return entries, []


def _joined(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _words(value: Any) -> list[str]:
    """A string or a list of strings, without blanks."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, list):
        return [item.strip() for item in value if isinstance(item, str) and item.strip()]
    return []
