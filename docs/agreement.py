"""
Hold the facts of licenses against what public lists say of them:
choosealicense, the OSI, the FSF, Blue Oak, OSADL and ScanCode.

`docs/generate.py` writes the tables into `docs/agreement.md`. What differs is
decided in `docs/agreement.toml`, each with its reason, or it is undecided, and
a test fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from itertools import product
from pathlib import Path

from licensescan.base import toml
from licensescan.model.texts import Terms
from licensescan.rulebook.authorities import is_approved, is_free, rating
from licensescan.rulebook.rulebook import load
from licensescan.standards.license_list import info

HERE = Path(__file__).resolve().parent
WEAK = ("file", "module", "library", "adaptation")
WHOLE = ("work", "network", "service")
BANS = ("use.", "dist.prohibited", "dist.no_modify", "dist.binary_only")
GNU = "GPL LGPL AGPL GFDL".split()


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Where a list and the facts differ: what `they` and `we` say."""

    list: str
    license: str
    topic: str
    they: str
    we: str

    @property
    def reason(self) -> str:
        """Return why it is decided as it is, "" for what is undecided."""
        for row in table()["decided"]:
            is_it = row["list"] == self.list and row["topic"] == self.topic
            if is_it and any(
                fnmatchcase(self.license, name) for name in row["licenses"]
            ):
                return str(row["reason"])
        return ""


@cache
def table() -> dict:
    """Return `docs/agreement.toml`."""
    path = HERE / "agreement.toml"
    return toml.loads(path.read_bytes(), label=path.name)


def compared() -> dict[str, tuple[int, list[Difference]]]:
    """Return for each list how many facts were compared, and what differs."""
    return {
        name: _counted(pairs)
        for name, pairs in (
            ("choosealicense", _choosealicense()),
            ("OSI", _osi()),
            ("FSF", _fsf()),
            ("Blue Oak", _blue_oak()),
            ("ScanCode", _scancode()),
            ("OSADL", _osadl()),
        )
    }


def _counted(
    pairs: Iterator[Difference | None],
) -> tuple[int, list[Difference]]:
    found = list(pairs)
    return len(found), [difference for difference in found if difference]


def _held(
    name: str, license_: str, topic: str, they: str, we: str, same: bool
) -> Difference | None:
    if same:
        return None
    return Difference(
        list=name, license=license_, topic=topic, they=they, we=we
    )


def _ids() -> Iterator[tuple[str, Terms]]:
    facts = load().facts
    for name in facts.ids():
        fact = facts.of(name)
        listed = info(name)
        if fact and not (listed and listed.is_exception):
            yield name, fact.terms


def _bans(terms: Terms) -> list[str]:
    return sorted(
        {
            clause.clause
            for clause in terms.clauses
            if clause.clause.startswith(BANS)
        }
    )


def _reach(conditions: list[str]) -> tuple[str, ...]:
    if "network-use-disclose" in conditions:
        return ("network",)
    if "same-license" in conditions:
        return (*WHOLE, "adaptation")
    if "same-license--file" in conditions:
        return ("file", "module")
    if "same-license--library" in conditions:
        return ("library", "module", "file")
    return ("none",)


def _choosealicense() -> Iterator[Difference | None]:
    name = "choosealicense"
    for license_, row in table()["choosealicense"].items():
        ids = [license_]
        if license_.split("-")[0] in GNU:
            ids = [f"{license_}-only", f"{license_}-or-later"]
        for own in ids:
            terms = load().terms_of(own)
            is_used = "commercial-use" in row["permissions"]
            yield _held(
                name,
                own,
                "commerce",
                "permitted" if is_used else "not permitted",
                terms.commercial,
                is_used is (terms.commercial == "allowed"),
            )
            reach = _reach(row["conditions"])
            yield _held(
                name,
                own,
                "copyleft",
                " or ".join(reach),
                terms.copyleft,
                terms.copyleft in reach,
            )
            grant = terms.patent.grant
            they = "not said"
            fits = grant in ("none", "implicit", "ip")
            if "patent-use" in row["permissions"]:
                they, fits = "granted", grant in ("express", "file", "ip")
            elif "patent-use" in row["limitations"]:
                they, fits = "not granted", grant == "disclaimed"
            yield _held(name, own, "patents", they, grant, fits)
            marks = {c.clause for c in terms.clauses}
            is_asked = "document-changes" in row["conditions"]
            yield _held(
                name,
                own,
                "state changes",
                "asked" if is_asked else "not asked",
                "asked" if "attr.state_changes" in marks else "not asked",
                is_asked is ("attr.state_changes" in marks),
            )


def _osi() -> Iterator[Difference | None]:
    for name, terms in _ids():
        if is_approved(name):
            bans = _bans(terms)
            yield _held(
                "OSI",
                name,
                "free use",
                "approved",
                f"{terms.commercial} {' '.join(bans)}".strip(),
                terms.commercial == "allowed" and not bans,
            )


def _fsf() -> Iterator[Difference | None]:
    for name, terms in _ids():
        free = is_free(name)
        if free is not None:
            bans = _bans(terms)
            ours = terms.commercial == "allowed" and not bans
            yield _held(
                "FSF",
                name,
                "free use",
                "free" if free else "not free",
                f"{terms.commercial} {' '.join(bans)}".strip(),
                free is ours,
            )


def _blue_oak() -> Iterator[Difference | None]:
    for name, terms in _ids():
        rated = rating(name)
        if rated:
            yield _held(
                "Blue Oak",
                name,
                "permissive",
                rated,
                f"{terms.commercial}, copyleft {terms.copyleft}",
                terms.commercial == "allowed" and terms.copyleft == "none",
            )


_CATEGORIES = {
    "Permissive": ("none",),
    "Public Domain": ("none",),
    "Copyleft Limited": WEAK,
    "Copyleft": WHOLE,
}


def _scancode() -> Iterator[Difference | None]:
    for name, terms in _ids():
        listed = info(name)
        category = listed.category if listed else ""
        if category in _CATEGORIES:
            yield _held(
                "ScanCode",
                name,
                category,
                category,
                f"{terms.commercial}, copyleft {terms.copyleft}",
                terms.commercial == "allowed"
                and terms.copyleft in _CATEGORIES[category],
            )


def _osadl() -> Iterator[Difference | None]:
    compatibility = load().compatibility
    matrix = compatibility.matrix
    for outbound, inbound in product(matrix.licenses, matrix.licenses):
        answer = matrix.answer(outbound, inbound)
        if answer not in "yn" or " " in outbound or " " in inbound:
            continue
        refused = bool(compatibility.refusal(outbound, inbound))
        yield _held(
            "OSADL",
            inbound,
            "yes" if answer == "y" else "no",
            f"{'yes' if answer == 'y' else 'no'} into {outbound}",
            f"{'no' if refused else 'yes'} into {outbound}",
            refused is (answer == "n"),
        )
