"""Headers that put a file under a vendor's terms, in words of Apache's notice."""

from __future__ import annotations

import pytest

from licensescan.conclude.unread_terms import unread_terms
from licensescan.model.texts import NOASSERTION

NOTICE = """\
# Licensed under the {name} (the "License"). You may obtain a copy of the
# License at https://example.org/LICENSE.md
#
# Software distributed under the License is distributed on an "AS IS" BASIS.
"""


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("Sapiens2 License", "LicenseRef-Sapiens2"),
        ("DINOv3 License", "LicenseRef-DINOv3"),
        (
            "FLUX.1 [dev] Non-Commercial License",
            "LicenseRef-scancode-flux-1-nc",
        ),
        ("Marigold Source License", NOASSERTION),
    ],
)
def test_a_vendors_terms_are_known_by_their_name(
    name: str, expression: str
) -> None:
    terms = unread_terms(NOTICE.format(name=name))
    assert terms is not None
    assert (terms.name, terms.expression, terms.line) == (name, expression, 1)


def test_a_license_that_is_known_is_no_unread_term() -> None:
    assert unread_terms(NOTICE.format(name="Apache License")) is None
