"""Which licenses cannot be met together, by three lists and by what they say."""

from __future__ import annotations

import pytest

from licensescan.rulebook.rulebook import load

COMPATIBILITY = load().compatibility

CLASHES = (
    ("GPL-2.0-only AND OpenSSL", "advertising"),
    ("GPL-3.0-or-later AND OpenSSL", "advertising"),
    ("AGPL-3.0-only AND CDDL-1.0", "its own files"),
    ("GPL-2.0-or-later AND CDDL-1.1", "its own files"),
    ("GPL-3.0-only AND EPL-2.0", "its own files"),
    ("GPL-3.0-only AND BSD-4-Clause", "advertising"),
    ("GPL-2.0-or-later AND BSD-4-Clause-UC", "advertising"),
    ("GPL-3.0-only AND MPL-1.1", "its own files"),
    ("GPL-2.0-only AND LGPL-3.0-only", "version 2 alone"),
    ("GPL-2.0-only AND AGPL-3.0-or-later", "version 2 alone"),
    ("GPL-2.0-only AND Apache-2.0", "patent termination"),
    ("GPL-3.0-only AND SSPL-1.0", "whole work"),
    ("GPL-3.0-or-later AND CC-BY-NC-4.0", "commercial"),
    ("GPL-3.0-only AND JSON", "purpose"),
    ("GPL-3.0-only AND LicenseRef-NVIDIA-Proprietary", "vendor"),
    ("GPL-2.0-only AND LicenseRef-scancode-nvidia-sdk-12.8", "vendor"),
    ("AGPL-3.0-only AND BUSL-1.1", "conditional"),
    ("GPL-2.0-or-later AND LicenseRef-scancode-unrar", "conditional"),
    ("GPL-3.0-only AND MIT WITH LicenseRef-scancode-commons-clause", "vendor"),
    ("OSL-3.0 AND GPL-3.0-only", "whole work"),
    ("GPL-2.0-only AND FTL", "acknowledgment"),
    ("GPL-2.0-only AND (Apache-2.0 OR GPL-3.0-only)", "patent termination"),
    ("(GPL-2.0-only AND MIT) AND Apache-2.0", "patent termination"),
)

FITTING = (
    "GPL-2.0-or-later AND Apache-2.0",
    "GPL-3.0-only AND Apache-2.0",
    "GPL-2.0-only AND (Apache-2.0 OR MIT)",
    "(GPL-2.0-only OR MIT) AND Apache-2.0",
    "GPL-2.0-or-later AND GPL-3.0-only",
    "GPL-3.0-only AND AGPL-3.0-or-later",
    "GPL-2.0-only AND LGPL-2.1-only",
    "AGPL-3.0-only AND LGPL-2.0-only",
    "LGPL-2.1-only AND Apache-2.0",
    "LGPL-2.1-only AND SSPL-1.0",
    "GPL-2.0-only AND MPL-2.0",
    "GPL-2.0-only AND EUPL-1.2",
    "GPL-3.0-only AND CECILL-2.1",
    "Apache-2.0 AND EPL-2.0 AND CDDL-1.0",
    "Apache-2.0 AND LicenseRef-NVIDIA-Proprietary",
    "GPL-3.0-only AND FTL AND IJG AND Zlib AND Python-2.0 AND Unicode-3.0",
    "GPL-2.0-only WITH Classpath-exception-2.0 AND Apache-2.0",
    "GPL-3.0-or-later WITH GCC-exception-3.1 AND LicenseRef-NVIDIA-Proprietary",
    "GPL-2.0-only AND OFL-1.1 AND GFDL-1.3-or-later AND CC-BY-SA-4.0",
    "EUPL-1.2 AND LGPL-2.1-only",
    "GPL-3.0-only AND LicenseRef-of-somebody",
    "NOASSERTION",
    "MIT AND BSD-3-Clause",
    "MIT AND Apache-2.0",
    "Apache-2.0 AND MPL-2.0",
    "Apache-2.0 AND LGPL-2.1-or-later",
    "GPL-3.0-or-later AND BSD-2-Clause",
    "GPL-2.0-only AND MIT",
    "GPL-2.0-only AND ISC",
    "GPL-2.0-only AND Zlib",
    "GPL-3.0-only AND MPL-2.0",
    "GPL-3.0-only AND LGPL-3.0-or-later",
    "GPL-2.0-or-later AND LGPL-3.0-only",
    "AGPL-3.0-only AND Apache-2.0",
    "AGPL-3.0-only AND GPL-3.0-only",
    "GPL-2.0-only AND BSL-1.0",
    "GPL-3.0-only AND Artistic-2.0",
    "GPL-2.0-only AND PSF-2.0",
    "GPL-3.0-only AND ECL-2.0",
    "GPL-2.0-only AND Unlicense",
    "GPL-2.0-only AND CC0-1.0",
    "LGPL-3.0-only AND Apache-2.0",
    "MIT AND LicenseRef-scancode-nvidia-sdk-12.8",
    "BSD-3-Clause AND CC-BY-NC-4.0",
    "MPL-2.0 AND EPL-2.0",
    "GPL-2.0-only AND W3C",
    "GPL-3.0-only AND BlueOak-1.0.0",
    "GPL-2.0-only AND HPND",
    "GPL-2.0-or-later AND AGPL-3.0-only",
    "Apache-2.0 AND CDDL-1.0",
    "MIT AND GPL-2.0-only AND libtiff",
    "GPL-2.0-only WITH Linux-syscall-note AND MIT",
    "MIT AND LicenseRef-scancode-llama-3.3-license-2024",
)

