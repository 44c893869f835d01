from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat


class FrozenClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, by: timedelta) -> None:
        self.moment += by


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
async def chat(clock: FrozenClock) -> AsyncIterator[LocalChat]:
    async with LocalChat(clock=clock, flood=NO_FLOOD_LIMITS) as running:
        yield running
