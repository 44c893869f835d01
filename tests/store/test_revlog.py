from datetime import UTC, datetime

from studybot.core.schedule import Grade
from studybot.store import SqlStore
from studybot.store.revlog import AGAIN, COLUMNS, EASY, GOOD, HARD, LEARNING, NEW, RELEARNING, REVIEW, rating, revlog
from tests.store.given import DAY, a_learner, a_quiz, answer, some_weeks, the_next, undo


async def test_the_log_holds_every_review_in_order(store: SqlStore, url: str) -> None:
    learners = [await a_learner(store, number) for number in (1, 2)]
    for learner in learners:
        await some_weeks(store, learner)

    rows = list(revlog(url))

    kept = [review for learner in learners for review in await store.reviews_of(learner.id)]
    assert [row.review_rating for row in rows] == [rating(review.grade) for review in kept]
    assert [datetime.fromtimestamp(row.review_time / 1000, UTC) for row in rows] == [review.at for review in kept]
    assert len({row.card_id for row in rows}) == len({(review.learner_id, review.card_id) for review in kept})
    assert [row.review_state == NEW for row in rows] == [review.before is None for review in kept]
    assert {row.review_state for row in rows} == {NEW, LEARNING, REVIEW, RELEARNING}
    assert set(COLUMNS) == set(rows[0].__slots__)


async def test_what_was_undone_is_left_out(store: SqlStore, url: str) -> None:
    learner = await a_learner(store)
    showing = await the_next(store, await a_quiz(store, learner))
    await answer(store, showing, Grade.GOOD, day=DAY)
    await undo(store, learner, showing)

    assert list(revlog(url)) == []


def test_grades_become_ratings() -> None:
    assert [rating(grade) for grade in Grade] == [AGAIN, AGAIN, AGAIN, HARD, GOOD, EASY]
