"""How long one waits before one more message may follow."""

import pytest

from studybot.core.sending import ChatLimits, Sent

PRIVATE = ChatLimits(per_second=1.0, burst=3, per_window=None, window_seconds=60.0)
GROUP = ChatLimits(per_second=1.0, burst=3, per_window=4, window_seconds=60.0)


@pytest.mark.parametrize(
    ("sent", "now", "limits", "wait"),
    [
        pytest.param([], 100, PRIVATE, 0, id="a quiet chat"),
        pytest.param([99.9, 99.9], 100, PRIVATE, 0, id="a burst goes at once"),
        pytest.param([100, 100, 100], 100, PRIVATE, 1, id="then one a second"),
        pytest.param([100, 100, 100], 100.4, PRIVATE, 0.6, id="as time goes by"),
        pytest.param([100, 99, 98, 97, 96], 100, PRIVATE, 0, id="one a second goes on for ever"),
        pytest.param([60, 70, 80, 90], 100, PRIVATE, 0, id="nobody counts a private chat's minute"),
        pytest.param([60, 70, 80, 90], 100, GROUP, 20, id="a group's minute is used up"),
        pytest.param([100, 100, 100, 101, 102], 100, PRIVATE, 3, id="who comes later stands behind"),
        pytest.param([90, 60, 80, 70, 50], 100, GROUP, 20, id="in whatever order they are told"),
    ],
)
def test_the_wait_before_one_more_message(sent: list[float], now: float, limits: ChatLimits, wait: float) -> None:
    assert Sent().also(sent).wait(now, limits) == pytest.approx(wait)


def test_what_is_forgotten_is_still_in_the_bucket() -> None:
    sent = Sent()
    for second in range(100):
        now = 100.0 + second
        sent = sent.since(now - PRIVATE.kept_seconds, PRIVATE).also([now + sent.wait(now, PRIVATE)] * 2)

    assert len(sent.moments) < 300
    assert sent.wait(200.0, PRIVATE) > 90, "two a second were sent for a hundred seconds"
