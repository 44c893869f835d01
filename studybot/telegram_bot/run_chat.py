"""/run: somebody's code is run and looked at, in private and in groups. No card, no grade."""

import logging
from datetime import timedelta
from html import escape
from typing import Any

from telegram import Message, Update, User
from telegram.error import TelegramError
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from studybot.core.learner import ChatId, Settings
from studybot.core.pace import Pace
from studybot.core.phrase import Phrase
from studybot.errors import NoPicture, SandboxUnavailable
from studybot.flows.daily_quiz import Resting
from studybot.flows.outside import Outside
from studybot.flows.run_code import run_code
from studybot.kinds.typed_code import as_meant
from studybot.locale import Speech, speech
from studybot.pictures import drawn_from
from studybot.telegram_bot import render, run_view
from studybot.telegram_bot.buttons import DRAWINGS, Draw, decode
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.client import language_of
from studybot.telegram_bot.code_in import code_of, is_clearly_python, is_fenced
from studybot.telegram_bot.pictures import CAPTIONS
from studybot.telegram_bot.view import View

log = logging.getLogger(__name__)

MOST_RUNS, RUNS_WINDOW = 10, timedelta(minutes=5)
HOW_TO = Phrase("Send the code after /run, or answer a message that holds code with /run.")


class RunChat:
    """The handlers of /run. The pace is all the state there is: pictures find the code in the message above them."""

    def __init__(self, outside: Outside, chat: Chat, first: Settings) -> None:
        self._outside = outside
        self._chat = chat
        self._first = first
        self._pace = Pace(MOST_RUNS, RUNS_WINDOW)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Register before the private chat, which answers whatever is left."""
        application.add_handler(CommandHandler("run", self.on_run, ~filters.UpdateType.EDITED))
        under_a_file = filters.CaptionRegex(r"^/run\b") & filters.Document.ALL & ~filters.UpdateType.EDITED
        application.add_handler(MessageHandler(under_a_file, self.on_run))
        application.add_handler(CallbackQueryHandler(self.on_draw, pattern=rf"^d:({'|'.join(DRAWINGS)})$"))

    async def on_run(self, update: Update, _: Any) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        holder = message
        code = await code_of(message, self._chat)
        if isinstance(code, str) and not code.strip() and message.reply_to_message is not None:
            holder = message.reply_to_message
            code = await code_of(holder, self._chat)
        await self._run(code, holder, user)

    async def run_if_code(self, message: Message, user: User | None) -> bool:
        """Run a message outside a quiz if it is code: fenced, a .py file, or clearly Python. False where it is none."""
        if user is None or message.text is None:
            return False
        if not is_fenced(message) and not is_clearly_python(message.text):
            return False
        await self._run(await code_of(message, self._chat), message, user)
        return True

    async def run_file(self, message: Message, user: User) -> None:
        await self._run(await code_of(message, self._chat), message, user)

    async def _run(self, code: str | Phrase, holder: Message, user: User) -> None:
        say = await self._speech(user)
        chat_id = ChatId(holder.chat_id)
        if isinstance(code, Phrase) or not code.strip():
            await self._tell(chat_id, code if isinstance(code, Phrase) else HOW_TO, say, holder)
            return
        if (refusal := self._too_fast(user)) is not None:
            await self._tell(chat_id, refusal, say, holder)
            return
        async with self._chat.busy(chat_id):
            outcome = await run_code(
                as_meant(code), seed=_seed_of(holder), asked_by=f"person {user.id}", outside=self._outside
            )
        if isinstance(outcome, Resting):
            await self._chat.send(chat_id, View(render.resting(outcome, say).html), reply_to=holder.message_id)
            return
        await self._chat.send(chat_id, run_view.ran(outcome, say), reply_to=holder.message_id)
        if whole := run_view.too_long_to_show(outcome):
            await self._chat.send_document(chat_id, whole.encode(), "output.txt", say(Phrase("The whole output.")))

    async def on_draw(self, update: Update, _: Any) -> None:
        """Draw the picture of the code that the pressed message answers."""
        query, user = update.callback_query, update.effective_user
        button = decode(query.data or "") if query is not None else None
        if query is None or user is None or not isinstance(button, Draw):
            return
        say = await self._speech(user)
        holder = query.message.reply_to_message if isinstance(query.message, Message) else None
        code = await code_of(holder, self._chat) if holder is not None else ""
        if holder is None or isinstance(code, Phrase) or not code.strip():
            gone = Phrase("I no longer have that code: send it again.")
            await self._chat.toast(query.id, say(gone), alert=True)
            return
        if (refusal := self._too_fast(user)) is not None:
            await self._chat.toast(query.id, say(refusal), alert=True)
            return
        await self._chat.toast(query.id)
        try:
            picture = await drawn_from(
                as_meant(code), button.what, self._outside.runner, say.language, seed=_seed_of(holder)
            )
            await self._chat.send_photo(ChatId(holder.chat_id), picture, say(CAPTIONS[button.what]))
        except (NoPicture, SandboxUnavailable, TelegramError) as error:
            log.info("no picture of somebody's code: %s", error)
            await self._tell(ChatId(holder.chat_id), NOTHING_TO_DRAW[button.what], say, holder)

    def _too_fast(self, user: User) -> Phrase | None:
        wait = self._pace.wait(user.id, self._outside.clock.now())
        if wait is None:
            return None
        seconds = max(1, round(wait.total_seconds()))
        if seconds < 90:
            when = Phrase("in {seconds} seconds", seconds=seconds)
        else:
            when = Phrase("in {minutes} minutes", minutes=round(seconds / 60))
        return Phrase(
            "That was {most} runs in {window} minutes; the others want their turn, too. Come back {when}.",
            most=MOST_RUNS,
            window=int(RUNS_WINDOW.total_seconds()) // 60,
            when=when,
        )

    async def _tell(self, chat_id: ChatId, phrase: Phrase, say: Speech, holder: Message) -> None:
        await self._chat.send(chat_id, View(escape(say(phrase), quote=False)), reply_to=holder.message_id)

    async def _speech(self, user: User) -> Speech:
        """Speak as the learner set it, if it is one; else as their client does."""
        learner = await self._outside.store.learner_of_chat(ChatId(user.id))  # a private chat has its person's id
        if learner is not None:
            return speech(learner.settings.language)
        return speech(language_of(user.language_code) or self._first.language)


NOTHING_TO_DRAW = {
    "memory": Phrase("No tensor there fits into a picture: at most 24 elements and 3 dimensions."),
    "graph": Phrase("There is no graph there that fits into a picture."),
}


def _seed_of(message: Message) -> int:
    """Seed the dice by the message: each throws its own, and its pictures the same again."""
    return message.message_id % 2**31
