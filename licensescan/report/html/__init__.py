"""
The report as one HTML page, for a lawyer's desk: the answer, then decisions
with quote, place and way in, then patents, commerce, models, licenses and
components. It is read, searched and printed without a script; the script only
filters, and records what a reviewer decides.

Whatever a package says is text: Jinja escapes it, and a policy in the page
lets no script and no style run but the two that stand here, by their hashes.
The one importer of `jinja2`.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from licensescan.model.types import Report
from licensescan.report.html.view import view_of
from licensescan.report.layout import Layout
from licensescan.report.phrases import number
from licensescan.report.speech import say, spoken, words_of

_HERE = Path(__file__).parent


def render(
    report: Report,
    layout: Layout | None = None,
) -> str:
    """Return the report as a page that needs no other file."""
    script = _asset("script.js")
    return page_of(
        "page.html.jinja",
        view=view_of(report),
        language=spoken(),
        spoken=words_of("script"),
        script=script,
        script_hash=_hash(script),
    )


def page_of(template: str, **shown: object) -> str:
    """Return a page made of a template, with the style of all pages."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        say=say,
        number=number,
    )
    style = _asset("style.css")
    page = environment.get_template(template)
    return page.render(**shown, style=style, style_hash=_hash(style))


@cache
def _asset(name: str) -> str:
    return "\n" + (_HERE / name).read_text("utf-8")


def _hash(text: str) -> str:
    """Return the hash by which a page allows a script or style of its own."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
