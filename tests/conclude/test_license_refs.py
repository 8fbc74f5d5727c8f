"""What terms are called that no list knows."""

from __future__ import annotations

import pytest

from licensescan.conclude.license_refs import reference_of

BODY = (
    "\n\nYou may look at the work and must not do anything else with it, whatever you are told elsewhere. "
    * 8
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ACME Source License\n", "LicenseRef-ACME-Source-License"),
        ("# YOLO-X License\n", "LicenseRef-YOLO-X-License"),
        (
            "-----\n\nSOFTWARE LICENSE AGREEMENT\n\n-----\n",
            "LicenseRef-thing-SOFTWARE-LICENSE-AGREEMENT",
        ),
        (
            "ACME Optimization, LLC\nEND-USER LICENSE AGREEMENT\n",
            "LicenseRef-ACME-Optimization-LLC-END-USER-LICENSE-AGREEMENT",
        ),
        ("License\n", "LicenseRef-thing-License"),
        (
            "Abstract\nThis document is the license agreement for Thing.\n\nACME EULA\n",
            "LicenseRef-ACME-EULA",
        ),
        (
            "Copyright 2020 Acme\n\nBy using the license you agree.\n",
            "LicenseRef-thing-LICENSE-b",
        ),
        ("", "LicenseRef-thing-LICENSE-b"),
    ],
)
def test_a_title_names_the_terms(text: str, name: str) -> None:
    assert reference_of(text + BODY, "thing", "a/LICENSE-b.txt") == name


def test_what_the_file_and_the_part_share_is_said_once() -> None:
    assert (
        reference_of(
            "Terms.\n" + BODY, "third-party/acme", "third-party/acme-eula.txt"
        )
        == "LicenseRef-acme-eula"
    )


def test_a_scrap_has_no_name() -> None:
    assert reference_of("ACME License\n\nAsk us.", "thing", "LICENSE") is None
