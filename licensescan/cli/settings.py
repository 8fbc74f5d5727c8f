"""What was given on the command line, and what it asks the line for."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from licensescan.model.errors import UsageError
from licensescan.report import REPORTS, WITH_ORIGINS, WITH_TEXTS

if TYPE_CHECKING:
    from licensescan.model.types import Policy, Verdict
    from licensescan.pipeline import Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    The options of a command, as click has read them; each command has some.
    """

    policy_file: str | None = None
    profile: str | None = None
    baseline: str | None = None
    fail_on: Verdict | None = None
    form: str = "text"
    output: str | None = None
    reports: tuple[str, ...] = ()
    verbose: bool = False
    color: str = "auto"
    language: str = "en"
    environment: str | None = None
    find_links: tuple[str, ...] = ()
    jobs: int | None = None
    no_cache: bool = False
    online: bool = False
    platform: str = ""
    why: str = ""
    clauses_only: bool = False
    is_asked: bool = False
    quiet: bool = False
    exit_zero: bool = False
    is_compared: bool = False


def policy_of(settings: Settings) -> Policy:
    """Return the policy that is named, else the one that is found."""
    from pathlib import Path

    from licensescan.judge.policy import load_policy
    from licensescan.reader.inputs import is_file

    named = settings.policy_file
    if named and not is_file(named):
        raise UsageError(f"{named}: there is no such policy file")
    path = Path(named) if named else None
    policy = load_policy(
        Path.cwd(), policy_file=path, profile=settings.profile
    )
    if settings.baseline is None:
        return policy
    from licensescan.judge.baseline import read_baseline

    baseline = read_baseline(Path(settings.baseline), settings.baseline)
    return replace(policy, baseline=baseline)


def forms_of(settings: Settings) -> set[str]:
    """Return the forms in which a report is asked for."""
    named = {pair.partition("=")[0] for pair in settings.reports}
    return set(REPORTS) if "all" in named else {settings.form, *named}


def look_options_of(settings: Settings) -> Options:
    """Return how targets are to be looked at."""
    from licensescan.base.workers import default_jobs
    from licensescan.judge.policy import policy_path
    from licensescan.pipeline import Options
    from licensescan.reader.inputs import Variables
    from licensescan.report.delivery import written_by

    return Options(
        project=os.getcwd(),
        environment=settings.environment,
        variables=Variables(),
        cached=not settings.no_cache,
        find_links=settings.find_links,
        jobs=settings.jobs or default_jobs(),
        online=settings.online,
        platform=settings.platform,
        why=settings.why,
        with_texts=bool(WITH_TEXTS & forms_of(settings)),
        with_origins=bool(WITH_ORIGINS & forms_of(settings)),
        outputs=(
            settings.output or "",
            policy_path(os.getcwd(), settings.policy_file, own_file=True),
            *written_by(settings.reports),
        ),
    )
