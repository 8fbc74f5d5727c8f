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

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(
    "utf-8"
)


def shown_commands() -> list[str]:
    """
    Every command line in a code block or in backticks that starts with
    `licensescan`.
    """
    blocks = re.findall(
        r"^```[a-z]*\n(.*?)^```", README, re.MULTILINE | re.DOTALL
    )
    lines = [
        line.strip().removeprefix("$ ")
        for block in blocks
        for line in block.splitlines()
    ]
    lines += re.findall(r"(?<!`)`(licensescan [^`\n]+)`", README)
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
    assert any(c.startswith("licensescan check") for c in shown_commands())


@pytest.mark.parametrize("line", shown_commands())
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


def test_every_command_is_mentioned() -> None:
    for name in cli.commands:
        assert f"licensescan {name}" in README, name


def test_every_profile_is_mentioned() -> None:
    for name in PROFILES:
        assert name in README, name


def test_every_format_is_mentioned() -> None:
    for name in REPORTS:
        assert re.search(rf"\b{name}\b", README), name


def test_the_exit_codes() -> None:
    """A table with the four codes; what they mean is tested in test_cli.py."""
    rows = dict(
        re.findall(
            r"^\|\s*`?([0-9])`?\s*\|\s*(.+?)\s*\|", README, re.MULTILINE
        )
    )
    assert set(rows) == {"0", "1", "2", "3"}
    assert "finding" in rows["1"].lower()
    assert "incomplete" in rows["3"].lower()


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"\]\(((?!https?://|#)[^)#\s]+)", README)))
)
def test_links_lead_to_files(target: str, root: Path) -> None:
    assert (root / target).exists(), target
