"""
Who made a distribution and where it comes from, by its metadata, its WHEEL and
its direct_url.json; which of the archives in a lock it was installed from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from email.utils import getaddresses
from typing import Any

from licensescan.collect.formats.core_metadata import Metadata
from licensescan.model.types import Provenance
from licensescan.reader import (
    Files,
    ReadError,
    decode,
    load_json,
    read_whole,
)

_WHEEL_BYTES = 64 << 10
_LONGEST = 500
"""Characters of a name or an address that are kept."""

_HOMES = ("home", "homepage", "website")
_REPOSITORIES = ("source", "sourcecode", "repository", "code", "github")
"""Labels of addresses, as the core metadata specification normalises them."""


def provenance_of(
    metadata: Metadata, files: Files | None = None, info: str = ""
) -> Provenance:
    """
    Return who made a distribution by its `metadata`, and what the folder
    `info` in `files` says of the archive that it was installed from.
    """
    fields = metadata.fields
    authors = tuple(_named(fields, "author"))
    keepers = tuple(_named(fields, "maintainer"))
    homes = (f"home, {page}" for page in _given(fields, "home-page"))
    stated = (*homes, *fields.get("project-url", ()))
    origin = _direct_url(files, info) if files else {}
    return replace(
        provenance_by(authors, keepers, stated),
        download=origin.get("url", ""),
        build=tuple(_tags(files, info)) if files else (),
        sha256=origin.get("sha256", ""),
    )


def provenance_by(
    authors: tuple[str, ...],
    keepers: tuple[str, ...],
    stated: Iterable[str],
) -> Provenance:
    """
    Return who made something and its pages, `stated` as label and address with
    a comma between them.
    """
    pages = dict(_pages(stated))
    return Provenance(
        supplier=next(iter((*keepers, *authors)), ""),
        authors=authors or keepers,
        homepage=next(filter(None, map(pages.get, _HOMES)), ""),
        repository=next(filter(None, map(pages.get, _REPOSITORIES)), ""),
    )


def people(listed: Any) -> Iterator[str]:
    """
    Yield the names in a list of people, each a text or a table with `name` or
    `email`; an address only where no name is.
    """
    for one in listed if isinstance(listed, list) else ():
        table_ = _table(one)
        told = _text(table_.get("name")) or _text(table_.get("email"))
        words = told or _text(one).partition("<")[0]
        if words.strip():
            yield " ".join(words.split())[:_LONGEST]


def _given(
    fields: Mapping[str, Sequence[str]],
    name: str,
) -> Iterator[str]:
    """Yield what a field says, but the word of old tools for nothing."""
    for value in fields.get(name, ()):
        words = " ".join(value.split())[:_LONGEST]
        if words and words != "UNKNOWN":
            yield words


def _named(
    fields: Mapping[str, Sequence[str]],
    role: str,
) -> Iterator[str]:
    """
    Yield the names in a role, each once; an address only where no name is.
    """
    stated = list(_given(fields, role))
    if any("@" in words for words in stated):
        stated = [name or mail for name, mail in getaddresses(stated)]
    mailed = getaddresses(list(_given(fields, f"{role}-email")))
    yield from dict.fromkeys(
        filter(None, stated or (name or mail for name, mail in mailed))
    )


def _pages(
    stated: Iterable[str],
) -> Iterator[tuple[str, str]]:
    """Yield the addresses of a project by their labels, as PyPI has them."""
    for line in stated:
        label, _, address = line.partition(",")
        address = address.strip()[:_LONGEST]
        if "://" in address:
            plain = plain_address(address)
            yield "".join(filter(str.isalnum, label.lower())), plain


def _tags(
    files: Files,
    info: str,
) -> Iterator[str]:
    """Yield the tags of the wheel that was installed, as WHEEL lists them."""
    try:
        text = decode(files.read(f"{info}/WHEEL", _WHEEL_BYTES).data).text
    except ReadError:
        return
    for line in text.split("\n"):
        name, _, value = line.partition(":")
        if name == "Tag" and value.strip():
            yield value.strip()[:_LONGEST]


def _direct_url(
    files: Files,
    info: str,
) -> dict[str, str]:
    """
    Return the address that a distribution was installed from, with the commit
    or the sha256 of it; {} where it came from an index.
    """
    path = f"{info}/direct_url.json"
    try:
        document = load_json(read_whole(files, path))
    except (ReadError, ValueError):
        return {}
    if not isinstance(document, Mapping):
        return {}
    url = plain_address(_text(document.get("url")))
    # A folder of this machine is no place where others find it.
    if not url or url.startswith("file:"):
        return {"sha256": _archive_digest(document)}
    vcs = _table(document.get("vcs_info"))
    commit = _text(vcs.get("commit_id"))
    if commit:
        url = f"{_text(vcs.get('vcs')) or 'git'}+{url}@{commit}"
    return {"url": url[:_LONGEST], "sha256": _archive_digest(document)}


def _archive_digest(
    document: Mapping[str, Any],
) -> str:
    archive = _table(document.get("archive_info"))
    digest = _text(_table(archive.get("hashes")).get("sha256"))
    old = _text(archive.get("hash")).removeprefix("sha256=")
    return sha256_in(digest) or sha256_in(old)


def sha256_in(
    text: str,
) -> str:
    """Return a text that is a sha256 in hex, in lower case; else ""."""
    digest = text.lower()
    is_digest = len(digest) == 64 and set(digest) <= set("0123456789abcdef")
    return digest if is_digest else ""


def plain_address(
    address: str,
) -> str:
    """Return an address without the user and the token that may be in it."""
    scheme, separator, rest = address[:_LONGEST].partition("://")
    if not separator:
        return scheme
    host, slash, path = rest.partition("/")
    pieces = path.split("/")
    if pieces[0] == "t" and len(pieces) > 1:
        del pieces[:2]
    host = host.rpartition("@")[2]
    return f"{scheme}://{host}{slash}{'/'.join(pieces)}"


def _table(
    value: Any,
) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(
    value: Any,
) -> str:
    return value if isinstance(value, str) else ""


def locked_sha256(
    build: Collection[str], archives: Sequence[tuple[str, str]]
) -> str:
    """
    Return the sha256 of that one of `archives`, by name, that a distribution
    with the tags `build` was installed from; "" where two may be it.
    """
    fitting = {
        sha256
        for name, sha256 in archives
        if build and set(_tags_in(name)) == set(build)
    }
    every = {sha256 for _, sha256 in archives}
    candidates = fitting or every
    return sha256_in(candidates.pop()) if len(candidates) == 1 else ""


def _tags_in(
    name: str,
) -> Iterator[str]:
    """Yield the tags in the name of a wheel, as WHEEL spells them out."""
    if not name.endswith(".whl"):
        return
    pieces = [part.split(".") for part in name[:-4].split("-")[-3:]]
    if len(pieces) == 3:
        for python in pieces[0]:
            for abi in pieces[1]:
                for platform in pieces[2]:
                    yield f"{python}-{abi}-{platform}"
