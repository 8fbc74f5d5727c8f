"""Text from a package, made harmless for the place where it is shown."""

from __future__ import annotations

import html as _html
import re
from urllib.parse import quote

# C0 but newline and tab, DEL, C1, line and paragraph separators, bidi marks, and lone surrogates (undecodable names).
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_COMMAND = re.compile(r"(?m)^(\s*)(::|##)")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")


def _visible(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def terminal(text: str) -> str:
    """
    For a terminal or a CI log: control and bidi characters become visible escapes, and no line begins with `::` or
    `##`, which runners would take for a command.
    """
    return no_commands(_CONTROL.sub(_visible, text))


def no_commands(text: str) -> str:
    """No line begins with `::` or `##` (runners trim the blanks before them)."""
    return _COMMAND.sub(r"\1\\\2", text)


def line(text: str) -> str:
    """The same on one line."""
    return terminal(" ".join(text.split()))


def html(text: str) -> str:
    """For an HTML text or a quoted attribute."""
    return _html.escape(_CONTROL.sub(_visible, text), quote=True)


def markdown(text: str) -> str:
    """For a Markdown table cell or paragraph."""
    return _MARKDOWN.sub(r"\\\1", line(text))


def csv(text: str) -> str:
    """For a CSV cell: a spreadsheet must not take it for a formula."""
    plain = _CONTROL.sub(_visible, text)
    return "'" + plain if plain[:1] in ("=", "+", "-", "@", "\t", "\r") else plain


def uri(path: str) -> str:
    """For a relative URI, as in SARIF."""
    return quote(path.encode("utf-8", "surrogateescape").lstrip(b"/"), safe="/-._~")
