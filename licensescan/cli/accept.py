"""`accept`: decisions written into the policy."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from licensescan.cli.options import (
    edit_options,
    language_option,
    look_options,
    policy_options,
)
from licensescan.cli.output import deliver
from licensescan.cli.settings import Settings, look_options_of, policy_of
from licensescan.model.errors import UsageError

if TYPE_CHECKING:
    from licensescan.model.types import Acceptance, Finding, Report

NEVER = "never"


@click.command(short_help="Write a decision into the policy.")
@click.argument("what", nargs=-1, required=True, metavar="WHAT...")
@click.option(
    "--reason",
    metavar="TEXT",
    help="Why it is acceptable; it stands in the policy. Asked for.",
)
@click.option(
    "--until",
    metavar="DATE|never",
    help="Last day on which it holds, as in 2027-06-30. Asked for.",
)
@click.option(
    "--by", "approver", default="", metavar="NAME", help="Who approved it."
)
@click.option(
    "--versions",
    default="",
    metavar="RANGE",
    help="Versions of the component that it holds for, as in '>=2,<3'.",
)
@edit_options
@policy_options
@language_option
@look_options
def accept(
    what: tuple[str, ...],
    reason: str | None,
    until: str | None,
    approver: str,
    versions: str,
    targets: tuple[str, ...],
    dry_run: bool,
    **given: Any,
) -> int:
    """
    Accept WHAT and write that into the policy, with everything else in it kept:
    the id of a decision (d-3f2a), the fingerprint of a finding, the sha256 of a
    text, a license, or a component.

    What is written states as little as covers the findings of today: a text by
    its sha256, whoever ships it; else components and the parts that they have
    now. The change is shown.
    """
    from licensescan.judge.proposals import distinct
    from licensescan.report.speech import say, speaking

    settings = Settings(**given)
    path = policy_path(settings)
    report = report_on(targets, settings)
    with speaking(settings.language):
        why = say("Why is that acceptable?")
        when = say("Until when (YYYY-MM-DD or never)?")
    reason = _asked(reason, why, "--reason")
    end = _end(_asked(until, when, "--until"))
    acceptances = [
        replace(
            acceptance,
            approved_by=approver,
            expires=end,
            has_no_end=end is None,
            versions=versions,
        )
        for acceptance in distinct(_meant(what, report, reason))
    ]
    if versions and not all(a.components for a in acceptances):
        raise UsageError(
            "--versions is for a component; a text or license has none"
        )
    deliver(acceptances_written(acceptances, path, dry_run=dry_run), None)
    return 0


def acceptances_written(
    acceptances: Sequence[Acceptance], path: str, *, dry_run: bool
) -> str:
    """
    Write acceptances into the policy at `path`, and return what that changes
    in it; with `dry_run` nothing is written.
    """
    from licensescan.report.policy_edits import change, with_acceptances

    before = _text_of(path)
    after = with_acceptances(before, acceptances, path=path)
    if not dry_run:
        deliver(after, path)
    return change(before, after, path)


def policy_path(settings: Settings) -> str:
    """Return the file of the policy; a new one where there is none."""
    from licensescan.judge.policy import policy_path as nearest

    found = nearest(os.getcwd(), settings.policy_file)
    return os.path.relpath(found) if found else "licensescan.toml"


def report_on(targets: Sequence[str], settings: Settings) -> Report:
    """Return what is found in the targets, or in the project."""
    from licensescan.pipeline import scan

    return scan(
        targets,
        policy=policy_of(settings),
        today=date.today(),
        options=look_options_of(settings),
    )


def _meant(
    what: Sequence[str], report: Report, reason: str
) -> Iterator[Acceptance]:
    """Yield what accepts the things that are named."""
    from licensescan.judge.proposals import acceptable, naming
    from licensescan.judge.selection import selected
    from licensescan.rulebook.rulebook import load

    findings = acceptable(report.findings)
    conclusions = {str(c.component.purl): c for c in report.conclusions}
    for word in what:
        kind, found = selected(word, findings, conclusions)
        if not found:
            raise UsageError(_nothing(word, report.findings))
        yield from naming(kind, found, load(), reason)


def _nothing(word: str, findings: Sequence[Finding]) -> str:
    """Return why there is nothing to accept."""
    if word in {finding.decision for finding in findings}:
        return f"{word} is accepted already"
    return (
        f"{word}: no finding is about that; it may be a decision (d-...), a"
        " fingerprint, the sha256 of a text, a license or a component, as"
        " licensescan check names them"
    )


def _asked(value: str | None, question: str, option: str) -> str:
    """Return what was given, else what a person at a terminal answers."""
    if value is not None and value.strip():
        return value
    if not sys.stdin.isatty():
        raise UsageError(f"{option} is needed")
    answer: str = click.prompt(question, err=True)
    return answer


def _end(text: str) -> date | None:
    """Return the last day; None for `never`."""
    if text == NEVER:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--until {text}: must be a date such as 2027-06-30, or never"
        ) from error


def _text_of(path: str) -> str:
    from licensescan.reader.inputs import is_file

    if not is_file(path):
        return ""
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()
