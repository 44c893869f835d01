"""The fleet as the bot sees it: a runner whose runs are made elsewhere."""

import asyncio
import logging
import time
import uuid
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from redis.exceptions import RedisError

from studybot.core.run import Device, RunResult, RunStatus, Snippet
from studybot.errors import SandboxUnavailable
from studybot.sandbox.fleet import broker, roster
from studybot.sandbox.fleet.job import Garbled, Job, JobId, read_answer
from studybot.sandbox.fleet.places import Places
from studybot.sandbox.fleet.roster import Worker
from studybot.sandbox.pool import MAX_CODE_BYTES, Health

log = logging.getLogger(__name__)

BROKER_TROUBLE = (RedisError, OSError)
DEVICES: tuple[Device, ...] = ("cpu", "cuda")
LOOK_SECONDS = 1.0
LISTEN_SECONDS = 2.0
GRACE_SECONDS = 10.0
"""How long the broker or the last worker may be away before those who wait are told so."""

RUNS_PER_SLOT = 2
"""Runs on their way for each slot of the fleet: one is made while the next one is already there."""

PATIENCE_SECONDS = {True: 60.0, False: 300.0}
"""How long an urgent run, and another one, may be on its way beyond its own time limit."""

MOST_SENDINGS = 3
"""A job whose workers vanish one after the other is not given to more of them."""

LARGE_ANSWER_LETTERS = 100_000  # reading more would hold up the event loop


@dataclass(eq=False)
class Posted:
    """A job on its way. `deadline` is on the event loop's own clock, which no other machine sees."""

    job: Job
    deadline: float
    answer: "asyncio.Future[RunResult]"
    sendings: int = 0
    is_being_sent: bool = False


@dataclass(eq=False)
class Part:
    """The part of the fleet that has one device."""

    slots: int = 0
    seen_at: float = 0.0
    places: Places = field(default_factory=Places)


