"""Threads for the synchronous core: few for what computes, many for what waits for a language model.

The core is synchronous and the web edge is not, so each call runs in a thread. Calls that only compute share few
threads, first come, first served: more would fight for the same processors and make everybody slow. A call that may
wait for a language model takes a thread of its own kind, so that however many wait, nobody else does. Nobody who
merely reads slowly holds a thread at all: see ``api.v1.streams``.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from api.server.problems import ProblemError

T = TypeVar("T")

COMPUTING = min(8, (os.cpu_count() or 1) + 1)
WAITING = 256
MOST_QUEUED = 1_024
"""Calls in line for a lane, beyond which further ones are sent away."""


class Lane:
    """A pool of threads with a line that ends; what comes too many is refused with 503."""

    def __init__(self, name: str, threads: int, queued: int) -> None:
        self._name = name
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._most = threads + queued
        self._taken = 0

    def enter(self, call: Callable[[], T]) -> "asyncio.Future[T]":
        """Starts ``call`` as soon as a thread is free; raises ``ProblemError`` at once where too many are in line."""
        if self._taken >= self._most:
            raise ProblemError(503, "The server is busy. Try again in a moment.", {"Retry-After": "2"})
        self._pool = self._pool or ThreadPoolExecutor(self._threads, thread_name_prefix=self._name)
        self._taken += 1
        future = asyncio.get_running_loop().run_in_executor(self._pool, copy_context().run, call)
        future.add_done_callback(self._leave)
        return future

    def close(self) -> None:
        """Ends the threads once they are idle; whoever enters after that finds new ones."""
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None

    def _leave(self, _: "asyncio.Future[T]") -> None:
        self._taken -= 1


class Lanes:
    def __init__(self) -> None:
        self.compute = Lane("compute", COMPUTING, MOST_QUEUED)
        self.wait = Lane("wait", WAITING, 0)

    def close(self) -> None:
        self.compute.close()
        self.wait.close()
