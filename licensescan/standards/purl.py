"""
Package URLs of the kinds that the sources give (purl specification,
https://github.com/package-url/purl-spec).
"""

from __future__ import annotations

import re

from licensescan.model.types import Purl


def purl(kind: str, name: str, version: str = "", namespace: str = "") -> Purl:
    """
    The package URL of one component.

    >>> purl("pypi", "Keras_Applications", "1.0.8")
    'pkg:pypi/keras-applications@1.0.8'
    >>> purl("npm", "core", "7.1.0", namespace="@babel")
    'pkg:npm/%40babel/core@7.1.0'
    """
    if kind == "pypi":
        name = re.sub(r"[-_.]+", "-", name).lower()
    pieces = [kind, *(encoded(p) for p in namespace.split("/") if p), encoded(name)]
    return Purl("pkg:" + "/".join(pieces) + (f"@{encoded(version)}" if version else ""))


def encoded(text: str) -> str:
    """Percent-encoding as the purl specification asks for names and versions."""
    return "".join(
        c
        if c.isascii() and (c.isalnum() or c in "-_.~:")
        else "".join(f"%{b:02X}" for b in c.encode("utf-8", "replace"))
        for c in text
    )
