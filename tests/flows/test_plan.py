"""How much a day holds: the learner's minutes, and a small day after a break."""

from dataclasses import replace
from datetime import timedelta

from studybot.core.learner import Settings
from studybot.flows.daily_quiz import Ask, Finished
from studybot.flows.learners import change_settings
from studybot.flows.plan import plan_day
from tests.fakes import predict_card
from tests.flows.conftest import MakeWorld, World


async def answered(world: World, *, after: float = 5) -> int:
    """Answer all that is asked today; return how many cards that were."""
    count = 0
    while isinstance(await world.go_on(), Ask):
        await world.answer_rightly(after=after)
        count += 1
    return count


async def test_minutes_a_day_are_reckoned_with_the_learners_own_times(world_with: MakeWorld) -> None:
    world = await world_with(*(predict_card(f"card-{n}") for n in range(60)), settings=Settings(new_per_day=10))
    usual = await plan_day(world.learner, world.today, outside=world.outside)
    await answered(world, after=40)
    world.next_day()
    settings = replace(world.learner.settings, new_per_day=40, minutes_per_day=4)
    world.learner = await change_settings(world.learner, settings, outside=world.outside)

    plan = await plan_day(world.learner, world.today, outside=world.outside)

    assert (len(usual.cards), usual.minutes) == (10, 7)
    assert (len(plan.cards), plan.minutes) == (6, 4)  # 240 s at 40 s each


async def test_coming_back_after_months_is_a_small_day_with_a_friendly_word(world_with: MakeWorld) -> None:
    world = await world_with(*(predict_card(f"card-{n}") for n in range(45)), settings=Settings(new_per_day=40))
    assert await answered(world) == 40
    world.clock.move(timedelta(days=120))

    first = await world.asked()
    sizes = [await answered(world)]
    world.next_day()
    second = await world.asked()
    sizes.append(await answered(world))

    assert first.welcome_back
    assert not second.welcome_back
    assert sizes == [10, 20]
    assert isinstance(await world.go_on(), Finished)


async def test_who_was_away_with_little_due_is_not_greeted(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("one"), predict_card("two"))
    await answered(world)
    world.clock.move(timedelta(days=120))

    assert not (await world.asked()).welcome_back
