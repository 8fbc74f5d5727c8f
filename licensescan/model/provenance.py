"""
Who made a component and where it comes from, and what a card says of a model:
as they state it themselves, and nothing of it is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """
    `supplier` is who hands a component out, `authors` are who made it;
    `homepage`, `repository` and `download` are addresses. `build` are the
    tags of the wheel that it was installed from, and `sha256` the digest of
    the archive that it came in, where something states it.
    """

    supplier: str = ""
    authors: tuple[str, ...] = ()
    homepage: str = ""
    repository: str = ""
    download: str = ""
    build: tuple[str, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A figure that a card gives for a model: what, on which data, how much."""

    name: str
    value: str
    dataset: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """
    What a card says of a model or a data set: its `task`, the `library` that
    loads it, `architecture` by its configuration, `languages` and `tags`, what
    it was made from, `size` of a data set, and what was `measured`. `weights`
    maps the files of weights to their sha256, "" where nothing states it.
    """

    task: str = ""
    library: str = ""
    architecture: str = ""
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    base_models: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    size: str = ""
    measured: tuple[Measured, ...] = ()
    weights: Mapping[str, str] = field(default_factory=dict)
