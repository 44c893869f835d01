"""The benchmark of the store writes its rows by itself: it must keep up with the tables."""

from pathlib import Path

from benchmarks.store import CARDS_PER_LEARNER, Side


async def test_the_benchmark_fits_the_tables(tmp_path: Path) -> None:
    side = Side(tmp_path / "ten.db", 10 * CARDS_PER_LEARNER)

    costs = await side.round()
    await side.close()

    assert len(costs) == 4
