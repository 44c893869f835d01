"""What the pool does when a part of it is killed, closed, or missing."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studybot.core.run import RunStatus, Snippet
from studybot.errors import SandboxUnavailable
from studybot.sandbox import Pool, seccomp
from studybot.sandbox.pool import Care
from studybot.sandbox.slot import Slot
from tests.sandbox.marks import IN_THE_JAIL

pytestmark = [*IN_THE_JAIL, pytest.mark.faults]

SUM = Snippet("torch.ones(3).sum().item()")


def zygotes_of(pid: int) -> list[int]:
    """Return the processes below a process, however deep, whose command line is the zygote's."""
    found, below = [], [pid]
    while below:
        here = below.pop()
        with contextlib.suppress(OSError):  # it has ended while we look
            for task in Path(f"/proc/{here}/task").glob("*/children"):
                below += [int(child) for child in task.read_text().split()]
            if b"studybot.sandbox.zygote" in Path(f"/proc/{here}/cmdline").read_bytes():
                found.append(here)
    return found


GENEROUS_SECONDS = 60.0  # for what takes two or three on a quiet machine: see benchmarks/recovery.py
AT_ONCE = Care(look_every_seconds=600.0)  # a death is noticed when it happens, not at the next look


def kill_zygote(slot: Slot) -> None:
    os.kill(slot.zygote_pid, signal.SIGKILL)


def kill_jail(slot: Slot) -> None:
    slot.process.kill()


def stop_zygote(slot: Slot) -> None:
    """Let it live, but do nothing any more: the patience of its pool ends it."""
    os.kill(slot.zygote_pid, signal.SIGSTOP)


@pytest.mark.parametrize(("kill", "slots"), [(kill_zygote, 1), (kill_zygote, 2), (kill_jail, 2), (stop_zygote, 1)])
async def test_a_run_whose_jail_is_killed_is_made_again_and_the_pool_serves_on(
    kill: Callable[[Slot], None], slots: int
) -> None:
    async with Pool(slots=slots, care=AT_ONCE) as pool:
        assert (await pool.run(SUM)).value == 3.0
        running = asyncio.create_task(pool.run(Snippet("import time\ntime.sleep(0.3)\n1")))
        await asyncio.sleep(0.1)
        for slot in tuple(pool._alive):
            kill(slot)

        async with asyncio.timeout(GENEROUS_SECONDS):
            first = await running
            second = await pool.run(SUM)
            third = await pool.run(SUM) if second.status is RunStatus.SANDBOX_FAULT else second

    assert (first.status, first.value) in {(RunStatus.OK, 1), (RunStatus.SANDBOX_FAULT, None)}
    assert third.value == 3.0


async def test_a_bot_whose_process_group_is_killed_in_mid_run_leaves_nothing_and_starts_again() -> None:
    first = await start_bot()
    watched = [os.pidfd_open(process) for process in zygotes_of(first.pid)]
    assert watched

    os.killpg(first.pid, signal.SIGKILL)
    await first.wait()
    again = await start_bot()

    async with asyncio.timeout(GENEROUS_SECONDS):
        for end in watched:
            await ended(end)
            os.close(end)
    os.killpg(again.pid, signal.SIGKILL)
    await again.wait()


async def start_bot() -> asyncio.subprocess.Process:
    """Start a process with a pool that is in the middle of an endless run."""
    program = (
        "import asyncio\nfrom studybot.core.run import Snippet\nfrom studybot.sandbox import Pool\n"
        "async def main():\n"
        "    async with Pool(slots=1) as pool:\n"
        "        run = asyncio.create_task(pool.run(Snippet('while True: pass')))\n"
        "        await pool.ready()\n"
        "        await asyncio.sleep(0.2)\n"
        "        print('ready', flush=True)\n"
        "        await run\n"
        "asyncio.run(main())"
    )
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    assert bot.stdout is not None
    assert await bot.stdout.readline() == b"ready\n"
    return bot


async def test_a_closed_pool_refuses_and_can_be_opened_again() -> None:
    pool = Pool(slots=1)
    await pool.start()
    assert (await pool.run(SUM)).value == 3.0
    await pool.close()
    with pytest.raises(SandboxUnavailable, match="closed"):
        await pool.run(SUM)

    await pool.start()

    assert (await pool.run(SUM)).value == 3.0
    await pool.close()


async def test_giving_up_on_a_run_frees_its_place_at_once() -> None:
    async with Pool(slots=1) as pool:
        assert (await pool.run(SUM)).value == 3.0
        endless = asyncio.create_task(pool.run(Snippet("while True: pass")))
        await asyncio.sleep(0)
        endless.cancel()
        with pytest.raises(asyncio.CancelledError):
            await endless

        assert (await pool.run(SUM)).value == 3.0


async def test_without_bubblewrap_nothing_runs_and_the_remedy_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    async with Pool(slots=1) as pool:
        with pytest.raises(SandboxUnavailable, match="bubblewrap is not installed"):
            await pool.run(SUM)

        assert pool.health.state == "down"


async def test_a_missing_wall_switches_the_sandbox_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp, "ALLOWED", seccomp.ALLOWED.replace("exit_group", "exit_group keyctl add_key"))
    async with Pool(slots=1) as pool:
        with pytest.raises(SandboxUnavailable, match="The self-test did not pass: system-call filter"):
            await pool.run(SUM)

        missing = [probe for probe in pool.health.probes if probe.state == "missing"]
        assert [probe.name for probe in missing] == ["system-call filter"]
        assert missing[0].remedy


async def ended(pidfd: int) -> None:
    """Wait until a process has ended."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(pidfd, over.set)
    await over.wait()
    loop.remove_reader(pidfd)
