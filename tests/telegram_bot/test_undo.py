"""Undo in the chat: one press under a result, also after the next card has come, and /undo."""

from studybot.local_chat import Message, Person
from tests.fakes import predict_card
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.test_private_chat import first_card, typed


async def pressed(ann: Person, message: Message, label: str) -> Message:
    version = message.version
    await ann.press(message, label)
    return await ann.next_edit(message, since=version)


async def test_a_result_becomes_its_question_again(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "5", card)
        await typed(on.ann, "5", card)
        assert "Not quite." in card.text

        await pressed(on.ann, card, "↩ Undo")

        assert "Not quite." not in card.text
        assert on.store.memories == {}
        await typed(on.ann, "4", card)
        assert "grade 5 of 5 · Next: tomorrow" in card.text
        assert not on.chat.refusals


async def test_undo_stays_when_the_next_card_has_come(stage: SetStage) -> None:
    async with stage(predict_card("one"), predict_card("two")) as on:
        first = await first_card(on.ann)
        await typed(on.ann, "4", first)
        await on.ann.press(first, "Next ▸")
        second = await on.ann.next_message()
        await on.chat.wait_for(lambda: first.buttons == [["↩ Undo"]])

        await pressed(on.ann, first, "↩ Undo")
        await typed(on.ann, "4", first)

        told = await on.ann.next_message()
        assert "Right!" in told.text
        await on.ann.send("4")
        await on.chat.wait_for(lambda: "Right!" in on.ann.private.last_from_bot.text)
        await on.chat.wait_for(lambda: second.buttons == [])
        assert len(on.store.reviews) == 3


async def test_an_older_result_says_to_go_back_one_by_one(stage: SetStage) -> None:
    async with stage(predict_card("one"), predict_card("two")) as on:
        first = await first_card(on.ann)
        await typed(on.ann, "4", first)
        await on.ann.press(first, "Next ▸")
        second = await on.ann.next_message()
        await typed(on.ann, "4", second)

        toast = await on.ann.press(first, "↩ Undo")

        assert toast is not None
        assert "/undo goes back one by one" in str(toast)
        assert len(on.store.memories) == 2


async def test_the_command_undoes_the_latest_answer_and_asks_its_card_below(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "4", card)

        await on.ann.send("/undo")
        again = await on.ann.next_message()
        await on.ann.send("/undo")
        nothing = await on.ann.next_message()

        assert "What is it?" in again.text
        assert "Right!" not in again.text
        assert "Undone" in card.text
        assert nothing.text == "There is nothing left to undo."
