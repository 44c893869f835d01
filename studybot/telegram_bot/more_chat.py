"""What else a learner can do with a card than answer it: their own word on the grade."""

import re
from dataclasses import replace
from html import escape
from typing import Any, assert_never

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatType
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from studybot.core.card import CardId
from studybot.core.learner import ChatId, Learner, Settings
from studybot.core.phrase import Phrase
from studybot.core.quiz import ShowingId
from studybot.core.report import ReportId
from studybot.errors import SandboxUnavailable
from studybot.flows.answer import Gone, NotAnAnswer, Settled, TryAgain, look_at
from studybot.flows.daily_quiz import Ask, Resting, go_on
from studybot.flows.find import ask_now, find_cards
from studybot.flows.holds import bury, resume, suspend
from studybot.flows.learners import welcome
from studybot.flows.outside import Outside
from studybot.flows.regrade import Why, regrade
from studybot.flows.reports import add_note, report_card
from studybot.flows.shown import Shown, open_showing
from studybot.locale import Speech, speech
from studybot.telegram_bot import more_view, render
from studybot.telegram_bot.buttons import Deed, Guessed, LessOf, MoreOf, OfCard, ReportCard, Typo, decode
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.client import language_of
from studybot.telegram_bot.render import OLD_BUTTON
from studybot.telegram_bot.view import View


