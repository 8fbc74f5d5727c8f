"""
Trees of files built from a description in TOML, so that no archive, no binary
and no license text of others is committed. `tests/cases/README.md` shows the
form.

A tree maps paths to contents. A folder that is called as an archive is packed
into one: `dist/app-1.0-py3-none-any.whl/app/__init__.py` is a member of a
wheel, and archives may stand in archives.
"""

from __future__ import annotations

import gzip
import html
import io
import json
import lzma
import re
import tarfile
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.collect.formats.test_weight_headers import gguf, safetensors
from tests.collect.formats.test_weight_headers import text as gguf_text
from tests.collect.survey.test_bundled_libraries import elf
from tests.faults import row, zipped
from tests.known_texts import whole


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link to `target`, which need not exist."""

    target: str


Tree = dict[str, bytes | Link]
ARCHIVE = re.compile(r"\.(whl|jar|zip|tgz|tar\.gz|tar\.xz|deb)$")
STRING = 8
"""The type of a string in the header of a GGUF file."""


def tree_of(description: Mapping[str, Any]) -> Tree:
    """Return the tree that a `case.toml` describes, its archives packed."""
    tree: Tree = {}
    for entry in description.get("distribution", ()):
        tree |= distribution(**entry)
    for path, content in description.get("files", {}).items():
        tree[path] = content_of(content)
    return packed(tree)


def write(tree: Tree, folder: Path) -> None:
    """Write `tree` into `folder`."""
    for path, content in tree.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link):
            target.symlink_to(content.target)
        else:
            target.write_bytes(content)


def distribution(
    name: str,
    *,
    environment: str = "env",
    folder: str = "",
    version: str = "1.0",
    license: str = "",  # noqa: A002 - as the case file calls it
    fields: tuple[str, ...] = (),
    readme: str = "",
    record: bool = True,
    files: Mapping[str, Any] | None = None,
) -> Tree:
    """
    Return an installed distribution: METADATA, RECORD and `files`.

    It stands in the site-packages of `environment`, or in `folder`: a wheel,
    or any place. `license` is its License-Expression. Without files it has one
    module.
    """
    site = folder or f"{environment}/lib/python3.11/site-packages"
    plain = name.replace("-", "_")
    info = f"{plain}-{version}.dist-info"
    contents = {f"{plain}/__init__.py": ""} if files is None else files
    lines = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}"]
    lines += [f"License-Expression: {license}"] if license else []
    lines += [*fields, "", readme]
    tree: Tree = {f"{info}/METADATA": "\n".join(lines).encode()}
    if folder.endswith(".whl"):
        tree[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nTag: py3-none-any\n"
    tree |= {path: content_of(content) for path, content in contents.items()}
    if record:
        tree[f"{info}/RECORD"] = record_of(packed(tree), info)
    placed: Tree = {
        f"{site}/{path}": content for path, content in tree.items()
    }
    if not folder:
        config = b"home = /usr/bin\nversion = 3.11.4\n"
        placed[f"{environment}/pyvenv.cfg"] = config
    return placed


def record_of(tree: Tree, info: str) -> bytes:
    """Return the RECORD that lists `tree` and itself."""
    rows = [row(p, c) for p, c in tree.items() if isinstance(c, bytes)]
    return "".join([*rows, f"{info}/RECORD,,\n"]).encode()


# -- what a file holds --


def content_of(content: str | Mapping[str, Any]) -> bytes | Link:
    """
    Return the bytes of one file: a text as it stands, or a table that says
    what to make (`link`, `elf`, `gguf`, `safetensors`, `json`, `zeros`) or how
    to write a text.
    """
    if isinstance(content, str):
        return content.encode()
    if "link" in content:
        return Link(content["link"])
    if "elf" in content:
        given = content["elf"]
        texts = "".join(f"{t}\0" for t in given.get("strings", ()))
        needed = tuple(given.get("needed", ()))
        return elf(given.get("soname", ""), needed, texts=texts.encode())
    if "gguf" in content:
        pairs = content["gguf"].items()
        return gguf([(key, STRING, gguf_text(value)) for key, value in pairs])
    if "safetensors" in content:
        return safetensors(content["safetensors"])
    if "json" in content:
        return (json.dumps(content["json"], indent=1) + "\n").encode()
    if "zeros" in content:
        return b"\0" * int(content["zeros"])
    return text_of(**content)


def text_of(
    *,
    license: str = "",  # noqa: A002 - as the case file calls it
    text: str = "",
    replace: tuple[tuple[str, str], ...] = (),
    without: tuple[str, str] | None = None,
    above: str = "",
    below: str = "",
    margin: str = "",
    html: bool = False,
    newline: str = "\n",
    encoding: str = "utf-8",
) -> bytes:
    """
    Return the text of a known license, or `text`, changed and written in some
    way.

    `replace` puts words in place of words that must be there; `without` leaves
    out all from its first words up to its second; `above` and `below` are
    added; `margin` begins each line.
    """
    words = whole(license) if license else text
    for old, new in replace:
        assert old in words, f"{old!r} is not in {license or 'the text'}"
        words = words.replace(old, new)
    if without:
        start = words.index(without[0])
        words = words[:start] + words[words.index(without[1], start) :]
    words = above + words + below
    if html:
        words = as_html(words)
    if margin:
        words = textwrap.indent(words, margin, lambda line: True)
    return words.replace("\n", newline).encode(encoding)


def as_html(text: str) -> str:
    """Return a web page with the paragraphs of `text`."""
    paragraphs = [html.escape(p) for p in text.split("\n\n")]
    body = "\n".join(f"<p>{p}</p>" for p in paragraphs)
    head = "<html><head><title>License</title><style>p { margin: 0 }</style></head>"
    return f"{head}\n<body>\n{body}\n</body></html>\n"


# -- archives --


def packed(tree: Tree) -> Tree:
    """Return `tree` with each folder that is called as an archive made one."""
    plain: Tree = {}
    archives: dict[str, Tree] = {}
    for path, content in tree.items():
        archive, member = split(path)
        if archive:
            archives.setdefault(archive, {})[member] = content
        else:
            plain[path] = content
    return plain | {
        path: pack(path, packed(t)) for path, t in archives.items()
    }


def split(path: str) -> tuple[str, str]:
    """
    Return the outermost archive in `path` and the member's name, or two
    blanks.
    """
    parts = path.split("/")
    for index, part in enumerate(parts[:-1], 1):
        if ARCHIVE.search(part):
            return "/".join(parts[:index]), "/".join(parts[index:])
    return "", ""


def pack(name: str, tree: Tree) -> bytes:
    """
    Return the archive of the kind that `name` ends with; members keep their
    order.
    """
    if name.endswith((".whl", ".jar", ".zip")):
        return zipped({p: c for p, c in tree.items() if isinstance(c, bytes)})
    if name.endswith(".deb"):
        return deb(tree)
    compress = lzma.compress if name.endswith(".xz") else gzip_of
    return compress(tar(tree))


def gzip_of(data: bytes) -> bytes:
    """Return `data` compressed, with no time in it."""
    return gzip.compress(data, mtime=0)


def tar(tree: Tree) -> bytes:
    """Return an uncompressed tar archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for path, content in tree.items():
            member = tarfile.TarInfo(path)
            if isinstance(content, Link):
                member.type, member.linkname = tarfile.SYMTYPE, content.target
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def deb(tree: Tree) -> bytes:
    """
    Return a Debian package of `tree`, whose folders are `control` and `data`.
    """
    members = {"debian-binary": b"2.0\n"}
    for half in ("control", "data"):
        inside: Tree = {
            f"./{path.removeprefix(half + '/')}": content
            for path, content in tree.items()
            if path.startswith(f"{half}/")
        }
        members[f"{half}.tar.gz"] = gzip_of(tar(inside))
    packed = b"!<arch>\n"
    for name, data in members.items():
        head = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n"
        packed += head.encode() + data + b"\n" * (len(data) % 2)
    return packed
