"""The open card in a private chat: what is pressed and typed for it, judged by the flows, and shown."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any, TypeAlias, assert_never

from telegram import CallbackQuery, Message, Update

from studybot.core.card import Answer, GaveUp, Picked, Recalled, Typed
from studybot.core.learner import ChatId, Learner, LearnerId
from studybot.core.phrase import Phrase
from studybot.core.quiz import Asked, Showing, ShowingId
from studybot.core.review import Standing
from studybot.flows.answer import (
    Gone,
    Hinted,
    NotAnAnswer,
    Outcome,
    Revealed,
    Settled,
    TryAgain,
    ask_for_hint,
    look_at,
    reveal,
    submit_answer,
)
from studybot.flows.daily_quiz import Resting
from studybot.flows.outside import Outside
from studybot.flows.shown import Shown, open_showing
from studybot.locale import speech
from studybot.telegram_bot import render
from studybot.telegram_bot.buttons import DontKnow, GoOn, Hint, Pick, Reveal, Say, Toggle
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.code_in import code_in_file, is_code_file, is_fenced, typed_code, typed_text
from studybot.telegram_bot.pictures import Pictures
from studybot.telegram_bot.render import OLD_BUTTON
from studybot.telegram_bot.run_chat import RunChat
from studybot.telegram_bot.view import Key, View

SOON_SECONDS = 0.3
"""An answer that takes longer to judge shows that it is being run."""

CUT_LENGTH = 3500
"""Telegram's apps cut texts of more than 4096 characters, where a line ends before that."""
CUT_LASTS = timedelta(seconds=2)
REMEMBERED_CUTS = 1000

AnswerButton: TypeAlias = Pick | Say | DontKnow
CardButton: TypeAlias = AnswerButton | Toggle | Reveal | Hint
LearnerOf: TypeAlias = Callable[[Update], Awaitable[tuple[Learner, bool]]]


@dataclass(frozen=True, slots=True)
class Press:
    """A button press, with what is needed to answer it."""

    query: CallbackQuery
    update_id: int
    message_id: int | None