class MoreChat:
    """The handlers. They hold no state."""

    def __init__(self, outside: Outside, chat: Chat, first: Settings) -> None:
        self._outside = outside
        self._chat = chat
        self._first = first

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Register before the private chat, which answers whatever is left."""
        private = filters.ChatType.PRIVATE & ~filters.UpdateType.EDITED
        application.add_handler(CommandHandler("card", self.on_card, private))
        application.add_handler(
            MessageHandler(private & filters.TEXT & ~filters.COMMAND & _ANSWERS_A_REPORT, self.on_note)
        )
        application.add_handler(CommandHandler("find", self.on_find, private))
        application.add_handler(CallbackQueryHandler(self.on_press, pattern=r"^([qymle]:\d+|f[amsbt]:[a-z0-9-]+)$"))

    async def on_find(self, update: Update, context: Any) -> None:
        if update.effective_chat is None:
            return
        learner, say = await self._learner(ChatId(update.effective_chat.id), update.effective_user)
        cards = find_cards(" ".join(context.args or []), outside=self._outside)
        await self._chat.send(learner.chat_id, more_view.found(cards, say, unproved=self._outside.deck.unproved()))

    async def _of_card(self, learner: Learner, query: CallbackQuery, what: Deed, card_id: CardId) -> None:
        """Do what was pressed with a card that is not shown."""
        say = speech(learner.settings.language)
        match what:
            case "ask":
                await self._ask(learner, query, card_id, say)
                return
            case "more":
                view = View(escape(card_id), (more_view.put_away_row(card_id, say),))
            case "suspend":
                await suspend(learner, card_id, outside=self._outside)
                view = more_view.put_away(
                    Phrase("That card is not asked any more. /held lists such cards."), card_id, say
                )
            case "bury":
                await bury(learner, card_id, outside=self._outside)
                view = more_view.put_away(Phrase("That card rests until tomorrow."), card_id, say)
            case "back":
                await resume(learner, card_id, outside=self._outside)
                view = View(escape(say(Phrase("That card is asked again when it is due.")), quote=False))
            case unknown:
                assert_never(unknown)
        await self._chat.toast(query.id)
        await self._chat.send(learner.chat_id, view)

    async def _ask(self, learner: Learner, query: CallbackQuery, card_id: CardId, say: Speech) -> None:
        try:
            live = await ask_now(learner, card_id, outside=self._outside)
        except SandboxUnavailable as error:
            await self._chat.toast(query.id)
            await self._chat.send(learner.chat_id, render.resting(Resting.because(error), say))
            return
        if not live:
            await self._chat.toast(query.id, say(Phrase("That card is not asked now.")), alert=True)
            return
        await self._chat.toast(query.id)
        step = await go_on(learner, outside=self._outside)
        if isinstance(step, Resting):
            await self._chat.send(learner.chat_id, render.resting(step, say))
        elif isinstance(step, Ask):
            await self._show_below(learner, step.shown, render.question(step.shown, say), say)

    async def _show_below(self, learner: Learner, shown: Shown, view: View, say: Speech) -> None:
        """Show a card in a new message, and leave a pointer in its old place."""
        before = shown.showing.message_id
        message_id = await self._chat.send(learner.chat_id, view)
        await self._outside.store.save_message(shown.showing.id, message_id)
        if before is not None:
            await self._chat.edit(learner.chat_id, before, render.moved(say))

    async def on_card(self, update: Update, _: Any) -> None:
        """Show the open card once more, below; a pointer is left in its old place."""
        if update.effective_chat is None:
            return
        learner, say = await self._learner(ChatId(update.effective_chat.id), update.effective_user)
        showing = await open_showing(learner, outside=self._outside)
        shown = await look_at(learner, showing.id, outside=self._outside) if showing is not None else None
        if shown is None:
            text = say(Phrase("No card is open. /today brings the next one."))
            await self._chat.send(learner.chat_id, View(escape(text, quote=False)))
            return
        tried = shown.showing.attempts > 0
        view = render.try_again(TryAgain(shown), say) if tried else render.question(shown, say)
        await self._show_below(learner, shown, view, say)

    async def on_note(self, update: Update, _: Any) -> None:
        """Take a reply to our thanks for a report as its note."""
        message = update.effective_message
        number = _number_of(message) if message is not None else None
        if message is None or number is None:
            return
        learner, say = await self._learner(ChatId(message.chat_id), message.from_user)
        known = await add_note(learner, ReportId(number), message.text or "", outside=self._outside)
        told = Phrase("Noted, thank you.") if known else Phrase("I do not know that report.")
        view = View(escape(say(told), quote=False))
        await self._chat.send(learner.chat_id, view, reply_to=message.message_id)

    async def _learner(self, chat_id: ChatId, user: User | None) -> tuple[Learner, Speech]:
        guessed = language_of(user.language_code if user else None)
        first = replace(self._first, language=guessed or self._first.language)
        learner, _new = await welcome(chat_id, first, outside=self._outside)
        return learner, speech(learner.settings.language)

    async def on_press(self, update: Update, _: Any) -> None:
        query = update.callback_query
        if query is None or not isinstance(query.message, Message) or query.message.chat.type != ChatType.PRIVATE:
            return
        learner, say = await self._learner(ChatId(query.message.chat.id), query.from_user)
        message_id = query.message.message_id
        match decode(query.data or ""):
            case Guessed(showing):
                await self._regrade(learner, query, showing, "guessed", update.update_id)
            case Typo(showing):
                await self._regrade(learner, query, showing, "typo", update.update_id)
            case OfCard(what, card_id):
                await self._of_card(learner, query, what, card_id)
            case MoreOf(showing):
                await self._chat.toast(query.id)
                kept = await self._outside.store.showing(showing)
                if kept is not None and kept.learner_id == learner.id:
                    await self._chat.buttons(learner.chat_id, message_id, more_view.more_rows(kept, say))
            case LessOf(showing):
                await self._chat.toast(query.id)
                await self._usual_buttons(learner, message_id, showing)
            case ReportCard(showing):
                report = await report_card(learner, showing, update_id=update.update_id, outside=self._outside)
                if report is None:
                    await self._chat.toast(query.id, say(OLD_BUTTON), alert=True)
                    return
                await self._chat.toast(query.id)
                await self._usual_buttons(learner, message_id, showing)
                await self._chat.send(learner.chat_id, more_view.reported(report, say))
            case _:
                await self._chat.toast(query.id, say(OLD_BUTTON), alert=True)

    async def _usual_buttons(self, learner: Learner, message_id: int, showing_id: ShowingId) -> None:
        kept = await self._outside.store.showing(showing_id)
        if kept is not None and kept.learner_id == learner.id:
            row = render.result_row(kept, speech(learner.settings.language))
            await self._chat.buttons(learner.chat_id, message_id, (row,))

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


def _number_of(message: Message) -> int | None:
    """Return the number of the report whose thanks a message replies to."""
    thanks = message.reply_to_message
    if thanks is None or thanks.from_user is None or not thanks.from_user.is_bot:
        return None
    found = re.match(rf"{more_view.REPORTED} #(\d+)", thanks.text or "")
    return int(found[1]) if found else None


class _AnswersAReport(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        return _number_of(message) is not None


_ANSWERS_A_REPORT = _AnswersAReport()


def _say(learner: Learner) -> Speech:
    return speech(learner.settings.language)
