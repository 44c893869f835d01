"""Sending and editing, with Telegram's ordinary refusals answered: deleted messages, double edits, floods, blocks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError, TimedOut

from studybot.core.card import Language
from studybot.core.learner import ChatId, Learner
from studybot.core.letter import Delivery
from studybot.locale import speech
from studybot.telegram_bot import render
from studybot.telegram_bot.delivery import one_try
from studybot.telegram_bot.inbox import PollingBot
from studybot.telegram_bot.pace import flood_seconds, unhurried
from studybot.telegram_bot.view import Key, View

log = logging.getLogger(__name__)
T = TypeVar("T")

LONGEST_TOAST = 200
MOST_FLOOD_WAITS = 3


class Chat:
    """Talks to people through one bot. It is the flows' `Messenger`, too."""

    def __init__(self, bot: PollingBot, *, language: Language = Language.KO) -> None:
        self._bot = bot
        self._language = language  # of whoever runs the bot

    async def send(self, chat_id: ChatId, view: View, *, silent: bool = True, reply_to: int | None = None) -> int:
        """Send a message and return its id. Raises telegram.error.Forbidden if the person has blocked the bot."""
        reply = None if reply_to is None else {"message_id": reply_to, "allow_sending_without_reply": True}
        return await _through_floods(
            lambda: self._bot.send_text(
                chat_id,
                view.html,
                reply_markup=view.markup,
                disable_notification=silent,
                reply_parameters=reply,
            )
        )

    async def send_photo(self, chat_id: ChatId, photo: bytes | str, caption: str) -> str:
        """Send a picture without a sound, its bytes or the id of its file; return that id, for the next time."""
        message = await _through_floods(
            lambda: self._bot.send_photo(chat_id, photo, caption=caption, disable_notification=True)
        )
        return message.photo[-1].file_id

    async def edit(self, chat_id: ChatId, message_id: int, view: View) -> bool:
        """Make a message look like this; False if it is gone and a new one has to be sent."""
        try:
            await _through_floods(lambda: self._bot.edit_text(chat_id, message_id, view.html, reply_markup=view.markup))
        except BadRequest as error:
            return _is_harmless(error)
        except TimedOut:
            log.warning("an edit timed out chat=%s", chat_id)  # it may have arrived; the next edit will show
        return True

    async def show(self, chat_id: ChatId, message_id: int | None, view: View) -> int:
        """Edit the message if it is still there, else send a new one; return the id of the one that shows it."""
        if message_id is not None and await self.edit(chat_id, message_id, view):
            return message_id
        return await self.send(chat_id, view)

    async def strip(self, chat_id: ChatId, message_id: int, *, but: Sequence[Key] = ()) -> None:
        """Take the buttons off a message, `but` these; it does not matter if that was done before."""
        markup = View("", (tuple(but),)).markup if but else None
        try:
            await _through_floods(
                lambda: self._bot.edit_message_reply_markup(chat_id=chat_id, message_id=message_id, reply_markup=markup)
            )
        except (BadRequest, TimedOut) as error:
            log.debug("buttons stay: %s", error)

    async def toast(self, query_id: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a button press. Presses older than some seconds cannot be answered any more: that is normal."""
        try:
            await self._bot.answer_callback_query(query_id, text[:LONGEST_TOAST] or None, show_alert=alert)
        except (BadRequest, TimedOut) as error:
            log.debug("press not answered: %s", error)

    async def typing(self, chat_id: ChatId) -> None:
        try:
            await self._bot.send_chat_action(chat_id, ChatAction.TYPING)
        except TelegramError as error:
            log.debug("no typing shown: %s", error)

    async def remind(self, learner: Learner, *, due: int, minutes: int) -> Delivery:
        view = render.reminder(due, minutes, speech(learner.settings.language))
        return await one_try(lambda: self._bot.send_text(learner.chat_id, view.html, reply_markup=view.markup))

    async def tell_of_cards(self, admin: ChatId, news: Sequence[str]) -> bool:
        try:
            with unhurried():
                await self.send(admin, render.withheld(news, speech(self._language)), silent=False)
        except (Forbidden, BadRequest) as error:  # BadRequest: they never wrote to the bot
            log.warning("admin %s cannot be reached: %s", admin, error)
            return False
        return True


async def _through_floods(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call, waiting as long as Telegram says when it is flooded: asking earlier prolongs the ban."""
    for _ in range(MOST_FLOOD_WAITS):
        try:
            return await call()
        except RetryAfter as flood:
            seconds = flood_seconds(flood)
            log.warning("flood limit: waiting %.1f s", seconds)
            await asyncio.sleep(seconds)
    return await call()


def _is_harmless(error: BadRequest) -> bool:
    text = error.message.lower()
    if "not modified" in text:
        return True
    if "not found" in text or "can't be edited" in text:
        return False
    raise error
