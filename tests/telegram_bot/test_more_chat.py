"""/card, and the report of a card."""

from dataclasses import replace

from studybot.core.learner import ChatId, LearnerId
from tests.fakes import choice_card, predict_card
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.test_private_chat import answered, first_card, typed
from tests.telegram_bot.test_undo import pressed


async def test_card_brings_the_open_card_down_with_its_tries(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "5", card)

        await on.ann.send("/card")
        again = await on.ann.next_message()

        assert "What is it?" in again.text
        assert "one more try" in again.text
        await on.chat.wait_for(lambda: "goes on in another message" in card.text)
        await typed(on.ann, "4", again)
        assert "Right!" in again.text


async def test_card_without_an_open_card_shows_the_way(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/card")

        assert "No card is open." in (await on.ann.next_message()).text


async def test_a_report_is_stored_thanked_and_told_with_its_note(stage: SetStage) -> None:
    async with stage(choice_card()) as on:
        admin = on.chat.person("Admin")
        await admin.send("/start")
        on.bot._admins = [ChatId(admin.id)]
        card = await first_card(on.ann)
        await pressed(on.ann, card, "five")
        await pressed(on.ann, card, "⋯")
        assert card.buttons == [["💤 Not today", "⏸ Never again"], ["🚩 Report this card"], ["◂ Back"]]

        await on.ann.press(card, "🚩 Report this card")
        thanks = await on.ann.next_message()
        await on.chat.wait_for(lambda: card.buttons == [["Next ▸", "↩ Undo", "⋯"]])
        assert len(on.store.reports) == 1
        await on.ann.send("5 is right, too: <b>look</b>", reply_to=thanks)
        assert (await on.ann.next_message()).text == "Noted, thank you."
        await on.bot.tick()

        await on.chat.wait_for(lambda: "신고 #1" in admin.private.last.text)
        told = admin.private.last.text
        assert "카드 pick" in told
        assert "5 is right, too: <b>look</b>" in told
        assert "seed" in told
        assert not on.chat.refusals


async def test_back_puts_the_usual_buttons_there(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "4", card)
        await pressed(on.ann, card, "⋯")

        await pressed(on.ann, card, "◂ Back")

        assert card.buttons == [["Next ▸", "↩ Undo", "⋯"]]


async def test_a_note_to_somebody_elses_report_is_refused(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "4", card)
        await pressed(on.ann, card, "⋯")
        await on.ann.press(card, "🚩 Report this card")
        thanks = await on.ann.next_message()
        for key, report in on.store.reports.items():
            on.store.reports[key] = replace(report, learner_id=LearnerId(99))

        await on.ann.send("mine", reply_to=thanks)

        assert (await on.ann.next_message()).text == "I do not know that report."


async def test_a_card_is_found_and_practised(stage: SetStage) -> None:
    async with stage(predict_card(), choice_card()) as on:
        card = await first_card(on.ann)
        await on.ann.send("/find which")
        found = await on.ann.next_message()
        assert found.text == "1  Which?"
        assert found.buttons == [["1 · Ask me", "⋯"]]

        await on.ann.press(found, "1 · Ask me")
        practised = await on.ann.next_message()
        await pressed(on.ann, practised, "four")

        assert "Right!" in practised.text
        assert "Practice: nothing was graded" in practised.text
        assert practised.buttons == [["Next ▸", "⋯"]]
        assert not on.store.memories
        assert "Right!" in (await answered(on.ann, "4")).text
        await on.chat.wait_for(lambda: card.buttons == [])
        assert not on.chat.refusals


async def test_nothing_found_says_what_to_try(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/find xyzzy")

        assert "Nothing found." in (await on.ann.next_message()).text


async def test_what_is_not_found_while_the_deck_is_proved_may_come(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        on.deck.still_to_prove = 7
        await on.ann.send("/find xyzzy")

        assert "7 cards are still being proved" in (await on.ann.next_message()).text


async def test_a_found_card_is_put_away_and_taken_back(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/find tensors")
        found = await on.ann.next_message()
        await on.ann.press(found, "⋯")
        ways = await on.ann.next_message()

        await on.ann.press(ways, "⏸ Never again")
        gone = await on.ann.next_message()
        await on.ann.send("/today")
        assert "There is nothing to ask today." in (await on.ann.next_message()).text
        await on.ann.press(gone, "↩ Take it back")
        await on.ann.next_message()
        await on.ann.send("/today")

        assert "What is it?" in (await on.ann.next_message()).text
