"""Group chats: commands, answers by reply, and who comes and goes. It works with privacy mode on."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from enum import Enum, auto
from html import escape
from typing import Any

from telegram import Chat as TelegramChat
from telegram import Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import Application, ChatMemberHandler, CommandHandler, MessageHandler, filters

from studybot.core.ballot import MemberId
from studybot.core.card import Language
from studybot.core.challenge import (
    Challenge,
    ChallengeId,
    Counted,
    Group,
    Member,
    Mode,
    RoundId,
    Rules,
    Stage,
    Step,
    Vote,
    missed,
)
from studybot.core.learner import ChatId, Learner, Settings
from studybot.core.phrase import Phrase
from studybot.errors import GroupGone
from studybot.flows.challenge_end import bring
from studybot.flows.challenge_lobby import leave, open_due_lobbies, open_lobby, topics_of
from studybot.flows.challenge_rounds import view_of
from studybot.flows.challenge_summary import summary_of
from studybot.flows.challenge_votes import (
    NotAVote,
    TakeKept,
    Taken,
    TooLate,
    VoteOutcome,
    answer,
    close_soon,
    is_left_behind,
    judge,
)
from studybot.flows.modes import mode_of
from studybot.flows.outside import Outside
from studybot.flows.session_notes import file_name, session_notes
from studybot.group_ports import RoundView
from studybot.locale import Speech, speech
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.client import language_of
from studybot.telegram_bot.code_in import code_of
from studybot.telegram_bot.group.asked import Timetable, Wish, read_wish
from studybot.telegram_bot.group.clock import ChallengeClock
from studybot.telegram_bot.group.dailies import Dailies
from studybot.telegram_bot.group.presses import Presses, member_of, thread_of
from studybot.telegram_bot.group.rounds import Cards, Counters
from studybot.telegram_bot.group.voice import Voice
from studybot.telegram_bot.view import Key, Link, View

log = logging.getLogger(__name__)

ANONYMOUS = 1_087_968_824
"""The account under which Telegram shows what an anonymous admin says."""

SEEN = "✍"
NOTHING_YET = Phrase("No challenge was played here yet. /challenge opens one.")


class Followed(Enum):
    """What comes after a link: a card of the group's, or those that were put before the learner's own."""

    BY_ITS_CARD = auto()
    BY_OWN_CARDS = auto()


class GroupChat:
    """The handlers of groups. The challenges stand in the store; what is here can be lost in a restart."""

    def __init__(
        self,
        outside: Outside,
        chat: Chat,
        first: Settings,
        voice: Voice,
        clock: ChallengeClock,
        cards: Cards,
        counters: Counters,
        presses: Presses,
    ) -> None:
        self._outside = outside
        self._chat = chat
        self._first = first
        self._voice = voice
        self._clock = clock
        self._cards = cards
        self._counters = counters
        self._presses = presses
        self._dailies = Dailies(outside, chat)
        self._tasks: set[asyncio.Task[None]] = set()

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Register before the private chat, which answers whatever is left."""
        groups = filters.ChatType.GROUPS & ~filters.UpdateType.EDITED
        application.add_handler(CommandHandler("challenge", self.on_challenge, groups))
        application.add_handler(CommandHandler("challenge", self.on_private_challenge, filters.ChatType.PRIVATE))
        application.add_handler(CommandHandler("start", self.on_start, groups))
        application.add_handler(CommandHandler("summary", self.on_summary, groups))
        replies = groups & filters.REPLY & ~filters.COMMAND & (filters.TEXT | filters.Document.ALL)
        application.add_handler(MessageHandler(replies, self.on_reply))
        application.add_handler(MessageHandler(groups & filters.StatusUpdate.LEFT_CHAT_MEMBER, self.on_left))
        application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, self.on_moved))
        # In a group of handlers of its own: the private chat looks at these updates as well.
        coming_and_going = ChatMemberHandler(self.on_membership, ChatMemberHandler.MY_CHAT_MEMBER)
        application.add_handler(coming_and_going, group=1)

    async def close(self) -> None:
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def tick(self) -> None:
        """Open the lobbies whose hour has come, and judge what a bot that died was to judge."""
        now = self._outside.clock.now()
        await self._judge_all(
            [one for one in await self._outside.store.unjudged_votes() if is_left_behind(one[1], now)]
        )
        for challenge in await open_due_lobbies(outside=self._outside):
            self._clock.poke(challenge.id)
        self._clock.look()

    async def resume(self) -> None:
        """Judge the code that waited for it when the bot was stopped."""
        await self._judge_all(await self._outside.store.unjudged_votes())

    async def _judge_all(self, votes: Sequence[tuple[RoundId, Vote]]) -> None:
        for round_id, vote in votes:
            view = await self._cards.of(round_id)
            if view is not None:
                self._spawn(self._judge(view, Taken(vote, Counted(0, 0), judging=True), None))

    # commands

    async def on_challenge(self, update: Update, _: Any) -> None:
        """Open a lobby: /challenge, /challenge 3, /challenge 3 leaf, /challenge weekdays 16:00, /challenge off."""
        message, chat = update.effective_message, update.effective_chat
        if message is None or chat is None:
            return
        group = await self._group(chat, update)
        words = (message.text or "").split(maxsplit=1)[1:]
        wish = read_wish(words[0] if words else "", topics_of(self._outside))
        match wish:
            case Timetable():
                await self._schedule(group, message, wish)
            case Wish(off=True):
                await self._unschedule(group, message)
            case Wish():
                await self._open(group, message, wish)
            case None:
                known = Phrase(
                    "Write /challenge 5 leaf (how many cards, and a topic if you like), or /challenge weekdays 16:00."
                )
                await self._say(group, message, known)

    async def _open(self, group: Group, message: Message, wish: Wish) -> None:
        rules = Rules()
        rules = replace(rules, cards=wish.cards or rules.cards, topics=wish.topics, mode=wish.mode)
        challenge, new = await open_lobby(group, thread_of(message), rules, _moderator(message), outside=self._outside)
        if new:
            self._clock.poke(challenge.id)
        elif challenge.stage is Stage.LOBBY:  # its message may be far above: bring it down here
            await self._outside.store.save_lobby_message(challenge.id, None)
            self._clock.poke(challenge.id)
        else:
            await self._say(group, message, Phrase("A challenge is being played here: it comes first."))

    async def _schedule(self, group: Group, message: Message, wish: Timetable) -> None:
        now = self._outside.clock.now()
        next_at = wish.weekly.next(now, group.tz)
        rules = Rules(mode=wish.mode)
        await self._outside.store.save_weekly(group.id, thread_of(message), wish.weekly, rules, next_at=next_at)
        say = speech(group.language)
        when = say.moment(next_at, group.tz)
        told = Phrase("A lobby opens here by itself, next {when}. /challenge off ends that.", when=when)
        await self._say(group, message, told)

    async def _unschedule(self, group: Group, message: Message) -> None:
        await self._outside.store.save_weekly(group.id, thread_of(message), None, Rules(), next_at=None)
        await self._say(group, message, Phrase("No lobby opens by itself here any more."))

    async def on_private_challenge(self, update: Update, _: Any) -> None:
        """Show the way from a private chat into a group."""
        chat, user = update.effective_chat, update.effective_user
        if chat is None or update.edited_message is not None:
            return
        say = speech(language_of(user.language_code if user else None) or self._first.language)
        told = Phrase("A challenge is played in a group: choose one, and I come along.")
        key = Key(f"👥 {say(Phrase('Choose a group'))}", Link(self._voice.group_link))
        await self._chat.send(ChatId(chat.id), View(escape(say(told), quote=False), ((key,),)))

    async def on_start(self, update: Update, context: Any) -> None:
        """Somebody came by a link that brought the bot into this group."""
        message, chat = update.effective_message, update.effective_chat
        if message is None or chat is None:
            return
        group = await self._group(chat, update)
        if context.args == ["challenge"]:
            await self._open(group, message, Wish())
        else:
            await self._say(
                group,
                message,
                Phrase(
                    "/challenge opens cards for all of you. Your own I ask in private: write to me and press Start."
                ),
            )

    async def on_summary(self, update: Update, _: Any) -> None:
        """Send the notes of the last challenge as a file."""
        message, chat = update.effective_message, update.effective_chat
        if message is None or chat is None:
            return
        group = await self._group(chat, update)
        challenge = await self._outside.store.latest_challenge_in(group.chat_id, thread_of(message))
        played = None if challenge is None else await self._outside.store.played(challenge.id)
        if challenge is None or played is None or not played.rounds:
            await self._say(group, message, NOTHING_YET)
            return
        summary = await summary_of(played, outside=self._outside)
        say = speech(group.language)
        caption = say(Phrase("The notes of your session, for the study log."))
        await self._voice.send_file(challenge, session_notes(summary, say).encode(), file_name(summary), caption)

    # answers

    async def on_reply(self, update: Update, _: Any) -> None:
        """Take a reply to the question as an answer; to anything else of ours it is none of our business."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None or message.reply_to_message is None:
            return
        challenge = await self._outside.store.challenge_in(message.chat_id, thread_of(message))
        if challenge is None or challenge.stage is not Stage.PLAYING:
            return
        rounds = await self._outside.store.rounds_of(challenge.id)
        if not rounds or message.reply_to_message.message_id not in {rounds[-1].message_id, rounds[-1].evidence_id}:
            return
        view = await self._cards.of(rounds[-1].id)
        if view is None or not (view.question.is_typed or view.question.form == "none"):
            return
        await self._take(view, member_of(user), message, update.update_id)

    async def take_private(self, learner: Learner, message: Message, update_id: int) -> bool:
        """Take a private message as the answer to the round whose door somebody opened; False where there is none."""
        one = await self._outside.store.door_of(MemberId(int(learner.chat_id)))
        view = None if one is None else await self._cards.of(one.id)
        if view is None or message.from_user is None:
            return False
        if not await self._dailies.is_meant(view, learner, member_of(message.from_user), message):
            return False
        await self._take(view, member_of(message.from_user), message, update_id)
        return True

    async def _take(self, view: RoundView, member: Member, message: Message, update_id: int) -> None:
        text = await code_of(message, self._chat) if view.question.form == "code" else message.text or ""
        if isinstance(text, Phrase):
            outcome: VoteOutcome = NotAVote(text)
        else:
            outcome = await answer(view, member, text, update_id=update_id, outside=self._outside)
        await self._acknowledge(view, outcome, message)

    async def _acknowledge(self, view: RoundView, outcome: VoteOutcome, message: Message) -> None:
        """Say that an answer came, without saying whether it is right."""
        private = message.chat.type == ChatType.PRIVATE
        match outcome:
            case Taken(judging=True):
                self._spawn(self._judge(view, outcome, message))
            case Taken(_, counted):
                self._counters.note(view.round.id, outcome.vote.ballot, counted)
                await self._close_if_all(view, outcome)
        told: Phrase | None
        match outcome:
            case Taken() | TakeKept():
                told = Phrase("Taken. It counts until the close; send another one to change it.")
            case TooLate():
                told = Phrase("This vote is closed.")
            case NotAVote(why):
                told = why
            case _:
                told = None
        if isinstance(outcome, Taken) and view.in_private and message.from_user is not None:
            member = member_of(message.from_user)
            await self._dailies.after_vote(view, outcome.vote, None, member, self._speech_of(message))
        elif isinstance(outcome, Taken | TakeKept) and not private:
            self._spawn(self._voice.react(message.chat_id, message.message_id, SEEN))
        elif told is not None:
            await self._answer(message, told)

    async def _judge(self, view: RoundView, taken: Taken, message: Message | None) -> None:
        right = await judge(view, taken.vote, outside=self._outside)
        if right is None and message is not None:
            sorry = Phrase("Your code could not be run; that is our fault, and it does not count. Send it once more.")
            await self._answer(message, sorry)
        elif right is not None:
            self._counters.note(view.round.id, taken.vote.ballot, taken.counted)
            await self._close_if_all(view, taken)

    async def _close_if_all(self, view: RoundView, taken: Taken) -> None:
        if mode_of(view.challenge).closes_early(view, taken.counted):
            await close_soon(view.round, outside=self._outside)
            self._clock.look()

    async def on_link(self, learner: Learner, challenge_id: int, member: Member) -> Phrase | Followed:
        """Follow a link from a group into the private chat; return what to say, or what comes instead."""
        challenge = await self._outside.store.challenge(ChallengeId(challenge_id))
        if challenge is None:
            return Phrase("That challenge is not known any more.")
        if challenge.stage is Stage.PLAYING and challenge.rules.mode is Mode.DAILY:
            await self._dailies.ask_next(challenge, member, speech(learner.settings.language))
            return Followed.BY_ITS_CARD
        if challenge.stage is Stage.PLAYING:
            return await self._door(learner, challenge)
        if challenge.stage is Stage.LOBBY:
            await self._presses.join(challenge, member)
            return Phrase("You are in. Come back here by the button whenever a card wants a typed answer.")
        played = await self._outside.store.played(challenge.id)
        cards = missed(played, member.person) if played is not None else ()
        if not cards or not await bring(learner, cards, outside=self._outside):
            return Phrase("You missed nothing there. /today goes on with your own cards.")
        return Followed.BY_OWN_CARDS

    async def _door(self, learner: Learner, challenge: Challenge) -> Phrase:
        rounds = await self._outside.store.rounds_of(challenge.id)
        if not rounds or rounds[-1].step is not Step.VOTE:
            return Phrase("No vote is open now. Come back with the next card.")
        view = await view_of(challenge, rounds[-1], outside=self._outside)
        if not (view.question.is_typed or view.question.form == "none"):
            return Phrase("Vote with the buttons in the group: nobody sees what you press.")
        await self._outside.store.open_door(MemberId(int(learner.chat_id)), view.round.id)
        return Phrase("Type your answer to the group's card here; only I see it. You can change it until the close.")

    # who comes and goes

    async def on_left(self, update: Update, _: Any) -> None:
        """Somebody left the group: they are out, and pass the challenge on if it was theirs."""
        message = update.effective_message
        if message is None or message.left_chat_member is None:
            return
        person = MemberId(message.left_chat_member.id)
        for challenge in await self._outside.store.challenges_of(message.chat_id, person):
            await leave(challenge, person, outside=self._outside)

    async def on_moved(self, update: Update, _: Any) -> None:
        """The group was upgraded, and its rows have followed: show there what is open."""
        message = update.effective_message
        if message is None:
            return
        group = await self._outside.store.group_of_chat(ChatId(message.migrate_to_chat_id or message.chat_id))
        for challenge in await self._outside.store.open_challenges(group.id) if group else ():
            self._clock.poke(challenge.id)

    async def on_membership(self, update: Update, _: Any) -> None:
        """The bot was brought into a group, or put out of it: then its challenges are called off."""
        change = update.my_chat_member
        if change is None or change.chat.type == ChatType.PRIVATE:
            return
        present = change.new_chat_member.status not in {"left", "kicked"}
        group = await self._outside.store.group_of_chat(ChatId(change.chat.id))
        if group is None:
            return
        await self._outside.store.save_group(replace(group, present=present))
        if not present:
            now = self._outside.clock.now()
            for challenge in await self._outside.store.open_challenges(group.id):
                await self._outside.store.end_challenge(challenge.id, Stage.CALLED_OFF, at=now)

    # saying

    async def _group(self, chat: TelegramChat, update: Update) -> Group:
        user = update.effective_user
        language = language_of(user.language_code if user else None) or self._first.language
        group = await self._outside.store.welcome_group(
            ChatId(chat.id), language=Language(language), zone=self._first.zone
        )
        if not group.present:
            group = replace(group, present=True)
            await self._outside.store.save_group(group)
        return group

    async def _say(self, group: Group, message: Message, what: Phrase) -> None:
        view = View(escape(speech(group.language)(what), quote=False))
        await self._chat.send(ChatId(message.chat_id), view, reply_to=message.message_id, thread=thread_of(message))

    async def _answer(self, message: Message, what: Phrase) -> None:
        """Answer a message in the language of whoever wrote it."""
        await self._chat.send(
            ChatId(message.chat_id),
            View(escape(self._speech_of(message)(what), quote=False)),
            reply_to=message.message_id,
            thread=thread_of(message),
        )

    def _speech_of(self, message: Message) -> Speech:
        user = message.from_user
        return speech(language_of(user.language_code if user else None) or self._first.language)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _moderator(message: Message) -> Member | None:
    """Return who asked for a challenge; nobody where an admin did without a name."""
    user = message.from_user
    return None if user is None or user.id == ANONYMOUS or user.is_bot else member_of(user)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except (TelegramError, GroupGone) as error:
        log.info("something in a group could not be said: %s", error)
    except Exception:
        log.exception("something in a group went wrong")
