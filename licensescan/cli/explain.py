"""`explain` and `why`: questions about what a report names."""

from __future__ import annotations

from typing import Any

import click

from licensescan.cli.options import (
    debug_option,
    language_option,
    look_options,
)
from licensescan.cli.output import deliver
from licensescan.cli.settings import Settings, look_options_of
from licensescan.report.terminal import width


@click.command(short_help="Say what a rule, license, clause or profile means.")
@click.argument("name")
@language_option
@debug_option
def explain(name: str, language: str) -> int:
    """
    Say in plain words what NAME means: a rule, a license or expression, a
    clause or a profile. Examples: copyleft-strong, Apache-2.0,
    use.noncommercial, saas.
    """
    from licensescan.report.explain import explain as explained
    from licensescan.report.speech import speaking
    from licensescan.rulebook.rulebook import load

    with speaking(language):
        deliver(explained(name, load(), width=width()), None)
    return 0


@click.command(short_help="Show by which requirements a component got in.")
@click.argument("component")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@look_options
def why(component: str, targets: tuple[str, ...], **given: Any) -> int:
    """
    Show every path by which COMPONENT (a package, a model, a data set, or a
    part that one of these holds) got into the project or each TARGET, with the requirement, extra and marker of
    each step.
    """
    from licensescan.pipeline import graph_of
    from licensescan.report.why import render_why

    options = look_options_of(Settings(**given))
    graph, parts = graph_of(targets, options=options)
    deliver(render_why(graph, component, parts), None)
    return 0
