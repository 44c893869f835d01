"""What people do in the local chat, and which of it the bot gets to know: used by the page and by tests alike.

Every action changes the state and queues the updates; the caller commits. A thing nobody can do in Telegram
raises ValueError with a line for whoever tried.
"""

import re
from typing import Any

from studybot.local_chat import poll
from studybot.local_chat.entities import typed
from studybot.local_chat.journal import Record
from studybot.local_chat.limits import REACTIONS, in_pieces
from studybot.local_chat.params import Upload
from studybot.local_chat.posting import in_topic, new_message, reply_fields
from studybot.local_chat.state import State
from studybot.local_chat.world import World

TOPIC_COLOUR = 7_322_096
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
BASIC = "group"


def add_person(world: World, name: str, *, language: str, username: str | None = None) -> Record:
    """Make up a person. They have a private chat with the bot at once, but the bot cannot write there yet."""
    if not name.strip() or not LANGUAGE_CODE.fullmatch(language):
        raise ValueError("a person needs a name and a language code such as ko or en")
    state = world.state
    person_id = state.next_id("person")
    person = {
        "id": person_id,
        "is_bot": False,
        "first_name": name.strip(),
        "username": username,
        "language_code": language,
        "started": False,
        "blocked": False,
    }
    state.put("people", person_id, person)
    chat = {"id": person_id, "type": "private", "first_name": name.strip(), "username": username}
    state.put("chats", person_id, chat)
    return person


def change_person(world: World, person_id: int, **changes: Any) -> Record:
    person = world.state.rows("people")[str(person_id)]
    return world.state.put("people", person_id, {**person, **changes})


def add_group(
    world: World, title: str, members: list[int], *, bot_is_admin: bool = False, basic: bool = False
) -> Record:
    """Make a group of people with the bot in it; the first of them owns it."""
    state = world.state
    number = state.next_id("group")
    chat: Record = {
        "id": -number if basic else -1_000_000_000_000 - number,
        "type": BASIC if basic else "supergroup",
        "title": title,
        "members": [*members],
        "owner": members[0] if members else None,
        "admins": [],
    }
    state.put("chats", chat["id"], chat)
    add_to_group(world, chat["id"], state.bot["id"], by=members[0], as_admin=bot_is_admin)
    return state.rows("chats")[str(chat["id"])]


def add_topic(world: World, chat_id: int, name: str, *, by: int) -> Record:
    """Open a topic in a supergroup, which is a forum from then on; returns the message that says so.

    Its id is the topic's, as in Telegram.
    """
    state = world.state
    chat = state.rows("chats")[str(chat_id)]
    if chat["type"] != "supergroup":
        raise ValueError("only a supergroup can have topics")
    thread = state.next_id("message") + 1
    state.put("chats", chat_id, {**chat, "is_forum": True, "topics": [*chat.get("topics", []), thread]})
    return _say(world, chat_id, by, {"forum_topic_created": {"name": name, "icon_color": TOPIC_COLOUR}}, thread=thread)


def delete_topic(world: World, chat_id: int, thread: int) -> None:
    """Delete a topic with all that was said in it. The bot is not told, as in Telegram."""
    state = world.state
    chat = state.rows("chats")[str(chat_id)]
    state.put("chats", chat_id, {**chat, "topics": [each for each in chat["topics"] if each != thread]})
    for number, message in list(state.messages_of(chat_id).items()):
        if message.get("message_thread_id") == thread:
            state.drop_message(chat_id, number)


def add_to_group(world: World, chat_id: int, user_id: int, *, by: int, as_admin: bool = False) -> None:
    state = world.state
    chat = state.rows("chats")[str(chat_id)]
    admins = [*chat["admins"], user_id] if as_admin else chat["admins"]
    state.put("chats", chat_id, {**chat, "members": [*chat["members"], user_id], "admins": admins})
    if user_id == state.bot["id"]:
        _membership(world, chat_id, "left", "administrator" if as_admin else "member", by=by)
    newcomer = state.bot_user if user_id == state.bot["id"] else state.person_user(user_id)
    _say(world, chat_id, by, {"new_chat_members": [newcomer]})


