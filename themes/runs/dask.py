"""Dask: joblib's backend for it, which here also hears of tasks that were given up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any

from distributed.scheduler import KilledWorker
from joblib._dask import DaskDistributedBackend

from themes.errors import InputError


class Backend(DaskDistributedBackend):  # type: ignore[misc]
    """Joblib's Dask backend.

    Joblib 1.6 waits for ever for a task that Dask gives up, as it does when it has killed several workers,
    and does the work in this process where the cluster has a single worker.
    """

    def effective_n_jobs(self, n_jobs: int) -> int:
        """Give the number of the cluster's threads, and never one."""
        threads: int = super().effective_n_jobs(n_jobs)
        return max(2, threads)

    def submit(self, func: Any, callback: Callable[[Any], None] | None = None) -> Future[Any]:
        """Send tasks off; `callback` gets their results, or the error with which they were given up."""
        future: Future[Any] = super().submit(func, callback)

        def hear(ended: Future[Any]) -> None:
            error = ended.exception()
            if error is not None and callback is not None:
                callback(_GivenUp(error))

        future.add_done_callback(hear)
        return future

    def retrieve_result_callback(self, out: Any) -> Any:
        """Give the results of tasks, or raise what became of them."""
        if isinstance(out, CancelledError):
            raise InputError("the connection to the Dask scheduler was lost")
        if not isinstance(out, _GivenUp):
            return super().retrieve_result_callback(out)
        if isinstance(out.error, KilledWorker):
            raise InputError(
                "Dask gave a part up, since every worker that tried it died, most likely for want of memory"
            )
        reason = " ".join(str(out.error).split())[:200]
        raise InputError(f"Dask could not run a part ({reason}); do its workers have themes installed?")


class _GivenUp:
    def __init__(self, error: BaseException) -> None:
        self.error = error
