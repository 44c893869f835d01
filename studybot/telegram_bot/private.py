"""The private chat: what a learner presses and types, handed to the flows, and what came of it, shown."""

import logging
from collections import deque
from dataclasses import replace
from html import escape
from typing import Any, assert_never

from telegram import Update, User
from telegram.constants import ChatType
from telegram.error import Forbidden
from telegram.ext import Application, CallbackQueryHandler, ChatMemberHandler, CommandHandler, MessageHandler, filters

from studybot.core.learner import ChatId, Learner, Settings
from studybot.core.phrase import Phrase
from studybot.core.quiz import Showing, ShowingId
from studybot.core.review import Undone
from studybot.core.schedule import study_day
from studybot.errors import SandboxUnavailable
from studybot.flows.daily_quiz import Ask, Finished, NextStep, NothingDue, Resting, go_on
from studybot.flows.learners import change_settings, welcome
from studybot.flows.more import add_more
from studybot.flows.outside import Outside
from studybot.flows.reminders import skip_today
from studybot.flows.undo import NothingToUndo, NotTheLatest, undo
from studybot.locale import Speech, speech
from studybot.telegram_bot import day_view, render, settings_menu
from studybot.telegram_bot.add_buttons import DropCards, PublishCards
from studybot.telegram_bot.admins import NOBODY, Admins
from studybot.telegram_bot.buttons import (
    Button,
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
    is_number,
)
from studybot.telegram_bot.card_chat import CardChat, Press
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.client import language_of
from studybot.telegram_bot.group.chat import Followed, GroupChat
from studybot.telegram_bot.group.presses import member_of
from studybot.telegram_bot.me import Me
from studybot.telegram_bot.me_buttons import Forget, KeepAll, ShowHistory
from studybot.telegram_bot.render import OLD_BUTTON
from studybot.telegram_bot.run_chat import RunChat
from studybot.telegram_bot.view import Key, View

log = logging.getLogger(__name__)

REMEMBERED_PRESSES = 1000
LONGEST_LINK = 64


class PrivateChat:
    """The handlers of private chats. It holds no state of a learner: that is all in the store."""

    def __init__(self, outside: Outside, chat: Chat, first: Settings, runs: RunChat, admins: Admins = NOBODY) -> None:
        self._outside = outside
        self._chat = chat
        self._first = first
        self._admins = admins
        self.groups: GroupChat | None = None
        self._cards = CardChat(outside, chat, runs, self._learner)
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
        untyped = private & ~filters.TEXT & ~filters.StatusUpdate.ALL
        application.add_handler(MessageHandler(untyped, self._cards.on_other))

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
            await self._chat.send(learner.chat_id, day_view.welcome(learner, say, topic=topic or ""))
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
        await self._chat.send(
            learner.chat_id, day_view.help_text(_say(learner), for_admin=update.effective_user in self._admins)
        )

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
        if self.groups is None or not await self.groups.take_private(learner, message, update.update_id):
            await self._cards.on_text(learner, message, update)

    async def on_press(self, update: Update, _: Any) -> None:
        query = update.callback_query
        if query is None:
            return
        press = Press(query, update.update_id, query.message.message_id if query.message else None)
        if update.effective_chat is None or update.effective_chat.type != ChatType.PRIVATE:
            await self._chat.toast(query.id, speech(self._first.language)(OLD_BUTTON))
            return
        button = decode(query.data or "")
        if isinstance(button, Pick | Say | DontKnow) and await self._cards.on_answer(
            ChatId(update.effective_chat.id), press, button
        ):
            return
        await self._on_button(update, press, button)

    async def _on_button(self, update: Update, press: Press, button: Button | None) -> None:
        learner, _new = await self._learner(update)
        query = press.query
        say = _say(learner)
        match button:
            case Pick() | Toggle() | Reveal() | Say() | DontKnow() | Hint() as button:
                await self._cards.on_button(learner, press, button)
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
            # The buttons of `Me` and of `AddChat` are answered there.
            case None | ShowHistory() | Forget() | KeepAll() | PublishCards() | DropCards():
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
                return day_view.finished(step, say)
            case NothingDue():
                today = study_day(self._outside.clock.now(), learner.settings.tz)
                return day_view.nothing_due(step, say, today=today)
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
        """Take an answer back, and ask its card again: where the button was pressed, or below the command."""
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
        where = press.message_id if press is not None else None
        step = await go_on(learner, outside=self._outside) if again is not None else None
        if again is not None and isinstance(step, Ask) and step.shown.showing.id == again.id:
            shown_in = await self._chat.show(learner.chat_id, where, render.question(step.shown, say))
            await self._outside.store.save_message(again.id, shown_in)
        else:
            await self._chat.show(learner.chat_id, where, render.undone(say))
        old = await self._outside.store.showing(undone) if press is None else None
        if old is not None and old.message_id is not None:
            await self._chat.edit(learner.chat_id, old.message_id, render.undone(say))

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


def challenge_of_link(text: str | None) -> int | None:
    """Return the challenge that a link such as t.me/bot?start=c_42 comes from; None where it comes from none."""
    word = (text or "").partition(" ")[2].strip()
    return int(word[2:]) if word.startswith("c_") and is_number(word[2:]) else None


def topic_of_link(text: str | None) -> str | None:
    """Return the topic that a link such as t.me/bot?start=deck_contiguity asks for; None where it asks for none."""
    word = (text or "").partition(" ")[2].strip()
    return word.removeprefix("deck_") if word.startswith("deck_") and len(word) <= LONGEST_LINK else None


def _say(learner: Learner) -> Speech:
    return speech(learner.settings.language)
