"""The review log in the form that the FSRS optimiser reads, without a name or an answer in it.

Source of the form: open-spaced-repetition, https://github.com/open-spaced-repetition/fsrs-optimizer, "revlog.csv".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from studybot.core.schedule import PASSING, Grade
from studybot.store.engine import opened
from studybot.store.reviews import counts
from studybot.store.tables import reviews
from studybot.store.upgrade import check_version

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
NEW, LEARNING, REVIEW, RELEARNING = 0, 1, 2, 3

_LOG = (
    select(
        reviews.c.learner_id, reviews.c.card_id, reviews.c.at, reviews.c.grade, reviews.c.drill, reviews.c.latency_ms
    )
    .where(counts)
    .order_by(reviews.c.id)
)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One review. `card_id` numbers a learner and a card together: what one learner knows says nothing of another.

    `review_time` is in milliseconds since 1970, `review_duration` in milliseconds.
    """

    card_id: int
    review_time: int
    review_rating: int
    review_state: int
    review_duration: int


COLUMNS = ("card_id", "review_time", "review_rating", "review_state", "review_duration")


def revlog(url: str) -> Iterator[Reviewed]:
    """Yield every review that was not undone, in the order in which they were made, drills too."""
    check_version(url)
    numbers: dict[tuple[int, str], int] = {}
    forgotten: set[int] = set()
    with opened(url) as engine, engine.execution_options(writes=False, stream_results=True).connect() as tx:
        for learner_id, card_id, at, grade, drill, latency_ms in tx.execute(_LOG):
            is_new = (learner_id, card_id) not in numbers
            number = numbers.setdefault((learner_id, card_id), len(numbers) + 1)
            state = NEW if is_new else REVIEW
            if drill and not is_new:
                state = RELEARNING if number in forgotten else LEARNING
            elif not is_new and grade < PASSING:
                forgotten.add(number)
            else:
                forgotten.discard(number)
            yield Reviewed(number, round(at.timestamp() * 1000), rating(Grade(grade)), state, latency_ms)


def rating(grade: Grade) -> int:
    """Return FSRS's rating of a grade: what was forgotten is Again, whatever kind of forgetting it was."""
    match grade:
        case Grade.EASY:
            return EASY
        case Grade.GOOD:
            return GOOD
        case Grade.HARD:
            return HARD
        case _:
            return AGAIN
