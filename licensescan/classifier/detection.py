"""
From a license text to what it is: pure functions over the compiled index.
"""

from __future__ import annotations

from licensescan.classifier.engine import (
    detect,
    detect_apart,
    own_expression,
)
from licensescan.classifier.identify.words import plain

__all__ = ["detect", "detect_apart", "own_expression", "plain"]
