"""
No reader costs the square of its text: `benchmarks/growth.py` counts
instructions, this measures CPU time with room for a busy machine.
"""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
SIZE = 12 << 10
LONGER = 5
"""Times as long: linear is 5 times the cost, quadratic 25 times."""

MOST = 13
TOO_SHORT = 0.02
"""Seconds that are too few to say anything."""


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "growth", BENCHMARKS / "growth.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


growth = _loaded()


def seconds(reader: str, pattern: str, size: int) -> float:
    """
    Return the CPU time of the cheaper of two runs; what was read before may be
    remembered, so that no text comes twice.
    """
    costs = []
    for more in range(2):
        text = growth.PATTERNS[pattern](size + 200 * more)
        start = time.process_time()
        growth.READERS[reader](text)
        costs.append(time.process_time() - start)
    return min(costs)


@pytest.mark.parametrize("pattern", growth.PATTERNS)
@pytest.mark.parametrize("reader", growth.READERS)
def test_a_longer_text_costs_in_proportion(reader: str, pattern: str) -> None:
    growth.READERS[reader]("Licensed under the MIT License.")
    short = seconds(reader, pattern, SIZE)
    long = seconds(reader, pattern, SIZE * LONGER)
    assert long < MOST * max(short, TOO_SHORT)
