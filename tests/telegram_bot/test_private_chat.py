from datetime import timedelta

import httpx
import pytest

from studybot.core.learner import ChatId
from studybot.core.schedule import SchedulerName
from studybot.errors import SandboxUnavailable
from studybot.local_chat import Message, Person
from studybot.telegram_bot.buttons import GoOn
from studybot.telegram_bot.view import Key, View
from tests.fakes import choice_card, claim_card, predict_card
from tests.telegram_bot.conftest import SetStage, Stage, until_the_outbox_is_empty

HINT = {"ko": "제곱해 보세요.", "en": "Square it."}


async def first_card(ann: Person) -> Message:
    await ann.send("/start")
    hello = await ann.next_message()
    await ann.press(hello, hello.buttons[0][0])
    return await ann.next_message()


async def typed(ann: Person, text: str, card: Message) -> Message:
    """Type an answer and wait until the card's message shows what came of it."""
    version = card.version
    await ann.send(text)
    return await ann.next_edit(card, since=version)


async def answered(person: Person, text: str) -> Message:
    """Send an answer that hides its card, code for instance; return what is told of it below."""
    await person.send(text)
    return await person.next_message()


def bot_messages(stage: Stage) -> list[Message]:
    return [message for message in stage.ann.private.messages if message.from_bot]


async def test_the_first_card_comes_within_two_messages(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)

        assert "What is it?" in card.text
        assert card.pieces("pre") == ["x = 2\nx * 2"]
        assert len(bot_messages(on)) == 2
        assert not on.chat.refusals


@pytest.mark.parametrize(
    ("code", "hello"), [("ko", "안녕하세요!"), ("ko-KR", "안녕하세요!"), ("en", "Hello!"), ("de", "Hello!")]
)
async def test_the_language_is_guessed_from_the_client(stage: SetStage, code: str, hello: str) -> None:
    async with stage(predict_card(), language=code) as on:
        await on.ann.send("/start")

        assert (await on.ann.next_message()).text.startswith(hello)


async def test_a_card_is_one_message_from_question_to_grade(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)

        await typed(on.ann, "4", card)

        assert len(bot_messages(on)) == 2
        assert "Right!" in card.text
        assert card.pieces("pre") == ["x = 2\nx * 2", "4"]
        assert "Because torch says so." in card.text
        assert "grade 5 of 5 · Next: tomorrow" in card.text
        assert card.buttons == [["Next ▸", "↩ Undo", "⋯"]]


async def test_a_wrong_typed_answer_may_be_mended_once(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)

        await typed(on.ann, "5", card)
        assert "one more try" in card.text
        await typed(on.ann, "6", card)

        assert "Not quite." in card.text
        assert "It is 4, not 6." in card.text
        assert "It comes back later today." in card.text


@pytest.mark.parametrize(
    "text", ["[36, 81]", "36., 81.", "tensor([36., 81.])", "36 81", "(36, 81)", "tensor([36.0000, 81.0000])"]
)
async def test_a_tensor_is_read_as_a_person_types_it(stage: SetStage, text: str) -> None:
    async with stage(predict_card(snippet="gradient", expect=[36, 81])) as on:
        card = await first_card(on.ann)

        await typed(on.ann, text, card)

        assert "Right!" in card.text
        assert card.pieces("pre")[-1] == "leaf\ntensor([36., 81.])"


async def test_what_torch_says_is_told_once_where_it_is_the_answer(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)

        await typed(on.ann, "5", card)
        await typed(on.ann, "6", card)

        assert "Not quite." in card.text
        assert "Answer:" not in card.text
        assert card.pieces("pre")[-1] == "4"


async def test_a_wrong_option_is_marked_beside_the_right_one(stage: SetStage) -> None:
    long = [
        {"text": {"ko": "가" * 30, "en": "a" * 30}, "holds": "x == 4", "right": True},
        {"text": {"ko": "나" * 30, "en": "b" * 30}, "holds": "x == 5"},
    ]
    async with stage(choice_card(options=long)) as on:
        card = await first_card(on.ann)
        assert sorted(card.buttons[0]) == ["A", "B"]
        wrong = next(line[0] for line in card.text.splitlines() if "bbb" in line)

        await on.ann.press(card, wrong)
        await on.chat.wait_for(lambda: "Not quite." in card.text)

        lines = card.text.splitlines()
        assert any(line.startswith("✅") and "aaa" in line for line in lines)
        assert any(line.startswith("❌") and "bbb" in line for line in lines)


async def test_a_claim_shows_its_code_only_with_the_verdict(stage: SetStage) -> None:
    async with stage(claim_card()) as on:
        card = await first_card(on.ann)
        assert card.pieces("pre") == []

        await on.ann.press(card, "False")
        await on.chat.wait_for(lambda: "Right!" in card.text)

        assert card.pieces("pre") == ["2 == 3", "two\nFalse"]


