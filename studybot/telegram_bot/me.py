"""What learners may see of themselves, take along and have forgotten."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, assert_never

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, filters

from studybot.core.card import Language
from studybot.core.learner import ChatId, Learner
from studybot.core.phrase import Phrase
from studybot.errors import NoPicture
from studybot.flows.export import export
from studybot.flows.forget import AskedTooLongAgo, Forgotten, ask_to_forget, forget
from studybot.flows.history import my_history
from studybot.flows.holds import my_held_cards
from studybot.flows.outside import Outside
from studybot.flows.progress import my_progress
from studybot.locale import Speech, speech
from studybot.pictures import progress_picture
from studybot.telegram_bot import me_view
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.me_buttons import OF_ME, Forget, KeepAll, ShowHistory, decode_mine
from studybot.telegram_bot.view import View

log = logging.getLogger(__name__)

LearnerOf = Callable[[Update], Awaitable[tuple[Learner, bool]]]
"""Returns the learner who sent an update, adding them if they are new, and whether they are."""


class Me:
    """The handlers of private chats that are about the learner's own record."""

    def __init__(self, outside: Outside, chat: Chat, learner_of: LearnerOf) -> None:
        self._outside = outside
        self._chat = chat
        self._learner_of = learner_of

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Add the handlers; to be called before those that answer any other command or press."""
        fresh = filters.ChatType.PRIVATE & ~filters.UpdateType.EDITED
        application.add_handler(CommandHandler("progress", self.on_progress, fresh))
        application.add_handler(CommandHandler("history", self.on_history, fresh))
        application.add_handler(CommandHandler("held", self.on_held, fresh))
        application.add_handler(CommandHandler("export", self.on_export, fresh))
        application.add_handler(CommandHandler("forget", self.on_forget, fresh))
        application.add_handler(CallbackQueryHandler(self.on_press, f"^{OF_ME}"))

    async def on_progress(self, update: Update, _: Any) -> None:
        """Draw in a thread, while the other chats go on; where it cannot be drawn the figures go as text."""
        learner, _new = await self._learner_of(update)
        language = learner.settings.language
        say = speech(language)
        progress = await my_progress(learner, outside=self._outside)
        if not progress.begun:
            await self._chat.send(learner.chat_id, me_view.nothing_yet(say))
            return
        await self._chat.typing(learner.chat_id)
        caption = me_view.progress_caption(progress, say)
        try:
            picture = await asyncio.to_thread(progress_picture, progress, language)
        except NoPicture as error:
            log.warning("progress goes without its picture: %s", error)
            await self._chat.send(learner.chat_id, View(me_view.escaped(caption)))
            return
        await self._chat.send_photo(learner.chat_id, picture, caption)

    async def on_history(self, update: Update, _: Any) -> None:
        learner, _new = await self._learner_of(update)
        page = await my_history(learner, 0, outside=self._outside)
        await self._chat.send(learner.chat_id, me_view.history(page, speech(learner.settings.language)))

    async def on_held(self, update: Update, _: Any) -> None:
        learner, _new = await self._learner_of(update)
        cards = await my_held_cards(learner, outside=self._outside)
        await self._chat.send(learner.chat_id, me_view.held(cards, speech(learner.settings.language)))

    async def on_export(self, update: Update, _: Any) -> None:
        learner, _new = await self._learner_of(update)
        say = speech(learner.settings.language)
        captions = (
            Phrase("Everything I keep of you, for programs."),
            Phrase("The same as tables, for a spreadsheet."),
        )
        files = await export(learner, outside=self._outside)
        for file, caption in zip(files, captions, strict=True):
            await self._chat.send_document(learner.chat_id, file.content, file.name, say(caption))

    async def on_forget(self, update: Update, _: Any) -> None:
        """Say what would be deleted, and ask. Nobody is made a learner by asking."""
        if update.effective_chat is None:
            return
        chat_id = ChatId(update.effective_chat.id)
        say = await self._say_to(update)
        learner = await self._outside.store.learner_of_chat(chat_id)
        if learner is None:
            await self._chat.send(chat_id, me_view.nothing_is_kept(say))
            return
        await self._chat.send(chat_id, me_view.to_forget(await ask_to_forget(learner, outside=self._outside), say))

    async def _forget(self, chat_id: ChatId, asked_at: datetime, message_id: int | None, say: Speech) -> None:
        match await forget(chat_id, asked_at=asked_at, outside=self._outside):
            case AskedTooLongAgo():
                await self._chat.show(chat_id, message_id, me_view.asked_too_long_ago(say))
            case Forgotten(open_messages):
                await self._chat.show(chat_id, message_id, me_view.nothing_is_kept(say))
                for open_message in open_messages:
                    await self._chat.strip(chat_id, open_message)
            case unknown:
                assert_never(unknown)

    async def _say_to(self, update: Update) -> Speech:
        """Return how to speak to whoever sent an update, also where they are no learner (any more)."""
        chat, user = update.effective_chat, update.effective_user
        learner = await self._outside.store.learner_of_chat(ChatId(chat.id)) if chat is not None else None
        if learner is not None:
            return speech(learner.settings.language)
        code = (user.language_code if user is not None else None) or "en"
        return speech(Language.KO if code.lower().startswith("ko") else Language.EN)

    async def on_press(self, update: Update, _: Any) -> None:
        """Answer a press of a button of ours; in a group none of them exists."""
        query, chat = update.callback_query, update.effective_chat
        if query is None or chat is None or chat.type != ChatType.PRIVATE:
            return
        await self._chat.toast(query.id)
        message_id = query.message.message_id if query.message else None
        match decode_mine(query.data or ""):
            case ShowHistory(number):
                learner, _new = await self._learner_of(update)
                page = await my_history(learner, number, outside=self._outside)
                view = me_view.history(page, speech(learner.settings.language))
                await self._chat.show(learner.chat_id, message_id, view)
            case Forget(asked_at):
                await self._forget(ChatId(chat.id), asked_at, message_id, await self._say_to(update))
            case KeepAll():
                await self._chat.show(ChatId(chat.id), message_id, me_view.all_is_kept(await self._say_to(update)))
            case _:
                log.info("a button of nobody's was pressed update=%s", update.update_id)
