"""
Worker processes: work is shared among several where there is enough of it, and the
answers are the same.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

BATCH = 1_200_000
"""Characters of text that take about a second to read: less is not worth a process."""


def shared(
    work: Callable[[Mapping[Key, str]], list[tuple[Key, Value]]],
    texts: Mapping[Key, str],
    jobs: int,
) -> Iterator[tuple[Key, Value]]:
    """
    What `work` makes of `texts`, batch by batch, in at most `jobs` processes.

    Nothing where there is too little for two of them, or where processes cannot be had:
    whoever asks then does the work itself. `work` must be a function of a module, its
    answers must be picklable.
    """
    several = _batches(texts, sum(map(len, texts.values())) // BATCH)
    jobs = min(jobs, len(several))
    if jobs < 2:
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # A forked process has the index and the rules already; elsewhere than on Linux
    # forking is not safe.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    try:
        with ProcessPoolExecutor(jobs, mp_context=context) as pool:
            for answers in pool.map(work, several):
                yield from answers
    except (BrokenProcessPool, OSError):
        return


def _batches(texts: Mapping[Key, str], count: int) -> list[dict[Key, str]]:
    """`texts` in `count` batches of about the same length, the longest texts first."""
    batches: list[dict[Key, str]] = [{} for _ in range(count)]
    lengths = [0] * count
    for key, text in (
        sorted(texts.items(), key=lambda item: -len(item[1])) if count else ()
    ):
        least = lengths.index(min(lengths))
        batches[least][key] = text
        lengths[least] += len(text)
    return batches
