"""
What CycloneDX has for models and data sets: the model card, and the kind of
data. Only what a card or a file states is there; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from licensescan.model.types import Component, ModelFacts
from licensescan.report.escape import line
from licensescan.report.provenance import web_address

_MOST_INPUTS = 8


def described_as_model(
    component: Component, refs: Mapping[str, str]
) -> dict[str, Any]:
    """
    Return the fields that CycloneDX has for a model or a data set alone;
    `refs` are the names in the document by the purls without a version.
    """
    facts = component.facts or ModelFacts()
    if component.kind == "dataset":
        return {"data": [_data(component, facts)]}
    if component.kind != "model":
        return {}
    card = _card(facts, refs)
    return {"modelCard": card} if card else {}


def _data(component: Component, facts: ModelFacts) -> dict[str, Any]:
    data: dict[str, Any] = {
        "type": "dataset",
        "name": line(component.name),
    }
    address = web_address(component.provenance.homepage)
    if address:
        data["contents"] = {"url": address}
    told = (
        ("tasks", facts.task),
        ("languages", ", ".join(facts.languages)),
        ("size", facts.size),
    )
    words = "; ".join(f"{name}: {value}" for name, value in told if value)
    if words:
        data["description"] = line(words)
    return data


def _card(facts: ModelFacts, refs: Mapping[str, str]) -> dict[str, Any]:
    card: dict[str, Any] = {}
    parameters = dict(_parameters(facts, refs))
    if parameters:
        card["modelParameters"] = parameters
    if facts.measured:
        card["quantitativeAnalysis"] = {
            "performanceMetrics": [
                {
                    "type": line(figure.name),
                    "value": line(figure.value),
                    **(
                        {"slice": line(figure.dataset)}
                        if figure.dataset
                        else {}
                    ),
                }
                for figure in facts.measured
            ]
        }
    properties = [
        {"name": f"licensescan:model.{name}", "value": line(value)}
        for name, value in _properties(facts)
        if value
    ]
    if properties:
        card["properties"] = properties
    return card


def _parameters(
    facts: ModelFacts, refs: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    if facts.task:
        yield "task", line(facts.task)
    if facts.architecture:
        yield "modelArchitecture", line(facts.architecture)
    if facts.datasets:
        yield "datasets", [_dataset(name, refs) for name in facts.datasets]
    before, separator, after = facts.task.partition("-to-")
    if separator and "," not in facts.task:
        # The hub calls such a task by what goes in and what comes out.
        yield "inputs", [{"format": line(w)} for w in _formats(before)]
        yield "outputs", [{"format": line(w)} for w in _formats(after)]


def _formats(words: str) -> list[str]:
    return [word for word in words.split("-") if word][:_MOST_INPUTS]


def _dataset(name: str, refs: Mapping[str, str]) -> dict[str, str]:
    """Return a data set by its name in the document, else as it is called."""
    ref = refs.get(f"dataset:{name.lower()}")
    return {"ref": ref} if ref else {"type": "dataset", "name": line(name)}


def _properties(facts: ModelFacts) -> Iterator[tuple[str, str]]:
    """Yield what CycloneDX has no field for."""
    yield "library", facts.library
    yield "languages", ", ".join(facts.languages)
    yield "tags", ", ".join(facts.tags)
    yield "base-models", ", ".join(facts.base_models)
    for path, sha256 in facts.weights.items():
        yield f"weights.{line(path)}", sha256 or "not hashed"
