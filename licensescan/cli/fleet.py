"""`fleet`: thousands of targets, read into a store and asked there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from licensescan.cli.options import (
    PROFILES_BELOW,
    answer_option,
    debug_option,
    form_option,
    policy_options,
)
from licensescan.cli.output import complain, deliver
from licensescan.cli.settings import Settings, policy_of
from licensescan.model.errors import UsageError
from licensescan.report.terminal import Progress

if TYPE_CHECKING:
    from licensescan.fleet.database import Answer, Database
    from licensescan.fleet.values import Engine

_store_option = click.option(
    "--store",
    required=True,
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Folder of the store.",
)


@click.group(short_help="Read thousands of targets into a store, and ask it.")
def fleet() -> None:
    """
    Read thousands of wheels, environments and images into a store, and ask it
    where what is used, and since when. Needs licensescan[fleet].
    """


@fleet.command(short_help="Read what is new among many targets.")
@click.argument("source", metavar="LIST|DIR|GLOB")
@_store_option
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Where the work is done: in processes here, or on a Dask cluster.",
)
@click.option(
    "--scheduler",
    default="",
    metavar="ADDRESS",
    help="Scheduler of the Dask cluster, as in tcp://host:8786. [default: a cluster of this machine]",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes on this machine. [default: one for each core, at most 4]",
)
@click.option(
    "--date",
    "day",
    metavar="DATE",
    help="Day on which this was seen, as in 2026-01-31. [default: today]",
)
@debug_option
def scan(source: str, store: str, **given: Any) -> int:
    """
    Read what is new among the targets of a LIST (a path a line, and behind a
    tab its environment), a DIR or a GLOB into a store.

    The same content is read once for one version of rules. A run that was
    ended on the way is taken up by the same command. Exits with 3 where
    something could not be read: the store says what.
    """
    from licensescan.fleet.questions import checked_day
    from licensescan.fleet.scan import fleet_scan
    from licensescan.fleet.targets import targets_in

    if given["scheduler"] and given["engine"] != "dask":
        raise UsageError("--scheduler is for --engine dask")
    progress = _progress()
    done = fleet_scan(
        targets_in(source),
        store,
        day=checked_day(given["day"] or date.today().isoformat()),
        engine=_engine(given["engine"], given["scheduler"], given["jobs"]),
        told=progress,
    )
    progress.done()
    click.echo(
        f"{done.targets} targets of {done.units} different contents;"
        f" {done.read} read now, {done.carried} taken over, {done.errors}"
        " with errors"
    )
    if done.errors:
        complain("ask `licensescan fleet query` which could not be read")
    return 3 if done.errors else 0


def _engine(
    name: str, scheduler: str, jobs: int | None
) -> Callable[[], Engine]:
    """Return what makes the engine when there is something to read."""
    from licensescan.base.workers import default_jobs

    count = jobs or default_jobs()
    if name == "dask":
        from licensescan.fleet.dask_engine import DaskEngine

        return partial(DaskEngine, scheduler, count)
    from licensescan.fleet.workers import Workers

    return partial(Workers, count)


def _progress() -> Progress:
    is_watched = sys.stderr.isatty()
    return Progress(
        partial(click.echo, nl=False, err=True) if is_watched else None,
        lambda step, done, total: f"{step} {done} of {total}",
    )


@fleet.command(
    short_help="Ask a store: where used, since when, what is new.",
    epilog=PROFILES_BELOW,
)
@_store_option
@click.option(
    "--where-used",
    metavar="PKG|LICENSE",
    help="Where a package or a license is used, and since when.",
)
@click.option(
    "--new-since",
    metavar="DATE",
    help="What was seen for the first time on this day or later.",
)
@click.option(
    "--license-changes",
    is_flag=True,
    help="Packages whose license differs from one version to the next.",
)
@click.option(
    "--exposed-to",
    metavar="RULE",
    help="What a rule finds in the targets as they are now, by the policy.",
)
@click.option(
    "--sql",
    metavar="QUERY",
    help="Answer of a query; docs/fleet.md has the tables.",
)
@policy_options
@form_option("text", "json", "csv", "html")
@answer_option
@debug_option
def query(store: str, **given: Any) -> None:
    """
    Ask a store one question, or for an overview. The policy is applied now:
    nothing is read again for it.
    """
    from licensescan.fleet import forms
    from licensescan.fleet.database import Database

    answer = given.pop("output")
    form = given.pop("form")
    with Database(store) as database:
        if form == "html":
            text = _page(database, given)
        else:
            write = {
                "text": forms.as_text,
                "json": forms.as_json,
                "csv": forms.as_csv,
            }[form]
            text = write(_answers(database, given))
    deliver(text, answer)


_QUESTIONS = (
    "where_used",
    "new_since",
    "license_changes",
    "exposed_to",
    "sql",
)


def _answers(database: Database, given: dict[str, Any]) -> dict[str, Answer]:
    """Return the table of the question that is asked, or of all."""
    from licensescan.fleet import questions

    asked = [name for name in _QUESTIONS if given[name]]
    if len(asked) > 1:
        options = " and ".join(f"--{n.replace('_', '-')}" for n in asked)
        raise UsageError(f"{options} are several questions: ask one")
    policy = partial(_policy, given)
    today = date.today()
    if not asked:
        return questions.overview(database, policy(), today)
    name = asked[0]
    value = given[name]
    ask: dict[str, Callable[[], Answer]] = {
        "where_used": lambda: questions.where_used(database, value),
        "new_since": lambda: questions.new_since(database, value),
        "license_changes": lambda: questions.license_changes(database),
        "exposed_to": lambda: questions.exposed_to(
            database, value, policy(), today
        ),
        "sql": lambda: database.ask_only(value),
    }
    return {name: ask[name]()}


def _policy(given: dict[str, Any]) -> Any:
    return policy_of(
        Settings(policy_file=given["policy_file"], profile=given["profile"])
    )


def _page(database: Database, given: dict[str, Any]) -> str:
    """Return the overview as a page, with what is asked before it."""
    from licensescan.fleet import questions
    from licensescan.fleet.page import page

    is_asked = any(given[name] for name in _QUESTIONS)
    asked = _answers(database, given) if is_asked else {}
    policy = _policy(given)
    tables = questions.overview(database, policy, date.today())
    return page(asked, tables, policy.profile)
