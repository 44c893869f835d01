"""The bot as a whole: python-telegram-bot, the inbox, the minute tick, and the handlers, started and stopped."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from types import TracebackType
from typing import Any, Self

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram import Update
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, ContextTypes, TypeHandler

from studybot.core.card import Language
from studybot.core.learner import ChatId, Settings
from studybot.core.phrase import Phrase
from studybot.errors import ConfigError
from studybot.flows.deck_news import tell_admins
from studybot.flows.housekeeping import forget_handled_updates
from studybot.flows.outside import Outside
from studybot.flows.reminders import remind_due_learners
from studybot.flows.reports import tell_admins_of_reports
from studybot.locale import Speech, speech
from studybot.metrics import Metrics
from studybot.telegram_bot.add_chat import AddChat
from studybot.telegram_bot.admins import Admins
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.client import language_of
from studybot.telegram_bot.common_count import CommonCount
from studybot.telegram_bot.fellows import Fellows
from studybot.telegram_bot.group.groups import Groups
from studybot.telegram_bot.haste import Guard, Haste
from studybot.telegram_bot.inbox import Inbox, PollingBot
from studybot.telegram_bot.introduction import introduce
from studybot.telegram_bot.more_chat import MoreChat
from studybot.telegram_bot.moves import BEFORE_THE_OTHERS, register_moves
from studybot.telegram_bot.outbox import Outbox
from studybot.telegram_bot.pace import TELEGRAMS_LIMITS, Limits, Pace
from studybot.telegram_bot.private import PrivateChat
from studybot.telegram_bot.run_chat import RunChat
from studybot.telegram_bot.serving import chats_of
from studybot.telegram_bot.transport import request_of
from studybot.telegram_bot.webhook import Address, Webhook

log = logging.getLogger(__name__)

BEFORE_ALL = BEFORE_THE_OTHERS - 1  # of its own: of each number one handler only is asked

TICK = 7_316_449_861_442_057_803
"""The turn of the tick: where several bots share a database, one at a time looks who is due."""

GROUP_COMMANDS = {
    "challenge": Phrase("Play cards together"),
    "summary": Phrase("The notes of the last challenge"),
    "board": Phrase("How this week stands"),
    "run": Phrase("Run code and look at its tensors"),
}
COMMANDS = {
    "today": Phrase("Today's cards"),
    "card": Phrase("Show the open card again"),
    "find": Phrase("Find a card by a word"),
    "run": Phrase("Run code and look at its tensors"),
    "undo": Phrase("Take the last answer back"),
    "history": Phrase("My latest answers"),
    "held": Phrase("Cards that are not asked"),
    "progress": Phrase("What holds, and what is coming"),
    "challenge": Phrase("Play cards together"),
    "export": Phrase("Your data as files"),
    "forget": Phrase("Delete everything of mine"),
    "settings": Phrase("Hour, zone, language, new cards"),
    "help": Phrase("What I can do"),
    "start": Phrase("Begin"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """A bot account: its token (never shown), and the Bot API server's base up to and including `/bot`."""

    token: str = field(repr=False)
    api_url: str

    @property
    def file_url(self) -> str:
        return f"{self.api_url.removesuffix('/bot')}/file/bot"


async def log_in(account: Account) -> str:
    """Return the bot's user name, as Telegram knows it. Raises ConfigError for a token that is refused."""
    async with _refusals_explained(account), PollingBot(account.token, base_url=account.api_url) as bot:
        return str(bot.username)


@asynccontextmanager
async def _refusals_explained(account: Account) -> AsyncIterator[None]:
    try:
        yield
    except InvalidToken:
        raise ConfigError(
            "Telegram refused the token in STUDYBOT_TOKEN: copy it again from @BotFather (/mybots)"
        ) from None
    except NetworkError as error:
        raise ConfigError(f"no contact with the Bot API at {account.api_url}: {error.message}") from None


def _speech_for(usual: Language) -> Callable[[Update], Speech]:
    """Return what finds the language of whoever sent an update, without asking the database."""

    def speech_for(update: Update) -> Speech:
        person = update.effective_user
        return speech(language_of(person.language_code if person else None) or usual)

    return speech_for


