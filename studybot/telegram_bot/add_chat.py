"""/add: whoever runs the bot sends cards, as a YAML file or as text, and publishes them by a button."""

import hashlib
import re
from dataclasses import replace
from html import escape
from pathlib import PurePath
from typing import Any

from telegram import Message, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from studybot.core.learner import ChatId, Learner, Settings
from studybot.core.phrase import Phrase
from studybot.deck_ports import Refused
from studybot.flows.add_cards import preview, publish
from studybot.flows.daily_quiz import Resting
from studybot.flows.learners import welcome
from studybot.flows.outside import Outside
from studybot.locale import speech
from studybot.telegram_bot import add_view, render
from studybot.telegram_bot.add_buttons import LONGEST_TOPIC, OF_CARDS, PublishCards, decode_add
from studybot.telegram_bot.admins import Admins
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.client import language_of
from studybot.telegram_bot.code_in import typed_code
from studybot.telegram_bot.render import OLD_BUTTON
from studybot.telegram_bot.view import View

LARGEST_KB = 100
ENDINGS = frozenset({".yaml", ".yml", ".txt"})
HOW_TO = Phrase(
    "Send a YAML file with /add in its caption, or /add and the topic, with the cards below it. "
    "Or answer a message that holds them with /add."
)
_COMMAND = re.compile(r"/add(@\w+)?(?:[ \t]+(?P<topic>[a-z0-9]+(-[a-z0-9]+)*))?[ \t]*(?:\n|$)")
_BARE_COMMAND = re.compile(r"/add(@\w+)?[ \t]*")


class AddChat:
    """The handlers of /add. The cards stay in the message above the buttons: no state is kept here."""

    def __init__(self, outside: Outside, chat: Chat, first: Settings, admins: Admins) -> None:
        self._outside = outside
        self._chat = chat
        self._first = first
        self._admins = admins

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Register before the private chat: to others than admins, /add is as any word that is no command."""
        mine = filters.ChatType.PRIVATE & self._admins.only & ~filters.UpdateType.EDITED
        application.add_handler(CommandHandler("add", self.on_add, mine))
        under_a_file = filters.CaptionRegex(r"^/add\b") & filters.Document.ALL & mine
        application.add_handler(MessageHandler(under_a_file, self.on_add))
        application.add_handler(CallbackQueryHandler(self.on_press, pattern=rf"^{OF_CARDS}"))

    async def on_add(self, update: Update, _: Any) -> None:
        message = update.effective_message
        if message is None:
            return
        learner = await self._learner(message)
        say = speech(learner.settings.language)
        topic = topic_of(message)
        holder = message
        content = await self._content(message)
        if content == b"" and message.reply_to_message is not None:
            holder = message.reply_to_message
            content = await self._content(holder)
        if isinstance(content, Phrase) or not content.strip():
            told = content if isinstance(content, Phrase) else HOW_TO
            await self._tell(learner, told, message)
            return
        async with self._chat.busy(learner.chat_id):
            outcome = await preview(
                content, name=_name(holder), topic=topic or None, learner=learner, outside=self._outside
            )
        match outcome:
            case Refused():
                view = add_view.refused(outcome, say)
            case Resting():
                view = View(render.resting(outcome, say).html)
            case _:
                for one in add_view.seen(outcome, say):
                    await self._chat.send(learner.chat_id, one)
                view = add_view.proposal(outcome, mark_of(content, topic), topic, say)
        await self._chat.send(learner.chat_id, view, reply_to=holder.message_id)

    async def on_press(self, update: Update, _: Any) -> None:
        query = update.callback_query
        if query is None:
            return
        pressed, button = query.message, decode_add(query.data or "")
        if query.from_user not in self._admins or not isinstance(pressed, Message) or button is None:
            said = speech(language_of(query.from_user.language_code) or self._first.language)(OLD_BUTTON)
            await self._chat.toast(query.id, said, alert=True)
            return
        learner = await self._learner(pressed)
        say = speech(learner.settings.language)
        await self._chat.toast(query.id)
        if not isinstance(button, PublishCards):
            await self._chat.edit(learner.chat_id, pressed.message_id, View(say(Phrase("Thrown away."))))
            return
        holder = pressed.reply_to_message
        content = await self._content(holder) if holder is not None else b""
        if holder is None or isinstance(content, Phrase) or mark_of(content, button.topic) != button.mark:
            changed = Phrase("That message is gone, or says something else by now: send /add again.")
            await self._chat.edit(learner.chat_id, pressed.message_id, View(escape(say(changed), quote=False)))
            return
        async with self._chat.busy(learner.chat_id):
            outcome = await publish(
                content, name=_name(holder), topic=button.topic or None, learner=learner, outside=self._outside
            )
        match outcome:
            case Refused():
                view = add_view.refused(outcome, say)
            case Resting():  # the buttons stay: nothing has happened
                await self._chat.send(learner.chat_id, View(render.resting(outcome, say).html))
                return
            case _:
                view = add_view.published(outcome, [card.card_id for card in self._outside.deck.live()], say)
        await self._chat.edit(learner.chat_id, pressed.message_id, view)

    async def _content(self, message: Message) -> bytes | Phrase:
        """Return the cards in a message, as they were sent; b"" where there are none."""
        document = message.document
        if document is None:
            text = _without_command(message)
            return text.encode() if len(text.encode()) <= LARGEST_KB * 1000 else _too_large()
        if PurePath(document.file_name or "").suffix.lower() not in ENDINGS:
            return Phrase("I can read .yaml files, and no others.")
        if (document.file_size or 0) > LARGEST_KB * 1000:
            return _too_large()
        content = await self._chat.download(document.file_id)
        return content if len(content) <= LARGEST_KB * 1000 else _too_large()

    async def _learner(self, message: Message) -> Learner:
        user = message.from_user
        guessed = language_of(user.language_code) if user is not None and not user.is_bot else None
        first = replace(self._first, language=guessed or self._first.language)
        learner, _new = await welcome(ChatId(message.chat_id), first, outside=self._outside)
        return learner

    async def _tell(self, learner: Learner, phrase: Phrase, message: Message) -> None:
        said = speech(learner.settings.language)(phrase)
        await self._chat.send(learner.chat_id, View(escape(said, quote=False)), reply_to=message.message_id)


def topic_of(message: Message) -> str:
    """Return the topic named behind the command; "" where there is none."""
    match = _COMMAND.match(message.text or message.caption or "")
    topic = (match["topic"] or "") if match is not None else ""
    return topic if len(topic) <= LONGEST_TOPIC else ""


def mark_of(content: bytes, topic: str) -> str:
    """Return what tells these cards from all others, short enough for a button."""
    return hashlib.sha256(topic.encode() + b"\0" + content).hexdigest()[:12]


def _without_command(message: Message) -> str:
    if message.parse_entities(["pre"]):
        return typed_code(message)
    text = message.text or message.caption or ""
    if not text.startswith("/"):
        return typed_code(message)
    behind = _COMMAND.sub("", text, count=1) if _COMMAND.match(text) else _BARE_COMMAND.sub("", text, count=1)
    return behind.removeprefix("```yaml\n").removeprefix("```\n").removesuffix("```")


def _name(message: Message) -> str:
    """Return what stands for the file in problems."""
    name = PurePath(message.document.file_name or "").name if message.document is not None else ""
    return name or "cards.yaml"


def _too_large() -> Phrase:
    return Phrase("That is too large: {most} kB at most. studybot cards add takes more.", most=LARGEST_KB)
