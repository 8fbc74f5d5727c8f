"""`init`: what is written into a policy."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from licensescan.cli.options import (
    PROFILES_BELOW,
    look_options,
    policy_options,
)
from licensescan.cli.output import complain, deliver
from licensescan.cli.settings import Settings, look_options_of, policy_of
from licensescan.model.errors import UsageError

if TYPE_CHECKING:
    from licensescan.model.types import Report

_ADOPTED_DAYS = 180
"""Days until what was adopted has to be settled."""


@click.command(
    short_help="Write a commented policy to start from.",
    epilog=PROFILES_BELOW,
)
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@policy_options
@look_options
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    default="licensescan.toml",
    show_default=True,
    metavar="FILE|-",
    help="Write the policy to this file; - is standard output.",
)
@click.option(
    "--force", is_flag=True, help="Replace a policy that is already there."
)
@click.option(
    "--adopt",
    is_flag=True,
    help="Also accept, for a while, what is there: the next check is 0.",
)
def init(
    targets: tuple[str, ...], force: bool, adopt: bool, **given: Any
) -> int:
    """
    Write a commented policy to start from, made from what the project (or each
    TARGET) holds. It changes no verdict before you edit it.

    With --adopt it also holds an acceptance for each decision about terms, its
    reason to be filled in, and names a baseline of all other findings: the
    next check is 0, says what is open, and fails for what is new.
    """
    from licensescan.report.starter_policy import starter

    settings = Settings(**given)
    path = None if settings.output == "-" else settings.output
    if path and os.path.exists(path) and not force:
        raise UsageError(f"{path} is already there; --force replaces it")
    if adopt and path is None:
        raise UsageError("--adopt writes two files; name one with -o")
    report = _report(targets, settings, adopt=adopt)
    number = len(report.conclusions)
    said = f"wrote {path}, made from {number} components"
    if adopt and path:
        said += _adopt(report, path)
    else:
        deliver(starter(report), path)
    if path:
        click.echo(f"{said}; next: licensescan check", err=True)
    for message in report.incomplete if adopt else ():
        complain(message)
    return 3 if adopt and report.incomplete else 0


def _report(
    targets: tuple[str, ...], settings: Settings, *, adopt: bool
) -> Report:
    """
    Return the report to start from; what is adopted anew is what holds without
    earlier acceptances.
    """
    from licensescan.pipeline import scan

    policy = policy_of(settings)
    if adopt:
        policy = replace(policy, waivers=(), acceptances=(), baseline=None)
    return scan(
        targets,
        policy=policy,
        today=date.today(),
        options=look_options_of(settings),
    )


def _adopt(report: Report, path: str) -> str:
    """
    Write a policy that accepts the terms that would fail, and beside it a
    baseline of what else would; return what to say of them.
    """
    from licensescan.judge.baseline import write_baseline
    from licensescan.judge.proposals import adopted
    from licensescan.report.policy_edits import with_acceptances
    from licensescan.report.starter_policy import BASELINE, starter
    from licensescan.rulebook.rulebook import load

    until = date.today() + timedelta(days=_ADOPTED_DAYS)
    acceptances, known = adopted(
        report.findings, load(), fail_on=report.fail_on, until=until
    )
    text = starter(report, with_baseline=bool(known))
    deliver(with_acceptances(text, acceptances, path=path), path)
    said = (
        f": {len(acceptances)} acceptances whose reasons are to be filled in"
    )
    if not known:
        return said
    baseline = os.path.join(os.path.dirname(path), BASELINE)
    deliver(write_baseline(known), baseline)
    return f"{said}, {len(known)} findings in {baseline}"
