"""
Pages in plain words about a rule, a license or expression, a clause of the
taxonomy, a profile, or a reason that `--why` gives.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache

from licensescan.base.installation import data_folder
from licensescan.base.schema import StrictTable, read_table
from licensescan.model.types import (
    Clause,
    Commercial,
    ExpressionError,
    Grant,
    LicenseFact,
    Policy,
    Strength,
    Terms,
    UsageError,
)
from licensescan.report.patent_states import states
from licensescan.report.phrases import COPYLEFT
from licensescan.report.speech import about, say
from licensescan.report.terminal import columns_of, narrowed
from licensescan.rulebook.authorities import statuses
from licensescan.rulebook.rulebook import Rulebook, taxonomy
from licensescan.rulebook.rules import Rule
from licensescan.standards.license_list import info
from licensescan.standards.spdx_expression import (
    exceptions,
    licenses,
    normalise,
)
from licensescan.standards.spdx_text import (
    has_choice,
    is_single,
    split_exception,
    with_exception,
)

_LABEL = 18
"""Columns of a label before its text."""

_NARROWEST = 30
"""Columns of text behind a label, however narrow the terminal is."""

_MOST_LICENSES = 12
"""Licenses that are named for a clause; the rest are counted."""

_CONDITIONS = {
    "problem": "what was read has the problem",
    "policy": "the policy says",
    "clause": "the terms have the clause",
    "commercial": "commercial use is",
    "copyleft": "copyleft reaches",
    "patent.grant": "the patent grant is",
    "patent.retaliation.strength": "retaliation is",
}
_GRANTS: Mapping[Grant, str] = {
    "express": "granted in so many words",
    "implicit": "not granted in words; the text implies that recipients may use it",
    "ip": "licensed as 'intellectual property', the word patent is not there",
    "file": "granted by a separate file that comes with the code",
    "disclaimed": "expressly not licensed",
    "none": "no patent license is stated in words",
    "unknown": "not known",
}
_STRENGTHS: Mapping[Strength, str] = {
    "work": "suing over the work itself",
    "ip": "any intellectual-property suit about the work or its outputs",
    "grantor": "suing the grantor, also over other things",
    "broad": "suing third parties or over unrelated products",
}
_RETALIATION_CLAUSES = ("patent.retaliation", "patent.no_suit_condition")
_EFFECTS = {
    "patent": "ends the patent license",
    "all": "ends all rights, copyright included",
}
_COMMERCIAL: Mapping[Commercial, str] = {
    "allowed": "allowed",
    "conditional": "allowed on a condition (see the clauses)",
    "prohibited": "forbidden",
    "unknown": "not known",
}


def explain(name: str, rulebook: Rulebook, width: int) -> str:
    """
    Return the page about `name`, wrapped to `width` columns.

    A license may be written as people write it ("apache 2"). Raises
    `UsageError`, with the nearest known word, for a name that means nothing
    here.
    """
    page = Page(rulebook, width)
    written = " ".join(name.split())
    word = written.lower()
    if word in rulebook.rules:
        page.add_rule(rulebook.rules[word])
    elif word in rulebook.profiles():
        page.add_profile(word)
    elif word in taxonomy():
        page.add_clause(word)
    elif word in _reasons():
        page.add_reason(word)
    elif word in words():
        page.add_word(word)
    else:
        page.add_expression(named_expression(written, rulebook))
    return "\n".join(page.lines) + "\n"


class Page:
    """
    The lines of a page: headings, and labels with what is said under them.
    """

    def __init__(self, rulebook: Rulebook, width: int) -> None:
        self.rulebook = rulebook
        self.width = width
        self.lines: list[str] = []

    # -- rules, profiles, clauses --

    def add_rule(self, rule: Rule) -> None:
        """Add when a rule holds, why, and its verdicts."""
        title = about("rule", rule.id, "title", rule.title)
        self.title(f"{rule.id}: {title}")
        self.add(say("when"), condition(rule))
        self.add(say("why"), about("rule", rule.id, "why", rule.why))
        remedy = about("rule", rule.id, "remedy", rule.remedy)
        self.add(say("what to do"), remedy)
        self.blank()
        rows = []
        for profile in self.rulebook.profiles():
            verdicts = self.rulebook.profile(profile).verdicts
            rows.append(f"{profile}: {verdicts_of(rule.id, verdicts)}")
        self.add(say("verdict"), *rows)
        self.blank()
        self.add(say("next"), say("licensescan check -v shows where it holds"))

    def add_profile(self, name: str) -> None:
        """Add what a profile is for, and its verdicts."""
        title, summary = self.rulebook.profile_text(name)
        policy = self.rulebook.profile(name)
        title = about("profile", name, "title", title)
        self.title(f"{name}: {title}")
        self.add(say("for"), about("profile", name, "summary", summary))
        if policy.outbound:
            self.add(
                say("outbound"),
                say(
                    "what you publish is under {license}",
                    license=policy.outbound,
                ),
            )
        if policy.allow:
            allowed = ", ".join(policy.allow)
            self.add(
                say("allows"),
                say(
                    "{allowed}; any other license is license-denied",
                    allowed=allowed,
                ),
            )
        self.add(
            say("verdicts"),
            say(
                "deny and review fail the gate by default, warn does not, ok is no finding"
            ),
        )
        for verdict in ("deny", "review", "warn", "ok"):
            self.blank()
            self.heading(verdict)
            self._add_rules_of(policy, verdict)

    def _add_rules_of(self, policy: Policy, verdict: str) -> None:
        """
        Add the rules to which a profile gives `verdict`, with its refinements.
        """
        for rule in self.rulebook.rules.values():
            whole = verdicts_of(rule.id, policy.verdicts)
            general, _, refined = whole.partition("; ")
            if general != verdict:
                continue
            in_brackets = f" ({refined})" if refined else ""
            title = about("rule", rule.id, "title", rule.title)
            self.add(f"  {rule.id}".ljust(30), title + in_brackets)

    def add_clause(self, name: str) -> None:
        """Add what counts as a clause, and who has it."""
        entry = taxonomy()[name]
        said = about("clause", name, "title", entry["title"])
        self.title(say("{name}: the text {said}", name=name, said=said))
        means = about("clause", name, "means", entry["means"])
        self.add(say("counts"), means)
        if entry["not"]:
            not_ = about("clause", name, "not", entry["not"])
            self.add(say("does not count"), not_)
        rules = [
            rule.id
            for rule in self.rulebook.rules.values()
            if name in rule.when.get("clause", ())
        ]
        if rules:
            self.add(say("rules"), ", ".join(rules))
        licenses_with = [
            license_id
            for license_id in self.rulebook.facts.ids()
            if name in _clauses_of(self.rulebook.fact(license_id))
        ]
        if licenses_with:
            self.add(say("licenses"), _few(licenses_with))
        if rules:
            self.add(say("next"), f"licensescan explain {rules[0]}")

    def add_reason(self, name: str) -> None:
        """Add what a reason of `--why` means."""
        self.title(say("{name}: a reason that --why gives", name=name))
        self.add(say("means"), _reasons()[name])

    def add_word(self, name: str) -> None:
        """Add what a word of reports means."""
        word = words()[name]
        shown = word.needed("word")
        self.title(say("{name}: a word of reports", name=shown))
        means = about("word", shown, "means", word.needed("means"))
        self.add(say("means"), means)
        if name == "patents":
            self._add_patents()
        self.add(say("next"), word.needed("next"))

    def _add_patents(self) -> None:
        """Add the rules on patents, and what known systems come to."""
        rules = [
            f"{rule.id}: {about('rule', rule.id, 'title', rule.title)}"
            for rule in self.rulebook.rules.values()
            if rule.topic == "patent"
        ]
        self.add(say("rules"), *rules)
        self.blank()
        self.heading(say("what machine-learning systems come to"))
        for state in states(self.rulebook):
            self.blank()
            self.add(say("system"), f"{state.name} ({state.license})")
            self.add(say("patents"), state.grants)
            self.add(say("on a suit"), state.ends or say("nothing ends"))
            self.add(say("source"), state.source)
        self.blank()

    # -- licenses --

    def add_expression(self, expression: str) -> None:
        """
        Add a license; or what holds for the whole of an expression, then the
        page of each license and exception in it.
        """
        if is_single(expression):
            self._add_license(expression)
            return
        self.title(expression)
        if has_choice(expression):
            self.add(
                say("choice"),
                say(
                    "where there is an OR, the lighter branch is described here; a policy may choose otherwise"
                ),
            )
        self.add_terms(self.rulebook.terms_of(expression))
        for name in licenses(expression):
            self.blank()
            self._add_license(split_exception(name)[0])
        for exception in exceptions(expression):
            self.blank()
            self._add_license(exception)

    def _add_license(self, name: str) -> None:
        lifts = self.rulebook.facts.lifts(name)
        fact = self.rulebook.fact(name)
        listed = info(name)
        if lifts or (listed and listed.is_exception):
            self._add_exception(name, lifts, fact)
        elif fact is not None:
            self._add_fact(fact)
        else:
            self.title(name)
            self.add(
                say("known"),
                say(
                    "the name only: nothing is held about what it says, and it is judged as license-unknown"
                ),
            )

    def _add_fact(self, fact: LicenseFact) -> None:
        self.title(f"{fact.id}: {fact.name}")
        if fact.summary:
            self.add(say("in short"), fact.summary)
        self.add_terms(fact.terms, fact)
        self.add(say("obligations"), *fact.obligations)
        rows = sorted(map(_clause_row, fact.terms.clauses))
        self.add(say("clauses"), *rows)
        if fact.source:
            self.add(say("source"), fact.source)
        if fact.text_sha256:
            read = say(
                "sha256 {sha256}, read {date}",
                sha256=fact.text_sha256,
                date=fact.text_date,
            )
            self.add(say("text"), read)
        if fact.unread:
            unread = say(
                "nobody read this sheet against the text: {why}",
                why=fact.unread,
            )
            self.add(say("text"), unread)
        for status in statuses(fact.id):
            self.add(
                status.authority, f"{say(status.status)} ({status.source})"
            )

    def _add_exception(
        self, name: str, lifts: str | None, fact: LicenseFact | None
    ) -> None:
        self.title(f"{name}: {fact.name if fact else 'an exception'}")
        if fact and fact.summary:
            self.add(say("in short"), fact.summary)
        self.add(say("used as"), with_exception("<license>", name))
        if lifts is None:
            left = say(
                "not known: it is judged as if the exception were not there"
            )
        else:
            left = say(COPYLEFT.get(lifts, lifts))
        self.add(say("copyleft left"), left)

    def add_terms(self, terms: Terms, fact: LicenseFact | None = None) -> None:
        """Add what terms say of commerce, copyleft and patents."""
        self.add(say("commercial use"), say(_COMMERCIAL[terms.commercial]))
        self.add(say("copyleft"), say(COPYLEFT[terms.copyleft]))
        section = _in_section(fact.patent_section if fact else "")
        self.add(
            say("patents"), f"{say(_GRANTS[terms.patent.grant])}{section}"
        )
        if fact and fact.patent_from:
            self.add(say("  from"), fact.patent_from)
        if fact and fact.patent_scope:
            self.add(say("  for"), fact.patent_scope)
        retaliation = terms.patent.retaliation
        if retaliation is not None:
            suit = say(_STRENGTHS[retaliation.strength])
            effect = say(_EFFECTS[retaliation.effect])
            section = _in_section(_retaliation_section(terms))
            self.add(say("retaliation"), f"{suit} {effect}{section}")
            if retaliation.trigger:
                self.add(say("  trigger"), retaliation.trigger)
        elif terms.patent.grant == "unknown":
            self.add(say("retaliation"), say("none known"))
        else:
            self.add(say("retaliation"), say("none"))

    # -- lines --

    def title(self, title: str) -> None:
        """Add a heading and a blank line."""
        self.heading(title)
        self.blank()

    def heading(self, heading: str) -> None:
        """Add a heading."""
        self.lines += textwrap.wrap(heading, self.width)

    def blank(self) -> None:
        """Add a blank line."""
        self.lines.append("")

    def add(self, label: str, *texts: str) -> None:
        """
        Add each of `texts`, the first behind `label` and the others below it.
        """
        width = max(self.width, _LABEL + _NARROWEST)
        margin = " " * _LABEL
        blanks = " " * (_LABEL - 2 - columns_of(label))
        indent = f"{label}{blanks}  "
        for text in texts:
            rows = textwrap.wrap(
                text,
                narrowed(text, width),
                initial_indent=indent,
                subsequent_indent=margin,
                break_on_hyphens=False,
            )
            self.lines += rows or [indent.rstrip()]
            indent = margin


def condition(rule: Rule) -> str:
    """Return when a rule holds, as words."""
    conditions = []
    for key, values in rule.when.items():
        values_ = say(" or ").join(values)
        conditions.append(say(_CONDITIONS[key] + " {values}", values=values_))
    return say(", and ").join(conditions)


def verdicts_of(rule: str, verdicts: Mapping[str, str]) -> str:
    """
    Return the verdict of a rule in one profile with its refinements, as in
    `deny; warn for dev, static`.
    """
    refinements: dict[str, list[str]] = {}
    for key, verdict in verdicts.items():
        name, _, refinement = key.partition("@")
        if name == rule and refinement:
            refinements.setdefault(verdict, []).append(refinement)
    parts = [verdicts.get(rule, "ok")]
    for verdict, refined in refinements.items():
        names = ", ".join(refined)
        parts.append(
            say("{verdict} for {names}", verdict=verdict, names=names)
        )
    return "; ".join(parts)


# -- names --


@cache
def words() -> Mapping[str, StrictTable]:
    """Return the words of reports that are no rule, license or clause."""
    document = read_table(data_folder("rules") / "words.toml")
    blocks = document.tables("word")
    return {block.needed("word").lower(): block for block in blocks}


def _reasons() -> dict[str, str]:
    """Return what each reason of `--why` means, by its id."""
    from licensescan.model.reasons import Reason

    return {reason.id: reason.meaning for reason in Reason}


def named_expression(name: str, rulebook: Rulebook) -> str:
    """
    Return the normal spelling of the license, exception or expression that
    `name` stands for. Raises `UsageError` if it stands for none.
    """
    from licensescan.classifier.names.interpret import interpret

    by_lower = {
        license_id.lower(): license_id for license_id in rulebook.facts.ids()
    }
    if name.lower() in by_lower:
        return by_lower[name.lower()]
    try:
        return normalise(name)
    except ExpressionError:
        listed = info(name)
    if listed is not None:
        return listed.id
    read = interpret(name)
    expression = read.expression or read.likely
    if not expression:
        raise _unknown(name, rulebook)
    return expression


def _unknown(name: str, rulebook: Rulebook) -> UsageError:
    known: list[str] = [*rulebook.rules, *rulebook.profiles(), *words()]
    known += [*taxonomy(), *rulebook.facts.ids()]
    by_lower = {word.lower(): word for word in known}
    close = get_close_matches(name.lower(), by_lower, n=1)
    if close:
        hint = f"did you mean {by_lower[close[0]]!r}?"
    else:
        hint = "names stand in reports, as in copyleft-strong or Apache-2.0"
    message = "is no rule, license, clause or profile that licensescan knows"
    return UsageError(f"{name!r} {message}; {hint}")


# -- words --


def _clauses_of(fact: LicenseFact | None) -> set[str]:
    if fact is None:
        return set()
    return {clause.clause for clause in fact.terms.clauses}


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_LICENSES])
    left_out = len(names) - _MOST_LICENSES
    others = say("{shown} and {count} others", shown=shown, count=left_out)
    return others if left_out > 0 else shown


def _retaliation_section(terms: Terms) -> str:
    """
    Return the section of the first clause that ends rights on a suit, or "".
    """
    for clause in terms.clauses:
        if clause.clause in _RETALIATION_CLAUSES and clause.section:
            return clause.section
    return ""


def _in_section(section: str) -> str:
    said = say(" (section {section})", section=section)
    return said if section else ""


def _clause_row(clause: Clause) -> str:
    title = taxonomy().get(clause.clause, {}).get("title", "")
    title = about("clause", clause.clause, "title", title)
    section = f" ({clause.section})" if clause.section else ""
    row = f"{clause.clause}{section}: {clause.params.get('note') or title}"
    params = dict(sorted(clause.params.items()))
    params.pop("note", None)
    if params:
        listed = ", ".join(f"{key}: {value}" for key, value in params.items())
        row += f" [{listed}]"
    return row
