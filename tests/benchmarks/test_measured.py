"""What single benchmarks make of what they saw, and what they say where a peer is not there."""

from pathlib import Path

import pytest

from benchmarks import bot, engine, group, growth, kill, step
from benchmarks._row import Row


def verdicts(rows: list[Row]) -> dict[str, str]:
    return {row.what: row.verdict for row in rows}


async def test_without_anki_its_rows_say_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PYTHON", tmp_path / "python")

    rows = await engine.measure(tmp_path, [1_000, 100_000], rounds=1)

    assert verdicts(rows) == {
        f"{what}, {cards} cards": "not measured"
        for what in ("the due queue", "an answer")
        for cards in ("1,000", "100,000")
    }
    assert {row.why_not for row in rows} == {"Anki is not installed: `make peers` installs it"}


@pytest.mark.peers
async def test_anki_and_we_answer_in_turns(tmp_path: Path) -> None:
    if not engine.PYTHON.exists():
        pytest.skip("Anki is not installed: make peers")

    rows = await engine.measure(tmp_path, [400], rounds=1)

    assert len(rows) == 3
    assert all(row.peer is not None and row.peer.name.startswith("Anki") and row.peer.seen > 0 for row in rows)


def test_without_postgresql_growth_is_sqlites_and_says_so(tmp_path: Path) -> None:
    sides = []
    for size, microseconds in ((1_000, 100.0), (10_000, 170.0)):
        file = tmp_path / f"{size}.db"
        sides.append(growth.Side("SQLite", size, f"sqlite:///{file}", lambda: 0))
        sides[-1].best["an answer"] = microseconds / 1e6

    rows = growth.rows_of(sides, [1_000, 10_000])

    assert verdicts(rows) == {
        "an answer, SQLite, 1,000 learners": "no limit",
        "an answer, SQLite, 10,000 learners": "no limit",
        "an answer, SQLite, 10,000 beside 1,000": "missed",
        "PostgreSQL": "not measured",
    }


def test_the_bots_ratios_are_taken_round_by_round() -> None:
    fast, slow = bot.Turn(400, 1.5), bot.Turn(100, 1.5)
    rounds = {"ours": [fast, slow, fast], "stock": [fast, slow, fast], "fastest": [bot.Turn(1000, 0.4)] * 3}

    rows = bot.report(rounds, 0.2)

    assert [row.ratio for row in rows[:2]] == [1.0, 0.4]
    assert [row.verdict for row in rows[:3]] == ["met", "met", "missed"]


def test_a_vote_is_judged_by_its_time_and_by_the_bare_bots() -> None:
    rows = group.report({"ours": [0.09] * 100, "bare": [0.02] * 100}, 16, 40.0)

    assert [row.verdict for row in rows] == ["met", "missed", "met"]


def test_one_lost_answer_is_a_missed_limit() -> None:
    tally = kill.Tally(
        kills=30, answers=400, reminders=40, answers_lost=1, answers_twice=0, memories_wrong=0, reminders_lost=0,
        reminders_twice=5,
    )  # fmt: skip

    rows = kill.rows_of(tally)

    assert [row.what for row in rows if row.verdict == "missed"] == ["answers lost"]
    assert not tally.good


def test_a_step_is_measured_beside_the_library() -> None:
    rows = step.measure(rounds=1)

    assert [row.peer.name for row in rows if row.peer] == ["fsrs.Scheduler.review_card"] * 2
