"""
What machine-learning systems come to on patents: each state of a system with
its grant and what ends on a suit, by the facts of its license.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from licensescan.base.installation import data_folder
from licensescan.base.schema import read_table
from licensescan.model.texts import Grant, Patent
from licensescan.report.speech import say
from licensescan.rulebook.rulebook import Rulebook
from licensescan.standards.spdx_expression import (
    alternatives,
    join_and,
    licenses,
)

_GRANTED: Mapping[Grant, str] = {
    "express": "granted",
    "file": "granted by a file of its own",
    "ip": "granted as intellectual property",
    "implicit": "not granted in words",
    "none": "silent",
    "disclaimed": "expressly not granted",
    "unknown": "not known",
}

_ENDS = {
    "patent": "the patent license ends, the copyright license stays",
    "all": "every right ends, copyright included",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """
    One state of a system: under which `license` it is, what that `grants`,
    and what `ends` on which suit, "" if nothing does.
    """

    name: str
    license: str
    source: str
    grants: str
    ends: str


def states(rulebook: Rulebook) -> Iterator[State]:
    """Yield the states of `rules/patents.toml`, in order."""
    table = read_table(data_folder("rules") / "patents.toml")
    for row in table.tables("system"):
        license_ = row.needed("license")
        branches = [
            _patent(branch, rulebook) for branch in alternatives(license_)
        ]
        grants = [say(_GRANTED[patent.grant]) for patent in branches]
        suits = [_ends(patent) for patent in branches]
        yield State(
            name=row.needed("name"),
            license=license_,
            source=row.needed("source"),
            grants=say(" or ").join(dict.fromkeys(grants)),
            ends=say(" or ").join(dict.fromkeys(filter(None, suits))),
        )


def _patent(branch: str, rulebook: Rulebook) -> Patent:
    """Return what a license says; nothing is said by a name for free words."""
    known = [name for name in licenses(branch) if rulebook.fact(name)]
    if not known:
        return Patent(grant="none")
    return rulebook.terms_of(join_and(*known)).patent


def _ends(patent: Patent) -> str:
    hit = patent.retaliation
    if hit is None:
        return ""
    ends = say(_ENDS[hit.effect])
    return f"{hit.trigger} ({ends})"
