"""
Read batches in processes of this machine. One that is killed, or that a target
brings down, costs the batch that it had, and another takes its place.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping
from multiprocessing.connection import Connection, wait

from licensescan.base.workers import end_with
from licensescan.fleet.reading import OtherVersionError, read
from licensescan.fleet.values import Batch, Done, Rows

_Answer = Mapping[str, Rows] | str
"""What a worker sends: rows by unit, or what went wrong."""


class Workers:
    """`count` processes, each with at most one batch."""

    def __init__(self, count: int) -> None:
        self.capacity = count
        # A forked process would have the threads' locks of this one.
        self._context = multiprocessing.get_context("spawn")
        self._idle: list[_Worker] = []
        self._busy: dict[Connection, _Worker] = {}

    def submit(self, batch: Batch) -> None:
        """Give a batch to a process that has none."""
        worker = self._idle.pop() if self._idle else _Worker(self._context)
        worker.begin(batch)
        self._busy[worker.connection] = worker

    def next(self) -> Done:
        """Return what came of a batch, waiting for one."""
        ready = wait(list(self._busy))
        worker = next(self._busy[c] for c in self._busy if c in ready)
        del self._busy[worker.connection]
        batch, answer = worker.batch, worker.answer()
        if answer is None:
            worker.end()
            return Done(batch=batch, rows=None)
        if isinstance(answer, str):
            raise OtherVersionError(answer)
        self._idle.append(worker)
        return Done(batch=batch, rows=answer)

    def close(self) -> None:
        """End all processes."""
        for worker in (*self._idle, *self._busy.values()):
            worker.end()
        self._idle, self._busy = [], {}


class _Worker:
    """A process and the way to it."""

    def __init__(self, context: multiprocessing.context.SpawnContext) -> None:
        self.connection, theirs = context.Pipe()
        self.process = context.Process(
            target=_work,
            args=(theirs, os.getpid()),
            daemon=True,
        )
        self.process.start()
        theirs.close()

    def begin(self, batch: Batch) -> None:
        """Send a batch; a process that has ended is noticed with the answer."""
        self.batch = batch
        try:
            self.connection.send(batch)
        except OSError:
            return

    def answer(self) -> _Answer | None:
        """Return what the process has sent, None where it has ended."""
        try:
            answer: _Answer = self.connection.recv()
        except (EOFError, OSError):
            return None
        return answer

    def end(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def _work(connection: Connection, parent: int) -> None:
    """Answer batches until nobody asks any more."""
    end_with(parent)
    while True:
        try:
            batch = connection.recv()
        except (EOFError, OSError):
            return
        try:
            connection.send(read(batch))
        except OtherVersionError as error:
            connection.send(str(error))
