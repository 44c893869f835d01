"""How long the sandbox takes to serve again after a part of it was killed in mid-run.

    python -m benchmarks.recovery

Each row: what was killed while a run was on, and the seconds until the next card was answered. The pool is part of the
bot: when it is killed with its process group, whoever supervises the bot starts it again, and what is measured is a
whole new process up to its first answer.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks._command import arguments, tell
from benchmarks._row import Row, seen
from studybot.core.run import RunResult, Snippet
from studybot.sandbox import Pool
from studybot.sandbox.slot import Slot

LIMIT_SECONDS = 3.0
LONG = Snippet("import time\ntime.sleep(0.4)\n'done'")
NEXT = Snippet("torch.ones(3).sum().item()")
PROGRAM = """
import asyncio
from studybot.core.run import Snippet
from studybot.sandbox import Pool

async def main():
    async with Pool(slots=2) as pool:
        print((await pool.run(Snippet("torch.ones(3).sum().item()"))).value, flush=True)
        await pool.run(Snippet("while True: pass"))

asyncio.run(main())
"""


def kill_zygote(slot: Slot) -> None:
    os.kill(slot.zygote_pid, signal.SIGKILL)


def kill_jail(slot: Slot) -> None:
    slot.process.kill()


def kill_both(slot: Slot) -> None:
    kill_jail(slot)
    with contextlib.suppress(ProcessLookupError):
        kill_zygote(slot)


async def killed_in_mid_run(slots: int, kill: Callable[[Slot], None]) -> tuple[RunResult, float]:
    """Return what became of the run, and how many seconds after the kill the next card was answered."""
    async with Pool(slots=slots) as pool:
        await pool.ready()
        while len(pool._alive) < slots:
            await asyncio.sleep(0.05)
        running = asyncio.create_task(pool.run(LONG, asked_by="ann"))
        await asyncio.sleep(0.15)
        for slot in tuple(pool._alive):
            kill(slot)
        began = time.perf_counter()
        await asyncio.sleep(0.05)  # so that it is not answered by a child that the kernel has not come to yet
        while (await pool.run(NEXT, asked_by="ben")).value != 3.0:
            pass  # a sandbox fault: the learner presses again
        seconds = time.perf_counter() - began
        return await running, seconds


async def start() -> tuple[asyncio.subprocess.Process, float]:
    """Start a process with a pool of its own; return it with the seconds to its first answer."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"3.0\n"
    return process, time.perf_counter() - began


async def process_group_killed() -> tuple[int, float]:
    """Return how many processes of the killed pool are left after a second, and the seconds to serve again."""
    process, _ = await start()
    await asyncio.sleep(0.2)
    below = descendants(process.pid)
    os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    again, seconds = await start()
    left = sum(is_running(pid) for pid in below)
    os.killpg(again.pid, signal.SIGKILL)
    await again.wait()
    return left, seconds


def descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def measure() -> list[Row]:
    rows = []
    for name, slots, kill in (
        ("the zygote of the only slot", 1, kill_zygote),
        ("the jail of the only slot", 1, kill_jail),
        ("both zygotes of two slots", 2, kill_zygote),
        ("both jails of two slots, whole", 2, kill_both),
    ):
        result, seconds = await killed_in_mid_run(slots, kill)
        print(f"{name}: the run that was on ended as {result.status.value}")
        rows.append(seen(f"{name}: the next card after", seconds, "s", at_most=LIMIT_SECONDS))
    left, seconds = await process_group_killed()
    rows.append(seen("the process group of the pool: the next card after", seconds, "s", at_most=LIMIT_SECONDS))
    rows.append(seen("processes of the killed pool that are left", left, at_most=0))
    return rows


def main() -> None:
    given = arguments(__doc__).parse_args()
    tell(asyncio.run(measure()), given)


if __name__ == "__main__":
    main()
