"""
Read Debian's machine-readable copyright files (DEP-5): which files of a
package are on which terms.

Source: "Machine-readable debian/copyright file" 1.0,
https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_FORMAT = re.compile(
    r"(?i)copyright-format|dep\.debian\.net/deps/dep5|svn\.debian\.org/wsvn/dep|CopyrightFormat|/dep5"
)
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)")
_WHOLE = frozenset(("*", "./*", "**", "**/*"))


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Stanza:
    """
    The terms of some files: `license` is the short name or expression of the
    `License` field, `text` the terms as written (in place, or in a License
    paragraph of that name; "" when there are none). `lines` count from 1.
    """

    files: tuple[str, ...]
    license: str
    text: str = ""
    lines: tuple[int, int] = (1, 1)


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
)
class Dep5:
    """
    One copyright file: `headline` speaks for the package (`Files: *`, or the
    header's License), None when no stanza does; `stanzas` are the others, in
    order; `texts` maps a short name to its License paragraph.
    """

    headline: Stanza | None
    stanzas: tuple[Stanza, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Paragraph:
    """
    The fields of one paragraph, and its first and last line, counted from 1.
    """

    line: int
    last: int
    fields: dict[str, str]

    def get(self, key: str) -> str:
        return self.fields.get(key, "")


def read_dep5(text: str) -> Dep5 | None:
    """
    Return what the copyright file `text` says, or None when it is free-form.
    Never raises.
    """
    paragraphs = list(_paragraphs(text))
    if not paragraphs or not _is_dep5(paragraphs):
        return None
    texts: dict[str, str] = {}
    for paragraph in paragraphs:
        name, body = _license(paragraph)
        if name and body:
            texts.setdefault(name.lower(), body)
    stanzas = [_stanza(p, texts) for p in paragraphs if "files" in p.fields]
    header = paragraphs[0]
    if header.get("license") and "files" not in header.fields:
        stanzas.append(_stanza(header, texts))
    headline = _headline(stanzas)
    return Dep5(
        headline=headline,
        stanzas=tuple(s for s in stanzas if s is not headline and s.files),
        texts=texts,
    )


def _is_dep5(paragraphs: Sequence[_Paragraph]) -> bool:
    header = paragraphs[0]
    format_ = header.get("format") or header.get("format-specification")
    if _FORMAT.search(format_):
        return True
    return bool(format_) and any("files" in p.fields for p in paragraphs)


def _headline(stanzas: Sequence[Stanza]) -> Stanza | None:
    """Return the stanza that speaks for the package."""
    for stanza in stanzas:
        if _WHOLE & set(stanza.files):
            return stanza
    for stanza in stanzas:
        if not stanza.files:
            return stanza
    return stanzas[0] if len(stanzas) == 1 else None


def names_in(expression: str) -> list[str]:
    """
    Return the short names in a License field, without the words that join
    them.
    """
    pieces = re.split(
        r"(?i)\s*,?\s+(?:and/or|and|or)\s+|\s*[|,]\s*", expression
    )
    return [piece.strip() for piece in pieces if piece.strip()]


def _stanza(paragraph: _Paragraph, texts: Mapping[str, str]) -> Stanza:
    name, body = _license(paragraph)
    files = paragraph.get("files").replace(",", " ").split()
    return Stanza(
        files=tuple(files),
        license=name,
        text=body or texts.get(name.lower(), "") or _joined_texts(name, texts),
        lines=(paragraph.line, paragraph.last),
    )


def _joined_texts(expression: str, texts: Mapping[str, str]) -> str:
    """Return the License paragraphs of all names in an expression."""
    joined = []
    for name in names_in(expression):
        base = re.split(r"(?i)\s+with\s+", name)[0]
        joined.append(texts.get(name.lower()) or texts.get(base.lower(), ""))
    return "\n\n".join(dict.fromkeys(text for text in joined if text))


def _license(paragraph: _Paragraph) -> tuple[str, str]:
    """
    Return name and text of a License field: its first line, and the rest with
    " ." for empty lines.
    """
    name, _, body = paragraph.get("license").partition("\n")
    lines = [
        "" if line.strip() == "." else line.removeprefix(" ")
        for line in body.split("\n")
    ]
    return " ".join(name.split()), "\n".join(lines).strip("\n")


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    """Yield the paragraphs that have a field, between empty lines."""
    lines: list[tuple[int, str]] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            lines.append((number, line))
            continue
        paragraph = _paragraph(lines)
        if paragraph:
            yield paragraph
        lines = []


def _paragraph(lines: Sequence[tuple[int, str]]) -> _Paragraph | None:
    """
    Read the fields of a paragraph; lines that belong to none are passed over.
    """
    paragraph: _Paragraph | None = None
    key = ""
    for number, line in lines:
        if line.startswith("#"):
            continue
        if not line.startswith((" ", "\t")):
            match = _FIELD.match(line)
            key = match[1].lower() if match else ""
            if match:
                paragraph = paragraph or _Paragraph(number, number, {})
                paragraph.fields[key] = match[2].strip()
                paragraph.last = number
        elif paragraph and key:
            paragraph.fields[key] += "\n" + line[1:]
            paragraph.last = number
    return paragraph
