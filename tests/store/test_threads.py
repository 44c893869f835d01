"""Work is done on other threads, in order, and its results and errors come back to whoever waits."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias

import pytest

from studybot.store.threads import Job, Threads

Call: TypeAlias = Callable[[], Any]


def carry_out(jobs: Sequence[Job[Call]]) -> None:
    for job in jobs:
        job.ends(job.work)


@pytest.fixture
def one() -> Iterator[Threads[Call]]:
    threads = Threads(1, carry_out, name="test")
    yield threads
    threads.close()


async def test_results_come_back_and_the_work_was_done_on_another_thread(one: Threads[Call]) -> None:
    here = threading.get_ident()

    def elsewhere(number: int) -> tuple[int, bool]:
        return number, threading.get_ident() != here

    assert await asyncio.gather(*(one.run(partial(elsewhere, n)) for n in range(500))) == [
        (n, True) for n in range(500)
    ]


async def test_one_thread_works_in_order(one: Threads[Call]) -> None:
    order: list[int] = []

    await asyncio.gather(*(one.run(partial(order.append, n)) for n in range(500)))

    assert order == list(range(500))


async def test_what_waits_is_taken_together_up_to_a_limit() -> None:
    taken: list[int] = []
    gate = threading.Event()

    def note(jobs: Sequence[Job[Call]]) -> None:
        taken.append(len(jobs))
        carry_out(jobs)

    threads = Threads(1, note, name="test", at_once=4)
    given = [asyncio.create_task(threads.run(work)) for work in (gate.wait, *([lambda: 1] * 10))]
    await asyncio.sleep(0)
    gate.set()

    assert await asyncio.gather(*given) == [True] + [1] * 10
    assert sum(taken) == 11
    assert max(taken) == 4
    threads.close()


async def test_an_error_is_raised_where_the_result_is_waited_for(one: Threads[Call]) -> None:
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await one.run(fail)

    assert await one.run(lambda: 1) == 1


async def test_work_is_done_to_its_end_though_nobody_waits_any_more(one: Threads[Call]) -> None:
    open_, done = threading.Event(), threading.Event()

    def work() -> None:
        open_.wait()
        done.set()

    waiting = asyncio.create_task(one.run(work))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    open_.set()

    assert await one.run(done.is_set)


def test_each_loop_gets_its_own_results(one: Threads[Call]) -> None:
    gate = threading.Event()

    async def leave_before_the_end() -> None:
        asyncio.create_task(one.run(gate.wait)).cancel()
        waiting = asyncio.create_task(one.run(gate.wait))
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(leave_before_the_end())
    gate.set()

    assert asyncio.run(one.run(lambda: 7)) == 7


async def test_closing_does_what_was_given_and_takes_no_more() -> None:
    threads = Threads(2, carry_out, name="test")
    given = [asyncio.create_task(threads.run(partial(int, n))) for n in range(50)]
    await asyncio.sleep(0)

    await asyncio.to_thread(threads.close)

    assert await asyncio.gather(*given) == list(range(50))
    with pytest.raises(RuntimeError, match="ended"):
        await threads.run(lambda: 1)
