"""How messages are sent: the queues, the keys in Redis, and Celery's settings, the same on both sides."""

from celery import Celery
from redis.asyncio import Redis

from studybot.core.run import Device
from studybot.sandbox.fleet.job import Job, JobId

RUN = "studybot.run"
"""The name of the one task."""

PRIVATE = "(not shown)"  # in place of a task's arguments, wherever Celery would tell them: they hold a learner's code

REPLIES_SECONDS = 600
"""How long replies wait for a bot that is gone."""

SOCKET_SECONDS = 10.0
"""Beyond this a broker that says nothing counts as gone."""

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


def queue_of(device: Device, *, urgent: bool) -> str:
    return f"studybot.{device}.{'urgent' if urgent else 'patient'}"


def queues_of(device: Device) -> list[str]:
    """Return the queues of a device's workers, the one that is served first at the front."""
    return [queue_of(device, urgent=urgent) for urgent in (True, False)]


def ticket_of(job_id: JobId) -> str:
    return f"studybot:ticket:{job_id}"


def open_redis(broker_url: str) -> "Redis":
    """Return a client for tickets, replies and the roster. It connects when it is first used."""
    return Redis.from_url(
        broker_url,
        socket_timeout=SOCKET_SECONDS,
        socket_connect_timeout=SOCKET_SECONDS,
        decode_responses=True,
        encoding_errors="replace",
    )


def open_celery(broker_url: str) -> Celery:
    """Return the Celery application, with our settings and no others, whatever the environment says."""
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
        worker_enable_remote_control=False,  # nobody but its own supervisor stops a worker
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=TRANSPORT,
    )
    return app


def send(app: Celery, job: Job) -> None:
    """Put a job into its queue. This waits for the network: not for the event loop. Raises kombu's errors."""
    app.send_task(
        RUN,
        args=[job.to_record()],
        task_id=job.id,
        queue=queue_of(job.snippet.device, urgent=job.urgent),
        argsrepr=PRIVATE,
        kwargsrepr=PRIVATE,
        ignore_result=True,
        retry_policy={"max_retries": 2, "interval_start": 0, "interval_step": 0.5},
    )


def _for_celery(broker_url: str) -> str:
    """Return the address as Celery writes it: it has a name of its own for a Unix socket."""
    return broker_url.replace("unix://", "redis+socket://", 1)
