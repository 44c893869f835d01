"""The flood limits: what goes through in a minute, and how long one is told to wait."""

from collections.abc import Callable

import pytest

from studybot.local_chat import FloodLimits
from studybot.local_chat.flood import Flood
from studybot.local_chat.refused import Refused


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def send(flood: Flood, chat_id: int) -> int:
    """Send one message; returns the seconds to wait, 0 when it went through."""
    try:
        flood.check(chat_id)
    except Refused as refused:
        return refused.parameters["retry_after"]
    flood.count(chat_id)
    return 0


def through(flood: Flood, chat_id: int, seconds: Seconds, *, every: float, during: float) -> int:
    sent = 0
    for _ in range(int(during / every)):
        sent += send(flood, chat_id) == 0
        seconds.now += every
    return sent


def test_a_short_burst_goes_through_and_then_one_a_second(seconds: Seconds) -> None:
    flood = Flood(FloodLimits(burst=3), seconds)

    waits = [send(flood, 7) for _ in range(4)]
    seconds.now += 1

    assert waits == [0, 0, 0, 1]
    assert send(flood, 7) == 0


def test_a_group_hears_twenty_a_minute(seconds: Seconds) -> None:
    flood = Flood(FloodLimits(), seconds)

    assert through(flood, -7, seconds, every=1, during=21) == 20
    seconds.now += 60
    assert send(flood, -7) == 0


def test_all_chats_together_hear_thirty_a_second(seconds: Seconds) -> None:
    flood = Flood(FloodLimits(), seconds)

    waits = [send(flood, chat_id) for chat_id in range(1, 32)]

    assert waits == [0] * 30 + [1]


def test_who_retries_too_early_waits_longer(seconds: Seconds) -> None:
    flood = Flood(FloodLimits(per_group_minute=1), seconds)
    send(flood, -7)
    seconds.now += 50

    first = send(flood, -7)
    seconds.now += 1
    early = send(flood, -7)

    assert first == 10
    assert early > 9


@pytest.mark.parametrize("chat_id", [7, -7])
def test_a_patient_bot_is_never_refused(seconds: Seconds, chat_id: int) -> None:
    flood = Flood(FloodLimits(), seconds)

    assert through(flood, chat_id, seconds, every=3, during=300) == 100


def test_a_quiet_chat_starts_fresh(seconds: Seconds) -> None:
    flood = Flood(FloodLimits(burst=3), seconds)
    burst: Callable[[], list[int]] = lambda: [send(flood, 7) for _ in range(3)]  # noqa: E731

    assert burst() == [0, 0, 0]
    seconds.now += 10
    assert burst() == [0, 0, 0]
