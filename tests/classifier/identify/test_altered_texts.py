"""
A text that is called by a name and is that license changed: what is left of
the text decides, not the name.
"""

from __future__ import annotations

import pytest

from licensescan.classifier.detection import detect
from licensescan.model.texts import NOASSERTION
from tests.known_texts import texts

NAME = "Licensed under the Apache License, Version 2.0."


def without(first: str, last: str) -> str:
    """
    The Apache license without what stands from one heading up to another.
    """
    text = texts()["Apache-2.0"]
    return text[: text.index(first)] + text[text.index(last) :]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("3. Grant of Patent", "7. Disclaimer"),
        ("2. Grant of Copyright", "6. Trademarks"),
        ("2. Grant", "8. Limitation"),
    ],
)
@pytest.mark.parametrize("above", ["", f"{NAME}\n\n"])
def test_a_license_by_its_name_without_its_grants_is_changed(
    first: str, last: str, above: str
) -> None:
    found = detect(above + without(first, last))
    assert (found.expression, found.modified) == (NOASSERTION, True)
    (match,) = [m for m in found.matches if m.kind == "text"]
    assert match.expression == "Apache-2.0"
    assert any("patent" in d.words and d.matters for d in match.differences)


def test_the_name_and_terms_of_somebody_else() -> None:
    terms = (
        "The licensee may use the work under these terms. The licensor gives no warranty and bears no liability. "
        "All rights that are not granted here are reserved, and redistribution is permitted to those alone who have "
        "read and understood this agreement, which the owner of the copyright may change at any time. "
    )
    found = detect(
        f"{NAME}\n\nFor the drawings, on the other hand:\n\n{terms * 4}"
    )
    assert (found.expression, found.modified) == ("Apache-2.0", False)
    assert found.unmatched
