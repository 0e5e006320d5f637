"""Cluster: the parts of a run scored in this process, in several, or on other machines."""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from themes.errors import InputError
from themes.inputs.parts import Part
from themes.inputs.sources import is_url
from themes.runs.interrupts import without_interrupts
from themes.runs.job import Failed, Job
from themes.runs.journal import Done
from themes.runs.work import score

_PATIENCE = 10
_LOOK = 0.5
_AHEAD = 500
_SCHEME = "dask://"


def scored(job: Job, parts: Sequence[Part], *, jobs: int, cluster: str | None) -> Generator[Done | Failed]:
    """Score parts, in any order; after one that failed, no further ones are begun.

    Parameters
    ----------
    job : Job
        What the run is about.
    parts : sequence of Part
        What to score. They are begun in this order.
    jobs : int
        Processes on this machine; with one, it is this one.
    cluster : str, optional
        Address of a running cluster, ``dask://HOST:PORT``, to use instead.

    Yields
    ------
    Done or Failed

    Raises
    ------
    InputError
        When a worker process dies, or there is no such cluster.
    """
    if cluster is None and min(jobs, len(parts)) <= 1:
        for part in parts:
            outcome = score(job, part)
            yield outcome
            if isinstance(outcome, Failed):
                return
        return
    if not parts:
        return
    jobs = min(jobs, len(parts))
    from themes.runs.forks import can_fork, scored_by_forks

    copied = cluster is None and can_fork()
    try:
        yield from scored_by_forks(job, parts, jobs) if copied else _elsewhere(job, parts, jobs, cluster)
    except BrokenExecutor as error:
        raise InputError(
            "a worker process was killed, most likely for want of memory; try with fewer --jobs"
        ) from error


def _elsewhere(job: Job, parts: Sequence[Part], jobs: int, cluster: str | None) -> Generator[Done | Failed]:
    """Score parts in processes that load model and compiled code themselves."""
    from joblib import Parallel, delayed

    halted = threading.Event()
    here = None if cluster else os.getpid()

    def tasks() -> Iterator[Any]:
        for part in parts:
            if halted.is_set():
                return
            yield delayed(_score_for)(here, job, part)

    with _backend(cluster) as (backend, workers):
        parallel = Parallel(
            n_jobs=workers or jobs,
            backend=backend,
            batch_size=1,
            # A cluster may grow while it works.
            pre_dispatch="2*n_jobs" if cluster is None else _AHEAD,
            return_as="generator_unordered",
        )
        with without_interrupts():
            outcomes = parallel(tasks())
        try:
            for outcome in outcomes:
                if isinstance(outcome, Failed):
                    halted.set()
                yield outcome
        finally:
            halted.set()
            outcomes.close()


def _score_for(owner: int | None, job: Job, part: Part) -> Done | Failed:
    if owner is not None:
        _end_with(owner)
    return score(job, part)


@lru_cache(maxsize=1)
def _end_with(owner: int) -> None:
    """End this process when the one that started it is killed; Loky's would stay for minutes."""

    def watch() -> None:
        while os.getppid() == owner:
            time.sleep(_LOOK)
        os._exit(0)

    if os.getppid() == owner:
        threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _backend(cluster: str | None) -> Iterator[tuple[Any, int | None]]:
    """Give what joblib is to run on, and its number of processes where that is not ours to choose."""
    with warnings.catch_warnings():
        # Loky replaces workers that have grown, and joblib drops tasks when a run stops: both warn of it.
        warnings.filterwarnings("ignore", r"A worker stopped|\d+ tasks", UserWarning)
        if cluster is None:
            yield "loky", None
        else:
            with _dask(cluster) as backend:
                yield backend, -1


@contextmanager
def _dask(cluster: str) -> Iterator[Any]:
    import logging

    from distributed import Client

    from themes.runs.dask import Backend

    # What it would log is told in one line, as an error.
    for name in ("distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

    address = f"tcp://{cluster.removeprefix(_SCHEME)}"
    try:
        client: Any = cast("Any", Client)(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"no Dask scheduler answers at {cluster}") from error
    try:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise InputError(f"the Dask scheduler at {cluster} has no workers; start some") from None
        yield Backend(client=client)
    finally:
        client.close()


def check_cluster(cluster: str, paths: Sequence[str]) -> None:
    """Refuse a cluster of an unknown kind, and inputs that its workers could not find.

    Parameters
    ----------
    cluster : str
        Its address.
    paths : sequence of str
        The inputs.

    Raises
    ------
    InputError
        Says what is supported.
    """
    if not cluster.startswith(_SCHEME) or ":" not in cluster.removeprefix(_SCHEME):
        raise InputError(f"--cluster {cluster}: only dask://HOST:PORT is supported")
    for path in paths:
        if not is_url(path) and not Path(path).is_absolute():
            raise InputError(
                "give the whole path or a URL with --cluster; its workers run in other folders", path
            )
