"""A message as it will look: Telegram HTML and the keys below it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from studybot.telegram_bot.buttons import Button, encode

Markup: TypeAlias = Mapping[str, Any]
"""Buttons as Telegram takes them. The library's own classes would be taken apart again for every message."""


@dataclass(frozen=True, slots=True)
class Key:
    label: str
    button: Button


@dataclass(frozen=True, slots=True)
class View:
    html: str
    keys: tuple[tuple[Key, ...], ...] = ()
    formulas: tuple[str, ...] = ()
    """Display formulas of the text, as LaTeX: they may be sent as pictures below it."""

    @property
    def markup(self) -> Markup | None:
        if not self.keys:
            return None
        rows = [[{"text": key.label, "callback_data": encode(key.button)} for key in row] for row in self.keys]
        return {"inline_keyboard": rows}
