"""
What is found in a tree of files that belongs to one component, and the parts that are
made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from licensescan.collect.survey.file_roles import evidence_kind
from licensescan.model.kinds import EvidenceKind, RuleId
from licensescan.model.types import Component, Evidence, Kind, Problem, Purl, Relation
from licensescan.reader import Files, ReadError, decode

INFO = re.compile(r"^[^/]+\.(?:dist-info|egg-info)/")
"""A path in the folder of a distribution's metadata."""


@dataclass(slots=True)
class Contents:
    """
    What was found: the component's own evidence, its parts, and what could not be read.
    """

    evidence: list[Evidence] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, rule: RuleId, path: str, message: str) -> None:
        """Add what is wrong with the file at `path`."""
        self.problems.append(Problem(rule=rule, path=path, message=message))


@dataclass(frozen=True, slots=True)
class Tree:
    """
    The files that belong to one component: `paths` of `files`, of which `prefix` is the
    component's own top.
    """

    files: Files
    paths: tuple[str, ...]
    purl: Purl
    name: str
    prefix: str = ""

    def inner(self, path: str) -> str:
        """`path` below the component's own top."""
        return (
            path[len(self.prefix) :]
            if self.prefix and path.startswith(self.prefix)
            else path
        )

    def part(
        self, name: str, kind: Kind, relation: Relation, evidence: Iterable[Evidence]
    ) -> Component:
        """A part on terms of its own; it stands where its first evidence does."""
        items = tuple(evidence)
        path = items[0].path if items else ""
        return Component(
            purl=Purl(f"{self.purl}#{path}"),
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
    The text at `path` as evidence, or None when there is none; what is wrong with it is
    added to `contents`.

    `named` says that its name or the metadata make it a text of licenses, `promised`
    that the metadata do.
    """
    try:
        data = tree.files.read(path)
    except ReadError as error:
        if error.problem.rule != RuleId.EVIDENCE_MISSING or promised:
            contents.problems.append(error.problem)
        return None
    decoded = decode(data.data)
    if data.truncated and (named or not decoded.binary):
        contents.problem(
            RuleId.EVIDENCE_TRUNCATED,
            path,
            f"{data.size} bytes: only head, tail and samples were read",
        )
    if decoded.binary:
        if named:
            contents.problem(RuleId.EVIDENCE_UNREADABLE, path, "is not a text")
        return None
    if not decoded.text.strip():
        if (
            promised
            and evidence_kind(path.rsplit("/", 1)[-1]) == EvidenceKind.LICENSE_FILE
        ):
            contents.problem(
                RuleId.EVIDENCE_MISSING,
                path,
                "the metadata names this license file, and it is empty",
            )
        return Evidence(kind=kind, path=path, sha256=data.sha256, text="")
    return Evidence(kind=kind, path=path, sha256=data.sha256, text=decoded.text)
