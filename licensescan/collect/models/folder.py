"""
One model or data set: its card, its license texts, and what the headers of its
weights say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from licensescan.classifier.names.interpret import interpret
from licensescan.collect.formats import (
    card_facts,
    model_card,
    weight_headers,
)
from licensescan.collect.formats.model_card import Card
from licensescan.collect.models.gathered import Gathered, model_purl, unique
from licensescan.collect.survey.survey import survey
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import (
    NOASSERTION,
    Component,
    Evidence,
    Kind,
    Problem,
    Provenance,
    Relation,
)
from licensescan.reader import (
    Files,
    FolderFiles,
    ReadError,
    decode,
    load_json,
    read_whole,
)

WEIGHTS = re.compile(
    r"(?i)\.(?:safetensors|gguf|ggml|onnx|caffemodel|tflite|h5|keras|ckpt|pth?|params|weights|npz|msgpack|mlmodel|engine)$"
    r"|^(?:pytorch_model|adapter_model|model|diffusion_pytorch_model|consolidated)[\w.-]*\.bin$"
)
_RELATIONS: dict[Kind, Relation] = {"model": "weights", "dataset": "data"}
_README = re.compile(
    r"(?i)^(?:readme|model_?card|dataset_?card)\.(?:md|markdown)$"
)
_ABOUT_MODELS = re.compile(
    r"(?mi)^(?:licen[cs]e(?:_name)?|base_model|library_name|pipeline_tag|model-index|model_name|caffemodel|datasets"
    r"|dataset_info|task_categories|pretty_name)[ \t]*:"
)
_ABOUT_APPS = re.compile(r"(?m)^sdk[ \t]*:")
_HEAD_BYTES = 1 << 20
_SIDE_BYTES = 4 << 20
_STATEMENTS = (EvidenceKind.MODEL_CARD, EvidenceKind.WEIGHTS_HEADER)
"""Where a model says its license in a field."""

_ADDRESS_LENGTH = 200
_UNDECIDED = (None, NOASSERTION)


def card_at(names: Sequence[str]) -> str | None:
    """Return the card among the names in a folder, a README before others."""
    cards = sorted(filter(_README.match, names))
    readmes = [name for name in cards if name.lower().startswith("readme")]
    return next(iter(readmes or cards), None)


def is_card(files: Files, path: str) -> bool:
    """
    Return True if the Markdown file at `path` begins with the front matter of
    a model or a data set.
    """
    try:
        text = decode(files.read_at(path, 0, _HEAD_BYTES)).text
    except ReadError:
        return False
    front = model_card.front(text)
    if front is None:
        return bool(model_card.front_matter(text, path).problems)
    is_of_app = _ABOUT_APPS.search(front)
    return not is_of_app and _ABOUT_MODELS.search(front) is not None


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
    Return the model or data set made of `paths`.

    `cached` says that the folder holds only what was asked for, so that a card
    may be missing from it and yet exist: its license is then unknown, not
    absent. `carded` is False where it is known that there is no card.
    """
    own_purl = model_purl(
        "huggingface" if cached else "generic", name, version
    )
    top = [path for path in paths if "/" not in path]
    card = card_at(top)
    gathered = _gathered(files, paths, card)
    contents = survey(
        files,
        [path for path in paths if path != card],
        purl=own_purl,
        name=name,
        with_natives=False,
        with_headers=False,
    )
    gathered.evidence += contents.evidence
    if cached and carded and card is None:
        _add_missing_card(gathered, name, paths)
    gathered.problems += _unread_terms(gathered)
    single = top[0] if len(top) == 1 else ""
    return Component(
        purl=own_purl,
        name=name,
        version=version,
        kind=kind,
        relation=_RELATIONS.get(kind, "import"),
        path=card or single,
        requires=gathered.requirements(name),
        evidence=tuple(gathered.evidence),
        parts=tuple(part for part in contents.parts if not _is_of_model(part)),
        left_out=tuple(contents.left_out),
        problems=unique(gathered.problems, contents.problems, files.problems),
        note=note,
        provenance=_provenance(name, version, kind, cached=cached),
        facts=replace(
            gathered.facts,
            base_models=tuple(dict.fromkeys(gathered.base_models)),
            datasets=tuple(dict.fromkeys(gathered.datasets)),
            weights=_weights(files, paths),
        ),
    )


