"""The one time that a report may hold."""

from __future__ import annotations

import os

from licensescan.model.types import Report


def timestamp_of(report: Report) -> int | None:
    """
    Return the time of a stored report, if it had one; else that which is set
    for the sake of equal bytes (SOURCE_DATE_EPOCH), if any.
    """
    if report.tool is not None:
        return report.timestamp
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(epoch) if epoch.isdigit() else None
