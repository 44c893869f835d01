"""A card with parameters is another one at each showing, and each showing is proved before it is asked."""

from datetime import timedelta
from typing import Any

import pytest

from studybot.core.card import GaveUp, Picked, Recalled, Typed
from studybot.core.run import RunError, RunResult, RunStatus, Snippet
from studybot.core.schedule import Grade
from studybot.core.value import Value
from studybot.errors import SandboxBusy, SandboxUnavailable
from studybot.flows.answer import Gone, Revealed, Settled, TryAgain, reveal, submit_answer
from studybot.flows.daily_quiz import Finished, NothingDue, Resting
from tests.deck.fakes_deck import gave
from tests.fakes import choice_card, code_card, cube_card, discussion_card, predict_card, recall_card
from tests.fakes_runner import Script
from tests.flows.conftest import MakeWorld, World

CASES: list[Value] = [[[["x", n]], 2 * n, [n], None, None] for n in (1, 2)]


def torch_cubes(snippet: Snippet) -> RunResult:
    """Differentiate the cube of a snippet, as torch would."""
    a = float(snippet.code.partition("tensor(")[2].partition("., ")[0])
    k = int(snippet.code.partition("\n(")[2].partition(" *")[0])
    return gave(3 * k * a**2)


async def answer_today(world: World) -> tuple[str, int]:
    """Answer the day's one card and return what was asked, and its seed."""
    ask = await world.asked()
    await world.answer(str(ask.shown.card.model_dump()["expect"]))
    return ask.shown.question.prompt.en, ask.shown.asked.seed


async def test_ten_showings_are_ten_different_questions_each_with_a_right_key(world_with: MakeWorld) -> None:
    world = await world_with(cube_card())
    world.runner.results = torch_cubes
    questions = set()

    for _ in range(10):
        question, _ = await answer_today(world)
        questions.add(question)
        while isinstance(await world.go_on(), (Finished, NothingDue)):
            world.next_day()

    assert len(questions) == 10
    assert all(review.right for review in world.store.reviews.values())


async def test_no_variant_comes_again_while_others_are_left(world_with: MakeWorld) -> None:
    few: dict[str, Any] = {
        "params": {"k": {"integer": [2, 5]}, "a": {"integer": [1, 1]}},
        "few_variants": "four are enough",
    }
    world = await world_with(cube_card(**few))
    world.runner.results = torch_cubes
    questions = []
    for _ in range(5):
        await world.answer("1", after=1)
        outcome = await world.answer("1", after=1)  # wrong to the end: it is drilled, again and again
        assert isinstance(outcome, Settled)
        questions.append(outcome.shown.question.prompt.en)

    assert len(set(questions[:4])) == 4
    assert questions[4] in questions[:4]


async def test_the_variant_asked_is_found_again_by_its_seed(world_with: MakeWorld) -> None:
    card = cube_card()
    world = await world_with(card)
    world.runner.results = torch_cubes

    ask = await world.asked()
    again = await world.asked()
    outcome = await world.answer("999999")

    assert again.shown.question == ask.shown.question == card.variant(ask.shown.asked.seed).question(0)
    assert isinstance(outcome, TryAgain)
    assert outcome.shown.question == ask.shown.question


@pytest.mark.faults
async def test_a_variant_that_its_run_refutes_is_never_asked(world_with: MakeWorld) -> None:
    world = await world_with(cube_card(), predict_card("right"))
    world.runner.results = lambda snippet: gave(4 if "x * 2" in snippet.code else -1)

    ask = await world.asked()

    assert ask.shown.card.id == "right"
    ((card, reason),) = world.deck.quarantined
    assert card == "cube"
    assert "got -1" in reason


async def test_every_option_of_a_fresh_variant_is_proved_before_it_is_asked(world_with: MakeWorld) -> None:
    options = [
        {"text": {"ko": "{{ n }}", "en": "{{ n }}"}, "holds": "x == {{ n }}", "right": True},
        {"text": {"ko": "{{ n + 1 }}", "en": "{{ n + 1 }}"}, "holds": "x == {{ n + 1 }}"},
    ]
    card = choice_card(params={"n": {"integer": [1, 99]}}, snippet="x = {{ n }}\nx", options=options)
    world = await world_with(card)
    world.runner.results = lambda snippet: gave(True if "bool(" in snippet.code else 4)  # both options hold

    assert isinstance(await world.go_on(), Finished)
    assert world.deck.quarantined[0][0] == "pick"


