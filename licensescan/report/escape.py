"""Text from a package, made harmless for the place where it is shown."""

from __future__ import annotations

import re

# C0 but newline and tab, DEL, C1, line and paragraph separators, bidi marks,
# lone surrogates (undecodable names), and two that no XML may hold.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_COMMAND = re.compile(r"(?m)^(\s*)(::|##)")


def _visible(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def printable(text: str) -> str:
    """Return `text` with control and bidi characters as visible escapes."""
    return _CONTROL.sub(_visible, text)


def terminal(text: str) -> str:
    """
    Return `text` for a terminal or a CI log: control and bidi characters
    become visible escapes, and no line begins with `::` or `##`, which runners
    would take for a command.
    """
    return no_commands(printable(text))


def no_commands(text: str) -> str:
    """
    Return `text` with a backslash before each `::` or `##` that begins a line
    (runners trim the blanks before them).
    """
    return _COMMAND.sub(r"\1\\\2", text)


def line(text: str) -> str:
    """Return `text` as `terminal` does, on one line."""
    return terminal(" ".join(text.split()))


_MARKUP = frozenset("\\`*_{}[]<>()#+!|~@$&")
"""What Markdown, or a host of it, may read as more than a letter."""


def markdown(text: str) -> str:
    """
    Return `text` on a line, as Markdown that shows it as it is: no markup,
    link, mention or HTML.
    """
    return "".join(f"\\{c}" if c in _MARKUP else c for c in line(text))
