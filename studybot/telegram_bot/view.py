"""A message as it will look: Telegram HTML and the keys below it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from studybot.telegram_bot.buttons import Button, encode
from studybot.telegram_bot.group.buttons import (
    CastVote,
    GroupButton,
    OfChallenge,
    OfRound,
    OnBoard,
    PassOn,
    SetRule,
    encode_board,
    encode_group,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A button that leads to an address, such as a chat with the bot."""

    url: str


Markup: TypeAlias = Mapping[str, Any]
"""Buttons as Telegram takes them. The library's own classes would be taken apart again for every message."""


@dataclass(frozen=True, slots=True)
class Key:
    label: str
    button: Button | GroupButton | OnBoard | Link

    @property
    def inline(self) -> Mapping[str, str]:
        match self.button:
            case Link(url):
                return {"text": self.label, "url": url}
            case OnBoard() as button:
                return {"text": self.label, "callback_data": encode_board(button)}
            case OfChallenge() | SetRule() | PassOn() | CastVote() | OfRound() as button:
                return {"text": self.label, "callback_data": encode_group(button)}
            case button:
                return {"text": self.label, "callback_data": encode(button)}


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
        return {"inline_keyboard": [[key.inline for key in row] for row in self.keys]}


@dataclass(frozen=True, slots=True)
class Quiz:
    """A quiz of Telegram's own; `right` is the place of the right option, `description` HTML."""

    question: str
    options: tuple[str, ...]
    right: int
    explanation: str
    description: str
