"""Celery as a worker uses it: our settings, and a transport that keeps its client of Redis."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES, redis

from studybot.sandbox.fleet.broker import SOCKET_SECONDS

LOST_AFTER_SECONDS = 60.0
"""When a message that a worker took and never finished goes to another one, at the latest. Longer than any run."""

TRANSPORT = {
    "visibility_timeout": LOST_AFTER_SECONDS,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "queue_order_strategy": "priority",  # in the order in which they are given: the urgent one first
    "priority_steps": [0],  # a queue for each priority of ours, so none of Celery's own
    "socket_timeout": SOCKET_SECONDS,
    "socket_connect_timeout": SOCKET_SECONDS,
}


class Channel(redis.Channel):  # type: ignore[misc]  # kombu has no types
    """kombu makes a client of Redis for each command, out of the same pool of connections; here it is made once."""

    @cached_property
    def _commands(self) -> Any:
        return self._create_client()

    @contextmanager
    def conn_or_acquire(self, client: Any = None) -> Iterator[Any]:
        yield client or self._commands


class Transport(redis.Transport):  # type: ignore[misc]
    Channel = Channel


def open_celery(broker_url: str) -> Celery:
    """Return the Celery application, with our settings and no others, whatever the environment says."""
    TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), f"{__name__}:{Transport.__name__}"))
    app = Celery("studybot", broker=_for_celery(broker_url), backend="disabled", set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,  # answers go by the tickets
        task_acks_late=True,
        task_acks_on_failure_or_timeout=False,
        task_reject_on_worker_lost=True,
        task_create_missing_queues=True,
        worker_prefetch_multiplier=1,
        worker_disable_rate_limits=True,  # there are none
        worker_enable_remote_control=False,  # nobody but its own supervisor stops a worker
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=TRANSPORT,
    )
    return app


def _for_celery(broker_url: str) -> str:
    """Return the address as Celery writes it: it has a name of its own for a Unix socket."""
    return broker_url.replace("unix://", "redis+socket://", 1)
