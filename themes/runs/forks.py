"""Forks: parts scored by copies of this process, which share all that it has loaded."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
import warnings
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing.connection import wait

from themes.inputs.parts import Part
from themes.runs.interrupts import without_interrupts
from themes.runs.job import Failed, Job
from themes.runs.journal import Done
from themes.runs.work import prepare, score


def can_fork() -> bool:
    """Tell whether this process may be copied: on Linux, and with one thread, whose locks are its own."""
    return sys.platform == "linux" and threading.active_count() == 1


def scored_by_forks(job: Job, parts: Sequence[Part], jobs: int) -> Generator[Done | Failed]:
    """Score parts, in any order, once model and compiled code are loaded here.

    Parameters
    ----------
    job : Job
        What the run is about.
    parts : sequence of Part
        What to score. They are begun in this order.
    jobs : int
        How many copies.

    Yields
    ------
    Done or Failed
        After one that failed, no further ones are begun.

    Raises
    ------
    concurrent.futures.BrokenExecutor
        When a copy dies.
    """
    prepare(job)
    # What is there already is looked at by no copy's search for garbage.
    gc.freeze()
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), initializer=_end_with_parent)
    copies = []
    try:
        with without_interrupts(), warnings.catch_warnings():
            # Python counts the threads of libraries too, which are at rest.
            warnings.simplefilter("ignore", DeprecationWarning)
            waiting: list[Future[Done | Failed]] = [pool.submit(score, job, part) for part in parts]
        copies = [child for child in multiprocessing.active_children() if child not in others]
        for ended in as_completed(waiting):
            if ended.cancelled():
                continue
            outcome = ended.result()
            if isinstance(outcome, Failed):
                for future in waiting:
                    future.cancel()
            yield outcome
        pool.shutdown()
    except BaseException:
        for copy in copies:
            copy.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        gc.unfreeze()


def _end_with_parent() -> None:
    """End this process at once when the one that it was copied from is killed."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            wait([parent.sentinel])
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