def leave(world: World, chat_id: int, user_id: int, *, by: int | None = None) -> None:
    """Take somebody (or the bot) out of a group."""
    state = world.state
    chat = state.rows("chats")[str(chat_id)]
    members = [member for member in chat["members"] if member != user_id]
    admins = [member for member in chat["admins"] if member != user_id]
    if user_id != state.bot["id"]:  # said while they are in: nobody else can say it
        _say(world, chat_id, user_id, {"left_chat_member": state.person_user(user_id)})
    state.put("chats", chat_id, {**chat, "members": members, "admins": admins})
    if user_id == state.bot["id"]:
        was = "administrator" if user_id in chat["admins"] else "member"
        _membership(world, chat_id, was, "kicked" if by is not None else "left", by=by)


def upgrade_group(world: World, chat_id: int) -> Record:
    """Turn a basic group into a supergroup: it gets a new id, and two service messages say so."""
    state = world.state
    old = state.rows("chats")[str(chat_id)]
    if old["type"] != BASIC:
        raise ValueError("only a basic group can be upgraded")
    new_id = -1_000_000_000_000 - state.next_id("group")
    state.put("chats", new_id, {**old, "id": new_id, "type": "supergroup"})
    _say(world, chat_id, old["owner"], {"migrate_to_chat_id": new_id})
    state.put("chats", chat_id, {**old, "migrated_to": new_id})
    _say(world, new_id, old["owner"], {"migrate_from_chat_id": chat_id})
    return state.rows("chats")[str(new_id)]


def send_text(
    world: World, person_id: int, chat_id: int, source: str, *, reply_to: int | None = None, thread: int = 0
) -> list[Record]:
    """Send what a person typed; like Telegram's apps, a text too long for one message goes as several."""
    text, entities = typed(source)
    if not text:
        raise ValueError("there is nothing to send")
    reply = _reply(world.state, chat_id, reply_to)
    pieces = in_pieces(text)
    if len(pieces) == 1:
        fields = {"text": text} | ({"entities": [each.plain() for each in entities]} if entities else {})
        return [_say(world, chat_id, person_id, fields | reply, thread=thread)]
    return [
        _say(world, chat_id, person_id, {"text": piece} | reply, thread=thread) for piece in pieces if piece.strip()
    ]


def send_file(
    world: World,
    person_id: int,
    chat_id: int,
    upload: Upload,
    *,
    as_photo: bool,
    caption: str = "",
    reply_to: int | None = None,
    thread: int = 0,
) -> Record:
    record = world.files.keep(upload)
    if as_photo:
        content: Record = {"photo": world.files.photo(record)}
    else:
        content = {"document": world.files.document(record)}
    text, entities = typed(caption)
    if text:
        content |= {"caption": text} | ({"caption_entities": [each.plain() for each in entities]} if entities else {})
    return _say(world, chat_id, person_id, content | _reply(world.state, chat_id, reply_to), thread=thread)


def edit_text(world: World, person_id: int, chat_id: int, message_id: int, source: str) -> Record:
    state = world.state
    message = state.message(chat_id, message_id)
    if message is None or message["from"]["id"] != person_id or "text" not in message:
        raise ValueError("this message cannot be edited")
    text, entities = typed(source)
    if not text:
        raise ValueError("there is nothing to send")
    changed = {key: value for key, value in message.items() if key != "entities"}
    changed |= {"text": in_pieces(text)[0], "edit_date": state.now_seconds(), "_edited": True}
    if entities:
        changed["entities"] = [each.plain() for each in entities]
    kept = state.put_message(changed)
    if _bot_hears(state, kept):
        world.updates.add("edited_message", kept)
    return kept


def press(world: World, person_id: int, chat_id: int, message_id: int, data: str) -> str:
    """Press a button that carries data. Returns the callback query's id; the bot's answer is stored with it."""
    state = world.state
    message = state.message(chat_id, message_id)
    if message is None or data not in [button.get("callback_data") for button in buttons(message)]:
        raise ValueError("this button is not there any more")
    query_id = str(4_000_000_000_000 + state.next_id("query"))
    query = {
        "id": query_id,
        "from": state.person_user(person_id),
        "message": message,
        "chat_instance": str(abs(chat_id) * 7919),
        "data": data,
    }
    record = {"person": person_id, "chat": chat_id, "message": message_id, "data": data}
    state.put("queries", query_id, {**record, "at": state.now_seconds(), "answer": None})
    world.updates.add("callback_query", query)
    return query_id


def buttons(message: Record) -> list[Record]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def vote(world: World, person_id: int, chat_id: int, message_id: int, option_ids: list[int]) -> None:
    message = world.state.message(chat_id, message_id)
    if message is None or "poll" not in message:
        raise ValueError("there is no such poll")
    poll.vote(world, person_id, message, option_ids)


