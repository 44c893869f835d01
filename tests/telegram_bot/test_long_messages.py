from studybot.local_chat import Message
from tests.fakes import choice_card, predict_card
from tests.telegram_bot.conftest import SetStage, Stage
from tests.telegram_bot.test_private_chat import first_card, typed

CODE = "\n".join(["# a line that says little"] * 100) + "\nx = 2\nx * 2"
LONG_CODE = "# a line that says little\n" * 113 + "x = 2\nx * 2"
WHY = {"ko": "왜냐하면 " * 200, "en": "Because of this. " * 80}
ASKED = {"ko": "무엇일까요? " * 200, "en": "What may it be? " * 90}
FORMULA = {"ko": r"$$\frac{a}{b}$$", "en": r"So $$\frac{a}{b}$$ it is."}


def bot_messages(stage: Stage) -> list[Message]:
    return [message for message in stage.ann.private.messages if message.from_bot]


def is_whole(messages: list[Message], *texts: str) -> bool:
    together = "\n".join(message.text for message in messages)
    return all(together.count(text.strip()) == 1 for text in texts)


async def test_a_long_verdict_goes_on_in_a_second_message_and_loses_nothing(stage: SetStage) -> None:
    async with stage(choice_card(snippet=CODE, explanation=WHY, question=ASKED)) as on:
        card = await first_card(on.ann)

        await on.ann.press(card, "four")
        verdict = await on.ann.next_message()

        assert is_whole([card, verdict], ASKED["en"], CODE, WHY["en"], "Right!")
        assert card.buttons == []
        assert verdict.buttons == [["🎲 I guessed"], ["Next ▸", "↩ Undo", "⋯"]]
        assert len(bot_messages(on)) == 3
        assert verdict.silent
        assert not on.chat.refusals


async def test_a_double_tap_sends_a_long_verdict_once(stage: SetStage) -> None:
    async with stage(choice_card(snippet=CODE, explanation=WHY, question=ASKED)) as on:
        card = await first_card(on.ann)
        data = card.data_of("four")["callback_data"]

        for query in [on.ann.tap(card, data) for _ in range(3)]:
            await on.ann.answer_to(query)
        await on.ann.send("/help")
        while "/settings" not in (await on.ann.next_message()).text:
            pass

        assert len(bot_messages(on)) == 4
        assert is_whole(bot_messages(on), WHY["en"])


async def test_a_long_question_is_edited_in_all_its_messages(stage: SetStage) -> None:
    async with stage(predict_card(snippet=LONG_CODE, explanation=WHY, question=ASKED)) as on:
        first = await first_card(on.ann)
        last = await on.ann.next_message()
        assert is_whole([first, last], ASKED["en"])
        assert (first.buttons, last.buttons) == ([], [["I don't know"]])

        await typed(on.ann, "5", last)
        assert "Not yet." in last.text
        await on.ann.press(last, "I don't know")
        third = await on.ann.next_message()

        assert is_whole([first, last, third], ASKED["en"], LONG_CODE, WHY["en"], "Here is the answer.")
        assert (first.buttons, last.buttons, third.buttons) == ([], [], [["Next ▸", "↩ Undo", "⋯"]])
        assert len(bot_messages(on)) == 4


async def test_a_long_card_whose_beginning_was_deleted_is_shown_anew_and_in_order(stage: SetStage) -> None:
    async with stage(predict_card(snippet=LONG_CODE, explanation=WHY, question=ASKED)) as on:
        first = await first_card(on.ann)
        last = await on.ann.next_message()
        await on.ann.delete(first)

        await on.ann.send("4")
        await on.ann.send("/help")
        while "/settings" not in (await on.ann.next_message()).text:
            pass

        assert not last.exists
        assert is_whole(bot_messages(on), ASKED["en"], LONG_CODE, WHY["en"], "Right!")
        assert [message.buttons for message in bot_messages(on)][-2] == [["Next ▸", "↩ Undo", "⋯"]]


async def test_a_formula_comes_as_a_silent_picture_below_the_verdict_and_once(stage: SetStage) -> None:
    async with stage(choice_card(explanation=FORMULA)) as on:
        card = await first_card(on.ann)
        data = card.data_of("four")["callback_data"]

        for query in [on.ann.tap(card, data) for _ in range(2)]:
            await on.ann.answer_to(query)
        picture = await on.ann.next_message()

        assert "So\na/b\nit is." in card.text
        assert (picture.file or b"").startswith(b"\x89PNG")
        assert picture.silent
        assert len(bot_messages(on)) == 3


async def test_a_formula_that_cannot_be_drawn_stays_text(stage: SetStage) -> None:
    cases = {"ko": "$$\\text{손실}$$", "en": r"$$\begin{matrix} 1 & 2 \end{matrix}$$"}
    async with stage(predict_card(explanation=cases)) as on:
        card = await first_card(on.ann)

        await typed(on.ann, "4", card)
        await on.ann.send("/help")
        await on.ann.next_message()

        assert "[1, 2]" in card.text
        assert len(bot_messages(on)) == 3
