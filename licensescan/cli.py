"""The command line: the only file that prints or exits."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from licensescan.base.version import __version__
from licensescan.model.errors import (
    IncompleteError,
    LicensescanError,
    UsageError,
)
from licensescan.report import REPORTS
from licensescan.report.terminal import Progress, is_colored, width

if TYPE_CHECKING:
    from licensescan.cache.answers import Answer
    from licensescan.model.types import Policy, Report, Verdict
    from licensescan.pipeline import Options
    from licensescan.reader import FolderFiles
    from licensescan.report.delivery import Request

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

_PROFILES_BELOW = f"""
\b
Profiles: {", ".join(PROFILES[:4])},
          {", ".join(PROFILES[4:])}.
`licensescan explain NAME` says what a profile is for and how it judges.
"""

_TEXT_LIMIT = 8 << 20
"""
Bytes of a text that `classify` reads, eight times what is read of one in a
tree.
"""

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    The options of a command, as click has read them; each command has some.
    """

    policy_file: str | None = None
    profile: str | None = None
    fail_on: Verdict | None = None
    form: str = "text"
    output: str | None = None
    reports: tuple[str, ...] = ()
    verbose: bool = False
    color: str = "auto"
    environment: str | None = None
    find_links: tuple[str, ...] = ()
    jobs: int = 1
    no_cache: bool = False
    online: bool = False
    platform: str = ""
    why: str = ""
    clauses_only: bool = False
    is_asked: bool = False


# -- options --


def _options(
    *options: Callable[[Command], Command],
) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


_debug_option = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,  # `main` looks for it before anything can go wrong
    help="Show the traceback of an internal error.",
)
_policy_options = _options(
    click.option(
        "--policy",
        "policy_file",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="Policy file. [default: licensescan.toml here, or [tool.licensescan] in pyproject.toml]",
    ),
    click.option(
        "--profile",
        type=click.Choice(PROFILES),
        metavar="NAME",
        help="What the code is for, see below. [default: the policy's, or distributed-product]",
    ),
)
_output_options = _options(
    click.option(
        "-f",
        "--format",
        "form",
        default="text",
        show_default=True,
        metavar="FORMAT",
        help=f"Form of the report: {', '.join(REPORTS)}.",
    ),
    click.option(
        "-o",
        "--output",
        type=click.Path(),
        metavar="FILE",
        help="Write the report to this file, not to stdout.",
    ),
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT=FILE",
        help="Write one more report of the same run, as in json=licenses.json. Repeatable.",
    ),
    click.option(
        "-v",
        "--verbose",
        is_flag=True,
        help="List everything that the text report sums up.",
    ),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Color the text report; auto: on a terminal, unless NO_COLOR is set.",
    ),
)
_why_option = click.option(
    "--why",
    default="",
    metavar="NAME",
    help="Show what was considered for this component, and why it counts or not.",
)
_look_options = _options(
    click.option(
        "--env",
        "environment",
        metavar="PATH|self",
        help="Environment to look at if no TARGET is given; self: licensescan's own."
        " [default: the project's]",
    ),
    click.option(
        "--platform",
        default="",
        metavar="TAG",
        help="Platform for markers, as in wheels or conda: win_amd64, osx-arm64."
        " [default: the environment's, else this machine's]",
    ),
    click.option(
        "--find-links",
        multiple=True,
        type=click.Path(),
        metavar="FOLDER",
        help="Folder with wheels and sdists of what a lock file names. Repeatable.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        metavar="N",
        help="Number of processes that read license texts.",
    ),
    click.option(
        "--no-cache",
        is_flag=True,
        help="Read everything anew, and remember nothing for the next run.",
    ),
    click.option(
        "--online",
        is_flag=True,
        help="Ask the package index for what a lock file names and is not found here."
        " Nothing touches the network without this.",
    ),
    _debug_option,
)


# -- commands --


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


@cli.command(
    short_help="Judge the project or other targets by a policy; fails a CI job.",
    epilog=_PROFILES_BELOW,
)
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@_policy_options
@_why_option
@click.option(
    "--fail-on",
    type=click.Choice(VERDICTS),
    help="Exit with 1 from this verdict on. [default: the policy's, or review]",
)
@_output_options
@_look_options
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


@cli.command(short_help="List components and their licenses; no policy.")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@_why_option
@_output_options
@_look_options
def scan(targets: tuple[str, ...], **given: Any) -> int:
    """
    List what each TARGET holds and the license of each component, without a
    policy.

    Targets are those of `licensescan check`. Findings do not fail a scan: the
    exit code is 0, or 3 where something could not be examined.
    """
    return _run(targets, Settings(**given), judged=False)


@cli.command(short_help="Name the license of a text, and what the text says.")
@click.argument("files", nargs=-1, required=True, metavar="FILE|-...")
@click.option(
    "--clauses-only",
    is_flag=True,
    help="Read the clauses as those of an unknown text; recognize no license.",
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the answer.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE",
    help="Write the answer to this file, not to stdout.",
)
@click.option(
    "--why", "is_asked", is_flag=True, help="Show all that was considered."
)
# Scripts give it to every command; a single text is always read anew.
@click.option("--no-cache", is_flag=True, hidden=True, expose_value=False)
@_debug_option
def classify(files: tuple[str, ...], **given: Any) -> int:
    """
    Name the license of each FILE (- is standard input), and what it says in
    its own words: clauses, patents, commercial use, copyleft.

    Works on texts that nobody has seen before.
    """
    from licensescan.report.texts import render

    settings = Settings(**given)
    texts = ((name, _bytes_of(name)) for name in files)
    how = (settings.clauses_only, settings.is_asked)
    _deliver(render(texts, settings.form, width(), *how), settings.output)
    return 0


