"""Which parts say something that the component itself does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from licensescan.conclude.parts import _is_away, distinct, of_the_package
from licensescan.model.types import (
    NONE,
    Component,
    Conclusion,
    Evidence,
    Expression,
    Problem,
    Purl,
    Shipped,
    Terms,
)
from licensescan.rulebook.rulebook import load


def part(path: str, expression: str) -> Conclusion:
    """A part that one license file shows."""
    component = Component(
        purl=Purl("pkg:pypi/acme@1#x"),
        name="x",
        version="",
        kind="source",
        relation="vendored",
    )
    evidence = Evidence(kind="license-file", path=path, sha256="1" * 64)
    found = Expression(expression)
    return Conclusion(
        component=component,
        detected=found,
        concluded=found,
        effective=found,
        basis="license-file",
        confidence=1.0,
        terms=Terms(),
        evidence=(evidence,),
    )


@pytest.mark.parametrize(
    ("path", "own", "left"),
    [
        (
            "acme-1.dist-info/licenses/LICENSE-NC",
            "MIT OR PolyForm-Noncommercial-1.0.0",
            0,
        ),
        ("LICENSE-NC.md", "MIT OR PolyForm-Noncommercial-1.0.0", 0),
        (
            "acme/vendored/seg/LICENSE",
            "MIT OR PolyForm-Noncommercial-1.0.0",
            1,
        ),
        ("acme-1.dist-info/licenses/LICENSE-NC", "MIT", 1),
        (
            "acme-1.dist-info/licenses/LICENSE-NC",
            "MIT AND PolyForm-Noncommercial-1.0.0",
            1,
        ),
    ],
)
def test_the_text_of_a_branch_is_no_part(
    path: str, own: str, left: int
) -> None:
    found = distinct(
        [part(path, "PolyForm-Noncommercial-1.0.0")],
        Expression(own),
        frozenset(),
    )
    assert len(found) == left


@pytest.mark.parametrize(
    ("own", "left"),
    [
        ("LicenseRef-scancode-acme-sdk-2020", 0),
        ("LicenseRef-AcmeProprietary AND LicenseRef-acme-sdk", 0),
        ("LicenseRef-scancode-other-sdk-2020", 1),
        ("MIT", 1),
    ],
)
def test_a_vendors_tag_in_its_own_package_is_no_part(
    own: str, left: int
) -> None:
    tagged = replace(
        part("acme/a.py", "LicenseRef-AcmeProprietary"), basis="spdx-tag"
    )
    assert len(distinct([tagged], Expression(own), frozenset())) == left


@pytest.mark.parametrize(
    ("package", "jar", "concluded"),
    [
        ("acme1", "org.acme", "MIT"),
        ("acme-py", "acme", "MIT"),
        ("acme", "acme-native", NONE),
        ("acme", "gadget", NONE),
    ],
)
def test_the_java_half_of_a_project_is_under_the_license_of_its_package(
    package: str, jar: str, concluded: str
) -> None:
    whole = Component(
        purl=Purl(f"pkg:pypi/{package}@1"), name=package, version="1"
    )
    inner = Component(
        purl=Purl(f"pkg:pypi/{package}@1#x.jar"),
        name=jar,
        version="",
        kind="jar",
        relation="vendored",
    )
    missing = Problem(
        rule="license-missing", path="x.jar", message="no license"
    )
    mute = Conclusion(component=inner, problems=(missing,))
    (found,) = of_the_package([mute], whole, Expression("MIT"), load())
    assert (found.concluded, bool(found.problems)) == (
        concluded,
        concluded == NONE,
    )
    unread = replace(
        mute, problems=(replace(missing, rule="metadata-invalid"),)
    )
    assert of_the_package([unread], whole, Expression("MIT"), load()) == [
        unread
    ]


@pytest.mark.parametrize(
    ("name", "folders", "is_away"),
    [
        ("tools/emacs/foo.el", ("foo",), True),
        ("tools/emacs/foo.el", ("emacs",), False),
        ("src/solver/foo.c", ("foo",), False),
        ("foo.el", ("foo",), False),
        ("emacs mode in tools/emacs/foo.el", ("foo",), False),
    ],
)
def test_a_script_in_a_folder_that_is_not_shipped_is_away(
    name: str, folders: tuple[str, ...], is_away: bool
) -> None:
    """What is compiled may be inside a library, whatever is shipped."""
    assert _is_away(name, Shipped(folders=frozenset(folders))) is is_away
    assert not _is_away(name, None)
