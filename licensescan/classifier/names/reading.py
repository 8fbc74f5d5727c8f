"""
What was read from license names: one reading, and what several readings of one level
say together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from licensescan.classifier.names import phrases
from licensescan.model.texts import Expression
from licensescan.standards.spdx_expression import covers, licenses
from licensescan.standards.spdx_text import has_exception, says_later
from licensescan.standards.spdx_text import reference as reference_to

Basis = Literal[
    "spdx", "table", "title", "family", "text", "link", "placeholder", "junk"
]
Joiner = Literal["", "AND", "OR", "unclear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """
    What one value, or all values of one level of the metadata, say about the license.

    `expression` is set only when every word was understood and nothing is left open.
    Else `candidates` are the licenses and `families` the names of families that the
    value holds, joined by `joiner` (`unclear` for `MIT/BSD` and for several
    classifiers: it may mean AND or OR). `likely` is what the value practically always
    means, for use with less confidence. `restricted` says that words such as
    "non-commercial" or "proprietary" withhold something.

    `basis` is how it was read: `spdx` (an expression), `table` (`rules/names.toml`),
    `title` (the license list), `family`, `text` (a pasted license text: give it to
    detection), `link` (an address of terms that are not at hand), `placeholder` (says
    nothing, or names a `file`), `junk` (not understood).
    """

    value: str
    expression: Expression | None = None
    basis: Basis = "junk"
    candidates: tuple[Expression, ...] = ()
    families: tuple[str, ...] = ()
    joiner: Joiner = ""
    likely: Expression | None = None
    restricted: bool = False
    file: str = ""

    @property
    def family(self) -> str | None:
        """The first of `families`."""
        return self.families[0] if self.families else None

    @property
    def exact(self) -> bool:
        """Whether the value is an expression."""
        return self.expression is not None

    @property
    def named(self) -> tuple[Expression, ...]:
        """The exact licenses in it: `expression`, or the `candidates`."""
        return self.candidates if self.expression is None else (self.expression,)

    @property
    def kinds(self) -> frozenset[str]:
        """The families, and those that the exact licenses belong to."""
        known = (
            phrases.family_of(license_)
            for expression in self.named
            for license_ in licenses(expression)
        )
        return frozenset(self.families) | {family for family in known if family}

    @property
    def alike(self) -> bool:
        """Whether it names nothing but families whose members no rule tells apart."""
        known = phrases.table().families
        return (
            bool(self.families)
            and not self.named
            and all(known[name].alike for name in self.families)
        )

    @property
    def looks_like_text(self) -> bool:
        """Whether the value is a license text rather than a name."""
        return self.basis == "text"

    @property
    def understood(self) -> bool:
        """Whether the value says anything about the license, be it only its family."""
        return bool(self.named or self.families)


def combine(names: Sequence[Name]) -> Name:
    """
    What several values of one level say together: the classifiers of a package, the
    licenses of a POM, a card's list.

    What says nothing is left out. An exact license replaces a family that it belongs to
    (`GPL` and `GPLv2+`), "or later" replaces "only", and an expression replaces the
    licenses in it (`MIT OR Apache-2.0` and `MIT`). When more than one remains, the
    metadata does not say whether AND or OR is meant: `expression` is None, `joiner` is
    `unclear`, and `candidates` and `families` list what there is. AND is the safe
    reading; a text may tell (text-unidecode lists Artistic and GPL, and means OR).
    """
    told = [name for name in dict.fromkeys(names) if name.understood]
    restricted = any(name.restricted for name in names)
    if not told:
        return (
            replace(names[0], restricted=restricted)
            if names
            else Name(value="", basis="placeholder")
        )
    value = "; ".join(dict.fromkeys(name.value for name in told))
    exact = _refined(expression for name in told for expression in name.named)
    families = _open_families(told, exact)
    for name in told:
        if name.named == exact and name.families == families:
            return replace(name, value=value, restricted=restricted)
    if len(exact) == 1 and not families:
        return Name(
            value=value, expression=exact[0], basis="table", restricted=restricted
        )
    return Name(
        value=value,
        basis="family" if families else "table",
        candidates=exact,
        families=families,
        joiner="unclear",
        restricted=restricted,
    )


def fits(family: str, expression: str) -> bool:
    """
    Whether a license of `expression` can be what `family` names: BSD-2-Clause is a BSD,
    Apache-2.0 an Apache.

    A name like "OSI Approved" fits every license that has an SPDX id of its own. False
    for an unknown family, for `NOASSERTION` and for `NONE`. Raises `ExpressionError`.
    """
    return any(phrases.fits(family, license_) for license_ in licenses(expression))


def is_vague(family: str) -> bool:
    """Whether `family` names no particular licenses: "OSI Approved", "permissive"."""
    kind = phrases.table().families.get(family)
    return kind is not None and kind.any


def reference(name: str) -> Expression | None:
    """
    A `LicenseRef` for terms that have a name and no SPDX id, or None when the name has
    no letter or digit.
    """
    slug = "-".join(re.findall(r"[A-Za-z0-9.]+", name))[:80].strip(".-")
    return reference_to(slug) if slug else None


def _refined(expressions: Iterable[Expression]) -> tuple[Expression, ...]:
    """Without those that another one says more exactly."""
    distinct = tuple(dict.fromkeys(expressions))
    return tuple(
        e for e in distinct if not any(f != e and _says_more(f, e) for f in distinct)
    )


def _says_more(exact: Expression, vague: Expression) -> bool:
    """
    Whether `exact` names all that `vague` names and more: other licenses, an exception,
    or "or later".
    """
    if not covers(exact, vague):
        return False
    return not covers(vague, exact) or _weight(exact) > _weight(vague)


def _weight(expression: Expression) -> tuple[bool, bool, str]:
    return (
        has_exception(expression),
        says_later(expression),
        expression,
    )


def _open_families(
    told: Sequence[Name], exact: Sequence[Expression]
) -> tuple[str, ...]:
    """
    The families that no exact license of the same level fills; "OSI Approved" is filled
    by any other name.
    """
    known = phrases.table().families
    named = tuple(dict.fromkeys(family for name in told for family in name.families))
    rest = tuple(
        family
        for family in named
        if not any(fits(family, expression) for expression in exact)
    )
    particular = tuple(family for family in rest if not known[family].any)
    return particular if particular or exact else rest[:1]
