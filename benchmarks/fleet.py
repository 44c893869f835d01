"""The fleet beside the local pool, with as many slots on the same machine.

    python -m benchmarks.fleet [--rounds N]

Both make the same runs in turns of a second or two, so that a drift of the machine falls on both. The fleet pays for
Redis, for Celery on both sides, and for a worker's own process; what a run itself costs is the same.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks._command import arguments, tell
from benchmarks._row import Peer, Row, compared
from studybot.core.run import RunStatus, Snippet
from studybot.ports import Runner
from studybot.sandbox import Pool
from studybot.sandbox.fleet import Fleet
from tests.sandbox.fleet_parts import PATIENT_SECONDS, running_redis, running_workers, until

SLOTS = 2
ASKERS = 8
ROUNDS = 7
AUTOGRAD = """a = torch.tensor([2., 3.], requires_grad=True)
b = torch.tensor([6., 4.], requires_grad=True)
Q = 3 * a**3 - b**2
Q.backward(gradient=torch.tensor([1., 1.]))
a.grad.tolist(), b.grad.tolist()"""
TRAINING = """torch.manual_seed(0)
net = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 1))
opt = torch.optim.SGD(net.parameters(), lr=0.1)
x = torch.randn(128, 20)
y = x[:, :1] * 2
for _ in range(40):
    opt.zero_grad()
    loss = F.mse_loss(net(x), y)
    loss.backward()
    opt.step()
loss.item()"""
CARDS = {"autograd card": AUTOGRAD, "training card": TRAINING}
LEAST_RATIO = 0.8


async def runs_per_second(runner: Runner, code: str, runs: int) -> float:
    async def learner(name: str) -> None:
        for _ in range(runs // ASKERS):
            result = await runner.run(Snippet(code), asked_by=name)
            assert result.status is RunStatus.OK, result

    began = time.perf_counter()
    await asyncio.gather(*(learner(f"learner {n}") for n in range(ASKERS)))
    return runs // ASKERS * ASKERS / (time.perf_counter() - began)


async def one_by_one_ms(runner: Runner, code: str, runs: int) -> float:
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        await runner.run(Snippet(code))
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


async def measure(rounds: int) -> list[Row]:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        async with (
            Pool(slots=SLOTS) as pool,
            running_redis(Path(folder)) as redis,
            running_workers(redis.url, 1, slots=SLOTS),
            Fleet(redis.url, grace_seconds=PATIENT_SECONDS) as fleet,
        ):
            await pool.ready()
            await until(lambda: fleet.slots >= SLOTS)
            for name, code in CARDS.items():
                rates: dict[Runner, list[float]] = {pool: [], fleet: []}
                for runner in rates:
                    await runs_per_second(runner, code, 16)
                for _ in range(rounds):
                    for runner, taken in rates.items():
                        taken.append(await runs_per_second(runner, code, 160))
                ratio = statistics.median(b / a for a, b in zip(rates[pool], rates[fleet], strict=True))
                ours, local = statistics.median(rates[fleet]), statistics.median(rates[pool])
                local_rate = Peer("local pool", local)
                rows.append(compared(f"{name}, runs/s", ours, "/s", local_rate, ratio=ratio, at_least=LEAST_RATIO))
                fleet_ms, pool_ms = await one_by_one_ms(fleet, code, 50), await one_by_one_ms(pool, code, 50)
                rows.append(compared(f"{name}, one at a time, p50", fleet_ms, "ms", Peer("local pool", pool_ms)))
    return rows


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    tell(asyncio.run(measure(2 if given.quick else given.rounds)), given)


if __name__ == "__main__":
    main()
