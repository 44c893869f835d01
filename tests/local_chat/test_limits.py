"""The limits and refusals of the Bot API, each at its edge."""

from datetime import timedelta
from typing import Any

import pytest

from studybot.local_chat import LocalChat, Person
from studybot.local_chat.limits import in_pieces, index_of_unit, units
from tests.local_chat.conftest import Api, FrozenClock


def inline(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [[button] for button in buttons]}


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": " \n "}, "Bad Request: message text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "Bad Request: message text is empty"),
        ({"text": "x" * 4097}, "Bad Request: message is too long"),
        ({"text": "🚀" * 2049}, "Bad Request: message is too long"),
        (
            {"text": "a <br> b", "parse_mode": "HTML"},
            'Bad Request: can\'t parse entities: Unsupported start tag "br" at byte offset 2',
        ),
        (
            {"text": "x", "reply_markup": inline({"text": "a", "callback_data": "가" * 22})},
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            {"text": "x", "reply_markup": inline({"text": "a"})},
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "reply_markup": inline({"text": "", "callback_data": "a"})},
            "Bad Request: inline keyboard button text is empty",
        ),
        (
            {"text": "x", "reply_markup": inline(*[{"text": "a", "callback_data": "a"}] * 101)},
            "Bad Request: REPLY_MARKUP_TOO_LONG",
        ),
        (
            {"text": "x", "reply_markup": inline({"text": "a", "url": "nowhere"})},
            "Bad Request: inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
        ),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "Bad Request: message to be replied not found"),
        ({"text": "x", "chat_id": 12345}, "Bad Request: chat not found"),
    ],
)
async def test_a_message_telegram_would_refuse_is_refused_in_its_words(
    api: Api, ann: Person, params: dict[str, Any], words: str
) -> None:
    assert await api.refusal("sendMessage", **{"chat_id": ann.id} | params) == words
    assert len(ann.private.messages) == 1


@pytest.mark.parametrize(
    "params",
    [
        {"text": "x" * 4096},
        {"text": "🚀" * 2048},
        {"text": "<b>" + "x" * 4096 + "</b>", "parse_mode": "HTML"},
        {"text": "x", "reply_markup": inline({"text": "a", "callback_data": "가" * 21 + "a"})},
        {"text": "x", "reply_markup": inline(*[{"text": "a", "callback_data": "a"}] * 100)},
        {"text": "x", "reply_markup": inline({"text": "a", "url": "https://pytorch.org"})},
        {"text": "x", "reply_parameters": {"message_id": 99, "allow_sending_without_reply": True}},
        {"text": "x", "reply_markup": {"inline_keyboard": []}},
    ],
)
async def test_a_message_at_the_limit_is_sent(api: Api, ann: Person, params: dict[str, Any]) -> None:
    await api.result("sendMessage", chat_id=ann.id, **params)


async def test_only_a_hundred_entities_are_kept(api: Api, ann: Person) -> None:
    sent = await api.result("sendMessage", chat_id=ann.id, text="<b>a</b> " * 120, parse_mode="HTML")

    assert len(sent["entities"]) == 100


async def test_a_caption_has_a_quarter_of_the_room(api: Api, ann: Person) -> None:
    photo = (await api.result("sendDocument", chat_id=ann.id, document=await known_file(ann)))["document"]["file_id"]

    assert await api.result("sendDocument", chat_id=ann.id, document=photo, caption="x" * 1024)
    refused = await api.refusal("sendDocument", chat_id=ann.id, document=photo, caption="x" * 1025)

    assert refused == "Bad Request: message caption is too long"


async def known_file(person: Person) -> str:
    sent = await person.send_document(b"content", "a.txt")
    return str(sent.record["document"]["file_id"])


async def test_an_edit_that_changes_nothing_is_refused(api: Api, ann: Person) -> None:
    sent = await api.result("sendMessage", chat_id=ann.id, text="<b>x</b>", parse_mode="HTML")
    edit = {"chat_id": ann.id, "message_id": sent["message_id"]}

    refused = await api.refusal("editMessageText", **edit, text="<b>x</b>", parse_mode="HTML")
    other_style = await api("editMessageText", **edit, text="x")

    assert refused.startswith("Bad Request: message is not modified: ")
    assert other_style["ok"]


