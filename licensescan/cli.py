"""The command line: the only file that prints or exits."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from licensescan import __version__
from licensescan.model import IncompleteError, LicensescanError

CONTEXT = {"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "LICENSESCAN", "max_content_width": 100}


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, prog_name="licensescan")
def cli() -> None:
    """Under which license may each part of an ML environment be used? Patents, commercial use, natives, weights.

    Reports what texts say, with the words quoted. Not legal advice.
    """


@cli.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE|-...")
@click.option("--clauses-only", is_flag=True, help="Read the clauses without recognising any license.")
@click.option("-f", "--format", "fmt", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--no-cache", is_flag=True, help="Neither read nor write remembered results.")
def classify(files: tuple[str, ...], clauses_only: bool, fmt: str, no_cache: bool) -> None:
    """Name the license of each FILE, with its clauses, patent and commercial terms."""
    from licensescan.classify import as_json, classify_bytes

    results = []
    for name in files:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        results.append(classify_bytes(data, name, clauses_only=clauses_only))
    if fmt == "json":
        click.echo(json.dumps([as_json(r) for r in results], indent=1))
    else:
        for result in results:
            click.echo(f"{result.path}: {result.detection.expression}")


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit with the codes of INTERFACE.md."""
    sys.exit(_guarded(lambda: cli.main(args=args, prog_name="licensescan", standalone_mode=False)))


def _guarded(run: Callable[[], Any]) -> int:
    try:
        code = run()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except IncompleteError as error:
        click.echo(f"licensescan: {error}", err=True)
        return 3
    except LicensescanError as error:
        click.echo(f"licensescan: {error}", err=True)
        return 2
