"""How fast the sandbox is, as ratios measured in one run.

    python -m benchmarks.sandbox [--quick]

Times differ from machine to machine, and from minute to minute on a shared one; ratios hold better. All
variants take turns, round by round, so that a drift of the machine falls on all of them.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks._command import arguments, tell
from benchmarks._row import Peer, Row, compared, not_measured, seen
from studybot.core.run import Limits, RunStatus, Snippet
from studybot.sandbox import Pool, jail

TRIVIAL = "torch.arange(6).reshape(2, 3).t().is_contiguous()"
AUTOGRAD = """a = torch.tensor([2., 3.], requires_grad=True)
b = torch.tensor([6., 4.], requires_grad=True)
Q = 3 * a**3 - b**2
Q.backward(gradient=torch.tensor([1., 1.]))
a.grad.tolist(), b.grad.tolist()"""
CONVOLUTION = """net = nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1176, 10))
net(torch.randn(1, 1, 32, 32)).sum().backward()
net[0].bias.grad.shape"""
SGD_STEP = """net = nn.Linear(3, 1)
optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
(net(torch.ones(2, 3)) ** 2).mean().backward()
optimiser.step()
optimiser.zero_grad()
net.weight.grad is None"""
HOSTILE = {
    "endless loop": "while True: pass",
    "deaf endless loop": "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass",
    "10 GB": "torch.ones(10 * 2**28)",
    "1 GB of print": "for _ in range(1000): print('x' * 2**20)",
    "fork bomb": "import os\nwhile True: os.fork()",
    "thread bomb": "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(9,)).start()",
    "native crash": "import ctypes\nctypes.string_at(0)",
    "early exit": "import os\nos._exit(0)",
}
MIXED = [TRIVIAL, AUTOGRAD, CONVOLUTION, SGD_STEP, "1 / 0", "print('x' * 100_000)", "import os; os._exit(0)"]


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


async def timed(act: Callable[[], Awaitable[object]]) -> float:
    """Return how many milliseconds `act` took."""
    began = time.perf_counter()
    await act()
    return (time.perf_counter() - began) * 1000


class BareZygote:
    """Forks, and nothing else: see _bare_zygote.py."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls) -> "BareZygote":
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).with_name("_bare_zygote.py")),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **jail.ENVIRONMENT},
        )
        bare = cls(process)
        await bare._answer()
        return bare

    async def fork(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"f")
        await self._answer()

    async def _answer(self) -> None:
        assert self.process.stdout is not None
        await self.process.stdout.readexactly(1)

    async def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        await self.process.wait()