@pytest.mark.parametrize(
    ("message", "words"),
    [("gone", "Bad Request: message to edit not found"), ("theirs", "Bad Request: message can't be edited")],
)
async def test_only_own_messages_that_exist_can_be_edited(api: Api, ann: Person, message: str, words: str) -> None:
    message_id = {"gone": 99, "theirs": ann.private.last.id}[message]

    assert await api.refusal("editMessageText", chat_id=ann.id, message_id=message_id, text="x") == words


async def test_a_button_press_can_be_answered_for_fifteen_seconds_only(
    api: Api, ann: Person, clock: FrozenClock
) -> None:
    await api.result("sendMessage", chat_id=ann.id, text="x", reply_markup=inline({"text": "a", "callback_data": "a"}))
    early, late = ann.tap(ann.private.last, "a"), ann.tap(ann.private.last, "a")

    too_long = await api.refusal("answerCallbackQuery", callback_query_id=early, text="x" * 201)
    await api.result("answerCallbackQuery", callback_query_id=early, text="x" * 200)
    clock.move(timedelta(seconds=16))
    too_late = await api.refusal("answerCallbackQuery", callback_query_id=late)

    assert too_long == "Bad Request: MESSAGE_TOO_LONG"
    assert too_late == "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"question": "x" * 301}, "Bad Request: poll question length must not exceed 300"),
        ({"options": ["x" * 101]}, "Bad Request: poll options length must not exceed 100"),
        ({"options": [str(number) for number in range(13)]}, "Bad Request: poll must have from 1 to 12 options"),
        ({"options": ["a", "a"]}, "Bad Request: poll options must be unique"),
        ({"type": "quiz"}, "Bad Request: wrong correct option ID specified"),
        ({"type": "quiz", "correct_option_ids": [0, 1]}, "Bad Request: QUIZ_MULTIPLE_INVALID"),
        ({"type": "quiz", "correct_option_ids": [0], "explanation": "x" * 201}, "Bad Request: explanation is too long"),
        ({"open_period": 4}, "Bad Request: poll open_period must be between 5 and 2628000 seconds"),
    ],
)
async def test_a_poll_telegram_would_refuse_is_refused(
    api: Api, ann: Person, params: dict[str, Any], words: str
) -> None:
    poll = {"chat_id": ann.id, "question": "Which?", "options": ["a", "b"]}

    assert await api.refusal("sendPoll", **poll | params) == words


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        ([{"command": "Start", "description": "x"}], "Bad Request: BOT_COMMAND_INVALID"),
        ([{"command": "a", "description": ""}], "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "a", "description": "x" * 257}], "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_a_command_menu_has_limits(api: Api, commands: list[dict[str, str]], words: str) -> None:
    assert await api.refusal("setMyCommands", commands=commands) == words


async def test_unknown_methods_and_wrong_tokens_are_refused(api: Api, chat: LocalChat) -> None:
    unknown = await api("sendEverything")
    stranger = await api.client.get(f"{chat.api_url}1234:wrong/getMe")

    assert (unknown["error_code"], unknown["description"]) == (404, "Not Found: method not found")
    assert (stranger.status_code, stranger.json()["description"]) == (401, "Unauthorized")


async def test_parameters_of_a_wrong_shape_are_refused_and_not_a_crash(api: Api, ann: Person) -> None:
    refused = await api.refusal("sendMessage", chat_id=ann.id, text="x", reply_markup={"inline_keyboard": 7})

    assert refused == "Bad Request: can't parse the parameters of sendMessage"


def test_a_long_text_is_cut_at_line_ends_and_never_inside_a_character() -> None:
    text = ("한글 줄\n" * 3000) + "🚀" * 5000

    pieces = in_pieces(text)

    assert "".join(pieces) == text
    assert all(units(piece) <= 4096 for piece in pieces)


def test_an_offset_in_units_is_found_again() -> None:
    assert [index_of_unit("a🚀b", offset) for offset in range(5)] == [0, 1, 1, 2, 3]
