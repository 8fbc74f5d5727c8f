"""
What the front matter of a card says of a model or a data set besides its
license: task, library, languages, what it was made from, what was measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from licensescan.model.provenance import Measured
from licensescan.model.types import ModelFacts

KEYS = frozenset(
    "pipeline_tag library_name language tags task_categories task_ids size_categories model-index".split()
)
_MOST = 50
"""Tags, languages and figures of one card that are kept."""

_LONGEST = 200
_MANY_LANGUAGES = 300


def facts_of(
    card: Mapping[str, Any],
) -> ModelFacts:
    """Return what a mapping with Hugging Face's keys, in lower case, says."""
    tasks = [
        *_words(card.get("pipeline_tag")),
        *_words(card.get("task_categories")),
    ]
    return ModelFacts(
        task=", ".join(tasks[:_MOST]),
        library=", ".join(_words(card.get("library_name"))[:1]),
        languages=tuple(_words(card.get("language"))[:_MANY_LANGUAGES]),
        tags=tuple(_words(card.get("tags"))[:_MOST]),
        base_models=tuple(dict.fromkeys(_words(card.get("base_model")))),
        datasets=tuple(dict.fromkeys(_words(card.get("datasets")))),
        size=", ".join(_words(card.get("size_categories"))[:_MOST]),
        measured=tuple(_measured(card.get("model-index")))[:_MOST],
    )


def _measured(
    index: Any,
) -> Iterator[Measured]:
    """Yield the figures in the results of a model index."""
    for model in _tables(index):
        for result in _tables(model.get("results")):
            dataset = _table(result.get("dataset"))
            named = _word(dataset.get("name")) or _word(dataset.get("type"))
            for metric in _tables(result.get("metrics")):
                name = _word(metric.get("name")) or _word(metric.get("type"))
                value = _word(metric.get("value"))
                if name and value:
                    yield Measured(name=name, value=value, dataset=named)


def architecture_of(
    configuration: Mapping[str, Any],
) -> str:
    """Return the architecture that a config.json names."""
    named = _words(configuration.get("architectures"))
    kind = _word(configuration.get("model_type"))
    return next(iter((*named, kind)), "")


def _tables(
    value: Any,
) -> Iterable[Mapping[str, Any]]:
    listed = value if isinstance(value, list) else ()
    return (item for item in listed if isinstance(item, Mapping))


def _table(
    value: Any,
) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _word(
    value: Any,
) -> str:
    return " ".join(value.split())[:_LONGEST] if isinstance(value, str) else ""


def _words(
    value: Any,
) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return list(filter(None, map(_word, listed)))
