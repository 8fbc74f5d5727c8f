"""
Real license texts for tests, taken from this project and from the packages of the
development environment.
"""

from __future__ import annotations

import sysconfig
from functools import cache
from pathlib import Path

import pytest

from licensescan.classifier.classify import classify_text

ROOT = Path(__file__).resolve().parent.parent
KNOWN = ("Apache-2.0", "BSD-3-Clause", "MIT", "ISC")


@cache
def texts() -> dict[str, str]:
    """
    A text of each license of `KNOWN` that this project or a package of the development
    environment has.
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


def gnu_notice(name: str, version: str, program: str = "Fitter") -> str:
    """
    How the GPL says that `program` be put under the license `name` ("GNU Lesser General
    Public License") and what comes after its publisher (", version 3 of the License"):
    its own sample, from the copy that Debian ships. Skips without.
    """
    path = Path("/usr/share/common-licenses/GPL-3")
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
