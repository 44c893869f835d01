from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from studybot.core.card import Answer, Picked, Typed
from studybot.core.learner import ChatId, Learner, Settings
from studybot.core.run import RunResult, RunStatus
from studybot.core.schedule import study_day
from studybot.flows.answer import Outcome, submit_answer
from studybot.flows.daily_quiz import Ask, NextStep, go_on
from studybot.flows.learners import welcome
from studybot.flows.outside import Outside
from studybot.kinds import Card
from studybot.schedulers import SCHEDULERS
from tests.fakes import FakeDeck, FrozenClock
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore


@dataclass
class World:
    """One learner, a deck, and everything outside as named fakes."""

    store: MemoryStore
    deck: FakeDeck
    runner: FakeRunner
    clock: FrozenClock
    outside: Outside
    learner: Learner
    updates: int = 0

    async def go_on(self) -> NextStep:
        return await go_on(self.learner, outside=self.outside)

    async def asked(self) -> Ask:
        step = await self.go_on()
        assert isinstance(step, Ask)
        return step

    async def answer(self, answer: Answer | str, *, after: float = 5, update_id: int | None = None) -> Outcome:
        """Answer the open card `after` seconds; a string is typed."""
        ask = await self.asked()
        self.clock.move(timedelta(seconds=after))
        if update_id is None:
            self.updates += 1
            update_id = self.updates
        given = Typed(answer) if isinstance(answer, str) else answer
        return await submit_answer(self.learner, ask.shown.showing.id, given, update_id=update_id, outside=self.outside)

    async def answer_rightly(self, *, after: float = 5) -> Outcome:
        ask = await self.asked()
        right: Answer = Typed("4")
        if ask.shown.card.kind == "choice":
            right = Picked("0")
        elif ask.shown.card.kind == "claim":
            right = Picked("false")
        return await self.answer(right, after=after)

    def next_day(self) -> None:
        self.clock.move(timedelta(days=1))

    @property
    def today(self) -> date:
        return study_day(self.clock.now(), self.learner.settings.tz)


MakeWorld = Callable[..., Awaitable[World]]


@pytest.fixture
def world_with() -> MakeWorld:
    """Make a world with these cards in its deck; snippets are answered by what their last line says."""

    async def make(*cards: Card, settings: Settings | None = None) -> World:
        store, deck, clock = MemoryStore(), FakeDeck(list(cards)), FrozenClock()
        runner = FakeRunner(lambda snippet: _results.get(snippet.code.strip(), RunResult(RunStatus.OK, value=4)))
        outside = Outside(store, deck, runner, clock, SCHEDULERS)
        for card in cards:
            await store.save_card(card.card_id, card.revision, card.body())
        learner, _ = await welcome(ChatId(11), settings or Settings(), outside=outside)
        return World(store, deck, runner, clock, outside, learner)

    return make


_results = {"2 == 3": RunResult(RunStatus.OK, value=False)}
