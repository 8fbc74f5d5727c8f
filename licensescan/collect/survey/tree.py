"""
Hold the files of one component, and what is found in them: evidence, parts,
problems.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from licensescan.collect.survey.file_roles import base_name, evidence_kind
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.reasons import Reason
from licensescan.model.types import (
    Component,
    Evidence,
    Kind,
    LeftOut,
    Problem,
    Purl,
    Relation,
    Shipped,
)
from licensescan.reader import Files, ReadError, decode
from licensescan.standards.purl import part_purl

INFO = re.compile(r"^[^/]+\.(?:dist-info|egg-info)/")
"""A path in the folder of a distribution's metadata."""


@dataclass(slots=True)
class Contents:
    """
    The component's own evidence, its parts, problems of files that could not
    be read, and what was left out on purpose.
    """

    evidence: list[Evidence] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    shipped: Shipped | None = None

    def leave_out(self, paths: Sequence[str], reason: Reason) -> None:
        """Take note of files that are left out, by the first of them."""
        if paths:
            number = len(paths)
            self.left_out.append(
                LeftOut(path=paths[0], reason=reason, number=number)
            )

    def cut(self, path: str, size: int) -> None:
        """Take note of a file of `size` bytes of which samples were read."""
        message = f"{size} bytes: only head, tail and samples were read"
        self.problem(RuleId.EVIDENCE_TRUNCATED, path, message)

    def problem(self, rule: RuleId, path: str, message: str) -> None:
        """Add a problem of the file at `path`."""
        self.problems.append(
            Problem(
                rule=rule,
                path=path,
                message=message,
            )
        )


@dataclass(frozen=True, slots=True)
class Tree:
    """
    The files that belong to one component: `paths` of `files`, of which
    `prefix` is the component's own top.
    """

    files: Files
    paths: tuple[str, ...]
    purl: Purl
    name: str
    prefix: str = ""

    def inner(self, path: str) -> str:
        """Return `path` below the component's own top."""
        return path.removeprefix(self.prefix)

    def part(
        self,
        name: str,
        kind: Kind,
        relation: Relation,
        evidence: Iterable[Evidence],
    ) -> Component:
        """
        Return a part on terms of its own; its path is that of its first
        evidence.
        """
        items = tuple(evidence)
        path = items[0].path if items else ""
        return Component(
            purl=part_purl(self.purl, path),
            name=name,
            version="",
            kind=kind,
            relation=relation,
            path=path,
            evidence=items,
        )


def read_text(
    tree: Tree,
    contents: Contents,
    path: str,
    kind: EvidenceKind,
    *,
    named: bool,
    promised: bool,
) -> Evidence | None:
    """
    Return the text at `path` as evidence, or None when there is none; its
    problems are added to `contents`.

    `named` is True if its name or the metadata make it a text of licenses,
    `promised` if the metadata do.
    """
    try:
        data = tree.files.read(path)
    except ReadError as error:
        if error.problem.rule != RuleId.EVIDENCE_MISSING or promised:
            contents.problems.append(error.problem)
        return None
    decoded = decode(data.data)
    if data.truncated and (named or not decoded.binary):
        contents.cut(path, data.size)
    if decoded.binary:
        if named:
            contents.problem(RuleId.EVIDENCE_UNREADABLE, path, "is not a text")
        return None
    text = decoded.text if decoded.text.strip() else ""
    is_license = evidence_kind(base_name(path)) == EvidenceKind.LICENSE_FILE
    if not text and promised and is_license:
        contents.problem(
            RuleId.EVIDENCE_MISSING,
            path,
            "the metadata names this license file, and it is empty",
        )
    return Evidence(
        kind=kind,
        path=path,
        sha256=data.sha256,
        text=text,
    )
