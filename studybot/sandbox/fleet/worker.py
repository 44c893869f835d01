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
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from celery import Celery, signals
from celery.exceptions import Reject, SecurityWarning
from redis.exceptions import RedisError

from studybot.errors import SandboxUnavailable
from studybot.sandbox.fleet import broker, roster
from studybot.sandbox.fleet.celery_app import open_celery
from studybot.sandbox.fleet.job import Garbled, Job, answer_text
from studybot.sandbox.fleet.roster import Worker
from studybot.sandbox.fleet.tickets import Tickets
from studybot.sandbox.pool import Pool

log = logging.getLogger(__name__)

BROKER_TROUBLE = (RedisError, OSError)

T = TypeVar("T")


class Bench:
    """What a worker works at: a warm pool on an event loop of its own, and the broker's tickets.

    The loop has a thread for as long as the process lives: the kernel ends a jail with the thread that started it.
    Other threads call what is public here, and wait.
    """

    def __init__(self, broker_url: str, pool: Pool) -> None:
        self.pool = pool
        self.name = roster.name_here()
        self._tickets = Tickets(broker_url, self.name)
        self._redis = broker.open_redis(broker_url)
        self._telling: asyncio.Task[None] | None = None
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="jails", daemon=True).start()

    def open(self) -> None:
        """Warm the jails and join the fleet. Raises SandboxUnavailable where the self-test does not pass."""
        self._do(self._open())

    def close(self) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._tickets.close()

    def work(self, job: Job) -> None:
        """Do a job that somebody still waits for, once.

        Raises SandboxUnavailable where ours is broken, redis's errors or OSError where the broker stays away.
        """
        text = self._tickets.take(job.id)
        if text is None:
            log.info("job %s is no longer wanted", job.id)
            return
        if not text.startswith("{"):  # else it was run before, and its answer is put back
            result = self._do(self.pool.run(job.snippet, asked_by=job.reply_to, urgent=job.urgent))
            log.info("job %s ended in %s after %.0f ms", job.id, result.status, result.wall_ms)
            text = answer_text(result)
        self._tickets.answer(job, text)

    def _do(self, doing: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result()

    async def _open(self) -> None:
        await self.pool.start()
        await self.pool.ready()
        self._telling = asyncio.create_task(self._tell())

    async def _close(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.wait([self._telling])
        with suppress(*BROKER_TROUBLE):
            await roster.leave(self._redis, self.name)
        await self._redis.aclose()
        await self.pool.close()

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
    bench = Bench(broker_url, pool)
    try:
        bench.open()
        log.info("worker %s: %d slots on %s, torch %s", bench.name, pool.slots, pool.device, pool.torch_version)
        app = open_celery(broker_url)
        broken = _register(app, bench.work)
        _serve(app, bench)
    finally:
        bench.close()
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
