"""The weekly board: opt-in, under chosen names, empty on Mondays."""

from datetime import date, timedelta

import pytest

from studybot.core.ballot import MemberId
from studybot.core.board import PSEUDONYMS, Earned, Row, board, free_pseudonym, monday, pseudonym

ANN, BEN, CAT = map(MemberId, range(1, 4))
SUNDAY = date(2026, 11, 22)
MONDAY = date(2026, 11, 16)


def test_only_who_opted_in_is_on_the_board_and_counts_for_the_places() -> None:
    earned = [Earned(ANN, MONDAY, 4), Earned(BEN, MONDAY, 9), Earned(CAT, SUNDAY, 3), Earned(ANN, SUNDAY, 2)]

    rows = board(earned, {ANN: "Ann", CAT: "calm otter"}, today=SUNDAY)

    assert rows == (Row(1, "Ann", 6, 2), Row(2, "calm otter", 3, 1))


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        pytest.param(MONDAY, True, id="on Monday"),
        pytest.param(SUNDAY, True, id="today"),
        pytest.param(MONDAY - timedelta(days=1), False, id="last week's Sunday"),
    ],
)
def test_every_monday_begins_a_new_board(day: date, counts: bool) -> None:
    assert bool(board([Earned(ANN, day, 4)], {ANN: "Ann"}, today=SUNDAY)) is counts


def test_equal_points_share_a_place_on_the_board() -> None:
    earned = [Earned(BEN, MONDAY, 4), Earned(ANN, MONDAY, 4), Earned(CAT, MONDAY, 1)]

    rows = board(earned, {ANN: "Ann", BEN: "Ben", CAT: "Cat"}, today=SUNDAY)

    assert [(row.place, row.name) for row in rows] == [(1, "Ann"), (1, "Ben"), (3, "Cat")]


def test_the_week_begins_on_monday() -> None:
    assert monday(SUNDAY) == monday(MONDAY) == MONDAY


def test_no_two_numbers_have_one_pseudonym() -> None:
    names = [pseudonym(number) for number in range(PSEUDONYMS)]

    assert len({name.en for name in names}) == len({name.ko for name in names}) == PSEUDONYMS


def test_a_pseudonym_that_is_taken_gives_way_to_the_next_free_one() -> None:
    assert free_pseudonym(7, {7, 8}) == 9
    assert free_pseudonym(PSEUDONYMS - 1, {PSEUDONYMS - 1}) == 0
    assert free_pseudonym(PSEUDONYMS + 3, ()) == 3


def test_a_group_larger_than_the_stock_of_pseudonyms_shares_them() -> None:
    assert free_pseudonym(7, range(PSEUDONYMS)) == 7
