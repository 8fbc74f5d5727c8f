"""`check` and `scan`: reports on targets, with and without a policy."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from licensescan.cli.options import (
    PROFILES_BELOW,
    gate_options,
    look_options,
    output_options,
    policy_options,
    why_option,
)
from licensescan.cli.output import complain, deliver, has_color
from licensescan.cli.settings import Settings, look_options_of, policy_of
from licensescan.model.errors import UsageError
from licensescan.report.terminal import Progress, width

if TYPE_CHECKING:
    from licensescan.cache.answers import Answer
    from licensescan.model.types import Report
    from licensescan.report.delivery import Request


@click.command(
    short_help="Judge the project or other targets by a policy; fails a CI job.",
    epilog=PROFILES_BELOW,
)
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@policy_options
@why_option
@gate_options
@click.option(
    "--exit-zero",
    is_flag=True,
    help="Exit with 0 in place of 1 for findings; 2 and 3 stay.",
)
@click.option(
    "-q",
    "--quiet",
    is_flag=True,
    help="Print nothing where the answer is 0.",
)
@output_options
@look_options
def check(targets: tuple[str, ...], **given: Any) -> int:
    """
    Judge each TARGET by a policy: the gate for hooks and CI.

    A TARGET is an environment, a wheel, an sdist, a jar, a .deb, an npm .tgz,
    a source tree, a lock file, or a model's file, folder or cache. Without
    one, the environment of the project in this folder is found and judged.

    The report says what to do about each finding; `licensescan explain RULE`
    says more, `licensescan init` writes a policy to start from.
    """
    return _run(targets, Settings(**given), judged=True)


@click.command(short_help="List components and their licenses; no policy.")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@why_option
@click.option(
    "--check",
    "is_compared",
    is_flag=True,
    help="Write no file; exit with 1 where one is not what would be written.",
)
@output_options
@look_options
def scan(targets: tuple[str, ...], **given: Any) -> int:
    """
    List what each TARGET holds and the license of each component, without a
    policy.

    Targets are those of `licensescan check`. Findings do not fail a scan: the
    exit code is 0, or 3 where something could not be examined. With --check it
    is 1 where a file, such as a notice that lies in the project, is old.
    """
    return _run(targets, Settings(**given), judged=False)


def _run(targets: tuple[str, ...], settings: Settings, *, judged: bool) -> int:
    """
    Deliver every report that is asked for, from memory if nothing has changed,
    and return the exit code.
    """
    from licensescan.cache.answers import AnswerCache
    from licensescan.reader.inputs import recording
    from licensescan.report.delivery import requested_reports

    requests = requested_reports(
        settings.form, settings.output, settings.reports
    )
    question = _question(targets, settings, judged)
    kept = None if settings.no_cache else AnswerCache(question, os.environ)
    answer = kept.recall() if kept else None
    incomplete: tuple[str, ...] = ()
    if answer is None:
        with recording() as inputs:
            report = _report(targets, settings, judged=judged)
            answer, incomplete = (
                _rendered(report, requests, settings),
                report.incomplete,
            )
        if kept and not incomplete:
            kept.keep(answer, inputs)
    if settings.is_compared:
        return _compared(answer, requests, incomplete)
    for text, request in zip(answer.texts, requests, strict=True):
        is_silent = settings.quiet and answer.exit_code == 0
        if request.path is not None or not is_silent:
            deliver(text, request.path)
    for message in incomplete:
        complain(message)
    is_forgiven = settings.exit_zero and answer.exit_code == 1
    return 0 if is_forgiven else answer.exit_code


def _compared(
    answer: Answer, requests: Sequence[Request], incomplete: Sequence[str]
) -> int:
    """Return 1 if a file is not what would be written, and say which."""
    from licensescan.report.delivery import is_current

    files = [
        (text, request.path)
        for text, request in zip(answer.texts, requests, strict=True)
        if request.path is not None
    ]
    if not files:
        raise UsageError("--check compares with a file: name one by -o FILE")
    old = [path for text, path in files if not is_current(text, path)]
    for message in (*incomplete, *(f"{path}: is not current" for path in old)):
        complain(message)
    return 3 if incomplete else int(bool(old))


def _question(
    targets: tuple[str, ...], settings: Settings, judged: bool
) -> list[object]:
    """
    Return all that an answer depends on and that is neither a file nor a
    variable that the scan asks for.
    """
    from datetime import date

    from licensescan.base.installation import build_id
    from licensescan.base.portable import user_id

    asked = asdict(settings)
    del asked["jobs"]  # changes how fast the answer comes, not what it is
    variables = [
        os.environ.get(name) for name in ("SOURCE_DATE_EPOCH", "HOME")
    ]
    shown = [width(), has_color(settings.color), *variables]
    place = [os.getcwd(), sys.prefix, user_id()]
    return [
        build_id(),
        judged,
        targets,
        asked,
        shown,
        place,
        date.today().isoformat(),
    ]


def _report(
    targets: tuple[str, ...], settings: Settings, *, judged: bool
) -> Report:
    """Return the report itself, with a line of progress on a terminal."""
    from datetime import date

    from licensescan.pipeline import scan as run

    is_watched = sys.stderr.isatty() and not settings.quiet
    progress = Progress(
        partial(click.echo, nl=False, err=True) if is_watched else None,
        _bar,
    )
    report = run(
        targets,
        policy=policy_of(settings) if judged else None,
        today=date.today(),
        options=look_options_of(settings),
        fail_on=settings.fail_on,
        progress=progress,
    )
    progress.done()
    return report


def _bar(step: str, count: int, total: int) -> str:
    """Return a bar on how far one step is: what is done, and with what."""
    bar = click.progressbar(
        length=total,
        item_show_func=str,
        show_eta=False,
        show_percent=False,
        show_pos=True,
        width=24,
    )
    bar.pos, bar.current_item = count, step
    return bar.format_progress_line()


def _rendered(
    report: Report, requests: Sequence[Request], settings: Settings
) -> Answer:
    """
    Return the report in each form that is asked for; files have no colors.
    """
    from licensescan.cache.answers import Answer
    from licensescan.report import render

    texts = [
        render(
            request.form,
            report,
            width=width(),
            verbose=settings.verbose,
            language=settings.language,
            color=request.path is None and has_color(settings.color),
        )
        for request in requests
    ]
    return Answer(texts=tuple(texts), exit_code=report.exit_code)