async def measure_latency(rounds: int) -> list[Row]:
    """Interleave bare forks and cards of one slot, with a pause in which a spare child is made."""
    bare = await BareZygote.start()
    times: dict[str, list[float]] = {}
    async with Pool(slots=1) as pool:

        async def card(code: str) -> None:
            result = await pool.run(Snippet(code))
            assert result.status == RunStatus.OK, result

        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "bare": bare.fork,
            "trivial": lambda: card(TRIVIAL),
            "autograd": lambda: card(AUTOGRAD),
            "convolution": lambda: card(CONVOLUTION),
            "SGD step": lambda: card(SGD_STEP),
        }
        for turn in range(rounds + 3):
            for name, act in acts.items():
                await asyncio.sleep(0.02)
                took = await timed(act)
                if turn >= 3:
                    times.setdefault(name, []).append(took)
    await bare.close()
    cold = [cold_ms() for _ in range(max(rounds // 40, 3))]
    p50 = {name: percentile(taken, 0.5) for name, taken in times.items()}
    p95 = {name: percentile(taken, 0.95) for name, taken in times.items()}
    bare_fork, autograd = Peer("bare fork", p50["bare"]), p50["autograd"]
    return [
        compared("autograd card, p50", autograd, "ms", bare_fork, at_most=2),
        compared("autograd card, p95", p95["autograd"], "ms", bare_fork, at_most=4),
        *(compared(f"{name} card, p50", p50[name], "ms", bare_fork) for name in ("trivial", "convolution")),
        compared("SGD-step card, p50", p50["SGD step"], "ms", Peer("trivial card", p50["trivial"]), at_most=3),
        compared("a cold jail and import", statistics.median(cold), "ms", Peer("warm card", autograd), at_least=150),
    ]


def cold_ms() -> float:
    """Return what the autograd card takes in a jail that is made for it alone, torch imported anew."""
    with open(os.devnull, "wb") as news:
        command = jail.command_line(news.fileno())
        python = command.index("-s")
        card = [*command[:python], "-s", "-P", "-S", "-W", "ignore", "-c", "import torch\n" + AUTOGRAD]
        began = time.perf_counter()
        subprocess.run(card, check=True, pass_fds=(news.fileno(),))
        return (time.perf_counter() - began) * 1000


async def rate(slots: int, seconds: float) -> float:
    """Return how many autograd cards a second `slots` zygotes answer, each always having one waiting."""
    async with Pool(slots=slots) as pool:
        await until_full(pool)
        done = 0
        end = time.perf_counter() + seconds

        async def ask() -> None:
            nonlocal done
            while time.perf_counter() < end:
                await pool.run(Snippet(AUTOGRAD))
                done += 1

        began = time.perf_counter()
        await asyncio.gather(*(ask() for _ in range(slots + 1)))
        return done / (time.perf_counter() - began)


async def until_full(pool: Pool) -> None:
    await pool.ready()
    while len(pool._alive) < pool.slots:
        await asyncio.sleep(0.05)


async def measure_rates(seconds: float) -> list[Row]:
    one, two = [], []
    for _ in range(2):
        one.append(await rate(1, seconds))
        two.append(await rate(2, seconds))
    one_zygote = Peer("one zygote", statistics.mean(one))
    return [
        seen("two zygotes, autograd cards", statistics.mean(two), "/s", at_least=120),
        compared("two zygotes, beside one", statistics.mean(two), "/s", one_zygote, at_least=1.6),
    ]


async def measure_memory() -> list[Row]:
    """Read the kernel's figures of zygotes and of a child at work. Only root may."""
    if os.geteuid() != 0:
        return [not_measured("memory of zygotes and children", "only root may read it")]
    async with Pool(slots=2) as pool:
        await until_full(pool)
        zygotes = [zygote_of(pool_process.process.pid) for pool_process in pool._alive]
        for _ in range(20):
            await asyncio.gather(*(pool.run(Snippet(AUTOGRAD)) for _ in range(2)))
        held = await settled_pss(zygotes)
        run = asyncio.create_task(pool.run(Snippet(AUTOGRAD + "\nimport time\ntime.sleep(0.5)")))
        await asyncio.sleep(0.3)
        child = max(memory(child)["Private_Dirty"] for zygote in zygotes for child in children(zygote))
        await run
    return [
        seen("a child at work, private dirty", child, "MB", at_most=10),
        seen("two zygotes with a spare child each, PSS", held, "MB", at_most=650),
    ]


async def settled_pss(zygotes: list[int]) -> float:
    """Wait until each zygote has its one spare child again, and sum the PSS of all of them, in MB.

    A page that zygote and child share counts half for each: without its child a zygote would seem to have grown.
    """
    while any(len(children(zygote)) != 1 for zygote in zygotes):
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)
    return sum(memory(pid)["Pss"] for zygote in zygotes for pid in (zygote, *children(zygote)))


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def zygote_of(bubblewrap: int) -> int:
    return children(bubblewrap)[0]


def memory(pid: int) -> dict[str, float]:
    """Return the figures of /proc/PID/smaps_rollup in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {name: int(size.split()[0]) / 1024 for name, size in (line.split(":") for line in lines)}


async def measure_hostility(jobs: int) -> list[Row]:
    rows = []
    limit = 1.0
    async with Pool(slots=2) as pool:
        await until_full(pool)
        before = await p50_of(pool)
        beyond = {}
        for name, code in HOSTILE.items():
            took = await timed(lambda code=code: pool.run(Snippet(code, limits=Limits(wall_seconds=limit))))  # type: ignore[misc]
            beyond[name] = max(0.0, took / 1000 - limit)
        worst = max(beyond, key=lambda name: beyond[name])
        print(f"of the hostile cards the slowest to be answered: {worst}")
        what = f"answered beyond its time-out, worst of {len(HOSTILE)} hostile cards"
        rows.append(seen(what, beyond[worst], "s", at_most=0.5))
        afterwards = await p50_of(pool)
        rows.append(compared("card p50 after them", afterwards, "ms", Peer("before", before), at_most=1.5))
        zygotes = [zygote_of(slot.process.pid) for slot in pool._alive] if os.geteuid() == 0 else []
        await many(pool, 100)
        held = await settled_pss(zygotes)
        ends = open_files()
        inner = sum(len(list(Path(f"/proc/{zygote}/fd").iterdir())) for zygote in zygotes)
        await many(pool, jobs)
        after = await settled_pss(zygotes)
        rows.append(seen("descriptors of the pool after mixed jobs, more", open_files() - ends, at_most=0))
        if zygotes:
            more = sum(len(list(Path(f"/proc/{zygote}/fd").iterdir())) for zygote in zygotes) - inner
            grown = abs(after / held - 1) * 100
            left = sum(len(children(zygote)) for zygote in zygotes) - len(zygotes)
            rows.append(seen("descriptors of the zygotes after them, more", more, at_most=0))
            rows.append(seen("PSS of the zygotes and their spare children, change", grown, "%", at_most=5))
            rows.append(seen("children left over, spare ones apart", left, at_most=0))
    return rows


async def p50_of(pool: Pool, count: int = 40) -> float:
    times = []
    for _ in range(count):
        await asyncio.sleep(0.02)
        times.append(await timed(lambda: pool.run(Snippet(AUTOGRAD))))
    return percentile(times, 0.5)


async def many(pool: Pool, jobs: int) -> None:
    for start in range(0, jobs, 4):
        await asyncio.gather(*(pool.run(Snippet(MIXED[n % len(MIXED)])) for n in range(start, start + 4)))
    await asyncio.sleep(0.5)  # each zygote makes its next child meanwhile, and holds the ends of its pipes until then


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def measure(*, quick: bool) -> list[Row]:
    rows = await measure_latency(40 if quick else 300)
    rows += await measure_rates(1.5 if quick else 4.0)
    rows += await measure_memory()
    return rows + await measure_hostility(200 if quick else 2000)


def main() -> None:
    given = arguments(__doc__).parse_args()
    tell(asyncio.run(measure(quick=given.quick)), given)


if __name__ == "__main__":
    main()
