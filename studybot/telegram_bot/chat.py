"""Sending and editing, with Telegram's ordinary refusals answered: deleted messages, double edits, floods, blocks."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias, TypeVar

from telegram import Poll
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from studybot.core.card import Language, Text
from studybot.core.learner import ChatId, Learner
from studybot.core.letter import Delivery
from studybot.core.phrase import Said
from studybot.core.report import Report
from studybot.locale import speech
from studybot.pictures.formula import formula_png
from studybot.telegram_bot import day_view, more_view
from studybot.telegram_bot.delivery import one_try, surely_lost
from studybot.telegram_bot.inbox import PollingBot
from studybot.telegram_bot.pace import flood_seconds, unhurried
from studybot.telegram_bot.split import split
from studybot.telegram_bot.view import Key, Markup, Quiz, View

log = logging.getLogger(__name__)
T = TypeVar("T")

LONGEST_TOAST = 200
PAUSES_SECONDS = (0.5, 2.0, 5.0)
TYPING_SECONDS = 4.0  # Telegram takes the sign away after five
REMEMBERED_ROWS = 1000
REMEMBERED_CHATS = 10_000
MOST_FORMULAS = 3
LONGEST_FORMULA_SECONDS = 15.0
"""A learner who presses "next" waits behind the pictures: rather none than a late one."""

Part: TypeAlias = tuple[str, Markup | None]
"""A message as it is sent: HTML and buttons."""


class Chat:
    """Talks to people through one bot. It is the flows' `Messenger`, too."""

    def __init__(self, bot: PollingBot, *, language: Language = Language.KO) -> None:
        self._bot = bot
        self._language = language  # of whoever runs the bot
        # The messages that show one long text together, by each of their ids: all are edited, and none sent twice.
        # Losing them in a restart costs a text that is repeated where a button was pressed twice.
        self._rows: OrderedDict[tuple[ChatId, int], tuple[int, ...]] = OrderedDict()
        # Our newest text in each chat. Losing it costs a verdict that is told further up.
        self._newest: OrderedDict[ChatId, int] = OrderedDict()

    def has_said_since(self, chat_id: ChatId, message_id: int) -> bool:
        """Whether we wrote anything below one of our messages, as far as is remembered."""
        return self._newest.get(chat_id, message_id) > message_id

    async def send(
        self, chat_id: ChatId, view: View, *, silent: bool = True, reply_to: int | None = None, thread: int = 0
    ) -> int:
        """Send a message and return its id; of a text that needs several, the last one's, which has the buttons.

        `thread` is a forum topic. Raises telegram.error.Forbidden if the person has blocked the bot.
        """
        parts = _parts(view)
        sent = [await self._send_part(chat_id, parts[0], silent=silent, reply_to=reply_to, thread=thread)]
        for part in parts[1:]:
            sent.append(await self._send_part(chat_id, part, silent=True, reply_to=None, thread=thread))  # noqa: PERF401 - in order
        self._remember(chat_id, sent)
        return sent[-1]

    async def _send_part(
        self, chat_id: ChatId, part: Part, *, silent: bool, reply_to: int | None, thread: int = 0
    ) -> int:
        html, markup = part
        reply = None if reply_to is None else {"message_id": reply_to, "allow_sending_without_reply": True}
        sent = await _through(
            lambda: self._bot.send_text(
                chat_id,
                html,
                reply_markup=markup,
                disable_notification=silent,
                reply_parameters=reply,
                **({"message_thread_id": thread} if thread else {}),
            )
        )
        self._newest[chat_id] = sent
        self._newest.move_to_end(chat_id)
        if len(self._newest) > REMEMBERED_CHATS:
            self._newest.popitem(last=False)
        return sent

    async def send_photo(self, chat_id: ChatId, photo: bytes | str, caption: str, *, thread: int = 0) -> str:
        """Send a picture without a sound, its bytes or the id of its file; return that id, for the next time."""
        message = await _through(
            lambda: self._bot.send_photo(
                chat_id, photo, caption=caption, disable_notification=True, message_thread_id=thread or None
            )
        )
        return message.photo[-1].file_id

    async def send_document(
        self, chat_id: ChatId, content: bytes, name: str, caption: str = "", *, thread: int = 0
    ) -> None:
        """Send a file without a sound, under a name of ours."""
        await _through(
            lambda: self._bot.send_document(
                chat_id,
                content,
                filename=name,
                caption=caption or None,
                disable_notification=True,
                message_thread_id=thread or None,
            )
        )

    async def send_quiz(self, chat_id: ChatId, quiz: Quiz, *, seconds: int, thread: int = 0) -> tuple[int, str]:
        """Send a quiz whose voters are seen; return the ids of its message and of its poll."""
        message = await _through(
            lambda: self._bot.send_poll(
                chat_id,
                quiz.question,
                quiz.options,
                type=Poll.QUIZ,
                is_anonymous=False,
                correct_option_ids=[quiz.right],  # type: ignore[list-item]
                explanation=quiz.explanation or None,
                description=quiz.description or None,
                description_parse_mode=ParseMode.HTML,
                open_period=seconds,
                message_thread_id=thread or None,
            )
        )
        if message.poll is None:
            raise ValueError("a quiz was sent, and no poll came back")
        return message.message_id, message.poll.id

    async def close_quiz(self, chat_id: ChatId, message_id: int) -> None:
        """Close a quiz; it does not matter if it was closed before, or is gone."""
        try:
            await _through(lambda: self._bot.stop_poll(chat_id, message_id), again=_always)
        except BadRequest as error:
            log.debug("a quiz stays as it is: %s", error)

    async def download(self, file_id: str) -> bytes:
        """Fetch a file that somebody sent."""
        file = await _through(lambda: self._bot.get_file(file_id), again=_always)
        return bytes(await file.download_as_bytearray())

    async def edit(self, chat_id: ChatId, message_id: int, view: View) -> bool:
        """Make one message look like this; False if it is gone and a new one has to be sent."""
        return await self._edit_part(chat_id, message_id, (view.html, view.markup))

    async def _edit_part(self, chat_id: ChatId, message_id: int, part: Part) -> bool:
        html, markup = part
        try:
            await _through(lambda: self._bot.edit_text(chat_id, message_id, html, reply_markup=markup), again=_always)
        except BadRequest as error:
            return _is_harmless(error)
        except TimedOut:
            log.warning("an edit timed out chat=%s", chat_id)  # it may have arrived; the next edit will show
        return True

    async def show(self, chat_id: ChatId, message_id: int | None, view: View) -> int:
        """Edit the message if it is still there, else send a new one; return the id of the one that shows it.

        A text that needs several messages begins in this one; the id is that of the last, which has the buttons.
        """
        if message_id is None:
            return await self.send(chat_id, view)
        before = self._rows.get((chat_id, message_id), (message_id,))
        shown: list[int] = []
        for place, part in enumerate(_parts(view)):
            in_place = place < len(before) and tuple(shown) == before[:place]
            if in_place and await self._edit_part(chat_id, before[place], part):
                shown.append(before[place])
            else:  # what follows a new message is new as well: they stand in order
                shown.append(await self._send_part(chat_id, part, silent=True, reply_to=None))
        for left_over in before if len(before) > 1 else ():
            if left_over not in shown:
                await self._delete(chat_id, left_over)
        self._remember(chat_id, shown)
        return shown[-1]

    async def _delete(self, chat_id: ChatId, message_id: int) -> None:
        self._rows.pop((chat_id, message_id), None)
        try:
            await _through(lambda: self._bot.delete_message(chat_id, message_id))
        except (BadRequest, TimedOut) as error:
            log.debug("a message stays: %s", error)

    def _remember(self, chat_id: ChatId, shown: Sequence[int]) -> None:
        """Keep in mind which messages show one text together."""
        for message_id in shown if len(shown) > 1 else ():
            self._rows[chat_id, message_id] = tuple(shown)
        while len(self._rows) > REMEMBERED_ROWS:
            self._rows.popitem(last=False)

    async def send_formulas(self, chat_id: ChatId, formulas: Sequence[str]) -> None:
        """Send formulas as pictures, without a sound. What fails is logged and given up: the text has them as well."""
        try:
            async with asyncio.timeout(LONGEST_FORMULA_SECONDS):
                for latex in formulas[:MOST_FORMULAS]:
                    png = await asyncio.to_thread(formula_png, latex)
                    if png is not None:
                        await self._send_photo(chat_id, png)
        except (TelegramError, TimeoutError) as error:
            log.warning("a formula was not sent: %s", error or type(error).__name__)

    async def _send_photo(self, chat_id: ChatId, png: bytes) -> None:
        await _through(lambda: self._bot.send_photo(chat_id, png, disable_notification=True))

    async def strip(self, chat_id: ChatId, message_id: int, *, but: Sequence[Key] = ()) -> None:
        """Take the buttons off a message, `but` these; it does not matter if that was done before."""
        await self.buttons(chat_id, message_id, (tuple(but),) if but else ())

    async def buttons(self, chat_id: ChatId, message_id: int, rows: tuple[tuple[Key, ...], ...]) -> None:
        """Give a message these buttons in place of its own."""
        markup = View("", rows).markup
        try:
            await _through(lambda: self._bot.edit_buttons(chat_id, message_id, markup), again=_always)
        except (BadRequest, TimedOut) as error:
            log.debug("buttons stay: %s", error)

    async def toast(self, query_id: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a button press. Presses older than some seconds cannot be answered any more: that is normal."""
        try:
            await self._bot.answer_press(query_id, text[:LONGEST_TOAST], alert=alert)
        except (BadRequest, TimedOut) as error:
            log.debug("press not answered: %s", error)

    async def typing(self, chat_id: ChatId) -> None:
        try:
            await self._bot.send_chat_action(chat_id, ChatAction.TYPING)
        except TelegramError as error:
            log.debug("no typing shown: %s", error)

    @asynccontextmanager
    async def busy(self, chat_id: ChatId, *, after: float = 0.0) -> AsyncIterator[None]:
        """Show that we are at work, after so many seconds and for as long as it takes."""
        tasks: list[asyncio.Task[None]] = []
        # Most work is over before that: a timer that is cancelled costs less than a task.
        start = asyncio.get_running_loop().call_later(
            after, lambda: tasks.append(asyncio.create_task(self._keep_typing(chat_id)))
        )
        try:
            yield
        finally:
            start.cancel()
            for task in tasks:
                task.cancel()

    async def _keep_typing(self, chat_id: ChatId) -> None:
        while True:
            await self.typing(chat_id)
            await asyncio.sleep(TYPING_SECONDS)

    async def remind(self, learner: Learner, *, due: int, minutes: int) -> Delivery:
        view = day_view.reminder(due, minutes, speech(learner.settings.language))
        return await one_try(lambda: self._bot.send_text(learner.chat_id, view.html, reply_markup=view.markup))

    async def announce(self, learner: Learner, text: Text) -> Delivery:
        html = day_view.announcement(text, speech(learner.settings.language))
        return await one_try(lambda: self._bot.send_text(learner.chat_id, html, disable_notification=True))

    async def tell_of_report(self, admin: ChatId, report: Report) -> bool:
        try:
            with unhurried():
                await self.send(admin, more_view.reported_to_admin(report, speech(self._language)), silent=False)
        except (Forbidden, BadRequest) as error:
            log.warning("admin %s cannot be reached: %s", admin, error)
            return False
        return True

    async def tell_of_cards(self, admin: ChatId, news: Sequence[Said]) -> bool:
        try:
            with unhurried():
                await self.send(admin, more_view.withheld(news, speech(self._language)), silent=False)
        except (Forbidden, BadRequest) as error:  # BadRequest: they never wrote to the bot
            log.warning("admin %s cannot be reached: %s", admin, error)
            return False
        return True


def _parts(view: View) -> list[Part]:
    """Return the messages that show a view; the last one has the buttons."""
    *first, last = split(view.html) or [view.html]
    return [*((html, None) for html in first), (last, view.markup)]


async def _through(call: Callable[[], Awaitable[T]], *, again: Callable[[NetworkError], bool] = surely_lost) -> T:
    """Make a call, waiting as long as Telegram says when it is flooded: asking earlier prolongs the ban.

    A call that failed is made `again` in growing pauses: by default only what surely did not arrive, so that nothing is
    sent twice.
    """
    for pause in PAUSES_SECONDS:
        try:
            return await call()
        except RetryAfter as flood:
            seconds = flood_seconds(flood)
            log.warning("flood limit: waiting %.1f s", seconds)
            await asyncio.sleep(seconds)
        except (BadRequest, TimedOut):
            raise
        except NetworkError as error:
            if not again(error):
                raise
            log.warning("no contact with Telegram, next try in %.1f s: %s", pause, error.message)
            await asyncio.sleep(pause)
    return await call()


def _always(_: NetworkError) -> bool:
    """Make a call again that may arrive twice: an edit comes to the same."""
    return True


def _is_harmless(error: BadRequest) -> bool:
    text = error.message.lower()
    if "not modified" in text:
        return True
    if "not found" in text or "can't be edited" in text:
        return False
    raise error
