"""
Read a notices file as the document that it is: the rows that part its pieces
are learned from the file itself, and each piece begins with what it is about.

Makers have habits: a row of dashes above each name, a line under it, a comment
for each piece of a script. A row that recurs and has a title below it most
times is the divider of its file; nothing inside a piece begins another one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from licensescan.classifier.statements.part_names import named

_SIGNS = frozenset("-=_~*#+")
_MARGIN = " \t*/!#;%-"
_COMMENT, _KEPT = "/*", ("/*!", "@license", "@preserve")
"""How comments begin, and what marks one that packers keep."""

_BEGINNINGS = _SIGNS | {"/"}
"""Characters that a row begins with that may part anything."""

_LEAST_SIGNS = 4
"""Signs of the shortest row that parts anything."""

_FEWEST, _TITLED = 3, 0.7
"""
So many pieces make a list, when so many of the rows between them have a title.
"""

_BELOW, _PARAGRAPHS = 3, 10
"""
Rows below a divider in which the title stands, and rows in which a piece says
where it is from.
"""

_TITLE_WORDS, _TITLE_CHARACTERS, _FEW_WORDS = 7, 90, 4
"""Words and characters of a title, and words of one that has no comment."""

_NAME_ENDS = (
    *(
        ", ",
        ". ",
        " (",
        ": ",
        " which ",
        " in the directory ",
        " in the folder ",
    ),
    *(" binary in ", " binaries in "),
)
"""What ends a name in a sentence."""

_NO_NAMES = ("the page ", "the above ", "above ", "the following ")
_SHORT_NAME = 4
"""Letters of names that licenses have: "MIT", "BSD"."""

_CUTS = (" | ", " -- ", " \u2013 ", " - ", " : ", ". ", ", ", " (")
"""What a title goes on with that is no more of the name."""

_FROM = (
    " from ",
    " authored by ",
    " file copyright ",
    " files copyright ",
    " derived from ",
)
_BEFORE = (
    " is statically ",
    " is dynamically ",
    " is redistributed ",
    " is distributed ",
    " is bundled ",
    " is included ",
    " module from ",
    " library from ",
    " package from ",
)
"""What stands behind the name of what is carried along."""

_OF_CONTRACTS = ("agreement", "terms", "conditions", "eula", "preface")
_NO_PATHS = frozenset(("and/or", "he/she", "his/her", "n/a"))
_ADDRESSES = (" (http", ", http", " <http", " http")
_LONG_RULE = 20
"""Signs of rows that part pieces whatever their number is."""

_OF_LICENSES = (
    *("licen", "version", "definitions", "terms", "conditions", "preamble"),
    *("disclaimer", "warranty", "copying"),
)
"""Words of titles that are headings within a license."""

_TERMS = ("licen", "copyright", "public domain", "permission", "(c)")
_BEGINS, _ENDS = ("begin here", "begins here"), "end of "
_NOTICES = (" notices", " notice,", " license ", " licenses ")


class Piece(NamedTuple):
    """From `line` on, counted from 1, a file is about `name`."""

    line: int
    name: str | None


class _Divider(NamedTuple):
    """
    A row that may part two pieces: its line, counted from 1, and the row of
    the title, counted from 0.
    """

    line: int
    first: int


IsLicense = Callable[[str], bool]
"""Says of a title whether it is but the name of a license."""


def pieces(
    rows: Sequence[str], inside: Sequence[int], is_license: IsLicense
) -> list[Piece]:
    """
    Return the pieces of a notices file, in order; empty for any other file.

    `inside` says of each line, counted from 1, whether it lies in the text of
    a license: what parts that is no divider.
    """
    best: list[Piece] = []
    for kind, dividers in _kinds(rows, inside).items():
        dividers.sort()
        are_banners = kind == _COMMENT and _are_banners(rows)
        fewest = 1 if are_banners else _FEWEST
        if len(dividers) < fewest:
            continue
        found = list(_titled(rows, dividers, is_license))
        ends = sum(_is_end(rows[d.first]) for d in dividers)
        enough = 0 if are_banners else _TITLED * (len(dividers) - ends)
        if len(found) >= max(fewest, enough) and len(found) > len(best):
            best = found
    return best


def _are_banners(rows: Sequence[str]) -> bool:
    """
    Return True for what a packer of scripts has kept of their comments: a file
    that begins with one, and has the marks by which it is kept.
    """
    first = next((row.strip() for row in rows if row.strip()), "")
    if not first.startswith(_COMMENT):
        return False
    return any(mark in row for row in rows for mark in _KEPT)


def _kinds(
    rows: Sequence[str], inside: Sequence[int]
) -> dict[str, list[_Divider]]:
    """Return the rows that may be dividers, by what they look like."""
    kinds: defaultdict[str, list[_Divider]] = defaultdict(list)
    for at, row in enumerate(rows):
        plain = row.strip()
        if plain[:1] not in _BEGINNINGS or inside[at + 1]:
            continue
        if plain.startswith(_COMMENT):
            kinds[_COMMENT].append(_Divider(at + 1, at))
        elif _is_rule(plain):
            for kind, divider in _of_rule(plain, at, rows):
                kinds[kind].append(divider)
    return kinds


def _is_rule(plain: str) -> bool:
    """Return True for a row of one sign, many times."""
    return (
        len(plain) >= _LEAST_SIGNS
        and plain[0] in _SIGNS
        and plain.count(plain[0]) == len(plain)
    )


def _of_rule(
    plain: str, at: int, rows: Sequence[str]
) -> Iterator[tuple[str, _Divider]]:
    """Yield what a rule may part: by the title above it, and that below it."""
    above = rows[at - 1].strip() if at else ""
    if above and abs(len(above) - len(plain)) < _LEAST_SIGNS:
        yield f"under {plain[0]}", _Divider(at, at - 1)
    below = range(at + 1, min(len(rows), at + 1 + _BELOW))
    first = next((n for n in below if rows[n].strip()), None)
    if first is not None:
        yield plain[:_LONG_RULE], _Divider(at + 1, first)


def _titled(
    rows: Sequence[str], dividers: Sequence[_Divider], is_license: IsLicense
) -> Iterator[Piece]:
    """Yield the pieces that begin with a title and speak of terms."""
    lines = [divider.line for divider in dividers]
    ends = [*lines[1:], len(rows) + 1]
    for divider, end in zip(dividers, ends, strict=True):
        body = rows[divider.first : end - 1]
        if _is_end(rows[divider.first]):
            continue
        text = "\n".join(body).lower()
        if not any(map(text.__contains__, _TERMS)):
            continue
        above = rows[divider.line - 2] if divider.line > 1 else ""
        name = _begun(above) or _name(body, is_license)
        if name:
            yield Piece(divider.line, name)


def _is_end(row: str) -> bool:
    return row.strip().lower().startswith(_ENDS)


def _begun(row: str) -> str | None:
    """Return the name in a row that says that its notices begin here."""
    plain = row.strip(_MARGIN)
    lower = plain.lower()
    if not lower.endswith(_BEGINS):
        return None
    ends = [at for at in map(lower.find, _NOTICES) if at > 0]
    return named(plain[: min(ends)]) if ends else None


def _name(body: Sequence[str], is_license: IsLicense) -> str | None:
    """Return what a piece is about; None where it does not say so."""
    plain = [_without_tags(row.strip(_MARGIN)) for row in body[:_PARAGRAPHS]]
    title = next(filter(None, plain), "")
    if not title:
        return None
    text = _opening(plain)
    if _is_owner(title):
        return _address(text) or _holder(title)
    if title.lower().startswith("includes "):
        return _included(title)
    short = _short(title)
    if not short or _is_sentence(short):
        return _told(text)
    if _is_heading(short, is_license) or short.startswith("("):
        return None
    if "://" in short:
        return _address(short) or None
    if "/" not in short:
        return named(short)
    name = _path_or(text, short)
    return named(name) or name


def _opening(plain: Sequence[str]) -> str:
    """
    Return the first paragraph of a piece, with the next one where that says
    what it is from.
    """
    rows = list(plain)
    while rows and not rows[0]:
        del rows[0]
    paragraphs = [""]
    for row in rows:
        if row:
            paragraphs[-1] = f"{paragraphs[-1]} {row}".strip()
        elif paragraphs[-1]:
            paragraphs.append("")
    text = paragraphs[0]
    for further in paragraphs[1:]:
        goes_on = text.endswith("from")
        if " from " in f"{text} ".lower() and not goes_on:
            break
        if "copyright" in further.lower() and not goes_on:
            break
        text = f"{text} {further}"
    return text


def _is_heading(title: str, is_license: IsLicense) -> bool:
    """Return True for the title of a license, or of a section of one."""
    lower = title.lower().removeprefix("the ")
    if any(map(lower.__contains__, _OF_CONTRACTS)):
        return True
    if any(map(lower.__contains__, _OF_LICENSES)):
        return is_license(lower)
    return len(lower) < _SHORT_NAME and is_license(lower)


def _without_tags(title: str) -> str:
    """Return a title without the tags that comments of scripts have."""
    words = title.split()
    while words and words[0].startswith("@") and "/" not in words[0]:
        if words[0] == "@copyright":
            return " ".join(words)[1:]
        words = words[1:]
    return " ".join(words)


def _is_owner(title: str) -> bool:
    return title.lower().startswith(("copyright", "(c)", "\u00a9"))


def _short(title: str) -> str:
    """Return the beginning of a title, which is the name."""
    title = _without_number(title)
    for sign in _ADDRESSES:
        title = title.partition(sign)[0]
    title = title.removesuffix(" is").partition(" Is ")[0]
    size = len(title.split())
    is_long = size > _TITLE_WORDS or len(title) > _TITLE_CHARACTERS
    cuts: Sequence[str] = _CUTS if is_long else _CUTS[:5]
    if not is_long and size > _FEW_WORDS:
        cuts = (*cuts, ": ")
    cut = _cut(title, cuts)
    if (is_long and cut == title) or len(cut.split()) > _TITLE_WORDS:
        return ""
    return _without_version(cut).rstrip(".,;")


def _cut(words: str, signs: Sequence[str]) -> str:
    """Return words up to the first of some signs."""
    ends = [at for at in map(words.find, signs) if at > 0]
    return words[: min(ends)] if ends else words


def _without_number(title: str) -> str:
    """Return a title without the number of its item."""
    number, _, rest = title.partition(" ")
    return rest.strip() if number.rstrip(".)").isdigit() and rest else title


def _without_version(name: str) -> str:
    """Return a name without the version behind it."""
    head, _, last = name.rpartition(" ")
    return head if head and last.lstrip("v")[:1].isdigit() else name


_VERBS = frozenset(
    "is are was has have had includes include contains contain uses from under "
    "following adapted derived copied taken".split()
)


def _is_sentence(title: str) -> bool:
    """Return True if words say something, and are not just a name."""
    return not _VERBS.isdisjoint(title.lower().split())


def _included(title: str) -> str | None:
    """Return what a row "Includes ..." names."""
    what = title.partition(" ")[2]
    lower = f" {what.lower()} "
    for sign in _FROM:
        at = lower.find(sign)
        if at >= 0:
            return _first(what[at + len(sign) - 1 :])
    if what.lower().startswith("file"):
        return _holder(what.partition(":")[2].strip(_MARGIN))
    return _first(what)


def _holder(words: str) -> str | None:
    """Return the name in a line of copyright."""
    kept = (word for word in words.split() if not _is_of_owner(word))
    return named(_cut(" ".join(kept), (". ", ", ", " (", " <")))


def _is_of_owner(word: str) -> bool:
    return word.lower() in ("copyright", "(c)", "\u00a9") or word[:1].isdigit()


def _told(text: str) -> str | None:
    """Return the name in sentences that say what a piece is, or is from."""
    lower = text.lower()
    for sign in _BEFORE:
        at = lower.find(sign)
        if 0 < at <= _TITLE_CHARACTERS:
            return named(text[:at])
    for sign in (" applies to ", " apply to ", " from "):
        at = lower.find(sign)
        name = _first(text[at + len(sign) :]) if at >= 0 else None
        if name:
            return name
    return _path_or(text, "") or None


def _first(words: str) -> str | None:
    """Return the name that words begin with, or that of an address."""
    words = words.strip(" \t:").removeprefix("code from ")
    if words.startswith(("http://", "https://")):
        return _address(words) or None
    if words.lower().startswith(_NO_NAMES):
        return None
    return named(_cut(words, _NAME_ENDS))


def _path_or(text: str, short: str) -> str:
    """
    Return the name that sentences give beside a path, else the path; `short`
    is a title that has one in it.
    """
    at = text.lower().find(" from ")
    told = _first(text[at + len(" from ") :]) if short and at >= 0 else None
    if told and ("." in short or "(" in short):
        return told
    if short:
        return short
    words = (word.strip(",;:()").rstrip("/") for word in text.split())
    return next(filter(_is_path, words), "")


def _is_path(word: str) -> bool:
    return "/" in word and "://" not in word and word not in _NO_PATHS


def _is_hash(word: str) -> bool:
    """Return True for a number that stands for a file, and names nothing."""
    return len(word) >= _LONG_RULE and set(word) <= set("0123456789abcdef")


def _address(text: str) -> str:
    """Return the last piece of the first web address in a text."""
    for word in text.split():
        at = word.find("://")
        if at < 0:
            continue
        path = word[at + 3 :].strip("<>().,;").rstrip("/")
        path = path.partition("/blob/")[0].partition("/tree/")[0]
        last = path.rpartition("/")[2] if "/" in path else ""
        return "" if _is_hash(last) else last.removesuffix(".git")
    return ""
