"""A duel: two people alternate."""

import pytest

from studybot.core.ballot import Ballots, Follow, MemberId
from studybot.core.duel import Duel, duel_points, even, what_follows_in_a_duel, winner
from tests.core import ballots as made

ANN, BEN = MemberId(1), MemberId(2)
DUEL = Duel(ANN, BEN)

OWN_OF_ANN, OWN_OF_BEN = made.at_once("a"), made.at_once("b")
BEN_TAKES_OVER, ANN_TAKES_OVER = made.hinted(("", "a"), ("b", "a")), made.hinted(("", "b"), ("a", "b"))
NOBODY_KNOWS = made.hinted(("", "a"), ("", "ab"))


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
        pytest.param(0, (), Follow.HINT, id="missed, or nothing said: the other one"),
        pytest.param(1, (Follow.HINT,), Follow.EXPLAIN, id="taken over"),
        pytest.param(0, (Follow.HINT,), Follow.EXPLAIN, id="missed by both"),
    ],
)
def test_a_missed_card_goes_over_once(right: int, taken: tuple[Follow, ...], follows: Follow) -> None:
    assert what_follows_in_a_duel(right, taken=taken) is follows


@pytest.mark.parametrize(
    ("rounds", "points", "wins"),
    [
        pytest.param([], (0, 0), None, id="nothing played"),
        pytest.param([OWN_OF_ANN, OWN_OF_BEN], (2, 2), None, id="a draw, whoever was quicker"),
        pytest.param([BEN_TAKES_OVER, OWN_OF_BEN], (0, 3), BEN, id="taken over"),
        pytest.param([OWN_OF_ANN, ANN_TAKES_OVER], (3, 0), ANN, id="the other way round"),
        pytest.param([NOBODY_KNOWS, OWN_OF_BEN], (0, 2), BEN, id="missed by both"),
        pytest.param([OWN_OF_ANN, OWN_OF_BEN, made.at_once("", "")], (2, 2), None, id="nobody said a word"),
    ],
)
def test_points_are_for_own_cards_and_for_those_taken_over(
    rounds: list[Ballots], points: tuple[int, int], wins: MemberId | None
) -> None:
    counted = duel_points(DUEL, rounds)

    assert (counted[ANN], counted[BEN]) == points
    assert winner(counted) == wins
