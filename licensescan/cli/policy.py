"""`init`: what is written into a policy."""

from __future__ import annotations

import os
from typing import Any

import click

from licensescan.cli.options import (
    PROFILES_BELOW,
    look_options,
    policy_options,
)
from licensescan.cli.output import deliver
from licensescan.cli.settings import Settings, look_options_of, policy_of
from licensescan.model.errors import UsageError


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
def init(targets: tuple[str, ...], force: bool, **given: Any) -> int:
    """
    Write a commented policy to start from, made from what the project (or each
    TARGET) holds. It changes no verdict before you edit it.
    """
    from datetime import date

    from licensescan.pipeline import scan as run
    from licensescan.report.starter_policy import starter

    settings = Settings(**given)
    path = None if settings.output == "-" else settings.output
    if path and os.path.exists(path) and not force:
        raise UsageError(f"{path} is already there; --force replaces it")
    policy, options = policy_of(settings), look_options_of(settings)
    report = run(targets, policy=policy, today=date.today(), options=options)
    deliver(starter(report), path)
    if path:
        number = len(report.conclusions)
        said = f"wrote {path}, made from {number} components; next: licensescan check"
        click.echo(said, err=True)
    return 0
