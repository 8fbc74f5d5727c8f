"""What a finding says in one line: which license, what it asks, in plain words."""

from __future__ import annotations

from licensescan.model.kinds import ClauseBasis
from licensescan.model.types import NOASSERTION, NONE, Clause, Conclusion, Rule, Terms
from licensescan.rulebook.rulebook import taxonomy
from licensescan.rulebook.terms import CONDITIONS, FORBIDDING

_REACH = {
    "file": "changes to its files must be shared alike",
    "library": "the library's source must come with it, and it must stay replaceable",
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


def message_for(
    rule: Rule, conclusion: Conclusion, name: str, terms: Terms, *, beside: bool = False
) -> str:
    """
    One line for a reader: who is under `name`, and what follows from `rule`.

    With `beside` it is not the license that says so but what stands beside it, in
    another file, a rider or a README.
    """
    known = name not in (NOASSERTION, NONE)
    nobody = (
        "a text of its own"
        if any(c.basis != ClauseBasis.METADATA for c in terms.clauses)
        else "its metadata"
    )
    who = (f"terms beside {name}" if beside else name) if known else nobody
    if rule.id.startswith("copyleft"):
        return f"{who}: {_REACH.get(terms.copyleft, rule.title.lower())}"
    if rule.id.startswith("patent-retaliation"):
        hit = terms.patent.retaliation
        return (
            f"{who}: {_BY[hit.strength]} ends {_ENDS[hit.effect]}"
            if hit
            else f"{who}: {rule.title.lower()}"
        )
    if rule.id in (
        "commercial-conditional",
        "use-restricted",
        "distribution-restricted",
        "terms-risk",
    ):
        wanted = rule.when.get("clause", ())
        said = {
            c.clause: c
            for c in terms.clauses
            if c.clause in wanted or (not wanted and _is_condition(c.clause))
        }
        if rule.id == "commercial-conditional" and "use.threshold" in said:
            # What is free for other ends, and for small companies, does not forbid
            # commerce.
            said = {clause: c for clause, c in said.items() if clause not in FORBIDDING}
        if not wanted and not said:
            # A condition that is in every such license is told where there is no other.
            said = {c.clause: c for c in terms.clauses if c.clause in CONDITIONS}
        titles = [
            f"{taxonomy()[clause]['title']} ({clause}{_limit(said[clause])})"
            for clause in sorted(said)[:5]
        ]
        return f"{who}: {', '.join(titles) or rule.title.lower()}"
    return f"{who}: {rule.title[0].lower()}{rule.title[1:]}"


def _limit(clause: Clause) -> str:
    """The limit that a clause sets, with what is counted: ": $5M funding"."""
    said = " ".join(clause.params.get(key, "") for key in ("amount", "metric")).strip()
    return f": {said}" if clause.clause == "use.threshold" and said else ""


def _is_condition(clause: str) -> bool:
    return clause.startswith("use.") or clause in (
        "access.accept",
        "dist.prohibited",
        "dist.binary_only",
        "attr.branding",
    )
