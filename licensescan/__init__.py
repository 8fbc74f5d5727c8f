"""
Under which license may each part of an ML environment be used, on what
evidence, and is that within a policy?

`scan` and `classify` are the whole of it for programs; both import what they
need when they are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from licensescan.base.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from licensescan.classifier.classify import Classified
    from licensescan.model.types import Report, Verdict

__all__ = ["__version__", "classify", "scan"]


def scan(
    targets: Sequence[str] = (),
    *,
    profile: str | None = None,
    policy: str | None = None,
    fail_on: Verdict | None = None,
    environment: str | None = None,
    cached: bool = True,
    today: date | None = None,
) -> Report:
    """
    Return the report that `licensescan check` renders, on `targets` (none: the
    environment of the project in this folder).

    `policy` is the path of a policy file, `environment` what `--env` takes,
    and `today` the day on which waivers are looked at (the clock's). Raises
    `UsageError` when nothing can be judged. See
    `licensescan.model.types.Report`.
    """
    import os
    from datetime import date
    from pathlib import Path

    from licensescan.judge.policy import load_policy
    from licensescan.pipeline import Options
    from licensescan.pipeline import scan as run

    rules = load_policy(
        Path.cwd(),
        policy_file=Path(policy) if policy else None,
        profile=profile,
    )
    options = Options(
        project=os.getcwd(),
        environment=environment,
        variables=dict(os.environ),
        cached=cached,
    )
    return run(
        targets,
        policy=rules,
        today=today or date.today(),
        options=options,
        fail_on=fail_on,
    )


def classify(text: str, *, clauses_only: bool = False) -> Classified:
    """
    Return what one license text is and says: its `detection` (expression,
    matches, differences) and its `terms` (patents, commercial use, copyleft,
    clauses with lines and quotes). With `clauses_only` nothing is identified.
    Never raises.
    """
    from licensescan.classifier.classify import classify_text

    return classify_text(text, clauses_only=clauses_only)
