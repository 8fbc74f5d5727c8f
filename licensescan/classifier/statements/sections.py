"""
Which stretches of a license file are about something else than the component:
the file itself says so.

A notices file whose dividers show is read piece by piece (`dividers`).

Else three habits are known: stanzas (`Name: ... Files: ... License: ...`, as
in Debian's copyright format and in NumPy's wheels), announcements ("the
following license applies to ...", "this package bundles ...") and headings
("License for ...", "Third-party notices"). What stands before the first of
them is the component's own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from licensescan.base.lazy_regex import Regex
from licensescan.classifier.statements.dividers import pieces
from licensescan.classifier.statements.part_names import named
from licensescan.model.reasons import Reason
from licensescan.model.trace import SILENT, Trace

_STANZA = Regex(
    r"^[ \t#*/;-]*(?:Name|Library|Package|Component|Project)[ \t]*:[ \t]*(\S.{0,80}?)[ \t]*$",
    re.IGNORECASE,
)
_FIELD = Regex(
    r"^[ \t#*/;-]*(?:Files?|Licen[cs]e|Description|Availability|Copyright|URL|Home-?page|Version|Source|Location)"
    r"[ \t]*:",
    re.IGNORECASE,
)
_FILES = Regex(
    r"^[ \t]*Files?[ \t]*:[ \t]*(\S.{0,160}?)[ \t]*$", re.IGNORECASE
)
_WHAT = r"([^\n]{2,100}?)"
_ANNOUNCED = Regex(
    r"^[^\w\n]*(?:"
    r"(?:the[ ]following|this)[ ](?:licen[cs]es?|text|notice|terms|copyright(?:[ ]and[ ]licen[cs]e)?|section)?[ ]?"
    r"(?:information[ ])?appl(?:y|ies)[ ](?:only[ ])?to[ ]" + _WHAT + r"[:.]?$"
    r"|(?:this|the)[ ](?:product|software|package|project|distribution|library|wheel|binary|source|code|repository|"
    r"directory|work|module|[\w.-]+[ ](?:wheel|package|library|distribution|binaries|project|source[ ]code))[ ]"
    r"(?:also[ ]|distribution[ ])?(?:bundles?|includes?|contains?|incorporates?|vendors?|embeds?|ships?[ ]with|"
    r"depends[ ]on|redistributes?)[ ](?!but\b|over\b|more[ ]than|\d|a[ ]copy[ ]of[ ]the[ ]licen)"
    + _WHAT
    + r"[:.,]?$"
    r"|(?:some|portions?|parts?|the[ ]code|code|files?|(?:the[ ])?(?:files?|code|functions?|modules?|sub-?modules?|"
    r"classes|patches|implementation|source|script|director(?:y|ies)|(?:programs?|scripts?|examples?)[ ]in))\b"
    r"[^.\n]{0,90}?"
    r"\b(?:(?:are|is|was|were)[ ](?:also[ ])?(?:licensed|covered|derived|taken|adapted|copied|based|distributed|"
    r"released|subject|under|from|borrowed|included|in[ ]the[ ]public)|"
    r"(?:that[ ]were[ ])?(?:taken|adapted|derived|copied)[ ]from)\b[^\n]{0,120}$"
    r"|[\w./*-]{1,60}\.[a-z]{1,5}\b[^.\n]{0,60}?\b(?:is|are)[ ]"
    r"(?:(?:licensed|covered|distributed|released|available|placed)[ ](?:under|by|in)|(?:under[ ])?(?:the[ ])?"
    r"[AL]?GPL(?:v?[\d.]+)?\+?|in[ ]the[ ]public[ ]domain)\b[^\n]{0,120}$"
    r")",
    re.IGNORECASE,
)
_HEADING = Regex(
    r"^[^\w\n]*(?:(?P<group>(?:third[- ]?party|additional|external|bundled|vendored|incorporated|embedded|"
    r"dependenc\w+)[ ](?:software|code|component|librar|package|source)?\w*[ ]?"
    r"(?:licen[cs]e|notice|software|component|attribution|librar|code)\w*\b[^\n]{0,60})"
    r"|(?:copyright[ ]notice[ ]and[ ])?licen[cs]es?[ ](?:agreement[ ]|terms[ ]|information[ ])?(?:for|of)[ ]"
    r"(?!this\b|use\b|the[ ]software\b|derived\b)(?P<one>[^\n]{2,70}?)"
    r"|(?:the[ ])?(?P<kind>documentation|docs|manuals?|fonts?|icons?|artwork|images?)[ ]licen[cs]e"
    r"|(?P<of>[^\n:]{2,50}?)[ ](?:licen[cs]e|is[ ]licensed[ ]as[ ]follows)[ ]?:)[ \t:]*$",
    re.IGNORECASE,
)
_BANNER = Regex(
    r"^[ \t]*([-=*#~+])\1{2,}[ \t]*([^\s=*#~+-][^\n]{1,70}?)[ \t]*\1{3,}[ \t]*$"
)
_SHIPPED = Regex(
    r"(\S.{1,60}?)[ ](?:(?:is|are)[ ])?(?:also[ ])?(?:(?:re-?)?distributed|bundled|shipped|included"
    r"|(?:statically|dynamically)[ ]linked)[ ](?:within|with|in|into)\b",
    re.IGNORECASE,
)
"""
A sentence under a rule that says where something is carried along: what
follows is about that.
"""

_SENTENCE = 140
_RULE = Regex(r"^[ \t]*([-=*#_~+])\1{3,}[ \t]*$")
_PATH = Regex(r"^[ \t]*([\w.-]+(?:/[\w.*-]+)+/?)[ \t]*:[ \t]*$")
_FILE = Regex(
    r"^[ \t#=*-]*((?:[@\w.+-]+/)+)(?:[\w.-]*(?:licen[cs]e|copying|copyright|notice)[\w.-]*)[ \t:#=*-]*$",
    re.IGNORECASE,
)
"""
A row that is but the path of a license file, which others put above its text.
"""

_NO_NAME = frozenset(
    "external externals third_party third-party 3rdparty vendor vendored node_modules deps src lib package packages "
    "license licenses . ..".split()
)
"""Folders that say where things lie, and not what they are."""

_LINKED = Regex(r"^#{2,5}[ \t]+\[([^\]\n]{2,60})\]\([^)\s]{4,200}\)[ \t#]*$")
"""
A heading of Markdown that is a link: the name of a project and its address.
"""

_CARRIES = Regex(
    r"^[ \t]*[A-Z][\w.+-]{1,40}(?:[ ](?:wheels?|packages?|library|binar(?:y|ies)|distributions?))?[ ](?:also[ ])?"
    r"(?:includes?|bundles?|contains?|incorporates?|vendors?|embeds?|ships[ ]with)[ ]"
    r"(?:derivatives[ ]of[ ]|(?:some|parts|portions)[ ]of[ ]|code[ ]from[ ])*(?:the[ ])?[`'\"]?"
    r"([^\s`'\"][^\n]{1,100}?)(?:[ ](?:which|that)[ ](?:is|are)\b[^\n]*)?[:.,]?$"
)
"""A paragraph that begins with what a project carries along."""

_GOVERNED = Regex(
    r"\blicen[cs]ed[ ](?:as[ ]|under[ ]the[ ])(?:follow|below)\w*",
    re.IGNORECASE,
)
_WHOLE = Regex(
    r"(?i)(?:everything|all[ ](?:parts|files|code|of)|the[ ](?:entire|whole|rest))\b"
)
"""
What a license "applies to" that begins no part: it is of the thing that the
file was about before.
"""

_OWNED = Regex(
    r"\b[A-Z][\w.+-]*|\w[/.]\w|\w*\d|\b(?:from|by|of|derived|third[- ]party|modified|version|vendored)\b"
)
_SAID = ('"', "“", "'", "‘", "``")
"""
A sentence in quotation marks is one that others are to say, in a notice or an
advertisement.
"""

_TERMS_BELOW = 8
"""
Rows below an announcement in which the terms of what it announces are spoken
of.
"""

_OPEN = frozenset(("from", "by", "at", "of", "the", "in", "and", "on"))
_GOES_ON = frozenset(
    "of under in for to with by and or from that as such on which".split()
)
"""Words that no name begins with: "of this license:" ends a sentence."""
_LOOK = 6
_CARRIED_ROWS = 3
_LEAST_ROW, _LEAST_HEADING, _LONGEST_ROW = 4, 6, 240
"""
Characters of a row that may be a rule, of one that may be a heading, and of
any.
"""

_EVERY_FILE = ("*", "./*", ".", "**", "**/*")
_OTHERS = 2
"""
With so many times as many other headings, rows that recur are not what parts
the pieces of a file.
"""

_ITEM_MARKS = ("*", "-", "+")
_TERMS = ("licens", "licenc", "released under", "public domain")
_TOP = 6
"""A rule in the first lines is decoration of the title."""


@dataclass(frozen=True, slots=True)
class Section:
    """
    From `line` (counted from 1) on the file is about `name`, until the next
    section; None: the component itself.
    """

    line: int
    name: str | None


class _Heading(NamedTuple):
    """
    What a row announces: the part `name`, "" for the component itself, or no
    part for the `reason` given.
    """

    name: str | None
    reason: Reason = Reason.NO_NAME


Rows = Sequence[str]


def sections(
    rows: Rows,
    taken: Iterable[tuple[int, int]] = (),
    trace: Trace[tuple[Section, str]] = SILENT,
) -> list[Section]:
    """
    The sections of a license file, in order; empty for a file that is about
    one thing.

    `taken` are the lines (first, last) of texts that were recognised: a
    heading within a license is that license's own. `trace` is told of sections
    with their rows.
    """
    inside = bytearray(len(rows) + 1)
    for first, last in taken:
        inside[first + 1 : last + 1] = b"\1" * max(0, last - first)
    found: list[Section] = []
    for number, row in enumerate(rows, 1):
        if inside[number] or not _LEAST_ROW <= len(row) <= _LONGEST_ROW:
            continue
        heading = _heading(row, rows, number)
        section = _section(heading, row, number, trace) if heading else None
        if section is None and found:
            heading = _above_a_copyright(row, rows, number)
            section = (
                _section(heading, row, number, trace) if heading else None
            )
        if section is not None:
            found.append(section)
    return _divided(rows, inside, found)


def _items(rows: Rows, inside: bytearray) -> Iterator[Section]:
    """
    Yield a section for each item of a list that is but the path of a file,
    with words on its terms indented below ("* tools/rst.el"), and one for what
    follows the list.
    """
    is_item = False
    for number, row in enumerate(rows, 1):
        if inside[number] or not row.strip() or row[:1].isspace():
            continue
        path = _listed_path(row)
        below = " ".join(rows[number : number + _TERMS_BELOW]).lower()
        if path and any(word in below for word in _TERMS):
            yield Section(number, path)
            is_item = True
        elif is_item:
            yield Section(number, None)
            is_item = False


def _listed_path(row: str) -> str:
    """Return the path that is all of an item of a list, else ""."""
    mark, _, words = row.partition(" ")
    path = words.lstrip("| ").rstrip(",;: ")
    folder, _, name = path.rpartition("/")
    is_path = mark in _ITEM_MARKS and folder and "." in name[:-1]
    return path if is_path and len(path.split()) == 1 else ""


def _divided(
    rows: Rows, inside: bytearray, found: list[Section]
) -> list[Section]:
    """
    Return the pieces of a notices file whose dividers show, with what was
    `found` above the first of them; `found` for any other file, or its items.
    """
    divided = pieces(rows, inside, _is_license_name)
    if not divided:
        return found or list(_items(rows, inside))
    first = divided[0].line
    # Above the first piece somebody introduces the list, or has terms there.
    has_terms = any(inside[:first])
    above = [one for one in found if one.line < first] if has_terms else []
    if len(found) - len(above) > _OTHERS * len(divided):
        return found
    return above + [Section(line, name) for line, name in divided]


def _section(
    heading: _Heading, row: str, number: int, trace: Trace[tuple[Section, str]]
) -> Section | None:
    """Return the section that a heading begins, if it begins one."""
    if heading.name is not None:
        section = Section(number, heading.name or None)
        trace.keeps(Reason.BEGINS_PART, (section, row))
        return section
    section = Section(number, _short(row))
    return None if trace.drops(heading.reason, (section, row)) else section


def _heading(row: str, rows: Rows, number: int) -> _Heading | None:
    """
    Return what the first habit that a row has says; None for any other row.
    """
    titled = _titled(row, rows, number) if row[0] in "-=*#_~+ \t" else None
    if titled is not None and titled.name is not None:
        return titled
    if len(row) < _LEAST_HEADING:
        return titled
    for sign, habits in _HABITS:
        if sign in row:
            heading = _by_habit(habits, row, rows, number)
            if heading is not None:
                return heading
    if any(map(row.lower().__contains__, _CUES)):
        return _by_habit(_HABITS_OF_WORDS, row, rows, number) or titled
    return titled


def _by_habit(
    habits: Iterable[_Habit], row: str, rows: Rows, number: int
) -> _Heading | None:
    for habit in habits:
        heading = habit(row, rows, number)
        if heading is not None:
            return heading
    return None


def part_at(found: Sequence[Section], line: int) -> str | None:
    """
    The name of the part that `line` belongs to, or None for the component
    itself.
    """
    place = bisect_right(found, line, key=lambda s: s.line)
    return found[place - 1].name if place else None


def _folder_name(folders: str) -> str | None:
    """
    What the license file in these folders is about: the last of them that says
    what and not where.
    """
    names = [
        folder
        for folder in folders.split("/")
        if folder and folder.lower() not in _NO_NAME
    ]
    if not names:
        return None
    scoped = len(names) > 1 and names[-2].startswith("@")
    return "/".join(names[-2:]) if scoped else names[-1]


def _has_terms(what: str, rows: Sequence[str], number: int) -> bool:
    """
    Whether what a package is said to contain may be on terms of its own: it
    has a name, it is from somebody, or the rows below speak of licenses. A
    description ("contains the driver and system components") is none.
    """
    if _OWNED.search(what):
        return True
    below = " ".join(rows[number : number + _TERMS_BELOW]).lower()
    return any(
        word in below
        for word in (
            "licens",
            "licenc",
            "copyright",
            "public domain",
            "permission",
        )
    )


def _alone(rows: Sequence[str], number: int) -> bool:
    """
    Whether a row has nothing above and below it, as a heading has and the
    middle of a sentence has not.
    """
    return not any(
        r.strip()
        for r in (
            *rows[max(0, number - 2) : number - 1],
            *rows[number : number + 1],
        )
    )


def _above_a_copyright(row: str, rows: Rows, number: int) -> _Heading | None:
    """
    Return the name that a list of parts puts right above a line of copyright.
    """
    title = row.strip()
    below = rows[number].strip().lower() if number < len(rows) else ""
    if not below.startswith(("copyright", "(c)", "©")):
        return None
    if len(title) > 40 or len(title.split()) > 4 or not title[:1].isalnum():
        return None
    if title[-1] in ".;,:" or "copyright" in title.lower():
        return None
    return _unless_license(title)


def _name_in(words: str, rows: Sequence[str], number: int) -> str | None:
    """
    The name in a sentence that may have begun in the row before, or go on in
    the next one.
    """
    before = rows[number - 2].strip() if number > 1 else ""
    after = rows[number].strip() if number < len(rows) else ""
    goes_on = bool(after) and not _OPEN.isdisjoint(words.lower().split()[-1:])
    found = named(f"{words} {after}") if goes_on else None
    found = found or named(words)
    return (
        named(f"{before} {words}")
        if found is None and before and words[:1].islower()
        else found
    )


def _titled(row: str, rows: Rows, number: int) -> _Heading | None:
    """
    Return the name that stands by itself under a rule, past the top of the
    file.
    """
    if number < _TOP or not _RULE.match(row):
        return None
    title = next(
        (r.strip() for r in rows[number : number + 3] if r.strip()), ""
    )
    shipped = _SHIPPED.match(title) if len(title) <= _SENTENCE else None
    if shipped:
        return _named(shipped[1])
    if not 0 < len(title.split()) <= 6 or len(title) > 60:
        return None
    if title[-1] in ".;," or not title[0].isalnum() or ":" in title:
        return None
    if "copyright" in title.lower():
        return None
    return _unless_license(title)


def _named(words: str) -> _Heading:
    """Return the part that `words` name, if there is a name in them."""
    return _Heading(named(words))


def _unless_license(words: str) -> _Heading:
    """Return the part that `words` name, if they are no title of a license."""
    if _is_license_name(words):
        return _Heading(None, Reason.TITLE_OF_LICENSE)
    return _named(words)


def _license_path(row: str, rows: Rows, number: int) -> _Heading | None:
    path = _FILE.match(row)
    return _Heading(_folder_name(path[1])) if path else None


def _linked_heading(row: str, rows: Rows, number: int) -> _Heading | None:
    linked = _LINKED.match(row)
    return _unless_license(linked[1]) if linked else None


def _path(row: str, rows: Rows, number: int) -> _Heading | None:
    path = _PATH.match(row)
    return _Heading(path[1]) if path else None


def _stanza(row: str, rows: Rows, number: int) -> _Heading | None:
    stanza = _STANZA.match(row)
    if stanza is None or not any(
        map(_FIELD.match, rows[number : number + _LOOK])
    ):
        return None
    return _Heading(named(stanza[1]) or _short(stanza[1]))


def _files(row: str, rows: Rows, number: int) -> _Heading | None:
    files = _FILES.match(row)
    if files is None:
        return None
    if files[1] in _EVERY_FILE:
        return _Heading("")
    return _Heading(_before(rows, number) or files[1])


def _banner(row: str, rows: Rows, number: int) -> _Heading | None:
    banner = _BANNER.match(row)
    return _unless_license(banner[2]) if banner else None


def _announcement(row: str, rows: Rows, number: int) -> _Heading | None:
    announced = None if _is_quoted(row) else _ANNOUNCED.match(row)
    if announced is None:
        return None
    what = announced[1] or announced[2]
    if what and _WHOLE.match(what):
        return _Heading(None, Reason.OF_THE_WHOLE)
    if what and not _has_terms(what, rows, number):
        return _Heading(None, Reason.NO_TERMS_BELOW)
    return _Heading(_name_in(what or row, rows, number))


def _carried(row: str, rows: Rows, number: int) -> _Heading | None:
    is_first = number > 1 and not rows[number - 2].strip()
    carried = _CARRIES.match(row) if is_first else None
    if carried is None:
        return None
    paragraph = " ".join(rows[number - 1 : number + _CARRIED_ROWS])
    return _named(carried[1]) if _GOVERNED.search(paragraph) else None


def _titled_license(row: str, rows: Rows, number: int) -> _Heading | None:
    heading = _HEADING.match(row)
    if heading is None:
        return None
    name = (
        heading["one"] or heading["kind"] or heading["of"] or heading["group"]
    )
    is_first = not any(r.strip() for r in rows[: number - 1])
    if heading["one"] and "agreement" in row.lower() and is_first:
        return _Heading(None, Reason.TITLE_OF_FILE)
    if heading["of"] and not _GOES_ON.isdisjoint(name.lower().split()[:1]):
        return _Heading(None, Reason.END_OF_SENTENCE)
    if heading["group"] and name[0].islower() and not _alone(rows, number):
        return _Heading(None, Reason.IN_A_PARAGRAPH)
    if _is_license_name(name):
        return _Heading(None, Reason.TITLE_OF_LICENSE)
    return _Heading(_name_in(name, rows, number))


def _quotation(row: str, rows: Rows, number: int) -> _Heading | None:
    if _is_quoted(row) and _ANNOUNCED.match(row):
        return _Heading(None, Reason.QUOTED)
    return None


def _is_quoted(row: str) -> bool:
    return row.lstrip(" \t#*/;").startswith(_SAID)


_Habit = Callable[[str, Rows, int], _Heading | None]
_HABITS: tuple[tuple[str, tuple[_Habit, ...]], ...] = (
    ("/", (_license_path, _linked_heading)),
    (":", (_path, _stanza, _files)),
    ("", (_banner,)),
)
"""How rows begin a section, by a sign that they have."""

_HABITS_OF_WORDS: tuple[_Habit, ...] = (
    _announcement,
    _carried,
    _titled_license,
    _quotation,
)
"""How rows begin a section that have one of `_CUES`."""


_CUES = (
    *(
        "appl",
        "bundle",
        "include",
        "contain",
        "incorporat",
        "vendor",
        "embed",
        "ship",
        "redistribut",
        "third",
    ),
    *(
        "license",
        "licence",
        "portion",
        "part",
        "code",
        "file",
        "taken",
        "released",
        "covered",
        "distributed",
        "adapted",
        "derived",
        "copied",
        "additional",
        "gpl",
        "public domain",
    ),
)
_LICENSE_NAME = Regex(
    r"(?i)\b(?:terms|definitions|grant|preamble|introduction|scope|limitations?|disclaimer|warranty|mit|bsd|apache|gnu|gpl|lgpl|mozilla|isc|zlib|expat|creative|public|boost|software|eclipse|unlicense|"
    r"the|new|modified|simplified|artistic|python|psf|cc0|open|copyright|my|our|your|this|end|user|free|academic|x11|"
    r"revised|license|permissive|2|3)\b"
)


def _is_license_name(name: str) -> bool:
    """
    Whether the words name a license: "The MIT License:" is the title of one,
    "jQuery License:" that of a part.
    """
    return bool(_LICENSE_NAME.match(re.sub(r"^[\W\d_]+", "", name)))


def _before(rows: Sequence[str], number: int) -> str:
    """
    The name given in the rows just above a `Files:` field, if it is a stanza.
    """
    for row in reversed(rows[max(0, number - 4) : number - 1]):
        stanza = _STANZA.match(row)
        if stanza:
            return stanza[1]
    return ""


def _short(name: str) -> str:
    clean = " ".join(name.strip(" \t*#=-:.,`'\"").split())
    return clean if len(clean) <= 80 else clean[:77] + "..."
