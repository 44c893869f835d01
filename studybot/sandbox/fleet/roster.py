"""Who works in the fleet: each worker says so again every few seconds, and is forgotten when it falls silent."""

import json
import logging
import platform
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import cast

from redis.asyncio import Redis

from studybot.core.run import Device

log = logging.getLogger(__name__)

TELL_SECONDS = 2.0
SILENT_SECONDS = 6.0
"""A worker that has not been heard of for so long is gone."""

_PREFIX = "studybot:worker:"


@dataclass(frozen=True, slots=True)
class Worker:
    """What a worker says of itself. It says so only while its own self-test passes."""

    name: str
    device: Device
    slots: int
    torch_version: str


async def tell(redis: "Redis", worker: Worker) -> None:
    await redis.set(_PREFIX + worker.name, json.dumps(asdict(worker)), px=int(SILENT_SECONDS * 1000))


async def leave(redis: "Redis", name: str) -> None:
    await redis.delete(_PREFIX + name)


async def who_works(redis: "Redis") -> Sequence[Worker]:
    """Return the workers that have been heard of lately, by name."""
    names = [name async for name in redis.scan_iter(match=_PREFIX + "*", count=1000)]
    if not names:
        return ()
    told = [_read(str(text)) for text in await redis.mget(names) if text is not None]
    return tuple(sorted((worker for worker in told if worker is not None), key=lambda worker: worker.name))


def name_here() -> str:
    """Return a name for a worker on this machine, that no other worker has."""
    return f"{_here()}{uuid.uuid4().hex[:8]}"


async def is_heard_of_here(redis: "Redis") -> bool:
    """Tell whether any worker of this machine (of this container) has been heard of lately."""
    return any(worker.name.startswith(_here()) for worker in await who_works(redis))


def _here() -> str:
    return f"{platform.node() or 'worker'}-"


def _read(text: str) -> Worker | None:
    try:
        match json.loads(text):
            case {
                "name": str(name),
                "device": "cpu" | "cuda" as device,
                "slots": int(slots),
                "torch_version": str(torch),
            }:
                return Worker(name, cast("Device", device), max(1, min(slots, 64)), torch)
    except ValueError:
        pass
    log.warning("a worker's notice in the roster cannot be read")
    return None
