"""From a license text to what it is: pure functions over the compiled index."""

from __future__ import annotations

from licensescan.detect.engine import detect, own_expression, summed
from licensescan.detect.normalise import plain

__all__ = ["detect", "own_expression", "plain", "summed"]
