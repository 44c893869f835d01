"""Everything about groups in one hand: built together, registered together, started and stopped together."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from telegram.ext import Application

from studybot.core.learner import Settings
from studybot.flows.outside import Outside
from studybot.telegram_bot.chat import Chat
from studybot.telegram_bot.group.board_chat import BoardChat
from studybot.telegram_bot.group.chat import GroupChat
from studybot.telegram_bot.group.clock import ChallengeClock
from studybot.telegram_bot.group.polls import Polls
from studybot.telegram_bot.group.presses import Presses
from studybot.telegram_bot.group.rounds import Cards, Counters
from studybot.telegram_bot.group.voice import AskInPrivate, Voice
from studybot.telegram_bot.inbox import PollingBot

JUST_BEFORE = timedelta(seconds=90)
"""A round's messages are counted from when its last ballot was shown; the evidence comes after that."""
ABOUT_A_LOBBY = 3


class Groups:
    def __init__(
        self,
        bot: PollingBot,
        outside: Outside,
        chat: Chat,
        first: Settings,
        *,
        ask_in_private: AskInPrivate,
        caught_up: Callable[[int], Awaitable[None]],
        listening: Callable[[], Awaitable[None]],
    ) -> None:
        self._outside = outside
        self._voice = voice = Voice(bot, chat, outside, ask_in_private)
        cards = Cards(outside)
        counters = Counters(voice, cards, outside)
        self.clock = ChallengeClock(voice, outside, caught_up=caught_up, listening=listening)
        self.presses = Presses(outside, chat, voice, self.clock, cards, counters)
        self.board = BoardChat(outside, chat, first)
        self.polls = Polls(outside, self.clock, cards)
        self.chat = GroupChat(outside, chat, first, voice, self.clock, cards, counters, self.presses)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Register before the private chat, which answers whatever is left."""
        self.board.register(application)
        self.presses.register(application)
        self.polls.register(application)
        self.chat.register(application)

    async def run(self) -> None:
        """Take up what was open when we stopped, and drive it for ever."""
        await self._remember()
        await self.chat.resume()
        await self.clock.run()

    async def _remember(self) -> None:
        """Count what was said in each group just before we were stopped: Telegram has not forgotten it."""
        recently = self._outside.clock.now() - JUST_BEFORE
        for challenge_id, _ in await self._outside.store.waking():
            challenge = await self._outside.store.challenge(challenge_id)
            rounds = await self._outside.store.rounds_of(challenge_id)
            fresh = [one.operations for one in rounds if one.shown_at is not None and one.shown_at >= recently]
            if challenge is not None:
                self._voice.remember(challenge.group.chat_id, ABOUT_A_LOBBY + sum(fresh))

    async def tick(self) -> None:
        await self.chat.tick()

    async def close(self) -> None:
        await self.clock.close()
        await self.presses.close()
        await self.chat.close()
