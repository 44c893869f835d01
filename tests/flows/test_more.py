"""Beyond the day: five more cards, and everything once more before an exam."""

from dataclasses import replace
from datetime import timedelta

from studybot.core.card import CardId, Picked
from studybot.core.learner import Settings
from studybot.core.schedule import Grade, Memory
from studybot.flows.answer import Settled
from studybot.flows.daily_quiz import Ask, Finished
from studybot.flows.learners import change_settings
from studybot.flows.more import add_more
from tests.fakes import choice_card, predict_card
from tests.flows.conftest import MakeWorld, World


async def finished(world: World) -> Finished:
    """Answer whatever is asked, rightly, to the end of the day."""
    while isinstance(step := await world.go_on(), Ask):
        await world.answer_rightly()
    assert isinstance(step, Finished)
    return step


async def test_five_more_go_on_with_the_quiz_and_a_second_press_adds_nothing(world_with: MakeWorld) -> None:
    world = await world_with(*(predict_card(f"card-{n}") for n in range(8)), settings=Settings(new_per_day=2))
    end = await finished(world)

    await add_more(world.learner, end.total, outside=world.outside)
    await add_more(world.learner, end.total, outside=world.outside)
    end = await finished(world)

    assert (end.total, end.summary.cards, end.more) == (7, 7, True)


async def test_when_all_was_shown_today_there_is_no_more(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("one"), predict_card("two"), settings=Settings(new_per_day=1))
    end = await finished(world)
    assert end.more

    await add_more(world.learner, end.total, outside=world.outside)

    assert not (await finished(world)).more


async def test_an_unfinished_quiz_gets_no_more_cards(world_with: MakeWorld) -> None:
    world = await world_with(*(predict_card(f"card-{n}") for n in range(8)), settings=Settings(new_per_day=2))
    await world.asked()

    await add_more(world.learner, 2, outside=world.outside)

    assert (await finished(world)).total == 2


async def test_a_wrong_early_answer_moves_nothing_and_the_log_shows_that_it_was_early(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("one"), choice_card("two"), settings=Settings(new_per_day=1))
    far = Memory(3, 250, 15, due_on=world.today + timedelta(days=9), reviewed_on=world.today - timedelta(days=6))
    world.store.memories[world.learner.id, CardId("two")] = far
    end = await finished(world)

    await add_more(world.learner, end.total, outside=world.outside)
    outcome = await world.answer(Picked("1"))

    assert isinstance(outcome, Settled)
    assert outcome.review.early
    assert outcome.review.grade < Grade.HARD
    assert outcome.review.before == outcome.review.after == far
    assert not outcome.again_today
    assert await world.store.memory_of(world.learner.id, CardId("two")) == far


async def test_before_an_exam_everything_is_seen_once_more_and_no_date_moves(world_with: MakeWorld) -> None:
    cards = [predict_card(f"card-{n}") for n in range(20)]
    world = await world_with(*cards)
    far = Memory(4, 250, 95, due_on=world.today + timedelta(days=90), reviewed_on=world.today - timedelta(days=5))
    world.store.memories = {(world.learner.id, card.card_id): far for card in cards}
    settings = replace(world.learner.settings, exam_on=world.today + timedelta(days=10))
    world.learner = await change_settings(world.learner, settings, outside=world.outside)

    sizes = []
    for _ in range(10):
        sizes.append((await finished(world)).summary.cards)
        world.next_day()

    assert sizes == [2] * 10
    assert {review.card_id for review in world.store.reviews.values()} == {card.card_id for card in cards}
    assert set(world.store.memories.values()) == {far}
