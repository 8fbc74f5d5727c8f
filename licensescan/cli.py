"""The command line: the only file that prints or exits."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import click

from licensescan.base.version import __version__
from licensescan.model.errors import IncompleteError, LicensescanError, UsageError
from licensescan.report.terminal import Progress, is_colored, width

if TYPE_CHECKING:
    from licensescan.model.types import Policy, Report
    from licensescan.pipeline import Options
    from licensescan.reader import FolderFiles

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
PROFILES = (
    "distributed-product",
    "saas",
    "internal-research",
    "library-apache",
    "library-mit",
    "permissive-only",
    "data-training",
)
VERDICTS = ("deny", "review", "warn")
Command = TypeVar("Command", bound=Callable[..., Any])


def _options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


_policy_options = _options(
    click.option(
        "--policy",
        "policy_file",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="The policy to use.",
    ),
    click.option(
        "--profile",
        type=click.Choice(PROFILES),
        help="What the code is for. [default: distributed-product]",
    ),
)
_output_options = _options(
    click.option(
        "-f",
        "--format",
        "fmt",
        default="text",
        show_default=True,
        metavar="NAME",
        help="Form of the report.",
    ),
    click.option(
        "-o",
        "--output",
        type=click.Path(),
        metavar="FILE",
        help="Write the report here, not to stdout.",
    ),
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT=FILE",
        help="One more report; repeatable.",
    ),
    click.option(
        "-v", "--verbose", is_flag=True, help="List what is otherwise summed up."
    ),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
    ),
)
_look_options = _options(
    click.option(
        "--env", "environment", metavar="PATH|self", help="The environment to judge."
    ),
    click.option(
        "--find-links",
        multiple=True,
        type=click.Path(),
        metavar="FOLDER",
        help="Wheels for lock files.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        help="Processes that read texts.",
    ),
    click.option(
        "--no-cache", is_flag=True, help="Neither read nor write remembered results."
    ),
    click.option(
        "--online",
        is_flag=True,
        help="Ask the package index for what a lock file names and is not at hand.",
    ),
    click.option("--debug", is_flag=True, help="Show tracebacks."),
)


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, "-V", "--version", prog_name="licensescan")
def cli() -> None:
    """
    Under which license may each part of an ML environment be used? Patents, commercial
    use, natives, weights.

    Reports what texts say, with the words quoted. Not legal advice.

    Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 nothing was judged, 3
    incomplete.
    """


@cli.command(
    short_help="Judge an environment or other targets: the gate for hooks and CI."
)
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@_policy_options
@click.option(
    "--fail-on",
    type=click.Choice(VERDICTS),
    help="The mildest verdict that fails. [default: review]",
)
@_output_options
@_look_options
def check(targets: tuple[str, ...], **given: Any) -> int:
    """
    Judge TARGETs (default: the project's environment) against a policy; the gate for CI
    and hooks.
    """
    return _run(targets, given, judged=True)


@cli.command(short_help="List what targets hold, and what was concluded.")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@_output_options
@_look_options
def scan(targets: tuple[str, ...], **given: Any) -> int:
    """List what TARGETs hold and what was concluded; no policy."""
    return _run(targets, given, judged=False)


@cli.command(short_help="Name the license of a text, with its clauses.")
@click.argument("files", nargs=-1, required=True, metavar="FILE|-...")
@click.option(
    "--clauses-only",
    is_flag=True,
    help="Read the clauses without recognising any license.",
)
@click.option(
    "-f",
    "--format",
    "fmt",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE",
    help="Write the answer here, not to stdout.",
)
@click.option(
    "--no-cache",
    is_flag=True,
    help="Accepted for symmetry; a single text is always read anew.",
)
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def classify(
    files: tuple[str, ...],
    clauses_only: bool,
    fmt: str,
    output: str | None,
    no_cache: bool,
    debug: bool,
) -> int:
    """Name the license of each FILE, with its clauses, patent and commercial terms."""
    from licensescan.classifier.classify import as_json, classify_bytes

    if fmt == "json":
        from licensescan.report.rows import laid_out

        results = [
            classify_bytes(_bytes_of(name), name, clauses_only=clauses_only)
            for name in files
        ]
        _deliver(
            "[\n" + ",\n".join(laid_out(as_json(r), " ") for r in results) + "\n]",
            output,
        )
    else:
        from licensescan.classifier.locate_clauses import located_bytes
        from licensescan.report.classify import render

        results = [
            located_bytes(_bytes_of(name), name, clauses_only=clauses_only)
            for name in files
        ]
        _deliver(render(results, width=width()), output)
    return 0


@cli.command(short_help="Say in plain words what a rule, license or clause means.")
@click.argument("name")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def explain(name: str, debug: bool) -> int:
    """Explain a rule, a license id, a clause or a profile in plain words."""
    from licensescan.report.explain import explain as explained
    from licensescan.rulebook.rulebook import load

    _deliver(explained(name, load(), width=width()), None)
    return 0


@cli.command(short_help="Print the paths by which a component got in.")
@click.argument("component")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@_look_options
def why(component: str, targets: tuple[str, ...], **given: Any) -> int:
    """
    Print the paths by which COMPONENT got in: requirement, extra and marker of each
    step.
    """
    from licensescan.pipeline import graph_of
    from licensescan.report.why import render_why

    graph = graph_of(targets, options=_look(given))
    _deliver(render_why(graph, component), None)
    return 0


@cli.command(short_help="Write a commented starter policy for this project.")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@_policy_options
@_look_options
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    default="licensescan.toml",
    show_default=True,
    metavar="FILE|-",
)
@click.option("--force", is_flag=True, help="Replace a policy that is already there.")
def init(targets: tuple[str, ...], output: str, force: bool, **given: Any) -> int:
    """Write a commented starter policy for this project, from what it really has."""
    from datetime import date

    from licensescan.pipeline import scan as run
    from licensescan.report.starter_policy import starter

    if output != "-" and os.path.exists(output) and not force:
        raise UsageError(f"{output} is already there; --force replaces it")
    policy = _policy(given)
    report = run(targets, policy=policy, today=date.today(), options=_look(given))
    _deliver(starter(report), None if output == "-" else output)
    if output != "-":
        click.echo(
            f"wrote {output}: {len(report.conclusions)} components looked at", err=True
        )
    return 0


def _run(targets: tuple[str, ...], given: dict[str, Any], *, judged: bool) -> int:
    """
    Check the outputs, scan once unless nothing has changed, deliver every report whole,
    and say the exit code.
    """
    from licensescan.cache.answers import Answer, AnswerCache
    from licensescan.reader.inputs import recording

    wanted = _wanted(given)
    kept = (
        None
        if given["no_cache"] or given["online"]
        else AnswerCache(_question(targets, given, judged), os.environ)
    )
    answer = kept.recall() if kept else None
    incomplete: tuple[str, ...] = ()
    if answer is None:
        from licensescan.report import render

        with recording() as inputs:
            report = _report(targets, given, judged=judged)
            looks = {"width": width(), "verbose": given["verbose"]}
            texts = tuple(
                render(n, report, color=p is None and _colored(given["color"]), **looks)
                for n, p in wanted
            )
        answer, incomplete = (
            Answer(texts=texts, exit_code=report.exit_code),
            report.incomplete,
        )
        if kept and not incomplete:
            kept.keep(answer, inputs)
    for text, (_, path) in zip(answer.texts, wanted, strict=True):
        _deliver(text, path)
    for line in incomplete:
        click.echo(f"licensescan: {_plain(line)}", err=True)
    return answer.exit_code


def _report(targets: tuple[str, ...], given: dict[str, Any], *, judged: bool) -> Report:
    """The report itself, with a line of progress where somebody looks on."""
    from datetime import date

    from licensescan.pipeline import scan as run

    policy = _policy(given) if judged else None
    progress = Progress(_show if sys.stderr.isatty() else lambda piece: None)
    options, fail_on = _look(given), given.get("fail_on")
    report = run(
        targets,
        policy=policy,
        today=date.today(),
        options=options,
        fail_on=fail_on,
        progress=progress,
    )
    progress.done()
    return report


def _wanted(given: dict[str, Any]) -> list[tuple[str, str | None]]:
    """
    The reports that are asked for, form and file, once it is sure that they can be
    made.
    """
    from licensescan.report import REPORTS

    wanted = [(given["fmt"], given["output"])]
    for pair in given["reports"]:
        name, sep, path = pair.partition("=")
        if not sep or not path:
            raise UsageError(f"--report takes FORMAT=FILE, not {pair!r}")
        wanted.append((name, path))
    for name, path in wanted:
        if name not in REPORTS:
            raise UsageError(
                f"no report format {name!r}; there are: {', '.join(REPORTS)}"
            )
        if path is not None:
            from licensescan.report.delivery import writable

            writable(path)
    return wanted


def _question(
    targets: tuple[str, ...], given: dict[str, Any], judged: bool
) -> list[object]:
    """
    All that an answer depends on and that is no file and no variable that the scan asks
    for.
    """
    from datetime import date

    from licensescan.base.installation import build_id

    asked = {
        name: value for name, value in given.items() if name not in ("jobs", "debug")
    }
    shown = [
        width(),
        _colored(given["color"]),
        os.environ.get("SOURCE_DATE_EPOCH"),
        os.environ.get("HOME"),
    ]
    place = [os.getcwd(), sys.prefix, os.geteuid()]
    return [build_id(), judged, targets, asked, shown, place, date.today().isoformat()]


def _policy(given: dict[str, Any]) -> Policy:
    from pathlib import Path

    from licensescan.judge.policy import load_policy
    from licensescan.reader.inputs import is_file

    named = given.get("policy_file")
    if named and not is_file(named):
        raise UsageError(f"{named}: there is no such policy file")
    return load_policy(
        Path.cwd(),
        policy_file=Path(named) if named else None,
        profile=given.get("profile"),
    )


def _look(given: dict[str, Any]) -> Options:
    from licensescan.pipeline import Options
    from licensescan.reader.inputs import Variables

    return Options(
        project=os.getcwd(),
        environment=given["environment"],
        variables=Variables(),
        cached=not given["no_cache"],
        find_links=given["find_links"],
        jobs=given["jobs"],
        online=given["online"],
    )


@cache
def _folder_of(place: str) -> FolderFiles:
    from licensescan.reader import FolderFiles

    return FolderFiles(place)


def _bytes_of(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    from licensescan.reader import ReadError

    folder, base = os.path.split(name)
    try:
        # A text that the user names is read up to 8 MiB, eight times what is read of
        # one found in a tree.
        return _folder_of(folder or ".").read(base, 8 << 20).data
    except ReadError as error:
        raise UsageError(f"{name}: {error.problem.message}") from error


def _deliver(text: str, path: str | None) -> None:
    """Print `text`, or put it into a file."""
    if path is None:
        try:
            # The text has colour codes only when they were asked for: click must not
            # take them out in a pipe.
            click.echo(text.rstrip("\n"), color=True)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise IncompleteError(
                f"the report could not be written ({error.strerror or error})"
            ) from error
        return
    from licensescan.report.delivery import put

    put(text, path)


def _show(piece: str) -> None:
    sys.stderr.write(piece)
    sys.stderr.flush()


def _colored(choice: str) -> bool:
    return is_colored(choice, terminal=sys.stdout.isatty())


def _plain(text: str) -> str:
    from licensescan.report.escape import terminal

    return terminal(text)


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit with the codes that the README lists."""
    given = sys.argv[1:] if args is None else args
    debug = "--debug" in given
    # Our values have no cycles: looking for some is a fiftieth of a run even every
    # 50,000 objects, and finds none.
    gc.set_threshold(1_000_000)
    # Python has no object for a stream that was closed by whoever started it.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(
        _guarded(
            lambda: cli.main(
                args=args,
                prog_name="licensescan",
                standalone_mode=False,
                auto_envvar_prefix="LICENSESCAN",
            ),
            debug,
        )
    )


def _guarded(run: Callable[[], Any], debug: bool) -> int:
    """
    Map what can happen to an exit code: click alone gives 1 to a `ClickException` and
    to a traceback.
    """
    try:
        code = run()
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except BrokenPipeError:
        # The reader of our output went away (`| head`): not our failure, and nothing
        # more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 3
    except (KeyboardInterrupt, click.Abort):
        click.echo("licensescan: interrupted", err=True)
        return 3
    except IncompleteError as error:
        click.echo(f"licensescan: {_plain(str(error))}", err=True)
        return 3
    except LicensescanError as error:
        click.echo(f"licensescan: {_plain(str(error))}", err=True)
        return 2
    except Exception as error:  # a traceback is for --debug; the code says "incomplete"
        if debug:
            raise
        click.echo(
            f"licensescan: internal error ({_plain(f'{type(error).__name__}: {error}')}); --debug shows it",
            err=True,
        )
        return 3