def react(world: World, person_id: int, chat_id: int, message_id: int, emoji: str | None) -> None:
    """Put a reaction under a message, or take it back."""
    state = world.state
    message = state.message(chat_id, message_id)
    if message is None or (emoji is not None and emoji not in REACTIONS):
        raise ValueError("this reaction cannot be given")
    before = message.get("_reactions", {})
    after = {who: what for who, what in before.items() if who != str(person_id)}
    if emoji is not None:
        after[str(person_id)] = emoji
    state.put_message({**message, "_reactions": after})
    update = {
        "chat": state.chat_shown(chat_id),
        "message_id": message_id,
        "user": state.person_user(person_id),
        "date": state.now_seconds(),
        "old_reaction": _reaction(before.get(str(person_id))),
        "new_reaction": _reaction(emoji),
    }
    world.updates.add("message_reaction", update)


def _reaction(emoji: str | None) -> list[Record]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []


def block(world: World, person_id: int) -> None:
    change_person(world, person_id, blocked=True)
    _membership(world, person_id, "member", "kicked", by=person_id)


def unblock(world: World, person_id: int) -> None:
    change_person(world, person_id, blocked=False)
    _membership(world, person_id, "kicked", "member", by=person_id)


def delete(world: World, person_id: int, chat_id: int, message_id: int) -> None:
    """Delete a message for everyone. The bot is not told, as in Telegram."""
    message = world.state.message(chat_id, message_id)
    if message is None or (chat_id < 0 and message["from"]["id"] != person_id):
        raise ValueError("this message cannot be deleted")
    world.state.drop_message(chat_id, message_id)


def _say(world: World, chat_id: int, sender_id: int, content: Record, *, thread: int = 0) -> Record:
    state = world.state
    chat = state.rows("chats")[str(chat_id)]
    if chat["type"] == "private":
        person = state.rows("people")[str(chat_id)]
        if person["blocked"]:
            unblock(world, chat_id)
        if not person["started"]:
            change_person(world, chat_id, started=True)
    elif sender_id not in chat["members"]:
        raise ValueError("only members can write into a group")
    message = new_message(state, chat_id, state.person_user(sender_id), in_topic(state, chat, content, thread))
    if _bot_hears(state, message):
        world.updates.add("message", message)
    return message


def _reply(state: State, chat_id: int, message_id: int | None) -> Record:
    if message_id is None:
        return {}
    original = state.message(chat_id, message_id)
    if original is None:
        raise ValueError("the message to reply to is gone")
    return reply_fields(original)


SERVICE = frozenset(
    [
        "forum_topic_created",
        "new_chat_members",
        "left_chat_member",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "new_chat_title",
    ]
)


def _bot_hears(state: State, message: Record) -> bool:
    """Apply privacy mode: in groups a bot hears commands, replies to it and service messages only."""
    chat = state.rows("chats")[str(message["chat"]["id"])]
    bot = state.bot
    if chat["type"] == "private":
        return True
    if bot["id"] not in chat["members"]:
        return False
    if bot["id"] in chat["admins"] or SERVICE & message.keys():
        return True
    if message.get("reply_to_message", {}).get("from", {}).get("id") == bot["id"]:
        return True
    command = re.match(r"/[A-Za-z0-9_]+(@\w+)?", message.get("text") or message.get("caption") or "")
    return command is not None and (command[1] or "").lower() in ("", f"@{bot['username']}".lower())


def _membership(world: World, chat_id: int, before: str, after: str, *, by: int | None) -> None:
    state = world.state
    change = {
        "chat": state.chat_shown(chat_id),
        "from": state.person_user(by) if by is not None else state.bot_user,
        "date": state.now_seconds(),
        "old_chat_member": _standing(state.bot_user, before),
        "new_chat_member": _standing(state.bot_user, after),
    }
    world.updates.add("my_chat_member", change)


def _standing(user: Record, status: str) -> Record:
    member: Record = {"status": status, "user": user}
    if status == "kicked":
        member["until_date"] = 0
    if status == "administrator":
        rights = (
            "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
            "can_restrict_members can_promote_members can_change_info can_invite_users can_post_stories "
            "can_edit_stories can_delete_stories can_pin_messages"
        )
        member |= {right: right not in ("can_be_edited", "is_anonymous") for right in rights.split()}
    return member
