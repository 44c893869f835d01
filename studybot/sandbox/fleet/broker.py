"""What both sides know of the broker: the names of its queues and keys, and how a job is put there."""

import json
import uuid
from typing import Any

from redis.asyncio import Redis

from studybot.core.run import Device
from studybot.sandbox.fleet.job import Job, JobId

RUN = "studybot.run"
"""The name of the workers' one task."""

PRIVATE = "(not shown)"  # in place of a task's arguments, wherever Celery would tell them: they hold a learner's code

REPLIES_SECONDS = 600
"""How long replies wait for a bot that is gone."""

SOCKET_SECONDS = 10.0
"""Beyond this a broker that says nothing counts as gone."""

CLIENT: dict[str, Any] = {
    "socket_timeout": SOCKET_SECONDS,
    "socket_connect_timeout": SOCKET_SECONDS,
    "decode_responses": True,
    "encoding_errors": "replace",
}
"""How a client of Redis is opened, on both sides."""

POST = """
redis.call('SET', KEYS[1], '', 'PX', ARGV[1])
redis.call('LPUSH', KEYS[2], ARGV[2])
"""
"""One trip, and all of it or nothing: a job's ticket, and its message in a queue."""


def queue_of(device: Device, *, urgent: bool) -> str:
    return f"studybot.{device}.{'urgent' if urgent else 'patient'}"


def queues_of(device: Device) -> list[str]:
    """Return the queues of a device's workers, the one that is served first at the front."""
    return [queue_of(device, urgent=urgent) for urgent in (True, False)]


def ticket_of(job_id: JobId) -> str:
    return f"studybot:ticket:{job_id}"


def open_redis(broker_url: str) -> "Redis":
    """Return a client for tickets, messages, replies and the roster. It connects when it is first used."""
    return Redis.from_url(broker_url, **CLIENT)


class Post:
    """Gives jobs to the workers. Raises redis's errors and OSError while the broker is away."""

    def __init__(self, redis: "Redis") -> None:
        self._post = redis.register_script(POST)

    async def send(self, job: Job, *, wanted_seconds: float) -> None:
        """Write a job's ticket, for as long as its answer is wanted, and put the job into its queue."""
        queue = queue_of(job.snippet.device, urgent=job.urgent)
        keys = [ticket_of(job.id), queue]
        values: list[str | int] = [max(1, int(wanted_seconds * 1000)), message(job, queue)]
        await self._post(keys=keys, args=values)


def message(job: Job, queue: str) -> str:
    """Return a job as a Celery worker reads it: its message protocol 2, in the envelope of kombu's Redis transport.

    https://docs.celeryq.dev/en/stable/internals/protocol.html. A test compares it with what Celery itself sends.
    """
    return _text(
        {
            "body": _text([[job.to_record()], {}, {}]),
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": {
                "lang": "py",
                "task": RUN,
                "id": job.id,
                "root_id": job.id,
                "parent_id": None,
                "group": None,
                "argsrepr": PRIVATE,
                "kwargsrepr": PRIVATE,
                "ignore_result": True,
            },
            "properties": {
                "correlation_id": job.id,
                "delivery_mode": 2,  # kept by the broker
                "delivery_info": {"exchange": "", "routing_key": queue},
                "priority": 0,
                "delivery_tag": str(uuid.uuid4()),
            },
        }
    )


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
