"""The people a test drives: waiting without sleeping, and saying clearly what did not happen."""

import asyncio

import pytest

from studybot.local_chat import LocalChat, Person, Toast
from tests.local_chat.conftest import Api


def keys(*labels: str) -> dict[str, object]:
    return {"inline_keyboard": [[{"text": label, "callback_data": f"data:{label}"} for label in labels]]}


async def test_a_press_waits_for_its_button_and_for_the_answer(api: Api, chat: LocalChat, ann: Person) -> None:
    sent = await api.result("sendMessage", chat_id=ann.id, text="wait")
    message = ann.private.last
    pressing = asyncio.create_task(ann.press(message, "Go"))

    await api.result(
        "editMessageText", chat_id=ann.id, message_id=sent["message_id"], text="now", reply_markup=keys("Go")
    )
    await chat.wait_for(lambda: "callback_query" in chat.unconfirmed[-1])
    update = chat.unconfirmed[-1]
    await api.result("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="done")

    assert await pressing == Toast("done")
    assert update["callback_query"]["data"] == "data:Go"
    assert update["callback_query"]["message"]["text"] == "now"


async def test_two_taps_are_two_queries(api: Api, chat: LocalChat, ann: Person) -> None:
    await api.result("sendMessage", chat_id=ann.id, text="x", reply_markup=keys("Go"))

    taps = [ann.tap(ann.private.last, "data:Go") for _ in range(2)]

    queries = [update["callback_query"] for update in chat.unconfirmed if "callback_query" in update]
    assert [query["id"] for query in queries] == taps
    assert taps[0] != taps[1]


async def test_a_silent_bot_is_named_with_what_stands_in_the_chat(api: Api, chat: LocalChat, ann: Person) -> None:
    await api.result("sendMessage", chat_id=ann.id, text="x", reply_markup=keys("Go", "Stop"))

    with pytest.raises(TimeoutError, match=r"did not answer the press of 'data:Go' in 0\.05 s"):
        await ann.press(ann.private.last, "Go", timeout=0.05)
    with pytest.raises(LookupError, match=r"no such button: 'Back'; there are \[\['Go', 'Stop'\]\]"):
        await ann.press(ann.private.last, "Back", timeout=0.05)
    await ann.next_message()
    with pytest.raises(TimeoutError, match=r"(?s)sent Ann nothing in 0\.05 s.*\[Go\] \[Stop\]"):
        await ann.next_message(timeout=0.05)
    with pytest.raises(TimeoutError, match=r"(?s)did not become true in 0\.05 s.*Ann: /start"):
        await chat.wait_for(lambda: chat.person("Bob").private.last, timeout=0.05)


async def test_a_button_that_went_away_cannot_be_pressed(api: Api, ann: Person) -> None:
    sent = await api.result("sendMessage", chat_id=ann.id, text="x", reply_markup=keys("Go"))
    await api.result("editMessageReplyMarkup", chat_id=ann.id, message_id=sent["message_id"])

    with pytest.raises(ValueError, match="not there any more"):
        ann.tap(ann.private.last, "data:Go")


async def test_an_edit_is_waited_for(api: Api, ann: Person) -> None:
    sent = await api.result("sendMessage", chat_id=ann.id, text="running ...")
    message = await ann.next_message()
    waiting = asyncio.create_task(ann.next_edit(message))
    await asyncio.sleep(0)

    await api.result("editMessageText", chat_id=ann.id, message_id=sent["message_id"], text="done")

    assert (await waiting).text == "done"


async def test_the_same_name_is_the_same_person(chat: LocalChat) -> None:
    assert chat.person("Ann") == chat.person("Ann")
    assert chat.group("Study", [chat.person("Ann")]) == chat.group("Study", [])


async def test_a_newcomer_finds_three_people_and_their_group(api: Api, chat: LocalChat) -> None:
    for _ in range(2):
        page = await api.client.get("http://127.0.0.1:0/")
        assert page.text.startswith("<!doctype html>")

    assert [person.record["language_code"] for person in chat.people] == ["ko", "ko", "en"]
    assert [room.title for room in chat.rooms if room.id < 0] == ["PyTorch 스터디"]


async def test_what_the_bot_asked_is_kept_to_be_counted(api: Api, chat: LocalChat, ann: Person) -> None:
    await api.result("sendMessage", chat_id=ann.id, text="x")
    await api.refusal("sendMessage", chat_id=ann.id, text="")

    assert [(call.method, call.chat_id, call.code) for call in chat.calls] == [
        ("sendMessage", ann.id, 200),
        ("sendMessage", ann.id, 400),
    ]
    assert [call.description for call in chat.refusals] == ["Bad Request: message text is empty"]
