from datetime import UTC, datetime, timedelta

from studybot.core.pace import Pace

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_who_comes_too_often_is_told_when_to_come_back() -> None:
    pace = Pace(2, 5 * MINUTE)
    assert pace.wait(1, NOON) is None
    assert pace.wait(1, NOON + MINUTE) is None

    assert pace.wait(1, NOON + 2 * MINUTE) == 3 * MINUTE
    assert pace.wait(2, NOON + 2 * MINUTE) is None, "another person is not held up"
    assert pace.wait(1, NOON + 5 * MINUTE) is None


def test_a_refusal_does_not_prolong_the_wait() -> None:
    pace = Pace(1, 5 * MINUTE)
    pace.wait(1, NOON)

    for minute in range(1, 5):
        assert pace.wait(1, NOON + minute * MINUTE) is not None

    assert pace.wait(1, NOON + 5 * MINUTE) is None