def _provenance(
    name: str, version: str, kind: Kind, *, cached: bool
) -> Provenance:
    """Return who is behind a repository of the hub, and where it is."""
    owner, _, _ = name.rpartition("/")
    if not cached or not owner:
        return Provenance(supplier=owner)
    above = "datasets/" if kind == "dataset" else ""
    page = f"https://huggingface.co/{above}{name}"
    return Provenance(
        supplier=owner,
        homepage=page,
        download=f"{page}/tree/{version}" if version else "",
    )


def _weights(files: Files, paths: Sequence[str]) -> dict[str, str]:
    """
    Return the files of weights with their sha256, where the cache of the hub
    calls what they lead to by it.
    """
    return {
        path: files.name_of_content(path)
        if isinstance(files, FolderFiles)
        else ""
        for path in paths
        if WEIGHTS.search(path.rpartition("/")[2])
    }


def _gathered(
    files: Files, paths: Sequence[str], card: str | None
) -> Gathered:
    """
    Return what the card, the files beside it and the headers of weights say.
    """
    gathered = Gathered()
    if card:
        _add_card(files, card, gathered)
    for path in paths:
        name = path.rpartition("/")[2]
        if name in model_card.SIDE_FILES:
            _add_side_file(files, path, gathered)
    for path in filter(weight_headers.FORMATS.search, paths):
        _add_header(files, path, gathered)
    return gathered


def _add_card(files: Files, path: str, gathered: Gathered) -> None:
    try:
        read = files.read(path)
    except ReadError as error:
        gathered.problems.append(error.problem)
        return
    text = decode(read.data).text
    said = model_card.front_matter(text, path)
    gathered.add(said)
    gathered.facts = said.facts or gathered.facts
    gathered.evidence.append(
        Evidence(
            kind=EvidenceKind.README, path=path, sha256=read.sha256, text=text
        )
    )


def _add_side_file(files: Files, path: str, gathered: Gathered) -> None:
    try:
        data = read_whole(files, path, _SIDE_BYTES)
    except ReadError as error:
        gathered.problems.append(error.problem)
        return
    card = model_card.side_card(data, path)
    if path == "config.json" and not card.problems:
        architecture = card_facts.architecture_of(load_json(data))
        gathered.facts = replace(gathered.facts, architecture=architecture)
    # What stands in a folder below is about a piece of the model (a diffusers
    # text encoder), not about it.
    is_of_piece = "/" in path
    gathered.add(Card(problems=card.problems) if is_of_piece else card)


def _add_header(files: Files, path: str, gathered: Gathered) -> None:
    """
    Add what the header of a file of weights says that was not said before.
    """
    header = weight_headers.read_header(files, path)
    known = {(item.kind, item.value) for item in gathered.evidence}
    evidence = [
        item
        for item in header.evidence
        if (item.kind, item.value) not in known
    ]
    gathered.add(replace(header, evidence=tuple(evidence)))


def _add_missing_card(
    gathered: Gathered, name: str, paths: Sequence[str]
) -> None:
    """
    Add that the card was not downloaded, unless something else says a license.
    """
    if gathered.has((*_STATEMENTS, EvidenceKind.LICENSE_FILE)):
        return
    missing = "its card is not cached" if paths else "nothing of it is cached"
    message = f"{name}: {missing}, so its license is not known here"
    gathered.add_problem(RuleId.LICENSE_UNKNOWN, "", message)


def _is_of_model(part: Component) -> bool:
    """
    Return True for a part that `survey` made of a side file which speaks for
    the model itself.
    """
    return part.kind == "model" and part.path in model_card.SIDE_FILES


def _unread_terms(gathered: Gathered) -> list[Problem]:
    """
    Return a problem for a card that names unknown terms and leads to them by
    an address, without a text of them here.
    """
    named = [
        item.value for item in gathered.evidence if item.kind in _STATEMENTS
    ]
    links = [
        item for item in gathered.evidence if item.kind == EvidenceKind.LINK
    ]
    addresses = [link for link in links if "://" in link.value]
    if not named or not addresses or gathered.has([EvidenceKind.LICENSE_FILE]):
        return []
    if any(interpret(value).expression not in _UNDECIDED for value in named):
        return []
    link = addresses[0]
    address = link.value[:_ADDRESS_LENGTH]
    message = f"its card names {named[0]!r} and leads to {address}: that text is not here"
    return [Problem(rule=RuleId.TERMS_UNREAD, path=link.path, message=message)]
