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
Value = TypeVar("Value")

_PAUSE = 0.5
"""Seconds between two looks at the parent of a worker."""

BATCH = 1_200_000
"""
Characters of text that take about a second to read: fewer are not worth a
process.
"""


def share(
    work: Callable[[Mapping[Key, str]], list[tuple[Key, Value]]],
    texts: Mapping[Key, str],
    jobs: int,
) -> Iterator[tuple[Key, Value]]:
    """
    Yield the answers of `work` on `texts`, batch by batch, from at most `jobs`
    processes.

    Yields nothing where there is too little for two of them, or where
    processes cannot be had: the caller then does the work itself. `work` must
    be a function of a module, its answers must be picklable.
    """
    batches = _batches(texts, sum(map(len, texts.values())) // BATCH)
    jobs = min(jobs, len(batches))
    if jobs < 2:
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # A forked process has the index and the rules already; forking is safe on
    # Linux alone.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
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


def _batches(texts: Mapping[Key, str], count: int) -> list[dict[Key, str]]:
    """
    Split `texts` into `count` batches of about the same length, the longest
    first.
    """
    batches: list[dict[Key, str]] = [{} for _ in range(count)]
    if not count:
        return batches
    lengths = [0] * count
    for key, text in sorted(texts.items(), key=lambda item: -len(item[1])):
        least = lengths.index(min(lengths))
        batches[least][key] = text
        lengths[least] += len(text)
    return batches
