"""A learner's figures, case by case."""

from datetime import date, timedelta

import pytest

from studybot.core.card import CardId, Text
from studybot.core.progress import Named, Progress, TopicShare, WeakCard, progress, shortened
from studybot.core.review import Review
from studybot.core.schedule import Memory
from tests.pictures.progresses import TODAY, a_past, a_review, names

SHAPES, GRADIENTS = Text("모양", "shapes"), Text("기울기", "gradients")
NAMES = {
    CardId("views"): Named(SHAPES, Text("뷰?", "A view?")),
    CardId("strides"): Named(SHAPES, Text("보폭?", "A stride?")),
    CardId("leaf"): Named(GRADIENTS, Text("잎?", "A leaf?")),
    CardId("retired"): Named(GRADIENTS, Text("옛것?", "Old?"), asked=False),
}
MONDAY = date(2026, 11, 16)
FIRST_DAY = date(2026, 5, 25)


def of(*reviews: Review, **memories: Memory) -> Progress:
    return progress(reviews, {CardId(name): memory for name, memory in memories.items()}, TODAY, NAMES)


def memory(due_on: date = TODAY, *, easiness: int = 250, lapses: int = 0) -> Memory:
    return Memory(1, easiness, 1, due_on, TODAY - timedelta(days=300), lapses)


def test_a_newcomer_has_nothing_begun() -> None:
    assert of() == Progress(TODAY, False, {}, 0, 0, 0, (0,) * 30, (), ())


def test_the_26_weeks_begin_on_a_monday_and_end_today() -> None:
    assert of().since == FIRST_DAY
    assert FIRST_DAY.weekday() == MONDAY.weekday() == 0
    assert (MONDAY - FIRST_DAY).days == 25 * 7


@pytest.mark.parametrize(
    ("day", "counted"),
    [
        pytest.param(TODAY, {TODAY: 1}, id="today"),
        pytest.param(FIRST_DAY, {FIRST_DAY: 1}, id="the first day"),
        pytest.param(FIRST_DAY - timedelta(days=1), {}, id="the day before it"),
    ],
)
def test_answers_count_on_their_study_day_within_the_26_weeks(day: date, counted: dict[date, int]) -> None:
    found = of(a_review(day=day))

    assert found.begun
    assert found.answers == counted
    assert found.reviews == len(counted)


def test_repetitions_of_the_same_day_are_answers_and_no_reviews() -> None:
    found = of(a_review(right=False), a_review(drill=True), a_review(drill=True))

    assert found.answers == {TODAY: 3}
    assert (found.right, found.reviews, found.share) == (0, 1, 0.0)


@pytest.mark.parametrize(
    ("review", "right"),
    [
        pytest.param(a_review(), 1, id="right at once"),
        pytest.param(a_review(attempts=2), 0, id="right at the second attempt"),
        pytest.param(a_review(right=False), 0, id="wrong"),
    ],
)
def test_only_a_first_attempt_counts_as_right(review: Review, right: int) -> None:
    assert of(review).right == right


@pytest.mark.parametrize(
    ("due_on", "place"),
    [
        pytest.param(TODAY, 0, id="due today"),
        pytest.param(TODAY - timedelta(days=400), 0, id="overdue counts today"),
        pytest.param(TODAY + timedelta(days=1), 1, id="tomorrow"),
        pytest.param(TODAY + timedelta(days=29), 29, id="the last day"),
        pytest.param(TODAY + timedelta(days=30), None, id="the day after it"),
    ],
)
def test_a_card_stands_in_the_forecast_on_the_day_it_is_due(due_on: date, place: int | None) -> None:
    found = of(a_review(), views=memory(due_on))

    assert found.due == tuple(int(day == place) for day in range(30))
    assert found.cards == 1


def test_a_card_that_is_not_asked_any_more_is_not_coming_and_not_weak_but_was_answered() -> None:
    found = of(a_review("retired", right=False), retired=memory())

    assert sum(found.due) == 0
    assert found.weakest == ()
    assert found.topics == (TopicShare(GRADIENTS, 0, 1),)
    assert found.cards == 1


def test_a_card_without_a_name_counts_where_none_is_needed() -> None:
    found = of(a_review("nobody-knows-it", right=False), **{"nobody-knows-it": memory()})

    assert (found.reviews, found.cards, found.topics, found.weakest) == (1, 1, (), ())


def test_topics_are_counted_over_their_cards_the_lowest_share_first() -> None:
    log = [a_review("leaf", right=number < 4) for number in range(5)]
    log += [a_review("views", right=number < 2) for number in range(3)]
    log += [a_review("strides"), a_review("strides", attempts=2), a_review("strides", drill=True)]

    assert of(*log).topics == (TopicShare(SHAPES, 3, 5), TopicShare(GRADIENTS, 4, 5))


def test_a_topic_with_few_reviews_stands_behind_those_that_say_more() -> None:
    log = [a_review("leaf") for _ in range(5)] + [a_review("views", right=False) for _ in range(4)]

    assert of(*log).topics == (TopicShare(GRADIENTS, 5, 5), TopicShare(SHAPES, 0, 4))


def test_a_weak_card_was_missed_among_its_latest_five_reviews() -> None:
    answers = [False, True, True, False, True, True, True]
    log = [a_review("views", right=right) for right in answers]
    mended = [a_review("leaf", right=right) for right in [False, False, True, True, True, True, True]]

    found = of(*log, *mended, views=memory(), leaf=memory())

    assert found.weakest == (WeakCard(CardId("views"), NAMES[CardId("views")], (True, False, True, True, True)),)
    assert found.weakest[0].missed == 1


@pytest.mark.parametrize(
    ("views", "leaf", "first"),
    [
        pytest.param(memory(lapses=1), memory(lapses=2), "leaf", id="the one forgotten more often"),
        pytest.param(memory(easiness=200), memory(easiness=210), "views", id="the harder one"),
        pytest.param(memory(), memory(), "leaf", id="equals by their ids"),
    ],
)
def test_of_equally_missed_cards_first_comes(views: Memory, leaf: Memory, first: str) -> None:
    found = of(a_review("views", right=False), a_review("leaf", right=False), views=views, leaf=leaf)

    assert found.weakest[0].card_id == first


@pytest.mark.parametrize(
    ("text", "short"),
    [
        pytest.param("What is it?", "What is it?", id="it fits"),
        pytest.param("Where is it now?", "Where is it…", id="cut between words"),
        pytest.param("One, two, three", "One, two…", id="without the comma before the cut"),
        pytest.param("supercalifragilistic", "supercalifr…", id="one long word"),
    ],
)
def test_a_name_is_cut_between_words(text: str, short: str) -> None:
    assert shortened(text, 12) == short
    assert len(short) <= 12


def test_a_long_past_shows_six_topics_and_four_cards_and_loses_no_answer() -> None:
    reviews, memories = a_past(5000)

    found = progress(reviews, memories, TODAY, names())

    assert (len(found.topics), len(found.weakest)) == (6, 4)
    assert sum(found.answers.values()) == sum(FIRST_DAY <= review.day <= TODAY for review in reviews)
