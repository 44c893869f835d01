"""A poll that hangs without failing is noticed, and a new connection is made."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from telegram.error import NetworkError

from studybot.metrics import Metrics
from studybot.telegram_bot.inbox import Inbox
from studybot.telegram_bot.watchdog import LONGEST_SILENCE_SECONDS, Silence, Watchdog
from tests.fakes import FrozenClock, predict_card
from tests.fakes_store import MemoryStore
from tests.telegram_bot.conftest import SetStage
from tests.virtual_time import run_in_virtual_time

pytestmark = pytest.mark.faults


class WedgedBot:
    """Answers once, then hangs until it is connected anew; `fails` makes it fail at once instead."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.works = True
        self.asked: list[float] = []
        self.connected_anew: list[float] = []

    async def fetch_updates(self, offset: int | None) -> Sequence[Mapping[str, Any]]:
        self.asked.append(asyncio.get_running_loop().time())
        if not self.works and self.fails:
            raise NetworkError("Pool timeout")
        await asyncio.sleep(30 if self.works else 10**9)
        self.works = False
        return []

    async def connect_anew(self) -> None:
        self.connected_anew.append(asyncio.get_running_loop().time())
        self.works = True


def polled(bot: WedgedBot, *, seconds: float) -> Inbox:
    async def story() -> Inbox:
        inbox = Inbox(bot, MemoryStore(), FrozenClock(), None, Metrics())  # type: ignore[arg-type]
        polling = asyncio.create_task(inbox.run())
        await asyncio.sleep(seconds)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        return inbox

    return run_in_virtual_time(story())


@pytest.mark.parametrize("fails", [False, True], ids=["it hangs", "it fails every time"])
def test_a_stuck_poll_gets_a_new_connection_and_a_line_in_the_log(
    fails: bool, caplog: pytest.LogCaptureFixture
) -> None:
    bot = WedgedBot(fails=fails)

    with caplog.at_level(logging.WARNING):
        inbox = polled(bot, seconds=400)

    assert len(bot.connected_anew) >= 2
    assert bot.connected_anew[0] - bot.asked[0] < 30 + LONGEST_SILENCE_SECONDS + 60
    assert "connecting anew" in caplog.text
    assert inbox.last_contact == FrozenClock().now()


def test_a_poll_that_is_answered_is_left_alone() -> None:
    class Patient(WedgedBot):
        async def fetch_updates(self, offset: int | None) -> Sequence[Mapping[str, Any]]:
            self.works = True
            return await super().fetch_updates(offset)

    bot = Patient()

    polled(bot, seconds=1000)

    assert not bot.connected_anew


def test_a_loop_that_was_blocked_proves_nothing_about_the_connection() -> None:
    async def story() -> float:
        watch, loop = Watchdog(FrozenClock()), asyncio.get_running_loop()
        polling = asyncio.create_task(watch.over(asyncio.sleep(60)))
        await asyncio.sleep(5)
        loop._selector.now += 3600  # type: ignore[attr-defined] # somebody computed for an hour
        await asyncio.sleep(5)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        return watch.silent_seconds

    assert run_in_virtual_time(story()) < 15


def test_silence_cancels_the_poll_that_is_out() -> None:
    async def story() -> bool:
        hanging = asyncio.get_running_loop().create_future()
        with pytest.raises(Silence):
            await Watchdog(FrozenClock()).over(hanging)
        return hanging.cancelled()

    assert run_in_virtual_time(story())


@pytest.mark.usefixtures("quick_retries")
async def test_a_connection_made_anew_goes_on_where_the_old_one_was(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/help")
        await on.ann.next_message()

        await on.bot._bot.connect_anew()
        began = time.monotonic()
        await on.ann.send("/settings")

        assert "Settings" in (await on.ann.next_message()).text
        assert time.monotonic() - began < 5
        assert on.bot.last_contact == on.clock.now()
