"""
Read the models inside a component: cards and READMEs, registries of weights,
the headers of weights.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from licensescan.collect.survey.file_roles import base_name
from licensescan.collect.survey.tree import INFO, Contents, Tree
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence
from licensescan.reader import MissingError, ReadError, decode, read_whole

if TYPE_CHECKING:
    from licensescan.collect.survey.weight_registries import Listed
    from licensescan.rulebook.model_families import Registry

README = re.compile(
    r"(?i)(?:^|/)(readme|(?:[\w.-]+[-_])?model[-_]?card|model[-_]zoo)[^/]*\.(md|rst|txt|markdown)$|(?:^|/)readme$"
    r"|(?:^|/)model[-_]?cards?/[^/]+\.(md|markdown)$"
)
_WEIGHTS = (".gguf", ".safetensors", ".onnx", ".mlmodel")
_LISTS = (
    ".models.json",
    "models.json",
    "model_index.json",
    "meta.json",
    "MLmodel",
)
"""Files that list models with their licenses."""

_LIST_BYTES = 4 << 20
_SPEAKS = re.compile(r"(?i)licen[cs]|non-?commercial")


def is_readme(path: str) -> bool:
    """Return True for a README or model card by its name."""
    lower = path.lower()
    # Most names are dismissed by the words that are not in them.
    if "readme" not in lower and "model" not in lower:
        return False
    return README.search(path) is not None


def cards(
    tree: Tree,
    paths: Iterable[str],
    home: Collection[str],
    contents: Contents,
) -> None:
    """
    Read model cards, lists of models and READMEs: front matter makes a part,
    prose is evidence.

    `home` holds the folders whose READMEs speak for the component.
    """
    for path in paths:
        if is_readme(path):
            _add_readme(tree, path, home, contents)
        elif base_name(path) in _LISTS:
            _add_listed(tree, path, contents)


def _add_listed(tree: Tree, path: str, contents: Contents) -> None:
    from licensescan.collect.formats.model_card import registry

    try:
        data = read_whole(tree.files, path, _LIST_BYTES)
    except ReadError as error:
        if not isinstance(error, MissingError):
            contents.problems.append(error.problem)
        return
    entries, problems = registry(data, path)
    contents.problems += problems
    contents.parts += [
        tree.part(entry.name, "model", "weights", entry.evidence)
        for entry in entries
    ]


def registries(tree: Tree, paths: Sequence[str], contents: Contents) -> None:
    """
    Read the weights that a package lists in its code: a part for each license.
    """
    from licensescan.rulebook.model_families import registries_of

    for listing in registries_of(tree.name):
        # JSON is read with the other lists of models.
        if not listing.files.endswith(".json"):
            contents.parts += _listed_in_code(tree, paths, listing)


def _listed_in_code(
    tree: Tree, paths: Sequence[str], listing: Registry
) -> list[Component]:
    from licensescan.classifier.names.interpret import interpret
    from licensescan.collect.survey.weight_registries import entries

    by_license: dict[str, list[Listed]] = {}
    for entry in entries(tree.files, paths, listing):
        # Names that mean nothing here are one open question, not one for each.
        expression = interpret(entry.license).expression
        by_license.setdefault(str(expression or ""), []).append(entry)
    return [
        _part_of(tree, by_license[license_]) for license_ in sorted(by_license)
    ]


def _part_of(tree: Tree, entries: Sequence[Listed]) -> Component:
    """
    Return one part for entries of one license; each spelling of it is
    evidence.
    """
    firsts = {entry.license: entry for entry in reversed(entries)}
    evidence = [
        Evidence(
            kind=EvidenceKind.MODEL_CARD,
            path=entry.path,
            value=entry.license,
            lines=(entry.line, entry.line),
        )
        for entry in reversed(firsts.values())
    ]
    more = f" and {len(entries) - 1} more" if len(entries) > 1 else ""
    return tree.part(f"{entries[0].name}{more}", "model", "weights", evidence)


def weights(tree: Tree, paths: Iterable[str], contents: Contents) -> None:
    """
    Read the headers of weights: a license in one makes a part, a broken header
    is a problem.
    """
    for path in paths:
        if not path.endswith(_WEIGHTS):
            continue
        from licensescan.collect.formats.weight_headers import read_header

        header = read_header(tree.files, path)
        contents.problems += header.problems
        if header.evidence:
            name = header.name or base_name(path)
            contents.parts.append(
                tree.part(name, "model", "weights", header.evidence)
            )


def _add_readme(
    tree: Tree,
    path: str,
    home: Collection[str],
    contents: Contents,
) -> None:
    from licensescan.collect.formats.model_card import is_broken

    try:
        data = tree.files.read(path)
    except ReadError:
        return
    text = decode(data.data).text
    if _is_beside_weights(tree, path) and (
        not text.strip() or is_broken(text)
    ):
        message = "the card beside the weights cannot be read"
        contents.problem(RuleId.METADATA_INVALID, path, message)
    if not text:
        return
    if data.truncated:
        contents.cut(path, data.size)
    if text.lstrip("\ufeff").startswith("---"):
        _add_card(tree, path, text, contents)
    inner = tree.inner(path)
    is_own = inner.rpartition("/")[0] in home or INFO.match(inner) is not None
    if is_own or _SPEAKS.search(text):
        evidence = Evidence(
            kind=EvidenceKind.README if is_own else EvidenceKind.README_NESTED,
            path=path,
            sha256=data.sha256,
            text=text,
        )
        contents.evidence.append(evidence)


def _is_beside_weights(tree: Tree, path: str) -> bool:
    folder = path.rpartition("/")[0]
    weights = (p for p in tree.paths if p.endswith(_WEIGHTS))
    return any(p.rpartition("/")[0] == folder for p in weights)


def _add_card(
    tree: Tree,
    path: str,
    text: str,
    contents: Contents,
) -> None:
    """Read the front matter of a card."""
    from licensescan.collect.formats.model_card import front_matter

    card = front_matter(text, path)
    contents.problems += card.problems
    if card.evidence:
        folder = tree.inner(path).rpartition("/")[0]
        name = base_name(folder) or base_name(path)
        contents.parts.append(
            tree.part(name, "model", "weights", card.evidence)
        )
