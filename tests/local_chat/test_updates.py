"""getUpdates: offsets confirm, what is not confirmed comes again, and only one bot may ask."""

import asyncio
from datetime import timedelta

from studybot.local_chat import LocalChat, Person
from tests.local_chat.conftest import Api, FrozenClock


def texts(updates: list[dict[str, dict[str, str]]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_what_is_not_confirmed_comes_again(api: Api, ann: Person) -> None:
    first = await api.result("getUpdates", timeout=0)
    again = await api.result("getUpdates", timeout=1)

    assert texts(first) == texts(again) == ["/start"]


async def test_an_offset_confirms_everything_below_it(api: Api, ann: Person) -> None:
    await ann.send("one")
    await ann.send("two")
    start, one, two = await api.result("getUpdates")

    rest = await api.result("getUpdates", offset=two["update_id"])

    assert start["update_id"] < one["update_id"] < two["update_id"]
    assert rest == [two]


async def test_a_negative_offset_forgets_all_but_the_last(api: Api, ann: Person) -> None:
    for text in ("one", "two", "three"):
        await ann.send(text)

    last = await api.result("getUpdates", offset=-2)

    assert texts(last) == ["two", "three"]
    assert texts(await api.result("getUpdates")) == ["two", "three"]


async def test_a_batch_holds_no_more_than_asked_for(api: Api, ann: Person) -> None:
    for number in range(3):
        await ann.send(str(number))

    assert texts(await api.result("getUpdates", limit=2)) == ["/start", "0"]


async def test_the_same_offset_at_once_yields_one_update(api: Api, ann: Person) -> None:
    await ann.send("one")
    await api.result("getUpdates", offset=5)

    assert texts(await api.result("getUpdates", offset=5)) == ["/start"]


async def test_a_long_poll_is_answered_when_something_happens(api: Api, chat: LocalChat) -> None:
    asking = asyncio.create_task(api.result("getUpdates", timeout=30))
    await chat.until_bot_listens()

    await chat.person("Ann").send("hello")

    assert texts(await asking) == ["hello"]


async def test_a_second_bot_ends_the_first_ones_wait(api: Api, chat: LocalChat) -> None:
    first = asyncio.create_task(api("getUpdates", timeout=30))
    await chat.until_bot_listens()

    second = await api.result("getUpdates", timeout=0)

    assert second == []
    conflict = await first
    assert conflict["error_code"] == 409
    assert conflict["description"].startswith("Conflict: terminated by other getUpdates request")


async def test_updates_are_kept_for_a_day(api: Api, ann: Person, clock: FrozenClock) -> None:
    clock.move(timedelta(hours=20))
    await ann.send("still there")
    clock.move(timedelta(hours=5))

    assert texts(await api.result("getUpdates")) == ["still there"]


async def test_reactions_come_only_to_a_bot_that_asks_for_them(api: Api, ann: Person) -> None:
    await api.result("sendMessage", chat_id=ann.id, text="x")
    await ann.react(ann.private.last, "👍")
    before = await api.result("getUpdates", allowed_updates=["message", "message_reaction"])

    await ann.react(ann.private.last, None)

    after = await api.result("getUpdates", offset=before[-1]["update_id"] + 1)
    assert [update["message_reaction"]["old_reaction"] for update in after] == [[{"type": "emoji", "emoji": "👍"}]]


async def test_an_update_can_be_sent_again_on_demand(api: Api, chat: LocalChat, ann: Person) -> None:
    (first,) = await api.result("getUpdates")
    await api.result("getUpdates", offset=first["update_id"] + 1)

    chat.redeliver()

    assert await api.result("getUpdates", offset=first["update_id"] + 1, timeout=1) == [first]


async def test_pending_updates_can_be_dropped(api: Api, ann: Person) -> None:
    assert (await api.result("getWebhookInfo"))["pending_update_count"] == 1

    await api.result("deleteWebhook", drop_pending_updates=True)

    assert (await api.result("getWebhookInfo"))["pending_update_count"] == 0
