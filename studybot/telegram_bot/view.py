"""A message as it will look: Telegram HTML and the keys below it."""

from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from studybot.telegram_bot.buttons import Button, encode


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
    def markup(self) -> InlineKeyboardMarkup | None:
        if not self.keys:
            return None
        return InlineKeyboardMarkup(
            [[InlineKeyboardButton(key.label, callback_data=encode(key.button)) for key in row] for row in self.keys]
        )
