"""A press is read without the message around its button, unless there is more to it than a text of ours."""

import logging
from typing import Any

import pytest
from telegram import Bot, CallbackQuery, Message, Update

from studybot.telegram_bot.pressed import Place, without_words
from studybot.telegram_bot.serving import parsed

BOT = Bot("1:token")
MESSAGE = {
    "message_id": 4,
    "from": {"id": 1, "is_bot": True, "first_name": "studybot"},
    "chat": {"id": 7, "type": "private", "first_name": "Ann"},
    "date": 1_700_000_000,
    "text": "Right!",
    "entities": [{"type": "bold", "offset": 0, "length": 5}],
    "reply_markup": {"inline_keyboard": [[{"text": "Next", "callback_data": "go"}]]},
}


def press(message: object, **more: Any) -> dict[str, Any]:
    person = {"id": 7, "is_bot": False, "first_name": "Ann", "language_code": "ko"}
    query = {"id": "9", "from": person, "chat_instance": "3", "data": "go", **more}
    return {"update_id": 5, "callback_query": query | ({} if message is None else {"message": message})}


def read(raw: dict[str, Any]) -> tuple[Update, CallbackQuery]:
    update = parsed(raw, BOT)
    assert update is not None
    assert update.callback_query is not None
    return update, update.callback_query


def test_a_press_says_all_that_the_librarys_own_reading_says_but_the_messages_content() -> None:
    update, query = read(press(MESSAGE))
    whole = Update.de_json(press(MESSAGE), BOT)

    assert update == whole
    assert query.to_dict(recursive=False).keys() == whole.callback_query.to_dict(recursive=False).keys()  # type: ignore[union-attr]
    assert (query.id, query.data, query.chat_instance) == ("9", "go", "3")
    assert query.from_user.to_dict() == press(None)["callback_query"]["from"]
    assert update.effective_user == query.from_user
    assert update.effective_chat == whole.effective_chat
    assert update.effective_message == whole.effective_message
    assert query.get_bot() is BOT


def test_the_place_of_a_press_is_a_message_with_nothing_in_it() -> None:
    _, query = read(press(MESSAGE))
    place, whole = query.message, Update.de_json(press(MESSAGE), BOT).effective_message

    assert isinstance(place, Place)
    assert whole is not None
    assert (place.message_id, place.chat, place.date) == (4, whole.chat, whole.date)
    assert place.is_accessible
    empty = Message(4, place.date, place.chat)
    fields = [name for name in Message.__slots__ if not name.startswith("_")]
    assert {name: getattr(place, name) for name in fields} == {name: getattr(empty, name) for name in fields}
    with pytest.raises(AttributeError):
        place.nothing_of_the_kind  # noqa: B018


@pytest.mark.parametrize(
    "more",
    [
        {"reply_to_message": {**MESSAGE, "message_id": 3}},
        {"message_thread_id": 2},
        {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]},
        {"date": 0},
    ],
    ids=["an answer", "in a thread", "a picture", "out of reach"],
)
def test_a_message_with_more_to_it_is_read_by_the_library(more: dict[str, Any]) -> None:
    _, query = read(press(MESSAGE | more))
    assert not isinstance(query.message, Place)
    for name in more.keys() - {"date"}:
        assert getattr(query.message, name)


def test_what_a_plain_message_says_is_not_kept_of_a_press_on_it() -> None:
    raw = press(MESSAGE)
    kept = without_words(raw)

    assert kept["callback_query"]["message"] == {name: MESSAGE[name] for name in ("message_id", "date", "chat")}
    assert parsed(kept, BOT) == parsed(raw, BOT)
    assert raw == press(MESSAGE)


@pytest.mark.parametrize(
    "raw",
    [
        press(MESSAGE | {"reply_to_message": MESSAGE}),
        press(None),
        press({}),
        {"update_id": 5, "message": MESSAGE},
        {"update_id": 5, "callback_query": None},
        {"update_id": 5, "something_new": 1},
    ],
)
def test_every_other_update_is_kept_as_it_came(raw: dict[str, Any]) -> None:
    assert without_words(raw) == raw


def test_a_press_without_a_message_is_read() -> None:
    assert read(press(None))[1].message is None


@pytest.mark.parametrize("broken", [press({**MESSAGE, "chat": None}), press({}), press(MESSAGE, **{"from": None})])
def test_a_press_that_cannot_be_read_is_told_in_the_log_and_costs_no_other(
    broken: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert parsed(broken, BOT) is None
    assert "update=5" in caplog.text
