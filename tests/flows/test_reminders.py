from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from studybot.core.learner import ChatId, Learner, Settings
from studybot.core.letter import Delivery
from studybot.errors import SandboxUnavailable
from studybot.flows.learners import change_settings, welcome
from studybot.flows.reminders import remind_due_learners, skip_today
from tests.fakes import FakeMessenger, predict_card
from tests.flows.conftest import MakeWorld, World
from tests.letters import post_all

AT_TEN = Settings(remind_at=time(10))


@pytest.fixture
def messenger() -> FakeMessenger:
    return FakeMessenger()


async def tick(world: World, messenger: FakeMessenger) -> int:
    """Queue what is due, and let the outbox send it; return how many were reached."""
    await remind_due_learners(outside=world.outside)
    return await post_all(messenger, world.outside)


async def test_the_daily_message_comes_once_at_the_learners_hour(
    world_with: MakeWorld, messenger: FakeMessenger
) -> None:
    world = await world_with(predict_card(), predict_card("two"), settings=AT_TEN)  # it is 09:00 in Seoul

    assert await tick(world, messenger) == 0
    world.clock.move(timedelta(hours=1))
    assert await tick(world, messenger) == 1
    world.clock.move(timedelta(minutes=1))
    assert await tick(world, messenger) == 0

    assert messenger.reminded == [(world.learner.id, 2, 2)]


async def test_the_next_day_there_is_another_message(world_with: MakeWorld, messenger: FakeMessenger) -> None:
    world = await world_with(predict_card(), settings=AT_TEN)

    for _ in range(3):
        world.clock.move(timedelta(hours=1))
        await tick(world, messenger)
        world.clock.move(timedelta(hours=23))

    assert len(messenger.reminded) == 3


@pytest.mark.parametrize(("late", "reached"), [(timedelta(0), 1), (timedelta(minutes=20), 1), (timedelta(hours=5), 0)])
async def test_after_a_day_without_us_todays_message_comes_if_it_is_not_too_late(
    world_with: MakeWorld, messenger: FakeMessenger, late: timedelta, reached: int
) -> None:
    world = await world_with(predict_card(), settings=AT_TEN)  # it is 09:00 in Seoul

    world.clock.move(timedelta(days=3, hours=1) + late)

    assert await tick(world, messenger) == reached
    world.clock.move(timedelta(days=1) - late)
    assert await tick(world, messenger) == 1


async def test_nothing_due_sends_nothing(world_with: MakeWorld, messenger: FakeMessenger) -> None:
    world = await world_with(settings=AT_TEN)
    world.clock.move(timedelta(hours=1))

    assert await tick(world, messenger) == 0


async def test_who_came_by_themselves_is_not_reminded(world_with: MakeWorld, messenger: FakeMessenger) -> None:
    world = await world_with(predict_card(), predict_card("two"), settings=AT_TEN)
    await world.answer_rightly()

    world.clock.move(timedelta(hours=1))

    assert await tick(world, messenger) == 0


async def test_moving_the_hour_after_the_message_brings_no_second_one(
    world_with: MakeWorld, messenger: FakeMessenger
) -> None:
    world = await world_with(predict_card(), settings=AT_TEN)
    world.clock.move(timedelta(hours=1))
    await tick(world, messenger)

    later = replace(AT_TEN, remind_at=time(12))
    world.learner = await change_settings(world.learner, later, outside=world.outside)
    world.clock.move(timedelta(hours=2))

    assert await tick(world, messenger) == 0


async def test_who_has_blocked_the_bot_is_unreachable_and_comes_back_with_any_message(
    world_with: MakeWorld, messenger: FakeMessenger
) -> None:
    world = await world_with(predict_card(), settings=AT_TEN)
    messenger.blocked.add(world.learner.id)
    world.clock.move(timedelta(hours=1))

    assert await tick(world, messenger) == 0
    gone = await world.store.learner(world.learner.id)
    assert gone is not None
    assert not gone.reachable

    back, new = await welcome(ChatId(11), Settings(), outside=world.outside)
    assert back.reachable
    assert not new


async def test_trouble_with_one_learner_does_not_cost_the_others_their_message(
    world_with: MakeWorld, messenger: FakeMessenger
) -> None:
    world = await world_with(predict_card(), settings=AT_TEN)
    other, _ = await welcome(ChatId(12), AT_TEN, outside=world.outside)

    class Failing(FakeMessenger):
        async def remind(self, learner: Learner, *, due: int, minutes: int) -> Delivery:
            if learner.id == world.learner.id:
                raise OSError("no network")
            return await messenger.remind(learner, due=due, minutes=minutes)

    world.clock.move(timedelta(hours=1))
    await tick(world, Failing())

    assert [who for who, _, _ in messenger.reminded] == [other.id]


async def test_a_resting_sandbox_postpones_the_message_and_claims_no_day(
    world_with: MakeWorld, messenger: FakeMessenger
) -> None:
    world = await world_with(predict_card(), settings=AT_TEN)
    world.deck.failure = SandboxUnavailable("no jail here")
    world.clock.move(timedelta(hours=1))
    assert await tick(world, messenger) == 0

    world.deck.failure = None
    world.clock.move(timedelta(minutes=5))

    assert await tick(world, messenger) == 1


async def reminded_days(world: World, messenger: FakeMessenger, days: int) -> list[date]:
    """Live through so many days without an answer; return those with a message."""
    found = []
    for _ in range(days):
        world.clock.move(timedelta(hours=1))
        if await tick(world, messenger):
            found.append(world.today)
        world.clock.move(timedelta(hours=23))
    return found


async def test_after_three_ignored_days_the_message_is_weekly_until_they_answer(
    world_with: MakeWorld, messenger: FakeMessenger
) -> None:
    world = await world_with(predict_card(), predict_card("two"), settings=AT_TEN)

    ignored = await reminded_days(world, messenger, 18)
    await world.answer_rightly()
    answered = await reminded_days(world, messenger, 3)

    assert [day.day for day in ignored] == [16, 17, 18, 25, 2]
    assert [day.day for day in answered] == [5, 6]


async def test_a_day_off_is_not_reminded_and_counts_as_an_answer(
    world_with: MakeWorld, messenger: FakeMessenger
) -> None:
    world = await world_with(predict_card(), settings=AT_TEN)
    before = await reminded_days(world, messenger, 2)

    await skip_today(world.learner, outside=world.outside)
    after = await reminded_days(world, messenger, 5)

    assert [day.day for day in before] == [16, 17]
    assert [day.day for day in after] == [19, 20, 21]


async def test_only_the_chosen_days_bring_a_message(world_with: MakeWorld, messenger: FakeMessenger) -> None:
    world = await world_with(predict_card(), settings=replace(AT_TEN, weekdays=frozenset({1, 3})))

    days = await reminded_days(world, messenger, 10)

    assert [day.strftime("%a") for day in days] == ["Tue", "Thu", "Tue"]


async def test_nobody_is_disturbed_while_away_and_the_message_comes_on_the_day_back(
    world_with: MakeWorld, messenger: FakeMessenger
) -> None:
    world = await world_with(predict_card(), settings=AT_TEN)
    away = replace(AT_TEN, away_until=date(2026, 11, 20))
    world.learner = await change_settings(world.learner, away, outside=world.outside)

    days = await reminded_days(world, messenger, 6)

    assert [day.day for day in days] == [20, 21]
