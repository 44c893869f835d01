"""How the bot speaks in a group: everything it sends or edits there goes through this one place.

Telegram counts messages and edits of a group together; the limits themselves are kept by `Pace`, below this.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from studybot.core.challenge import Challenge, Counted
from studybot.core.learner import ChatId, Learner
from studybot.core.phrase import Phrase
from studybot.core.sprint import sprint_seconds
from studybot.errors import GroupGone
from studybot.flows.modes import cards_of, mode_of
from studybot.flows.outside import Outside
from studybot.group_ports import Ending, Evidence, Lobby, Posted, RoundView
from studybot.locale import Speech, speech
from studybot.pictures import picture_of
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.delivery import NOBODY_THERE
from studybot.telegram_bot.group import daily_view, end_view, lobby_view, poll_view, round_view
from studybot.telegram_bot.group.lobby_view import text
from studybot.telegram_bot.inbox import PollingBot
from studybot.telegram_bot.pace import Pace, unhurried
from studybot.telegram_bot.pictures import CAPTIONS
from studybot.telegram_bot.split import split
from studybot.telegram_bot.view import View

log = logging.getLogger(__name__)

SHUT_OUT = (*NOBODY_THERE, "not enough rights", "topic_closed", "message thread not found", "chat_write_forbidden")
LONGEST_PICTURE_SECONDS = 10.0

AskInPrivate = Callable[[Learner, int], Awaitable[None]]


class Voice:
    """The flows' `GroupMessenger`. `ask_in_private` asks a learner what stands first in their quiz."""

    def __init__(self, bot: PollingBot, chat: Chat, outside: Outside, ask_in_private: AskInPrivate) -> None:
        self._bot = bot
        self._chat = chat
        self._outside = outside
        self._ask_in_private = ask_in_private

    def link(self, challenge: Challenge) -> str:
        """Return the way from a group into a private chat that knows of the challenge."""
        return f"https://t.me/{self._bot.username}?start=c_{challenge.id}"

    @property
    def group_link(self) -> str:
        """Return the way from a private chat into a group of somebody's choice."""
        return f"https://t.me/{self._bot.username}?startgroup=challenge"

    def remember(self, chat_id: int, operations: int) -> None:
        """Keep a group's limit over a restart: so much was said there within the last minute."""
        limiter = self._bot.rate_limiter
        if isinstance(limiter, Pace):
            limiter.remember(chat_id, operations)

    async def show_lobby(self, lobby: Lobby) -> int:
        return await self.show_menu(lobby, lobby_view.lobby(lobby, _say(lobby.challenge)))

    async def show_menu(self, lobby: Lobby, view: View) -> int:
        """Show the lobby's message as one of its menus."""
        message_id, _ = await self._show(lobby.challenge, lobby.challenge.message_id, view)
        return message_id

    async def show_ballot(self, view: RoundView) -> Posted:
        if view.as_poll:
            return await self._show_poll(view)
        say, link = _say(view.challenge), self.link(view.challenge)
        shown = round_view.question(view, say, link=link)
        if view.in_private:
            until = mode_of(view.challenge).closes_at(view, self._outside.clock.now())
            shown = daily_view.invitation(view, say, until=until, link=link)
        message_id, operations = await self._show(view.challenge, view.round.message_id, shown, silent=False)
        return Posted(message_id, operations)

    async def count(self, view: RoundView, counted: Counted) -> bool:
        """Bring the counter up to date, if there is room for it now; it is not worth waiting for."""
        if view.round.message_id is None:
            return False
        shown = round_view.question(view, _say(view.challenge), counted=counted, link=self.link(view.challenge))
        try:
            with unhurried():
                await self._bot.edit_text(
                    view.challenge.group.chat_id, view.round.message_id, shown.html, reply_markup=shown.markup
                )
        except RetryAfter:
            return False
        except BadRequest as error:
            if "not modified" not in error.message.lower():
                raise
        return True

    async def _show_poll(self, view: RoundView) -> Posted:
        """Send a quiz. It closes by itself; the answers of a moment ago are waited for a little longer."""
        seconds = sprint_seconds(view.challenge.rules.vote_seconds)
        async with self._in_group(view.challenge):
            message_id, poll_id = await self._chat.send_quiz(
                view.challenge.group.chat_id,
                poll_view.quiz(view, _say(view.challenge)),
                seconds=seconds,
                thread=view.challenge.thread_id,
            )
        return Posted(message_id, poll_id=poll_id)

    async def _close_poll(self, view: RoundView) -> Posted:
        """Close a quiz that everybody has answered; it shows by itself what was right."""
        message_id = view.round.message_id or 0
        async with self._in_group(view.challenge):
            await self._chat.close_quiz(view.challenge.group.chat_id, message_id)
        return Posted(message_id)

    async def show_evidence(self, evidence: Evidence) -> Posted:
        view, say = evidence.view, _say(evidence.view.challenge)
        if view.as_poll:
            return await self._close_poll(view)
        operations = 0
        if view.round.message_id is not None and (not view.in_private or view.number == 1):
            decided = daily_view.closed(say) if view.in_private else round_view.decided(evidence, say)
            async with self._in_group(view.challenge):
                await self._chat.edit(view.challenge.group.chat_id, view.round.message_id, decided)
            operations += 1
        if await self._send_picture(evidence, say):
            operations += 1
        last = view.number >= cards_of(view.challenge)
        shown = round_view.evidence(evidence, say, last=last)
        if view.in_private:  # the group sees the question for the first time
            whole = round_view.joined([round_view.decided(evidence, say).html, shown.html])
            shown = replace(shown, html=whole)
        message_id, sent = await self._show(view.challenge, None, shown)
        return Posted(message_id, operations + sent)

    async def _send_picture(self, evidence: Evidence, say: Speech) -> bool:
        """Send the card's picture, if it has one. Whatever fails is logged and given up: the words tell it as well."""
        view = evidence.view
        if view.card.picture is None:
            return False
        try:
            async with asyncio.timeout(LONGEST_PICTURE_SECONDS):
                png = await picture_of(view.card, self._outside.runner, say.language)
            if png is None:
                return False
            caption = say(CAPTIONS[view.card.picture])
            await self._chat.send_photo(view.challenge.group.chat_id, png, caption, thread=view.challenge.thread_id)
        except (BadRequest, TimeoutError) as error:
            log.warning("a picture was not sent to a group card=%s: %s", view.card.id, error or type(error).__name__)
            return False
        except Forbidden:
            raise GroupGone(f"group {view.challenge.group.id}") from None
        return True

    async def show_end(self, ending: Ending) -> int:
        challenge = ending.played.challenge
        view = end_view.end(ending, _say(challenge), link=self.link(challenge))
        message_id, _ = await self._show(challenge, None, view, silent=False)
        return message_id

    async def say(self, challenge: Challenge, what: Phrase) -> None:
        await self._show(challenge, None, View(f"😴 {text(what, _say(challenge))}"))

    async def ask_missed(self, learner: Learner, challenge: Challenge, cards: int) -> None:
        try:
            await self._ask_in_private(learner, cards)
        except Forbidden:
            raise GroupGone(f"learner {learner.id} has blocked the bot") from None

    async def send_file(self, challenge: Challenge, content: bytes, name: str, caption: str) -> None:
        async with self._in_group(challenge):
            await self._chat.send_document(challenge.group.chat_id, content, name, caption, thread=challenge.thread_id)

    async def react(self, chat_id: int, message_id: int, emoji: str) -> None:
        """Put a mark under somebody's message: it counts as no message, and tells nobody more than "seen"."""
        try:
            await self._bot.set_message_reaction(chat_id, message_id, emoji)
        except TelegramError as error:
            log.debug("no reaction: %s", error)

    async def members_of(self, chat_id: int) -> int | None:
        """Return how many people are in a group, ourselves left out; None where that cannot be known."""
        try:
            return await self._bot.get_chat_member_count(chat_id) - 1
        except TelegramError as error:
            log.debug("members not counted: %s", error)
            return None

    async def _show(
        self, challenge: Challenge, message_id: int | None, view: View, *, silent: bool = True
    ) -> tuple[int, int]:
        """Edit a message, or send a new one where there is none; return its id and what it took."""
        operations = 0
        parts = len(split(view.html)) or 1
        async with self._in_group(challenge):
            if message_id is not None and parts == 1:
                operations += 1
                if await self._chat.edit(challenge.group.chat_id, message_id, view):
                    return message_id, operations
            sent = await self._chat.send(challenge.group.chat_id, view, silent=silent, thread=challenge.thread_id)
        return sent, operations + parts

    @asynccontextmanager
    async def _in_group(self, challenge: Challenge) -> AsyncIterator[None]:
        """Turn what a group can refuse into what the flows know."""
        try:
            yield
        except ChatMigrated as moved:
            await self._outside.store.move_chat(challenge.group.chat_id, ChatId(moved.new_chat_id))
            raise
        except Forbidden:
            raise GroupGone(f"group {challenge.group.id}") from None
        except BadRequest as error:
            if any(words in error.message.lower() for words in SHUT_OUT):
                raise GroupGone(f"group {challenge.group.id}: {error.message}") from None
            raise


def _say(challenge: Challenge) -> Speech:
    return speech(challenge.group.language)
