"""Days in a row, as the end of a day tells them."""

from dataclasses import replace
from datetime import time, timedelta

from studybot.core.learner import Settings
from studybot.core.streak import Streak
from studybot.flows.daily_quiz import Ask, Finished
from studybot.flows.learners import change_settings
from studybot.flows.more import add_more
from studybot.flows.reminders import remind_due_learners
from studybot.flows.undo import undo
from tests.fakes import predict_card
from tests.flows.conftest import MakeWorld, World

ONE_A_DAY = Settings(new_per_day=1, remind_at=time(10))


async def a_world(world_with: MakeWorld) -> World:
    return await world_with(*(predict_card(f"card-{n}") for n in range(9)), settings=ONE_A_DAY)


async def end_of_day(world: World) -> Finished:
    while isinstance(step := await world.go_on(), Ask):
        await world.answer_rightly()
    assert isinstance(step, Finished)
    return step


async def days_in_a_row(world: World, *answered: bool) -> Streak:
    """Live through days with and without answers; return what the last one tells."""
    end = None
    for each in answered:
        world.next_day()
        if each:
            end = await end_of_day(world)
    assert end is not None
    return end.streak


async def test_a_freeze_fills_one_missed_day(world_with: MakeWorld) -> None:
    world = await a_world(world_with)

    assert await days_in_a_row(world, True, True, True, False, True) == Streak(4, 0)


async def test_without_a_freeze_a_missed_day_begins_anew(world_with: MakeWorld) -> None:
    world = await a_world(world_with)

    assert await days_in_a_row(world, True, False, True, True, False, True) == Streak(1, 0)


async def test_time_away_breaks_no_streak(world_with: MakeWorld) -> None:
    world = await a_world(world_with)
    await days_in_a_row(world, True, True)
    world.next_day()
    away = replace(world.learner.settings, away_until=world.today + timedelta(days=5))
    world.learner = await change_settings(world.learner, away, outside=world.outside)
    world.clock.move(timedelta(days=4))

    assert await days_in_a_row(world, True) == Streak(3, 1)


async def test_a_later_absence_does_not_undo_an_earlier_one(world_with: MakeWorld) -> None:
    world = await a_world(world_with)
    for _ in range(2):
        await days_in_a_row(world, True)
        world.next_day()
        away = replace(world.learner.settings, away_until=world.today + timedelta(days=5))
        world.learner = await change_settings(world.learner, away, outside=world.outside)
        world.clock.move(timedelta(days=4))

    assert await days_in_a_row(world, True) == Streak(3, 1)


async def test_a_day_on_which_nothing_was_due_breaks_no_streak(world_with: MakeWorld) -> None:
    world = await world_with(predict_card(), settings=ONE_A_DAY)
    await days_in_a_row(world, True, True)
    for _ in range(6):  # the card is due again in six days
        world.clock.move(timedelta(hours=1))
        await remind_due_learners(outside=world.outside)
        world.clock.move(timedelta(hours=23))

    assert (await end_of_day(world)).streak == Streak(3, 1)


async def test_undoing_the_only_answer_of_a_day_takes_the_day_back(world_with: MakeWorld) -> None:
    world = await a_world(world_with)
    await days_in_a_row(world, True)
    world.next_day()
    await world.answer_rightly()
    assert len(await world.store.study_days(world.learner.id)) == 2

    await undo(world.learner, None, update_id=99, outside=world.outside)

    assert len(await world.store.study_days(world.learner.id)) == 1


async def test_early_answers_keep_a_streak_alive(world_with: MakeWorld) -> None:
    world = await a_world(world_with)
    end = await days_in_a_row(world, True)
    first = await end_of_day(world)
    await add_more(world.learner, first.total, outside=world.outside)

    assert (await end_of_day(world)).streak == end
