"""Threads that do what the event loop must not wait for; it is woken once for all that was done meanwhile."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, TypeVar

R = TypeVar("R")


@dataclass(slots=True)
class _Job:
    work: Callable[[], Any]
    done: asyncio.Future[Any]
    finished: "_Finished"
    value: Any = None
    error: BaseException | None = None


class Threads:
    """Does what it is given, in order where there is one thread.

    An executor of the standard library makes two futures for each piece of work and wakes the loop for each: for
    a transaction of a few statements that costs more than the transaction.
    """

    def __init__(self, count: int, *, name: str) -> None:
        self._name = name
        self._count = count
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._finished: _Finished | None = None
        self._closed = False

    async def run(self, work: Callable[[], R]) -> R:
        """Do a piece of work. Once given it is done, even if whoever waits for it is cancelled."""
        if self._closed:
            raise RuntimeError(f"the threads of the {self._name} have ended")
        if len(self._threads) < self._count:
            self._start_another()
        loop = asyncio.get_running_loop()
        if self._finished is None or self._finished.loop is not loop:
            self._finished = _Finished(loop)
        done: asyncio.Future[R] = loop.create_future()
        self._jobs.put(_Job(work, done, self._finished))
        return await done

    def close(self) -> None:
        """Do what was given, and end. Blocks until then."""
        self._closed = True
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _start_another(self) -> None:
        thread = threading.Thread(target=self._work, name=f"{self._name} {len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job.value = job.work()
            except BaseException as error:  # noqa: BLE001 - it is raised where the result is waited for
                job.error = error
            job.finished.add(job)


class _Finished:
    """Jobs on their way back to the event loop that waits for them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._jobs: deque[_Job] = deque()
        self._is_told = False

    def add(self, job: _Job) -> None:
        self._jobs.append(job)
        if not self._is_told:
            self._is_told = True
            try:
                self.loop.call_soon_threadsafe(self._hand_over)
            except RuntimeError:  # the loop is closed: nobody waits any more
                self._jobs.clear()

    def _hand_over(self) -> None:
        self._is_told = False  # first of all: what is added from now on is either seen below or told of anew
        while self._jobs:
            job = self._jobs.popleft()
            if job.done.done():
                continue
            if job.error is None:
                job.done.set_result(job.value)
            else:
                job.done.set_exception(job.error)