OTHER_CLASHES = (
    "GPL-3.0-or-later AND LicenseRef-scancode-llama-3.3-license-2024",
    "GPL-2.0-only AND LicenseRef-Tencent-Hunyuan-Community-2025",
    "AGPL-3.0-only AND LicenseRef-DINOv3",
    "GPL-3.0-only AND LicenseRef-OpenPose",
    "GPL-3.0-only AND LicenseRef-CreativeML-Open-RAIL-M",
    "GPL-2.0-only AND EPL-1.0",
    "GPL-3.0-only AND CPL-1.0",
    "GPL-2.0-only AND IPL-1.0",
    "GPL-3.0-only AND Apache-1.1",
    "GPL-2.0-only AND Apache-1.0",
    "GPL-3.0-only AND CC-BY-NC-SA-4.0",
    "GPL-2.0-only AND CC-BY-ND-4.0",
    "GPL-3.0-only AND MS-PL",
    "GPL-2.0-only AND MS-RL",
    "GPL-3.0-only AND Elastic-2.0",
    "GPL-2.0-only AND PolyForm-Noncommercial-1.0.0",
    "GPL-2.0-only AND GPL-3.0-only",
    "LGPL-3.0-only AND GPL-2.0-only",
    "GPL-3.0-only AND LicenseRef-MSR-LA-2021",
    "GPL-2.0-only AND NPL-1.1",
    "GPL-3.0-only AND APSL-1.0",
    "GPL-3.0-only AND CPAL-1.0",
    "GPL-2.0-only AND LicenseRef-scancode-s-lab-1.0",
    "GPL-3.0-only AND LicenseRef-NVIDIA-Source-Code-NC",
)
"""Labelled before the lists were asked."""


@pytest.mark.parametrize(("expression", "reason"), CLASHES)
def test_licenses_that_cannot_be_met_together(
    expression: str, reason: str
) -> None:
    clash = COMPATIBILITY.clash_in(expression)
    assert clash is not None
    assert reason in clash.reason


@pytest.mark.parametrize("expression", OTHER_CLASHES)
def test_other_licenses_that_cannot(expression: str) -> None:
    clash = COMPATIBILITY.clash_in(expression)
    assert clash is not None
    assert clash.reason


@pytest.mark.parametrize("expression", FITTING)
def test_licenses_that_can(expression: str) -> None:
    assert COMPATIBILITY.clash_in(expression) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Apache-2.0", "GPL-2.0-only"),
        ("LicenseRef-NVIDIA-Proprietary", "GPL-3.0-or-later"),
        ("MIT OR OpenSSL", "GPL-3.0-only"),
    ],
)
def test_the_order_does_not_matter(first: str, second: str) -> None:
    one = COMPATIBILITY.clash(first, second)
    other = COMPATIBILITY.clash(second, first)
    assert one == other


def test_the_matrix_is_whole() -> None:
    matrix = COMPATIBILITY.matrix
    answers = {
        (row, column): matrix.answer(row, column)
        for row in matrix.licenses
        for column in matrix.licenses
    }
    assert len(answers) == 115 * 115
    assert set(answers.values()) == set("yn?d=")
    assert [a for a, b in answers if answers[a, b] == "=" and a != b] == []
    assert answers["GPL-2.0-only", "Apache-2.0"] == "n"
    assert answers["GPL-3.0-only", "Apache-2.0"] == "y"
    assert matrix.answer("MIT", "JSON") == ""


def test_every_decision_is_about_something() -> None:
    listed = {*COMPATIBILITY.matrix.licenses, *load().facts.ids()}
    for decided in COMPATIBILITY.decided:
        assert any(
            decided.is_about(outbound, inbound)
            for outbound in listed
            for inbound in listed
        ), decided.licenses


@pytest.mark.parametrize(
    ("outbound", "inbound", "refused"),
    [
        ("MIT", "GPL-3.0-only", True),
        ("BSD-3-Clause", "LGPL-2.1-only", True),
        ("MPL-2.0", "EPL-2.0", True),
        ("LGPL-2.1-only", "Apache-2.0", True),
        ("LGPL-2.1-or-later", "Apache-2.0", False),
        ("MIT", "Apache-2.0", False),
        ("Apache-2.0", "BSD-4-Clause", False),
        ("Apache-2.0", "GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("GPL-2.0-only", "Apache-2.0 WITH LLVM-exception", False),
    ],
)
def test_what_goes_out_under_another_license(
    outbound: str, inbound: str, refused: bool
) -> None:
    assert bool(COMPATIBILITY.refusal(outbound, inbound)) is refused
