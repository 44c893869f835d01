"""What the learner says of their own answer, and hints in steps."""

from datetime import timedelta

from studybot.core.schedule import Grade
from tests.fakes import choice_card, predict_card
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.test_private_chat import HINT, first_card, typed
from tests.telegram_bot.test_undo import pressed

STEPS = [{"ko": "둘째", "en": "Look at the shape."}, {"ko": "셋째", "en": "It is even."}]


async def test_hints_come_one_by_one_and_each_costs(stage: SetStage) -> None:
    async with stage(predict_card(hint=HINT, hints=STEPS)) as on:
        card = await first_card(on.ann)

        await pressed(on.ann, card, "💡 Hint")
        assert "Square it." in card.text
        assert "Look at the shape." not in card.text
        await pressed(on.ann, card, "💡 Next hint")
        assert "Square it." in card.text
        assert "Look at the shape." in card.text
        await pressed(on.ann, card, "💡 Next hint")
        assert card.buttons == [["I don't know"]]

        await typed(on.ann, "4", card)
        assert "grade 2 of 5" in card.text


async def test_a_hint_after_a_wrong_answer_still_says_how_many_tries_are_left(stage: SetStage) -> None:
    async with stage(predict_card(hint=HINT)) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "5", card)

        await pressed(on.ann, card, "💡 Hint")

        assert "Square it." in card.text
        assert "You have one more try." in card.text


async def test_a_double_tap_on_hint_costs_one_hint(stage: SetStage) -> None:
    async with stage(predict_card(hint=HINT, hints=STEPS)) as on:
        card = await first_card(on.ann)
        data = card.data_of("💡 Hint")["callback_data"]

        for press in [on.ann.tap(card, data), on.ann.tap(card, data)]:
            await on.ann.answer_to(press)
        await on.chat.wait_for(lambda: "Square it." in card.text)

        assert [showing.hints for showing in on.store.showings.values()] == [1]


async def test_a_lucky_guess_is_graded_as_one_and_comes_back_today(stage: SetStage) -> None:
    async with stage(choice_card()) as on:
        card = await first_card(on.ann)
        await pressed(on.ann, card, "four")
        assert "grade 4 of 5 · Next: tomorrow" in card.text

        await pressed(on.ann, card, "🎲 I guessed")

        assert "Right!" in card.text
        assert "grade 3 of 5 · It comes back later today." in card.text
        assert card.buttons == [["Next ▸", "↩ Undo", "⋯"]]
        assert [review.grade for review in on.store.reviews.values()] == [Grade.GOOD, Grade.HARD]
        [memory] = on.store.memories.values()
        assert memory.drilling
        assert not on.chat.refusals


async def test_a_guess_can_be_undone_to_the_open_question(stage: SetStage) -> None:
    async with stage(choice_card()) as on:
        card = await first_card(on.ann)
        await pressed(on.ann, card, "four")
        await pressed(on.ann, card, "🎲 I guessed")

        await pressed(on.ann, card, "↩ Undo")

        assert "Which?" in card.text
        assert on.store.memories == {}


async def test_a_wrong_choice_offers_no_way_up(stage: SetStage) -> None:
    async with stage(choice_card()) as on:
        card = await first_card(on.ann)

        await pressed(on.ann, card, "five")

        assert card.buttons == [["Next ▸", "↩ Undo", "⋯"]]


async def test_a_typo_is_forgiven_once_and_logged(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "44", card)
        await typed(on.ann, "44", card)
        assert "grade 1 of 5" in card.text

        await pressed(on.ann, card, "⌨ Only a typo")

        assert "grade 3 of 5" in card.text
        assert list(on.store.answers.values())[-2:] == ["44", "(typo)"], "what was typed stays in the log"
        assert card.buttons == [["Next ▸", "↩ Undo", "⋯"]]


async def test_yesterdays_result_is_not_graded_anew(stage: SetStage) -> None:
    async with stage(choice_card()) as on:
        card = await first_card(on.ann)
        await pressed(on.ann, card, "four")
        on.clock.move(timedelta(days=1))

        toast = await on.ann.press(card, "🎲 I guessed")

        assert "That card has passed." in toast.text
        assert len(on.store.reviews) == 1
