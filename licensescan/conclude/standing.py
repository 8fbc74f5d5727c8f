"""
How sure it is that the terms of a component or part hold for what is shipped,
what it is in that, and of how many files.
"""

from __future__ import annotations

from dataclasses import replace

from licensescan.model.kinds import Certainty, EvidenceKind, Inferred, Role
from licensescan.model.types import Component, Conclusion, Shipped
from licensescan.rulebook.standing import (
    describes_data,
    fetched_by,
    is_beside,
    standings,
)

_NOTHING = Shipped()

_ROLES = {
    "own": Role.OWN,
    "weights": Role.WEIGHTS,
    "data": Role.DATA,
}
"""The roles of what stands by itself, by its relation; else it is imported."""

_KINDS = {"model": Role.WEIGHTS, "dataset": Role.DATA}


def with_standing(
    conclusion: Conclusion,
    whole: Component,
) -> Conclusion:
    """
    Return `conclusion` and its parts with their certainty, role and share;
    `whole` is the component that was collected.

    A whole component is there: what its fields say of it is named at least.
    """
    component = conclusion.component
    relation = _ROLES.get(component.relation, Role.IMPORTED)
    certainty = standings().certainty[conclusion.basis]
    is_sure = certainty is Certainty.SHIPPED
    return replace(
        conclusion,
        component=replace(component, shipped=None),
        certainty=Certainty.SHIPPED if is_sure else Certainty.NAMED,
        role=_KINDS.get(component.kind, relation),
        parts=tuple(
            _with_standing(part, whole.shipped) for part in conclusion.parts
        ),
    )


def _with_standing(
    part: Conclusion,
    shipped: Shipped | None,
) -> Conclusion:
    parts = tuple(_with_standing(inner, shipped) for inner in part.parts)
    return replace(
        part,
        certainty=_certainty(part, shipped or _NOTHING),
        role=_role(part, shipped),
        share=_share(part),
        parts=parts,
    )


def _certainty(
    part: Conclusion,
    shipped: Shipped,
) -> Certainty:
    if part.certainty is Certainty.TALKED_OF:
        return part.certainty
    if _is_listed(part):
        is_there = _names(part) & (shipped.compiled | shipped.folders)
        return Certainty.NAMED if is_there else Certainty.LISTED
    return standings().certainty[part.basis]


def _is_listed(part: Conclusion) -> bool:
    """Return True for what a collective text or a list says of a part."""
    if part.basis == Inferred.NONE:
        return False
    listed = standings().certainty[part.basis] is Certainty.LISTED
    return listed or _is_stanza(part)


def _is_stanza(part: Conclusion) -> bool:
    """Return True for a part that only lines of a license file show."""
    return bool(part.evidence) and all(
        item.kind == EvidenceKind.LICENSE_FILE and item.lines
        for item in part.evidence
    )


def _names(part: Conclusion) -> set[str]:
    """Return how folders and libraries of this part may be called."""
    words = part.component.name.lower().split()
    names = {word.strip("\"'(),:;") for word in words}
    libraries = {f"lib{name}" for name in names}
    return {name for name in names | libraries if len(name) > 3}


def _role(
    part: Conclusion,
    shipped: Shipped | None,
) -> Role:
    component = part.component
    if component.kind in _KINDS:
        is_there = shipped is None or shipped.weights
        bears_it = part.basis == EvidenceKind.WEIGHTS_HEADER
        role = _KINDS[component.kind]
        if is_there or bears_it:
            return role
        # A README that speaks of the data may speak of what users get.
        return Role.FETCHED
    fetched = _fetched(part, shipped)
    if fetched is not None:
        return fetched
    # What a text sets apart lies elsewhere than the text.
    place = f"{component.name}/" if _is_stanza(part) else component.path
    return Role.BESIDE if is_beside(place) else Role.BUNDLED


def _elsewhere(
    role: Role,
    shipped: Shipped | None,
) -> Role:
    """
    Return `role` for what could be fetched: where a component holds files of
    data, a word on data may be about these.
    """
    if role is Role.FETCHED_DATA and (shipped is None or shipped.data):
        return Role.FETCHED
    return role


def _fetched(
    part: Conclusion,
    shipped: Shipped | None,
) -> Role | None:
    """
    Return that a notice is about weights or data that it names, or stands in a
    file that only describes them; else None.
    """
    headers = [
        e for e in part.evidence if e.kind == EvidenceKind.SOURCE_HEADER
    ]
    if not headers or len(headers) < len(part.evidence):
        return None
    if all(describes_data(item.path) for item in headers):
        return Role.FETCHED_DATA
    roles = {fetched_by(item.value) for item in headers}
    role = roles.pop() if len(roles) == 1 else None
    return role and _elsewhere(role, shipped)


def _share(part: Conclusion) -> tuple[int, int] | None:
    """
    Return how many of the component's source files bear the part's headers.
    """
    shares = [item.share for item in part.evidence if item.share]
    if not shares:
        return None
    return sum(files for files, _ in shares), max(of for _, of in shares)
