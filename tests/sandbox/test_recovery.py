"""What the pool does when a part of it is killed, closed, or missing."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from studybot.core.run import RunStatus, Snippet
from studybot.errors import SandboxUnavailable
from studybot.sandbox import Pool, seccomp
from studybot.sandbox import slot as slot_module
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


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def one_jail() -> AsyncIterator[Pool]:
    """A pool of one jail, which the tests here may kill: it renews itself, and that is what they look at."""
    async with Pool(slots=1, care=AT_ONCE) as pool:
        yield pool


@pytest.fixture(params=["one jail", "two jails"])
def killed(request: pytest.FixtureRequest, one_jail: Pool) -> Pool:
    return one_jail if request.param == "one jail" else request.getfixturevalue("pool")


@pytest.mark.parametrize(
    ("killed", "kill"),
    [("one jail", kill_zygote), ("one jail", kill_jail), ("one jail", stop_zygote), ("two jails", kill_zygote)],
    indirect=["killed"],
)
async def test_a_run_whose_jail_is_killed_is_made_again_and_the_pool_serves_on(
    killed: Pool, kill: Callable[[Slot], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slot_module, "PATIENCE_SECONDS", 2.0)  # what is stopped is waited for as long as that
    assert (await killed.run(SUM)).value == 3.0
    running = asyncio.create_task(killed.run(Snippet("import time\ntime.sleep(0.3)\n1")))
    await asyncio.sleep(0.1)
    for slot in tuple(killed._alive):
        kill(slot)

    async with asyncio.timeout(GENEROUS_SECONDS):
        first = await running
        second = await killed.run(SUM)
        third = await killed.run(SUM) if second.status is RunStatus.SANDBOX_FAULT else second

    assert (first.status, first.value) in {(RunStatus.OK, 1), (RunStatus.SANDBOX_FAULT, None)}
    assert third.value == 3.0


async def test_a_run_that_is_killed_from_outside_is_made_again_and_held_against_nobody(one_jail: Pool) -> None:
    assert (await one_jail.run(SUM)).value == 3.0
    (slot,) = one_jail._alive
    running = asyncio.create_task(one_jail.run(Snippet("import time\ntime.sleep(0.3)\n1")))
    await asyncio.sleep(0.1)

    kill_run(slot)  # as the kernel does where the machine is out of memory: a run is the first to go

    assert (await running).value == 1
    running = asyncio.create_task(one_jail.run(Snippet("while True: pass")))
    while not running.done():
        kill_run(slot)
        await asyncio.sleep(0.05)
    assert (await running).status is RunStatus.SANDBOX_FAULT


def kill_run(slot: Slot) -> None:
    children = Path(f"/proc/{slot.zygote_pid}/task/{slot.zygote_pid}/children").read_text().split()
    for child in map(int, children):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


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


async def test_a_closed_pool_refuses_and_can_be_opened_again(one_jail: Pool) -> None:
    assert (await one_jail.run(SUM)).value == 3.0
    await one_jail.close()
    with pytest.raises(SandboxUnavailable, match="closed"):
        await one_jail.run(SUM)

    await one_jail.start()

    assert (await one_jail.run(SUM)).value == 3.0


async def test_giving_up_on_a_run_frees_its_place_at_once(one_jail: Pool) -> None:
    assert (await one_jail.run(SUM)).value == 3.0
    endless = asyncio.create_task(one_jail.run(Snippet("while True: pass")))
    await asyncio.sleep(0)
    endless.cancel()
    with pytest.raises(asyncio.CancelledError):
        await endless

    assert (await one_jail.run(SUM)).value == 3.0


async def test_one_jail_serves_every_hash_seed(one_jail: Pool) -> None:
    orders = [
        (await one_jail.run(Snippet('list({"a", "b", "c", "d"})', hash_seed=seed))).value for seed in (0, 1, None)
    ]

    assert orders == [orders[0]] * 3


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
