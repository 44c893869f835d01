"""/board: how the week stands in a group, and who wants to be seen there."""

from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, filters

from studybot.core.board import names_on_board
from studybot.core.learner import ChatId, Settings
from studybot.core.phrase import Phrase
from studybot.flows.group_board import name_on_board, weekly_board
from studybot.flows.outside import Outside
from studybot.locale import speech
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.client import language_of
from studybot.telegram_bot.group import board_view
from studybot.telegram_bot.group.buttons import BOARD_PATTERN, decode_board
from studybot.telegram_bot.group.presses import GONE, member_of, thread_of


class BoardChat:
    def __init__(self, outside: Outside, chat: Chat, first: Settings) -> None:
        self._outside = outside
        self._chat = chat
        self._first = first

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        groups = filters.ChatType.GROUPS & ~filters.UpdateType.EDITED
        application.add_handler(CommandHandler("board", self.on_board, groups))
        application.add_handler(CallbackQueryHandler(self.on_press, pattern=BOARD_PATTERN))

    async def on_board(self, update: Update, _: Any) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None:
            return
        language = language_of(user.language_code if user else None) or self._first.language
        chat_id = ChatId(message.chat_id)
        group = await self._outside.store.welcome_group(chat_id, language=language, zone=self._first.zone)
        shown = await weekly_board(group, outside=self._outside)
        view = board_view.board(group, shown, speech(group.language))
        await self._chat.send(chat_id, view, reply_to=message.message_id, thread=thread_of(message))

    async def on_press(self, update: Update, _: Any) -> None:
        """Put whoever pressed on the board or take them off it; only they are told under which name."""
        query, user, message = update.callback_query, update.effective_user, update.effective_message
        if query is None or user is None or message is None:
            return
        wish = decode_board(query.data or "")
        group = await self._outside.store.group_of_chat(ChatId(message.chat.id))
        say = speech(language_of(user.language_code) or self._first.language)
        if wish is None or group is None or group.id != wish.group:
            await self._chat.toast(query.id, say(GONE))
            return
        member = member_of(user)
        naming = await name_on_board(group, member, wish.how, outside=self._outside)
        name = names_on_board({member.person: naming}, say.language).get(member.person)
        told = (
            Phrase("You are not on the board.") if name is None else Phrase("On the board you are {name}.", name=name)
        )
        await self._chat.toast(query.id, say(told), alert=name is not None)
        shown = await weekly_board(group, outside=self._outside)
        await self._chat.edit(group.chat_id, message.message_id, board_view.board(group, shown, speech(group.language)))
