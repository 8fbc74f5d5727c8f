"""
Models inside a component: cards and READMEs, registries of weights, the headers of
weights.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from licensescan.collect.survey.tree import INFO, Contents, Tree
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Evidence
from licensescan.reader import ReadError, decode

README = re.compile(
    r"(?i)(?:^|/)(readme|(?:[\w.-]+[-_])?model[-_]?card|model[-_]zoo)[^/]*\.(md|rst|txt|markdown)$|(?:^|/)readme$"
    r"|(?:^|/)model[-_]?cards?/[^/]+\.(md|markdown)$"
)
_WEIGHTS = (".gguf", ".safetensors", ".onnx", ".mlmodel")


def is_readme(path: str) -> bool:
    """
    Whether a file is a README or model card by its name; most are dismissed by the
    words that are not in it.
    """
    lower = path.lower()
    return ("readme" in lower or "model" in lower) and README.search(path) is not None


def cards(
    tree: Tree, paths: Iterable[str], home: Collection[str], contents: Contents
) -> None:
    """
    Model cards, model registries and READMEs: front matter makes a part, prose is
    evidence.

    `home` holds the folders whose READMEs speak for the component.
    """
    from licensescan.collect.formats.model_card import registry

    for path in paths:
        base = path.rsplit("/", 1)[-1]
        if is_readme(path):
            _readme(tree, path, home, contents)
        elif base in (
            ".models.json",
            "models.json",
            "model_index.json",
            "meta.json",
            "MLmodel",
        ):
            try:
                data = tree.files.read(path, 4 << 20)
            except ReadError:
                continue
            found, problems = registry(data.data, path)
            contents.problems += problems
            contents.parts += [
                tree.part(entry.name, "model", "weights", entry.evidence)
                for entry in found
            ]


def registries(tree: Tree, paths: Sequence[str], contents: Contents) -> None:
    """Weights that a package lists in its code: a part for each license."""
    from licensescan.classifier.names.interpret import interpret
    from licensescan.collect.survey.weight_registries import Listed, entries
    from licensescan.rulebook.model_families import registries_of

    for listing in registries_of(tree.name):
        if listing.files.endswith(".json"):
            continue  # read with the other cards
        grouped: dict[str, list[Listed]] = {}
        for entry in entries(tree.files, paths, listing):
            # Names that mean nothing here are one open question, not one for each.
            known = interpret(entry.license).expression
            grouped.setdefault(str(known or ""), []).append(entry)
        for _, listed in sorted(grouped.items()):
            first = {entry.license: entry for entry in reversed(listed)}
            evidence = [
                Evidence(
                    kind=EvidenceKind.MODEL_CARD,
                    path=e.path,
                    value=e.license,
                    lines=(e.line, e.line),
                )
                for e in reversed(first.values())
            ]
            more = f" and {len(listed) - 1} more" if len(listed) > 1 else ""
            contents.parts.append(
                tree.part(f"{listed[0].name}{more}", "model", "weights", evidence)
            )


def weights(tree: Tree, paths: Iterable[str], contents: Contents) -> None:
    """
    What the headers of weights say of themselves: a license is a part's, a header that
    is none a problem.
    """
    for path in paths:
        if path.endswith(_WEIGHTS):
            from licensescan.collect.formats.weight_headers import read_header

            header = read_header(tree.files, path)
            contents.problems += header.problems
            if header.evidence:
                name = header.name or path.rsplit("/", 1)[-1]
                contents.parts.append(
                    tree.part(name, "model", "weights", header.evidence)
                )


def _readme(tree: Tree, path: str, home: Collection[str], contents: Contents) -> None:
    from licensescan.collect.formats.model_card import front_matter, is_broken

    try:
        data = tree.files.read(path)
    except ReadError:
        return
    text = decode(data.data).text
    folder = tree.inner(path).rpartition("/")[0]
    beside = any(
        p.rpartition("/")[0] == path.rpartition("/")[0] and p.endswith(_WEIGHTS)
        for p in tree.paths
    )
    if beside and (not text.strip() or is_broken(text)):
        contents.problem(
            RuleId.METADATA_INVALID, path, "the card beside the weights cannot be read"
        )
    if not text:
        return
    if data.truncated:
        contents.problem(
            RuleId.EVIDENCE_TRUNCATED,
            path,
            f"{data.size} bytes: only head, tail and samples were read",
        )
    own = folder in home or INFO.match(tree.inner(path)) is not None
    if text.lstrip("\ufeff").startswith("---"):
        card = front_matter(text, path)
        contents.problems += card.problems
        if card.evidence:
            name = folder.rsplit("/", 1)[-1] or path.rsplit("/", 1)[-1]
            contents.parts.append(tree.part(name, "model", "weights", card.evidence))
    if own:
        contents.evidence.append(
            Evidence(kind=EvidenceKind.README, path=path, sha256=data.sha256, text=text)
        )
    elif re.search(r"(?i)licen[cs]|non-?commercial", text):
        contents.evidence.append(
            Evidence(
                kind=EvidenceKind.README_NESTED,
                path=path,
                sha256=data.sha256,
                text=text,
            )
        )
