"""Everything a flow needs from outside, in one hand."""

from collections.abc import Mapping
from dataclasses import dataclass

from studybot.core.learner import Learner
from studybot.core.schedule import Scheduler, SchedulerName
from studybot.deck_ports import Deck, Desk
from studybot.ports import Clock, Runner, Store


@dataclass(frozen=True, slots=True)
class Outside:
    store: Store
    deck: Deck
    runner: Runner
    clock: Clock
    schedulers: Mapping[SchedulerName, Scheduler]
    desk: Desk | None = None

    def scheduler_of(self, learner: Learner) -> Scheduler:
        return self.schedulers[learner.settings.scheduler]
