"""The sandbox as the bot sees it: a few warm jails, and a fair line before them."""

import asyncio
import itertools
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from weakref import WeakSet

from studybot.core.run import OWN_HASH_SEED, Device, RunResult, RunStatus, Snippet
from studybot.errors import SandboxUnavailable
from studybot.sandbox import answer, cgroup, jail, probes, seccomp
from studybot.sandbox.cgroup import Cage
from studybot.sandbox.line import Line, anyone
from studybot.sandbox.messages import Job, Setup
from studybot.sandbox.probes import Probe
from studybot.sandbox.slot import Slot, SlotDied
from studybot.sandbox.watch import Ending

log = logging.getLogger(__name__)

MAX_CODE_BYTES = 64 * 1024
GPU_START_SECONDS = 5.0  # a child that is asked before CUDA is ready in it gets this much longer
GPU_THREADS = 32  # CUDA has some of its own
RETRY_SECONDS = (0.0, 1.0, 5.0, 30.0)  # how long a jail that does not start is left alone, the last for ever


@dataclass(frozen=True, slots=True)
class Care:
    """When walls are tested again, and when a jail counts as worn and is renewed."""

    test_every_seconds: float = 600.0
    test_again_seconds: float = 30.0  # while the sandbox is switched off
    look_every_seconds: float = 30.0
    worn_after_seconds: float = 6 * 3600.0
    worn_after_jobs: int = 50_000
    worn_at_growth: float = 1.5  # resident memory, against what it was when warm


@dataclass(frozen=True, slots=True)
class Health:
    """Whether snippets are run now; if not, why; and what the last self-test found."""

    state: Literal["closed", "starting", "ready", "down"]
    reason: str
    probes: tuple[Probe, ...] = ()


