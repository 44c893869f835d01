"""A worker of the fleet: it takes jobs from the broker and runs them in jails of its own.

It needs the broker's address and nothing else: no token, no database, no deck. Celery talks to the broker on the main
thread and lends a thread to each job; jails live on an event loop beside it, one for each job that it takes at a time.
A worker whose sandbox fails ends, with its jobs back in the queue: whoever supervises it starts it again.
"""

import asyncio
import logging
import os
import signal
import threading
import warnings
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from celery import Celery, signals
from celery.exceptions import Reject, SecurityWarning
from redis.exceptions import RedisError

from studybot.errors import SandboxUnavailable
from studybot.sandbox.fleet import broker, roster
from studybot.sandbox.fleet.job import Garbled, Job, answer_text
from studybot.sandbox.fleet.roster import Worker
from studybot.sandbox.pool import Pool

log = logging.getLogger(__name__)

BROKER_TROUBLE = (RedisError, OSError)
TELL_AGAIN_SECONDS = 0.5
GIVE_UP_TELLING_SECONDS = 60.0

WRITE_ANSWER = """
redis.call('SET', KEYS[1], ARGV[1], 'XX', 'KEEPTTL')
redis.call('RPUSH', KEYS[2], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[3])
"""
"""One trip, and all of it or nothing: the answer on its ticket, and in the replies of whoever asked."""

T = TypeVar("T")


class Bench:
    """What a worker works at: a warm pool, and the broker's tickets. It lives on one event loop."""

    def __init__(self, broker_url: str, pool: Pool) -> None:
        self.pool = pool
        self.name = roster.name_here()
        self._redis = broker.open_redis(broker_url)
        self._write_answer = self._redis.register_script(WRITE_ANSWER)
        self._telling: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Warm the jails and join the fleet. Raises SandboxUnavailable where the self-test does not pass."""
        await self.pool.start()
        await self.pool.ready()
        self._telling = asyncio.create_task(self._tell())

    async def close(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.wait([self._telling])
        with suppress(*BROKER_TROUBLE):
            await roster.leave(self._redis, self.name)
        await self._redis.aclose()
        await self.pool.close()

    async def work(self, job: Job) -> None:
        """Do a job that somebody still waits for, once. Raises SandboxUnavailable where ours is broken."""
        ticket = broker.ticket_of(job.id)
        found = await self._surely(lambda: self._redis.set(ticket, self.name, xx=True, keepttl=True, get=True))
        if found is None:
            log.info("job %s is no longer wanted", job.id)
            return
        text = str(found)
        if not text.startswith("{"):  # else it was run before, and its answer is put back
            result = await self.pool.run(job.snippet, asked_by=job.reply_to, urgent=job.urgent)
            log.info("job %s ended in %s after %.0f ms", job.id, result.status, result.wall_ms)
            text = answer_text(result)
        keys = [ticket, job.reply_to]
        values: list[str | int] = [text, f"{job.id} {text}", broker.REPLIES_SECONDS]
        await self._surely(lambda: self._write_answer(keys=keys, args=values))

    async def _surely(self, act: Callable[[], Awaitable[T]]) -> T:
        """Do something at the broker, again and again while it is away; after a minute nobody waits any more."""
        async with asyncio.timeout(GIVE_UP_TELLING_SECONDS):
            while True:
                try:
                    return await act()
                except BROKER_TROUBLE as error:
                    log.warning("the broker does not answer: %s", error)
                    await asyncio.sleep(TELL_AGAIN_SECONDS)

    async def _tell(self) -> None:
        """Say that we are there, for as long as our walls hold."""
        while True:
            if self.pool.health.state == "ready":
                worker = Worker(self.name, self.pool.device, self.pool.slots, self.pool.torch_version)
                with suppress(*BROKER_TROUBLE):
                    await roster.tell(self._redis, worker)
            await asyncio.sleep(roster.TELL_SECONDS)


def work(broker_url: str, pool: Pool) -> None:
    """Work until SIGTERM or Ctrl-C; what has begun is finished first.

    Raises SandboxUnavailable where no snippet can run on this machine, or none can any more.
    """
    loop = asyncio.new_event_loop()
    # A thread of its own for as long as the process lives: the kernel ends a jail with the thread that started it.
    threading.Thread(target=loop.run_forever, name="jails", daemon=True).start()

    def on_loop(doing: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(doing, loop).result()

    async def make_bench() -> Bench:
        return Bench(broker_url, pool)

    bench = on_loop(make_bench())
    try:
        on_loop(bench.open())
        log.info("worker %s: %d slots on %s, torch %s", bench.name, pool.slots, pool.device, pool.torch_version)
        app = broker.open_celery(broker_url)
        broken = _register(app, lambda job: on_loop(bench.work(job)))
        _serve(app, bench)
    finally:
        on_loop(bench.close())
        loop.call_soon_threadsafe(loop.stop)
    if broken:
        raise SandboxUnavailable(broken[0])


async def is_at_work(broker_url: str) -> bool:
    """Ask the broker whether a worker of this machine is heard of; False where the broker does not answer either."""
    redis = broker.open_redis(broker_url)
    try:
        return await roster.is_heard_of_here(redis)
    except BROKER_TROUBLE:
        return False
    finally:
        await redis.aclose()


def _register(app: Celery, do: Callable[[Job], None]) -> list[str]:
    """Make `do` the fleet's one task. Returns a list that will hold the reason when the sandbox has failed."""
    broken: list[str] = []

    def run(record: object) -> None:
        try:
            do(Job.from_record(record))
        except Garbled as error:
            log.error("a message is thrown away: %s", error)  # noqa: TRY400
        except SandboxUnavailable as error:
            broken.append(str(error))
            os.kill(os.getpid(), signal.SIGTERM)
            raise Reject(str(error), requeue=True) from error

    app.task(name=broker.RUN)(run)
    return broken


def _keep_our_logging(**_: object) -> None:
    """Answer Celery's wish to set logging up: it is set up already, and keeps tokens out."""


def _serve(app: Celery, bench: Bench) -> None:
    signals.setup_logging.connect(_keep_our_logging)
    logging.getLogger("celery").setLevel(logging.WARNING)  # it tells of every message
    # Of work as root. What it warns of is unpickling messages: ours are JSON, and what runs, runs in a jail.
    warnings.simplefilter("ignore", SecurityWarning)
    worker = app.Worker(
        hostname=f"studybot@{bench.name}",
        queues=broker.queues_of(bench.pool.device),
        pool="threads",
        concurrency=bench.pool.slots,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    with suppress(SystemExit):
        worker.start()
