"""When a card is held back: suspended, put off, or forgotten too often."""

from datetime import date, timedelta

import pytest

from studybot.core.hold import Hold, became_leech, is_held, leech_mark
from studybot.core.schedule import Grade, Memory
from studybot.core.sm2 import Sm2

TODAY = date(2026, 3, 10)


def forgotten(lapses: int) -> Memory:
    return Memory(0, 250, 1, due_on=TODAY, reviewed_on=TODAY - timedelta(days=1), lapses=lapses)


@pytest.mark.parametrize(
    ("lapses", "mark"),
    [(0, 0), (7, 0), (8, 8), (9, 8), (11, 8), (12, 12), (15, 12), (16, 16), (100, 100)],
)
def test_a_card_is_a_leech_at_eight_lapses_and_again_every_four(lapses: int, mark: int) -> None:
    assert leech_mark(lapses) == mark


@pytest.mark.parametrize(
    ("hold", "lapses", "held"),
    [
        pytest.param(Hold(), 0, False, id="free"),
        pytest.param(Hold(suspended=True), 0, True, id="suspended"),
        pytest.param(Hold(buried_on=TODAY), 0, True, id="put off today"),
        pytest.param(Hold(buried_on=TODAY - timedelta(days=1)), 0, False, id="put off yesterday"),
        pytest.param(Hold(), 7, False, id="seven lapses"),
        pytest.param(Hold(), 8, True, id="eight lapses"),
        pytest.param(Hold(resumed_lapses=8), 11, False, id="resumed at eight, now eleven"),
        pytest.param(Hold(resumed_lapses=8), 12, True, id="resumed at eight, now twelve"),
        pytest.param(Hold(resumed_lapses=12), 15, False, id="resumed at twelve"),
        pytest.param(Hold(suspended=True, resumed_lapses=8), 8, True, id="resumed, then suspended"),
    ],
)
def test_a_card_is_held_back_for_a_reason(hold: Hold, lapses: int, held: bool) -> None:
    assert is_held(hold, forgotten(lapses) if lapses else None, on=TODAY) is held


def test_a_card_known_and_forgotten_by_turns_is_told_of_at_eight_twelve_and_sixteen_lapses() -> None:
    told: list[int] = []
    memory: Memory | None = None
    day = TODAY
    for grade in [Grade.GOOD, Grade.BLACKOUT] * 17:
        after = Sm2().review(memory, grade, on=day)
        if became_leech(memory, after):
            told.append(after.lapses)
        memory, day = after, after.due_on

    assert told == [8, 12, 16]


def test_failing_a_card_that_was_never_known_is_no_lapse() -> None:
    memory, day = None, TODAY
    for _ in range(20):
        memory = Sm2().review(memory, Grade.BLACKOUT, on=day)
        day = memory.due_on

    assert memory is not None
    assert memory.lapses == 0
