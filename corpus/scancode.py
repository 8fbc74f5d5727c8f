"""
Read ScanCode's licenses and rules out of its wheel as a zip; nothing is
installed, imported or unpacked.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_FRONT = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_FIELD = re.compile(r"([a-z_]+):[ \t]*(.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    One file with front matter: its name without folder and suffix, its fields
    (str or list of str), its text.
    """

    name: str
    fields: dict[str, str | list[str]] = field(default_factory=dict)
    text: str = ""

    def word(self, name: str) -> str:
        """Return a scalar field; a missing one is empty."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else " ".join(value)

    def words(self, name: str) -> list[str]:
        """Return a list field; a missing one is empty."""
        value = self.fields.get(name, [])
        return [value] if isinstance(value, str) else value

    def flag(self, name: str) -> bool:
        """Return True if the field is set to yes."""
        return self.fields.get(name) == "yes"


def entries(
    wheel: Path, folder: str, suffix: str, *, sha256: str
) -> Iterator[Entry]:
    """
    Yield the entries of `licensedcode/data/<folder>`, sorted by name; raises
    `ValueError` if the wheel is another one.
    """
    read = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if read != sha256:
        raise ValueError(f"{wheel}: sha256 {read}, pinned is {sha256}")
    start = f"licensedcode/data/{folder}/"
    with zipfile.ZipFile(wheel) as archive:
        for path in sorted(archive.namelist()):
            if path.startswith(start) and path.endswith(suffix):
                name = path[len(start) : -len(suffix)]
                yield read_entry(name, archive.read(path).decode("utf-8"))


def read_entry(name: str, content: str) -> Entry:
    """
    Split front matter and text. The front matter is the small part of YAML
    that ScanCode writes. Raises `ValueError` without one.
    """
    parts = _FRONT.split(content, maxsplit=2)
    if len(parts) < 3 or parts[0].strip():
        raise ValueError(f"{name}: no front matter")
    fields: dict[str, str | list[str]] = {}
    key = ""
    for line in parts[1].split("\n"):
        match = _FIELD.match(line)
        if match:
            key = match[1]
            fields[key] = match[2].strip().strip("'\"")
        elif key and line.strip():
            _continue(fields, key, line.strip())
    return Entry(name=name, fields=fields, text=parts[2].removeprefix("\n"))


def _continue(fields: dict[str, str | list[str]], key: str, line: str) -> None:
    value = fields[key]
    if line.startswith("- ") and not (isinstance(value, str) and value):
        items = value if isinstance(value, list) else []
        fields[key] = [*items, line[2:].strip().strip("'\"")]
    elif isinstance(value, list):
        value[-1] += " " + line
    else:
        fields[key] = f"{value} {line}".strip("| >").strip("'\"")
