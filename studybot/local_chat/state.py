"""All that the local Telegram knows, as records in tables, and the one way to change it: put, drop, commit.

table      key                  record
bot        "bot"                id, token, first_name, username, join date
texts      "name/ko"            the bot's name, description and short_description per language
people     person id            id, first_name, username, language_code, started, blocked
chats      chat id              Bot API chat, plus members, admins, migrated_to
messages   "chat id/message id" the Bot API message; keys that start with "_" are ours and never shown to the bot
updates    update id            an update the bot has not confirmed yet
queries    callback query id    who pressed what when, and the answer
polls      poll id              the poll and its votes
files      file id              name, mime type, size, path of the bytes
commands   "scope/language"     the command menu
counters   name                 last message, update, ... id: they rise over restarts
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from studybot.local_chat.journal import Journal, Put, Record, apply

FIRST_IDS = {"message": 0, "update": 700_000_000, "person": 1_000_000, "group": 4_000, "query": 0, "file": 0, "poll": 0}
Listener = Callable[[list[Put]], None]


class State:
    """The tables in memory. A record is replaced, never changed in place, so what was handed out stays true."""

    def __init__(self, journal: Journal, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.tables = journal.load()
        self._journal = journal
        self._pending: list[Put] = []
        self._listeners: list[Listener] = []
        self._messages: dict[int, dict[int, Record]] = {}
        for record in self.rows("messages").values():
            self._messages.setdefault(record["chat"]["id"], {})[record["message_id"]] = record

    def now_seconds(self) -> int:
        return int(self.clock().timestamp())

    def rows(self, table: str) -> dict[str, Record]:
        return self.tables.setdefault(table, {})

    def get(self, table: str, key: object) -> Record | None:
        return self.rows(table).get(str(key))

    def put(self, table: str, key: object, record: Record) -> Record:
        self._change((table, str(key), record))
        return record

    def drop(self, table: str, key: object) -> None:
        self._change((table, str(key), None))

    def _change(self, put: Put) -> None:
        apply(self.tables, put)
        self._pending.append(put)
        if put[0] == "messages":
            chat_id, message_id = (int(part) for part in put[1].split("/"))
            messages = self._messages.setdefault(chat_id, {})
            if put[2] is None:
                messages.pop(message_id, None)
            else:
                messages[message_id] = put[2]

    def next_id(self, counter: str) -> int:
        self.go_on_from(counter, self.last_id(counter) + 1)
        return self.last_id(counter)

    def last_id(self, counter: str) -> int:
        return int((self.get("counters", counter) or {"last": FIRST_IDS[counter]})["last"])

    def go_on_from(self, counter: str, last: int) -> None:
        """Let the next id be the one after `last`."""
        self.put("counters", counter, {"last": last})

    def commit(self) -> None:
        """Write what changed as one line, then tell everybody who listens."""
        if not self._pending:
            return
        puts, self._pending = self._pending, []
        self._journal.append(puts)
        for listener in list(self._listeners):
            listener(puts)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every commit, until the function returned here is called."""
        self._listeners.append(listener)

        def stop() -> None:
            with suppress(ValueError):
                self._listeners.remove(listener)

        return stop

    async def until(self, predicate: Callable[[], Any]) -> Any:
        """Wait for the commit after which `predicate` is true, and return what it returned."""
        changed = asyncio.Event()
        stop = self.listen(lambda _: changed.set())
        try:
            while not (found := predicate()):
                changed.clear()
                await changed.wait()
            return found
        finally:
            stop()

    # Messages are looked up by chat everywhere, so they have an index of their own.

    def messages_of(self, chat_id: int) -> dict[int, Record]:
        return self._messages.get(chat_id, {})

    def message(self, chat_id: int, message_id: int) -> Record | None:
        return self.messages_of(chat_id).get(message_id)

    def put_message(self, message: Record) -> Record:
        """Keep a new or changed message; its `_version` counts the changes."""
        key = f"{message['chat']['id']}/{message['message_id']}"
        before = self.get("messages", key)
        version = 1 + (before["_version"] if before else 0)
        return self.put("messages", key, {**message, "_version": version})

    def drop_message(self, chat_id: int, message_id: int) -> None:
        self.drop("messages", f"{chat_id}/{message_id}")

    @property
    def bot(self) -> Record:
        return self.rows("bot")["bot"]

    @property
    def bot_user(self) -> Record:
        """The bot as others see it, in a message's `from`."""
        return {key: self.bot[key] for key in ("id", "is_bot", "first_name", "username")}

    def person_user(self, person_id: int) -> Record:
        """A person as the bot sees them."""
        person = self.rows("people")[str(person_id)]
        shown = ("id", "is_bot", "first_name", "last_name", "username", "language_code")
        return {key: person[key] for key in shown if person.get(key) is not None}

    def chat_shown(self, chat_id: int) -> Record:
        """A chat as it stands in a message."""
        chat = self.rows("chats")[str(chat_id)]
        shown = ("id", "type", "title", "username", "first_name", "last_name", "is_forum")
        return {key: chat[key] for key in shown if chat.get(key) is not None}


def public(record: Any) -> Any:
    """Strip what is ours from a record before the bot sees it."""
    if isinstance(record, dict):
        return {key: public(value) for key, value in record.items() if not key.startswith("_")}
    if isinstance(record, list):
        return [public(each) for each in record]
    return record
