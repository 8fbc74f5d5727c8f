"""
The command line: a module for each group of commands. Nothing else prints or
exits.
"""

from __future__ import annotations

import gc
import os
import sys

import click

from licensescan.base.version import __version__
from licensescan.cli.accept import accept
from licensescan.cli.apply import apply
from licensescan.cli.cache import cache
from licensescan.cli.check import check, scan
from licensescan.cli.classify import classify
from licensescan.cli.completion import completion
from licensescan.cli.explain import explain, why
from licensescan.cli.fleet import fleet
from licensescan.cli.options import PROFILES as PROFILES
from licensescan.cli.output import complain
from licensescan.cli.policy import init
from licensescan.cli.reports import diff, judge, render
from licensescan.model.errors import IncompleteError, LicensescanError

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, "-V", "--version", prog_name="licensescan")
def cli() -> None:
    """
    Find out under which license each part of an ML environment may be used:
    patents, commercial use, bundled libraries, model weights.

    Begin with `licensescan check` in the folder of your project. Reports quote
    what license texts say; this is not legal advice.

    Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 nothing was
    judged (wrong usage, no such target or environment); 3 the answer is
    incomplete.
    """


for _command in (
    check,
    scan,
    classify,
    explain,
    why,
    init,
    accept,
    apply,
    diff,
    render,
    judge,
    cache,
    completion,
    fleet,
):
    cli.add_command(_command)
    for _option in _command.params:
        # By the name that users see: click would take that of the parameter.
        _name = max(_option.opts, key=len).lstrip("-").replace("-", "_")
        if isinstance(_option, click.Option):
            _option.envvar = f"LICENSESCAN_{_command.name}_{_name}".upper()


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit with the codes that the README lists."""
    words = sys.argv[1:] if args is None else args
    # Our values have no cycles: looking for some is a fiftieth of a run even
    # every 50,000 objects, and finds none.
    gc.set_threshold(1_000_000)
    # Python has no object for a stream that was closed by whoever started it.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_guarded(words, debug="--debug" in words))


def _guarded(words: list[str], *, debug: bool) -> int:
    """
    Run the command and return its exit code; click alone gives 1 to a
    `ClickException` and to a traceback.
    """
    try:
        code = cli.main(
            args=words,
            prog_name="licensescan",
            standalone_mode=False,
        )
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except BrokenPipeError:
        # The reader of our output went away (`| head`): not our failure, and
        # nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 3
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted")
        return 3
    except LicensescanError as error:
        complain(str(error))
        return 3 if isinstance(error, IncompleteError) else 2
    except (
        Exception
    ) as error:  # a traceback is for --debug; the code says "incomplete"
        if debug:
            raise
        kind = type(error).__name__
        complain(f"internal error ({kind}: {error}); --debug shows where")
        return 3
