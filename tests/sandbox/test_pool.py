"""The real sandbox keeps the promises that a runner makes."""

import os
from pathlib import Path

import pytest

from studybot.core.run import Limits, RunStatus, Snippet
from studybot.sandbox import Pool, watch
from tests.sandbox.marks import IN_THE_JAIL
from tests.sandbox.runner_contract import RunnerContract

pytestmark = IN_THE_JAIL

KERNEL_TELLS = Path("/proc/self/schedstat").exists()


class TestPool(RunnerContract):
    @pytest.fixture
    def runner(self, pool: Pool) -> Pool:
        return pool


async def test_every_wall_holds_here(pool: Pool) -> None:
    probes = await pool.check()

    assert [probe.name for probe in probes if probe.state == "missing"] == []
    assert len(probes) >= 20


async def test_a_time_out_on_a_machine_that_is_too_busy_is_told_as_such(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = Snippet("while True: pass", limits=Limits(wall_seconds=0.2))
    monkeypatch.setattr(watch, "seconds_in_line", lambda process: 0.01)
    assert not (await pool.run(endless)).starved

    monkeypatch.setattr(watch, "seconds_in_line", lambda process: 0.15)
    starved = await pool.run(endless)

    assert (starved.status, starved.starved) == (RunStatus.TIMEOUT, True)
    assert not (await pool.run(Snippet("1 + 1"))).starved


async def test_the_kernel_tells_how_long_a_process_waited_for_a_processor() -> None:
    if not KERNEL_TELLS:
        pytest.skip("this kernel does not tell")
    own = os.pidfd_open(os.getpid())

    waited = watch.seconds_in_line(own)
    os.close(own)

    assert waited > 0
    assert watch.seconds_in_line(own) == 0
