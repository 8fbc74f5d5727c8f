"""
What a script says of itself: the block `# /// script` of PEP 723, with the
packages that it needs.
"""

from __future__ import annotations

import re

from licensescan.base import toml
from licensescan.base.document import texts
from licensescan.collect.formats.lock_files import Locked
from licensescan.standards.requirements import Setting, parse_requirement

_BLOCK = re.compile(
    rb"(?m)^# /// script[ \t]*\r?$((?:\s^#(?:| .*)$)+?)\s^# ///\s*$"
)
_PIN = re.compile(r"===?\s*([\w.+!-]+)\s*$")


def has_script_block(data: bytes) -> bool:
    """Return True for a script with a block of PEP 723."""
    return _BLOCK.search(data) is not None


def read_script(data: bytes, label: str, setting: Setting) -> list[Locked]:
    """
    Return what a script asks for; none of it says what that needs in turn.
    Raises `ValueError` for a block that is no TOML.
    """
    match = _BLOCK.search(data)
    rows = match[1].splitlines() if match else []
    body = b"\n".join(row.removeprefix(b"#").strip() for row in rows)
    document = toml.loads(body, label=label)
    found = []
    for line in texts(document.get("dependencies")):
        requirement = parse_requirement(line)
        pin = _PIN.search(line.partition(";")[0])
        if requirement is None:
            raise ValueError(f"{label}: {line[:80]!r} is no requirement")
        found.append(
            Locked(
                name=requirement.name,
                version=pin[1] if pin else "",
                extras=requirement.extras,
                marker=requirement.marker,
                is_excluded=setting.excludes(requirement.marker),
            )
        )
    return found
