"""One model or data set: its card, its license texts, and what the headers of its weights say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from licensescan import cards
from licensescan.model import Component, Evidence, Kind, Problem
from licensescan.reader import Files, ReadError, decode
from licensescan.sources.contents import survey
from licensescan.sources.purls import purl

WEIGHTS = re.compile(
    r"(?i)\.(?:safetensors|gguf|ggml|onnx|caffemodel|tflite|h5|keras|ckpt|pth?|params|weights|npz|msgpack|mlmodel|engine)$"
    r"|^(?:pytorch_model|adapter_model|model|diffusion_pytorch_model|consolidated)[\w.-]*\.bin$"
)
_README = re.compile(r"(?i)^(?:readme|model_?card|dataset_?card)\.(?:md|markdown)$")
_ABOUT_MODELS = re.compile(
    r"(?m)^(?:licen[cs]e(?:_name)?|base_model|library_name|pipeline_tag|model-index|model_name|caffemodel|datasets"
    r"|dataset_info|task_categories|pretty_name)[ \t]*:"
)
_ABOUT_APPS = re.compile(r"(?m)^sdk[ \t]*:")
_HEAD = 64 << 10


def card_at(names: Sequence[str]) -> str | None:
    """The card among the names in a folder."""
    return next((n for n in sorted(names) if _README.match(n)), None)


def is_card(files: Files, path: str) -> bool:
    """Whether the Markdown file at `path` begins with the front matter of a model or a data set."""
    try:
        text = decode(files.read_at(path, 0, _HEAD)).text
    except ReadError:
        return False
    front = cards.front(text)
    return front is not None and bool(_ABOUT_MODELS.search(front)) and not _ABOUT_APPS.search(front)


def component_of(
    files: Files, paths: Sequence[str], *, name: str, version: str = "", kind: Kind = "model", cached: bool = False
) -> Component:
    """
    The model or data set made of `paths`.

    `cached` says that the folder holds only what was asked for, so that a card may be missing from it and yet exist:
    its license is then unknown, not absent.
    """
    own = purl("huggingface" if cached else "generic", name.rsplit("/", 1)[-1], version, _namespace(name))
    readme = card_at([p for p in paths if "/" not in p])
    evidence, requires, problems = _card(files, readme) if readme else ([], [], [])
    rest = [p for p in paths if p != readme]
    contents = survey(files, rest, purl=own, name=name, with_natives=False, with_headers=False)
    evidence += contents.evidence
    if cached and readme is None:
        where = "its card is not cached" if paths else "nothing of it is cached"
        message = f"{name}: {where}, so its license is not known here"
        problems.append(Problem(rule="license-unknown", path=readme or "", message=message))
    return Component(
        purl=own,
        name=name,
        version=version,
        kind=kind,
        path=readme or "",
        requires=tuple(requires),
        evidence=tuple(evidence),
        parts=tuple(contents.parts),
        problems=(*problems, *contents.problems, *files.problems),
    )


def _namespace(name: str) -> str:
    return name.rpartition("/")[0]


def _card(files: Files, path: str) -> tuple[list[Evidence], list[str], list[Problem]]:
    try:
        read = files.read(path)
    except ReadError as error:
        return [], [], [error.problem]
    text = decode(read.data).text
    card = cards.front_matter(text, path)
    evidence = [*card.evidence, Evidence(kind="readme", path=path, sha256=read.sha256, text=text)]
    requires = [f"huggingface:{one}" for one in card.base_models] + [f"dataset:{one}" for one in card.datasets]
    return evidence, requires, list(card.problems)
