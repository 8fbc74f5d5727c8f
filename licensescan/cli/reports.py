"""`render`, `judge` and `diff`: reports that are stored, read again."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from licensescan.cli.options import (
    PROFILES_BELOW,
    VERDICTS,
    answer_option,
    debug_option,
    form_option,
    gate_options,
    language_option,
    look_options,
    output_options,
    policy_options,
)
from licensescan.cli.output import bytes_of, complain, deliver, has_color
from licensescan.cli.settings import Settings, look_options_of, policy_of
from licensescan.report.terminal import width

if TYPE_CHECKING:
    from licensescan.model.types import Report, Verdict

_MOST_BYTES = 512 << 20
"""Bytes of a stored report that are read."""


@click.command(short_help="Write a stored JSON report in another form.")
@click.argument("report", metavar="REPORT")
@output_options
@debug_option
def render(report: str, **given: Any) -> int:
    """
    Write REPORT, the JSON of an earlier check or scan, in any form: the same
    bytes as that run would have written. Nothing is scanned or judged.
    """
    _write(_stored(report), Settings(**given))
    return 0


@click.command(
    short_help="Judge a stored JSON report again, by the policy of today.",
    epilog=PROFILES_BELOW,
)
@click.argument("report", metavar="REPORT")
@policy_options
@gate_options
@output_options
@debug_option
def judge(report: str, **given: Any) -> int:
    """
    Judge REPORT, the JSON of an earlier check or scan, by the policy and the
    day of today. Nothing is scanned; curations are not applied anew.
    """
    settings = Settings(**given)
    judged = _judged(_stored(report), settings)
    _write(judged, settings)
    for message in judged.incomplete:
        complain(message)
    return judged.exit_code


@click.command(short_help="Show what differs between two reports or targets.")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@policy_options
@click.option(
    "--fail-on",
    type=click.Choice(VERDICTS),
    help="Exit with 1 for a new finding from this verdict on. [default: the policy's, or review]",
)
@form_option("text", "markdown", "json")
@language_option
@answer_option
@look_options
def diff(old: str, new: str, **given: Any) -> int:
    """
    Show what came in, went out and changed its license or version from OLD to
    NEW, each a stored JSON report or a target of `check`, and the findings
    that are new. Exits with 1 if one of these fails the gate.
    """
    from licensescan.report.difference import FORMS, difference
    from licensescan.report.speech import ENGLISH, speaking

    settings = Settings(**given)
    before, after = (_report_of(name, settings) for name in (old, new))
    if settings.fail_on:
        after = replace(after, fail_on=settings.fail_on)
    found = difference(before, after)
    language = ENGLISH if settings.form == "json" else settings.language
    with speaking(language):
        page = FORMS[settings.form](found)
    deliver(page, settings.output)
    incomplete = (*before.incomplete, *after.incomplete)
    for message in incomplete:
        complain(message)
    return 3 if incomplete else found.exit_code


def _report_of(name: str, settings: Settings) -> Report:
    """Return a stored report, or that on a target."""
    if name.endswith(".json") and os.path.isfile(name):
        data = bytes_of(name, _MOST_BYTES)
        if b'"stored"' in data:
            from licensescan.report.stored import report_in

            return report_in(data, name)
    from licensescan.pipeline import scan

    return scan(
        [name],
        policy=policy_of(settings),
        today=date.today(),
        options=look_options_of(settings),
        fail_on=settings.fail_on,
    )


def _judged(report: Report, settings: Settings) -> Report:
    from licensescan.judge.judge import judge as judge_by
    from licensescan.judge.pairs import Around
    from licensescan.rulebook.rulebook import load

    policy = policy_of(settings)
    around = Around(
        dependencies=report.dependencies,
        license=str(report.facts.get("license", "")),
    )
    findings, conclusions = judge_by(
        report.conclusions,
        load(),
        policy,
        today=date.today(),
        around=around,
    )
    fail_on: Verdict = settings.fail_on or policy.fail_on
    return replace(
        report,
        conclusions=tuple(conclusions),
        findings=tuple(findings),
        policy=policy,
        fail_on=fail_on,
    )


def _write(report: Report, settings: Settings) -> None:
    """Write a report in each form that is asked for."""
    from licensescan.report import render as rendered
    from licensescan.report.delivery import requested_reports

    requests = requested_reports(
        settings.form, settings.output, settings.reports
    )
    for request in requests:
        text = rendered(
            request.form,
            report,
            width=width(),
            verbose=settings.verbose,
            language=settings.language,
            color=request.path is None and has_color(settings.color),
        )
        deliver(text, request.path)


def _stored(path: str) -> Report:
    from licensescan.report.stored import report_in

    return report_in(bytes_of(path, _MOST_BYTES), path)
