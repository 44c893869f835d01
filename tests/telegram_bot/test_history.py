"""/history and /held in the chat: the latest answers, and the cards that are not asked."""

from datetime import timedelta

from studybot.core.card import CardId
from studybot.core.learner import ChatId
from studybot.core.quiz import ShowingId
from tests.fakes import choice_card, predict_card
from tests.pictures.progresses import a_review
from tests.telegram_bot.conftest import SetStage, Stage
from tests.telegram_bot.test_private_chat import first_card, typed


async def answered(on: Stage, times: int) -> None:
    """Give the learner a past: so many answers, one a day, the latest today."""
    await on.ann.send("/start")
    await on.ann.next_message()
    learner = await on.store.learner_of_chat(ChatId(on.ann.id))
    assert learner is not None
    for number in range(1, times + 1):
        day = on.clock.now().date() - timedelta(days=times - number)
        on.store.reviews[ShowingId(number)] = a_review("double", day, right=number % 2 == 0, number=number)


async def test_the_latest_answers_stand_by_day_with_grade_and_return(stage: SetStage) -> None:
    async with stage(predict_card(), choice_card()) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "4", card)
        await on.ann.press(card, "Next ▸")
        second = await on.ann.next_message()
        await on.ann.press(second, "five")

        await on.ann.send("/history")
        history = await on.ann.next_message()

        assert history.text == (
            "🗂 My latest answers\n\nMon, Nov 16\n❌ Which? · 1/5 → today\n✅ What is it? · 5/5 → 11/17"
        )
        assert history.buttons == []
        assert not on.chat.refusals


async def test_pages_are_turned_in_one_message(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await answered(on, 45)
        await on.ann.send("/history")
        history = await on.ann.next_message()
        assert "Mon, Nov 16\n❌" in history.text
        assert history.text.count("What is it?") == 20
        assert history.buttons == [["◂ Older"]]

        for label, lines, labels in [
            ("◂ Older", 20, [["◂ Older", "Newer ▸"]]),
            ("◂ Older", 5, [["Newer ▸"]]),
            ("Newer ▸", 20, [["◂ Older", "Newer ▸"]]),
        ]:
            version = history.version
            await on.ann.press(history, label)
            await on.ann.next_edit(history, since=version)

            assert history.text.count("What is it?") == lines
            assert history.buttons == labels
        assert not on.chat.refusals


async def test_a_newcomer_is_shown_the_way_to_the_first_card(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/history")

        assert (await on.ann.next_message()).buttons == [["▶ First card"]]


async def test_an_answer_whose_card_nobody_knows_any_more_stands_by_its_id(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await answered(on, 1)
        on.deck.cards = []
        on.store.card_bodies.pop((CardId("double"), predict_card().revision))

        await on.ann.send("/history")

        assert "❌ double · 0/5" in (await on.ann.next_message()).text


async def test_a_card_left_out_for_good_is_found_in_the_list_and_brought_back(stage: SetStage) -> None:
    async with stage(predict_card(), choice_card()) as on:
        await on.ann.send("/held")
        assert (await on.ann.next_message()).text == "No card is held back: all are asked when they are due."
        learner = await on.store.learner_of_chat(ChatId(on.ann.id))
        assert learner is not None
        await on.store.suspend_card(learner.id, CardId("double"))

        await on.ann.send("/held")
        held = await on.ann.next_message()
        assert held.text == "⏸ Cards that are not asked\n\n1  What is it? · until you want it back"
        await on.ann.press(held, "↩ 1 · Ask again")

        assert (await on.ann.next_message()).text == "That card is asked again when it is due."
        assert not (await on.store.holds_of(learner.id))[CardId("double")].suspended
