"""`apply`: what a reviewer decided in the HTML report, into the policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from licensescan.cli.accept import acceptances_written, policy_path, report_on
from licensescan.cli.options import (
    edit_options,
    look_options,
    policy_options,
)
from licensescan.cli.output import bytes_of, complain, deliver
from licensescan.cli.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from licensescan.judge.reviewed import Reviewed
    from licensescan.model.types import Acceptance, Finding

_MOST_BYTES = 16 << 20


@click.command(short_help="Write a reviewer's decisions into the policy.")
@click.argument("file", metavar="FILE")
@edit_options
@policy_options
@look_options
def apply(
    file: str, targets: tuple[str, ...], dry_run: bool, **given: Any
) -> int:
    """
    Write what a reviewer accepted in the HTML report into the policy: FILE is
    the decisions.json that the page exports. Only what the reviewer has seen
    is accepted; what was rejected or asked is printed.
    """
    from licensescan.judge.proposals import acceptable, distinct
    from licensescan.judge.reviewed import reviewed_in

    settings = Settings(**given)
    reviewed = reviewed_in(bytes_of(file, _MOST_BYTES), file)
    path = policy_path(settings)
    findings = acceptable(report_on(targets, settings).findings)
    taken = list(distinct(_accepted(reviewed, findings)))
    for entry in reviewed:
        if entry.verdict != "accept":
            complain(_told(entry, findings))
    if taken:
        deliver(acceptances_written(taken, path, dry_run=dry_run), None)
    return 0


def _accepted(
    reviewed: Sequence[Reviewed], findings: Sequence[Finding]
) -> Iterator[Acceptance]:
    """Yield what accepts all that was seen and accepted."""
    from licensescan.judge.proposals import naming
    from licensescan.rulebook.rulebook import load

    for entry in reviewed:
        if entry.verdict != "accept":
            continue
        seen = entry.among(findings)
        if not seen:
            complain(f"{entry.id}: is settled, or no longer there; left out")
            continue
        for acceptance in naming("decision", seen, load(), entry.reason):
            yield replace(
                acceptance, approved_by=entry.by, expires=entry.until
            )


def _told(entry: Reviewed, findings: Sequence[Finding]) -> str:
    """Return what somebody has to do about a decision."""
    seen = entry.among(findings)
    about = f" ({seen[0].message})" if seen else ""
    verb = {"reject": "rejected", "ask": "a question"}[entry.verdict]
    by = f" by {entry.by}" if entry.by else ""
    return f"{entry.id}{about}: {verb}{by}: {entry.reason or 'no reason'}"
