"""A Redis and workers of our own, started for a test and stopped after it: real processes, on a Unix socket."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from studybot.sandbox.fleet import Fleet

PATIENT_SECONDS = 60.0


MISSING = "no Redis here; on Debian: bash .ci/setup-redis"


def find_redis() -> str:
    """Return the program that is a Redis server when it is called so: Debian's redis-tools has it as its checker."""
    found = shutil.which("redis-server") or shutil.which("redis-check-rdb")
    if found is None:
        pytest.skip(MISSING)
    return found


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    async with asyncio.timeout(PATIENT_SECONDS):
        while not is_so():  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(0.02)


def _listens(place: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(place)) == 0


@dataclass
class Redis:
    """A Redis server in `folder`. It can be killed and started again; what it does not write down is lost then."""

    folder: Path
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.folder / 'redis.sock'}"

    async def start(self) -> Self:
        place = self.folder / "redis.sock"
        place.unlink(missing_ok=True)
        options = f"--port 0 --unixsocket {place} --dir {self.folder} --appendonly no --loglevel warning"
        self.process = await asyncio.create_subprocess_exec(
            "redis-server", *options.split(), "--save", "", executable=find_redis(), stdout=asyncio.subprocess.DEVNULL
        )
        await until(lambda: _listens(place))  # the file is there a moment before
        return self

    async def kill(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


@dataclass
class WorkerProcess:
    """`studybot worker`, in a process group of its own."""

    process: asyncio.subprocess.Process

    @classmethod
    async def start(cls, url: str, log: Path | None = None, *, slots: int = 1) -> Self:
        environment = {"PATH": os.environ["PATH"], "STUDYBOT_BROKER_URL": url}
        with (log or Path(os.devnull)).open("a") as out:
            command = (sys.executable, "-m", "studybot", "worker", "--slots", str(slots))
            process = await asyncio.create_subprocess_exec(
                *command, env=environment, stdout=out, stderr=out, start_new_session=True
            )
        return cls(process)

    async def kill(self) -> None:
        """Kill it without warning; its jails die with it."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()


@asynccontextmanager
async def running_redis(folder: Path) -> AsyncIterator[Redis]:
    redis = await Redis(folder).start()
    try:
        yield redis
    finally:
        await redis.kill()


@asynccontextmanager
async def running_workers(
    url: str, count: int, log: Path | None = None, *, slots: int = 1
) -> AsyncIterator[list[WorkerProcess]]:
    workers = [await WorkerProcess.start(url, log, slots=slots) for _ in range(count)]
    try:
        yield workers
    finally:
        for worker in workers:
            await worker.kill()


@asynccontextmanager
async def running_fleet(folder: Path, workers: int) -> AsyncIterator[Fleet]:
    """Join a fleet of our own, with a Redis and so many workers of one slot."""
    async with (
        running_redis(folder) as redis,
        running_workers(redis.url, workers),
        Fleet(redis.url, grace_seconds=PATIENT_SECONDS) as fleet,
    ):
        await until(lambda: fleet.slots >= workers)
        yield fleet