class Fleet:
    """Implements `studybot.ports.Runner`. Use it as a context manager, or `start` and `close` it.

    There is no other way to run a snippet here: without a broker and a worker, `run` raises SandboxUnavailable.
    """

    def __init__(self, broker_url: str, *, grace_seconds: float = GRACE_SECONDS) -> None:
        self.health = Health("closed", "The fleet is not joined.")
        self.workers: Sequence[Worker] = ()
        self._grace_seconds = grace_seconds
        self._redis = broker.open_redis(broker_url)
        self._post = broker.Post(self._redis)
        self._replies = f"studybot:replies:{uuid.uuid4().hex}"
        self._parts = {device: Part() for device in DEVICES}
        self._posted: dict[JobId, Posted] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._opened = asyncio.Event()
        self._trouble = ""

    @property
    def slots(self) -> int:
        """How many snippets can run at a time on processors."""
        return self._parts["cpu"].slots

    @property
    def waiting(self) -> int:
        """How many runs wait here or are on their way."""
        return len(self._posted) + sum(part.places.line.waiting for part in self._parts.values())

    @property
    def _is_open(self) -> bool:
        """A task that is cancelled while it talks to Redis may be told of a timeout instead: it looks here as well."""
        return self.health.state != "closed"

    @property
    def torch_version(self) -> str:
        for worker in self.workers:
            if worker.device == "cpu":
                return worker.torch_version
        raise SandboxUnavailable(self.health.reason)

    async def start(self) -> None:
        """Begin to look for workers, and return at once: the first run waits for it, and so does `ready`."""
        self.health = Health("starting", "The fleet is being joined.")
        self._opened.clear()
        now = asyncio.get_running_loop().time()
        for part in self._parts.values():
            part.seen_at = now
        self._do(self._watch())
        self._do(self._listen())

    async def ready(self) -> None:
        """Wait until snippets can run. Raises SandboxUnavailable, with the reason, if they cannot."""
        if self.health.state == "starting":
            await self._opened.wait()
        if self.health.state != "ready":
            raise SandboxUnavailable(self.health.reason)

    async def close(self) -> None:
        """Leave the fleet; whoever waits is told so, and no worker begins a job of ours any more."""
        self.health = Health("closed", "The fleet was left.")
        self._opened.set()
        self._dismiss(DEVICES, self.health.reason)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(*BROKER_TROUBLE):
            tickets = [broker.ticket_of(job_id) for job_id in self._posted]
            await self._redis.delete(self._replies, *tickets)
        await self._redis.aclose()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def devices(self) -> tuple[Device, ...]:
        """Return where workers that are heard of can run snippets."""
        await self.ready()
        return tuple(device for device in DEVICES if self._parts[device].slots)

    async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
        """Run one snippet somewhere in the fleet: see `studybot.ports.Runner`. Cancelling this withdraws the job."""
        await self.ready()
        if len((snippet.code + snippet.harness).encode("utf-8", "replace")) > MAX_CODE_BYTES:
            return RunResult(RunStatus.REFUSED, device=snippet.device, torch_version=self.torch_version)
        part = self._parts[snippet.device]
        if not part.slots:
            raise SandboxUnavailable(f"No worker of the fleet has the device {snippet.device}.")
        async with part.places.one(asked_by, urgent=urgent):
            return await self._made(Job(JobId(uuid.uuid4().hex), snippet, urgent, self._replies))

    async def _made(self, job: Job) -> RunResult:
        """Send a job and wait for its answer."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + job.snippet.limits.wall_seconds + PATIENCE_SECONDS[job.urgent]
        posted = self._posted[job.id] = Posted(job, deadline, loop.create_future())
        try:
            async with asyncio.timeout_at(deadline):
                await self._send(posted)
                return await posted.answer
        except TimeoutError as error:
            raise SandboxUnavailable("No worker of the fleet has made this run in time.") from error
        finally:
            del self._posted[job.id]
            if not posted.answer.done() or posted.answer.cancelled():
                self._do(self._withdraw(job.id))

    async def _send(self, posted: Posted) -> None:
        """Send the job; where the broker is away, `_look_after` sends it later."""
        posted.is_being_sent = True
        try:
            await self._post.send(posted.job, wanted_seconds=posted.deadline - asyncio.get_running_loop().time())
            posted.sendings += 1
        except BROKER_TROUBLE as error:
            log.warning("a job waits for the broker: %s", error)
        finally:
            posted.is_being_sent = False

    async def _withdraw(self, job_id: JobId) -> None:
        with suppress(*BROKER_TROUBLE):
            await self._redis.delete(broker.ticket_of(job_id))

    async def _listen(self) -> None:
        """Take what the workers answer."""
        while self._is_open:
            try:
                heard = await self._redis.blpop([self._replies], timeout=LISTEN_SECONDS)
            except BROKER_TROUBLE:  # `_watch` tells of it
                await asyncio.sleep(LOOK_SECONDS)
                continue
            if heard is not None:
                job_id, _, text = str(heard[1]).partition(" ")
                await self._take(JobId(job_id), text)

    async def _take(self, job_id: JobId, text: str) -> None:
        """Hand an answer to who waits for it; one that nobody waits for, or that came before, is ignored."""
        posted = self._posted.get(job_id)
        if posted is None or posted.answer.done():
            return
        try:
            is_large = len(text) > LARGE_ANSWER_LETTERS
            result = await asyncio.to_thread(read_answer, text) if is_large else read_answer(text)
        except Garbled as error:
            log.error("job %s: %s", job_id, error)  # noqa: TRY400
            result = RunResult(RunStatus.SANDBOX_FAULT, stderr=str(error))
        if not posted.answer.done():
            posted.answer.set_result(result)

    async def _watch(self) -> None:
        """Look who works and what has become of our jobs, for as long as the fleet is open."""
        loop = asyncio.get_running_loop()
        while self._is_open:
            began = time.monotonic()
            try:
                self._meet(await roster.who_works(self._redis))
                await self._look_after()
                self._trouble = ""
            except BROKER_TROUBLE as error:
                self._trouble = f"The broker does not answer: {error}"
            if self._is_open:
                self._judge(loop.time())
            await asyncio.sleep(max(0.0, began + LOOK_SECONDS - time.monotonic()))

    def _meet(self, workers: Sequence[Worker]) -> None:
        now = asyncio.get_running_loop().time()
        for device, part in self._parts.items():
            slots = sum(worker.slots for worker in workers if worker.device == device)
            if slots:
                part.seen_at = now
            if slots or now - part.seen_at > self._grace_seconds:
                part.slots = slots
                part.places.resize(slots * RUNS_PER_SLOT)
        self.workers = workers or self.workers

    def _judge(self, now: float) -> None:
        """Decide whether snippets can run; who waits for a part that is gone is told so."""
        gone = [device for device, part in self._parts.items() if now - part.seen_at > self._grace_seconds]
        reason = self._trouble or "No worker of the fleet is there: start one with `studybot worker`."
        self._dismiss(gone, reason)
        if "cpu" in gone:
            if self.health.state != "down":
                log.error("no snippet can run: %s", reason)
            self.health = Health("down", reason)
        elif self._parts["cpu"].slots:
            self.health = Health("ready", f"{self.slots} slots in the fleet.")
        else:
            return
        self._opened.set()

    def _dismiss(self, devices: Sequence[Device], reason: str) -> None:
        for device in devices:
            self._parts[device].places.line.dismiss(SandboxUnavailable(reason))
        for posted in self._posted.values():
            if posted.job.snippet.device in devices and not posted.answer.done():
                posted.answer.set_exception(SandboxUnavailable(reason))

    async def _look_after(self) -> None:
        """Send those jobs again that Redis has lost or whose worker is gone, and take answers whose reply was lost."""
        open_jobs = [posted for posted in self._posted.values() if not posted.is_being_sent]
        if not open_jobs:
            return
        tickets = await self._redis.mget([broker.ticket_of(posted.job.id) for posted in open_jobs])
        working = {worker.name for worker in self.workers}
        for posted, ticket in zip(open_jobs, tickets, strict=True):
            match ticket:
                case str() if ticket.startswith("{"):
                    await self._take(posted.job.id, ticket)
                case None:
                    why = "the broker has lost it" if posted.sendings else "the broker was away"
                    await self._send_again(posted, why)
                case str() if ticket and ticket not in working:
                    await self._send_again(posted, "its worker is gone")
                case _:
                    pass

    async def _send_again(self, posted: Posted, why: str) -> None:
        if posted.answer.done():
            return
        if posted.sendings >= MOST_SENDINGS:
            posted.answer.set_exception(SandboxUnavailable(f"A job was given to {posted.sendings} workers: {why}."))
            return
        log.warning("job %s is sent again: %s", posted.job.id, why)
        await self._send(posted)

    def _do(self, work: Coroutine[None, None, None]) -> None:
        """Start a task that lives at most as long as the fleet is open."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the fleet is no longer looked after", exc_info=error)
