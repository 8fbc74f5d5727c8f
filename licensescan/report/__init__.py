"""
The forms of a report: a module and a row of `REPORTS` each.

Imports `classifier`, `judge`, `rulebook`, `resolver` and what is below them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from licensescan.model.types import Report
    from licensescan.report.layout import Layout

REPORTS: Mapping[str, str] = {
    "text": "licensescan.report.text",
    "json": "licensescan.report.json",
    "markdown": "licensescan.report.markdown",
    "sarif": "licensescan.report.sarif",
    "cyclonedx": "licensescan.report.cyclonedx",
    "cyclonedx-1.7": "licensescan.report.cyclonedx_17",
    "spdx": "licensescan.report.spdx",
    "spdx3": "licensescan.report.spdx3",
    "notice": "licensescan.report.notice",
    "html": "licensescan.report.html",
    "csv": "licensescan.report.table",
    "xlsx": "licensescan.report.xlsx",
    "github": "licensescan.report.github",
    "junit": "licensescan.report.junit",
    "gitlab": "licensescan.report.gitlab",
}
"""
The names that `--format` and `--report` take, and the module of each; a module
is imported when its form is asked for.
"""

FILES: Mapping[str, str] = {
    "text": "licenses.txt",
    "json": "licenses.json",
    "markdown": "licenses.md",
    "sarif": "licenses.sarif",
    "cyclonedx": "licenses.cdx.json",
    "cyclonedx-1.7": "licenses.1.7.cdx.json",
    "spdx": "licenses.spdx.json",
    "spdx3": "licenses.spdx3.jsonld",
    "notice": "NOTICE.third-party.txt",
    "html": "licenses.html",
    "csv": "licenses.csv",
    "xlsx": "licenses.xlsx",
    "github": "licenses.github.txt",
    "junit": "licenses.junit.xml",
    "gitlab": "licenses.gitlab.json",
}
"""How `--report all=FOLDER` calls the file of each form."""


WITH_TEXTS = frozenset(
    {"cyclonedx", "cyclonedx-1.7", "html", "json", "notice", "spdx", "spdx3"}
)
"""Forms that hold the texts of licenses."""

WITH_ORIGINS = frozenset(
    {"csv", "cyclonedx", "cyclonedx-1.7", "json", "spdx", "spdx3", "xlsx"}
)
"""Forms that say what exactly was judged, by commit and digests."""


SPOKEN = frozenset({"text", "html"})
"""Forms that are written in the language that is asked for."""


class Form(Protocol):
    """A module that writes a report in one form."""

    def render(self, report: Report, layout: Layout) -> str | bytes:
        """
        Return `report` as text, or as the bytes of a form that is none;
        nothing of a target may act on its reader.
        """
        ...


def render(
    name: str,
    report: Report,
    *,
    width: int = 100,
    verbose: bool = False,
    color: bool = False,
    language: str = "en",
) -> str | bytes:
    """
    Return `report` in the form `name`, one of `REPORTS`; forms that people
    read are in `language`, all others in English.
    """
    from licensescan.report.layout import Layout
    from licensescan.report.speech import ENGLISH, speaking

    form = cast("Form", import_module(REPORTS[name]))
    with speaking(language if name in SPOKEN else ENGLISH):
        return form.render(
            report, Layout(width=width, verbose=verbose, color=color)
        )
