"""
The report as CycloneDX 1.7; `cyclonedx` says what is in it. Expressions have
the words of licenses that SPDX does not list.
"""

from __future__ import annotations

from licensescan.model.types import Report
from licensescan.report.cyclonedx import document
from licensescan.report.layout import Layout
from licensescan.report.rows import laid_out


def render(
    report: Report,
    layout: Layout | None = None,
) -> str:
    """Return the inventory as CycloneDX 1.7."""
    return laid_out(document(report, "1.7"))
