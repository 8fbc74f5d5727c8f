"""
Width, colours and progress follow the terminal and the variables by which
people choose.
"""

from __future__ import annotations

import pytest

from licensescan.report import terminal
from licensescan.report.terminal import Progress, is_colored, paint, width


@pytest.mark.parametrize(
    ("columns", "expected"), [("80", 80), ("20", 60), ("900", 140)]
)
def test_the_width_that_was_asked_for_within_what_can_be_read(
    columns: str, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert width() == expected


@pytest.mark.parametrize("columns", ["", "wide", "0"])
def test_without_a_terminal_a_hundred_columns(
    columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr("sys.__stdout__", None)
    assert width() == 100


@pytest.mark.parametrize(
    ("choice", "variables", "terminal", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colours_are_chosen_by_option_then_variable_then_terminal(
    choice: str,
    variables: dict[str, str],
    terminal: bool,
    expected: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert is_colored(choice, terminal=terminal) is expected


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("deny", "1;31"),
        ("review", "1;33"),
        ("warn", "36"),
        ("rule", "1"),
        ("head", "1"),
    ],
)
def test_a_color_ends_with_its_piece(role: str, code: str) -> None:
    assert paint("a b", role) == f"\x1b[{code}ma b\x1b[0m"


class TestProgress:
    @pytest.fixture
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        now = [100.0]
        monkeypatch.setattr(terminal, "monotonic", lambda: now[0])
        return now

    def test_a_short_scan_shows_nothing(self, clock: list[float]) -> None:
        written: list[str] = []
        progress = Progress(written.append)
        clock[0] += 0.9
        progress("reading", 3, 10)
        progress.done()
        assert written == []

    def test_a_long_one_has_one_line_that_is_taken_away(
        self, clock: list[float]
    ) -> None:
        written: list[str] = []
        progress = Progress(written.append)
        for step in ((3, 10), (4, 10), (5, 0)):
            clock[0] += 1.1
            progress("reading", *step)
        progress.done()
        assert written == [
            "\r\x1b[Kreading 3/10",
            "\r\x1b[Kreading 4/10",
            "\r\x1b[Kreading 5",
            "\r\x1b[K",
        ]

    def test_at_most_ten_times_a_second(self, clock: list[float]) -> None:
        written: list[str] = []
        progress = Progress(written.append)
        clock[0] += 2
        for count in range(5):
            progress("reading", count, 5)
            clock[0] += 0.03
        assert [piece[-3:] for piece in written] == ["0/5", "4/5"]
