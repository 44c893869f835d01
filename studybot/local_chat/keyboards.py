"""Checks a reply markup: inline keyboards with their limits, reply keyboards, and the request to reply."""

import re
from typing import Any

from studybot.local_chat.limits import CALLBACK_DATA_BYTES, COPY_TEXT_UNITS, KEYBOARD_BUTTONS, units
from studybot.local_chat.refused import bad_request

Markup = dict[str, Any]

STYLES = frozenset(["primary", "success", "danger"])
UNUSUAL = (
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "pay",
)


def reply_markup(markup: Any) -> Markup | None:
    """Return the markup as Telegram would keep it, or None where there is nothing to show."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return inline_keyboard(markup)
    if "keyboard" in markup:
        rows = [
            [button if isinstance(button, dict) else {"text": str(button)} for button in row]
            for row in markup["keyboard"]
        ]
        return {**markup, "keyboard": [row for row in rows if row]}
    return markup


def inline_keyboard(markup: Markup) -> Markup | None:
    rows = [[_button(button) for button in row] for row in markup["inline_keyboard"]]
    rows = [row for row in rows if row]
    if sum(len(row) for row in rows) > KEYBOARD_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": rows} if rows else None


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: Expected an object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad_request("inline keyboard button text is empty")
    if (style := button.get("style")) is not None and style not in STYLES:
        raise bad_request(f'can\'t parse inline keyboard button: Invalid button style "{style}"')
    if button.get("url"):
        if not re.match(r"(https?|tg|ton)://[^\s]+$|tg:[^\s]+$", button["url"], re.IGNORECASE):
            raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    elif "copy_text" in button:
        length = units(button["copy_text"]["text"])
        if not 1 <= length <= COPY_TEXT_UNITS:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif not any(key in button for key in UNUSUAL):
        data = button.get("callback_data") or ""
        if not data:
            raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if len(data.encode()) > CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    return dict(button)