class CardChat:
    """Answers to the card that is open; what is typed while none is may be code to run."""

    def __init__(self, outside: Outside, chat: Chat, runs: RunChat, learner_of: LearnerOf) -> None:
        self._outside = outside
        self._chat = chat
        self._runs = runs
        self._learner = learner_of
        self._pictures = Pictures(chat, outside.runner)
        # When the newest piece of a long text came. Losing it costs a word about each of its pieces.
        self._cut_at: OrderedDict[LearnerId, datetime] = OrderedDict()

    async def on_text(self, learner: Learner, message: Message, update: Update) -> None:
        showing = await open_showing(learner, outside=self._outside)
        edited = update.edited_message is not None
        if showing is None or showing.asked is None:
            if not edited and not await self._runs.run_if_code(message, update.effective_user):
                await self._say(learner, Phrase("No card is open. /today brings the next one."), GoOn())
            return
        if edited and _is_older(message, showing.asked):
            return
        if not edited and self._belongs_to_a_cut_text(learner, message):
            return
        if len(message.text or "") >= CUT_LENGTH and await self._asks_for_code(learner, showing):
            why = Phrase("Telegram cuts long messages into several. Send code as long as this as a .py file.")
            await self._show_outcome(learner, NotAnAnswer(why), message, None)
            return
        text = typed_code(message) if is_fenced(message) else typed_text(message)
        await self._answer(learner, showing.id, Typed(text), update.update_id, message=message)

    def _belongs_to_a_cut_text(self, learner: Learner, message: Message) -> bool:
        """Whether a message is the rest of a long text: its beginning was answered for all of it.

        Telegram's apps cut what is too long for one message; each piece taken by itself would cost a try.
        """
        before = self._cut_at.pop(learner.id, None)
        follows = before is not None and message.date - before <= CUT_LASTS
        if follows or len(message.text or "") >= CUT_LENGTH:
            self._cut_at[learner.id] = message.date
        while len(self._cut_at) > REMEMBERED_CUTS:
            self._cut_at.popitem(last=False)
        return follows

    async def _asks_for_code(self, learner: Learner, showing: Showing) -> bool:
        shown = await look_at(learner, showing.id, outside=self._outside)
        return shown is not None and shown.question.form == "code"

    async def on_other(self, update: Update, _: Any) -> None:
        """A photo, a sticker, a file: nothing that could be graded, unless it is code."""
        learner, _new = await self._learner(update)
        showing = await open_showing(learner, outside=self._outside)
        message, user = update.effective_message, update.effective_user
        if message is not None and message.document is not None and user is not None:
            if showing is not None and await self._on_file(learner, showing, message, update):
                return
            if showing is None and is_code_file(message) and update.edited_message is None:
                await self._runs.run_file(message, user)
                return
        if showing is None:
            await self._say(learner, Phrase("I read text and buttons. /today brings the next card."), GoOn())
        else:
            await self._say(learner, Phrase("I can only read text. Type your answer, or press a button."))

    async def _on_file(self, learner: Learner, showing: Showing, message: Message, update: Update) -> bool:
        """Take a file as the answer to a card that asks for code; False where none is asked for."""
        shown = await look_at(learner, showing.id, outside=self._outside)
        if shown is None or shown.question.form != "code":
            return False
        if update.edited_message is not None and _is_older(message, shown.asked):
            return True
        code = await code_in_file(message, self._chat)
        if isinstance(code, str):
            await self._answer(learner, showing.id, Typed(code), update.update_id, message=message)
        else:
            await self._show_outcome(learner, NotAnAnswer(code), message, None)
        return True

    async def on_answer(self, chat_id: ChatId, press: Press, button: AnswerButton) -> bool:
        """Take an answer, with one read for all that it needs; False where whoever pressed is not known to be there."""
        learner, standing = await self._outside.store.standing_in_chat(
            chat_id, button.showing, update_id=press.update_id
        )
        if learner is None or not learner.reachable:
            return False
        await self._on_answer(learner, press, button, standing)
        return True

    async def on_button(self, learner: Learner, press: Press, button: CardButton) -> None:
        match button:
            case Pick() | Say() | DontKnow():
                await self._on_answer(learner, press, button)
            case Toggle(showing, keys):
                await self._on_toggle(learner, press, showing, keys)
            case Reveal(showing):
                await self._on_reveal(learner, press, showing)
            case Hint(showing, step):
                await self._on_hint(learner, press, showing, step)
            case unknown:
                assert_never(unknown)

    async def _on_answer(
        self, learner: Learner, press: Press, button: AnswerButton, standing: Standing | None = None
    ) -> None:
        answer: Answer
        match button:
            case Pick(_, key):
                answer = Picked(key)
            case Say(_, grade):
                answer = Recalled(grade)
            case DontKnow():
                answer = GaveUp()
            case unknown:
                assert_never(unknown)
        await self._answer(learner, button.showing, answer, press.update_id, press=press, standing=standing)

    async def _answer(
        self,
        learner: Learner,
        showing_id: ShowingId,
        answer: Answer,
        update_id: int,
        *,
        message: Message | None = None,
        press: Press | None = None,
        standing: Standing | None = None,
    ) -> None:
        async with self._chat.busy(learner.chat_id, after=SOON_SECONDS):
            outcome = await submit_answer(
                learner, showing_id, answer, update_id=update_id, outside=self._outside, standing=standing
            )
            if isinstance(outcome, NotAnAnswer) and isinstance(answer, Typed):
                meant = await self._button_meant(learner, showing_id, answer.text)
                if meant is not None:
                    outcome = await submit_answer(
                        learner, showing_id, meant, update_id=update_id, outside=self._outside
                    )
        await self._show_outcome(learner, outcome, message, press)

    async def _button_meant(self, learner: Learner, showing_id: ShowingId, text: str) -> Answer | None:
        """Return what the button would answer whose label, or letter, was typed; None where there is none."""
        shown = await look_at(learner, showing_id, outside=self._outside)
        return None if shown is None else render.button_meant(shown, text)

    async def _show_outcome(
        self, learner: Learner, outcome: Outcome, message: Message | None, press: Press | None
    ) -> None:
        say = speech(learner.settings.language)
        match outcome:
            case Settled():
                if press is not None:
                    text = say(Phrase("This card is answered already.")) if outcome.before else ""
                    await self._chat.toast(press.query.id, text)
                below = self._is_out_of_sight(learner, outcome.shown, message) and not outcome.before
                beneath = below and self._asked_right_above(learner, outcome.shown)
                view = render.settled(outcome, say, beneath=beneath)
                await self._update_card(learner, outcome, view, press, below=below)
                if not outcome.before:
                    await self._chat.send_formulas(learner.chat_id, view.formulas)
                    await self._pictures.send(learner, outcome.shown.card)
            case TryAgain():
                below = self._is_out_of_sight(learner, outcome.shown, message) and outcome.verdict is not None
                beneath = below and self._asked_right_above(learner, outcome.shown)
                view = render.try_again(outcome, say, beneath=beneath)
                await self._update_card(learner, outcome, view, press, below=below)
            case Resting():
                if press is not None:
                    await self._chat.toast(press.query.id)
                await self._chat.send(learner.chat_id, render.resting(outcome, say))
            case NotAnAnswer(why):
                reply_to = message.message_id if message is not None else None
                view = View(escape(say(why), quote=False))
                await self._chat.send(learner.chat_id, view, reply_to=reply_to)
            case Gone():
                await self._stale(learner, press)
            case unknown:
                assert_never(unknown)

    async def _on_hint(self, learner: Learner, press: Press, showing_id: ShowingId, step: int) -> None:
        say = speech(learner.settings.language)
        outcome = await ask_for_hint(learner, showing_id, step=step, update_id=press.update_id, outside=self._outside)
        match outcome:
            case Hinted():
                await self._chat.toast(press.query.id)
                await self._update_card(learner, outcome, render.question(outcome.shown, say), press)
            case NotAnAnswer(why):
                await self._chat.toast(press.query.id, say(why))
            case Gone():
                await self._stale(learner, press)
            case unknown:
                assert_never(unknown)

    async def _on_toggle(self, learner: Learner, press: Press, showing_id: ShowingId, keys: str) -> None:
        shown = await look_at(learner, showing_id, outside=self._outside)
        if shown is None:
            await self._stale(learner, press)
            return
        await self._chat.toast(press.query.id)
        known = {option.key for option in shown.question.options}
        view = render.question(shown, speech(learner.settings.language), marked=known & set(keys.split(",")))
        await self._chat.show(learner.chat_id, press.message_id, view)

    async def _on_reveal(self, learner: Learner, press: Press, showing_id: ShowingId) -> None:
        outcome = await reveal(learner, showing_id, outside=self._outside)
        if isinstance(outcome, Gone):
            await self._stale(learner, press)
            return
        await self._chat.toast(press.query.id)
        await self._update_card(learner, outcome, render.revealed(outcome, speech(learner.settings.language)), press)

    def _is_out_of_sight(self, learner: Learner, shown: Shown, message: Message | None) -> bool:
        """Whether a typed answer hides its card: code is long, and what else was said pushes the card up.

        What came of it is told below the answer then: nobody looks for a verdict further up.
        """
        card_in = shown.showing.message_id
        if message is None or card_in is None or card_in > message.message_id:
            return False
        return shown.question.form == "code" or not self._asked_right_above(learner, shown)

    def _asked_right_above(self, learner: Learner, shown: Shown) -> bool:
        card_in = shown.showing.message_id
        return card_in is not None and not self._chat.has_said_since(learner.chat_id, card_in)

    async def _update_card(
        self,
        learner: Learner,
        outcome: Settled | TryAgain | Hinted | Revealed,
        view: View,
        press: Press | None,
        *,
        below: bool = False,
    ) -> None:
        """Show what came of it where the learner pressed, in the card's message, or `below` in a new one.

        A twin of the card points to where it is shown: there are two messages of one card where we were killed
        between sending the first and noting its id.
        """
        showing = outcome.shown.showing
        if below and showing.message_id is not None:
            message_id = await self._chat.send(learner.chat_id, view)
            await self._outside.store.save_message(showing.id, message_id)
            await self._chat.strip(learner.chat_id, showing.message_id)
            return
        known = press.message_id if press is not None and press.message_id is not None else showing.message_id
        shown_in = await self._chat.show(learner.chat_id, known, view)
        if shown_in != showing.message_id:
            await self._outside.store.save_message(showing.id, shown_in)
            if showing.message_id is not None and showing.message_id != known:
                pointer = render.moved(speech(learner.settings.language))
                await self._chat.edit(learner.chat_id, showing.message_id, pointer)

    async def _stale(self, learner: Learner, press: Press | None) -> None:
        say = speech(learner.settings.language)
        if press is None:
            await self._say(learner, OLD_BUTTON, GoOn())
            return
        await self._chat.toast(press.query.id, say(OLD_BUTTON), alert=True)
        if press.message_id is not None:
            await self._chat.strip(learner.chat_id, press.message_id)

    async def _say(self, learner: Learner, phrase: Phrase, way_on: GoOn | None = None) -> None:
        say = speech(learner.settings.language)
        keys = ((Key(say(Phrase("Go on")), way_on),),) if way_on is not None else ()
        await self._chat.send(learner.chat_id, View(escape(say(phrase), quote=False), keys))


def _is_older(message: Message, asked: Asked) -> bool:
    """Whether somebody mends a message from before the card that is open: that is no answer to it."""
    return message.date < asked.at.replace(microsecond=0)
