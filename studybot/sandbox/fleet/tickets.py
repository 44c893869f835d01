"""A worker's side of the tickets. It waits for the network: it is for Celery's threads, not for an event loop."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from redis import Redis
from redis.exceptions import RedisError

from studybot.sandbox.fleet import broker
from studybot.sandbox.fleet.job import Job, JobId

log = logging.getLogger(__name__)

TRY_AGAIN_SECONDS = 0.5
GIVE_UP_SECONDS = 60.0

WRITE_ANSWER = """
redis.call('SET', KEYS[1], ARGV[1], 'XX', 'KEEPTTL')
redis.call('RPUSH', KEYS[2], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[3])
"""
"""One trip, and all of it or nothing: the answer on its ticket, and in the replies of whoever asked."""

T = TypeVar("T")


class Tickets:
    """While the broker is away, each of these tries again and again; after a minute nobody waits any more.

    They raise what the broker's last refusal raised then.
    """

    def __init__(self, broker_url: str, worker: str) -> None:
        self._redis = Redis.from_url(broker_url, **broker.CLIENT)
        self._write_answer = self._redis.register_script(WRITE_ANSWER)
        self._worker = worker

    def take(self, job_id: JobId) -> str | None:
        """Put the worker's name on a ticket, and return what stood there: None if there is no such ticket any more."""
        ticket = broker.ticket_of(job_id)
        found = _surely(lambda: self._redis.set(ticket, self._worker, xx=True, keepttl=True, get=True))
        return None if found is None else str(found)

    def answer(self, job: Job, text: str) -> None:
        """Write the answer to a job on its ticket, if it is still there, and tell who asked."""
        keys = [broker.ticket_of(job.id), job.reply_to]
        values: list[str | int] = [text, f"{job.id} {text}", broker.REPLIES_SECONDS]
        _surely(lambda: self._write_answer(keys=keys, args=values))

    def close(self) -> None:
        self._redis.close()


def _surely(act: Callable[[], T]) -> T:
    give_up = time.monotonic() + GIVE_UP_SECONDS
    while True:
        try:
            return act()
        except (RedisError, OSError) as error:
            if time.monotonic() > give_up:
                raise
            log.warning("the broker does not answer: %s", error)
            time.sleep(TRY_AGAIN_SECONDS)
