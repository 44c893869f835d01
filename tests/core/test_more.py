"""Which cards come beyond the day's quiz: "5 more", and the last look before an exam."""

from datetime import date, timedelta

import pytest

from studybot.core.card import CardId
from studybot.core.more import last_look, pick_more
from studybot.core.quiz import Pick
from studybot.core.schedule import Memory

TODAY = date(2026, 3, 10)
EXAM = date(2026, 3, 24)


def deck(*names: str) -> list[Pick]:
    return [Pick(CardId(name), "views") for name in names]


def memory(due_in: int, easiness: int = 250) -> Memory:
    due_on = TODAY + timedelta(days=due_in)
    return Memory(2, easiness, 6, due_on=due_on, reviewed_on=min(due_on, TODAY) - timedelta(days=6))


def test_more_cards_are_the_due_ones_left_over_then_new_then_the_next_due() -> None:
    memories = {CardId("soon"): memory(1), CardId("later"): memory(9), CardId("due"): memory(0)}

    more = pick_more(deck("later", "soon", "new", "due"), memories, on=TODAY, shown=())

    assert more == ["due", "new", "soon", "later"]


def test_five_more_are_five_and_none_was_shown_today() -> None:
    names = [f"card{n}" for n in range(9)]

    more = pick_more(deck(*names), {}, on=TODAY, shown={CardId("card0"), CardId("card3")})

    assert more == ["card1", "card2", "card4", "card5", "card6"]


@pytest.mark.parametrize(
    ("days_before", "cards"),
    [(15, 0), (14, 2), (13, 3), (1, 28), (0, 0), (-1, 0)],
    ids=["not yet", "14 days: 28 / 14", "13 days: 28 / 13", "the last day: all that are left", "the day", "after it"],
)
def test_what_is_not_due_before_the_exam_is_spread_over_two_weeks(days_before: int, cards: int) -> None:
    memories = {CardId(f"card{n}"): memory(60) for n in range(28)}

    assert len(last_look(memories, on=EXAM - timedelta(days=days_before), exam_on=EXAM, seen=())) == cards


def test_the_last_look_leaves_out_what_was_seen_or_comes_by_itself_and_begins_with_the_weakest() -> None:
    memories = {
        CardId("seen"): memory(60),
        CardId("comes"): memory(13),
        CardId("strong"): memory(60, easiness=260),
        CardId("weak"): memory(60, easiness=130),
    }

    first = last_look(memories, on=TODAY, exam_on=EXAM, seen={CardId("seen")})
    rest = last_look(memories, on=EXAM - timedelta(days=1), exam_on=EXAM, seen={CardId("seen")})

    assert first == ["weak"]
    assert rest == ["weak", "strong"]


def test_without_an_exam_there_is_no_last_look() -> None:
    assert last_look({CardId("card"): memory(60)}, on=TODAY, exam_on=None, seen=()) == []
