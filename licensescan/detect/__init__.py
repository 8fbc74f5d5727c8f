"""From a license text to what it is: pure functions over the compiled index."""

from __future__ import annotations

from licensescan.model import NOASSERTION, Detection


def detect(text: str) -> Detection:
    """Say which licenses `text` holds."""
    return Detection(expression=NOASSERTION)
