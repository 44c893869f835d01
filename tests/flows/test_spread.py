"""Evened-out due days: within the bounds, by the load, and switched off unless wanted."""

from collections import Counter
from datetime import timedelta

from studybot.core.card import CardId
from studybot.core.learner import Settings
from studybot.core.schedule import Memory
from studybot.flows.answer import Settled
from studybot.flows.daily_quiz import Ask
from tests.fakes import predict_card
from tests.flows.conftest import MakeWorld, World


async def answered_all_due(world_with: MakeWorld, *, spread: bool) -> World:
    """Answer twenty cards that are due today with an interval of 15 days next."""
    world = await world_with(*(predict_card(f"card-{n}") for n in range(20)), settings=Settings(spread=spread))
    due = Memory(2, 240, 6, due_on=world.today, reviewed_on=world.today - timedelta(days=6))
    world.store.memories = {(world.learner.id, CardId(f"card-{n}")): due for n in range(20)}
    while isinstance(await world.go_on(), Ask):
        await world.answer_rightly()
    return world


async def test_cards_of_one_day_are_spread_evenly_over_the_days_allowed(world_with: MakeWorld) -> None:
    world = await answered_all_due(world_with, spread=True)

    load = Counter((memory.due_on - world.today).days for memory in world.store.memories.values())

    assert load == {13: 4, 14: 4, 15: 4, 16: 4, 17: 4}
    assert {memory.interval_days for memory in world.store.memories.values()} == {15}


async def test_without_it_the_day_is_exact(world_with: MakeWorld) -> None:
    world = await answered_all_due(world_with, spread=False)

    assert {(memory.due_on - world.today).days for memory in world.store.memories.values()} == {15}


async def test_a_new_card_comes_tomorrow_spread_or_not(world_with: MakeWorld) -> None:
    world = await world_with(predict_card(), settings=Settings(spread=True))

    outcome = await world.answer_rightly()

    assert isinstance(outcome, Settled)
    assert outcome.review.after.due_on == world.today + timedelta(days=1)
