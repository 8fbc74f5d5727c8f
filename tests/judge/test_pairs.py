"""Two licenses in one work: inside a component, and along requirements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from licensescan.judge.judge import judge
from licensescan.judge.pairs import Around
from licensescan.model.kinds import Certainty, EvidenceKind, Role
from licensescan.model.types import (
    Component,
    Conclusion,
    Dependency,
    Evidence,
    Expression,
    Finding,
    Policy,
    Purl,
)
from licensescan.rulebook.rulebook import load

BY = Policy(
    profile="test",
    verdicts={
        "license-incompatible": "deny",
        "license-incompatible@required": "review",
    },
)


ALONE = Around()


def package(name: str, license_: str, **more: object) -> Conclusion:
    component = Component(
        purl=Purl(f"pkg:pypi/{name}@1"),
        name=name,
        version="1",
        scope="runtime",
    )
    evidence = Evidence(
        kind=EvidenceKind.LICENSE_FILE,
        path=f"{name}/LICENSE",
        lines=(1, 9),
        expression=Expression(license_),
    )
    given = Conclusion(
        component=component,
        concluded=Expression(license_),
        terms=load().terms_of(license_),
        evidence=(evidence,),
    )
    return replace(given, **more)  # type: ignore[arg-type]


def library(path: str, license_: str, **more: object) -> Conclusion:
    component = Component(
        purl=Purl(f"pkg:pypi/demo@1#{path}"),
        name=path,
        version="",
        kind="native",
        relation="bundled",
        path=path,
    )
    evidence = Evidence(
        kind=EvidenceKind.NATIVE,
        path=path,
        expression=Expression(license_),
    )
    given = Conclusion(
        component=component,
        concluded=Expression(license_),
        terms=load().terms_of(license_),
        evidence=(evidence,),
        role=Role.BUNDLED,
    )
    return replace(given, **more)  # type: ignore[arg-type]


def found(
    *given: Conclusion, around: Around = ALONE, by: Policy = BY
) -> list[Finding]:
    return judge(given, load(), by, today=date(2027, 1, 1), around=around)[0]


def requires(source: str, target: str) -> Around:
    edge = Dependency(
        source=Purl(f"pkg:pypi/{source}@1"),
        target=Purl(f"pkg:pypi/{target}@1"),
        requirement=target,
    )
    return Around(dependencies=(edge,))


class TestInside:
    def test_gpl_and_cuda_in_one_wheel(self) -> None:
        parts = (
            library("libfoo.so.1", "GPL-3.0-only"),
            library("libcudart.so.12", "LicenseRef-NVIDIA-Proprietary"),
        )
        [finding] = found(package("demo", "MIT", parts=parts))
        assert finding.verdict == "deny"
        assert "libfoo.so.1" in finding.message
        assert "vendor" in finding.message
        assert {quote.path for quote in finding.evidence} == {
            "libfoo.so.1",
            "libcudart.so.12",
        }

    def test_a_pair_is_told_once(self) -> None:
        parts = tuple(library(f"lib{name}.so", "Apache-2.0") for name in "abc")
        whole = package("demo", "GPL-2.0-only AND Apache-2.0", parts=parts)
        assert len(found(whole)) == 1

    @pytest.mark.parametrize(
        "part",
        [
            library("bin/ffmpeg", "GPL-2.0-only"),
            library("libx.so", "GPL-2.0-only", role=Role.BESIDE),
            library("libx.so", "GPL-2.0-only", certainty=Certainty.LISTED),
            library("libx.so", "GPL-2.0-or-later"),
            library("libx.so", "LGPL-3.0-only"),
        ],
    )
    def test_what_lies_beside_it_or_fits_is_no_conflict(
        self, part: Conclusion
    ) -> None:
        assert found(package("demo", "Apache-2.0", parts=(part,))) == []


class TestRequired:
    def test_a_gpl_2_package_that_imports_an_apache_one(self) -> None:
        given = package("a", "GPL-2.0-only"), package("b", "Apache-2.0")
        [finding] = found(*given, around=requires("a", "b"))
        assert finding.verdict == "review"
        assert finding.component == "pkg:pypi/a@1"
        assert [quote.path for quote in finding.evidence] == [
            "a/LICENSE",
            "b/LICENSE",
        ]

    def test_the_other_way_round_too(self) -> None:
        given = package("a", "GPL-2.0-only"), package("b", "Apache-2.0")
        assert len(found(*given, around=requires("b", "a"))) == 1

    def test_many_of_one_license_are_one_finding(self) -> None:
        given = [package("a", "GPL-2.0-only")]
        given += [package(name, "Apache-2.0") for name in "bcdefgh"]
        edges = [requires("a", name).dependencies[0] for name in "bcdefgh"]
        [finding] = found(*given, around=Around(dependencies=tuple(edges)))
        assert "c, d, e and 3 more" in finding.message

    def test_what_fits_is_silent(self) -> None:
        given = package("a", "GPL-3.0-or-later"), package("b", "Apache-2.0")
        assert found(*given, around=requires("a", "b")) == []
        assert found(*given) == []


class TestOutbound:
    def test_a_project_under_gpl_2_and_an_apache_package(self) -> None:
        around = Around(license="GPL-2.0-only")
        [finding] = found(package("b", "Apache-2.0"), around=around)
        assert finding.verdict == "review"
        assert "in a project under GPL-2.0-only" in finding.message

    def test_the_license_of_the_project_itself_when_it_was_read(self) -> None:
        own = package("me", "AGPL-3.0-only")
        own = replace(own, component=replace(own.component, relation="own"))
        [finding] = found(own, package("b", "BUSL-1.1"))
        assert finding.component == "pkg:pypi/b@1"

    def test_a_requirement_of_the_project_is_told_once(self) -> None:
        own = package("me", "GPL-2.0-only")
        own = replace(own, component=replace(own.component, relation="own"))
        given = own, package("b", "Apache-2.0")
        [finding] = found(*given, around=requires("me", "b"))
        assert finding.component == "pkg:pypi/b@1"

    def test_a_policy_goes_before_it(self) -> None:
        around = Around(license="GPL-2.0-only")
        by = replace(BY, outbound="GPL-3.0-only")
        assert found(package("b", "Apache-2.0"), around=around, by=by) == []

    def test_an_import_under_a_permissive_project_is_no_pair(self) -> None:
        around = Around(license="MIT")
        assert found(package("b", "GPL-3.0-only"), around=around) == []

    def test_a_library_inside_what_is_passed_on(self) -> None:
        own = package("me", "MIT", parts=(library("libq.so", "GPL-3.0-only"),))
        own = replace(own, component=replace(own.component, relation="own"))
        [finding] = found(own, by=replace(BY, outbound="MIT"))
        assert "cannot be passed on under MIT" in finding.message
