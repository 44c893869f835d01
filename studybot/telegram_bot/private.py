"""The private chat: what a learner presses and types, handed to the flows, and what came of it, shown."""

import logging
from collections import deque
from dataclasses import dataclass, replace
from html import escape
from typing import Any, assert_never

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatType
from telegram.error import Forbidden
from telegram.ext import Application, CallbackQueryHandler, ChatMemberHandler, CommandHandler, MessageHandler, filters

from studybot.core.card import Answer, GaveUp, Picked, Recalled, Typed
from studybot.core.learner import ChatId, Learner, Settings
from studybot.core.phrase import Phrase
from studybot.core.quiz import Asked, Showing, ShowingId
from studybot.core.review import Undone
from studybot.core.schedule import study_day
from studybot.errors import SandboxUnavailable
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
from studybot.flows.daily_quiz import Ask, Finished, NextStep, NothingDue, Resting, go_on
from studybot.flows.learners import change_settings, welcome
from studybot.flows.more import add_more
from studybot.flows.outside import Outside
from studybot.flows.reminders import skip_today
from studybot.flows.undo import NothingToUndo, NotTheLatest, undo
from studybot.locale import Speech, speech
from studybot.telegram_bot import render, settings_menu
from studybot.telegram_bot.buttons import (
    DontKnow,
    Draw,
    GoOn,
    Guessed,
    Hint,
    Later,
    LessOf,
    More,
    MoreOf,
    OfCard,
    OpenSettings,
    Pick,
    ReportCard,
    Reveal,
    Say,
    Set,
    SkipToday,
    Toggle,
    Typo,
    Undo,
    decode,
)
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.client import language_of
from studybot.telegram_bot.code_in import code_in_file, is_code_file, is_fenced, typed_code
from studybot.telegram_bot.group.chat import Followed, GroupChat
from studybot.telegram_bot.group.presses import member_of
from studybot.telegram_bot.me import Me
from studybot.telegram_bot.me_buttons import Forget, KeepAll, ShowHistory
from studybot.telegram_bot.pictures import Pictures
from studybot.telegram_bot.render import OLD_BUTTON
from studybot.telegram_bot.run_chat import RunChat
from studybot.telegram_bot.view import Key, View

log = logging.getLogger(__name__)

REMEMBERED_PRESSES = 1000
SOON_SECONDS = 0.3
"""An answer that takes longer to judge shows that it is being run."""
LONGEST_LINK = 64


@dataclass(frozen=True, slots=True)
class Press:
    """A button press, with what is needed to answer it."""

    query: CallbackQuery
    update_id: int
    message_id: int | None


