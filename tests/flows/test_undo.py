"""An answer that was taken back has never been, but for the log."""

import copy

from studybot.core.card import GaveUp
from studybot.core.review import Undone
from studybot.flows.answer import Gone, Settled, submit_answer
from studybot.flows.daily_quiz import Finished
from studybot.flows.undo import NothingToUndo, NotTheLatest, undo
from tests.fakes import cube_card, predict_card
from tests.flows.conftest import MakeWorld
from tests.flows.test_variants import torch_cubes


async def test_the_card_is_asked_again_and_graded_as_if_for_the_first_time(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("one"), predict_card("two"))
    wrong = await world.answer(GaveUp())
    assert isinstance(wrong, Settled)

    undone = await undo(world.learner, wrong.shown.showing.id, update_id=50, outside=world.outside)
    assert isinstance(undone, Undone)
    outcome = await world.answer("4")

    assert isinstance(outcome, Settled)
    assert outcome.shown.card.id == wrong.shown.card.id
    assert (outcome.review.before, outcome.review.attempts) == (None, 1)
    assert len(world.store.reviews) == 2, "the log keeps both"
    assert (await world.answer("4")) is not None
    step = await world.go_on()
    assert isinstance(step, Finished)
    assert (step.summary.cards, step.summary.right, step.summary.drills) == (2, 2, 0)


async def test_the_last_card_of_the_day_can_be_undone(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    await world.answer("4")
    assert isinstance(await world.go_on(), Finished)

    assert isinstance(await undo(world.learner, None, update_id=50, outside=world.outside), Undone)

    assert (await world.asked()).shown.card.id == "double"


async def test_an_undone_card_comes_in_another_variant(world_with: MakeWorld) -> None:
    world = await world_with(cube_card())
    world.runner.results = torch_cubes
    first = (await world.asked()).shown.question
    await world.answer(GaveUp())

    await undo(world.learner, None, update_id=50, outside=world.outside)

    assert (await world.asked()).shown.question != first


async def test_an_earlier_answer_waits_for_the_later_ones(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("one"), predict_card("two"))
    first, _second = await world.answer("4"), await world.answer("4")
    assert isinstance(first, Settled)
    memories = copy.deepcopy(world.store.memories)

    outcome = await undo(world.learner, first.shown.showing.id, update_id=50, outside=world.outside)

    assert isinstance(outcome, NotTheLatest)
    assert world.store.memories == memories


async def test_with_no_answer_there_is_nothing_to_undo(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())

    assert isinstance(await undo(world.learner, None, update_id=50, outside=world.outside), NothingToUndo)


async def test_an_answer_of_yesterday_is_undone_and_its_card_is_due_again(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    await world.answer("4")
    world.next_day()

    undone = await undo(world.learner, None, update_id=50, outside=world.outside)

    assert isinstance(undone, Undone)
    assert undone.again is None
    assert (await world.asked()).shown.showing.id != undone.review.showing_id
    assert world.store.memories == {}


async def test_an_answer_to_the_message_that_was_undone_counts_for_nothing(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    settled = await world.answer("4")
    assert isinstance(settled, Settled)
    await undo(world.learner, None, update_id=50, outside=world.outside)

    late = await submit_answer(world.learner, settled.shown.showing.id, GaveUp(), update_id=51, outside=world.outside)

    assert isinstance(late, Settled | Gone)
    assert world.store.memories == {}
