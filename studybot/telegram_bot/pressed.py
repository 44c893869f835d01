"""Presses as the library's objects, without the message around the button: that is our own work, and comes back whole.

A `Message` has a hundred and twenty fields, and to read one costs three times as much as the rest of a press. Of a
message that carries a button of ours nothing is needed but its place; where there is more (a message that it answers,
a thread, a picture) the library reads the update as any other.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from telegram import Bot, CallbackQuery, Chat, Message, Update, User

SAID = frozenset(
    ["message_id", "date", "chat", "from", "edit_date", "text", "entities", "link_preview_options", "reply_markup"]
)
"""What a plain text message of a bot consists of."""

PLACE = ("message_id", "date", "chat")

_EMPTY = Message(0, datetime.fromtimestamp(0, UTC), Chat(0, Chat.PRIVATE))


class Place(Message):
    """A message of which nobody reads more than where it stands; every other field is as in an empty one."""

    __slots__ = ()

    def __init__(self, chat: Chat, message_id: int, date: datetime) -> None:
        super(Message, self).__init__(chat, message_id, date)
        object.__setattr__(self, "entities", ())  # every handler of a command asks for them

    def __getattr__(self, name: str) -> Any:
        """Return what an empty message has: asked only for fields that were never set."""
        return getattr(_EMPTY, name)


def without_words(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an update as it is worth keeping: a press on a plain message of ours without what the message says."""
    query = raw.get("callback_query")
    message = query.get("message") if isinstance(query, Mapping) else None
    if not isinstance(message, Mapping) or not SAID.issuperset(message):
        return raw
    place = {name: message[name] for name in PLACE if name in message}
    return {**raw, "callback_query": {**raw["callback_query"], "message": place}}


def as_press(raw: Mapping[str, Any], bot: Bot) -> Update | None:
    """Return a press on a plain message of ours; None for whatever else it may be."""
    query = raw.get("callback_query")
    if not isinstance(query, Mapping):
        return None
    message = query.get("message")
    if not isinstance(message, Mapping) or not SAID.issuperset(message) or not message["date"]:
        return None
    chat = Chat.de_json(dict(message["chat"]), bot)
    place = Place(chat, message["message_id"], datetime.fromtimestamp(message["date"], UTC))
    place.set_bot(bot)
    press = CallbackQuery(
        query["id"],
        User.de_json(dict(query["from"]), bot),
        query["chat_instance"],
        message=place,
        data=query.get("data"),
    )
    press.set_bot(bot)
    update = Update(raw["update_id"], callback_query=press)
    update.set_bot(bot)
    return update
