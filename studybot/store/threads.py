"""Threads that do what the event loop must not wait for; it is woken once for all that was done meanwhile."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

W = TypeVar("W")


@dataclass(slots=True)
class Job(Generic[W]):
    """A piece of work, and what came of it: a value or an error."""

    work: W
    done: asyncio.Future[Any]
    finished: "_Finished"
    value: Any = None
    error: BaseException | None = None

    def ends(self, act: Callable[[], Any]) -> None:
        """Do it, by `act`, and keep what came of it."""
        try:
            self.value, self.error = act(), None
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is waited for
            self.error = error


class Threads(Generic[W]):
    """Does what it is given, in order where there is one thread. A thread takes up to `at_once` jobs that wait.

    An executor of the standard library makes two futures for each piece of work and wakes the loop for each: for
    a transaction of a few statements that costs more than the transaction.
    """

    def __init__(
        self, count: int, carry_out: Callable[[Sequence[Job[W]]], None], *, name: str, at_once: int = 1
    ) -> None:
        self._name = name
        self._count = count
        self._carry_out = carry_out
        self._at_once = at_once
        self._jobs: SimpleQueue[Job[W] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._finished: _Finished | None = None
        self._closed = False

    async def run(self, work: W) -> Any:
        """Have a piece of work done. Once given it is done, even if whoever waits for it is cancelled."""
        if self._closed:
            raise RuntimeError(f"the threads of the {self._name} have ended")
        if len(self._threads) < self._count:
            self._start_another()
        loop = asyncio.get_running_loop()
        if self._finished is None or self._finished.loop is not loop:
            self._finished = _Finished(loop)
        done: asyncio.Future[Any] = loop.create_future()
        self._jobs.put(Job(work, done, self._finished))
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
        ending = False
        while not ending:
            jobs, ending = self._take()
            if jobs:
                self._carry_out(jobs)
            for job in jobs:
                job.finished.add(job)

    def _take(self) -> tuple[list[Job[W]], bool]:
        """Wait for a job and take those behind it along; say whether it is the end."""
        jobs: list[Job[W]] = []
        job = self._jobs.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == self._at_once:
                return jobs, False
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return jobs, False
        return jobs, True


class _Finished:
    """Jobs on their way back to the event loop that waits for them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._jobs: deque[Job[Any]] = deque()
        self._is_told = False

    def add(self, job: Job[Any]) -> None:
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