async def test_a_hint_appears_in_the_card_and_its_button_goes(stage: SetStage) -> None:
    async with stage(predict_card(hint=HINT), language="ko") as on:
        card = await first_card(on.ann)
        assert card.buttons == [["💡 힌트 보기", "모르겠어요"]]

        await on.ann.press(card, "💡 힌트 보기")
        await on.chat.wait_for(lambda: "제곱해 보세요." in card.text)

        assert card.buttons == [["모르겠어요"]]


async def test_the_day_ends_with_one_summary_even_under_a_double_tap(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        await typed(on.ann, "4", card)
        data = card.data_of("Next ▸")["callback_data"]

        presses = [on.ann.tap(card, data), on.ann.tap(card, data)]
        for press in presses:
            await on.ann.answer_to(press)
        summary = await on.ann.next_message()
        await on.ann.send("/help")
        await on.chat.wait_for(lambda: "/settings" in bot_messages(on)[-1].text)

        assert "First answers right: 1 of 1." in summary.text
        assert "tomorrow: 1" in summary.text
        assert len(bot_messages(on)) == 4


async def test_a_double_tap_on_an_option_is_one_answer(stage: SetStage) -> None:
    async with stage(choice_card()) as on:
        card = await first_card(on.ann)
        data = card.data_of("five")["callback_data"]

        toasts = [await on.ann.answer_to(on.ann.tap(card, data)) for _ in range(2)]

        assert toasts[0].text == ""
        assert toasts[1].text == "This card is answered already."
        assert len(on.store.reviews) == 1


async def test_today_brings_the_open_card_down_and_leaves_a_pointer(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)

        await on.ann.send("/today")
        again = await on.ann.next_message()
        await on.chat.wait_for(lambda: "goes on in another message" in card.text)
        await typed(on.ann, "4", again)

        assert "Right!" in again.text
        assert len(on.store.reviews) == 1


async def test_yesterdays_button_says_so_and_shows_a_way_on(stage: SetStage) -> None:
    async with stage(predict_card(), choice_card("two")) as on:
        card = await first_card(on.ann)
        on.store.showings.clear()

        toast = await on.ann.press(card, "I don't know")

        assert toast.alert
        assert "/today" in toast.text


@pytest.mark.parametrize("data", ["a:999999:0", "set:hour:99", "set:zone:Mars/Base", "nonsense", "go:x", "h:1:2"])
async def test_a_forged_or_ancient_button_is_harmless(stage: SetStage, data: str) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/start")
        await on.ann.next_message()
        keyboard = {"inline_keyboard": [[{"text": "old", "callback_data": data}]]}
        async with httpx.AsyncClient() as client:
            body = {"chat_id": on.ann.id, "text": "from an old version", "reply_markup": keyboard}
            await client.post(f"{on.chat.api_url}{on.chat.token}/sendMessage", json=body)

        toast = await on.ann.press(await on.ann.next_message(), "old")

        assert toast.text
        assert not on.store.reviews


@pytest.mark.parametrize("text", ["🙂", "?", "[1, 2", "y" * 3000], ids=["emoji", "mark", "open bracket", "3000 chars"])
async def test_what_is_no_answer_is_told_and_costs_nothing(stage: SetStage, text: str) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)

        sent = await on.ann.send(text)
        told = await on.ann.next_message()

        assert told.reply_to_id == sent.id
        assert "Type the value" in told.text or "too long" in told.text
        assert told.silent
        assert not on.store.reviews
        assert "grade 5 of 5" in (await answered(on.ann, "4")).text
        await on.chat.wait_for(lambda: card.buttons == [])


async def test_a_ten_thousand_character_answer_is_told_and_costs_nothing(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)

        await on.ann.send("7" * 10_000)  # arrives as three messages
        assert "too long" in (await on.ann.next_message()).text
        await on.ann.send("/help")

        assert "/today" in (await on.ann.next_message()).text, "one word about all three"
        assert not on.store.reviews
        assert [one for one in on.store.showings.values() if one.asked and not one.settled]
        assert "Right!" not in card.text


