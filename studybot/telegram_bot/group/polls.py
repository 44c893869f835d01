"""Answers to the quizzes of a sprint: Telegram names the poll and the person, and neither chat nor message."""

import logging
from typing import Any

from telegram import Update
from telegram.ext import Application, PollAnswerHandler

from studybot.flows.challenge_votes import Taken, close_soon, pick
from studybot.flows.modes import mode_of
from studybot.flows.outside import Outside
from studybot.telegram_bot.group.clock import ChallengeClock
from studybot.telegram_bot.group.presses import member_of
from studybot.telegram_bot.group.rounds import Cards

log = logging.getLogger(__name__)


class Polls:
    def __init__(self, outside: Outside, clock: ChallengeClock, cards: Cards) -> None:
        self._outside = outside
        self._clock = clock
        self._cards = cards

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        application.add_handler(PollAnswerHandler(self.on_answer))

    async def on_answer(self, update: Update, _: Any) -> None:
        """Count an answer. Who answered sees at once whether it was right: Telegram shows it."""
        answer = update.poll_answer
        if answer is None or answer.user is None or not answer.option_ids:
            return
        one = await self._outside.store.round_of_poll(answer.poll_id)
        view = None if one is None else await self._cards.of(one.id)
        if view is None or answer.option_ids[0] >= len(view.question.options):
            return
        key = view.question.options[answer.option_ids[0]].key
        outcome = await pick(view, 0, member_of(answer.user), key, update_id=update.update_id, outside=self._outside)
        if isinstance(outcome, Taken) and mode_of(view.challenge).closes_early(view, outcome.counted):
            await close_soon(view.round, outside=self._outside)
            self._clock.look()
