"""Several bots keep what Telegram allows in one chat. The local chat's own flood control judges; time is virtual."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from telegram.error import RetryAfter

from studybot.core.sending import ChatLimits
from studybot.errors import StoreError
from studybot.telegram_bot.common_count import CommonCount
from tests.fakes_store import MemoryStore
from tests.telegram_bot.test_pace import Telegram, in_virtual_time, together


@pytest.fixture(autouse=True)
def _as_the_bot_sets_the_library_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@dataclass
class CountingStore(MemoryStore):
    """Remembers how often it was asked; `down` is why it does not answer."""

    asked: int = 0
    down: StoreError | None = None

    async def count_together(
        self, chat_id: int, before: Sequence[float], limits: ChatLimits, *, patience: float
    ) -> float:
        self.asked += 1
        if self.down is not None:
            raise self.down
        return await super().count_together(chat_id, before, limits, patience=patience)


def bots_that_count_together(count: int, store: CountingStore | None = None) -> list[Telegram]:
    """Return bots on one database that all send to the same Telegram."""
    store = store or CountingStore()
    bots = [Telegram(common=CommonCount(store)) for _ in range(count)]
    for bot in bots:
        bot.flood = bots[0].flood
        bot.pace.share(count)
    return bots


@pytest.mark.parametrize("count", [2, 3])
@in_virtual_time
async def test_bots_that_speak_in_one_group_are_not_told_to_wait(count: int) -> None:
    bots = bots_that_count_together(count)

    await together(*((-7, bots[number % count].send(-7)) for number in range(60)))

    assert 120 < bots[0].seconds < 140
    assert not any(bot.refused for bot in bots)


@in_virtual_time
async def test_bots_that_answer_somebody_in_haste_are_not_told_to_wait() -> None:
    bots = bots_that_count_together(2)

    async def answers(bot: Telegram) -> None:
        for _ in range(60):
            await together((7, bot.send(7)))
            await asyncio.sleep(0.2)

    await asyncio.gather(*(answers(bot) for bot in bots))

    assert 100 < bots[0].seconds < 125
    assert not any(bot.refused for bot in bots)


@in_virtual_time
async def test_who_answers_at_an_ordinary_pace_asks_no_database() -> None:
    store = CountingStore()
    bots = bots_that_count_together(2, store)

    took = []
    for number in range(60):
        took += await together((7, bots[number % 2].send(7)))
        await asyncio.sleep(2)

    assert not store.asked
    assert max(took) < 0.1


@in_virtual_time
async def test_what_a_bot_said_in_a_group_before_the_other_came_counts() -> None:
    first, second = bots_that_count_together(2)
    for bot in (first, second):
        bot.pace.share(1)
    await together(*((-7, first.send(-7)) for _ in range(12)))
    for bot in (first, second):
        bot.pace.share(2)

    await together(*((-7, bot.send(-7)) for bot in (first, second) for _ in range(10)))

    assert not first.refused + second.refused


@in_virtual_time
async def test_what_a_bot_said_in_a_group_before_it_was_killed_counts_for_the_others_and_for_itself() -> None:
    store = CountingStore()
    dead, other = bots_that_count_together(2, store)
    await together(*((-7, dead.send(-7)) for _ in range(12)))
    again = Telegram(common=CommonCount(store))
    again.flood = dead.flood
    other.pace.share(1)

    await together(*((-7, other.send(-7)) for _ in range(6)), *((-7, again.send(-7)) for _ in range(6)))

    assert not other.refused + again.refused


@in_virtual_time
async def test_who_is_alone_for_longer_than_a_minute_asks_no_database() -> None:
    store = CountingStore()
    bot = Telegram(common=CommonCount(store))
    await together((-7, bot.send(-7)))
    asked = store.asked
    await asyncio.sleep(70)

    await together(*((-7, bot.send(-7)) for _ in range(30)))

    assert store.asked == asked
    assert not bot.refused


@in_virtual_time
async def test_a_counter_gives_way_where_the_others_have_used_the_minute_up() -> None:
    first, second = bots_that_count_together(2)
    await together(*((-7, first.send(-7)) for _ in range(20)))

    with pytest.raises(RetryAfter):
        await together((-7, second.letter(-7)))

    assert second.seconds < 20
    assert not first.refused + second.refused


@in_virtual_time
async def test_a_database_that_is_away_stops_no_message(caplog: pytest.LogCaptureFixture) -> None:
    first, _ = bots_that_count_together(2, CountingStore(down=StoreError("the database is away")))

    took = await together((-7, first.send(-7)))

    assert took == pytest.approx([0.05])
    assert "is not known" in caplog.text
