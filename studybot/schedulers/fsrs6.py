"""FSRS-6 by the `fsrs` library, in whole study days: default weights, no learning steps, no fuzz.

Source: open-spaced-repetition, https://github.com/open-spaced-repetition/py-fsrs, the weights of version 6.3.
It aims at 0.9: a card is due when the library expects it to be remembered nine times in ten.
"""

from datetime import UTC, date, datetime, time

import fsrs

from studybot.core.schedule import DRILLED, PASSING, Grade, Memory, Scheduler, SchedulerName
from studybot.core.sm2 import FIRST_EASINESS, LONGEST_INTERVAL_DAYS, next_easiness

RETENTION = 0.9

RATINGS = {
    Grade.BLACKOUT: fsrs.Rating.Again,
    Grade.RECOGNISED: fsrs.Rating.Again,
    Grade.NEARLY: fsrs.Rating.Again,
    Grade.HARD: fsrs.Rating.Hard,
    Grade.GOOD: fsrs.Rating.Good,
    Grade.EASY: fsrs.Rating.Easy,
}


class Fsrs6(Scheduler):
    name = SchedulerName.FSRS

    def __init__(self) -> None:
        # Learning steps are minutes within a day: that is what our drill is for. Fuzz would roll dice in here.
        self._fsrs = fsrs.Scheduler(
            desired_retention=RETENTION,
            learning_steps=(),
            relearning_steps=(),
            maximum_interval=LONGEST_INTERVAL_DAYS,
            enable_fuzzing=False,
        )

    def repeat(self, memory: Memory | None, grade: Grade, *, on: date) -> Memory:
        now = _midnight(on)
        before = fsrs.Card(card_id=0, due=now) if memory is None else _card(memory)
        after, _ = self._fsrs.review_card(before, RATINGS[grade], now)
        failed = grade < PASSING
        known = memory.repetitions if memory else 0
        return Memory(
            repetitions=0 if failed else known + 1,
            easiness=next_easiness(memory.easiness if memory else FIRST_EASINESS, grade),
            interval_days=(after.due - now).days,
            due_on=after.due.date(),
            reviewed_on=on,
            lapses=(memory.lapses if memory else 0) + (failed and known >= 1),
            drilling=grade < DRILLED,
            stability=after.stability,
            difficulty=after.difficulty,
        )

    def recall(self, memory: Memory, *, on: date) -> float:
        return self._fsrs.get_card_retrievability(_card(memory), _midnight(on))


def _card(memory: Memory) -> fsrs.Card:
    if memory.stability is None or memory.difficulty is None:
        raise ValueError("this memory is SM-2's: replay the reviews to have FSRS's")
    # Without an id the library would sleep for a millisecond to find one, and without a due day ask the clock.
    return fsrs.Card(
        card_id=0,
        state=fsrs.State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=_midnight(memory.due_on),
        last_review=_midnight(memory.reviewed_on),
    )


def _midnight(day: date) -> datetime:
    """Return the moment by which the library counts a study day; differences between two are whole days."""
    return datetime.combine(day, time(), tzinfo=UTC)
