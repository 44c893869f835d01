"""The pure step of a scheduler, memory and grade in and memory out, beside the `fsrs` library's own.

    python -m benchmarks.step

Our FSRS-6 is the library with our record around it: whole study days, and the counts that every scheduler keeps. The
peer is `Scheduler.review_card`, set up the same. Each goes through the same year of one card's reviews.
"""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

import fsrs

from benchmarks._command import arguments, tell
from benchmarks._row import Peer, Row, compared
from studybot.core.schedule import Grade, Memory, Scheduler
from studybot.core.sm2 import LONGEST_INTERVAL_DAYS, Sm2
from studybot.schedulers.fsrs6 import RATINGS, RETENTION, Fsrs6, _midnight

FIRST_DAY = date(2026, 3, 10)
GRADES = (Grade.GOOD, Grade.GOOD, Grade.HARD, Grade.EASY, Grade.NEARLY, Grade.GOOD, Grade.GOOD, Grade.GOOD)
LIVES = 300
ROUNDS = 9


def our_life(scheduler: Scheduler) -> None:
    memory: Memory | None = None
    day = FIRST_DAY
    for grade in GRADES:
        memory = scheduler.review(memory, grade, on=day)
        day = memory.due_on


def their_life(scheduler: fsrs.Scheduler) -> None:
    card = fsrs.Card(card_id=0, due=_midnight(FIRST_DAY))
    at: datetime = card.due
    for grade in GRADES:
        card, _ = scheduler.review_card(card, RATINGS[grade], at)
        at = max(card.due, at + timedelta(days=1))


def measure(*, rounds: int) -> list[Row]:
    """Take turns, and return the best round of each, in microseconds for one step."""
    library = fsrs.Scheduler(
        desired_retention=RETENTION, learning_steps=(), relearning_steps=(), maximum_interval=LONGEST_INTERVAL_DAYS,
        enable_fuzzing=False,
    )  # fmt: skip
    lives = {
        "sm2": partial(our_life, Sm2()),
        "fsrs6": partial(our_life, Fsrs6()),
        "fsrs": partial(their_life, library),
    }
    taken: dict[str, list[float]] = {name: [] for name in lives}
    for _ in range(rounds):
        for name, life in lives.items():
            taken[name].append(microseconds(life))
    best = {name: min(each) for name, each in taken.items()}
    peer = Peer("fsrs.Scheduler.review_card", best["fsrs"])
    return [
        compared("a step of SM-2", best["sm2"], "us", peer, at_most=1),
        compared("a step of FSRS-6", best["fsrs6"], "us", peer, at_most=2),
    ]


def microseconds(life: Callable[[], None]) -> float:
    began = time.perf_counter()
    for _ in range(LIVES):
        life()
    return (time.perf_counter() - began) / LIVES / len(GRADES) * 1e6


def main() -> None:
    given = arguments(__doc__).parse_args()
    tell(measure(rounds=3 if given.quick else ROUNDS), given)


if __name__ == "__main__":
    main()
