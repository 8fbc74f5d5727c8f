"""
What a finding says in one line: which license, what it asks, in plain words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from licensescan.judge.conditions import counted, is_of
from licensescan.model.kinds import ClauseBasis
from licensescan.model.texts import (
    NOASSERTION,
    NONE,
    Clause,
    LicenseFact,
    Terms,
)
from licensescan.rulebook.rulebook import taxonomy
from licensescan.rulebook.rules import Rule
from licensescan.rulebook.terms import FORBIDDING

_REACH = {
    "file": "changes to its files must be shared alike",
    "module": "the module and changes to it must be shared alike, with their source",
    "library": "the library's source must come with it, and it must stay replaceable",
    "adaptation": "what is adapted from it must be shared alike; what only stands beside it need not",
    "work": "what is shipped with it must come under the same terms",
    "network": "users over a network must be offered the source",
    "service": "offering it as a service means to publish the service's source",
}
_ENDS = {"patent": "the patent license", "all": "every right to it"}
_BY = {
    "work": "suing over the work itself",
    "ip": "any intellectual-property suit about it",
    "grantor": "suing its licensor, also over other things",
    "broad": "suing over unrelated patents or products",
}
_MOST_CLAUSES = 5


def message_for(
    rule: Rule, name: str, terms: Terms, *, beside: bool = False
) -> str:
    """
    Return one line for a reader: what is under the license `name`, and what
    follows from `rule`.

    With `beside` it is not the license that says so but what stands beside it,
    in another file, a rider or a README.
    """
    return f"{_subject(name, terms, beside=beside)}: {_follows(rule, terms)}"


UNREAD = "{}; nobody read this sheet against the text"


def of_sheet(message: str, fact: LicenseFact | None) -> str:
    """
    Return the message of a finding, with a word on a sheet that nobody read
    against the text of its license.
    """
    if fact is None or not fact.unread:
        return message
    return UNREAD.format(message)


def _subject(name: str, terms: Terms, *, beside: bool) -> str:
    if name not in (NOASSERTION, NONE):
        return f"terms beside {name}" if beside else name
    if any(c.basis != ClauseBasis.METADATA for c in terms.clauses):
        return "a text of its own"
    return "its metadata"


def _follows(rule: Rule, terms: Terms) -> str:
    """
    Return the message of `rule` with its fields filled in; its title where it
    has none or `terms` have nothing for a field.
    """
    words = {
        field: write(rule, terms)
        for field, write in FIELDS.items()
        if f"{{{field}}}" in rule.message
    }
    if rule.message and all(words.values()):
        return rule.message.format_map(words)
    return rule.title[0].lower() + rule.title[1:]


def _copyleft(rule: Rule, terms: Terms) -> str:
    return _REACH.get(terms.copyleft, "")


def _retaliation(rule: Rule, terms: Terms) -> str:
    hit = terms.patent.retaliation
    return f"{_BY[hit.strength]} ends {_ENDS[hit.effect]}" if hit else ""


def _clauses(rule: Rule, terms: Terms) -> str:
    """
    Return the titles of the clauses that a rule names, in the order of their
    ids.
    """
    clauses = _named(rule.names, terms) or _named(rule.names_otherwise, terms)
    return ", ".join(
        f"{taxonomy()[name]['title']} ({name}{_limit(clauses[name])})"
        for name in sorted(clauses)[:_MOST_CLAUSES]
    )


def _named(names: Sequence[str], terms: Terms) -> Mapping[str, Clause]:
    """Return the clauses of `terms` that are in `names`, by their ids."""
    clauses = {
        clause.clause: clause
        for clause in counted(terms)
        if any(is_of(clause.clause, name) for name in names)
    }
    if "use.threshold" not in clauses:
        return clauses
    # What is free for other ends, and for small companies, does not forbid
    # commerce.
    return {name: c for name, c in clauses.items() if name not in FORBIDDING}


def _limit(clause: Clause) -> str:
    """
    Return the limit that a clause sets, with what is counted: `: $5M funding`;
    or the files that a list lacks.
    """
    keys = _LIMITS.get(clause.clause, ())
    words = " ".join(clause.params.get(key, "") for key in keys).strip()
    return f": {words}" if words else ""


_LIMITS = {"use.threshold": ("amount", "metric"), "dist.unlisted": ("files",)}
"""The parameters of a clause without which its title says too little."""


FIELDS: Mapping[str, Callable[[Rule, Terms], str]] = {
    "clauses": _clauses,
    "copyleft": _copyleft,
    "retaliation": _retaliation,
}
"""
What fills in each of `rules.MESSAGE_FIELDS`; "" where terms have nothing for
it.
"""
