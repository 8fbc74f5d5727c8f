"""
Hold our bills of materials against the G7's minimum elements of an SBOM for
AI: twenty folders are written and scanned, and each place in the documents is
looked up.

`docs/generate.py` writes the table into `docs/ai-sbom.md`. What a folder
states was said in `docs/ai-sbom.toml` before it was scanned; a test compares.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from licensescan.base import toml
from licensescan.model.types import Report, Tool
from licensescan.pipeline import Options, scan
from licensescan.report import render

HERE = Path(__file__).resolve().parent
REVISION = "0123456789abcdef0123456789abcdef01234567"
WEIGHTS = b"\x02\0\0\0\0\0\0\0{}"
DIGEST = "5f2d2e8f1c0b9a8d7e6f5a4b3c2d1e0f" * 2
KINDS = {
    "model": "machine-learning-model",
    "data": "data",
    "library": "library",
}
TODAY = 1_700_000_000


@dataclass(frozen=True, kw_only=True)
class Element:
    """One of the minimum elements, and where a document of ours has it."""

    name: str
    title: str
    cluster: str
    answer: str
    how: str
    cyclonedx: tuple[str, ...] = ()
    spdx3: tuple[str, ...] = ()
    always: bool = False


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """A folder: what it states, and what was found in the documents."""

    what: str
    stated: frozenset[str]
    found: frozenset[str]
    found_in_spdx: frozenset[str]


@cache
def _tables() -> Mapping[str, Any]:
    path = HERE / "ai-sbom.toml"
    return toml.loads(path.read_bytes(), label=path.name)


@cache
def elements() -> tuple[Element, ...]:
    """Return the minimum elements in order."""
    return tuple(
        Element(
            **{
                key: tuple(value) if isinstance(value, list) else value
                for key, value in row.items()
            }
        )
        for row in _tables()["element"]
    )


@cache
def scanned() -> tuple[Scanned, ...]:
    """Return each folder with what its documents hold."""
    return tuple(map(_scanned, _tables()["folder"]))


def _scanned(folder: Mapping[str, Any]) -> Scanned:
    report = _report(folder)
    cyclonedx = json.loads(render("cyclonedx", report))
    graph = json.loads(render("spdx3", report))["@graph"]
    always = {element.name for element in elements() if element.always}
    return Scanned(
        what=folder["what"],
        stated=frozenset(folder["stated"]) | always,
        found=frozenset(
            element.name
            for element in elements()
            if any(_is_there(cyclonedx, p) for p in element.cyclonedx)
        ),
        found_in_spdx=frozenset(
            element.name
            for element in elements()
            if any(_is_in_graph(graph, p) for p in element.spdx3)
        ),
    )


# -- the folders --


def _report(folder: Mapping[str, Any]) -> Report:
    """Write a folder, and return the report on it."""
    with tempfile.TemporaryDirectory() as place:
        top = Path(place) / "boat"
        hub = Path(place) / "hub"
        top.mkdir()
        variables = {"HF_HUB_CACHE": str(hub), "HOME": place}
        if "cache" in folder:
            _write_cache(hub, folder)
        else:
            _write_files(top, folder)
        targets = [str(top)]
        if folder.get("project"):
            _write_project(top, folder.get("cache", ""))
            targets = []
        elif "cache" in folder:
            targets = [str(hub)]
        options = Options(
            project=str(top),
            variables=variables,
            cached=False,
            with_origins=True,
            with_texts=True,
        )
        with _standing_in(top):
            report = scan(targets, policy=None, today=_day(), options=options)
    tool = Tool(version="0", corpus="0", rules="0")
    return replace(report, tool=tool, timestamp=TODAY)


@contextmanager
def _standing_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _day() -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(TODAY, UTC).date()


def _write_files(place: Path, folder: Mapping[str, Any]) -> None:
    place.mkdir(parents=True, exist_ok=True)
    if "card" in folder:
        text = f"---\n{folder['card']}\n---\n# A boat\n"
        (place / "README.md").write_text(text)
    if "config" in folder:
        (place / "config.json").write_text(folder["config"])
    for name in folder.get("weights", ()):
        (place / name).write_bytes(WEIGHTS)


def _write_cache(hub: Path, folder: Mapping[str, Any]) -> None:
    """Write a repository as huggingface_hub keeps it: weights are links."""
    kind = folder.get("kind", "model")
    name = folder["cache"].replace("/", "--")
    top = hub / f"{kind}s--{name}"
    snapshot = top / "snapshots" / REVISION
    _write_files(snapshot, folder)
    (top / "refs").mkdir()
    (top / "refs" / "main").write_text(REVISION)
    (top / "blobs").mkdir()
    for number, weights in enumerate(folder.get("weights", ())):
        blob = top / "blobs" / f"{number:x}{DIGEST[1:]}"
        (snapshot / weights).rename(blob)
        (snapshot / weights).symlink_to(blob)


def _write_project(top: Path, model: str) -> None:
    (top / "pyproject.toml").write_text(
        '[project]\nname = "harbour"\nversion = "2.0"\n'
        'authors = [{ name = "Harbour Works" }]\ndependencies = ["rope"]\n'
    )
    (top / "uv.lock").write_text(
        'version = 1\n[[package]]\nname = "harbour"\nversion = "2.0"\n'
        'source = { virtual = "." }\ndependencies = [{ name = "rope" }]\n'
        '[[package]]\nname = "rope"\nversion = "1.0"\n'
    )
    if model:
        (top / "app.py").write_text(
            "from transformers import AutoModel\n"
            f'model = AutoModel.from_pretrained("{model}")\n'
        )


# -- places in documents --


def _is_there(document: Mapping[str, Any], place: str) -> bool:
    """
    Return True if a place holds something: a kind of component, or the
    `document`, and the keys that lead on.
    """
    start, *keys = place.split(".")
    values: list[Any] = [document]
    if start != "document":
        kind = KINDS[start]
        values = [c for c in _components(document) if c["type"] == kind]
    for key in keys:
        values = [
            inner
            for value in values
            for inner in _listed(value.get(key) if _is_table(value) else None)
        ]
    return bool(values)


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _listed(value: Any) -> list[Any]:
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed if item]


def _components(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    waiting = list(document["components"])
    for component in waiting:
        waiting += component.get("components", ())
    return waiting


def _is_in_graph(graph: list[Mapping[str, Any]], place: str) -> bool:
    kind, _, key = place.partition(".")
    return any(node["type"] == kind and node.get(key) for node in graph)


# -- the page --


def page() -> Iterator[str]:
    """Yield the rows of the page."""
    folders = scanned()
    answers = Counter(element.answer for element in elements())
    yield f"Of {len(elements())} elements {answers['yes']} are covered where a folder states them,"
    yield f"{answers['part']} in part, and {answers['no']} cannot be known from files, or are not this tool's to know."
    yield f'"Folders" counts in how many of {len(folders)} the place in CycloneDX holds something; what each of them'
    yield "states was written down before it was scanned."
    cluster = ""
    for element in elements():
        if element.cluster != cluster:
            cluster = element.cluster
            yield from (
                "",
                f"## {cluster}",
                "",
                "| element | covered | how | CycloneDX 1.6, 1.7 | SPDX 3.0.1 | folders |",
                "| --- | --- | --- | --- | --- | --- |",
            )
        count = sum(1 for f in folders if element.name in f.found)
        where = " ".join(f"`{place}`" for place in element.cyclonedx[:2])
        there = " ".join(f"`{place}`" for place in element.spdx3[:2])
        number = str(count) if element.answer != "no" else ""
        answer = _ANSWERS[element.answer]
        yield f"| {element.title} | {answer} | {element.how} | {where} | {there} | {number} |"
    yield from (
        "",
        "## The folders",
        "",
        "| folder | elements that it states | found |",
        "| --- | --- | --- |",
    )
    for folder in folders:
        both = folder.stated & folder.found
        yield f"| {folder.what} | {len(folder.stated)} | {len(both)} |"


_ANSWERS = {"yes": "yes", "part": "in part", "no": "not knowable"}
