"""
Models and data sets as they are written outside of calls: ids and addresses of
weights in strings of code, in commands and in configuration.

What counts is data, `[written]` and `[[command]]` of `rules/models.toml`; an
id that stands alone counts if its family is known there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from licensescan.rulebook.model_families import (
    Command,
    Named,
    Written,
    family_of,
    table,
)

_HUB = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?P<set>datasets/)?(?P<id>[\w.-]+/[\w.-]+)(?:/(?:resolve|blob|raw|tree)/(?P<file>[^?#]*)(?:[?#].*)?)?$"
)
_ADDRESS = re.compile(
    r"(?:https?|gs|s3)://(?P<place>[\w.-]+(?:/[^/\s?#]+){0,2})(?:/[^/\s?#]+)*/(?P<file>[^/\s?#]+)(?:[?#].*)?$"
)
_ID = re.compile(r"[A-Za-z0-9][\w.-]{1,95}/[A-Za-z0-9][\w.:-]{0,95}")
_QUOTED = re.compile(rb"[\"']([A-Za-z][\w.-]{1,40})/[\w.:-]{2,96}[\"']")
_REMARK = re.compile(r"(?:^|\s)#.*|^\s*(?://|REM\b|;|--\s).*", re.IGNORECASE)
_TOKEN = re.compile(r"[^\s\"'\[\]{}(),;=`<>|]+")
_CONTINUED = re.compile(r"\\\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenModel:
    """A model or data set that `text` names on `line`, by the word `by`."""

    name: str
    line: int
    by: str
    kind: Named = "model"
    hub: str = "huggingface"


def may_be_written(data: bytes) -> bool:
    """
    Return True for code that may hold the id of a known family, an address of
    weights or of the hub, or (a notebook) a command.
    """
    lower = data.lower()
    if b"://" in data and any(end in lower for end in _endings()):
        return True
    if any(words in data for words in _commands()):
        return True
    owners = _owners()
    return any(m[1].lower() in owners for m in _QUOTED.finditer(data))


def in_string(text: str, line: int) -> WrittenModel | None:
    """
    Return what a string of code is the id or the address of; None for what is
    neither, and for ids of which nothing is known. An address stands for the
    weights beside it: its host and two folders (owner and repository).
    """
    if "://" in text:
        return _of_address(text, line)
    if not _ID.fullmatch(text):
        return None
    return _known(text, line)


def in_lines(text: str) -> Iterator[WrittenModel]:
    """
    Yield what the commands and keys of a script or a configuration name, line
    by line; remarks name nothing.
    """
    line = 1
    for row in _CONTINUED.sub("\\\r", text).split("\n"):
        plain = _REMARK.sub("", row)
        if "/" in plain or any(c.words in plain for c in table().commands):
            tokens = [t for t in _TOKEN.findall(plain) if t != ":"]
            yield from _in_tokens(tokens, line)
        line += 1 + row.count("\\\r")


@cache
def _owners() -> frozenset[bytes]:
    names = (name for family in table().families for name in family.names)
    return frozenset(n.partition("/")[0].encode() for n in names if "/" in n)


@cache
def _endings() -> tuple[bytes, ...]:
    hubs = ("huggingface.co/", "hf.co/")
    return tuple(end.encode() for end in (*table().written.weights, *hubs))


@cache
def _commands() -> tuple[bytes, ...]:
    return tuple(command.words.encode() for command in table().commands)


def _known(name: str, line: int) -> WrittenModel | None:
    kinds: tuple[Named, ...] = ("model", "dataset")
    for kind in kinds:
        if family_of(kind, name):
            hub = "ollama" if name.lower().startswith("ollama/") else ""
            return WrittenModel(
                name=name,
                line=line,
                by="names",
                kind=kind,
                hub=hub or "huggingface",
            )
    return None


def _of_address(text: str, line: int) -> WrittenModel | None:
    written = table().written
    on_hub = _HUB.fullmatch(text)
    if on_hub:
        is_file = (on_hub["file"] or "").lower().endswith(written.ends)
        if is_file or on_hub["id"].partition("/")[0] in written.refused:
            return None
        kind: Named = "dataset" if on_hub["set"] else "model"
        return WrittenModel(
            name=on_hub["id"].removesuffix(".git"),
            line=line,
            by="fetches from",
            kind=kind,
        )
    elsewhere = _ADDRESS.fullmatch(text)
    if not elsewhere:
        return None
    if not elsewhere["file"].lower().endswith(written.weights):
        return None
    return WrittenModel(
        name=elsewhere["place"], line=line, by="fetches from", hub="generic"
    )


def _in_tokens(tokens: Sequence[str], line: int) -> Iterator[WrittenModel]:
    """Yield what one line names; of a command or a key the first id."""
    written = table().written
    said: set[str] = set()
    for found in _introduced(tokens, line, written):
        said.add(found.name)
        yield found
    for token in tokens:
        # A key of a table is looked up, not fetched.
        name = "" if token.endswith(":") else token.strip(".")
        found_alone = in_string(name, line) if "/" in name else None
        if found_alone and found_alone.name not in said:
            yield found_alone


def _introduced(
    tokens: Sequence[str],
    line: int,
    written: Written,
) -> Iterator[WrittenModel]:
    for command in table().commands:
        for after in _after(tokens, command.words.split()):
            name = _first_id(after, command, written)
            if name:
                yield WrittenModel(
                    name=command.shape.format(name),
                    line=line,
                    by=command.words,
                    hub=command.hub,
                )
    for at, token in enumerate(tokens):
        key = token.strip("-:").lower().replace("-", "_")
        if key in written.keys:
            value = next(iter(tokens[at + 1 : at + 2]), "")
            if _is_id(value, written):
                yield WrittenModel(name=value, line=line, by=key)


def _after(
    tokens: Sequence[str],
    words: Sequence[str],
) -> Iterator[Sequence[str]]:
    """Yield what follows `words` among `tokens`, each time they stand there."""
    size = len(words)
    for at in range(len(tokens) - size):
        if list(tokens[at : at + size]) == list(words):
            yield tokens[at + size :]


def _first_id(
    tokens: Sequence[str],
    command: Command,
    written: Written,
) -> str:
    """Return the first of `tokens` that may be an id for `command`."""
    needs_owner = command.shape == "{}"
    names = (t for t in tokens if not t.startswith("-") and "$" not in t)
    return next(
        (n for n in names if not needs_owner or _is_id(n, written)), ""
    )


def _is_id(token: str, written: Written) -> bool:
    """Return True for an id of a hub; a path of the project is none."""
    return (
        _ID.fullmatch(token) is not None
        and token.partition("/")[0].lower() not in written.refused
        and not token.lower().endswith(written.weights)
        and not token.lower().endswith(written.ends)
    )
