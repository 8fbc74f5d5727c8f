"""
Real license texts for tests, taken from this project and from the packages of
the development environment.
"""

from __future__ import annotations

import re
import sysconfig
import textwrap
from functools import cache
from pathlib import Path

import pytest

from licensescan.classifier.classify import classify_text

ROOT = Path(__file__).resolve().parent.parent
KNOWN = ("Apache-2.0", "BSD-3-Clause", "MIT", "ISC")
DEBIAN = Path("/usr/share/common-licenses")
COPIES = {
    "CC0-1.0": "CC0-1.0",
    "GPL-2.0": "GPL-2",
    "GPL-3.0": "GPL-3",
    "LGPL-2.1": "LGPL-2.1",
    "LGPL-3.0": "LGPL-3",
    "MPL-2.0": "MPL-2.0",
}
"""The name of each text in `DEBIAN`."""


@cache
def texts() -> dict[str, str]:
    """
    A text of each license of `KNOWN` that this project or a package of the
    development environment has.
    """
    found = {"Apache-2.0": (ROOT / "LICENSE").read_text("utf-8")}
    for path in sorted(
        Path(sysconfig.get_path("purelib")).glob("*.dist-info/**/LICEN[CS]E*")
    ):
        if path.is_file() and path.stat().st_size < 20_000:
            text = path.read_text("utf-8", "replace")
            detection = classify_text(text).detection
            whole = len(detection.matches) == 1 and not detection.unmatched
            if (
                whole
                and detection.expression in KNOWN
                and not detection.matches[0].differences
            ):
                found.setdefault(detection.expression, text)
    return found


@cache
def whole(license_: str) -> str:
    """
    Return the whole text of a license, the same on every machine.

    The copy is Debian's, or one of `texts` with a holder of our own and its
    lines broken anew. Skips where neither is installed.
    """
    if license_ == "Apache-2.0":
        return texts()[license_]
    if license_ in COPIES:
        path = DEBIAN / COPIES[license_]
        if not path.is_file():
            pytest.skip(f"no text of {license_} is in {DEBIAN}")
        return path.read_text("utf-8")
    if license_ == "GCC-exception-3.1":
        return _gcc_exception()
    if license_ not in texts():
        pytest.skip(f"no package here has a text of {license_}")
    paragraphs = re.split(r"\n\s*\n", texts()[license_].strip())
    words = [" ".join(p.split()) for p in paragraphs]
    body = [p for p in words if len(p) > 60 and not p.startswith("Copyright")]
    lines = ["Copyright (c) 2024 Acme", *body]
    return "\n\n".join(textwrap.fill(p, 78) for p in lines) + "\n"


def _gcc_exception() -> str:
    """
    Return GCC's exception for its libraries, from Debian's copyright file of
    GCC.
    """
    for path in sorted(Path("/usr/share/doc").glob("gcc-*-base/copyright")):
        _, title, below = path.read_text("utf-8").partition(
            "GCC RUNTIME LIBRARY EXCEPTION"
        )
        end = "requirements of the license of GCC."
        if end in below:
            return title + below[: below.index(end) + len(end)] + "\n"
    pytest.skip("Debian's copyright file of GCC is not installed here")


def gnu_notice(name: str, version: str, program: str = "Fitter") -> str:
    """
    How the GPL says that `program` be put under the license `name` ("GNU
    Lesser General Public License") and what comes after its publisher (",
    version 3 of the License"): its own sample, from the copy that Debian
    ships. Skips without.
    """
    path = DEBIAN / "GPL-3"
    if not path.is_file():
        pytest.skip("no text of the GPL is installed here")
    text = path.read_text("utf-8")
    sample = text[
        text.index("This program is free software") : text.index(
            "You should have received a copy"
        )
    ]
    sample = sample.replace("This program", program).replace(
        "GNU General Public License", name
    )
    before, _, after = " ".join(sample.split()).partition(", either version 3")
    return f"{before}{version}.{after.partition('any later version.')[2]}\n"
