"""Who made a component and what its card says, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from licensescan.model.types import Component, ModelFacts, Provenance, Target
from licensescan.report.escape import line


def provenance_fields(
    component: Component,
) -> dict[str, Any]:
    """Return what is known of the making of a component, without gaps."""
    told: dict[str, Any] = {}
    made = _told(_fields_of(component.provenance))
    if made:
        told["provenance"] = made
    if component.facts is not None:
        card = _told(_fields_of_card(component.facts))
        if card:
            told["model"] = card
    return told


def _fields_of(
    made: Provenance,
) -> dict[str, Any]:
    return {
        "supplier": made.supplier,
        "authors": list(made.authors),
        "homepage": made.homepage,
        "repository": made.repository,
        "download": made.download,
        "build": list(made.build),
        "sha256": made.sha256,
    }


def _fields_of_card(
    card: ModelFacts,
) -> dict[str, Any]:
    return {
        "task": card.task,
        "library": card.library,
        "architecture": card.architecture,
        "languages": list(card.languages),
        "tags": list(card.tags),
        "base_models": list(card.base_models),
        "datasets": list(card.datasets),
        "size": card.size,
        "measured": [
            {"name": m.name, "value": m.value, "dataset": m.dataset}
            for m in card.measured
        ],
        "weights": dict(card.weights),
    }


def _told(
    fields: Mapping[str, Any],
) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def digests_of(component: Component) -> list[str]:
    """
    Return the sha256 of the archive that a component came in, or of the one
    file of weights that a model is.
    """
    weights = component.facts.weights if component.facts else {}
    single = list(weights.values()) if len(weights) == 1 else []
    return [d for d in (component.provenance.sha256, *single) if d][:1]


def judged(targets: Iterable[Target]) -> Iterator[str]:
    """Yield what exactly was looked at, one target a row."""
    for target in targets:
        yield line(f"{target.kind} {target.path}")
        if target.revision:
            yield f"revision {target.revision}"
        for name, sha256 in target.digests.items():
            yield line(f"sha256 {sha256} {name}")


def web_address(
    address: str,
) -> str:
    """
    Return an address of the web as a URI, "" for any other: readers reject a
    bill of materials for one bad address in it.
    """
    plain = line(address)
    is_web = plain.startswith(("https://", "http://", "git+https://"))
    is_uri = plain.isascii() and not _NO_URI & set(plain)
    return plain if is_web and is_uri and plain == address else ""


_NO_URI = frozenset(' <>"{}|\\^`[]')
