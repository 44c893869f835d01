"""A duel: two people alternate."""

import pytest

from studybot.core.ballot import Ballots, Follow, MemberId
from studybot.core.duel import Duel, even, what_follows_in_a_duel
from tests.core import ballots as made

ANN, BEN = MemberId(1), MemberId(2)
DUEL = Duel(ANN, BEN)

OWN_OF_ANN, OWN_OF_BEN = made.at_once("a"), made.at_once("b")
BEN_TAKES_OVER, ANN_TAKES_OVER = made.passed_on(("", "a"), ("b", "a")), made.passed_on(("", "b"), ("a", "b"))
NOBODY_KNOWS = made.passed_on(("", "a"), ("", "ab"))


def test_the_cards_alternate_and_what_one_misses_goes_to_the_other() -> None:
    assert [DUEL.whose_turn(position, 0) for position in range(4)] == [ANN, BEN, ANN, BEN]
    assert [DUEL.whose_turn(position, 1) for position in range(4)] == [BEN, ANN, BEN, ANN]


@pytest.mark.parametrize(("cards", "fair"), [(1, 2), (2, 2), (3, 4), (10, 10)])
def test_both_are_asked_as_many_cards(cards: int, fair: int) -> None:
    assert even(cards) == fair


@pytest.mark.parametrize(
    ("right", "taken", "follows"),
    [
        pytest.param(1, (), Follow.EXPLAIN, id="right"),
        pytest.param(0, (), Follow.PASS_ON, id="missed, or nothing said: the other one"),
        pytest.param(1, (Follow.PASS_ON,), Follow.EXPLAIN, id="taken over"),
        pytest.param(0, (Follow.PASS_ON,), Follow.EXPLAIN, id="missed by both"),
    ],
)
def test_a_missed_card_goes_over_once(right: int, taken: tuple[Follow, ...], follows: Follow) -> None:
    assert what_follows_in_a_duel(right, taken=taken) is follows


@pytest.mark.parametrize(
    ("rounds", "own", "taken_over"),
    [
        pytest.param([], {}, {}, id="nothing played"),
        pytest.param([OWN_OF_ANN, OWN_OF_BEN], {ANN: 1, BEN: 1}, {}, id="each their own"),
        pytest.param([BEN_TAKES_OVER, OWN_OF_BEN], {BEN: 1}, {BEN: 1}, id="taken over"),
        pytest.param([OWN_OF_ANN, ANN_TAKES_OVER], {ANN: 1}, {ANN: 1}, id="the other way round"),
        pytest.param([NOBODY_KNOWS, OWN_OF_BEN], {BEN: 1}, {}, id="missed by both"),
        pytest.param([OWN_OF_ANN, made.at_once("", "")], {ANN: 1}, {}, id="nobody said a word"),
    ],
)
def test_cards_are_won_as_ones_own_or_taken_over(
    rounds: list[Ballots], own: dict[MemberId, int], taken_over: dict[MemberId, int]
) -> None:
    assert DUEL.won(rounds) == (own, taken_over)