class Pool:
    """Implements `studybot.ports.Runner`. Use it as a context manager, or `start` and `close` it."""

    def __init__(
        self,
        slots: int | None = None,
        *,
        walls: jail.Walls | None = None,
        care: Care | None = None,
        device: Device = "cpu",
        python: Path | None = None,
    ) -> None:
        self.slots = slots or min(len(os.sched_getaffinity(0)), 4)
        self.device: Device = device
        self.walls = walls or jail.Walls()
        self.care = care or Care()
        self._python = python  # another one than ours, to run cards under another torch
        self.health = Health("closed", "The sandbox is not started.")
        self._line: Line[Slot] = Line()
        self._alive: set[Slot] = set()
        self._started: WeakSet[Slot] = WeakSet()  # those that are being closed as well
        self._failing: set[int] = set()  # hash seeds whose jail does not start
        self._tasks: set[asyncio.Task[None]] = set()
        self._opened = asyncio.Event()  # the first self-test is over, one way or the other
        self._setup: Setup | None = None
        self._torch_version = ""
        self._uncaged = ""  # why jails have no cgroup of their own
        self._gpu: Pool | None = None  # opened by the first run that needs it

    @classmethod
    def on_gpu(cls, walls: jail.Walls | None = None, care: Care | None = None, python: Path | None = None) -> "Pool":
        """Return the sandbox for the GPU: one slot, one run at a time. Raises SandboxUnavailable without a GPU."""
        if not jail.gpu_nodes():
            raise SandboxUnavailable("There is no sandbox for the device cuda: this machine shows no NVIDIA GPU.")
        walls = replace(walls or jail.Walls(), threads=GPU_THREADS)
        return cls(slots=1, walls=walls, care=care, device="cuda", python=python)

    @property
    def waiting(self) -> int:
        """How many runs wait for a slot."""
        return self._line.waiting

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
        if self.health.state == "starting":
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
        if self._gpu is not None:
            await self._gpu.close()
            self._gpu = None
        self._alive.clear()
        for slot in tuple(self._started):
            self._line.withdraw(slot)
            await slot.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
        """Run one snippet in a child of its own: see `studybot.ports.Runner`. Cancelling this kills the child."""
        if len((snippet.code + snippet.harness).encode("utf-8", "replace")) > MAX_CODE_BYTES:
            return self._told(snippet, RunResult(RunStatus.REFUSED))
        if snippet.device != self.device:
            return await (await self._on_gpu()).run(snippet, asked_by=asked_by, urgent=urgent)
        result = RunResult(RunStatus.SANDBOX_FAULT)
        for _attempt in range(2):  # a zygote that died under a run may have died of anything: try once more
            await self.ready()
            try:
                async with self._slot_for(snippet, asked_by, urgent=urgent) as slot:
                    result = await self._run_on(slot, snippet)
            except SlotDied as error:
                log.warning("a zygote died under a run: %s", error)
            if result.status != RunStatus.SANDBOX_FAULT:
                break
        return self._told(snippet, result)

    async def devices(self) -> tuple[Device, ...]:
        """Return where snippets can run: the processor, and a GPU whose own self-test passes."""
        return ("cpu", "cuda") if (await self.gpu_health()).state == "ready" else ("cpu",)

    async def gpu_health(self) -> Health:
        """Return whether snippets run on a GPU; the first time, that starts its own sandbox and self-test."""
        try:
            gpu = await self._on_gpu()
        except SandboxUnavailable as error:
            return Health("closed", str(error))
        with suppress(SandboxUnavailable):
            await gpu.ready()
        return gpu.health

    async def _on_gpu(self) -> "Pool":
        """Return the sandbox for the GPU, started. Raises SandboxUnavailable without a GPU."""
        if self._gpu is None:
            self._gpu = Pool.on_gpu(self.walls, self.care, self._python)
            await self._gpu.start()
        return self._gpu

    async def check(self) -> tuple[Probe, ...]:
        """Run the self-test now, switch the sandbox off or on by what it finds, and return that."""
        with suppress(SandboxUnavailable, SlotDied):
            async with self._slot("self-test", urgent=True) as slot:
                await self._judge(slot)
        return self.health.probes

    def _told(self, snippet: Snippet, result: RunResult) -> RunResult:
        return replace(result, device=snippet.device, torch_version=self._torch_version)

    def _orders_sets_by(self, hash_seed: int | None) -> Callable[[Slot], bool]:
        """Return which slots a run may go to: all of them without a seed, or where the seed's own does not start."""
        if hash_seed is None:
            return anyone
        wanted = hash_seed % self.slots
        return lambda slot: slot.hash_seed == wanted or wanted in self._failing

    @asynccontextmanager
    async def _slot_for(self, snippet: Snippet, asked_by: str, *, urgent: bool) -> AsyncIterator[Slot]:
        """Lend a slot with the snippet's hash seed: one of ours, or a jail that is started for this run alone.

        Such a jail waits for its turn like any other run: there are never more of them than slots.
        """
        seed = snippet.hash_seed
        async with self._slot(asked_by, urgent=urgent, fits=self._orders_sets_by(seed)) as slot:
            if seed is None or seed < OWN_HASH_SEED:
                yield slot
                return
            own = await self._start_slot(seed)
            try:
                yield own
            finally:
                self._alive.discard(own)
                await own.close()

    @asynccontextmanager
    async def _slot(self, asked_by: str, *, urgent: bool, fits: Callable[[Slot], bool] = anyone) -> AsyncIterator[Slot]:
        """Lend a slot for one run. A dead or retired one is not given back: its keeper sees to it."""
        slot = await self._line.wait(asked_by, urgent=urgent, fits=fits)
        try:
            yield slot
        finally:
            if slot not in self._alive:
                await slot.close()
            elif slot.is_alive:
                self._line.offer(slot)

    async def _run_on(self, slot: Slot, snippet: Snippet) -> RunResult:
        limits = snippet.limits
        job = Job(
            code=snippet.code,
            harness=snippet.harness,
            seed=snippet.seed,
            clock_ahead=snippet.clock_ahead,
            # A second line behind the time-out, should nobody be left to look at the clock.
            cpu_seconds=int(limits.wall_seconds + 1) * (os.cpu_count() or 1) + 1,
            memory_mib=limits.memory_mib,
        )
        began = time.perf_counter()
        wall_seconds = limits.wall_seconds + (GPU_START_SECONDS if self.device == "cuda" else 0.0)
        ending = await slot.run(job, wall_seconds=wall_seconds, output_bytes=limits.output_kib * 1024)
        wall_ms = (time.perf_counter() - began) * 1000
        if ending.kind == "fault":
            log.error("a child could not be walled in: %s", ending.stderr.decode("utf-8", "replace"))
        result = _result_of(ending)
        if ending.kind == "died" and result.status is RunStatus.SANDBOX_FAULT:
            log.error("a run was killed from outside its jail: is this machine short of memory?")
            result = replace(result, stderr="It was killed from outside its jail: the machine may be short of memory.")
        return replace(result, wall_ms=wall_ms)

    async def _open(self) -> None:
        """Fill the first place, then the others: so the first run does not wait for all of them."""
        self._do(self._keep_place(0))
        await self._opened.wait()
        for hash_seed in range(1, self.slots):
            self._do(self._keep_place(hash_seed))
        while True:
            is_down = self.health.state == "down"
            await asyncio.sleep(self.care.test_again_seconds if is_down else self.care.test_every_seconds)
            await self.check()

    async def _keep_place(self, hash_seed: int) -> None:
        """Keep one warm jail with this hash seed in the line for as long as the pool is open."""
        slot = await self._start_for_sure(hash_seed)
        while True:
            self._line.offer(slot)
            await self._until_worn(slot)
            if not slot.is_alive:
                await self._retire(slot)  # before somebody is given it
            successor = await self._start_for_sure(hash_seed)  # a worn one serves until then
            await self._retire(slot)
            slot = successor

    async def _until_worn(self, slot: Slot) -> None:
        """Wait until this slot has died, or is due to be renewed."""
        care = self.care
        began, at_first = time.monotonic(), slot.resident_mib()
        while slot.is_alive:
            with suppress(TimeoutError):
                async with asyncio.timeout(care.look_every_seconds):
                    await slot.death()
            is_old = time.monotonic() - began > care.worn_after_seconds or slot.jobs_done > care.worn_after_jobs
            if is_old or slot.resident_mib() > care.worn_at_growth * at_first:
                return

    async def _retire(self, slot: Slot) -> None:
        """Put a slot away: now if it is free or dead, else as soon as it is given back."""
        self._alive.discard(slot)
        is_free = self._line.withdraw(slot)
        if is_free or not slot.is_alive:
            await slot.close()

    async def _start_for_sure(self, hash_seed: int) -> Slot:
        """Start a jail that passes the self-test, however often it takes."""
        for attempt in itertools.count():
            await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
            try:
                slot = await self._start_slot(hash_seed)
            except SandboxUnavailable as error:
                if self.health.state == "closed":  # a start that fails while it is cancelled may hide that
                    raise asyncio.CancelledError from error
                self._failing.add(hash_seed)
                self._line.offer_again()
                if self.health.state != "ready" or not any(slot.is_alive for slot in self._alive):
                    self._go_down(str(error))
                else:
                    log.warning("a jail did not start, others still serve: %s", error)
            else:
                self._failing.discard(hash_seed)
                return slot
            finally:
                self._opened.set()
        raise AssertionError("not reached")

    async def _start_slot(self, hash_seed: int) -> Slot:
        if self._setup is None:
            # In a thread, since the filter's library is looked for in files.
            program = await asyncio.to_thread(seccomp.compile_filter, self.device)
            self._setup = self.walls.setup(self.device, program)
        interpreter = None if self._python is None else await asyncio.to_thread(jail.Interpreter.of, self._python)
        command_line = partial(jail.command_line, hash_seed=hash_seed, device=self.device, interpreter=interpreter)
        cage = await asyncio.to_thread(self._cage)
        entering = cage.entering() if cage else ()
        try:
            slot = await Slot.start(
                lambda news_end: [*entering, *command_line(news_end)], self._setup, hash_seed=hash_seed
            )
        except BaseException:
            if cage is not None:
                cage.remove()
            raise
        slot.cage = cage
        self._started.add(slot)
        try:
            self._torch_version = slot.ready.torch_version
            await self._judge(slot)
        except BaseException:
            await slot.close()
            raise
        self._alive.add(slot)
        return slot

    def _cage(self) -> Cage | None:
        """Make a cgroup for the next jail, where one is delegated to us."""
        try:
            return cgroup.take().cage()
        except cgroup.NotDelegated as error:
            self._uncaged = f"{error}."
        except OSError as error:
            self._uncaged = f"A cgroup could not be made ({error.strerror})."
        return None

    async def _judge(self, slot: Slot) -> None:
        """Run the self-test in this slot. Raises SandboxUnavailable if a wall is missing."""
        try:
            found = await probes.run_trials(
                lambda snippet: self._run_on(slot, snippet), slot.ready.landlock_abi, device=self.device
            )
            found += (self._probe_cage(slot),)
        except SlotDied as error:
            raise SandboxUnavailable(f"The self-test killed the jail: {error}") from error
        missing = [probe for probe in found if probe.state == "missing"]
        if missing:
            names = ", ".join(probe.name for probe in missing)
            self._go_down(f"The self-test did not pass: {names}. {missing[0].remedy}", found)
            raise SandboxUnavailable(self.health.reason)
        self.health = Health("ready", "Every wall holds.", found)

    def _probe_cage(self, slot: Slot) -> Probe:
        if slot.cage is not None and slot.cage.holds(slot.zygote_pid):
            return Probe(probes.CGROUP, "held", probes.CGROUP_STOPS, "")
        why = self._uncaged or "The jail did not enter its cgroup."
        return Probe(probes.CGROUP, "not applicable", probes.CGROUP_STOPS, f"{why} {cgroup.REMEDY}")

    def _go_down(self, reason: str, found: tuple[Probe, ...] = ()) -> None:
        if self.health.reason != reason:
            log.error("the sandbox is switched off: %s", reason)
        self.health = Health("down", reason, found or self.health.probes)
        self._line.dismiss(SandboxUnavailable(reason))

    def _do(self, work: Coroutine[None, None, None]) -> None:
        """Start a task that lives at most as long as the pool."""
        task = asyncio.create_task(work)
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
        starved=ending.starved,
    )


async def self_test() -> tuple[Probe, ...]:
    """Open a sandbox, try every wall, close it. Raises SandboxUnavailable where it does not even start."""
    async with Pool(slots=1) as pool:
        with suppress(SandboxUnavailable):
            await pool.ready()
        if not pool.health.probes:
            raise SandboxUnavailable(pool.health.reason)
        return pool.health.probes
