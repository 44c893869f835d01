"""Suspending, putting off and resuming cards; cards that are forgotten again and again."""

from datetime import timedelta

from studybot.core.card import CardId, Picked
from studybot.core.schedule import Memory
from studybot.flows.answer import Settled
from studybot.flows.daily_quiz import Ask, Finished, NothingDue
from studybot.flows.holds import bury, my_held_cards, resume, suspend
from studybot.flows.plan import plan_day
from studybot.flows.shown import open_showing
from studybot.flows.undo import undo
from tests.fakes import choice_card, predict_card
from tests.flows.conftest import MakeWorld, World

ONE, TWO = CardId("one"), CardId("two")


async def next_card(world: World) -> str | None:
    step = await world.go_on()
    return step.shown.card.id if isinstance(step, Ask) else None


async def test_a_suspended_card_is_not_asked_until_it_is_resumed(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("one"), predict_card("two"))
    assert await next_card(world) == "one"

    await suspend(world.learner, ONE, outside=world.outside)

    assert await next_card(world) == "two"
    assert await open_showing(world.learner, outside=world.outside) is not None
    world.next_day()
    assert (await plan_day(world.learner, world.today, outside=world.outside)).cards == (TWO,)
    await resume(world.learner, ONE, outside=world.outside)
    assert set((await plan_day(world.learner, world.today, outside=world.outside)).cards) == {ONE, TWO}


async def test_nothing_typed_is_taken_for_an_answer_to_a_suspended_card(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("one"))
    await world.asked()

    await suspend(world.learner, ONE, outside=world.outside)

    assert await open_showing(world.learner, outside=world.outside) is None
    assert isinstance(await world.go_on(), Finished)
    assert not world.store.reviews


async def test_a_card_put_off_comes_back_the_next_study_day(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("one"))

    await bury(world.learner, ONE, outside=world.outside)
    today = await world.go_on()
    world.next_day()

    assert isinstance(today, NothingDue)
    assert await next_card(world) == "one"


async def a_leech_to_be(world_with: MakeWorld, lapses: int = 7) -> World:
    world = await world_with(choice_card("one"), predict_card("two"))
    yesterday = world.today - timedelta(days=1)
    memory = Memory(1, 250, 1, due_on=world.today, reviewed_on=yesterday, lapses=lapses)
    world.store.memories[world.learner.id, ONE] = memory
    return world


async def test_a_card_forgotten_eight_times_rests_and_its_author_is_told(world_with: MakeWorld) -> None:
    world = await a_leech_to_be(world_with)

    outcome = await world.answer(Picked("1"))

    assert isinstance(outcome, Settled)
    assert outcome.is_leech
    assert not outcome.again_today
    assert world.deck.news() == ("one: a learner forgot it 8 times; is it two cards in one?",)
    assert await next_card(world) == "two"
    await world.answer_rightly()
    assert isinstance(await world.go_on(), Finished)
    world.next_day()
    assert (await plan_day(world.learner, world.today, outside=world.outside)).cards == (TWO,)


async def test_an_undone_answer_makes_no_leech(world_with: MakeWorld) -> None:
    world = await a_leech_to_be(world_with)
    await world.asked()
    before = await world.store.quiz_on(world.learner.id, world.today)
    await world.answer(Picked("1"))
    assert await next_card(world) == "two"

    await undo(world.learner, None, update_id=99, outside=world.outside)

    assert await next_card(world) == "one"
    assert await world.store.quiz_on(world.learner.id, world.today) == before


async def test_a_resumed_leech_is_asked_again_and_told_of_at_twelve(world_with: MakeWorld) -> None:
    world = await a_leech_to_be(world_with, lapses=11)
    await resume(world.learner, ONE, outside=world.outside)
    assert await next_card(world) == "one"

    outcome = await world.answer(Picked("1"))

    assert isinstance(outcome, Settled)
    assert outcome.is_leech
    assert "12 times" in world.deck.news()[0]


async def test_a_leech_answered_rightly_after_it_was_resumed_goes_on_as_usual(world_with: MakeWorld) -> None:
    world = await a_leech_to_be(world_with, lapses=8)
    await resume(world.learner, ONE, outside=world.outside)

    outcome = await world.answer_rightly()

    assert isinstance(outcome, Settled)
    assert not outcome.is_leech
    assert world.deck.news() == ()


async def test_what_is_held_back_is_listed_with_its_reason_until_it_is_resumed(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("one"), predict_card("two"), predict_card("three"))
    await bury(world.learner, TWO, outside=world.outside)
    await suspend(world.learner, ONE, outside=world.outside)

    held = await my_held_cards(world.learner, outside=world.outside)
    assert [(card.card_id, card.why, card.name is not None) for card in held] == [
        (ONE, "suspended", True),
        (TWO, "buried", True),
    ]

    await resume(world.learner, ONE, outside=world.outside)
    world.next_day()
    assert await my_held_cards(world.learner, outside=world.outside) == ()


async def test_a_leech_and_a_card_that_is_in_no_deck_any_more_are_listed(world_with: MakeWorld) -> None:
    world = await a_leech_to_be(world_with, lapses=8)
    await suspend(world.learner, CardId("gone"), outside=world.outside)

    held = await my_held_cards(world.learner, outside=world.outside)

    assert [(card.card_id, card.why, card.name is None) for card in held] == [
        (CardId("gone"), "suspended", True),
        (ONE, "leech", False),
    ]
