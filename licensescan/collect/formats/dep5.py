"""
Debian's machine-readable copyright files (DEP-5): which files of a package are on which
terms.

Source: "Machine-readable debian/copyright file" 1.0,
https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_FORMAT = re.compile(
    r"(?i)copyright-format|dep\.debian\.net/deps/dep5|svn\.debian\.org/wsvn/dep|CopyrightFormat|/dep5"
)
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)")
_WHOLE = frozenset(("*", "./*", "**", "**/*"))
_MOST = 5000
"""Paragraphs read: the largest real file (Linux) has about 600."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stanza:
    """
    The terms of some files: `license` is the short name or expression of the `License`
    field, `text` the terms as written (in place, or in a License paragraph of that
    name; "" when there are none). `lines` count from 1.
    """

    files: tuple[str, ...]
    license: str
    text: str = ""
    lines: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dep5:
    """
    One copyright file: `headline` speaks for the package (`Files: *`, or the header's
    License), None when no stanza does; `stanzas` are the others, in order; `texts` maps
    a short name to its License paragraph.
    """

    headline: Stanza | None
    stanzas: tuple[Stanza, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Paragraph:
    line: int
    last: int
    fields: dict[str, str]

    def get(self, key: str) -> str:
        return self.fields.get(key, "")


def read_dep5(text: str) -> Dep5 | None:
    """
    What the copyright file `text` says, or None when it is free-form. Never raises.
    """
    paragraphs = list(_paragraphs(text))
    if not paragraphs:
        return None
    header = paragraphs[0]
    named = header.get("format") or header.get("format-specification")
    if not _FORMAT.search(named) and not (
        named and any("files" in p.fields for p in paragraphs)
    ):
        return None
    texts: dict[str, str] = {}
    for paragraph in paragraphs:
        name, body = _license(paragraph)
        if name and body:
            texts.setdefault(name.lower(), body)
    stanzas = [_stanza(p, texts) for p in paragraphs if "files" in p.fields]
    if header.get("license") and "files" not in header.fields:
        stanzas.append(_stanza(header, texts))
    whole = [s for s in stanzas if _WHOLE & set(s.files)] or [
        s for s in stanzas if not s.files
    ]
    headline = whole[0] if whole else stanzas[0] if len(stanzas) == 1 else None
    return Dep5(
        headline=headline,
        stanzas=tuple(s for s in stanzas if s is not headline and s.files),
        texts=texts,
    )


def names_in(expression: str) -> list[str]:
    """The short names in a License field, without the words that join them."""
    pieces = re.split(r"(?i)\s*,?\s+(?:and/or|and|or)\s+|\s*[|,]\s*", expression)
    return [p for p in (piece.strip() for piece in pieces) if p]


def _stanza(paragraph: _Paragraph, texts: Mapping[str, str]) -> Stanza:
    name, body = _license(paragraph)
    parts = [
        texts.get(n.lower()) or texts.get(re.split(r"(?i)\s+with\s+", n)[0].lower(), "")
        for n in names_in(name)
    ]
    text = (
        body
        or texts.get(name.lower(), "")
        or "\n\n".join(dict.fromkeys(p for p in parts if p))
    )
    files = tuple(paragraph.get("files").replace(",", " ").split())
    return Stanza(
        files=files, license=name, text=text, lines=(paragraph.line, paragraph.last)
    )


def _license(paragraph: _Paragraph) -> tuple[str, str]:
    """
    The first line of a License field is its name, the rest its text, with " ." for
    empty lines.
    """
    name, _, body = paragraph.get("license").partition("\n")
    lines = (
        "" if line.strip() == "." else line.removeprefix(" ")
        for line in body.split("\n")
    )
    return " ".join(name.split()), "\n".join(lines).strip("\n")


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    current: _Paragraph | None = None
    key = ""
    count = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            if current:
                yield current
                count += 1
            current, key = None, ""
            if count >= _MOST:
                return
            continue
        if line.startswith("#"):
            continue
        if line[0] in " \t":
            if current and key:
                current.fields[key] += "\n" + line[1:]
                current.last = number
            continue
        found = _FIELD.match(line)
        if found is None:
            key = ""
            continue
        current = current or _Paragraph(number, number, {})
        key = found.group(1).lower()
        current.fields[key] = found.group(2).strip()
        current.last = number
    if current:
        yield current
