"""
Share work among processes where there is enough of it; the answers are the
same.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

Key = TypeVar("Key")
Item = TypeVar("Item")
Value = TypeVar("Value")

_PAUSE = 0.5
"""Seconds between two looks at the parent of a worker."""

BATCH = 1_200_000
"""
Characters of text that take about a second to read: fewer are not worth a
process.
"""


MOST_JOBS = 4
"""Processes unless more are asked for: each has memory of its own."""

CAN_FORK = sys.platform == "linux"
"""True where a process that is forked has all that its parent has, safely."""


def default_jobs() -> int:
    """Return as many processes as there are cores for us, at most four."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(MOST_JOBS, cores)


def share(
    work: Callable[[Mapping[Key, Item]], list[tuple[Key, Value]]],
    items: Mapping[Key, Item],
    jobs: int,
    size: Callable[[Item], int],
) -> Iterator[tuple[Key, Value]]:
    """
    Yield the answers of `work` on `items`, batch by batch, from at most `jobs`
    processes. `size` says how many characters of text one is worth.

    Yields nothing where there is too little for two of them, or where
    processes cannot be had: the caller then does the work itself. `work` must
    be a function of a module, its answers must be picklable.
    """
    sizes = {key: size(item) for key, item in items.items()}
    count = sum(sizes.values()) // BATCH
    batches = [
        {key: items[key] for key in keys} for keys in _batches(sizes, count)
    ]
    jobs = min(jobs, len(batches))
    if jobs < 2:
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # A forked process has the index and the rules already.
    context = get_context("fork" if CAN_FORK else "spawn")
    try:
        with ProcessPoolExecutor(
            jobs,
            mp_context=context,
            initializer=end_with,
            initargs=(os.getpid(),),
        ) as pool:
            for answers in pool.map(work, batches):
                yield from answers
    except (BrokenProcessPool, OSError):
        return


def end_with(parent: int) -> None:
    """
    End this process soon after its parent: one that is killed cannot stop its
    workers.
    """
    from threading import Thread

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PAUSE)
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, daemon=True).start()


def _batches(sizes: Mapping[Key, int], count: int) -> list[list[Key]]:
    """
    Split what has these `sizes` into `count` batches of about the same, the
    largest first.
    """
    batches: list[list[Key]] = [[] for _ in range(count)]
    if not count:
        return batches
    totals = [0] * count
    for key, size in sorted(sizes.items(), key=lambda item: -item[1]):
        least = totals.index(min(totals))
        batches[least].append(key)
        totals[least] += size
    return batches
