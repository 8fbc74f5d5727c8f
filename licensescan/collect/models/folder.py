"""
One model or data set: its card, its license texts, and what the headers of its weights
say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from licensescan.classifier.names.interpret import interpret
from licensescan.collect.formats import model_card as cards
from licensescan.collect.formats import weight_headers as weights
from licensescan.collect.formats.model_card import Card
from licensescan.collect.survey.survey import survey
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import (
    NOASSERTION,
    Component,
    Evidence,
    Kind,
    Problem,
    Relation,
)
from licensescan.reader import Files, ReadError, decode
from licensescan.standards.purl import purl

WEIGHTS = re.compile(
    r"(?i)\.(?:safetensors|gguf|ggml|onnx|caffemodel|tflite|h5|keras|ckpt|pth?|params|weights|npz|msgpack|mlmodel|engine)$"
    r"|^(?:pytorch_model|adapter_model|model|diffusion_pytorch_model|consolidated)[\w.-]*\.bin$"
)
_RELATIONS: dict[Kind, Relation] = {"model": "weights", "dataset": "data"}
NOT_CACHED = "its card is not cached"
NOTHING_CACHED = "nothing of it is cached"
_README = re.compile(r"(?i)^(?:readme|model_?card|dataset_?card)\.(?:md|markdown)$")
_ABOUT_MODELS = re.compile(
    r"(?mi)^(?:licen[cs]e(?:_name)?|base_model|library_name|pipeline_tag|model-index|model_name|caffemodel|datasets"
    r"|dataset_info|task_categories|pretty_name)[ \t]*:"
)
_ABOUT_APPS = re.compile(r"(?m)^sdk[ \t]*:")
_HEAD = 1 << 20
_SIDE_BYTES = 4 << 20
_HEADERS = 16
"""Weight files whose header is read: shards of one model repeat what the first says."""


@dataclass(slots=True)
class _Found:
    """What the files of one model say together."""

    evidence: list[Evidence] = field(default_factory=list)
    base_models: list[str] = field(default_factory=list)
    datasets: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def take(self, said: Card | weights.Header) -> None:
        self.evidence += said.evidence
        self.base_models += said.base_models
        self.datasets += said.datasets
        self.problems += said.problems


def card_at(names: Sequence[str]) -> str | None:
    """The card among the names in a folder."""
    return next(
        (
            n
            for n in sorted(
                names, key=lambda n: (not n.lower().startswith("readme"), n)
            )
            if _README.match(n)
        ),
        None,
    )


def is_card(files: Files, path: str) -> bool:
    """
    Whether the Markdown file at `path` begins with the front matter of a model or a
    data set.
    """
    try:
        text = decode(files.read_at(path, 0, _HEAD)).text
    except ReadError:
        return False
    front = cards.front(text)
    if front is None:
        return bool(cards.front_matter(text, path).problems)
    return bool(_ABOUT_MODELS.search(front)) and not _ABOUT_APPS.search(front)


def component_of(
    files: Files,
    paths: Sequence[str],
    *,
    name: str,
    version: str = "",
    kind: Kind = "model",
    cached: bool = False,
    carded: bool = True,
    note: str = "",
) -> Component:
    """
    The model or data set made of `paths`.

    `cached` says that the folder holds only what was asked for, so that a card may be
    missing from it and yet exist: its license is then unknown, not absent. `carded` is
    False where it is known that there is no card.
    """
    own = purl(
        "huggingface" if cached else "generic",
        name.rsplit("/", 1)[-1],
        version,
        name.rpartition("/")[0],
    )
    top = [p for p in paths if "/" not in p]
    readme = card_at(top)
    found = _Found()
    if readme:
        _card(files, readme, found)
    for path in (p for p in paths if p.rsplit("/", 1)[-1] in cards.SIDE_FILES):
        _side(files, path, found)
    for path in [p for p in paths if weights.FORMATS.search(p)][:_HEADERS]:
        header = weights.read_header(files, path)
        known = {(e.kind, e.value) for e in found.evidence}
        found.take(
            replace(
                header,
                evidence=tuple(
                    e for e in header.evidence if (e.kind, e.value) not in known
                ),
            )
        )
    contents = survey(
        files,
        [p for p in paths if p != readme],
        purl=own,
        name=name,
        with_natives=False,
        with_headers=False,
    )
    found.evidence += contents.evidence
    if cached and carded and readme is None and not _speaks(found.evidence):
        message = f"{name}: {NOT_CACHED if paths else NOTHING_CACHED}, so its license is not known here"
        found.problems.append(
            Problem(rule=RuleId.LICENSE_UNKNOWN, path="", message=message)
        )
    found.problems += _elsewhere(found.evidence)
    return Component(
        purl=own,
        name=name,
        version=version,
        kind=kind,
        relation=_RELATIONS.get(kind, "import"),
        path=readme or (top[0] if len(top) == 1 else ""),
        requires=requirements(name, found.base_models, found.datasets),
        evidence=tuple(found.evidence),
        parts=tuple(p for p in contents.parts if not _is_own_side(p)),
        problems=(
            *dict.fromkeys((*found.problems, *contents.problems, *files.problems)),
        ),
        note=note,
    )


def requirements(
    name: str, base_models: Sequence[str], datasets: Sequence[str]
) -> tuple[str, ...]:
    """What a model builds on, as requirement lines of the graph; never itself."""
    wanted = [f"model:{one}" for one in base_models if one.lower() != name.lower()]
    return tuple(dict.fromkeys([*wanted, *(f"dataset:{one}" for one in datasets)]))


def _speaks(evidence: Sequence[Evidence]) -> bool:
    return any(
        e.kind
        in (
            EvidenceKind.MODEL_CARD,
            EvidenceKind.WEIGHTS_HEADER,
            EvidenceKind.LICENSE_FILE,
        )
        for e in evidence
    )


def _is_own_side(part: Component) -> bool:
    """A part that `survey` made of a side file which speaks for the model itself."""
    return (
        part.kind == "model" and "/" not in part.path and part.path in cards.SIDE_FILES
    )


def _elsewhere(evidence: Sequence[Evidence]) -> list[Problem]:
    """
    A card that names terms nobody knows, and leads to them by an address, without a
    text of them here.
    """
    named = [
        e
        for e in evidence
        if e.kind in (EvidenceKind.MODEL_CARD, EvidenceKind.WEIGHTS_HEADER)
    ]
    link = next(
        (e for e in evidence if e.kind == EvidenceKind.LINK and "://" in e.value), None
    )
    if link is None or any(e.kind == EvidenceKind.LICENSE_FILE for e in evidence):
        return []
    if any(interpret(e.value).expression not in (None, NOASSERTION) for e in named):
        return []
    message = f"its card names {named[0].value!r} and leads to {link.value[:200]}: that text is not here"
    return [Problem(rule=RuleId.TERMS_UNREAD, path=link.path, message=message)]


def _card(files: Files, path: str, found: _Found) -> None:
    try:
        read = files.read(path)
    except ReadError as error:
        found.problems.append(error.problem)
        return
    text = decode(read.data).text
    found.take(cards.front_matter(text, path))
    found.evidence.append(
        Evidence(kind=EvidenceKind.README, path=path, sha256=read.sha256, text=text)
    )


def _side(files: Files, path: str, found: _Found) -> None:
    try:
        said = cards.side_card(files.read(path, _SIDE_BYTES).data, path)
    except ReadError as error:
        found.problems.append(error.problem)
        return
    # What is told in a folder below is about a piece of the model (a diffusers text
    # encoder), not about it.
    found.take(said if "/" not in path else Card(problems=said.problems))
