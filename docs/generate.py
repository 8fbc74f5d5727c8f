#!/usr/bin/env python3
"""
Write the pages that say what rules/ holds, the index of the decision records
and the map of the house: `python docs/generate.py`. Tests compare them with
the files.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import agreement  # noqa: E402
import ai_sbom  # noqa: E402
import house  # noqa: E402
import manual  # noqa: E402

from licensescan.judge.judge import judge  # noqa: E402
from licensescan.model.kinds import Adds, Certainty, Role  # noqa: E402
from licensescan.model.types import (  # noqa: E402
    Clause,
    Component,
    Conclusion,
    Expression,
    Purl,
    Terms,
    Us,
)
from licensescan.report.explain import condition, verdicts_of  # noqa: E402
from licensescan.report.patent_states import states  # noqa: E402
from licensescan.rulebook.native_libraries import table  # noqa: E402
from licensescan.rulebook.rulebook import load, taxonomy  # noqa: E402

NOTE = "<!-- Written by docs/generate.py from rules/; edit there. -->"


def pages() -> dict[str, str]:
    """Return each generated page by its file name."""
    return {
        "rules.md": "\n".join(_rules()) + "\n",
        "profiles.md": "\n".join(_profiles()) + "\n",
        "clauses.md": "\n".join(_clauses()) + "\n",
        "patents.md": "\n".join(_patents()) + "\n",
        "commands.md": manual.commands(),
        "licensescan.1": manual.manual(),
        "agreement.md": "\n".join(_agreement()) + "\n",
        "ai-sbom.md": "\n".join(_ai_sbom()) + "\n",
        "decisions/README.md": "\n".join(_decisions()) + "\n",
        **{
            f"rules/{rule}.md": "\n".join(_rule(rule)) + "\n"
            for rule in load().rules
        },
    }


def _rules() -> Iterator[str]:
    book = load()
    yield from ("# Rules", "", NOTE, "")
    yield "A rule asks one question of what was concluded about a component. A profile gives it a verdict; a policy may"
    yield "change that. `licensescan explain RULE` prints the same. A rule is a block in `rules/checks/`, see"
    yield "[architecture](architecture.md)."
    for topic, rules in groupby(
        sorted(book.rules.values(), key=lambda r: r.topic),
        key=lambda r: r.topic,
    ):
        yield from ("", f"## {topic}")
        for rule in rules:
            yield from ("", f"### [{rule.id}](rules/{rule.id}.md)")
            yield from ("", f"{rule.title}.", "")
            yield f"- **when** {condition(rule)}"
            yield f"- **why** {rule.why}"
            yield f"- **what to do** {rule.remedy}"


def _rule(name: str) -> Iterator[str]:
    """Yield the page of a rule: when, why, verdicts, what to do, an example."""
    book = load()
    rule = book.rules[name]
    yield from (f"# {name}", "", NOTE, "", f"{rule.title}.", "")
    yield f"It holds when {condition(rule)}."
    yield from ("", "## Why it matters", "", rule.why)
    yield from ("", "## What to do", "", rule.remedy, "")
    yield 'Or `licensescan accept DECISION --reason "..."`: [policy](../policy.md).'
    yield f"`licensescan check -v` shows where it holds, `licensescan explain {name}`"
    yield "prints this page, with `--lang ko` in Korean."
    yield from (
        "",
        "## Verdicts",
        "",
        "| profile | verdict |",
        "| --- | --- |",
    )
    for profile in book.profiles():
        verdicts = verdicts_of(name, book.profile(profile).verdicts)
        yield f"| [{profile}](../profiles.md) | {verdicts} |"
    example = _examples().get(name)
    if example:
        yield from ("", "## Example", "", *example)


Examples = Mapping[str, tuple[str, ...]]


@cache
def _examples() -> Examples:
    """Return a finding of each rule: of a license, else of a test's case."""
    return {**_of_cases(), **_of_licenses()}


