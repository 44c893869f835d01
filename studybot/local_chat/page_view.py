"""What the page shows: messages, people and chats as plain data, with code already split into coloured words."""

from functools import lru_cache
from typing import Any

from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

from studybot.local_chat.journal import Record
from studybot.local_chat.limits import index_of_unit
from studybot.local_chat.methods.profile import bot_text, commands_key
from studybot.local_chat.world import World

View = dict[str, Any]
SHOWN_MESSAGES = 200
LANGUAGES = ("ko", "en")
SERVICE = (
    "forum_topic_created",
    "new_chat_members",
    "left_chat_member",
    "pinned_message",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
)


@lru_cache(maxsize=512)
def coloured(code: str, language: str) -> tuple[tuple[str, str], ...]:
    """Split code into (class, text) pairs by Pygments; all of it uncoloured where the language is unknown."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return (("", code),)
    pairs: list[tuple[str, str]] = []
    for token, text in lexer.get_tokens(code):
        name = STANDARD_TYPES.get(token) or STANDARD_TYPES.get(token.parent, "")
        if pairs and pairs[-1][0] == name:
            pairs[-1] = (name, pairs[-1][1] + text)
        else:
            pairs.append((name, text))
    return tuple(pairs)


def entity_views(text: str, entities: list[Record]) -> list[View]:
    views = []
    for entity in entities:
        view = dict(entity)
        if entity["type"] == "pre" and entity.get("language"):
            start = index_of_unit(text, entity["offset"])
            end = index_of_unit(text, entity["offset"] + entity["length"])
            view["words"] = coloured(text[start:end], entity["language"])
        views.append(view)
    return views


def message_view(world: World, message: Record) -> View:
    text = message.get("text") or message.get("caption") or ""
    entities = message.get("entities") or message.get("caption_entities") or []
    sender = message["from"]
    view: View = {
        "id": message["message_id"],
        "chat": message["chat"]["id"],
        "version": message["_version"],
        "from": {"id": sender["id"], "name": sender["first_name"], "bot": sender["is_bot"]},
        "topic": message.get("message_thread_id", 0),
        "date": message["date"],
        "edited": bool(message.get("_edited")),
        "silent": bool(message.get("_silent")),
        "text": text,
        "entities": entity_views(text, entities),
        "keyboard": message.get("reply_markup", {}).get("inline_keyboard", []),
        "markup": message.get("_markup"),
        "reactions": message.get("_reactions", {}),
    }
    original = message.get("reply_to_message")
    if original is not None and "forum_topic_created" not in original:
        view["reply"] = _quoted(original)
    if "photo" in message:
        photo = message["photo"][-1]
        view["photo"] = {key: photo[key] for key in ("file_id", "width", "height")}
        view["photo"]["hidden"] = bool(message.get("has_media_spoiler"))
    if "document" in message:
        view["document"] = {key: message["document"][key] for key in ("file_id", "file_name", "file_size")}
    if "poll" in message:
        view["poll"] = _poll_view(world, message["poll"])
    if (kind := next((each for each in SERVICE if each in message), None)) is not None:
        view["service"] = {"kind": kind, "names": _names(message[kind])}
    return view


def _quoted(original: Record) -> View:
    text = original.get("text") or original.get("caption") or original.get("poll", {}).get("question") or ""
    kind = next((each for each in ("photo", "document", "poll") if each in original), "text")
    name = original["from"]["first_name"]
    return {"id": original["message_id"], "name": name, "from": original["from"]["id"], "text": text, "kind": kind}


def _names(value: Any) -> list[str]:
    """Return who a service message is about, or the topic that it opens."""
    named = value if isinstance(value, list) else [value]
    names = [each.get("first_name") or each.get("name") for each in named if isinstance(each, dict)]
    return [name for name in names if name]


def _poll_view(world: World, poll: Record) -> View:
    record = world.state.get("polls", poll["id"]) or {"votes": {}, "hidden": False, "shuffled": False}
    kept = ("question", "is_closed", "is_anonymous", "type", "allows_multiple_answers", "allows_revoting", "close_date")
    view: View = {key: poll.get(key) for key in kept}
    view["question_entities"] = entity_views(poll["question"], poll.get("question_entities", []))
    view["options"] = [{"text": option["text"], "votes": option["voter_count"]} for option in poll["options"]]
    view["correct"] = poll.get("correct_option_ids", [])
    explanation = poll.get("explanation", "")
    view["explanation"] = explanation
    view["explanation_entities"] = entity_views(explanation, poll.get("explanation_entities", []))
    view["description"] = poll.get("description", "")
    view["total"] = poll["total_voter_count"]
    view["votes"] = record["votes"]
    view["hidden"] = record["hidden"]
    return view


def person_view(person: Record) -> View:
    kept = {key: person[key] for key in ("id", "started", "blocked")}
    return {**kept, "name": person["first_name"], "language": person["language_code"]}


def chat_view(world: World, chat: Record) -> View:
    chat_id = chat["id"]
    menus = {
        f"{language}/{member}": _menu(world, chat, member, language)
        for language in LANGUAGES
        for member in ([chat_id] if chat["type"] == "private" else chat["members"])
    }
    return {
        "id": chat_id,
        "type": chat["type"],
        "title": chat.get("title"),
        "members": chat.get("members", [chat_id]),
        "topics": [_topic_view(world, chat, number) for number in chat.get("topics", [])],
        "pinned": chat.get("pinned"),
        "gone": "migrated_to" in chat,
        "menus": menus,
    }


def _topic_view(world: World, chat: Record, number: int) -> View:
    opened = world.state.message(chat["id"], number) or {}
    return {"id": number, "name": opened.get("forum_topic_created", {}).get("name", f"#{number}")}


def _menu(world: World, chat: Record, person_id: int, language: str) -> list[Record]:
    """Return the command menu one person sees in one chat: narrowest scope first, own language first."""
    chat_id = chat["id"]
    if chat["type"] == "private":
        scopes: list[Record] = [{"type": "chat", "chat_id": chat_id}, {"type": "all_private_chats"}]
    else:
        leads = person_id == chat.get("owner") or person_id in chat.get("admins", [])
        for_admins = [{"type": "chat_administrators", "chat_id": chat_id}]
        scopes = [
            {"type": "chat_member", "chat_id": chat_id, "user_id": person_id},
            *(for_admins if leads else []),
            {"type": "chat", "chat_id": chat_id},
            *([{"type": "all_chat_administrators"}] if leads else []),
            {"type": "all_group_chats"},
        ]
    for scope in [*scopes, {"type": "default"}]:
        for code in (language, ""):
            if (row := world.state.get("commands", commands_key(scope, code))) is not None:
                return list(row["commands"])
    return []


def directory(world: World) -> View:
    """Everybody, every chat and the bot; all that the page shows besides messages."""
    state = world.state
    return {
        "now": state.now_seconds(),
        "bot": {
            "id": state.bot["id"],
            "username": state.bot["username"],
            "own_name": state.bot["first_name"],
            "status": world.updates.status,
            **{
                language: {
                    "name": bot_text(world, "name", language),
                    "description": bot_text(world, "description", language),
                    "short": bot_text(world, "short_description", language),
                }
                for language in LANGUAGES
            },
        },
        "people": [person_view(person) for person in state.rows("people").values()],
        "chats": [chat_view(world, chat) for chat in state.rows("chats").values()],
    }


def snapshot(world: World, *, can_advance: bool) -> View:
    """All that a page needs when it opens or comes back."""
    messages = {chat_id: history(world, int(chat_id), before=None) for chat_id in world.state.rows("chats")}
    return {**directory(world), "messages": messages, "can_advance": can_advance}


def history(world: World, chat_id: int, *, before: int | None) -> list[View]:
    """Return the last messages of a chat (or those before one), oldest first."""
    ids = sorted(number for number in world.state.messages_of(chat_id) if before is None or number < before)
    chosen = (world.state.messages_of(chat_id)[number] for number in ids[-SHOWN_MESSAGES:])
    return [message_view(world, message) for message in chosen]
