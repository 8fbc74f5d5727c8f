"""
GNU licenses as a lattice: family, version, "or later", exceptions, and what
several claims on one subject come to.

SPDX spells all of it in one id (`LGPL-2.1-or-later`), and packages say it in
pieces: a text names a version, a notice adds "or later", a file beside it an
exception. The pieces are compared here, and nowhere by the spelling of an id.

The text of a GNU license says nothing on later versions, and SPDX has no id
for that since its list 3.0: its text is called `-only`. That is why "or later"
is more than `-only` here, whoever says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache

from licensescan.base.lazy_regex import Regex
from licensescan.model.texts import Expression

_CLAIM = Regex(
    r"([AL]?GPL|GFDL)-(\d+\.\d+)(-invariants|-no-invariants)?(-only|-or-later)?"
    r"(?: WITH (\S+))?"
)

FAMILIES = frozenset(("GPL", "LGPL", "AGPL"))
"""The licenses for programs."""

_REACH = ("LGPL", "GPL", "AGPL")
"""The licenses for programs from the narrowest reach to the widest."""

_VERSIONS = {
    "GPL": ("1.0", "2.0", "3.0"),
    "LGPL": ("2.0", "2.1", "3.0"),
    "AGPL": ("1.0", "3.0"),
}
"""The versions that were published."""

_UNVERSIONED: Mapping[str, Expression] = {
    "GPL": Expression("GPL-1.0-or-later"),
    "LGPL": Expression("LGPL-2.0-or-later"),
}
"""
The first version of each license, or any later one: what a name without a
version allows (GPL-1.0, section 7; LGPL-2.0, section 13).
"""


class Later(IntEnum):
    """
    What is said of later versions, from the least to the most that is granted.
    """

    UNSAID = 0
    NO = 1
    YES = 2


_SUFFIXES = {None: Later.UNSAID, "-only": Later.NO, "-or-later": Later.YES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gnu:
    """
    One claim: a license of `family` (`GPL`, `LGPL`, `AGPL`, `GFDL`) in
    `version`, what it says of later ones, and its exceptions. `variant` tells
    the texts of one version apart (`-invariants` of the GFDL).
    """

    family: str
    version: str
    later: Later = Later.UNSAID
    exceptions: frozenset[str] = frozenset()
    variant: str = ""

    @property
    def text(self) -> str:
        """
        The name of the license text, `GPL-2.0`: one text for all claims on it.
        """
        return f"{self.family}-{self.version}{self.variant}"

    @property
    def expression(self) -> Expression:
        """The claim in SPDX's spelling, in which UNSAID is `-only`."""
        suffix = "or-later" if self.later is Later.YES else "only"
        words = [f"{self.text}-{suffix}", *sorted(self.exceptions)]
        return Expression(" WITH ".join(words))

    @property
    def is_for_programs(self) -> bool:
        """True but for the GFDL, a license for manuals."""
        return self.family in _REACH

    @property
    def is_published(self) -> bool:
        """True if the license exists in this version."""
        return self.version in _VERSIONS.get(self.family, ())

    def with_later(self) -> Gnu:
        """Return the claim with "or later"."""
        return replace(self, later=Later.YES)

    def __lt__(
        self,
        other: Gnu,
    ) -> bool:
        """
        Return True if `other` says more of the same text, by which this claim
        adds nothing: it grants an exception where this one has none, or says
        more of later versions. Claims with exceptions stand side by side.
        """
        if self.text != other.text or self.exceptions:
            return False
        return bool(other.exceptions) or self.later < other.later

    def gives_way_to(
        self,
        other: Gnu,
    ) -> bool:
        """
        Return True if this claim allows the later version that `other` is on:
        whoever keeps to that one keeps to both.
        """
        return (
            self.later is Later.YES
            and self.is_for_programs
            and self.family == other.family
            and self.version < other.version
            and not self.exceptions
            and not other.exceptions
        )

    def is_within(
        self,
        other: Gnu,
    ) -> bool:
        """
        Return True if this license asks nothing that `other` does not ask in
        the same version: LGPL or GPL within AGPL.
        """
        if (
            self.exceptions
            or other.exceptions
            or self.version != other.version
        ):
            return False
        if not (self.is_for_programs and other.is_for_programs):
            return False
        return _REACH.index(self.family) <= _REACH.index(other.family)


@lru_cache(maxsize=4096)
def claim(expression: str) -> Gnu | None:
    """
    Return the claim that `expression` makes, when it is one GNU license, with
    or without an exception; None for any other.
    """
    match = _CLAIM.fullmatch(expression)
    if match is None:
        return None
    family, version, variant, suffix, exception = match.groups()
    return Gnu(
        family=family,
        version=version,
        later=_SUFFIXES[suffix],
        exceptions=frozenset((exception,)) if exception else frozenset(),
        variant=variant or "",
    )


def asks_no_more(inner: str, outer: str) -> bool:
    """
    Return True if the license `inner` asks nothing that `outer` does not ask,
    in a work that keeps to both: the same license, or one of GNU's that
    reaches no further, in any version and without exceptions.
    """
    if inner == outer:
        return True
    first, second = claim(inner), claim(outer)
    if first is None or second is None:
        return False
    if first.exceptions or second.exceptions:
        return False
    if not (first.is_for_programs and second.is_for_programs):
        return False
    return _REACH.index(first.family) <= _REACH.index(second.family)


def is_gnu(expression: str) -> bool:
    """
    Return True if `expression` is one GNU license for programs, without an
    exception.
    """
    gnu = claim(expression)
    return gnu is not None and gnu.is_for_programs and not gnu.exceptions


def is_manual_license(expression: str) -> bool:
    """
    Return True if `expression` is the GFDL, which does not say anything of
    invariant sections.
    """
    gnu = claim(expression)
    return gnu is not None and not gnu.is_for_programs and not gnu.variant


def text_of(expression: str) -> str:
    """
    Return the name of the text of one GNU license (`GPL-2.0`), which "-only"
    and "-or-later" share; any other expression as it is.
    """
    gnu = claim(expression)
    return expression if gnu is None or gnu.exceptions else gnu.text


def consists_of(
    expression: str,
    other: str,
) -> bool:
    """
    Return True if the text of `other` is a part of the license `expression`:
    the LGPL of version 3 is the GPL of that version and what it adds.
    """
    whole, part = claim(expression), claim(other)
    if whole is None or part is None:
        return False
    return (whole.text, part.text) == ("LGPL-3.0", "GPL-3.0")


def with_later(expression: str) -> Expression:
    """Return a GNU license with "or later"; any other expression as it is."""
    gnu = claim(expression)
    return (
        Expression(expression) if gnu is None else gnu.with_later().expression
    )


def without_later(expression: str) -> Expression:
    """
    Return a GNU license of this version only; any other expression as it is.
    """
    gnu = claim(expression)
    return (
        Expression(expression)
        if gnu is None
        else replace(gnu, later=Later.NO).expression
    )


def is_same_text(
    expression: str,
    other: str,
) -> bool:
    """Return True if both are GNU licenses with the same text."""
    one, two = claim(expression), claim(other)
    return one is not None and two is not None and one.text == two.text


def adds_later(
    expression: str,
    other: str,
) -> bool:
    """
    Return True if `other` says "or later" of the GNU license that `expression`
    names without it, both without an exception.
    """
    one, two = claim(expression), claim(other)
    if one is None or two is None or one.exceptions or two.exceptions:
        return False
    return one < two and two.later is Later.YES


def unversioned(family: str) -> Expression | None:
    """
    Return what the name of a GNU license says without a version; None where no
    first version is listed.
    """
    return _UNVERSIONED.get(family)


def is_unversioned(expression: str) -> bool:
    """
    Return True if `expression` is what a GNU license's name says by itself.
    """
    return expression in _UNVERSIONED.values()


def merged(expressions: Iterable[Expression]) -> list[Expression]:
    """
    Return what the claims on one subject come to: the `expressions`, each
    once, without those of which another one says more. What is no claim stays.

    The result does not depend on the order, and merging in groups gives the
    same.
    """
    claims = {expression: claim(expression) for expression in expressions}
    gnus = [gnu for gnu in claims.values() if gnu is not None]
    return [
        expression
        for expression, gnu in claims.items()
        if gnu is None or not any(gnu < other for other in gnus)
    ]


def chosen(expressions: Iterable[Expression]) -> list[Expression]:
    """
    Return the `expressions`, each once, without "this version or later" of a
    GNU license where a later version of it is there too.
    """
    claims = {expression: claim(expression) for expression in expressions}
    gnus = [gnu for gnu in claims.values() if gnu is not None]
    return [
        expression
        for expression, gnu in claims.items()
        if gnu is None or not any(gnu.gives_way_to(other) for other in gnus)
    ]
