#!/usr/bin/env python3
"""
Write the pages that say what rules/ holds, the index of the decision records
and the map of the house: `python docs/generate.py`. Tests compare them with
the files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import house  # noqa: E402

from licensescan.report.explain import condition, verdicts_of  # noqa: E402
from licensescan.rulebook.rulebook import load, taxonomy  # noqa: E402

NOTE = "<!-- Written by docs/generate.py from rules/; edit there. -->"


def pages() -> dict[str, str]:
    """Return each generated page by its file name."""
    return {
        "rules.md": "\n".join(_rules()) + "\n",
        "profiles.md": "\n".join(_profiles()) + "\n",
        "clauses.md": "\n".join(_clauses()) + "\n",
        "decisions/README.md": "\n".join(_decisions()) + "\n",
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
            yield from ("", f"### {rule.id}", "", f"{rule.title}.", "")
            yield f"- **when** {condition(rule)}"
            yield f"- **why** {rule.why}"
            yield f"- **what to do** {rule.remedy}"


MILDER = (
    "- `license-missing@empty`: a distribution of metadata alone, which only requires others, holds nothing that",
    "  could be copied. Its RECORD must be there, without faults, and list no file outside the info folder.",
    "- `license-missing@own`: nobody needs a license for their own code.",
    "- `license-mismatch@harmless`, `license-ambiguous@harmless`: the profile minds none of the licenses between",
    "  which it is open which one holds.",
    "- `dist.application` in a text: what may be shipped inside an application is a condition to be checked",
    "  (`commercial-conditional`), and not a ban (`distribution-restricted`).",
)


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
        yield f"| [{rule}](rules.md#{rule}) | {' | '.join(cells)} |"
    yield from ("", "Why some defaults are milder than their rule:", "")
    yield from MILDER


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
