"""The real sandbox keeps the promises that a runner makes."""

import pytest

from studybot.sandbox import Pool
from tests.sandbox.marks import IN_THE_JAIL
from tests.sandbox.runner_contract import RunnerContract

pytestmark = IN_THE_JAIL


class TestPool(RunnerContract):
    @pytest.fixture
    def runner(self, pool: Pool) -> Pool:
        return pool


async def test_every_wall_holds_here(pool: Pool) -> None:
    probes = await pool.check()

    assert [probe.name for probe in probes if probe.state == "missing"] == []
    assert len(probes) >= 20
