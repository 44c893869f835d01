"""Everything a flow needs from outside, in one hand."""

from dataclasses import dataclass

from studybot.core.schedule import Scheduler
from studybot.ports import Clock, Deck, Runner, Store


@dataclass(frozen=True, slots=True)
class Outside:
    store: Store
    deck: Deck
    runner: Runner
    clock: Clock
    scheduler: Scheduler
