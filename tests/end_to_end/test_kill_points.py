"""The bot is killed again and again while people answer and reminders fall due."""

from pathlib import Path

import pytest

from benchmarks.kill import a_day_with_kills

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_kill_loses_an_answer_or_a_reminder_or_counts_an_answer_twice(tmp_path: Path, seed: int) -> None:
    tally = await a_day_with_kills(tmp_path, kills=15, seed=seed)

    assert tally.good, tally
    assert tally.answers, "the load was none"
