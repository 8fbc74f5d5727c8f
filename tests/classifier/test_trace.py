"""
The trace of one text: each thing that was considered names why it counts or
does not, and asking for it changes no answer.
"""

from __future__ import annotations

from typing import Any

import pytest

from licensescan.classifier.classify import as_json, classify_text
from licensescan.model.considered import Considered
from licensescan.model.reasons import Reason
from licensescan.model.recorder import Recorder
from tests.known_texts import KNOWN, texts, whole

HISTORY = "\n".join(
    f"2.{n}.0 (2019-0{n}-11)\n\n- mended\n- License: MIT\n"
    for n in range(1, 7)
)
NAMES = (
    "AFL-3.0 APSL-2.0 BSD-3-Clause CDDL-1.0 EPL-2.0 EUPL-1.2 GPL-3.0 LGPL-2.1 MPL-2.0 NCSA OFL-1.1 WTFPL Artistic-2.0"
).split()


def considered(text: str) -> list[Considered]:
    trace: Recorder[Any] = Recorder()
    classify_text(text, "LICENSE", trace=trace)
    return list(trace.considered())


def reasons(text: str) -> dict[Reason, Considered]:
    return {item.reason: item for item in considered(text)}


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason.STANDS, "Fitter is licensed under the MIT License.\n"),
        (Reason.LIST_OF_NAMES, "\n".join(f"* {name}" for name in NAMES)),
        (Reason.CUTS_VERSION, "License: GPL-3.0\n"),
        (Reason.NAMES_NOTHING, "Permission is granted to nobody.\n"),
        (Reason.TAGGED_LINE, "# SPDX-License-Identifier: MIT License\n"),
        (
            Reason.TAG_INVALID,
            "SPDX-License-Identifier: nothing that is known\n",
        ),
        (Reason.TO_COME, "Change License: Apache-2.0\n"),
        (Reason.SPOKEN_OF, "It is compatible with GPLv2.\n"),
        (Reason.PAST, "Previous releases: the ISC License.\n"),
        (Reason.DENIED, "No part of it is licensed under the AGPL-3.0.\n"),
        (Reason.FUTURE, "The next release may be under the GPL-3.0.\n"),
        (Reason.EXAMPLE, "Detects licenses such as GPL-3.0.\n"),
        (Reason.COMPARED, "Unlike libfoo, which is AGPL-3.0, it is free.\n"),
        (Reason.REQUIRED, "Your programs must be under the GPL-3.0.\n"),
        (Reason.OFFERED, "Acme Pro, sold under the Acme License 2.0.\n"),
        (Reason.TWO_NAMES, "See LICENSE-APACHE-LLVM, LICENSE-MIT\n"),
        (Reason.HISTORY, HISTORY),
        (
            Reason.LEFT_OUT,
            "Fitter is GPL-2.0 and MIT licensed. We only use its library, which is MIT licensed.\n",
        ),
        (
            Reason.WHERE_TO_READ,
            "Licensed under the GPL version 2. A copy is at http://www.gnu.org/licenses/lgpl.html\n",
        ),
        (
            Reason.BARE_NAME,
            "This is licensed under the GPL.\n\nSPDX-License-Identifier: GPL-2.0-only\n",
        ),
        (
            Reason.BEGINS_PART,
            "MIT License\n\nThis product includes Fitter by A. Fitter:\n\nApache-2.0\n",
        ),
        (Reason.TITLE_OF_LICENSE, "Name and terms.\n\n[---] MIT License:\n"),
        (Reason.NO_LIST, "It is by\n\n- zstd, BSD\n\nand nobody else.\n"),
        (
            Reason.NOT_BANNED,
            "You may pass on this program and sell copies of it, changed or not.\n",
        ),
    ],
)
def test_a_sentence_names_the_reason(reason: Reason, text: str) -> None:
    assert reason in reasons(text), [
        (c.reason.id, c.quote) for c in considered(text)
    ]


@pytest.mark.parametrize(
    ("reason", "beside"),
    [
        (Reason.BESIDE_TEXT, "Those who like Apache-2.0 will like it."),
        (Reason.GRANTED, "It is released under the ISC license."),
        (
            Reason.SET_APART,
            "The demo files are released under the ISC license.",
        ),
        (Reason.FIELD, "License: Zlib"),
        (
            Reason.AFTER_COPYRIGHT,
            "demo.h, Copyright A. Fitter, the ISC license",
        ),
        (Reason.RIDER, "You may not sell copies of it."),
        (
            Reason.TAKES_NOTHING,
            "You may not use the name of the author in advertising without permission.",
        ),
    ],
)
def test_beside_a_text_a_few_words_name_the_reason(
    reason: Reason, beside: str
) -> None:
    text = f"{whole('MIT')}\n\n{beside}\n"
    assert reason in reasons(text), [
        (c.reason.id, c.quote) for c in considered(text)
    ]


def test_what_was_considered_says_where_and_in_which_words() -> None:
    [item] = considered("Fitter, a program.\n\nIt is compatible with GPLv2.\n")
    assert (item.path, item.lines) == ("LICENSE", (3, 3))
    assert item.quote == "It is compatible with GPLv2."
    assert (item.expression, item.kept) == ("GPL-2.0-only", False)


def test_a_reason_can_be_switched_off() -> None:
    text = "It is compatible with GPLv2.\n"
    trace: Recorder[Any] = Recorder(
        off=frozenset({Reason.MENTION, Reason.EARLIER, Reason.SPOKEN_OF})
    )
    assert classify_text(text).detection.expression == "NONE"
    without = classify_text(text, trace=trace)
    assert without.detection.expression == "GPL-2.0-only"


@pytest.mark.parametrize("license_", KNOWN)
def test_asking_changes_no_answer(license_: str) -> None:
    text = texts().get(license_)
    if text is None:
        pytest.skip(f"no {license_} text is installed here")
    for beside in (
        "",
        "\n\nYou may not sell it.\n",
        "\n\nLicense: Zlib\n",
        HISTORY,
    ):
        trace: Recorder[Any] = Recorder()
        asked = classify_text(text + beside, "LICENSE", trace=trace)
        assert as_json(asked) == as_json(
            classify_text(text + beside, "LICENSE")
        )
        assert trace.considered()
