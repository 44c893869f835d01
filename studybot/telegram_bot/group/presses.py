"""What people press in a group: every press is answered to whoever pressed, and may be repeated without harm."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, assert_never

from telegram import CallbackQuery, Message, Update, User
from telegram.ext import Application, CallbackQueryHandler

from studybot.core.ballot import MemberId
from studybot.core.card import Language
from studybot.core.challenge import (
    CARD_NUMBERS,
    VOTE_SECONDS,
    Challenge,
    ChallengeId,
    Member,
    Mode,
    Rules,
    Stage,
    Step,
)
from studybot.core.phrase import Phrase
from studybot.errors import GroupGone, SandboxUnavailable
from studybot.flows.challenge_lobby import everybody_is_in, leave, lobby_of, may_moderate, open_lobby, start, why_not
from studybot.flows.challenge_votes import NotAVote, Taken, TooLate, close_soon, pick
from studybot.flows.modes import mode_of
from studybot.flows.outside import Outside
from studybot.locale import Speech, speech
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.group import lobby_view
from studybot.telegram_bot.group.buttons import (
    PATTERN,
    CastVote,
    OfChallenge,
    OfRound,
    PassOn,
    SetRule,
    decode_group,
)
from studybot.telegram_bot.group.clock import ChallengeClock
from studybot.telegram_bot.group.dailies import Dailies
from studybot.telegram_bot.group.round_view import LETTERS, is_lettered
from studybot.telegram_bot.group.rounds import Cards, Counters
from studybot.telegram_bot.group.voice import Voice
from studybot.telegram_bot.markup import to_plain
from studybot.telegram_bot.view import View

log = logging.getLogger(__name__)

SECONDS_BETWEEN_LOBBIES = 6.0
SIZE_HOLDS_SECONDS = 20.0
MORE_TIME = timedelta(minutes=10)
GONE = Phrase("That is over. /challenge opens another one.")
NOT_YOURS = Phrase("The moderator decides that.")


@dataclass(frozen=True, slots=True)
class Press:
    query: CallbackQuery
    update_id: int
    member: Member
    say: Speech


class Presses:
    def __init__(
        self, outside: Outside, chat: Chat, voice: Voice, clock: ChallengeClock, cards: Cards, counters: Counters
    ) -> None:
        self._outside = outside
        self._chat = chat
        self._voice = voice
        self._clock = clock
        self._cards = cards
        self._counters = counters
        self._dailies = Dailies(outside, chat)
        self._tasks: set[asyncio.Task[None]] = set()
        self._lobbies: dict[ChallengeId, float] = {}  # when each was edited last, by a monotonic clock
        self._stale: set[ChallengeId] = set()
        self._starting: set[ChallengeId] = set()
        self._sizes: dict[ChallengeId, tuple[int | None, float]] = {}

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        application.add_handler(CallbackQueryHandler(self.on_press, pattern=PATTERN))

    async def close(self) -> None:
        self._counters.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def on_press(self, update: Update, _: Any) -> None:
        query, user = update.callback_query, update.effective_user
        if query is None or user is None:
            return
        language = Language.KO if (user.language_code or "").startswith("ko") else Language.EN
        press = Press(query, update.update_id, member_of(user), speech(language))
        match decode_group(query.data or ""):
            case CastVote() as vote:
                await self._vote(press, vote)
            case OfRound() as button:
                await self._of_round(press, button)
            case OfChallenge() as button:
                await self._of_challenge(press, button)
            case SetRule() as button:
                await self._set_rule(press, button)
            case PassOn() as button:
                await self._pass_on(press, button)
            case None:
                self._toast(press, GONE)
            case unknown:
                assert_never(unknown)

    # votes

    async def _vote(self, press: Press, vote: CastVote) -> None:
        view = await self._cards.of(vote.round)
        if view is None:
            self._toast(press, GONE)
            return
        before = None
        if view.in_private:
            before = await self._outside.store.vote_of(vote.round, vote.ballot, press.member.person)
        outcome = await pick(
            view, vote.ballot, press.member, vote.key, update_id=press.update_id, outside=self._outside
        )
        match outcome:
            case Taken(cast) if view.in_private:
                self._toast(press, Phrase("Taken."))
                await self._dailies.after_vote(view, cast, before, press.member, press.say)
            case Taken(cast, counted):
                said = _labels(cast.text, view.question.options, speech(view.challenge.group.language))
                told = Phrase(
                    "Your vote: {vote}. {votes} of {members} have voted; you can change it until the close.",
                    vote=said or "-",
                    votes=counted.votes,
                    members=counted.members,
                )
                if mode_of(view.challenge).closes_early(view, counted):
                    await close_soon(view.round, outside=self._outside)
                    self._clock.look()
                self._counters.note(vote.round, vote.ballot, counted)
                self._toast(press, told)
            case TooLate():
                self._toast(press, Phrase("This vote is closed."))
            case NotAVote(why):
                self._toast(press, why)
            case unknown:
                assert_never(unknown)

    async def _of_round(self, press: Press, button: OfRound) -> None:
        """Close the vote, go on, or stay: the moderator's buttons, and anybody's who is in when there is none."""
        one = await self._outside.store.round(button.round)
        challenge = None if one is None else await self._outside.store.challenge(one.challenge_id)
        if one is None or challenge is None or challenge.stage is not Stage.PLAYING:
            self._toast(press, GONE)
            return
        if not await self._may(challenge, press):
            return
        now = self._outside.clock.now()
        match button.what:
            case "close" if one.step is Step.VOTE and one.ballot == button.ballot:
                await self._outside.store.hurry(challenge.id, at=now)
                self._toast(press)
            case "next" if one.step is Step.EVIDENCE:
                await self._outside.store.finish_round(one.id, at=now)
                self._toast(press)
            case "wait" if one.step is Step.EVIDENCE:
                await self._outside.store.put_off(challenge.id, until=now + MORE_TIME, tries=challenge.tries)
                self._toast(press, Phrase("Take your time: the next card comes when you press, or in ten minutes."))
            case _:
                self._toast(press, Phrase("It has gone on already."))
        self._clock.poke(challenge.id)

    # the lobby, and the whole challenge

    async def _of_challenge(self, press: Press, button: OfChallenge) -> None:
        challenge = await self._outside.store.challenge(button.challenge)
        if challenge is None:
            self._toast(press, GONE)
            return
        match button.what:
            case "again":
                await self._again(press, challenge)
            case "named":
                await self._name(press, challenge)
            case "join":
                await self._join(press, challenge)
            case "leave":
                await self._leave(press, challenge)
            case "end":
                await self._end(press, challenge)
            case "start" | "cancel" | "rules" | "topics" | "heirs" | "back" as what:
                await self._in_lobby(press, challenge, what)
            case unknown:
                assert_never(unknown)

    async def join(self, challenge: Challenge, member: Member) -> bool:
        """Let somebody in, by a press or by a link, and show it; False where they are in already, or it is over."""
        joined = await self._outside.store.join(challenge.id, member, at=self._outside.clock.now())
        if joined:
            await self._lobby_changed(challenge)
        return joined

    async def _join(self, press: Press, challenge: Challenge) -> None:
        joined = await self.join(challenge, press.member)
        if not challenge.is_open:
            self._toast(press, GONE)
            return
        self._toast(press, Phrase("You are in.") if joined else Phrase("You are in already."))

    async def _leave(self, press: Press, challenge: Challenge) -> None:
        left = await leave(challenge, press.member.person, outside=self._outside)
        self._toast(press, Phrase("You are out.") if left else Phrase("You are not in."))
        if left:
            await self._lobby_changed(challenge)

    async def _name(self, press: Press, challenge: Challenge) -> None:
        members = await self._outside.store.members(challenge.id)
        mine = next((member for member in members if member.person == press.member.person), None)
        if mine is None:
            self._toast(press, Phrase("Join first."))
            return
        await self._outside.store.name_me(challenge.id, mine.person, named=not mine.named)
        told = Phrase("Your name will not stand in the notes.")
        if not mine.named:
            told = Phrase("Your name will stand in the notes. Press again to take that back.")
        self._toast(press, told)

    async def _end(self, press: Press, challenge: Challenge) -> None:
        if not challenge.is_open:
            self._toast(press, GONE)
        elif await self._may(challenge, press):
            await self._outside.store.end_challenge(challenge.id, Stage.OVER, at=self._outside.clock.now())
            self._toast(press)
            self._clock.poke(challenge.id)

    async def _again(self, press: Press, challenge: Challenge) -> None:
        again, new = await open_lobby(
            challenge.group, challenge.thread_id, challenge.rules, press.member, outside=self._outside
        )
        told = Phrase("A new lobby is open.") if new else Phrase("A challenge is open here already.")
        self._toast(press, told)
        self._clock.poke(again.id)

    async def _in_lobby(self, press: Press, challenge: Challenge, what: str) -> None:
        if challenge.stage is not Stage.LOBBY:
            self._toast(press, Phrase("It has begun already.") if challenge.is_open else GONE)
            return
        if not await self._may(challenge, press):
            return
        lobby = await lobby_of(challenge, outside=self._outside)
        say = speech(challenge.group.language)
        match what:
            case "start":
                self._spawn(self._start(press, challenge))  # the deck may be in the middle of being proved
            case "cancel":
                await self._outside.store.end_challenge(challenge.id, Stage.CALLED_OFF, at=self._outside.clock.now())
                self._toast(press)
                await self._show_lobby(challenge.id)
            case "rules":
                await self._menu(press, challenge, lobby_view.rules(lobby, say))
            case "topics":
                await self._menu(press, challenge, lobby_view.topics(lobby, say))
            case "heirs":
                await self._menu(press, challenge, lobby_view.heirs(lobby, say))
            case _:
                await self._menu(press, challenge, lobby_view.lobby(lobby, say))

    async def _start(self, press: Press | None, challenge: Challenge) -> None:
        """Begin, once at a time: a press may come while the first one waits for the deck."""
        if challenge.id in self._starting:
            if press is not None:
                self._toast(press, Phrase("It begins in a moment."))
            return
        if (reason := await why_not(challenge, outside=self._outside)) is not None:
            if press is not None:
                self._toast(press, reason)
            return
        self._starting.add(challenge.id)
        try:
            await self._begin(press, challenge)
        finally:
            self._starting.discard(challenge.id)

    async def _begin(self, press: Press | None, challenge: Challenge) -> None:
        if press is not None:
            self._toast(press, Phrase("It begins in a moment."))
        try:
            started = await start(challenge, outside=self._outside)
        except SandboxUnavailable as error:
            log.warning("challenge %s cannot start: %s", challenge.id, error)
            await self._voice.say(
                challenge, Phrase("The code is resting right now; that is our fault. Try again in a moment.")
            )
            return
        if not started and (now := await self._outside.store.challenge(challenge.id)) and now.stage is Stage.LOBBY:
            await self._voice.say(challenge, Phrase("There is no card for these rules."))
        if started:
            self._spawn(self._show_lobby(challenge.id))
            self._clock.poke(challenge.id)

    async def _set_rule(self, press: Press, button: SetRule) -> None:
        challenge = await self._outside.store.challenge(button.challenge)
        if challenge is None or challenge.stage is not Stage.LOBBY:
            self._toast(press, GONE)
            return
        if not await self._may(challenge, press):
            return
        if button.which == "language":
            group = replace(challenge.group, language=Language(button.value))
            await self._outside.store.save_group(group)
        elif (rules := changed(challenge.rules, button)) is not None:
            await self._outside.store.save_rules(challenge.id, rules)
        challenge = await self._outside.store.challenge(challenge.id) or challenge
        lobby = await lobby_of(challenge, outside=self._outside)
        say = speech(challenge.group.language)
        menu = lobby_view.topics if button.which == "topic" else lobby_view.rules
        await self._menu(press, challenge, menu(lobby, say))

    async def _pass_on(self, press: Press, button: PassOn) -> None:
        challenge = await self._outside.store.challenge(button.challenge)
        if challenge is None or not challenge.is_open:
            self._toast(press, GONE)
            return
        if not await self._may(challenge, press):
            return
        here = {member.person for member in await self._outside.store.members(challenge.id) if member.here}
        if button.to in here:
            await self._outside.store.pass_on(challenge.id, button.to)
        self._toast(press)
        await self._show_lobby(challenge.id)

    async def _may(self, challenge: Challenge, press: Press) -> bool:
        members = await self._outside.store.members(challenge.id)
        if may_moderate(challenge, press.member.person, members, self._outside.clock.now()):
            return True
        self._toast(press, NOT_YOURS)
        return False

    async def _menu(self, press: Press, challenge: Challenge, view: View) -> None:
        self._toast(press)
        lobby = await lobby_of(challenge, outside=self._outside)
        message_id = await self._voice.show_menu(lobby, view)
        if message_id != challenge.message_id:
            await self._outside.store.save_lobby_message(challenge.id, message_id)

    async def _lobby_changed(self, challenge: Challenge) -> None:
        """Show who is in, not more often than every few seconds, and begin when all of the group are."""
        if challenge.stage is not Stage.LOBBY:
            return
        if await self._everybody_is_in(challenge):
            self._spawn(self._start(None, challenge))
            return
        wait = self._lobbies.get(challenge.id, 0.0) + SECONDS_BETWEEN_LOBBIES - time.monotonic()
        if challenge.id not in self._stale:
            self._stale.add(challenge.id)
            self._spawn(self._show_lobby_later(challenge.id, max(wait, 0.0)))

    async def _show_lobby_later(self, challenge_id: ChallengeId, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._stale.discard(challenge_id)
        self._lobbies[challenge_id] = time.monotonic()
        challenge = await self._outside.store.challenge(challenge_id)
        if challenge is not None and challenge.stage is Stage.LOBBY:
            await self._show_lobby(challenge_id)

    async def _everybody_is_in(self, challenge: Challenge) -> bool:
        """Ask Telegram how many there are, but not at every one of two hundred presses."""
        members = await self._outside.store.members(challenge.id)
        known, until = self._sizes.get(challenge.id, (None, 0.0))
        if known is None or time.monotonic() > until or everybody_is_in(members, known):
            known = await self._voice.members_of(challenge.group.chat_id)
            self._sizes[challenge.id] = (known, time.monotonic() + SIZE_HOLDS_SECONDS)
        return known is not None and everybody_is_in(members, known)

    async def _show_lobby(self, challenge_id: ChallengeId) -> None:
        challenge = await self._outside.store.challenge(challenge_id)
        if challenge is None:
            return
        message_id = await self._voice.show_lobby(await lobby_of(challenge, outside=self._outside))
        if message_id != challenge.message_id:
            await self._outside.store.save_lobby_message(challenge_id, message_id)

    # how presses are answered

    def _toast(self, press: Press, what: Phrase | None = None) -> None:
        """Answer a press without holding up the next one: a hundred may come in a second."""
        text = "" if what is None else press.say(what)
        self._spawn(self._chat.toast(press.query.id, text))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except GroupGone as error:
        log.info("a group is gone: %s", error)
    except Exception:
        log.exception("something in a group could not be shown")


def changed(rules: Rules, button: SetRule) -> Rules | None:
    """Return the rules with one choice made; None where there is no such choice."""
    match button.which, button.value:
        case "cards", number if number.isdecimal() and int(number) in CARD_NUMBERS:
            return replace(rules, cards=int(number))
        case "seconds", number if number.isdecimal() and int(number) in VOTE_SECONDS:
            return replace(rules, vote_seconds=int(number))
        case "topic", "*":
            return replace(rules, topics=())
        case "topic", slug:
            topics = tuple(one for one in rules.topics if one != slug)
            return replace(rules, topics=topics if slug in rules.topics else (*topics, slug))
        case "mode", mode if mode in set(Mode):
            return replace(rules, mode=Mode(mode))
        case _:
            return None


def member_of(user: User) -> Member:
    return Member(MemberId(user.id), user.full_name)


def thread_of(message: Message) -> int:
    """Return the forum topic of a message; 0 where it is in none."""
    return message.message_thread_id or 0 if message.is_topic_message else 0


def _labels(text: str, options: Any, say: Speech) -> str:
    lettered = is_lettered(options, say)
    labels = {
        option.key: LETTERS[place] if lettered else to_plain(say(option.label)) for place, option in enumerate(options)
    }
    return ", ".join(labels.get(key, key) for key in text.split(",") if key)
