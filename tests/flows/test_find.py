"""Finding a card, practising it, and putting it away."""

from datetime import timedelta

from studybot.core.card import CardId
from studybot.flows.answer import Settled
from studybot.flows.daily_quiz import Ask, Finished, NothingDue
from studybot.flows.find import ask_now, find_cards
from studybot.flows.holds import bury, suspend
from tests.fakes import choice_card, predict_card, recall_card
from tests.flows.conftest import MakeWorld

DOUBLE = CardId("double")


async def test_cards_are_found_by_question_tag_and_topic_the_best_first(world_with: MakeWorld) -> None:
    leaf = recall_card("leaf", "autograd")
    tagged = predict_card("one", question={"ko": "잎인가요?", "en": "Is it a leaf?"})
    world = await world_with(tagged, leaf, choice_card(tags=["contrast-view-copy"]), predict_card("two"))

    def found(text: str) -> list[str]:
        return [card.id for card in find_cards(text, outside=world.outside)]

    assert found("LEAF") == ["leaf", "one"]
    assert found("잎") == ["one"]
    assert found("view copy") == ["pick"]
    assert found("autograd") == ["leaf"]
    assert found("leaf nonsense") == []
    assert found("") == []


async def test_at_most_five_are_found(world_with: MakeWorld) -> None:
    world = await world_with(*(predict_card(f"card-{number}") for number in range(8)))

    assert len(find_cards("what", outside=world.outside)) == 5


async def test_practice_moves_no_date_and_leaves_no_review(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    await world.answer("4")
    [before] = world.store.memories.values()

    assert await ask_now(world.learner, DOUBLE, outside=world.outside)
    assert (await world.asked()).shown.showing.practice
    outcome = await world.answer("4")

    assert isinstance(outcome, Settled)
    assert outcome.verdict.right
    assert list(world.store.memories.values()) == [before]
    assert len(world.store.reviews) == 1
    assert isinstance(await world.go_on(), Finished)


async def test_a_wrong_practice_is_not_drilled(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    await world.answer("4")
    await ask_now(world.learner, DOUBLE, outside=world.outside)

    await world.answer("5")
    outcome = await world.answer("5")

    assert isinstance(outcome, Settled)
    assert not outcome.verdict.right
    assert isinstance(await world.go_on(), Finished)


async def test_a_card_that_is_due_is_graded_as_ever(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("other"), predict_card())
    await world.answer("4")
    await world.answer("4")
    world.next_day()

    await ask_now(world.learner, DOUBLE, outside=world.outside)
    outcome = await world.answer("4")

    assert isinstance(outcome, Settled)
    assert outcome.shown.card.id == "double"
    assert outcome.review.after.interval_days == 6
    assert world.store.memories[world.learner.id, DOUBLE] == outcome.review.after


async def test_a_card_that_is_not_live_is_not_asked(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())

    assert not await ask_now(world.learner, CardId("gone"), outside=world.outside)


async def test_a_buried_card_comes_tomorrow_and_a_suspended_one_never(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("one"), predict_card("two"))
    await bury(world.learner, CardId("one"), outside=world.outside)
    await suspend(world.learner, CardId("two"), outside=world.outside)
    assert isinstance(await world.go_on(), NothingDue)

    world.clock.move(timedelta(days=1))
    assert (await world.asked()).shown.card.id == "one"
    await world.answer("4")
    assert isinstance(await world.go_on(), Finished)


async def test_what_is_put_away_in_the_middle_of_a_quiz_is_skipped(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("one"), predict_card("two"))
    await world.asked()

    await suspend(world.learner, CardId("one"), outside=world.outside)

    assert (await world.asked()).shown.card.id == "two"
    assert not world.store.memories


async def test_a_suspended_card_can_still_be_practised(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    await suspend(world.learner, DOUBLE, outside=world.outside)

    await ask_now(world.learner, DOUBLE, outside=world.outside)

    step = await world.go_on()
    assert isinstance(step, Ask)
    assert step.shown.showing.practice
