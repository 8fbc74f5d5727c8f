"""
The readme is true: its commands, options, formats, profiles, exit codes and
links.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from licensescan.cli import PROFILES, cli
from licensescan.report import REPORTS

OURS = (
    "https://github.com/licensescan/licensescan/blob/main/",
    "https://raw.githubusercontent.com/licensescan/licensescan/main/",
)
ROOT = Path(__file__).resolve().parent.parent
READMES = {
    name: (ROOT / name).read_text("utf-8")
    for name in ("README.md", "README.ko.md")
}
README = READMES["README.md"]
BOTH = pytest.mark.parametrize("text", READMES.values(), ids=READMES)


def shown_commands(text: str) -> list[str]:
    """
    Every command line in a code block or in backticks that starts with
    `licensescan`.
    """
    blocks = re.findall(
        r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL
    )
    lines = [
        line.strip().removeprefix("$ ")
        for block in blocks
        for line in block.splitlines()
    ]
    lines += re.findall(r"(?<!`)`(licensescan [^`\n]+)`", text)
    # Output that is quoted in a block has columns; a command has single blanks
    # and no bare colon.
    return sorted(
        {
            line
            for line in lines
            if re.match(r"licensescan [a-z-]+( |$)", line)
            and "  " not in line.split("#")[0].strip()
        }
    )


def options_of(command: click.Command) -> set[str]:
    return {
        o
        for p in command.params
        if isinstance(p, click.Option)
        for o in (*p.opts, *p.secondary_opts)
    } | {
        "--help",
        "-h",
    }


def test_it_says_what_it_is_and_is_not() -> None:
    head = README[:2500].lower()
    assert README.startswith("# licensescan")
    assert "not legal advice" in head


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_two_commands_for_a_fresh_machine(
    command: str, root: Path
) -> None:
    assert command in README
    assert re.search(
        rf"^{command.split()[1]}:",
        (root / "Makefile").read_text("utf-8"),
        re.MULTILINE,
    )


def test_commands_are_shown_at_all() -> None:
    assert any(
        c.startswith("licensescan check") for c in shown_commands(README)
    )


@pytest.mark.parametrize(
    "line",
    sorted({line for t in READMES.values() for line in shown_commands(t)}),
)
def test_every_command_and_option_exists(line: str) -> None:
    words = shlex.split(line, comments=True)
    if words[1].startswith("-"):
        assert words[1].split("=")[0] in options_of(cli) | {"-V", "--version"}
        return
    assert words[1] in cli.commands, line
    known = options_of(cli.commands[words[1]])
    for word in words[2:]:
        if word.startswith("-") and word != "-":
            assert word.split("=")[0] in known, f"{line}: {word}"


@BOTH
def test_every_command_is_mentioned(text: str) -> None:
    for name in cli.commands:
        assert f"licensescan {name}" in text, name


@BOTH
def test_every_profile_is_mentioned(text: str) -> None:
    for name in PROFILES:
        assert name in text, name


@BOTH
def test_every_format_is_mentioned(text: str) -> None:
    for name in REPORTS:
        assert re.search(rf"\b{name}\b", text), name


@BOTH
def test_the_exit_codes(text: str) -> None:
    """A table with the four codes; what they mean is tested in test_cli.py."""
    rows = dict(
        re.findall(r"^\|\s*`?([0-9])`?\s*\|\s*(.+?)\s*\|", text, re.MULTILINE)
    )
    assert set(rows) == {"0", "1", "2", "3"}
    assert "finding" in rows["1"].lower()
    assert "incomplete" in rows["3"].lower()


@BOTH
def test_links_are_whole_and_lead_to_files(text: str, root: Path) -> None:
    """A registry shows the page elsewhere: relative links are dead there."""
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    assert len(targets) > 10
    for target in targets:
        path, _, anchor = target.partition("#")
        if path:
            assert path.startswith(OURS), target
            path = path.removeprefix(OURS[0]).removeprefix(OURS[1])
            assert (root / path).exists(), target
        assert not anchor or f"# {anchor}" in text.lower(), target