class StudyBot:
    """The running bot: `async with StudyBot(account, first, outside) as bot: await bot.run()`.

    `first` is what a new learner starts with. With a `webhook` address Telegram brings the updates, to
    `webhook.route`; without, they are asked for.
    """

    def __init__(
        self,
        account: Account,
        first: Settings,
        outside: Outside,
        *,
        admins: Collection[int] = frozenset(),
        limits: Limits = TELEGRAMS_LIMITS,
        webhook: Address | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self.metrics = metrics or Metrics()
        os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's coming default; it warns without it
        self._account = account
        self._outside = outside
        self._zone = first.tz
        self._logged_in_at: datetime | None = None
        pace = Pace(limits, CommonCount(outside.store) if outside.store.shared else None)
        self._fellows = Fellows(outside.store, pace)
        self._connections = calling, polling = request_of(connections=64), request_of(connections=2)
        bot = PollingBot(
            account.token,
            metrics=self.metrics,
            base_url=account.api_url,
            base_file_url=account.file_url,
            request=calling,
            get_updates_request=polling,
            rate_limiter=pace,
        )
        self._bot = bot
        self._admins = [ChatId(admin) for admin in sorted(admins)]
        self.chat = Chat(bot, language=first.language)
        self._application: Application[Any, Any, Any, Any, Any, Any] = (
            ApplicationBuilder().bot(bot).updater(None).job_queue(None).build()
        )
        haste = Haste(burst=limits.from_person, per_second=limits.from_person_a_second)
        guard = Guard(haste, self.metrics, monotonic, _speech_for(first.language))
        self._application.add_handler(TypeHandler(Update, guard), group=BEFORE_ALL)
        runs = RunChat(outside, self.chat, first)
        runs.register(self._application)
        AddChat(outside, self.chat, first, Admins(admins)).register(self._application)
        MoreChat(outside, self.chat, first).register(self._application)
        self._private = PrivateChat(outside, self.chat, first, runs, Admins(admins))
        self._chats = chats_of(outside.store, bot, self._application.process_update, self.metrics)
        self.webhook: Webhook | None = None
        self._inbox: Inbox | Webhook
        if webhook is None:
            self._inbox = Inbox(bot, outside.store, outside.clock, self._chats, self.metrics)
        else:
            self._inbox = self.webhook = Webhook(
                bot, outside.store, outside.clock, self._chats, address=webhook, metrics=self.metrics
            )
        self.groups = Groups(
            bot,
            outside,
            self.chat,
            first,
            ask_in_private=self._private.ask_missed,
            caught_up=self._chats.caught_up,
            listening=self._inbox.first_look,
        )
        self.groups.register(self._application)
        self._private.groups = self.groups.chat
        self._private.register(self._application)
        self._application.add_error_handler(self._on_error)
        register_moves(self._application, outside.store)
        for handlers in self._application.handlers.values():
            # Presses first, in their own order: nothing else takes them, and they would be asked thirty times in vain.
            handlers.sort(key=lambda handler: not isinstance(handler, CallbackQueryHandler))
        self._outbox = Outbox(self.chat, outside)
        self._ticks = AsyncIOScheduler(timezone="UTC")

    async def __aenter__(self) -> Self:
        """Log in. Raises ConfigError for a token that Telegram refuses or a server that cannot be reached."""
        try:
            async with _refusals_explained(self._account):
                await self._application.initialize()
            self._logged_in_at = self._outside.clock.now()
            await introduce(self._bot, COMMANDS, GROUP_COMMANDS, admins=self._admins)
        except BaseException:  # the library closes nothing of a bot that is not logged in
            for connections in self._connections:
                await connections.shutdown()
            raise
        # One job for everybody: who is due is asked of the database, so restarts and clock changes lose nothing.
        # A late tick is made up for, and several missed ones are one.
        self._ticks.add_job(
            self._tick_quietly, "interval", minutes=1, misfire_grace_time=None, coalesce=True, max_instances=1
        )
        self._ticks.start()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ticks.shutdown(wait=False)
        await self._chats.close()
        await self.groups.close()
        await self._outbox.close()
        await self._application.shutdown()

    async def run(self) -> None:
        """Serve until cancelled."""
        beside = [
            asyncio.create_task(self._outbox.run(), name="outbox"),
            asyncio.create_task(self._fellows.run(), name="fellows"),
            asyncio.create_task(self.groups.run(), name="challenges"),
        ]
        try:
            await self._chats.take_up()
            await asyncio.gather(self.tick(), self._inbox.run())
        finally:
            for task in beside:
                task.cancel()

    @property
    def last_contact(self) -> datetime | None:
        """When Telegram last answered us, or called."""
        return self._inbox.last_contact or self._logged_in_at

    @property
    def stands_by(self) -> bool:
        """Whether another bot asks Telegram for updates, so that this one need not."""
        return isinstance(self._inbox, Inbox) and self._inbox.stands_by

    @property
    def bots(self) -> int:
        """How many bots share the database, this one included."""
        return self._fellows.bots

    async def tick(self) -> int:
        """Queue the reminders of whoever's hour has come, and tell the admins what became of the deck.

        Called every minute, and once at the start to catch up. Where another bot is at it, nothing is left to do.
        """
        if not await self._outside.store.take_turn(TICK):
            return 0
        try:
            await tell_admins(self._admins, self.chat, outside=self._outside)
            await tell_admins_of_reports(self._admins, self.chat, outside=self._outside)
            queued = await remind_due_learners(outside=self._outside)
            await forget_handled_updates(self._zone, outside=self._outside)
        finally:
            await self._outside.store.end_turn(TICK)
        self._outbox.look()
        await self.groups.tick()
        return queued

    async def _tick_quietly(self) -> None:
        """Tick for the scheduler, to which a tick that is stopped with the bot would be an error, with a traceback."""
        with contextlib.suppress(asyncio.CancelledError):
            await self.tick()

    async def _on_error(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log what no handler answered, once, and apologise."""
        if isinstance(context.error, asyncio.CancelledError):
            raise context.error
        number = update.update_id if isinstance(update, Update) else None
        self.metrics.failures.inc()
        log.error("a handler failed update=%s", number, exc_info=context.error)
        with contextlib.suppress(TelegramError):
            await self._private.apologise(update)
