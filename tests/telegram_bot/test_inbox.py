from studybot.flows.outside import Outside
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat
from studybot.schedulers import SCHEDULERS
from studybot.telegram_bot.inbox import MOST_TRIES, chat_of
from tests.fakes import FakeDeck, FrozenClock, predict_card
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore
from tests.telegram_bot.conftest import SetStage, account_of, serving


def outside(store: MemoryStore, clock: FrozenClock) -> Outside:
    return Outside(store, FakeDeck([predict_card()]), FakeRunner(), clock, SCHEDULERS)


async def test_an_update_stored_before_a_crash_is_handled_once_after_it() -> None:
    clock, store = FrozenClock(), MemoryStore()
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        ann = chat.person("Ann")
        await ann.send("/help")
        await store.receive(chat.unconfirmed, at=clock.now())  # and there the process was killed

        async with serving(account_of(chat), outside(store, clock)):
            await ann.next_message()
            await ann.send("/settings")
            await ann.next_message()

        assert len([message for message in ann.private.messages if message.from_bot]) == 2
        assert not await store.unhandled()


async def test_an_update_delivered_twice_is_handled_once(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/help")
        await on.ann.next_message()

        on.chat.redeliver()
        await on.ann.send("/settings")
        second = await on.ann.next_message()

        assert "Settings" in second.text
        assert len([message for message in on.ann.private.messages if message.from_bot]) == 2


async def test_an_update_that_cannot_be_read_does_not_block_the_others() -> None:
    clock, store = FrozenClock(), MemoryStore()
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        ann = chat.person("Ann")
        broken = {"update_id": 1, "message": {"chat": {"id": ann.id}, "poll": {"new": "field"}}}
        await store.receive([broken], at=clock.now())

        async with serving(account_of(chat), outside(store, clock)):
            await ann.send("/help")
            await ann.next_message()

        assert not await store.unhandled()


async def test_an_update_that_kills_the_process_is_given_up_after_some_tries() -> None:
    clock, store = FrozenClock(), MemoryStore()
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        ann = chat.person("Ann")
        await ann.send("/help")
        await store.receive(chat.unconfirmed, at=clock.now())
        for _ in range(MOST_TRIES):
            await store.begin_update(chat.unconfirmed[0]["update_id"])

        async with serving(account_of(chat), outside(store, clock)):
            await ann.send("/settings")
            only = await ann.next_message()

        assert "Settings" in only.text
        assert not await store.unhandled()


async def test_messages_sent_while_the_bot_was_down_are_answered_in_order() -> None:
    clock, store = FrozenClock(), MemoryStore()
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        ann, bob = chat.person("Ann"), chat.person("Bob")
        await ann.send("/help")
        await bob.send("/settings")
        await ann.send("/settings")

        async with serving(account_of(chat), outside(store, clock)):
            first, second = await ann.next_message(), await ann.next_message()
            others = await bob.next_message()

        assert "/today" in first.text
        assert "Settings" in second.text
        assert "Settings" in others.text


async def test_a_lost_connection_is_taken_up_again(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        on.chat.fail_next("getUpdates", "reset")
        await on.ann.send("/help")
        await on.ann.next_message()

        on.chat.fail_next("getUpdates", 502)
        await on.ann.send("/settings")

        assert "Settings" in (await on.ann.next_message()).text


def test_the_chat_of_an_update_is_found_in_all_kinds_in_use() -> None:
    chat = {"id": 7}

    assert chat_of({"update_id": 1, "message": {"chat": chat}}) == 7
    assert chat_of({"update_id": 1, "edited_message": {"chat": chat}}) == 7
    assert chat_of({"update_id": 1, "callback_query": {"from": {"id": 9}, "message": {"chat": chat}}}) == 7
    assert chat_of({"update_id": 1, "callback_query": {"from": {"id": 9}}}) == 9
    assert chat_of({"update_id": 1, "my_chat_member": {"chat": chat}}) == 7
    assert chat_of({"update_id": 1, "something_new": {}}) == 0
