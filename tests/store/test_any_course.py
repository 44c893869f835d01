"""Whatever a learner does, in any order: the log gives the memories, and what is typed meets the card that is asked."""

import asyncio
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studybot.core.card import Answer, GaveUp, Picked, Typed
from studybot.core.learner import ChatId, Learner, Settings
from studybot.core.quiz import ShowingId
from studybot.core.run import RunResult, RunStatus
from studybot.core.schedule import SchedulerName
from studybot.flows.answer import Settled, submit_answer
from studybot.flows.daily_quiz import Ask, go_on
from studybot.flows.learners import change_settings, welcome
from studybot.flows.outside import Outside
from studybot.flows.regrade import regrade
from studybot.flows.shown import open_showing
from studybot.flows.undo import undo
from studybot.schedulers import SCHEDULERS
from studybot.store.replay import replay
from studybot.store.store import SqlStore
from tests.fakes import FakeDeck, FrozenClock, choice_card, predict_card
from tests.fakes_runner import FakeRunner

CARDS = (choice_card("one"), predict_card("two"))
ZONES = ("Asia/Seoul", "America/Los_Angeles", "Pacific/Kiritimati")
DEEDS = ("right", "wrong", "give up", "undo", "undo three", "regrade", "day", "zone", "scheduler")


class Course:
    """One learner with a real database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = FrozenClock()
        runner = FakeRunner(lambda _: RunResult(RunStatus.OK, value=4))
        self.outside = Outside(SqlStore(url), FakeDeck(list(CARDS)), runner, self.clock, SCHEDULERS)
        self.update = 0
        self.settled = ShowingId(0)

    async def take(self, deeds: list[str]) -> None:
        for card in CARDS:
            await self.outside.store.save_card(card.card_id, card.revision, card.body())
        for deed in deeds:
            learner, _ = await welcome(ChatId(11), Settings(), outside=self.outside)
            self.update += 1
            await self.do(deed, learner)
        assert replay(self.url, SCHEDULERS).differences == ()

    async def do(self, deed: str, learner: Learner) -> None:
        chosen = learner.settings
        match deed:
            case "undo" | "undo three":
                for _ in range(1 if deed == "undo" else 3):
                    self.update += 1
                    await undo(learner, None, update_id=self.update, outside=self.outside)
            case "regrade":
                for why in ("guessed", "typo"):
                    await regrade(learner, self.settled, why, update_id=self.update, outside=self.outside)
            case "day":
                self.clock.move(timedelta(hours=20))
            case "zone":
                following = ZONES[(ZONES.index(chosen.zone) + 1) % len(ZONES)]
                await change_settings(learner, replace(chosen, zone=following), outside=self.outside)
            case "scheduler":
                other = SchedulerName.FSRS if chosen.scheduler is SchedulerName.SM2 else SchedulerName.SM2
                await change_settings(learner, replace(chosen, scheduler=other), outside=self.outside)
            case _:
                await self.answer(deed, learner)

    async def answer(self, deed: str, learner: Learner) -> None:
        step = await go_on(learner, outside=self.outside)
        if not isinstance(step, Ask):
            return
        on_screen = step.shown.showing.id
        takes_text = await open_showing(learner, outside=self.outside)
        assert takes_text is not None
        assert takes_text.id == on_screen
        self.clock.move(timedelta(seconds=9))
        right = deed == "right"
        answer: Answer = Typed("4" if right else "5") if step.shown.question.is_typed else Picked("0" if right else "1")
        given = GaveUp() if deed == "give up" else answer
        for _ in range(2):  # each update comes twice
            outcome = await submit_answer(learner, on_screen, given, update_id=self.update, outside=self.outside)
        if isinstance(outcome, Settled):
            self.settled = on_screen


@settings(max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.sampled_from(DEEDS), min_size=8, max_size=24))
def test_the_log_gives_every_memory(fresh_database: Path, tmp_path: Path, deeds: list[str]) -> None:
    course = Course(f"sqlite:///{shutil.copy(fresh_database, tmp_path / 'studybot.db')}")

    async def taken() -> None:
        try:
            await course.take(deeds)
        finally:
            await course.outside.store.close()  # type: ignore[attr-defined]

    asyncio.run(taken())
