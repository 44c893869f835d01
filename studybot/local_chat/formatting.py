"""Reads the text or caption of a call: its parse mode or entities, and the limits on its length."""

from typing import Any

from studybot.local_chat.entities import Entity, tidy, with_found
from studybot.local_chat.html import CannotParse, parse_html
from studybot.local_chat.limits import CAPTION_UNITS, RAW_TEXT_BYTES, TEXT_UNITS, units
from studybot.local_chat.params import Params
from studybot.local_chat.refused import bad_request

Formatted = tuple[str, list[dict[str, Any]]]


def formatted(
    source: str, *, parse_mode: str = "", entities: list[dict[str, Any]] | None = None, find: bool = True
) -> Formatted:
    """Return a text and its entities as Telegram would store them; refuse what Telegram refuses."""
    if len(source.encode("utf-8", "surrogatepass")) > RAW_TEXT_BYTES:
        raise bad_request("message is too long")
    match parse_mode.lower():
        case "":
            text, found = tidy(source, [Entity.from_plain(each) for each in entities or []])
        case "html":
            try:
                text, found = parse_html(source)
            except CannotParse as error:
                raise bad_request(f"can't parse entities: {error}") from error
        case "markdown" | "markdownv2":
            raise bad_request("the local chat reads HTML only; send parse_mode HTML")
        case _:
            raise bad_request("unsupported parse_mode")
    if find:
        found = with_found(text, found)
    return text, [entity.plain() for entity in found]


def message_text(params: Params) -> Formatted:
    text, entities = formatted(
        params.text("text"), parse_mode=params.text("parse_mode"), entities=params.json("entities")
    )
    if not text:
        raise bad_request("message text is empty")
    if units(text) > TEXT_UNITS:
        raise bad_request("message is too long")
    return text, entities


def caption(fields: Params) -> Formatted:
    text, entities = formatted(
        fields.text("caption"), parse_mode=fields.text("parse_mode"), entities=fields.json("caption_entities")
    )
    if units(text) > CAPTION_UNITS:
        raise bad_request("message caption is too long")
    return text, entities
