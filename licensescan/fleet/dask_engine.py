"""
Read batches on the workers of a Dask cluster: that of a scheduler, else one of
this machine. The one importer of `distributed`.
"""

from __future__ import annotations

from concurrent.futures import CancelledError
from queue import Empty, Queue
from typing import Any

from licensescan.fleet.reading import read
from licensescan.fleet.values import Batch, Done, needs
from licensescan.model.errors import IncompleteError, UsageError

_AHEAD = 2
"""Batches a worker has: one that it reads, and one that waits."""

_SECONDS_TO_CONNECT = 20

_PAUSE = 2.0
"""Seconds between two looks at whether the scheduler is still there."""

_ALIVE = ("running", "connecting")
_GONE = "the scheduler has gone away: the same command goes on from here"


class DaskEngine:
    """A client of a cluster."""

    def __init__(self, scheduler: str, count: int) -> None:
        try:
            import distributed
        except ImportError as error:
            raise UsageError(needs("dask.distributed")) from error
        self._library: Any = distributed
        self._cluster = None if scheduler else _local_cluster(count)
        try:
            self._client = distributed.Client(
                scheduler or self._cluster,
                timeout=_SECONDS_TO_CONNECT,
                set_as_default=False,
            )
        except OSError as error:
            raise UsageError(
                f"{scheduler}: no scheduler answers there"
            ) from error
        self._client.wait_for_workers(1, timeout=_SECONDS_TO_CONNECT)
        self.capacity = _AHEAD * max(1, len(self._client.nthreads()))
        self._batches: dict[Any, Batch] = {}
        self._finished: Queue[Any] = Queue()

    def submit(self, batch: Batch) -> None:
        """Send a batch to the cluster, which begins anew where one ends."""
        future = self._client.submit(read, batch, pure=False, retries=1)
        self._batches[future] = batch
        future.add_done_callback(self._finished.put)

    def next(self) -> Done:
        """
        Return what came of a batch, waiting for one. Raises `IncompleteError`
        where the scheduler is gone.
        """
        future = self._next_finished()
        batch = self._batches.pop(future)
        try:
            return Done(batch=batch, rows=future.result())
        except self._library.KilledWorker:
            return Done(batch=batch, rows=None)
        except CancelledError as error:
            raise IncompleteError(_GONE) from error
        finally:
            future.release()

    def _next_finished(self) -> Any:
        while True:
            try:
                return self._finished.get(timeout=_PAUSE)
            except Empty:
                if self._client.status not in _ALIVE:
                    raise IncompleteError(_GONE) from None

    def close(self) -> None:
        """Leave the cluster, and end it if it is ours."""
        for future in self._batches:
            future.cancel()
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def _local_cluster(count: int) -> Any:
    import distributed

    return distributed.LocalCluster(
        n_workers=count,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        silence_logs=50,
    )