async def test_discussions_are_never_asked_in_the_daily_quiz(world_with: MakeWorld) -> None:
    world = await world_with(discussion_card())

    assert isinstance(await world.go_on(), NothingDue)


# code


def runs(*, attempt: RunResult, reference: RunResult | None = None) -> Script:
    """Answer runs of the reference, and those of what the learner wrote."""
    good = reference or gave(CASES)
    return lambda snippet: attempt if "mine" in snippet.code else good


async def test_code_is_judged_by_a_run_of_its_own_beside_the_reference(world_with: MakeWorld) -> None:
    world = await world_with(code_card())
    world.runner.results = runs(attempt=gave(CASES))
    await world.asked()
    world.runner.asked.clear()

    outcome = await world.answer("normalise = mine")

    assert isinstance(outcome, Settled)
    assert outcome.review.right
    attempt, reference = world.runner.asked
    assert (attempt.code, reference.code) == ("normalise = mine", code_card().model_dump()["solution"])
    assert attempt.seed == reference.seed
    assert attempt.harness == reference.harness


async def test_wrong_code_may_be_mended_three_times_on_other_inputs_each_time(world_with: MakeWorld) -> None:
    world = await world_with(code_card())
    world.runner.results = runs(attempt=RunResult(RunStatus.RAISED, error=RunError("ValueError", "no", 1)))

    left, seeds = [], set()
    for _ in range(3):
        outcome = await world.answer("mine")
        assert isinstance(outcome, TryAgain)
        assert outcome.verdict is not None
        assert str(outcome.verdict.why) == "It raised ValueError: no"
        left.append(outcome.tries_left)
        seeds.add(world.runner.asked[-1].seed)
    last = await world.answer("mine")

    assert left == [3, 2, 1]
    assert len(seeds) == 3
    assert isinstance(last, Settled)
    assert last.review.grade is Grade.RECOGNISED


FAULTS: dict[str, Script] = {
    "of the attempt": runs(attempt=RunResult(RunStatus.SANDBOX_FAULT)),
    "of the reference": runs(attempt=gave(CASES), reference=RunResult(RunStatus.SANDBOX_FAULT)),
    "a time-out of the attempt on a machine that is too busy": runs(
        attempt=RunResult(RunStatus.TIMEOUT, starved=True), reference=gave(CASES)
    ),
    "a time-out of the reference": runs(attempt=gave(CASES), reference=RunResult(RunStatus.TIMEOUT)),
}


@pytest.mark.faults
@pytest.mark.parametrize("script", FAULTS.values(), ids=FAULTS.keys())
async def test_our_failure_grades_nobody_and_costs_no_try(world_with: MakeWorld, script: Script) -> None:
    world = await world_with(code_card())
    world.runner.results = runs(attempt=gave(CASES))
    ask = await world.asked()
    world.runner.results = script

    outcome = await submit_answer(
        world.learner, ask.shown.showing.id, Typed("mine"), update_id=9, outside=world.outside
    )

    assert isinstance(outcome, Resting)
    assert not world.store.reviews
    assert world.store.showings[ask.shown.showing.id].attempts == 0
    assert not await world.store.counted(9)


async def test_a_full_line_is_told_with_the_place(world_with: MakeWorld) -> None:
    world = await world_with(code_card())
    world.runner.results = runs(attempt=gave(CASES))
    ask = await world.asked()
    world.runner.down = SandboxBusy("busy", place=21)

    outcome = await submit_answer(
        world.learner, ask.shown.showing.id, Typed("mine"), update_id=9, outside=world.outside
    )

    assert outcome == Resting(place=21)


async def test_a_sandbox_that_is_down_leaves_the_answer_unjudged(world_with: MakeWorld) -> None:
    world = await world_with(code_card())
    world.runner.results = runs(attempt=gave(CASES))
    ask = await world.asked()
    world.runner.down = SandboxUnavailable("down")

    outcome = await submit_answer(
        world.learner, ask.shown.showing.id, Typed("mine"), update_id=9, outside=world.outside
    )

    assert outcome == Resting()
    world.runner.down = None
    assert isinstance(await world.answer("mine"), Settled)


