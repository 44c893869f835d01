"""Puts messages into chats: whom the bot may reach, what a message carries, and what an edit may change."""

from typing import Any

from studybot.local_chat.journal import Record
from studybot.local_chat.keyboards import Markup, reply_markup
from studybot.local_chat.params import Params
from studybot.local_chat.refused import Refused, bad_request, forbidden
from studybot.local_chat.state import State, public
from studybot.local_chat.world import World


def reachable(state: State, chat_id: int) -> Record:
    """Return the chat if the bot may write there; else refuse in Telegram's words."""
    chat = known_chat(state, chat_id)
    if chat["type"] != "private":
        if state.bot["id"] not in chat["members"]:
            raise forbidden(f"bot was kicked from the {chat['type']} chat")
        return chat
    person = state.rows("people")[str(chat_id)]
    if person["blocked"]:
        raise forbidden("bot was blocked by the user")
    if not person["started"]:
        shares_a_group = any(chat_id in each.get("members", []) for each in state.rows("chats").values())
        if shares_a_group:
            raise forbidden("bot can't initiate conversation with a user")
        raise bad_request("chat not found")
    return chat


def known_chat(state: State, chat_id: int) -> Record:
    chat = state.get("chats", chat_id)
    if chat is None:
        raise bad_request("chat not found")
    if (new_id := chat.get("migrated_to")) is not None:
        raise Refused(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=new_id,
        )
    return chat


def new_message(state: State, chat_id: int, sender: Record, content: Record) -> Record:
    """Put one message into a chat, with the next id and the clock's time."""
    message = {
        "message_id": state.next_id("message"),
        "from": sender,
        "chat": state.chat_shown(chat_id),
        "date": state.now_seconds(),
        **content,
    }
    return state.put_message(message)


def bot_message(world: World, params: Params, content: Record) -> Record:
    """Put one message of the bot into the chat that a call names, with its reply and its keyboard."""
    state = world.state
    chat = reachable(state, params.chat_id())
    markup = reply_markup(params.json("reply_markup"))
    thread = params.integer("message_thread_id") or 0
    if thread and thread not in chat.get("topics", []):
        raise bad_request("message thread not found")
    content = {**content, **replied(state, chat["id"], params), **markup_fields(markup)}
    content = in_topic(state, chat, content, thread)
    if params.flag("disable_notification"):
        content["_silent"] = True
    if params.flag("protect_content"):
        content["has_protected_content"] = True
    if params.has("message_effect_id"):
        if chat["type"] != "private":
            raise bad_request("message effects can be used only in private chats")
        content["effect_id"] = params.text("message_effect_id")
    return new_message(state, chat["id"], state.bot_user, content)


def in_topic(state: State, chat: Record, content: Record, thread: int) -> Record:
    """Return a message's fields where it is said in a topic: in one that is named, or in that of what it replies to.

    What replies to nothing there replies to the message by which the topic was opened, as in Telegram.
    """
    thread = thread or content.get("reply_to_message", {}).get("message_thread_id", 0)
    if not thread:
        return content
    opened = state.message(chat["id"], thread)
    first = {} if opened is None else reply_fields(opened)
    return {"message_thread_id": thread, "is_topic_message": True, **first, **content}


def markup_fields(markup: Markup | None) -> Record:
    """An inline keyboard belongs to the message; other keyboards belong to whoever reads it."""
    if markup is None:
        return {}
    return {"reply_markup": markup} if "inline_keyboard" in markup else {"_markup": markup}


def replied(state: State, chat_id: int, params: Params) -> Record:
    reply = params.json("reply_parameters") or {}
    message_id = reply.get("message_id") or params.integer("reply_to_message_id")
    if not message_id:
        return {}
    allowed = reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    original = state.message(chat_id, message_id)
    if original is None:
        if allowed:
            return {}
        raise bad_request("message to be replied not found")
    return reply_fields(original)


def reply_fields(original: Record) -> Record:
    kept = {key: value for key, value in public(original).items() if key != "reply_to_message"}
    return {"reply_to_message": kept}


def own_message(world: World, params: Params, *, to: str) -> Record:
    """Return the bot's own message that a call wants to change."""
    chat = known_chat(world.state, params.chat_id())
    message = world.state.message(chat["id"], params.message_id())
    if message is None:
        raise bad_request(f"message to {to} not found")
    if message["from"]["id"] != world.state.bot["id"]:
        raise bad_request("message can't be edited")
    return message


def edited(world: World, before: Record, content: Record, *, shown: bool = True) -> Record:
    """Store the changed message. An edit that changes nothing is refused, as in Telegram."""
    kept = {key: value for key, value in before.items() if key not in ("reply_markup", *content)}
    after = {**kept, **{key: value for key, value in content.items() if value is not None}}
    if all(before.get(key) == after.get(key) for key in {*content, "reply_markup"}):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    after["edit_date"] = world.state.now_seconds()
    if shown:
        after["_edited"] = True
    return world.state.put_message(after)


def edit_markup(params: Params) -> Any:
    """Read an edit's keyboard: only inline keyboards can be edited in; none given takes the old one away."""
    markup = reply_markup(params.json("reply_markup"))
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup
