"""sendMessage, editMessageText, editMessageReplyMarkup, deleteMessage, sendChatAction and reactions."""

from datetime import timedelta

from studybot.local_chat.formatting import message_text
from studybot.local_chat.journal import Record
from studybot.local_chat.limits import DELETE_HOURS, REACTIONS
from studybot.local_chat.methods.method import Method
from studybot.local_chat.params import Params
from studybot.local_chat.posting import bot_message, edit_markup, edited, known_chat, own_message, reachable
from studybot.local_chat.refused import bad_request
from studybot.local_chat.world import World

ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def send_message(world: World, params: Params) -> Record:
    reachable(world.state, params.chat_id())
    text, entities = message_text(params)
    return bot_message(world, params, {"text": text} | ({"entities": entities} if entities else {}))


def edit_message_text(world: World, params: Params) -> Record:
    text, entities = message_text(params)
    before = own_message(world, params, to="edit")
    if "text" not in before:
        raise bad_request("there is no text in the message to edit")
    return edited(world, before, {"text": text, "entities": entities or None, "reply_markup": edit_markup(params)})


def edit_message_reply_markup(world: World, params: Params) -> Record:
    before = own_message(world, params, to="edit")
    return edited(world, before, {"reply_markup": edit_markup(params)}, shown=False)


def delete_message(world: World, params: Params) -> bool:
    state = world.state
    chat = known_chat(state, params.chat_id())
    message = state.message(chat["id"], params.message_id())
    if message is None:
        raise bad_request("message to delete not found")
    own = message["from"]["id"] == state.bot["id"]
    too_old = message["date"] < state.now_seconds() - timedelta(hours=DELETE_HOURS).total_seconds()
    may = own or chat["type"] == "private" or state.bot["id"] in chat.get("admins", [])
    if too_old or not may:
        raise bad_request("message can't be deleted for everyone")
    state.drop_message(chat["id"], message["message_id"])
    return True


def delete_messages(world: World, params: Params) -> bool:
    for message_id in params.json("message_ids") or []:
        if world.state.message(params.chat_id(), message_id) is not None:
            delete_message(world, Params({"chat_id": params.chat_id(), "message_id": message_id}))
    return True


def send_chat_action(world: World, params: Params) -> bool:
    action = params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.typing(reachable(world.state, params.chat_id())["id"], action)
    return True


def set_message_reaction(world: World, params: Params) -> bool:
    state = world.state
    chat = known_chat(state, params.chat_id())
    message = state.message(chat["id"], params.message_id())
    if message is None:
        raise bad_request("message to react not found")
    emoji = [each.get("emoji") for each in params.json("reaction") or []]
    if any(each not in REACTIONS for each in emoji):
        raise bad_request("REACTION_INVALID")
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    reactions = {**message.get("_reactions", {})}
    reactions.pop(str(state.bot["id"]), None)
    if emoji:
        reactions[str(state.bot["id"])] = emoji[0]
    state.put_message({**message, "_reactions": reactions})
    return True


METHODS = {
    "sendMessage": Method(send_message, floods=True),
    "editMessageText": Method(edit_message_text, floods=True),
    "editMessageReplyMarkup": Method(edit_message_reply_markup, floods=True),
    "deleteMessage": Method(delete_message),
    "deleteMessages": Method(delete_messages),
    "sendChatAction": Method(send_chat_action),
    "setMessageReaction": Method(set_message_reaction),
}
