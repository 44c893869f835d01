"""Which scheduler decides is the learner's own choice."""

from dataclasses import replace

from studybot.core.schedule import Grade, SchedulerName
from studybot.flows.answer import Settled
from studybot.flows.learners import change_settings
from studybot.schedulers import SCHEDULERS
from tests.fakes import predict_card
from tests.flows.conftest import MakeWorld, World

FSRS = SCHEDULERS[SchedulerName.FSRS]


async def choose(world: World, scheduler: SchedulerName) -> None:
    settings = replace(world.learner.settings, scheduler=scheduler)
    world.learner = await change_settings(world.learner, settings, outside=world.outside)


async def test_an_answer_is_scheduled_as_the_learner_chose(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    await choose(world, SchedulerName.FSRS)

    settled = await world.answer_rightly()

    assert isinstance(settled, Settled)
    assert settled.review.scheduler == "fsrs"
    assert settled.review.grade is Grade.EASY
    assert settled.review.after == FSRS.review(None, Grade.EASY, on=world.today)
    assert settled.review.after.interval_days == 8


async def test_choosing_a_scheduler_moves_the_due_days_of_what_was_learned_before(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    await world.answer_rightly()
    before = await world.store.memories_of(world.learner.id)

    await choose(world, SchedulerName.FSRS)
    chosen = await world.store.memories_of(world.learner.id)
    await choose(world, SchedulerName.SM2)

    assert [memory.interval_days for memory in before.values()] == [1]
    assert [memory.interval_days for memory in chosen.values()] == [8]
    assert await world.store.memories_of(world.learner.id) == before


async def test_another_setting_leaves_scheduler_and_due_days_as_they_are(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    await choose(world, SchedulerName.FSRS)
    await world.answer_rightly()
    before = await world.store.memories_of(world.learner.id)

    settings = replace(world.learner.settings, zone="Europe/Berlin", new_per_day=9)
    learner = await change_settings(world.learner, settings, outside=world.outside)

    assert learner.settings == settings
    assert await world.store.memories_of(world.learner.id) == before
