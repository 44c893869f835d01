"""What else a learner can do with a card than answer it: their own word on the grade."""

from typing import Any, assert_never

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType
from telegram.ext import Application, CallbackQueryHandler

from studybot.core.learner import ChatId, Learner, Settings
from studybot.core.quiz import ShowingId
from studybot.flows.answer import Gone, NotAnAnswer, Settled
from studybot.flows.learners import welcome
from studybot.flows.outside import Outside
from studybot.flows.regrade import Why, regrade
from studybot.locale import Speech, speech
from studybot.telegram_bot import render
from studybot.telegram_bot.buttons import Guessed, Typo, decode
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.render import OLD_BUTTON


class MoreChat:
    """The handlers. They hold no state."""

    def __init__(self, outside: Outside, chat: Chat, first: Settings) -> None:
        self._outside = outside
        self._chat = chat
        self._first = first

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Register before the private chat, which answers whatever is left."""
        application.add_handler(CallbackQueryHandler(self.on_press, pattern=r"^[qy]:\d+$"))

    async def on_press(self, update: Update, _: Any) -> None:
        query = update.callback_query
        if query is None or not isinstance(query.message, Message) or query.message.chat.type != ChatType.PRIVATE:
            return
        learner, _new = await welcome(ChatId(query.message.chat.id), self._first, outside=self._outside)
        match decode(query.data or ""):
            case Guessed(showing):
                await self._regrade(learner, query, showing, "guessed", update.update_id)
            case Typo(showing):
                await self._regrade(learner, query, showing, "typo", update.update_id)
            case _:
                await self._chat.toast(query.id, _say(learner)(OLD_BUTTON), alert=True)

    async def _regrade(
        self, learner: Learner, query: CallbackQuery, showing: ShowingId, why: Why, update_id: int
    ) -> None:
        say = _say(learner)
        outcome = await regrade(learner, showing, why, update_id=update_id, outside=self._outside)
        match outcome:
            case Settled():
                await self._chat.toast(query.id)
                message_id = query.message.message_id if query.message else None
                await self._chat.show(learner.chat_id, message_id, render.settled(outcome, say))
            case NotAnAnswer(told):
                await self._chat.toast(query.id, say(told), alert=True)
            case Gone():
                await self._chat.toast(query.id, say(OLD_BUTTON), alert=True)
            case unknown:
                assert_never(unknown)


def _say(learner: Learner) -> Speech:
    return speech(learner.settings.language)