class PrivateChat:
    """The handlers of private chats. It holds no state of a learner: that is all in the store."""

    def __init__(self, outside: Outside, chat: Chat, first: Settings, runs: RunChat) -> None:
        self._outside = outside
        self._chat = chat
        self._first = first
        self._runs = runs
        self.groups: GroupChat | None = None
        self._pictures = Pictures(chat, outside.runner)
        # Message ids whose "next" was pressed: a double tap must not send the summary twice. Losing them in a
        # restart costs nothing but that.
        self._went_on: deque[tuple[int, int]] = deque(maxlen=REMEMBERED_PRESSES)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        private = filters.ChatType.PRIVATE
        Me(self._outside, self._chat, self._learner).register(application)
        for name, handler in (
            ("start", self.on_start),
            ("today", self.on_today),
            ("settings", self.on_settings),
            ("undo", self.on_undo),
            ("help", self.on_help),
        ):
            application.add_handler(CommandHandler(name, handler, private & ~filters.UpdateType.EDITED))
        application.add_handler(MessageHandler(filters.ChatType.GROUPS & filters.COMMAND, self.on_group_command))
        application.add_handler(CallbackQueryHandler(self.on_press))
        application.add_handler(ChatMemberHandler(self.on_membership, ChatMemberHandler.MY_CHAT_MEMBER))
        typed = private & filters.TEXT & ~filters.COMMAND
        application.add_handler(MessageHandler(typed, self.on_text))
        application.add_handler(MessageHandler(private & filters.COMMAND & ~filters.UpdateType.EDITED, self.on_help))
        application.add_handler(MessageHandler(private & ~filters.TEXT & ~filters.StatusUpdate.ALL, self.on_other))

    # commands

    async def on_start(self, update: Update, _: Any) -> None:
        learner, new = await self._learner(update)
        say = _say(learner)
        link = update.effective_message.text if update.effective_message else None
        if (challenge_id := challenge_of_link(link)) is not None and update.effective_user is not None:
            await self._from_group(learner, challenge_id, update.effective_user)
            return
        topic = topic_of_link(link)
        if new:
            await self._chat.send(learner.chat_id, render.welcome(learner, say, topic=topic or ""))
        else:
            await self._go_on(learner, from_command=True, topic=topic)

    async def _from_group(self, learner: Learner, challenge_id: int, user: User) -> None:
        """Somebody comes from a group's challenge: to answer its card here, or to study what they missed."""
        if self.groups is None:
            return
        try:
            told = await self.groups.on_link(learner, challenge_id, member_of(user))
        except SandboxUnavailable as error:
            await self._chat.send(learner.chat_id, render.resting(Resting.because(error), _say(learner)))
            return
        if isinstance(told, Phrase):
            await self._say(learner, told)
        elif told is Followed.BY_OWN_CARDS:
            await self._go_on(learner, from_command=True)

    async def ask_missed(self, learner: Learner, cards: int) -> None:
        """Ask the first of the cards that a challenge brought into the quiz. Raises Forbidden if they have left."""
        say = _say(learner)
        told = Phrase("From your group's challenge: fresh variants of what you missed ({n}).", n=cards)
        await self._chat.send(learner.chat_id, View(f"🧩 {escape(say(told), quote=False)}"), silent=False)
        await self._go_on(learner, from_command=True)

    async def on_today(self, update: Update, _: Any) -> None:
        learner, _new = await self._learner(update)
        await self._go_on(learner, from_command=True)

    async def on_settings(self, update: Update, _: Any) -> None:
        learner, _new = await self._learner(update)
        await self._chat.send(learner.chat_id, settings_menu.overview(learner, _say(learner)))

    async def on_help(self, update: Update, _: Any) -> None:
        learner, _new = await self._learner(update)
        await self._chat.send(learner.chat_id, render.help_text(_say(learner)))

    async def on_group_command(self, update: Update, _: Any) -> None:
        """Show the way to the private chat: a group has no cards of its own yet."""
        message, user = update.effective_message, update.effective_user
        if message is None or update.edited_message is not None:
            return
        say = speech(language_of(user.language_code if user else None) or self._first.language)
        text = say(Phrase("I ask everybody their own cards in private: open a chat with me and press Start."))
        view = View(escape(text, quote=False))
        await self._chat.send(ChatId(message.chat_id), view, reply_to=message.message_id)

    async def on_membership(self, update: Update, _: Any) -> None:
        """Take note when somebody blocks the bot, and when they come back: everything is kept meanwhile."""
        change = update.my_chat_member
        if change is None or change.chat.type != "private":
            return
        learner = await self._outside.store.learner_of_chat(ChatId(change.chat.id))
        if learner is not None:
            reachable = change.new_chat_member.status not in {"kicked", "left"}
            await self._outside.store.mark_reachable(learner.id, reachable=reachable)

    # answers

    async def on_text(self, update: Update, _: Any) -> None:
        message = update.effective_message
        if message is None or message.text is None:
            return
        learner, _new = await self._learner(update)
        if self.groups is not None and await self.groups.take_private(learner, message, update.update_id):
            return
        showing = await self._outside.store.open_showing(learner.id)
        edited = update.edited_message is not None
        if showing is None or showing.asked is None:
            if not edited and not await self._runs.run_if_code(message, update.effective_user):
                await self._say(learner, Phrase("No card is open. /today brings the next one."), GoOn())
            return
        if edited and _is_older(message, showing.asked):
            return
        text = typed_code(message) if is_fenced(message) else message.text
        await self._answer(learner, showing.id, Typed(text), update.update_id, message=message)

    async def on_other(self, update: Update, _: Any) -> None:
        """A photo, a sticker, a file: nothing that could be graded, unless it is code."""
        learner, _new = await self._learner(update)
        showing = await self._outside.store.open_showing(learner.id)
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

    async def on_press(self, update: Update, _: Any) -> None:
        query = update.callback_query
        if query is None:
            return
        press = Press(query, update.update_id, query.message.message_id if query.message else None)
        if update.effective_chat is None or update.effective_chat.type != ChatType.PRIVATE:
            await self._chat.toast(query.id, speech(self._first.language)(OLD_BUTTON))
            return
        learner, _new = await self._learner(update)
        say = _say(learner)
        match decode(query.data or ""):
            case Pick() | Toggle() | Reveal() | Say() | DontKnow() | Hint() as button:
                await self._on_card(learner, press, button)
            case GoOn() | More() as button:
                await self._on_go_on(learner, press, button)
            case Undo(showing):
                await self._undo(learner, showing, update.update_id, press)
            case Later() | SkipToday() as button:
                await self._put_away(learner, press, button)
            case OpenSettings(which):
                await self._chat.toast(query.id)
                await self._show_settings(learner, press, which)
            case Set(which, value):
                await self._on_set(learner, press, which, value)
            case Draw() | Guessed() | Typo() | MoreOf() | LessOf() | ReportCard() | OfCard():
                await self._chat.toast(press.query.id)  # those of RunChat and MoreChat, which are asked first
            case None | ShowHistory() | Forget() | KeepAll():  # the buttons of `Me` are answered there
                await self._chat.toast(query.id, say(OLD_BUTTON), alert=True)
            case unknown:
                assert_never(unknown)

    async def _put_away(self, learner: Learner, press: Press, button: Later | SkipToday) -> None:
        """The daily message is read; what is due waits, for later or for another day."""
        text = Phrase("All right. /today starts whenever you like.")
        if isinstance(button, SkipToday):
            await skip_today(learner, outside=self._outside)
            text = Phrase("Today is off. Your cards wait.")
        await self._chat.toast(press.query.id, _say(learner)(text))
        if press.message_id is not None:
            await self._chat.strip(learner.chat_id, press.message_id)

    async def _on_card(
        self, learner: Learner, press: Press, button: Pick | Toggle | Reveal | Say | DontKnow | Hint
    ) -> None:
        """A button of a card."""
        match button:
            case Pick(showing, key):
                await self._answer(learner, showing, Picked(key), press.update_id, press=press)
            case Toggle(showing, keys):
                await self._on_toggle(learner, press, showing, keys)
            case Reveal(showing):
                await self._on_reveal(learner, press, showing)
            case Say(showing, grade):
                await self._answer(learner, showing, Recalled(grade), press.update_id, press=press)
            case DontKnow(showing):
                await self._answer(learner, showing, GaveUp(), press.update_id, press=press)
            case Hint(showing, step):
                await self._on_hint(learner, press, showing, step)
            case unknown:
                assert_never(unknown)

    async def _answer(
        self,
        learner: Learner,
        showing_id: ShowingId,
        answer: Answer,
        update_id: int,
        *,
        message: Message | None = None,
        press: Press | None = None,
    ) -> None:
        async with self._chat.busy(learner.chat_id, after=SOON_SECONDS):
            outcome = await submit_answer(learner, showing_id, answer, update_id=update_id, outside=self._outside)
        await self._show_outcome(learner, outcome, message, press)

    async def _show_outcome(
        self, learner: Learner, outcome: Outcome, message: Message | None, press: Press | None
    ) -> None:
        say = _say(learner)
        match outcome:
            case Settled():
                if press is not None:
                    text = say(Phrase("This card is answered already.")) if outcome.before else ""
                    await self._chat.toast(press.query.id, text)
                view = render.settled(outcome, say)
                await self._update_card(learner, outcome, view, press)
                if not outcome.before:
                    await self._chat.send_formulas(learner.chat_id, view.formulas)
                    await self._pictures.send(learner, outcome.shown.card)
            case TryAgain():
                await self._update_card(learner, outcome, render.try_again(outcome, say), press)
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
        say = _say(learner)
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
        view = render.question(shown, _say(learner), marked=known & set(keys.split(",")))
        await self._chat.show(learner.chat_id, press.message_id, view)

    async def _on_reveal(self, learner: Learner, press: Press, showing_id: ShowingId) -> None:
        outcome = await reveal(learner, showing_id, outside=self._outside)
        if isinstance(outcome, Gone):
            await self._stale(learner, press)
            return
        await self._chat.toast(press.query.id)
        await self._update_card(learner, outcome, render.revealed(outcome, _say(learner)), press)

    async def _update_card(
        self, learner: Learner, outcome: Settled | TryAgain | Hinted | Revealed, view: View, press: Press | None
    ) -> None:
        """Show what came of it where the learner pressed, or in the card's message; a twin of it points there.

        There are two messages of one card where we were killed between sending the first and noting its id.
        """
        showing = outcome.shown.showing
        known = press.message_id if press is not None and press.message_id is not None else showing.message_id
        shown_in = await self._chat.show(learner.chat_id, known, view)
        if shown_in != showing.message_id:
            await self._outside.store.save_message(showing.id, shown_in)
            if showing.message_id is not None and showing.message_id != known:
                await self._chat.edit(learner.chat_id, showing.message_id, render.moved(_say(learner)))

    async def _stale(self, learner: Learner, press: Press | None) -> None:
        say = _say(learner)
        if press is None:
            await self._say(learner, OLD_BUTTON, GoOn())
            return
        await self._chat.toast(press.query.id, say(OLD_BUTTON), alert=True)
        if press.message_id is not None:
            await self._chat.strip(learner.chat_id, press.message_id)

    # the quiz

    async def _on_go_on(self, learner: Learner, press: Press, button: GoOn | More) -> None:
        await self._chat.toast(press.query.id)
        pressed = None if press.message_id is None else (int(learner.chat_id), press.message_id)
        if pressed is not None and pressed in self._went_on:
            return
        if isinstance(button, More):
            await add_more(learner, button.total, outside=self._outside)
        after, topic = (button.after, button.topic) if isinstance(button, GoOn) else (None, "")
        await self._go_on(learner, from_command=after is None, topic=topic or None)
        if pressed is not None:
            self._went_on.append(pressed)
            but = render.undo_row(after, _say(learner)) if after is not None else ()
            await self._chat.strip(learner.chat_id, pressed[1], but=but)

    async def _go_on(self, learner: Learner, *, from_command: bool, topic: str | None = None) -> None:
        """Show the next step. A card that is in the chat already is sent anew only where it was asked for."""
        say = _say(learner)
        await self._chat.typing(learner.chat_id)
        step = await go_on(learner, outside=self._outside, topic=topic)
        if not isinstance(step, Ask):
            await self._chat.send(learner.chat_id, self._step_view(step, learner, say))
            return
        before = step.shown.showing.message_id
        if before is not None and not from_command:
            return  # a second press on "next": its card is there
        message_id = await self._chat.send(learner.chat_id, render.asked(step, say))
        await self._outside.store.save_message(step.shown.showing.id, message_id)
        if before is not None:
            await self._chat.edit(learner.chat_id, before, render.moved(say))

    def _step_view(self, step: NextStep, learner: Learner, say: Speech) -> View:
        match step:
            case Finished():
                return render.finished(step, say)
            case NothingDue():
                today = study_day(self._outside.clock.now(), learner.settings.tz)
                return render.nothing_due(step, say, today=today)
            case Resting():
                return render.resting(step, say)
            case Ask():
                return render.question(step.shown, say)
            case unknown:
                assert_never(unknown)

    async def on_undo(self, update: Update, _: Any) -> None:
        learner, _new = await self._learner(update)
        await self._undo(learner, None, update.update_id)

    async def _undo(
        self, learner: Learner, showing_id: ShowingId | None, update_id: int, press: Press | None = None
    ) -> None:
        """Take an answer back, and ask its card again where the result stood."""
        say = _say(learner)
        outcome = await undo(learner, showing_id, update_id=update_id, outside=self._outside)
        match outcome:
            case Undone(review, again):
                if press is not None:
                    await self._chat.toast(press.query.id, say(Phrase("Undone.")))
                await self._after_undo(learner, review.showing_id, again, press)
            case NotTheLatest():
                await self._answer_press(learner, Phrase("There is a later answer: /undo goes back one by one."), press)
            case NothingToUndo():
                await self._answer_press(learner, Phrase("There is nothing left to undo."), press)
            case unknown:
                assert_never(unknown)

    async def _after_undo(
        self, learner: Learner, undone: ShowingId, again: Showing | None, press: Press | None
    ) -> None:
        say = _say(learner)
        old = await self._outside.store.showing(undone)
        message_id = press.message_id if press is not None else old.message_id if old is not None else None
        step = await go_on(learner, outside=self._outside) if again is not None else None
        if again is None or not isinstance(step, Ask) or step.shown.showing.id != again.id:
            await self._chat.show(learner.chat_id, message_id, render.undone(say))
            return
        shown_in = await self._chat.show(learner.chat_id, message_id, render.question(step.shown, say))
        await self._outside.store.save_message(again.id, shown_in)

    async def _answer_press(self, learner: Learner, phrase: Phrase, press: Press | None) -> None:
        """Answer a press with a toast, a command with a message."""
        if press is None:
            await self._say(learner, phrase)
        else:
            await self._chat.toast(press.query.id, _say(learner)(phrase), alert=True)

    # settings

    async def _show_settings(self, learner: Learner, press: Press, which: str | None) -> None:
        say = _say(learner)
        today = study_day(self._outside.clock.now(), learner.settings.tz)
        view = settings_menu.overview(learner, say)
        if which is not None:
            view = settings_menu.choices(which, learner, say, today=today)
        await self._chat.show(learner.chat_id, press.message_id, view)

    async def _on_set(self, learner: Learner, press: Press, which: str, value: str) -> None:
        today = study_day(self._outside.clock.now(), learner.settings.tz)
        settings = settings_menu.changed(learner.settings, which, value, today=today)
        if settings is None:
            await self._chat.toast(press.query.id, _say(learner)(Phrase("That choice is not known any more.")))
            return
        learner = await change_settings(learner, settings, outside=self._outside)
        say = _say(learner)
        await self._chat.toast(press.query.id, say(Phrase("Saved.")))
        view = settings_menu.overview(learner, say)
        if which in settings_menu.STEPWISE:
            view = settings_menu.choices(which, learner, say, today=today)
        await self._chat.show(learner.chat_id, press.message_id, view)

    # people

    async def _learner(self, update: Update) -> tuple[Learner, bool]:
        """Return the learner who sent an update, adding them if they are new; language and zone are guessed."""
        user, chat = update.effective_user, update.effective_chat
        assert chat is not None  # noqa: S101 - every kind in use comes from a chat
        guessed = language_of(user.language_code if user else None)
        first = replace(self._first, language=guessed or self._first.language)
        return await welcome(ChatId(chat.id), first, outside=self._outside)

    async def _say(self, learner: Learner, phrase: Phrase, way_on: GoOn | None = None) -> None:
        say = _say(learner)
        keys = ((Key(say(Phrase("Go on")), way_on),),) if way_on is not None else ()
        await self._chat.send(learner.chat_id, View(escape(say(phrase), quote=False), keys))

    async def apologise(self, update: object) -> None:
        """Tell a person that something of ours broke; what they did was not graded and can be done again."""
        if not isinstance(update, Update) or update.effective_chat is None or update.effective_chat.type != "private":
            return
        learner = await self._outside.store.learner_of_chat(ChatId(update.effective_chat.id))
        say = speech(learner.settings.language if learner else self._first.language)
        text = say(Phrase("Something went wrong on our side. Nothing was lost; /today goes on where you are."))
        try:
            await self._chat.send(ChatId(update.effective_chat.id), View(escape(text, quote=False)))
        except Forbidden:
            log.info("an apology could not be delivered")


def _is_older(message: Message, asked: Asked) -> bool:
    """Whether somebody mends a message from before the card that is open: that is no answer to it."""
    return message.date < asked.at.replace(microsecond=0)


def challenge_of_link(text: str | None) -> int | None:
    """Return the challenge that a link such as t.me/bot?start=c_42 comes from; None where it comes from none."""
    word = (text or "").partition(" ")[2].strip()
    return int(word[2:]) if word.startswith("c_") and word[2:].isdecimal() and len(word) <= LONGEST_LINK else None


def topic_of_link(text: str | None) -> str | None:
    """Return the topic that a link such as t.me/bot?start=deck_contiguity asks for; None where it asks for none."""
    word = (text or "").partition(" ")[2].strip()
    return word.removeprefix("deck_") if word.startswith("deck_") and len(word) <= LONGEST_LINK else None


def _say(learner: Learner) -> Speech:
    return speech(learner.settings.language)