async def test_giving_up_needs_no_sandbox(world_with: MakeWorld) -> None:
    world = await world_with(code_card())
    world.runner.results = runs(attempt=gave(CASES))
    await world.asked()
    world.runner.down = SandboxUnavailable("down")

    outcome = await world.answer(GaveUp())

    assert isinstance(outcome, Settled)
    assert outcome.review.grade is Grade.BLACKOUT


# recall


async def test_a_recall_card_is_graded_by_the_learner(world_with: MakeWorld) -> None:
    world = await world_with(recall_card())
    ask = await world.asked()

    shown = await reveal(world.learner, ask.shown.showing.id, outside=world.outside)
    assert isinstance(shown, Revealed)
    outcome = await world.answer(Recalled(Grade.GOOD))

    assert isinstance(outcome, Settled)
    assert (outcome.review.grade, outcome.review.right) == (Grade.GOOD, True)
    assert outcome.review.after.due_on == shown.next_due[Grade.GOOD]
    assert world.runner.asked == []


async def test_each_grade_says_when_the_card_would_come_back(world_with: MakeWorld) -> None:
    world = await world_with(recall_card())
    ask = await world.asked()

    shown = await reveal(world.learner, ask.shown.showing.id, outside=world.outside)

    assert isinstance(shown, Revealed)
    tomorrow = world.today + timedelta(days=1)
    assert shown.next_due == {
        Grade.RECOGNISED: world.today,
        Grade.HARD: world.today,
        Grade.GOOD: tomorrow,
        Grade.EASY: tomorrow,
    }


async def test_a_card_that_is_answered_is_not_revealed_again(world_with: MakeWorld) -> None:
    world = await world_with(recall_card())
    ask = await world.asked()
    await world.answer(Recalled(Grade.EASY))

    assert isinstance(await reveal(world.learner, ask.shown.showing.id, outside=world.outside), Gone)


async def test_a_card_of_another_kind_is_not_revealed(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    ask = await world.asked()

    assert isinstance(await reveal(world.learner, ask.shown.showing.id, outside=world.outside), Gone)


# several


async def test_all_right_options_must_be_picked(world_with: MakeWorld) -> None:
    options = [
        {"text": {"ko": word, "en": word}, "holds": f"x {word}", "right": right}
        for word, right in (("== 4", True), ("> 3", True), ("== 5", False))
    ]
    world = await world_with(choice_card(several=True, options=options))

    outcome = await world.answer(Picked("0,1"))

    assert isinstance(outcome, Settled)
    assert outcome.review.right
    assert outcome.review.grade is Grade.EASY


# what is not proved now


async def test_a_card_with_parameters_and_no_code_is_asked(world_with: MakeWorld) -> None:
    words = {"ko": "{{ n }}층", "en": "{{ n }} layers"}
    world = await world_with(recall_card(params={"n": {"integer": [1, 99]}}, question=words))

    assert (await world.asked()).shown.question.prompt.en.endswith("layers")


async def test_a_proof_that_a_busy_machine_ends_sets_the_card_aside_and_takes_it_out_for_nobody(
    world_with: MakeWorld,
) -> None:
    options = [
        {"text": {"ko": "{{ n }}", "en": "{{ n }}"}, "holds": "x == {{ n }}", "right": True},
        {"text": {"ko": "{{ n + 1 }}", "en": "{{ n + 1 }}"}, "holds": "x == {{ n + 1 }}"},
    ]
    card = choice_card(params={"n": {"integer": [1, 99]}}, snippet="x = {{ n }}\nx", options=options)
    world = await world_with(card)
    world.runner.results = lambda snippet: RunResult(RunStatus.TIMEOUT) if "bool(" in snippet.code else gave(4)

    assert isinstance(await world.go_on(), Finished)
    assert world.deck.quarantined == []


async def test_a_reference_that_runs_out_of_time_takes_its_card_out_for_nobody(world_with: MakeWorld) -> None:
    world = await world_with(code_card())
    world.runner.results = runs(attempt=gave(CASES))
    await world.asked()
    world.runner.results = runs(attempt=gave(CASES), reference=RunResult(RunStatus.TIMEOUT))

    assert isinstance(await world.answer("mine"), Resting)
    assert world.deck.quarantined == []
