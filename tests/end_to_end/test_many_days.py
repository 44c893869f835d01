"""A few learners over a few days, with everything that goes wrong; `make simulate` lives through sixty of them."""

from pathlib import Path

from tests.end_to_end.many_days import Simulation


async def test_days_with_restarts_doubles_and_blocks_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    seen = await Simulation(tmp_path, days=6, learners=3, seed=4).run()

    assert seen.failures == []
    assert seen.answers > 60
    assert min(seen.restarts, seen.redelivered, seen.double_taps, seen.undos) > 0
    assert max(seen.sounds.values()) == 1
