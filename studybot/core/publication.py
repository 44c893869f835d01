"""What becomes of memories when a card is edited: nothing, unless its meaning changed and its author says so."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from studybot.core.card import CardId, Revision
from studybot.core.schedule import Memory


class Fate(StrEnum):
    """What an edit does to what learners know of a card."""

    KEEP = "keep"
    SOFTEN = "soften"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Publication:
    """The revision of a card that is asked. `fate` is None where its meaning changed and nobody has decided yet.

    `settled` is the latest revision whose fate was decided: what is known of the card is known of that one.
    """

    card_id: CardId
    revision: Revision
    fate: Fate | None
    settled: Revision
    at: datetime


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A line of a learner's log beside the reviews: after the review before it, the card's memory met this fate."""

    card_id: CardId
    revision: Revision
    fate: Fate
    day: date
    at: datetime


def adjusted(memory: Memory | None, fate: Fate, *, on: date) -> Memory | None:
    """Return a memory after its card's meaning changed, on a study day.

    Softened: what was gained is halved, interval and stability, and the card is due that day (the next one, if it was
    answered on that day): the next answer tells. The counts stay. Reset: the card is new again.
    """
    match fate:
        case Fate.SOFTEN if memory is not None:
            return replace(
                memory,
                interval_days=max(1, memory.interval_days // 2),
                due_on=max(memory.reviewed_on + timedelta(days=1), min(memory.due_on, on)),
                drilling=False,
                stability=None if memory.stability is None else memory.stability / 2,
            )
        case Fate.RESET:
            return None
        case _:
            return memory
