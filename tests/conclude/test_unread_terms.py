"""Terms of a notice that nobody has read."""

from __future__ import annotations

import pytest

from licensescan.conclude.unread_terms import unread_terms


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "# Licensed under the Zephyrus2 License, see there.",
            "Zephyrus2 License",
        ),
        (
            "// Released under the Frob Community License 1.1.",
            "Frob Community License 1.1",
        ),
        (
            "/* Subject to the terms of the Acme Research Agreement */",
            "Acme Research Agreement",
        ),
        (
            " * distributed under the\n * Quux Model License",
            "Quux Model License",
        ),
        ("# ACME CONFIDENTIAL. Property of Acme.", ""),
        ("# Confidential and proprietary", ""),
        ("# Use is governed by the vendor's EULA", ""),
        ("# This file may not be copied or disclosed.", ""),
        ("# Copying of this file, via any medium, is strictly prohibited", ""),
        ("# Do not use without prior written consent of Acme", ""),
        ("# See the Acme license agreement that you accepted", ""),
    ],
)
def test_terms_that_nobody_has_read(text: str, name: str) -> None:
    terms = unread_terms(text)
    assert terms is not None
    assert terms.name == name


@pytest.mark.parametrize(
    "text",
    [
        "# Licensed under the license found in the LICENSE file",
        "# Licensed under the Apache License",
        "# This source code is licensed under the MIT license",
        "# Copyright 2020 Acme. All rights reserved.",
        "# The option may not be used with -x",
        "# Expected values were computed with the proprietary software UCINET",
        "# Confidential clients must send a secret",
        "# may not be used to endorse products without prior written permission",
    ],
)
def test_what_withholds_nothing(text: str) -> None:
    assert unread_terms(text) is None


@pytest.mark.parametrize(
    "comment",
    [
        "Implicit use of the token is forbidden by an environment variable.",
        "Using this parameter as a differentiable input is prohibited.",
        "A distribution without variance is not allowed here.",
        "Copying of the tensor is prohibited while it is locked.",
        "This grant must only be used by confidential clients.",
        ":param confidential: whether a secret is needed",
        "This code may only be used under the BSD style license found here.",
    ],
)
def test_what_code_forbids_withholds_nothing(comment: str) -> None:
    assert unread_terms(comment) is None


@pytest.mark.parametrize(
    "notice",
    [
        "Use of this file is prohibited without a contract.",
        "Copying or distribution of this work is strictly prohibited.",
        "This software may only be used by members of the consortium.",
        "The author retains all rights.",
    ],
)
def test_what_a_notice_forbids_is_withheld(notice: str) -> None:
    assert unread_terms(notice) is not None
