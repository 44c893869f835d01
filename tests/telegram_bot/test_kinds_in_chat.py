"""How each kind of card looks and is answered in the chat."""

import pytest

from studybot.core.run import RunError, RunResult, RunStatus
from studybot.core.value import Tensor, Value
from studybot.errors import SandboxBusy
from tests.deck.fakes_deck import gave
from tests.fakes import choice_card, claim_card, code_card, predict_card, recall_card
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.test_private_chat import answered, first_card

ONES, HALVES = (Tensor("float32", (2, 2), (2, 1), (number,) * 4) for number in (1.0, 0.5))


def case(value: Value) -> RunResult:
    """What the harness gives for two cases: the inputs, the value, the inputs afterwards."""
    other: Value = [[["x", 1]], 2, [1], None, None]
    return gave([[[["x", ONES]], value, [ONES], None, None], other])


async def test_wrong_code_is_shown_the_case_that_failed(stage: SetStage) -> None:
    async with stage(code_card()) as on:
        on.runner.results = lambda snippet: case(ONES if "mine" in snippet.code else HALVES)
        card = await first_card(on.ann)
        assert "Send the code as a message." in card.text

        card = await answered(on.ann, "normalise = mine")

        assert "Not yet. You have 3 more tries." in card.text
        assert "Value [0, 0] is 1; 0.5 was asked for." in card.text
        assert "Everything is 2 times too large: a mean may be missing." in card.text
        given, expected, got, *_ = card.pieces("pre")
        assert given == "x = tensor([[1., 1.],\n            [1., 1.]])"
        assert expected == "tensor([[0.5000, 0.5000],\n        [0.5000, 0.5000]])"
        assert got == "tensor([[1., 1.],\n        [1., 1.]])"


async def test_right_code_settles_the_card_and_shows_what_torch_gave(stage: SetStage) -> None:
    async with stage(code_card()) as on:
        on.runner.results = lambda _: case(HALVES)
        card = await first_card(on.ann)

        card = await answered(on.ann, "normalise = right")

        assert "Right!" in card.text
        assert "normalise(x) →" in card.pieces("pre")[-1]


async def test_the_solution_is_shown_as_code_after_the_last_try(stage: SetStage) -> None:
    async with stage(code_card()) as on:
        on.runner.results = lambda snippet: (
            RunResult(RunStatus.RAISED, error=RunError("ValueError", "<no>", 1))
            if "mine" in snippet.code
            else case(HALVES)
        )
        card = await first_card(on.ann)

        for _ in range(4):
            card = await answered(on.ann, "mine")

        assert "Not quite." in card.text
        assert "It raised ValueError: <no>" in card.text
        assert "def normalise(x):\n    return x / x.sum(dim=1, keepdim=True)" in card.pieces("pre")
        assert not on.chat.refusals


async def test_code_that_cannot_be_judged_now_costs_nothing_and_can_be_sent_again(stage: SetStage) -> None:
    async with stage(code_card()) as on:
        on.runner.results = lambda _: case(HALVES)
        await first_card(on.ann)
        on.runner.down = SandboxBusy("busy", place=7)

        await on.ann.send("normalise = right")
        sorry = await on.ann.next_message()
        on.runner.down = None
        told = await answered(on.ann, "normalise = right")

        assert "your place would be 7. Nothing was graded" in sorry.text
        assert "Right!" in told.text


SEVERAL = [
    {"text": {"ko": word, "en": word}, "holds": f"x {word}", "right": right}
    for word, right in (("== 4", True), ("> 3", True), ("== 5", False))
]


async def test_several_options_are_marked_and_unmarked_before_they_count(stage: SetStage) -> None:
    async with stage(choice_card(several=True, options=SEVERAL)) as on:
        card = await first_card(on.ann)
        assert "Pick all that are right." in card.text
        assert {label for row in card.buttons for label in row} == {"☐ == 4", "☐ > 3", "☐ == 5", "I don't know"}

        for label in ("☐ == 5", "☐ == 4", "☑ == 5", "☐ > 3"):
            version = card.version
            await on.ann.press(card, label)
            await on.ann.next_edit(card, since=version)
        assert not on.store.reviews
        version = card.version
        await on.ann.press(card, "✔ Done")
        await on.ann.next_edit(card, since=version)

        assert "Right!" in card.text
        assert list(on.store.answers.values()) == ["0,1"]


async def test_a_missing_option_is_wrong_and_all_right_ones_are_told(stage: SetStage) -> None:
    async with stage(choice_card(several=True, options=SEVERAL)) as on:
        card = await first_card(on.ann)

        for label in ("☐ == 4", "✔ Done"):
            version = card.version
            await on.ann.press(card, label)
            await on.ann.next_edit(card, since=version)

        assert "Not quite." in card.text
        assert "== 4 / > 3" in card.text


async def test_a_recall_card_is_looked_at_and_graded(stage: SetStage) -> None:
    async with stage(recall_card()) as on:
        card = await first_card(on.ann)
        assert "no recorded operation" not in card.text
        assert card.buttons == [["👀 Show the answer"]]

        version = card.version
        await on.ann.press(card, "👀 Show the answer")
        await on.ann.next_edit(card, since=version)
        assert "A tensor that no recorded operation made." in card.text
        assert card.buttons == [["Again · today", "Hard · today"], ["Good · tomorrow", "Easy · tomorrow"]]
        assert not on.store.reviews

        version = card.version
        await on.ann.press(card, "Good · tomorrow")
        await on.ann.next_edit(card, since=version)
        assert "grade 4 of 5 · Next: tomorrow" in card.text


async def test_a_claim_may_depend(stage: SetStage) -> None:
    async with stage(claim_card(holds="depends", snippet="[True, False]")) as on:
        on.runner.results = lambda _: gave([True, False], stdout="two cases\n")
        card = await first_card(on.ann)
        assert card.buttons[0] == ["True", "False", "It depends"]

        version = card.version
        await on.ann.press(card, "It depends")
        await on.ann.next_edit(card, since=version)

        assert "Right!" in card.text


@pytest.mark.parametrize("typed", ["False", "false.", "틀려요", " 틀려요! "])
async def test_the_label_of_a_button_may_be_typed_in_either_language(stage: SetStage, typed: str) -> None:
    async with stage(claim_card(holds=False)) as on:
        on.runner.results = lambda _: gave(False)
        card = await first_card(on.ann)

        await on.ann.send(typed)
        await on.ann.next_edit(card)

        assert "Right!" in card.text


async def test_the_letter_of_an_option_may_be_typed(stage: SetStage) -> None:
    long = [
        {"text": {"ko": f"`x` {word} 이에요", "en": f"what is `x {word}` of x"}, "holds": f"x {word}", "right": right}
        for word, right in (("> 3", True), ("== 5", False))
    ]
    async with stage(choice_card(options=long)) as on:
        card = await first_card(on.ann)
        assert {label for row in card.buttons for label in row} >= {"A", "B"}
        right = next(line[0] for line in card.text.splitlines() if "x > 3" in line)

        await on.ann.send(right.lower())
        await on.ann.next_edit(card)

        assert "Right!" in card.text


async def test_i_dont_know_may_be_typed_where_a_value_is_asked_for(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)

        await on.ann.send("모르겠어요")
        await on.ann.next_edit(card)

        assert "Here is the answer." in card.text


async def test_what_is_on_no_button_is_no_answer_to_a_card_with_buttons(stage: SetStage) -> None:
    async with stage(claim_card()) as on:
        await first_card(on.ann)

        await on.ann.send("B")

        assert "True, false, or does it depend?" in (await on.ann.next_message()).text
        assert not on.store.reviews
