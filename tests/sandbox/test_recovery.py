"""What the pool does when a part of it is killed, closed, or missing."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

import pytest

from studybot.core.run import RunStatus, Snippet
from studybot.errors import SandboxUnavailable
from studybot.sandbox import Pool, seccomp
from tests.sandbox.marks import IN_THE_JAIL

pytestmark = IN_THE_JAIL

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


async def test_a_run_whose_jail_is_killed_is_made_again_and_the_pool_serves_on() -> None:
    async with Pool(slots=1) as pool:
        assert (await pool.run(SUM)).value == 3.0
        running = asyncio.create_task(pool.run(Snippet("import time\ntime.sleep(0.5)\n1")))
        await asyncio.sleep(0)
        for zygote in zygotes_of(os.getpid()):
            if zygote not in KEPT:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(zygote, signal.SIGKILL)

        first = await running
        second = await pool.run(SUM)

    assert (first.status, first.value) in {(RunStatus.OK, 1), (RunStatus.SANDBOX_FAULT, None)}
    assert second.value == 3.0


KEPT: set[int] = set()
"""Zygotes of the session's own pool, which other tests use."""


@pytest.fixture(autouse=True)
def kept() -> None:
    KEPT.clear()
    KEPT.update(zygotes_of(os.getpid()))


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


async def test_a_killed_bot_leaves_no_jail_behind() -> None:
    program = (
        "import asyncio\nfrom studybot.sandbox import Pool\n"
        "async def main():\n"
        "    async with Pool(slots=1) as pool:\n"
        "        await pool.ready()\n"
        "        print('ready', flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    bot = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    assert bot.stdout is not None
    assert await bot.stdout.readline() == b"ready\n"
    jailed = zygotes_of(bot.pid)
    assert jailed
    watched = [os.pidfd_open(process) for process in jailed]

    bot.kill()
    await bot.wait()

    for end in watched:
        await asyncio.wait_for(ended(end), 10)
        os.close(end)


async def ended(pidfd: int) -> None:
    """Wait until a process has ended."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(pidfd, over.set)
    await over.wait()
    loop.remove_reader(pidfd)
