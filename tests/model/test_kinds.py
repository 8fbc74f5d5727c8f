"""Closed sets of words stand in enums, and the code names their members."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import licensescan
from licensescan.model.kinds import (
    ClauseBasis,
    EvidenceKind,
    Inferred,
    MatchKind,
    RuleId,
)
from licensescan.rulebook.rulebook import load

HOUSE = Path(licensescan.__file__).parent
MODULES = sorted(p for p in HOUSE.rglob("*.py") if p.name != "kinds.py")
ENUMS = (ClauseBasis, EvidenceKind, Inferred, MatchKind, RuleId)
SAMPLES = "starter_policy.py"
"""It writes a policy for people to change, in which rules are named."""

# `component.kind`, `difference.kind` and the like are literals, which mypy
# checks.
OF_KINDS = {*EvidenceKind, *MatchKind} - {"native"}
OF_BASES = {*EvidenceKind, *Inferred, *ClauseBasis} - {"link"}


def constants(path: Path) -> Iterator[ast.Constant]:
    """Strings of a module but for docstrings."""
    tree = ast.parse(path.read_bytes())
    docs = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docs:
            yield node


@pytest.mark.parametrize(
    "path", MODULES, ids=lambda p: str(p.relative_to(HOUSE))
)
def test_no_rule_id_stands_as_a_bare_string(path: Path) -> None:
    ids = {*load().rules}
    bare = [
        f"{n.lineno}: {n.value}" for n in constants(path) if n.value in ids
    ]
    assert path.name == SAMPLES or bare == []


@pytest.mark.parametrize(
    "path", MODULES, ids=lambda p: str(p.relative_to(HOUSE))
)
def test_no_kind_or_basis_is_compared_with_a_bare_string(path: Path) -> None:
    bare = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if not isinstance(node, ast.Compare) or not isinstance(
            node.left, ast.Attribute
        ):
            continue
        words = {"kind": OF_KINDS, "basis": OF_BASES}.get(
            node.left.attr, set()
        )
        strings = [n for c in node.comparators for n in ast.walk(c)]
        bare += [
            f"{n.lineno}: {n.value}"
            for n in strings
            if isinstance(n, ast.Constant) and n.value in words
        ]
    assert bare == []


@pytest.mark.parametrize("enum", ENUMS)
def test_each_member_has_a_line_of_meaning(enum: type) -> None:
    tree = ast.parse((HOUSE / "model" / "kinds.py").read_bytes())
    body = next(
        n.body
        for n in tree.body
        if isinstance(n, ast.ClassDef) and n.name == enum.__name__
    )
    for member, doc in zip(body, [*body[1:], None], strict=True):
        if isinstance(member, ast.Assign):
            assert isinstance(doc, ast.Expr), ast.unparse(member)
