"""`explain` and `why`: questions about what a report names."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from licensescan.cli.completion import explained
from licensescan.cli.options import (
    form_option,
    language_option,
    look_options,
    policy_options,
)
from licensescan.cli.output import deliver
from licensescan.cli.settings import Settings, look_options_of, policy_of
from licensescan.model.errors import UsageError
from licensescan.report.terminal import width


@click.command(short_help="Say what a rule, license, clause or profile means.")
@click.argument("name", shell_complete=explained)
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@form_option("text", "json")
@language_option
@policy_options
@look_options
def explain(
    name: str,
    targets: tuple[str, ...],
    language: str,
    form: str,
    **given: Any,
) -> int:
    """
    Say in plain words what NAME means: a rule, a license or expression, a
    clause, a profile or a word of a report; else a component, a part or a
    decision of the project or each TARGET. Examples: copyleft-strong,
    Apache-2.0, use.noncommercial, saas, numpy, libgfortran, d-3f2a.
    """
    from licensescan.report.explain import explain as explained
    from licensescan.report.speech import speaking
    from licensescan.rulebook.rulebook import load

    if form == "json":
        from licensescan.report.explain_json import explain_json

        deliver(explain_json(name, load()) + "\n", None)
        return 0
    with speaking(language):
        try:
            page = explained(name, load(), width=width())
        except UsageError as unknown:
            page = _in_report(name, targets, Settings(**given))
            if not page:
                raise unknown from None
    deliver(page, None)
    return 0


def _in_report(name: str, targets: tuple[str, ...], settings: Settings) -> str:
    """
    Return what a check of the project or `targets` says of `name`; "" where
    nothing is called so, or nothing can be checked.
    """
    from licensescan.pipeline import scan
    from licensescan.report.explain_subject import explain_subject
    from licensescan.rulebook.rulebook import load

    try:
        report = scan(
            targets,
            policy=policy_of(settings),
            today=date.today(),
            options=look_options_of(settings),
        )
    except UsageError:
        return ""
    return explain_subject(name, report, load(), width())


@click.command(short_help="Show by which requirements a component got in.")
@click.argument("component")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@language_option
@look_options
def why(
    component: str,
    targets: tuple[str, ...],
    language: str,
    **given: Any,
) -> int:
    """
    Show every path by which COMPONENT (a package, a model, a data set, or a
    part that one of these holds) got into the project or each TARGET, with the requirement, extra and marker of
    each step.
    """
    from licensescan.pipeline import graph_of
    from licensescan.report.speech import speaking
    from licensescan.report.why import render_why

    options = look_options_of(Settings(**given))
    graph, parts = graph_of(targets, options=options)
    with speaking(language):
        page = render_why(graph, component, parts)
    deliver(page, None)
    return 0