def _of_cases() -> Examples:
    """Return findings, with the cases of the tests that have them."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((HERE.parent / "tests" / "cases").glob("*/*.json")):
        case = path.parent.name
        for finding in json.loads(path.read_text("utf-8"))["findings"]:
            rule = load().rules.get(finding["rule"])
            if rule:
                told = f"> {finding['component']}: {finding['message']}"
                link = f"From the case [{case}](../../tests/cases/{case})."
                found.setdefault(rule.id, (told, "", link))
    return found


def _of_licenses() -> Examples:
    """Return findings about terms, each of terms that it is found in."""
    book = load()
    policy = replace(
        book.profile("saas"),
        verdicts=dict.fromkeys(book.rules, "review"),
        us=Us(countries=("KR",)),
    )
    found: dict[str, tuple[str, ...]] = {}
    for whose, terms in _terms():
        conclusion = Conclusion(
            component=Component(
                purl=Purl("pkg:pypi/example@1.0"),
                name="example",
                version="1.0",
            ),
            concluded=Expression(whose),
            effective=Expression(whose),
            terms=terms,
        )
        findings, _ = judge([conclusion], book, policy, today=date(2027, 1, 1))
        for finding in findings:
            told = [(finding.rule, finding.message)]
            told += [(also.rule, also.message) for also in finding.also]
            for rule, message in told:
                text = f"> example 1.0: {message}"
                found.setdefault(
                    rule, (text, "", f"Of a package under {whose}.")
                )
    return found


def _terms() -> Iterator[tuple[str, Terms]]:
    """Yield terms of licenses, then of one clause that a text may have."""
    book = load()
    for license_ in (*KNOWN, *book.facts.ids()):
        yield license_, book.terms_of(license_)
    for rule in book.rules.values():
        for clause in rule.when.get("clause", ())[:1]:
            yield (
                "LicenseRef-example",
                Terms(clauses=(Clause(clause=clause, path="LICENSE"),)),
            )


KNOWN = (
    "MIT",
    "Apache-2.0",
    "MPL-2.0",
    "GPL-3.0-only",
    "AGPL-3.0-only",
    "CC-BY-NC-4.0",
    "SSPL-1.0",
    "GPL-2.0-only AND Apache-2.0",
)
"""Licenses that most readers know: examples are theirs where they have one."""


WHY = """\
Why the defaults are as they are:

