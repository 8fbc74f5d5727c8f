"""
Names and families of licenses that stand for a vendor's own terms, or for any.
"""

from __future__ import annotations

from licensescan.classifier.names.reading import fits, is_vague
from licensescan.model.types import Expression
from licensescan.standards.license_list import info
from licensescan.standards.spdx_expression import licenses
from licensescan.standards.spdx_text import is_reference, is_scancode

_OPEN = ("Permissive", "Public Domain", "Copyleft", "Copyleft Limited")
"""Categories of ScanCode's that are not a vendor's terms."""


def is_nameless(expression: Expression) -> bool:
    """
    Return True for a LicenseRef that stands for no particular text
    ("LicenseRef-Proprietary"): any text says more than it.
    """
    return all(
        is_reference(name) and not is_scancode(name)
        for name in licenses(expression)
    )


def is_proprietary(name: str) -> bool:
    """
    Return True if a license is a vendor's terms: a field that says
    "proprietary" is no contradiction to it.
    """
    if not is_reference(name):
        return False
    entry = info(name)
    return entry is None or entry.category not in _OPEN


def is_of_family(expression: Expression, family: str) -> bool:
    """
    Return True if what is shown can be what a field names; "OSI Approved" can
    be anything but a vendor's terms.
    """
    if fits(family, expression):
        return True
    return is_vague(family) and not any(
        map(is_proprietary, licenses(expression))
    )
