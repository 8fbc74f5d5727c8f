"""
Hold what was read from license names: one reading, and what several readings
of one level say together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
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
    What one value, or all values of one level of the metadata, say about the
    license.

    `expression` is set only when every word was understood and nothing is left
    open. Else `candidates` are the licenses and `families` the names of
    families that the value holds, joined by `joiner` (`unclear` for `MIT/BSD`
    and for several classifiers: it may mean AND or OR). `likely` is what the
    value practically always means, for use with less confidence. `restricted`
    says that words such as "non-commercial" or "proprietary" withhold
    something.

    `basis` is how it was read: `spdx` (an expression), `table`
    (`rules/names.toml`), `title` (the license list), `family`, `text` (a
    pasted license text: give it to detection), `link` (an address of terms
    that are not at hand), `placeholder` (says nothing, or names a `file`),
    `junk` (not understood).
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
        """True if the value is an expression."""
        return self.expression is not None

    @property
    def named(self) -> tuple[Expression, ...]:
        """The exact licenses in it: `expression`, or the `candidates`."""
        return (
            self.candidates if self.expression is None else (self.expression,)
        )

    @property
    def meant(self) -> Expression | None:
        """What the value says, or else what it practically always means."""
        return self.expression or self.likely

    @property
    def kinds(self) -> frozenset[str]:
        """The families, and those that the exact licenses belong to."""
        kinds = set(self.families)
        for expression in self.named:
            kinds.update(
                filter(None, map(phrases.family_of, licenses(expression)))
            )
        return frozenset(kinds)

    @property
    def alike(self) -> bool:
        """True if it names only families whose members no rule tells apart."""
        if self.named or not self.families:
            return False
        table = phrases.table().families
        return all(table[name].alike for name in self.families)

    @property
    def looks_like_text(self) -> bool:
        """True if the value is a license text rather than a name."""
        return self.basis == "text"

    @property
    def understood(self) -> bool:
        """
        True if the value says anything about the license, be it only its
        family.
        """
        return bool(self.named or self.families)


def exactly(
    value: str,
    expression: Expression,
    basis: Basis = "table",
) -> Name:
    """Return the reading of a value that names one expression."""
    return Name(
        value=value,
        expression=expression,
        basis=basis,
    )


def of_family(
    value: str,
    family: str,
    likely: Expression | None = None,
) -> Name:
    """Return the reading of a value that names no more than a family."""
    return Name(
        value=value,
        basis="family",
        families=(family,),
        likely=likely,
    )


def combine(names: Sequence[Name]) -> Name:
    """
    Return what several values of one level say together: the classifiers of a
    package, the licenses of a POM, the list of a card.

    What says nothing is left out. An exact license replaces a family that it
    belongs to (`GPL` and `GPLv2+`), "or later" replaces "only", and an
    expression replaces the licenses in it (`MIT OR Apache-2.0` and `MIT`).
    When more than one remains, the metadata does not say whether AND or OR is
    meant: `expression` is None, `joiner` is `unclear`, and `candidates` and
    `families` list what there is. AND is the safe reading; a text may tell
    (text-unidecode lists Artistic and GPL, and means OR).
    """
    if not names:
        return Name(
            value="",
            basis="placeholder",
        )
    restricted = any(name.restricted for name in names)
    understood = [name for name in dict.fromkeys(names) if name.understood]
    if not understood:
        return replace(names[0], restricted=restricted)
    value = "; ".join(dict.fromkeys(name.value for name in understood))
    whole = replace(_combined(understood), value=value)
    return replace(whole, restricted=restricted)


def _combined(names: Sequence[Name]) -> Name:
    """Return what names, each of which was understood, say together."""
    exact = _refined(chain.from_iterable(name.named for name in names))
    families = _open_families(names, exact)
    for name in names:
        if name.named == exact and name.families == families:
            return name
    if len(exact) == 1 and not families:
        return exactly("", exact[0])
    return Name(
        value="",
        basis="family" if families else "table",
        candidates=exact,
        families=families,
        joiner="unclear",
    )


def fits(
    family: str,
    expression: str,
) -> bool:
    """
    Return True if a license of `expression` can be what `family` names:
    BSD-2-Clause is a BSD, Apache-2.0 an Apache.

    A name like "OSI Approved" fits every license that has an SPDX id of its
    own. False for an unknown family, for `NOASSERTION` and for `NONE`. Raises
    `ExpressionError`.
    """
    return any(
        phrases.fits(family, license_) for license_ in licenses(expression)
    )


def is_vague(family: str) -> bool:
    """
    Return True if `family` is none in particular: "OSI Approved",
    "permissive".
    """
    kind = phrases.table().families.get(family)
    return kind is not None and kind.any


def reference(name: str) -> Expression | None:
    """
    Return a `LicenseRef` for terms that have a name and no SPDX id, or None
    when the name has no letter or digit.
    """
    slug = "-".join(re.findall(r"[A-Za-z0-9.]+", name))[:80].strip(".-")
    return reference_to(slug) if slug else None


def _refined(expressions: Iterable[Expression]) -> tuple[Expression, ...]:
    """
    Return `expressions` without those that another one says more exactly.
    """
    distinct = tuple(dict.fromkeys(expressions))

    def is_vague(expression: Expression) -> bool:
        others = (other for other in distinct if other != expression)
        return any(_says_more(other, expression) for other in others)

    return tuple(e for e in distinct if not is_vague(e))


def _says_more(
    exact: Expression,
    vague: Expression,
) -> bool:
    """
    Return True if `exact` names all that `vague` names and more: other
    licenses, an exception, or "or later".
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
    names: Sequence[Name],
    exact: Sequence[Expression],
) -> tuple[str, ...]:
    """
    Return the families that no exact license of the same level fills; "OSI
    Approved" is filled by any other name.
    """
    named = dict.fromkeys(chain.from_iterable(name.families for name in names))
    rest = [
        family
        for family in named
        if not any(fits(family, expression) for expression in exact)
    ]
    particular = [family for family in rest if not is_vague(family)]
    return tuple(particular if particular or exact else rest[:1])