- **Certainty.** What bytes of the artifact prove (a header, a text for shipped files, a symbol) and what a field or
  text names beside what is there bears any verdict. What a collective text or an SBOM only lists fails the gate and
  never denies: such lists cover more than one build holds. What is only talked of (a text says "exclude this folder to
  be rid of that license", and there is no such folder) is in the inventory and no finding.
- **Role.** What a component does, bundles or writes into its output bears the full verdict; so do weights and data
  that are in the artifact or that the project's code names. Tests, examples, documentation and build tools are one
  step milder: they are shipped and seldom run, so that a GPL test is a review and CC-BY-SA in docs a warning. Weights
  that a component could fetch are a review and one decision for the component: which of them are used is up to you.
- **What it adds.** Where it is open which license holds and the profile minds none of them (MIT or Apache-2.0, a bare
  "BSD"), a warning is enough: `license-ambiguous` among permissive candidates, permissive shades of
  `license-mismatch`, a classifier that names no license beside a field and a text that agree. A reading with more
  duties or fewer rights keeps the verdict, and its terms are judged as well.
- `license-missing@empty`: a distribution of metadata alone, which only requires others, holds nothing that
  could be copied. Its RECORD must be there, without faults, and list no file outside the info folder.
- `license-missing@own`: nobody needs a license for their own code.
- `dist.application` in a text: what may be shipped inside an application is a condition to be checked
  (`commercial-conditional`), and not a ban (`distribution-restricted`). Shipped libraries that the list lacks are
  `files-unlisted`: a review, since lists are held against names, and newer lists may have them.
- `distribution-restricted` is for what may not be passed on at all. What may be, unchanged, as object code or apart from
  copyleft, is `distribution-conditional`, a review: a condition is not a ban.
- `patent-disclaimed@part` and `@bundled`: CC0 on one file of a hundred disclaims the patents of that file's author. On a
  component's own code it needs a look. `patent-retaliation@part`: that Apache-2.0 of something bundled ends on a suit over
  it is told of the whole; a vendor's clause that ends on any suit over intellectual property (`part-ip`) of each part.
- `license-incompatible@required`: nobody has put the two together yet but a requirement; whoever ships both does.
- `terms-risk@bundled`: the duty to defend in EPL or CPL binds who makes promises of their own to customers; told of
  each bundled library it would bury the rest. A vendor's terms for something bundled have rules of their own.
- `copyleft-weak@static` is denied for LGPL, which asks that the library stay replaceable, and a warning for licenses
  of single files (MPL, EPL, CDDL; `static-file`): they allow static linking, and ask for their own files alone.
- `license-unknown@part-named` and `@part-undecided`: a comment that names a license which nobody knows ("adapted from X
  under X's license"), and a part's text that names none, are questions, and a review; denied are a text that nobody knows,
  a header that withholds, and a whole component of which nobody knows the license.
- `terms-unread@left-over`: a sentence beside a known license that it does not account for is a question to be read, and no
  ban; what it forbids in words that are read has rules of its own.
- `changes-licensed-back@enhancements` and `@contributions`: HDF5 and LBNL ask a license for what you choose to publish or
  to send; who only passes the library on gives nothing.
- `evidence-unreadable` of a file among tests or examples is a review: test data are broken on purpose, and are not run.
- `dev`: what is only used to develop is not shipped; non-commercial terms bind its use all the same. A model that tests
  alone name, and that nobody read, is a review.
- `hosting-prohibited` is denied under saas alone: elsewhere the same clause is a condition of use.
- **internal-research** fails for terms that forbid the use (research in a company is commerce to most licenses, so
  that they are a review), that are missing, or that could not be read. All else is told and does not stop work.
"""


def _profiles() -> Iterator[str]:
    book = load()
    names = book.profiles()
    yield from ("# Profiles", "", NOTE, "")
    yield "A profile is what the code is for. `deny` and `review` fail the gate by default, `warn` does not, `ok` is"
    yield "no finding. A verdict for a relation or strength (`dev`, `static`, `weights`, `ip`, ...) refines the rule's."
    yield ""
    for name in names:
        title, summary = book.profile_text(name)
        policy = book.profile(name)
        outbound = (
            f" Outbound license: {policy.outbound}." if policy.outbound else ""
        )
        allow = (
            f" Allows {len(policy.allow)} licenses; any other is denied."
            if policy.allow
            else ""
        )
        yield f"- **{name}**: {title}. {summary}{outbound}{allow}"
    yield from (
        "",
        f"| rule | {' | '.join(names)} |",
        f"| --- |{' --- |' * len(names)}",
    )
    for rule in book.rules:
        cells = [
            verdicts_of(rule, book.profile(name).verdicts).replace(
                "; ", "<br>"
            )
            for name in names
        ]
        yield f"| [{rule}](rules/{rule}.md) | {' | '.join(cells)} |"
    yield from (
        "",
        "What a verdict can be at most, by how sure it is, what it is about and what it adds;",
        "`milder` is one step. [JSON](json.md) says what the words mean.",
        "",
        f"| limit | {' | '.join(names)} |",
        f"| --- |{' --- |' * len(names)}",
    )
    for word in (*Certainty, *Role, *Adds):
        limits = [book.profile(name).limits[word] for name in names]
        yield f"| {word} | {' | '.join(limits)} |"
    yield from ("", *WHY.rstrip("\n").split("\n"))


def _clauses() -> Iterator[str]:
    yield from ("# Clauses", "", NOTE, "")
    yield "What a text provides, in the words that reports use. Each clause in a report carries the quoted words and"
    yield "their lines, or the section of a known license. `licensescan explain CLAUSE` adds the rules that ask for it"
    yield "and the licenses that have it."
    for group, names in groupby(
        taxonomy(), key=lambda name: name.partition(".")[0]
    ):
        yield from (
            "",
            f"## {group}",
            "",
            "| clause | the text | counts | does not count |",
            "| --- | --- | --- | --- |",
        )
        for name in names:
            entry = taxonomy()[name]
            yield f"| `{name}` | {entry['title']} | {entry['means']} | {entry['not']} |"


PATENTS = """\
Who grants patents with what one uses, and what ends for whoever sues: the question that this project began with.
`licensescan explain patents` prints the second half of this page; each report says it of every component, in JSON of
every part.

How a text is read:

- **Grant.** `express` names patents and licenses them; `file` is a grant of its own beside a license (PATENTS files,
  the Alliance for Open Media's license), which counts also beside a license that is silent or withholds; `ip` and
  `implicit` come close; `none` is a complete text without the word; `disclaimed` says that patents are not licensed.
  Silence is no finding that fails.
- **What a suit ends.** By how far it reaches: over the work itself (`work`), any intellectual property in it (`ip`),
  anything of the licensor's (`grantor`), third parties or unrelated products (`broad`); and by what ends: the patent
  license, or all rights.
- **Parts.** Of what is bundled, what withholds patents and what ends on suits over intellectual property is told, a
  warning; what ends on any suit at all (`patent-retaliation-broad`) bears its full verdict wherever it stands.
- **Pools.** A bundled codec is told as `patent-pool` whatever its license says: the patents are not its authors'.
- **Files that are spoken of.** Headers or a README that point to a PATENTS file that is not shipped are
  `patent-file-missing`.
- **Combinations.** Apache-2.0 with GPL-2.0-only fails over the patent clause; see `license-incompatible` and
  `rules/compatibility.toml`."""


def _patents() -> Iterator[str]:
    yield from ("# Patents", "", NOTE, "", *PATENTS.split("\n"))
    yield from (
        "",
        "## Codecs that patents bear on",
        "",
        "| library | license | patents |",
        "| --- | --- | --- |",
    )
    for row in table().named.values():
        if row.patents:
            yield f"| {row.name} | {row.license} | {row.patents} |"
    yield from (
        "",
        "## What machine-learning systems come to",
        "",
        "Read in the artifacts; what the licenses say is in their fact files.",
        "",
        "| system | license | patents | on a suit | read in |",
        "| --- | --- | --- | --- | --- |",
    )
    for state in states(load()):
        ends = state.ends or "nothing ends"
        yield f"| {state.name} | {state.license} | {state.grants} | {ends} | {state.source} |"


def _agreement() -> Iterator[str]:
    yield from ("# Agreement with public lists", "", NOTE, "")
    yield "What the fact files say, held against six public lists: commerce, copyleft, patents and state changes against"
    yield "choosealicense; approval against the OSI and the FSF; ratings of Blue Oak; categories of ScanCode; and every yes"
    yield "and no of OSADL's compatibility matrix. What differs is decided, with the reason, in `docs/agreement.toml`; a"
    yield "difference that nobody has decided fails a test."
    yield from (
        "",
        "| list | compared | differ | undecided |",
        "| --- | --- | --- | --- |",
    )
    found = agreement.compared()
    for name, (count, differences) in found.items():
        undecided = [d for d in differences if not d.reason]
        yield f"| {name} | {count} | {len(differences)} | {len(undecided)} |"
    for name, (_, differences) in found.items():
        yield from (
            "",
            f"## {name}",
            "",
            "| license | topic | the list | here | decided because |",
            "| --- | --- | --- | --- | --- |",
        )
        for d in differences:
            yield f"| {d.license} | {d.topic} | {d.they} | {d.we} | {d.reason or '**undecided**'} |"


_MINIMUM = "https://www.bsi.bund.de/SharedDocs/Downloads/EN/BSI/KI/SBOM-for-AI_minimum-elements.pdf"


def _ai_sbom() -> Iterator[str]:
    yield from ("# SBOM for AI: the minimum elements", "")
    yield from (
        "<!-- Written by docs/generate.py from docs/ai-sbom.toml. -->",
        "",
    )
    yield "The cybersecurity working group of the G7 lists what a bill of materials of an AI system should hold at"
    yield f"least ([BSI, 12 May 2026]({_MINIMUM})). This is what ours hold (`-f cyclonedx`, `-f cyclonedx-1.7`,"
    yield "`-f spdx3`), and what they cannot. [Bills of materials](sbom.md) says what else is in them."
    yield from ("", *ai_sbom.page())


def _decisions() -> Iterator[str]:
    yield from ("# Decisions", "", "<!-- Written by docs/generate.py. -->", "")
    yield "A record says what was decided and why, what it costs, and what was measured. It is one page, and it describes"
    yield "the code as it is: a decision that changes gets its record rewritten, with the reason. The next number is free;"
    yield "`make docs` writes this index from the titles."
    yield from ("", "| | decision |", "| --- | --- |")
    for path in sorted((HERE / "decisions").glob("[0-9]*.md")):
        title = path.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        number, _, decision = title.partition(". ")
        yield f"| {number} | [{decision}]({path.name}) |"


def main() -> None:
    """Write all pages."""
    house.main()
    for name, text in pages().items():
        (HERE / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