async def test_a_photo_or_a_file_instead_of_an_answer_is_told_and_costs_nothing(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await first_card(on.ann)

        await on.ann.send_document(b"%PDF", "notes.pdf")
        told = await on.ann.next_message()

        assert "only read text" in told.text
        assert not on.store.reviews


async def test_an_edited_message_counts_while_the_card_is_open(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        sent = await on.ann.send("5")
        await on.ann.next_edit(card)

        version = card.version
        await on.ann.edit(sent, "4")
        await on.ann.next_edit(card, since=version)

        assert "Right!" in card.text


async def test_mending_an_old_message_is_no_answer(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        old = await on.ann.send("hello")
        await on.ann.next_message()
        on.clock.move(timedelta(minutes=5))
        await on.ann.send("/today")
        await on.ann.next_message()

        await on.ann.edit(old, "5")
        await on.ann.send("/help")
        await on.ann.next_message()

        (showing,) = (one for one in on.store.showings.values() if one.asked)
        assert showing.attempts == 0


async def test_text_without_an_open_card_shows_the_way(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("hello")

        told = await on.ann.next_message()

        assert "/today" in told.text
        assert told.buttons == [["Go on"]]


async def test_a_deleted_card_is_shown_anew(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        await on.ann.delete(card)

        await on.ann.send("4")
        verdict = await on.ann.next_message()

        assert "Right!" in verdict.text


async def test_settings_are_changed_by_buttons_in_one_message(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/settings")
        menu = await on.ann.next_message()

        for open_it, choose in (
            ("Daily message: 9:00 AM", "9:00 PM"),
            ("Time zone: Seoul", "Berlin"),
            ("New cards a day: 5", "12"),
            ("Schedule: SM-2", "FSRS-6"),
            ("Language: English", "한국어"),
        ):
            row = next(label for [label] in menu.buttons if open_it in label)
            version = menu.version
            await on.ann.press(menu, row)
            await on.ann.next_edit(menu, since=version)
            version = menu.version
            await on.ann.press(menu, choose)
            await on.ann.next_edit(menu, since=version)

        learner = await on.store.learner_of_chat(ChatId(on.ann.id))
        assert learner is not None
        settings = learner.settings
        assert (settings.zone, settings.remind_at.hour, settings.new_per_day) == ("Europe/Berlin", 21, 12)
        assert settings.scheduler is SchedulerName.FSRS
        assert menu.text.endswith("설정")
        assert "베를린" in menu.buttons[1][0]
        assert len(bot_messages(on)) == 1


async def test_the_daily_message_has_a_sound_and_starts_the_quiz(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/start")
        await on.ann.next_message()

        on.clock.move(timedelta(days=1))
        assert await on.bot.tick() == 1
        assert await on.bot.tick() == 0
        message = await on.ann.next_message()
        assert not message.silent
        assert "Cards due today: 1" in message.text
        await on.ann.press(message, "Start")

        assert "What is it?" in (await on.ann.next_message()).text


async def test_who_blocks_the_bot_is_left_alone_until_they_come_back(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/start")
        await on.ann.next_message()
        await on.ann.block()
        on.clock.move(timedelta(days=1))
        await on.bot.tick()
        await until_the_outbox_is_empty(on)

        assert len(bot_messages(on)) == 1
        await on.ann.unblock()
        await on.ann.send("/today")

        assert "What is it?" in (await on.ann.next_message()).text
        learner = await on.store.learner_of_chat(ChatId(on.ann.id))
        assert learner is not None
        assert learner.reachable


async def test_a_resting_sandbox_apologises_and_the_card_comes_when_it_is_back(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        on.runner.down = SandboxUnavailable("the self-test failed")
        apology = await first_card(on.ann)
        assert "our fault" in apology.text

        on.runner.down = None
        await on.ann.press(apology, "Try again")

        assert "What is it?" in (await on.ann.next_message()).text


async def test_a_failure_of_ours_apologises_and_loses_nothing(
    stage: SetStage, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    async with stage(predict_card()) as on:
        await first_card(on.ann)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(on.store, "standing", broken)
            await on.ann.send("4")
            apology = await on.ann.next_message()
        told = await answered(on.ann, "4")

        assert "Something went wrong on our side" in apology.text
        assert "a handler failed" in caplog.text
        assert "Right!" in told.text


async def test_a_flood_limit_delays_an_edit_and_loses_nothing(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        card = await first_card(on.ann)
        on.chat.fail_next("editMessageText", 429, retry_after=1)

        await typed(on.ann, "4", card)

        assert "Right!" in card.text


@pytest.mark.parametrize(("language", "today"), [("ko", "오늘의 카드"), ("", "Today's cards")])
async def test_the_command_menu_is_there_in_both_languages(stage: SetStage, language: str, today: str) -> None:
    async with stage(predict_card()) as on, httpx.AsyncClient() as client:
        body = {"scope": {"type": "all_private_chats"}, "language_code": language}
        answer = await client.post(f"{on.chat.api_url}{on.chat.token}/getMyCommands", json=body)

        assert {"command": "today", "description": today} in answer.json()["result"]


async def test_a_command_in_a_group_shows_the_way_to_the_private_chat(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        group = on.chat.group("Study", [on.ann])

        await on.ann.send("/start", to=group)

        assert "in private" in (await on.ann.next_message(group)).text
        assert not on.store.learners


async def test_an_edit_that_changes_nothing_is_normal(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/help")
        await on.ann.next_message()
        ann, view = ChatId(on.ann.id), View("Ready.", ((Key("Go on", GoOn()),),))
        message_id = await on.bot.chat.send(ann, view)

        same = await on.bot.chat.edit(ann, message_id, view)
        shown_in = await on.bot.chat.show(ann, message_id, view)

        refused = [call.description for call in on.chat.calls if call.code != 200]
        assert [words.startswith("Bad Request: message is not modified: ") for words in refused] == [True, True]
        assert (same, shown_in) == (True, message_id)
        assert len(bot_messages(on)) == 2
