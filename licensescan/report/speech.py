"""
The language of what people read: English as the code and `rules/` write it,
and others by one table each, `rules/lang/<language>.toml`.

A message of the code is its own key: `say("{count} more", count=3)`. What a
rule, a clause, a profile or a word of reports says stands in the table under
its id. Stored reports and JSON stay in English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

from licensescan.base import toml
from licensescan.base.installation import data_folder

if TYPE_CHECKING:
    from pathlib import Path

ENGLISH = "en"
LANGUAGES = (ENGLISH, "ko")

_LANGUAGE: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let what is said be in `language`, one of `LANGUAGES`."""
    token = _LANGUAGE.set(language)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


def language_of(
    asked: str,
    variables: Mapping[str, str],
) -> str:
    """
    Return the language that is asked for: by name, by `LICENSESCAN_LANG`, or
    as the system is set; English where that is none of `LANGUAGES`.
    """
    names = ("LICENSESCAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    found = (asked, *(variables.get(name, "") for name in names))
    chosen = next(filter(None, found), ENGLISH)
    word = chosen.replace("-", "_").partition("_")[0].lower()
    return word if word in LANGUAGES else ENGLISH


def spoken() -> str:
    """Return the language spoken."""
    return _LANGUAGE.get()


def say(
    message: str,
    **fields: object,
) -> str:
    """
    Return a message of the code with its fields, in the language spoken.
    """
    if _LANGUAGE.get() != ENGLISH:
        messages = _table(_LANGUAGE.get())["messages"]
        message = messages.get(message, message)
    return message.format(**fields) if fields else message


def about(
    kind: str,
    name: str,
    key: str,
    english: str,
) -> str:
    """
    Return what a `rule`, `clause`, `profile` or `word` says under `key`, in
    the language spoken; else what it says in `english`.
    """
    if _LANGUAGE.get() == ENGLISH:
        return english
    entries = _table(_LANGUAGE.get()).get(kind, {})
    said = entries.get(name, {}).get(key, english)
    return str(said)


def words_of(part: str) -> Mapping[str, str]:
    """Return a part of the table of the language spoken, none in English."""
    if _LANGUAGE.get() == ENGLISH:
        return {}
    words: Mapping[str, str] = _table(_LANGUAGE.get())[part]
    return words


def heard(message: str) -> str:
    """Return a sentence as far as the table has it, else as it is."""
    if _LANGUAGE.get() == ENGLISH:
        return message
    return _Sentences(_LANGUAGE.get()).said(message)


def told(
    rule: str,
    message: str,
) -> str:
    """
    Return the message of a finding in the language spoken: word for word where
    the table has it, else the title of the rule before it.
    """
    if _LANGUAGE.get() == ENGLISH:
        return message
    said = _Sentences(_LANGUAGE.get()).said(message)
    if said != message:
        return said
    title = about("rule", rule, "title", "")
    return f"{title} — {message}" if title else message


class _Sentences:
    """
    Sentences of findings: clauses by their titles, and templates, in which a
    blank stands for a name or for a sentence that has a template itself.
    """

    def __init__(self, language: str) -> None:
        self._exact = _exact(language)
        self._templates = _templates(language)
        self._clauses = _clauses(language)

    def said(self, message: str) -> str:
        """Return `message`, or what the table has for it."""
        if message in self._exact:
            return self._exact[message]
        for pieces, said in self._templates:
            fields = _fields(message, pieces)
            if fields is not None:
                return _filled(said, [self.said(field) for field in fields])
        for english, here in self._clauses:
            message = message.replace(english, here)
        return message


def _fields(
    message: str,
    pieces: tuple[str, ...],
) -> list[str] | None:
    """
    Return what stands in the blanks between `pieces`; None where `message`
    does not have them in this order.
    """
    first, *others = pieces
    if not message.startswith(first):
        return None
    rest = message[len(first) :]
    fields = []
    for piece in others:
        at = rest.find(piece) if piece else len(rest)
        if at < 1:
            return None
        fields.append(rest[:at])
        rest = rest[at + len(piece) :]
    return None if rest else fields


def _filled(
    said: str,
    fields: list[str],
) -> str:
    for at, field in enumerate(fields):
        said = said.replace(f"{{{at}}}", field)
    return said


@cache
def _table(language: str) -> Mapping[str, Any]:
    path: Path = data_folder("rules") / "lang" / f"{language}.toml"
    return toml.loads(path.read_bytes(), label=path.name)


@cache
def _exact(language: str) -> Mapping[str, str]:
    """Return whole sentences: titles of rules as messages have them."""
    from licensescan.rulebook.rulebook import load

    table = _table(language)
    titles = {
        rule.title[0].lower() + rule.title[1:]: table["rule"][rule.id]["title"]
        for rule in load().rules.values()
        if rule.id in table["rule"]
    }
    return {**titles, **table["sentences"]}


@cache
def _templates(language: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    return tuple(
        (tuple(english.split("{}")), said)
        for english, said in _table(language)["templates"].items()
    )


@cache
def _clauses(language: str) -> tuple[tuple[str, str], ...]:
    """Return titles of clauses with the bracket of their id behind them."""
    from licensescan.rulebook.rulebook import taxonomy

    table = _table(language)["clause"]
    return tuple(
        (f"{entry['title']} ({name}", f"{table[name]['title']} ({name}")
        for name, entry in taxonomy().items()
        if name in table
    )