@cli.command(short_help="Say what a rule, license, clause or profile means.")
@click.argument("name")
@_debug_option
def explain(name: str) -> int:
    """
    Say in plain words what NAME means: a rule, a license or expression, a
    clause or a profile. Examples: copyleft-strong, Apache-2.0,
    use.noncommercial, saas.
    """
    from licensescan.report.explain import explain as explained
    from licensescan.rulebook.rulebook import load

    _deliver(explained(name, load(), width=width()), None)
    return 0


@cli.command(short_help="Show by which requirements a component got in.")
@click.argument("component")
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@_look_options
def why(component: str, targets: tuple[str, ...], **given: Any) -> int:
    """
    Show every path by which COMPONENT (a package, a model or a data set) got
    into the project or each TARGET, with the requirement, extra and marker of
    each step.
    """
    from licensescan.pipeline import graph_of
    from licensescan.report.why import render_why

    graph = graph_of(targets, options=_look(Settings(**given)))
    _deliver(render_why(graph, component), None)
    return 0


@cli.command(
    short_help="Write a commented policy to start from.",
    epilog=_PROFILES_BELOW,
)
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
    help="Write the policy to this file; - is standard output.",
)
@click.option(
    "--force", is_flag=True, help="Replace a policy that is already there."
)
def init(targets: tuple[str, ...], force: bool, **given: Any) -> int:
    """
    Write a commented policy to start from, made from what the project (or each
    TARGET) holds. It changes no verdict before you edit it.
    """
    from datetime import date

    from licensescan.pipeline import scan as run
    from licensescan.report.starter_policy import starter

    settings = Settings(**given)
    path = None if settings.output == "-" else settings.output
    if path and os.path.exists(path) and not force:
        raise UsageError(f"{path} is already there; --force replaces it")
    policy, options = _policy(settings), _look(settings)
    report = run(targets, policy=policy, today=date.today(), options=options)
    _deliver(starter(report), path)
    if path:
        number = len(report.conclusions)
        said = f"wrote {path}, made from {number} components; next: licensescan check"
        click.echo(said, err=True)
    return 0


# -- check and scan --


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
    is_remembered = not settings.no_cache and not settings.online
    question = _question(targets, settings, judged)
    kept = AnswerCache(question, os.environ) if is_remembered else None
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
    for text, request in zip(answer.texts, requests, strict=True):
        _deliver(text, request.path)
    for message in incomplete:
        _complain(message)
    return answer.exit_code


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
    shown = [width(), _is_colored(settings), *variables]
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

    is_watched = sys.stderr.isatty()
    progress = Progress(
        partial(click.echo, nl=False, err=True) if is_watched else None
    )
    report = run(
        targets,
        policy=_policy(settings) if judged else None,
        today=date.today(),
        options=_look(settings),
        fail_on=settings.fail_on,
        progress=progress,
    )
    progress.done()
    return report


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
            color=request.path is None and _is_colored(settings),
        )
        for request in requests
    ]
    return Answer(texts=tuple(texts), exit_code=report.exit_code)


def _policy(settings: Settings) -> Policy:
    from pathlib import Path

    from licensescan.judge.policy import load_policy
    from licensescan.reader.inputs import is_file

    named = settings.policy_file
    if named and not is_file(named):
        raise UsageError(f"{named}: there is no such policy file")
    path = Path(named) if named else None
    return load_policy(Path.cwd(), policy_file=path, profile=settings.profile)


def _look(settings: Settings) -> Options:
    from licensescan.pipeline import Options
    from licensescan.reader.inputs import Variables

    return Options(
        project=os.getcwd(),
        environment=settings.environment,
        variables=Variables(),
        cached=not settings.no_cache,
        find_links=settings.find_links,
        jobs=settings.jobs,
        online=settings.online,
        platform=settings.platform,
        why=settings.why,
        outputs=(
            settings.output or "",
            *(r.partition("=")[2] for r in settings.reports),
        ),
    )


# -- classify --


def _bytes_of(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    from licensescan.reader import ReadError

    if os.path.isdir(name):
        raise UsageError(
            f"{name}: is a folder; licensescan scan reads folders"
        )
    folder, base = os.path.split(name)
    try:
        return _folder_of(folder or ".").read(base, _TEXT_LIMIT).data
    except ReadError as error:
        raise UsageError(f"{name}: {error.problem.message}") from error


@cache
def _folder_of(path: str) -> FolderFiles:
    from licensescan.reader import FolderFiles

    return FolderFiles(path)


# -- output --


def _deliver(text: str, path: str | None) -> None:
    """Print `text`, or put it into a file."""
    if path is not None:
        from licensescan.report.delivery import write_report

        write_report(text, path)
        return
    try:
        # The text has color codes only when they were asked for: click must
        # not take them out in a pipe.
        click.echo(text.rstrip("\n"), color=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise IncompleteError(
            f"the report could not be written ({reason})"
        ) from error


def _complain(message: str) -> None:
    from licensescan.report.escape import terminal

    click.echo(f"licensescan: {terminal(message)}", err=True)


def _is_colored(settings: Settings) -> bool:
    return is_colored(settings.color, terminal=sys.stdout.isatty())


# -- the program --


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
            auto_envvar_prefix="LICENSESCAN",
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
        _complain("interrupted")
        return 3
    except LicensescanError as error:
        _complain(str(error))
        return 3 if isinstance(error, IncompleteError) else 2
    except (
        Exception
    ) as error:  # a traceback is for --debug; the code says "incomplete"
        if debug:
            raise
        kind = type(error).__name__
        _complain(f"internal error ({kind}: {error}); --debug shows where")
        return 3
