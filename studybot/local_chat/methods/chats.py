"""getChat and what one may ask about members; pins; leaving a group."""

from typing import Any

from studybot.local_chat.actions import leave
from studybot.local_chat.journal import Record
from studybot.local_chat.methods.method import Method
from studybot.local_chat.params import Params
from studybot.local_chat.posting import known_chat, new_message, reachable, reply_fields
from studybot.local_chat.refused import bad_request
from studybot.local_chat.state import public
from studybot.local_chat.world import World

RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
)
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(world: World, params: Params) -> Record:
    chat = known_chat(world.state, params.chat_id())
    full = {
        **world.state.chat_shown(chat["id"]),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
    }
    pinned = world.state.message(chat["id"], chat.get("pinned") or 0)
    return full | ({"pinned_message": public(pinned)} if pinned else {})


def member(world: World, chat: Record, user_id: int) -> dict[str, Any]:
    """Describe what somebody is in a chat."""
    state = world.state
    user = state.bot_user if user_id == state.bot["id"] else state.person_user(user_id)
    if chat["type"] == "private" or chat.get("owner") == user_id:
        return {"status": "creator" if chat.get("owner") == user_id else "member", "user": user} | (
            {"is_anonymous": False} if chat.get("owner") == user_id else {}
        )
    if user_id not in chat["members"]:
        return {"status": "left", "user": user}
    if user_id in chat.get("admins", []):
        rights = dict.fromkeys(RIGHTS, True)
        return {"status": "administrator", "user": user, "can_be_edited": False, "is_anonymous": False, **rights}
    return {"status": "member", "user": user}


def get_chat_member(world: World, params: Params) -> Record:
    chat = known_chat(world.state, params.chat_id())
    user_id = params.integer("user_id")
    if user_id != world.state.bot["id"] and world.state.get("people", user_id) is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return member(world, chat, user_id)


def get_chat_member_count(world: World, params: Params) -> int:
    chat = known_chat(world.state, params.chat_id())
    return len(chat["members"]) if chat["type"] != "private" else 2


def get_chat_administrators(world: World, params: Params) -> list[Record]:
    chat = known_chat(world.state, params.chat_id())
    if chat["type"] == "private":
        raise bad_request("there are no administrators in the private chat")
    leaders = [chat.get("owner"), *chat.get("admins", [])]
    return [member(world, chat, user_id) for user_id in dict.fromkeys(leaders) if user_id is not None]


def pin_chat_message(world: World, params: Params) -> bool:
    state = world.state
    chat = reachable(state, params.chat_id())
    message = state.message(chat["id"], params.message_id())
    if message is None:
        raise bad_request("message to pin not found")
    if chat["type"] != "private" and state.bot["id"] not in chat.get("admins", []):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    state.put("chats", chat["id"], {**chat, "pinned": message["message_id"]})
    new_message(
        state,
        chat["id"],
        state.bot_user,
        {"pinned_message": reply_fields(message)["reply_to_message"]},
    )
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    chat = reachable(world.state, params.chat_id())
    world.state.put("chats", chat["id"], {**chat, "pinned": None})
    return True


def leave_chat(world: World, params: Params) -> bool:
    chat = reachable(world.state, params.chat_id())
    if chat["type"] == "private":
        raise bad_request("chat member status can't be changed in private chats")
    leave(world, chat["id"], world.state.bot["id"])
    return True


METHODS = {
    "getChat": Method(get_chat),
    "getChatMember": Method(get_chat_member),
    "getChatMemberCount": Method(get_chat_member_count),
    "getChatAdministrators": Method(get_chat_administrators),
    "pinChatMessage": Method(pin_chat_message),
    "unpinChatMessage": Method(unpin_chat_message),
    "unpinAllChatMessages": Method(unpin_chat_message),
    "leaveChat": Method(leave_chat),
}
