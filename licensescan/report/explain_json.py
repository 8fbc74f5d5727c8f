"""What `explain` says of a license, as JSON: facts by the words of the schema."""

from __future__ import annotations

import json
from typing import Any

from licensescan.model.texts import Clause, LicenseFact
from licensescan.report.explain import named_expression
from licensescan.rulebook.authorities import statuses
from licensescan.rulebook.rulebook import Rulebook, taxonomy
from licensescan.rulebook.rules import Rule
from licensescan.standards.spdx_expression import licenses
from licensescan.standards.spdx_text import split_exception


def explain_json(name: str, rulebook: Rulebook) -> str:
    """
    Return what a rule, a clause, a profile, a license or an expression means,
    as a JSON document. Raises `UsageError` for a name that means nothing here.
    """
    return json.dumps(_document(name, rulebook), ensure_ascii=False, indent=1)


def _document(name: str, rulebook: Rulebook) -> dict[str, Any]:
    word = " ".join(name.split())
    if word.lower() in rulebook.rules:
        return _rule(rulebook.rules[word.lower()], rulebook)
    if word.lower() in taxonomy():
        entry = taxonomy()[word.lower()]
        return {"kind": "clause", "id": word.lower(), **entry}
    if word.lower() in rulebook.profiles():
        title, summary = rulebook.profile_text(word.lower())
        verdicts = rulebook.profile(word.lower()).verdicts
        return {
            "kind": "profile",
            "id": word.lower(),
            "title": title,
            "summary": summary,
            "verdicts": dict(verdicts),
        }
    expression = named_expression(word, rulebook)
    return {
        "kind": "license",
        "expression": expression,
        "licenses": [
            _license(split_exception(leaf)[0], rulebook)
            for leaf in licenses(expression)
        ],
    }


def _rule(rule: Rule, rulebook: Rulebook) -> dict[str, Any]:
    return {
        "kind": "rule",
        "id": rule.id,
        "title": rule.title,
        "why": rule.why,
        "remedy": rule.remedy,
        "when": {key: list(values) for key, values in rule.when.items()},
        "verdicts": {
            name: rulebook.profile(name).verdicts.get(rule.id, "ok")
            for name in rulebook.profiles()
        },
    }


def _license(name: str, rulebook: Rulebook) -> dict[str, Any]:
    fact = rulebook.fact(name)
    if fact is None:
        return {"id": name, "basis": None}
    hit = fact.terms.patent.retaliation
    return {
        "id": name,
        "name": fact.name,
        "summary": fact.summary,
        "basis": fact.basis,
        "source": fact.source,
        "text": _text(fact),
        "unread": fact.unread or None,
        "authorities": [
            {
                "authority": status.authority,
                "status": status.status,
                "source": status.source,
            }
            for status in statuses(name)
        ],
        "commercial": fact.terms.commercial,
        "copyleft": fact.terms.copyleft,
        "patent": {
            "grant": fact.terms.patent.grant,
            "from": fact.patent_from or None,
            "scope": fact.patent_scope or None,
            "section": fact.patent_section or None,
            "retaliation": hit
            and {
                "strength": hit.strength,
                "effect": hit.effect,
                "trigger": hit.trigger,
            },
        },
        "obligations": list(fact.obligations),
        "clauses": [_clause(clause) for clause in fact.terms.clauses],
    }


def _text(fact: LicenseFact) -> dict[str, str] | None:
    """Return the text that the facts were read in, if that is recorded."""
    if not fact.text_sha256:
        return None
    return {"sha256": fact.text_sha256, "read": fact.text_date}


def _clause(clause: Clause) -> dict[str, Any]:
    params = dict(clause.params)
    return {
        "clause": clause.clause,
        "section": clause.section or None,
        "note": params.pop("note", None),
        "params": params,
        "quote": clause.quote or None,
    }
