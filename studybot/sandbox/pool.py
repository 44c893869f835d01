"""The sandbox as the bot sees it: a few warm jails, and a fair line before them."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Literal, Self

from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.errors import SandboxUnavailable
from studybot.sandbox import answer, jail, seccomp
from studybot.sandbox.line import Line
from studybot.sandbox.messages import Ending, Job, Setup
from studybot.sandbox.probes import Probe, run_trials
from studybot.sandbox.slot import Slot, SlotDied

log = logging.getLogger(__name__)

MAX_CODE_BYTES = 64 * 1024
ZYGOTE_ID = 64_999  # as in zygote.py
RETRY_SECONDS = (0.0, 0.5, 2.0, 10.0, 30.0)  # how long a jail that does not start is left alone


@dataclass(frozen=True, slots=True)
class Walls:
    """What every run has to stay within, whatever its own limits say."""

    scratch_mib: int = 16
    scratch_files: int = 1024
    threads: int = 16
    open_files: int = 64
    file_mib: int = 16


@dataclass(frozen=True, slots=True)
class Care:
    """When jails are renewed and tested again."""

    test_every_seconds: float = 600.0
    renew_after_seconds: float = 3600.0
    renew_after_jobs: int = 20_000


@dataclass(frozen=True, slots=True)
class Health:
    """Whether snippets are run now; if not, why; and what the last self-test found."""

    state: Literal["closed", "starting", "ready", "down"]
    reason: str
    probes: tuple[Probe, ...] = ()


class Pool:
    """Implements `studybot.ports.Runner`. Use it as a context manager, or `start` and `close` it."""

    def __init__(self, slots: int | None = None, walls: Walls = Walls(), care: Care = Care()) -> None:
        self.slots = slots or min(len(os.sched_getaffinity(0)), 4)
        self.walls = walls
        self.care = care
        self.health = Health("closed", "The sandbox is not started.")
        self._line: Line[Slot] = Line()
        self._alive: set[Slot] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._opened = asyncio.Event()  # the first self-test is over, one way or the other
        self._torch_version = ""
        self._setup: Setup | None = None

    @property
    def torch_version(self) -> str:
        if not self._torch_version:
            raise SandboxUnavailable(self.health.reason)
        return self._torch_version

    async def start(self) -> None:
        """Begin to open the sandbox, and return at once: the first run waits for it, and so does `ready`."""
        self.health = Health("starting", "The sandbox is starting.")
        self._opened.clear()
        self._do(self._open())

    async def ready(self) -> None:
        """Wait until snippets can run. Raises SandboxUnavailable, with the reason, if they cannot."""
        if self.health.state == "closed":
            raise SandboxUnavailable(self.health.reason)
        await self._opened.wait()
        if self.health.state != "ready":
            raise SandboxUnavailable(self.health.reason)

    async def close(self) -> None:
        """Kill every jail and everything in it; whoever waits is told so."""
        self.health = Health("closed", "The sandbox is closed.", self.health.probes)
        self._opened.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._line.dismiss(SandboxUnavailable(self.health.reason))
        await asyncio.gather(*(slot.close() for slot in self._alive))
        self._alive.clear()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
        await self.ready()
        if snippet.device != "cpu":
            raise SandboxUnavailable(f"There is no sandbox for the device {snippet.device} on this machine.")
        if len(snippet.code.encode("utf-8", "replace")) > MAX_CODE_BYTES:
            return self._result(snippet, RunResult(RunStatus.REFUSED))
        for _attempt in range(2):  # a zygote that died under a run may have died of anything: try once more
            try:
                async with self._slot(asked_by, urgent=urgent) as slot:
                    result = await self._run_on(slot, snippet)
            except SlotDied as error:
                log.warning("a zygote died under a run: %s", error)
                continue
            if result.status != RunStatus.SANDBOX_FAULT:
                return result
        return self._result(snippet, RunResult(RunStatus.SANDBOX_FAULT))

    async def check(self) -> tuple[Probe, ...]:
        """Run the self-test now, and switch the sandbox off or on by what it finds."""
        async with self._slot("self-test", urgent=True) as slot:
            await self._judge(slot)
        return self.health.probes

    def _result(self, snippet: Snippet, result: RunResult) -> RunResult:
        return replace(result, device=snippet.device, torch_version=self._torch_version)

    @asynccontextmanager
    async def _slot(self, asked_by: str, *, urgent: bool) -> AsyncIterator[Slot]:
        """Lend a slot for one run. A dead one is not given back but replaced."""
        slot = await self._line.wait(asked_by, urgent=urgent)
        try:
            yield slot
        finally:
            if slot.is_alive:
                self._line.offer(slot)
            else:
                self._alive.discard(slot)
                self._do(self._refill())

    async def _run_on(self, slot: Slot, snippet: Snippet) -> RunResult:
        limits = snippet.limits
        job = Job(
            number=slot.number(),
            code=snippet.code,
            seed=snippet.seed,
            wall_seconds=limits.wall_seconds,
            # A second line behind the time-out, for a zygote that no longer looks at the clock.
            cpu_seconds=int(limits.wall_seconds + 1) * (os.cpu_count() or 1) + 1,
            memory_mib=limits.memory_mib,
            output_kib=limits.output_kib,
        )
        began = time.perf_counter()
        ending = await slot.run(job)
        wall_ms = (time.perf_counter() - began) * 1000
        if ending.kind == "fault":
            log.error("a child could not be walled in: %s", ending.note)
        return self._result(snippet, replace(_result_of(ending), wall_ms=wall_ms))

    async def _open(self) -> None:
        try:
            slot = await self._start_slot()
            await self._judge(slot)
        except SandboxUnavailable as error:
            self._go_down(str(error))
            return
        finally:
            self._opened.set()
        self._line.offer(slot)
        for _ in range(self.slots - 1):
            self._do(self._refill())
        self._do(self._tend())

    async def _start_slot(self) -> Slot:
        if self._setup is None:
            program = await asyncio.to_thread(seccomp.compile_filter)  # it looks for its library, in files
            walls = self.walls
            self._setup = Setup(
                program, walls.scratch_mib, walls.scratch_files, walls.threads, walls.open_files, walls.file_mib
            )
        command = jail.command_line(jail.Interpreter.running(), as_root=jail.can_drop_root(ZYGOTE_ID))
        slot = await Slot.start(command, self._setup)
        self._alive.add(slot)
        self._torch_version = slot.ready.torch_version
        return slot

    async def _judge(self, slot: Slot) -> None:
        """Run the self-test in this slot. Raises SandboxUnavailable if a wall is missing."""
        try:
            probes = tuple(await run_trials(lambda snippet: self._run_on(slot, snippet)))
        except SlotDied as error:
            raise SandboxUnavailable(f"The self-test killed the jail: {error}") from error
        missing = [f"{probe.name} ({probe.remedy})" for probe in probes if probe.state == "missing"]
        if missing:
            self._go_down(f"The self-test did not pass: {'; '.join(missing)}", probes)
            raise SandboxUnavailable(self.health.reason)
        self.health = Health("ready", "Every wall holds.", probes)

    def _go_down(self, reason: str, probes: tuple[Probe, ...] = ()) -> None:
        log.error("the sandbox is switched off: %s", reason)
        self.health = Health("down", reason, probes or self.health.probes)
        self._line.dismiss(SandboxUnavailable(reason))

    async def _refill(self) -> None:
        """Start a slot in the place of a dead one, however often it takes."""
        for attempt in range(10**9):
            await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
            try:
                self._line.offer(await self._start_slot())
            except SandboxUnavailable as error:
                log.warning("a jail could not be started: %s", error)
                if not self._alive:
                    self._go_down(str(error))
            else:
                if self.health.state == "down" and not self._alive:
                    await self.check()
                return

    async def _tend(self) -> None:
        """Test the walls again from time to time."""
        while True:
            await asyncio.sleep(self.care.test_every_seconds)
            with suppress(SandboxUnavailable, SlotDied):
                await self.check()

    def _do(self, work: Awaitable[None]) -> None:
        """Start a task that lives at most as long as the pool."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _result_of(ending: Ending) -> RunResult:
    status, value, error = answer.read(ending)
    return RunResult(
        status,
        stdout=ending.stdout.decode("utf-8", "replace"),
        stderr=ending.stderr.decode("utf-8", "replace"),
        value=value,
        error=error,
    )


async def self_test() -> tuple[Probe, ...]:
    """Open a sandbox, try every wall, close it. Raises SandboxUnavailable where it does not even start."""
    async with Pool(slots=1) as pool:
        with suppress(SandboxUnavailable):
            await pool.ready()
        if not pool.health.probes:
            raise SandboxUnavailable(pool.health.reason)
        return pool.health.probes
