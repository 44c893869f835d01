"""sendPhoto, sendDocument, editMessageCaption, editMessageMedia and getFile."""

from typing import Any

from studybot.local_chat.formatting import caption
from studybot.local_chat.journal import Record
from studybot.local_chat.methods.method import Method
from studybot.local_chat.params import Params
from studybot.local_chat.posting import bot_message, edit_markup, edited, own_message, reachable
from studybot.local_chat.refused import bad_request
from studybot.local_chat.world import World


def _file(world: World, params: Params, name: str, given: str | None = None) -> Record:
    """Find a file that a call names: uploaded under the parameter's name or as attach://, or known by its id."""
    value = params.text(name) if given is None else given
    upload = params.uploads.get(value.removeprefix("attach://")) if value else params.uploads.get(name)
    if upload is not None:
        if not upload.content:
            raise bad_request("file must be non-empty")
        return world.files.keep(upload)
    if not value:
        raise bad_request(f"there is no {name} in the request")
    return world.files.known(value)


def _caption_fields(params: Params) -> Record:
    text, entities = caption(params)
    fields: Record = {"caption": text} if text else {}
    if entities:
        fields["caption_entities"] = entities
    if params.flag("show_caption_above_media"):
        fields["show_caption_above_media"] = True
    return fields


def _media(world: World, kind: str, file: Record) -> dict[str, Any]:
    if kind == "photo":
        return {"photo": world.files.photo(file)}
    return {"document": world.files.document(file)}


def send_photo(world: World, params: Params) -> Record:
    reachable(world.state, params.chat_id())
    fields = _caption_fields(params)
    spoiler = {"has_media_spoiler": True} if params.flag("has_spoiler") else {}
    return bot_message(world, params, _media(world, "photo", _file(world, params, "photo")) | fields | spoiler)


def send_document(world: World, params: Params) -> Record:
    reachable(world.state, params.chat_id())
    fields = _caption_fields(params)
    return bot_message(world, params, _media(world, "document", _file(world, params, "document")) | fields)


def edit_message_caption(world: World, params: Params) -> Record:
    fields = _caption_fields(params)
    before = own_message(world, params, to="edit")
    if "photo" not in before and "document" not in before:
        raise bad_request("there is no caption in the message to edit")
    content = {"caption": None, "caption_entities": None, "reply_markup": edit_markup(params)}
    return edited(world, before, content | fields)


def edit_message_media(world: World, params: Params) -> Record:
    media = params.json("media")
    if not isinstance(media, dict) or media.get("type") not in ("photo", "document"):
        raise bad_request("can't parse InputMedia: the local chat shows photos and documents")
    before = own_message(world, params, to="edit")
    fields = _caption_fields(Params(media))
    file = _file(world, params, "media", given=str(media.get("media", "")))
    content: Record = dict.fromkeys(("text", "entities", "photo", "document", "caption", "caption_entities"))
    content |= _media(world, media["type"], file) | fields | {"reply_markup": edit_markup(params)}
    return edited(world, before, content)


def get_file(world: World, params: Params) -> Record:
    return world.files.shown(params.text("file_id"))


METHODS = {
    "sendPhoto": Method(send_photo, floods=True),
    "sendDocument": Method(send_document, floods=True),
    "editMessageCaption": Method(edit_message_caption, floods=True),
    "editMessageMedia": Method(edit_message_media, floods=True),
    "getFile": Method(get_file),
}
