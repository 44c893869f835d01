"""Which cards a day holds, and in what order."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.core.card import CardId
from studybot.core.quiz import Pick, contrasted, interleaved, pick_cards
from studybot.core.schedule import Memory

TODAY = date(2026, 3, 10)


def pick(name: str, topic: str = "views") -> Pick:
    return Pick(CardId(name), topic)


def picks(prefix: str, count: int, topic: str = "views") -> list[Pick]:
    return [pick(f"{prefix}{n}", topic) for n in range(count)]


def due(days_ago: int) -> Memory:
    """Return the memory of a card that was due so many days ago (or is due in so many, if negative)."""
    due_on = TODAY - timedelta(days=days_ago)
    return Memory(2, 250, 6, due_on=due_on, reviewed_on=due_on - timedelta(days=6))


def remembered(cards: Iterable[Pick], days_ago: int = 0) -> dict[CardId, Memory]:
    return {card.card_id: due(days_ago) for card in cards}


def picked(
    deck: list[Pick], memories: dict[CardId, Memory], *, new_limit: int = 5, review_limit: int = 40
) -> list[CardId]:
    return pick_cards(deck, memories, on=TODAY, new_limit=new_limit, review_limit=review_limit)


@pytest.mark.parametrize(
    ("due_cards", "unseen", "reviews", "new"),
    [
        pytest.param(60, 10, 40, 0, id="60 due, 10 unseen: 40 and none"),
        pytest.param(40, 10, 40, 0, id="exactly the limit leaves no room for new ones"),
        pytest.param(38, 10, 38, 2, id="room for two new ones"),
        pytest.param(10, 10, 10, 5, id="five new ones a day"),
        pytest.param(10, 3, 10, 3, id="no more new ones than there are"),
        pytest.param(0, 10, 0, 5, id="nothing due"),
        pytest.param(0, 0, 0, 0, id="nothing at all"),
    ],
)
def test_a_day_is_limited_to_40_reviews_and_5_new_cards(due_cards: int, unseen: int, reviews: int, new: int) -> None:
    known = picks("due", due_cards)

    cards = picked(known + picks("new", unseen), remembered(known))

    assert [card.startswith("due") for card in cards] == [True] * reviews + [False] * new


@pytest.mark.parametrize(("new_limit", "review_limit", "count"), [(0, 40, 2), (5, 0, 0), (5, 1, 1), (0, 0, 0)])
def test_a_learner_may_choose_other_limits(new_limit: int, review_limit: int, count: int) -> None:
    known = picks("due", 2)

    cards = picked(known + picks("new", 9), remembered(known), new_limit=new_limit, review_limit=review_limit)

    assert len(cards) == count


def test_cards_that_are_easily_confused_come_side_by_side() -> None:
    def view(name: str, *contrasts: str) -> Pick:
        return Pick(CardId(name), name, frozenset(contrasts))

    deck = [view("view", "view-reshape"), view("leaf"), view("clip"), view("reshape", "view-reshape"), view("hook")]

    assert picked(deck, {}) == ["view", "reshape", "leaf", "clip", "hook"]


def test_of_many_confusable_cards_two_come_at_a_time() -> None:
    deck = [Pick(CardId(f"{n}"), "views", frozenset({"c"} if n % 2 == 0 else ())) for n in range(7)]

    assert picked(deck, {}, new_limit=9) == ["0", "2", "1", "3", "4", "6", "5"]


@given(st.lists(st.tuples(st.integers(0, 99), st.sampled_from("abc")), unique_by=lambda pair: pair[0]))
def test_contrasts_lose_and_double_no_card(cards: list[tuple[int, str]]) -> None:
    deck = [Pick(CardId(str(number)), "views", frozenset({contrast})) for number, contrast in cards]

    assert sorted(pick.card_id for pick in contrasted(deck)) == sorted(pick.card_id for pick in deck)


def test_overdue_cards_come_first_then_todays_then_new_ones() -> None:
    deck = [pick("new"), pick("today"), pick("late"), pick("later")]
    memories = {CardId("today"): due(0), CardId("late"): due(3), CardId("later"): due(30)}

    assert picked(deck, memories) == ["later", "late", "today", "new"]


def test_the_longest_overdue_are_asked_when_not_all_fit() -> None:
    deck = picks("card", 60)
    memories = {card.card_id: due(n) for n, card in enumerate(deck)}

    cards = picked(deck, memories)

    assert set(cards) == {card.card_id for card in deck[20:]}
    assert cards[0] == "card59"


def test_a_day_late_is_more_urgent_for_a_young_card_than_a_week_for_an_old_one() -> None:
    deck = [pick("old"), pick("young")]
    memories = {
        CardId("old"): Memory(4, 250, 38, due_on=TODAY - timedelta(days=7), reviewed_on=date(2026, 1, 24)),
        CardId("young"): Memory(1, 250, 1, due_on=TODAY - timedelta(days=1), reviewed_on=date(2026, 3, 8)),
    }

    assert picked(deck, memories, review_limit=1) == ["young"]


@pytest.mark.parametrize(
    ("seconds", "limit_minutes", "offered"),
    [
        pytest.param(45, 10, 13, id="45 s in 10 min: 13"),
        pytest.param(60, 10, 10, id="exactly the time"),
        pytest.param(900, 10, 1, id="one at least"),
        pytest.param(45, None, 40, id="no limit"),
    ],
)
def test_a_day_takes_no_longer_than_wanted(seconds: float, limit_minutes: int | None, offered: int) -> None:
    known = [Pick(CardId(f"card{n}"), "views", seconds=seconds) for n in range(40)]
    new = [Pick(CardId("new"), "views", seconds=seconds)]
    limit = None if limit_minutes is None else limit_minutes * 60

    cards = pick_cards(known + new, remembered(known), on=TODAY, new_limit=5, review_limit=40, seconds_limit=limit)

    assert len(cards) == offered
    assert "new" not in cards


def test_new_cards_get_what_is_left_of_the_time() -> None:
    known = [Pick(CardId(f"due{n}"), "views", seconds=60) for n in range(3)]
    new = [Pick(CardId(f"new{n}"), "views", seconds=60) for n in range(3)]

    cards = pick_cards(known + new, remembered(known), on=TODAY, new_limit=5, review_limit=40, seconds_limit=300)

    assert cards == ["due0", "due1", "due2", "new0", "new1"]


def test_a_card_that_is_not_due_yet_is_neither_a_review_nor_new() -> None:
    deck = picks("card", 3)

    assert picked(deck, remembered(deck, days_ago=-1)) == []


def test_a_card_that_left_the_deck_is_not_asked() -> None:
    assert picked([pick("live")], remembered([pick("retired")], days_ago=9)) == ["live"]


def test_new_cards_come_in_the_decks_order_with_topics_in_turn() -> None:
    deck = [pick("v1"), pick("v2"), pick("v3"), pick("g1", "grad"), pick("g2", "grad"), pick("f1", "freeze")]

    assert picked(deck, {}) == ["v1", "g1", "f1", "v2", "g2"]


def test_reviews_of_a_topic_do_not_follow_each_other_while_there_are_others() -> None:
    deck = picks("v", 3) + picks("g", 3, "grad")

    assert picked(deck, remembered(deck)) == ["v0", "g0", "v1", "g1", "v2", "g2"]


def test_interleaving_keeps_the_order_within_a_topic() -> None:
    mixed = interleaved([pick("a1", "a"), pick("a2", "a"), pick("b1", "b"), pick("a3", "a"), pick("b2", "b")])

    assert [card.card_id for card in mixed] == ["a1", "b1", "a2", "b2", "a3"]


decks = st.lists(st.sampled_from("abc"), max_size=60).map(
    lambda topics: [pick(f"{topic}{n}", topic) for n, topic in enumerate(topics)]
)
limits = st.integers(0, 50)


@given(decks, st.data(), limits, limits)
def test_no_card_is_asked_twice_and_no_limit_is_passed(
    deck: list[Pick], data: st.DataObject, new_limit: int, review_limit: int
) -> None:
    memories = {
        card.card_id: due(days) for card in deck if (days := data.draw(st.none() | st.integers(-9, 9))) is not None
    }

    cards = picked(deck, memories, new_limit=new_limit, review_limit=review_limit)

    new = [card for card in cards if card not in memories]
    assert len(set(cards)) == len(cards) <= review_limit
    assert len(new) <= new_limit
    assert all(memories[card].is_due(TODAY) for card in cards if card in memories)
    assert set(cards) <= {card.card_id for card in deck}


@given(decks)
def test_interleaving_loses_and_adds_nothing(deck: list[Pick]) -> None:
    mixed = interleaved(deck)

    assert sorted(mixed, key=lambda card: card.card_id) == sorted(deck, key=lambda card: card.card_id)


def test_new_cards_of_the_topic_asked_for_come_first() -> None:
    deck = [*picks("view", 3), *picks("leaf", 3, topic="leaves")]

    chosen = pick_cards(deck, {}, on=TODAY, new_limit=4, review_limit=40, topic="leaves")

    assert chosen == ["leaf0", "view0", "leaf1", "leaf2"]
