from datetime import timedelta

import pytest

from studybot.core.card import Picked
from studybot.core.learner import Settings
from studybot.core.run import RunResult, RunStatus
from studybot.errors import SandboxUnavailable
from studybot.flows.answer import Settled
from studybot.flows.daily_quiz import Ask, Finished, NothingDue, Resting
from tests.fakes import choice_card, claim_card, predict_card
from tests.flows.conftest import MakeWorld


async def test_a_newcomer_is_asked_new_cards_with_their_answer_computed_before(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())

    ask = await world.asked()

    assert ask.shown.question.code == "x = 2\nx * 2"
    assert ask.shown.showing.asked is not None
    assert ask.shown.showing.asked.run.value == 4


async def test_a_quiz_taken_up_again_asks_the_same_card_with_the_same_run(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("one"), predict_card("two"))
    first = await world.asked()

    world.clock.move(timedelta(hours=2))
    again = await world.asked()

    assert again.shown.showing == first.shown.showing
    assert len(world.runner.asked) == 1


async def test_an_answered_card_is_followed_by_the_next_until_the_summary(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("one"), choice_card("two"), claim_card("three"))

    for _ in range(3):
        await world.answer_rightly()
    step = await world.go_on()

    assert isinstance(step, Finished)
    assert (step.summary.cards, step.summary.right) == (3, 3)


async def test_tomorrow_the_right_cards_are_due(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("one"), predict_card("two"), settings=Settings(new_per_day=1))
    await world.answer_rightly()

    world.next_day()
    due = [(await world.asked()).shown.card.id]
    await world.answer_rightly()
    due.append((await world.asked()).shown.card.id)

    assert due == ["one", "two"]


async def test_a_finished_day_stays_finished(world_with: MakeWorld) -> None:
    world = await world_with(predict_card(), predict_card("more"), settings=Settings(new_per_day=1))
    await world.answer_rightly()

    assert isinstance(await world.go_on(), Finished)
    assert isinstance(await world.go_on(), Finished)


async def test_a_card_graded_below_four_comes_back_the_same_day_until_it_is_known(world_with: MakeWorld) -> None:
    world = await world_with(choice_card("wrong"), predict_card("right"))

    wrong = await world.answer(Picked("1"))
    assert isinstance(wrong, Settled)
    assert wrong.again_today
    await world.answer_rightly()
    drill = await world.asked()
    assert drill.shown.card.id == "wrong"
    assert drill.shown.showing.drill
    still_wrong = await world.answer(Picked("2"))
    assert isinstance(still_wrong, Settled)
    known = await world.answer_rightly()

    assert isinstance(known, Settled)
    assert not known.again_today
    assert known.review.after.repetitions == 0  # the drill moves nothing but its flag
    assert isinstance(await world.go_on(), Finished)


async def test_a_broken_sandbox_grades_nobody_and_keeps_the_card_due(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    world.runner.down = SandboxUnavailable("the self-test failed")

    assert isinstance(await world.go_on(), Resting)
    world.runner.down = None

    assert isinstance(await world.go_on(), Ask)
    assert not world.store.reviews


async def test_a_fault_of_the_sandbox_grades_nobody(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    world.runner.results = lambda _: RunResult(RunStatus.SANDBOX_FAULT)

    assert isinstance(await world.go_on(), Resting)
    assert not world.store.reviews


async def test_a_card_that_its_run_refutes_is_quarantined_and_another_is_asked(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("wrong", snippet="x = 5\nx", expect=5), predict_card("right"))

    ask = await world.asked()

    assert ask.shown.card.id == "right"
    ((card, reason),) = world.deck.quarantined
    assert card == "wrong"
    assert reason.endswith("expected 5, got 4")
    assert not world.store.reviews


async def test_a_reference_that_runs_out_of_time_is_set_aside_without_a_grade(world_with: MakeWorld) -> None:
    world = await world_with(predict_card("slow", snippet="while True: pass"), predict_card("right"))
    world.runner.results = lambda snippet: (
        RunResult(RunStatus.TIMEOUT) if "while" in snippet.code else RunResult(RunStatus.OK, value=4)
    )

    ask = await world.asked()

    assert ask.shown.card.id == "right"
    assert not world.deck.quarantined
    assert not world.store.reviews


async def test_a_card_edited_while_shown_is_judged_as_it_was_shown(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    await world.asked()

    world.deck.cards = [predict_card(snippet="x = 3\nx * 2", expect=6)]
    outcome = await world.answer("4")

    assert isinstance(outcome, Settled)
    assert outcome.review.right
    assert outcome.shown.card.snippet == "x = 2\nx * 2"


async def test_an_empty_deck_has_nothing_to_ask(world_with: MakeWorld) -> None:
    world = await world_with()

    assert await world.go_on() == NothingDue(None)


async def test_nothing_due_names_the_next_day_on_which_there_is(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    await world.answer_rightly()
    world.next_day()
    await world.answer_rightly()

    world.next_day()
    step = await world.go_on()

    assert isinstance(step, NothingDue)
    assert step.next_due is not None
    assert (step.next_due - world.today).days == 5


@pytest.mark.parametrize("limit", [0, 2])
async def test_the_day_holds_no_more_new_cards_than_wanted(world_with: MakeWorld, limit: int) -> None:
    world = await world_with(*(predict_card(f"card-{n}") for n in range(5)), settings=Settings(new_per_day=limit))

    count = 0
    while isinstance(await world.go_on(), Ask):
        await world.answer_rightly()
        count += 1

    assert count == limit
