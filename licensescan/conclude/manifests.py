"""
What several manifests of one source tree declare: PKG-INFO, pyproject.toml,
setup.cfg and setup.py are alternatives, of which the first that names a
license decides. One that names another license contradicts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from licensescan.conclude.declared import Declared, agrees, read_declared
from licensescan.conclude.problems import short
from licensescan.conclude.vendors import is_of_family, is_proprietary
from licensescan.model.kinds import RuleId
from licensescan.model.trace import SILENT, Trace
from licensescan.model.types import NOASSERTION, NONE, Evidence, Problem
from licensescan.standards.spdx_expression import licenses

_MANIFESTS = ("PKG-INFO", "pyproject.toml", "setup.cfg", "setup.py")
_OPEN = (NONE, NOASSERTION)


def declared_by(
    evidence: Sequence[Evidence], trace: Trace[Evidence] = SILENT
) -> Declared:
    """
    Return what the metadata among `evidence` declares, with a problem for each
    manifest that names another license than the one that decides.
    """
    manifests = _by_manifest(evidence)
    if len(manifests) < 2:
        return read_declared(evidence, trace)
    deciding = _deciding(manifests)
    others = [items for path, items in manifests.items() if path != deciding]
    aside = {id(item) for items in others for item in items}
    declared = read_declared(
        [e for e in evidence if id(e) not in aside], trace
    )
    for items in others:
        declared = _with_other(declared, read_declared(items, trace), deciding)
    return declared


def _by_manifest(evidence: Sequence[Evidence]) -> dict[str, list[Evidence]]:
    """Return the fields of each manifest of Python, by its path."""
    manifests: dict[str, list[Evidence]] = {}
    for item in evidence:
        if item.value and item.path.rpartition("/")[2] in _MANIFESTS:
            manifests.setdefault(item.path, []).append(item)
    return manifests


def _deciding(manifests: dict[str, list[Evidence]]) -> str:
    """Return the path of the first manifest that names a license."""
    paths = list(manifests)
    naming = (
        path
        for path, items in manifests.items()
        if read_declared(items).expression not in _OPEN
    )
    return next(naming, paths[0])


def _with_other(declared: Declared, other: Declared, path: str) -> Declared:
    """
    Return what is declared with what another manifest than the one at `path`
    says; one that names no license adds its pasted texts alone.
    """
    known = {item.text for item in declared.pasted}
    pasted = [item for item in other.pasted if item.text not in known]
    return replace(
        declared,
        evidence=(*declared.evidence, *other.evidence),
        pasted=(*declared.pasted, *pasted),
        problems=(
            *declared.problems,
            *other.problems,
            *_contradictions(declared, other, path),
        ),
    )


def _contradictions(
    declared: Declared, other: Declared, path: str
) -> Iterator[Problem]:
    said, says = declared.expression, other.expression
    if said in _OPEN or not other.evidence:
        return
    fields = other.evidence[0].path
    before = f"{path.rpartition('/')[2]} declares {said}"
    is_another = says not in _OPEN and not agrees(said, says)
    withholds = other.restricted and not any(
        map(is_proprietary, licenses(said))
    )
    otherwise = str(says) if is_another else ""
    if withholds and not is_another:
        otherwise = repr(short(other.restricted))
    elif (
        other.family and says in _OPEN and not is_of_family(said, other.family)
    ):
        otherwise = other.family
    if otherwise:
        yield Problem(
            rule=RuleId.LICENSE_MISMATCH,
            path=fields,
            message=f"{before}; {fields.rpartition('/')[2]} says {otherwise}",
            readings=(said, says) if is_another else (),
        )
