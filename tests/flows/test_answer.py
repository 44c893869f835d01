from datetime import timedelta

import pytest

from studybot.core.card import GaveUp, Picked
from studybot.core.learner import ChatId, Settings
from studybot.core.quiz import ShowingId
from studybot.core.schedule import Grade
from studybot.flows.answer import Gone, Hinted, NotAnAnswer, Settled, TryAgain, ask_for_hint, submit_answer
from studybot.flows.learners import welcome
from tests.fakes import choice_card, claim_card, predict_card
from tests.flows.conftest import MakeWorld, World

HINT = {"ko": "곱해 보세요.", "en": "Multiply."}


async def graded(world: World, outcome: object) -> Grade:
    assert isinstance(outcome, Settled)
    return outcome.review.grade


async def test_a_right_quick_answer_is_perfect_and_due_tomorrow(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())

    outcome = await world.answer("4", after=5)

    assert isinstance(outcome, Settled)
    assert outcome.review.grade is Grade.EASY
    assert outcome.review.after.interval_days == 1
    assert world.store.reviews[outcome.shown.showing.id] == outcome.review


@pytest.mark.parametrize(
    ("seconds", "grade"), [(40, Grade.EASY), (41, Grade.GOOD), (121, Grade.HARD), (400, Grade.GOOD)]
)
async def test_latency_shades_a_right_answer(world_with: MakeWorld, seconds: float, grade: Grade) -> None:
    world = await world_with(predict_card(typical_seconds=40))

    assert await graded(world, await world.answer("4", after=seconds)) is grade


async def test_wrong_then_right_is_nearly_remembered(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())

    first = await world.answer("5")
    assert isinstance(first, TryAgain)
    second = await world.answer("4")

    assert isinstance(second, Settled)
    assert second.review.right
    assert (second.review.grade, second.review.attempts) == (Grade.NEARLY, 2)


async def test_wrong_twice_reveals_the_answer(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())

    await world.answer("5")
    outcome = await world.answer("6")

    assert isinstance(outcome, Settled)
    assert not outcome.review.right
    assert outcome.verdict.why is not None
    assert outcome.review.grade is Grade.RECOGNISED


async def test_a_lucky_guess_among_few_options_is_never_perfect(world_with: MakeWorld) -> None:
    world = await world_with(choice_card())

    assert await graded(world, await world.answer(Picked("0"), after=1)) is Grade.GOOD


async def test_a_wrong_option_settles_the_card(world_with: MakeWorld) -> None:
    world = await world_with(claim_card())

    outcome = await world.answer(Picked("true"))

    assert isinstance(outcome, Settled)
    assert not outcome.review.right
    assert outcome.picked == "true"


async def test_a_hint_costs_some_of_the_grade_and_counts_once(world_with: MakeWorld) -> None:
    world = await world_with(predict_card(hint=HINT))
    ask = await world.asked()

    for update_id in (901, 901, 902):
        hinted = await ask_for_hint(world.learner, ask.shown.showing.id, update_id=update_id, outside=world.outside)
        assert isinstance(hinted, Hinted)
        assert hinted.shown.showing.hints == 1

    assert await graded(world, await world.answer("4", after=10)) is Grade.HARD


async def test_a_card_without_a_hint_says_so(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    ask = await world.asked()

    assert isinstance(
        await ask_for_hint(world.learner, ask.shown.showing.id, update_id=901, outside=world.outside), NotAnAnswer
    )


async def test_giving_up_shows_the_answer_and_drills_the_card(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())

    outcome = await world.answer(GaveUp())

    assert isinstance(outcome, Settled)
    assert outcome.review.gave_up
    assert outcome.review.grade is Grade.BLACKOUT
    assert outcome.again_today


@pytest.mark.parametrize("text", ["🙂", "x" * 10_000, "?", "[1, 2", "   "], ids=["emoji", "long", "?", "open", "blank"])
async def test_what_cannot_be_read_is_not_graded(world_with: MakeWorld, text: str) -> None:
    world = await world_with(predict_card())

    outcome = await world.answer(text)

    assert isinstance(outcome, NotAnAnswer)
    assert not world.store.reviews
    assert (await world.asked()).shown.showing.attempts == 0


async def test_typing_at_a_card_with_buttons_is_not_graded(world_with: MakeWorld) -> None:
    world = await world_with(choice_card())

    assert isinstance(await world.answer("four"), NotAnAnswer)
    assert not world.store.reviews


async def test_a_double_tap_is_one_answer(world_with: MakeWorld) -> None:
    world = await world_with(choice_card())
    ask = await world.asked()

    first = await submit_answer(world.learner, ask.shown.showing.id, Picked("1"), update_id=1, outside=world.outside)
    second = await submit_answer(world.learner, ask.shown.showing.id, Picked("0"), update_id=2, outside=world.outside)

    assert isinstance(first, Settled)
    assert isinstance(second, Settled)
    assert second.before
    assert second.review == first.review
    assert len(world.store.reviews) == 1


async def test_the_same_update_delivered_again_is_no_second_try(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())

    await world.answer("5", update_id=7)
    again = await world.answer("5", update_id=7)

    assert isinstance(again, TryAgain)
    assert again.shown.showing.attempts == 1
    assert not world.store.reviews


async def test_nobody_answers_somebody_elses_card(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    ask = await world.asked()
    other, _ = await welcome(ChatId(12), Settings(), outside=world.outside)

    outcome = await submit_answer(other, ask.shown.showing.id, GaveUp(), update_id=1, outside=world.outside)

    assert isinstance(outcome, Gone)
    assert not world.store.reviews


async def test_an_unknown_card_is_gone(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())

    outcome = await submit_answer(world.learner, ShowingId(99), GaveUp(), update_id=1, outside=world.outside)

    assert isinstance(outcome, Gone)


async def test_a_review_holds_all_that_another_scheduler_would_need(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())

    outcome = await world.answer("4", after=7)

    assert isinstance(outcome, Settled)
    review = outcome.review
    assert review.latency_ms == 7000
    assert (review.attempts, review.hints, review.drill, review.gave_up) == (1, 0, False, False)
    assert review.revision == outcome.shown.card.revision
    assert review.seed == outcome.shown.asked.seed
    assert review.before is None
    assert (review.after.repetitions, review.after.easiness) == (1, 260)


async def test_an_answer_after_midnight_counts_for_the_study_day(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    ask = await world.asked()  # 09:00 in Seoul

    world.clock.move(timedelta(hours=17))  # 02:00 the next day, before the rollover
    outcome = await submit_answer(world.learner, ask.shown.showing.id, GaveUp(), update_id=1, outside=world.outside)

    assert isinstance(outcome, Settled)
    assert outcome.review.day.isoformat() == "2026-11-16"
