"""Points for thinking, not for speed; places, medals and why who stands where."""

import pytest

from studybot.core.ballot import Ballots, Follow, MemberId
from studybot.core.card import CardId
from studybot.core.points import Level, Score, Standing, improved, scores, standings, ties_explained
from tests.core import ballots as made

ANN, BEN, CAT, DAN = map(MemberId, range(1, 5))


def score(member: MemberId, right: int = 0, came_round: int = 0, moved: int = 0, *, better: bool = False) -> Score:
    return Score(member, 5, right, came_round, moved, better)


def of(member: MemberId, *rounds: Ballots, level: Level | None = None) -> Score:
    (found,) = [one for one in scores(rounds, {member: level} if level else {}) if one.member == member]
    return found


@pytest.mark.parametrize(
    ("played", "points"),
    [
        pytest.param(made.at_once("a", "b"), 2, id="right"),
        pytest.param(made.at_once("b", "a"), 0, id="wrong"),
        pytest.param(made.discussed(("b", "a"), ("ab", "")), 1, id="came round in the discussion"),
        pytest.param(made.hinted(("b", "a"), ("ab", "")), 1, id="came round by the hint"),
        pytest.param(made.discussed(("a", "b"), ("ab", "")), 3, id="right, and moved somebody"),
        pytest.param(made.discussed(("a", "bc"), ("abc", "")), 3, id="moving many counts once"),
        pytest.param(made.discussed(("a", "b"), ("a", "b")), 2, id="right, and moved nobody"),
        pytest.param(made.discussed(("a", "b"), ("b", "a")), 2, id="talked out of it: the first vote still counts"),
        pytest.param(made.discussed(("a", "b"), ("b", "")), 2, id="right, and did not vote again"),
        pytest.param(made.hinted(("a", "bcd"), ("abcd", "")), 2, id="the hint moved them, not the one who was right"),
        pytest.param(made.discussed(("b", "c"), ("ab", "c")), 0, id="came late: no first vote, nothing to come round"),
    ],
)
def test_points_are_for_being_right_coming_round_and_moving_others(played: Ballots, points: int) -> None:
    assert of(ANN, played).points == points


def test_voting_wrong_on_purpose_never_pays() -> None:
    honest = of(ANN, made.at_once("a", "bcd"))
    pretending = of(ANN, made.discussed(("b", "acd"), ("ab", "cd")))

    assert honest.points > pretending.points


def test_a_hint_and_a_discussion_count_as_one_way_to_come_round() -> None:
    ballots = (made.ballot("", "abc"), made.ballot("a", "bc", Follow.HINT), made.ballot("abc", "", Follow.DISCUSS))

    rounds = [Ballots(CardId("card"), ballots)]

    assert [one.points for one in scores(rounds, {})] == [2, 1, 1]  # a came round by the hint and then moved b and c


@pytest.mark.parametrize(
    ("right", "votes", "level", "better"),
    [
        pytest.param(2, 3, Level(3, 5), True, id="two of three is more than three of five"),
        pytest.param(3, 5, Level(3, 5), False, id="the same share"),
        pytest.param(1, 3, Level(3, 9), False, id="a third is a third, exactly"),
        pytest.param(3, 3, Level(9, 9), True, id="at the top and still there"),
        pytest.param(2, 3, Level(0, 4), False, id="four votes say little"),
        pytest.param(2, 3, None, False, id="a newcomer"),
        pytest.param(0, 0, Level(0, 5), False, id="no votes"),
    ],
)
def test_everybody_is_measured_by_their_own_level(right: int, votes: int, level: Level | None, better: bool) -> None:
    assert improved(right, votes, level) is better


def test_improving_is_worth_as_much_as_a_card() -> None:
    assert of(ANN, made.at_once("a"), level=Level(2, 10)).points == 4


def test_members_who_never_voted_have_no_score() -> None:
    assert [one.member for one in scores([made.at_once("a", "c")], {BEN: Level(5, 5)})] == [ANN, CAT]


@pytest.mark.parametrize(
    ("of_scores", "places", "medals", "explained"),
    [
        pytest.param(
            [score(ANN, 1), score(BEN, 3), score(CAT, 2), score(DAN)],
            {BEN: 1, CAT: 2, ANN: 3, DAN: 4},
            "🥇🥈🥉",
            [],
            id="all different",
        ),
        pytest.param(
            [score(ANN, 1, 2), score(BEN, 2), score(CAT, 1)],
            {BEN: 1, ANN: 2, CAT: 3},
            "🥇🥈🥉",
            ["With equal points, more right first votes come first."],
            id="equal points",
        ),
        pytest.param(
            [score(ANN, 2), score(BEN, 2), score(CAT, 1)],
            {ANN: 1, BEN: 1, CAT: 3},
            "🥇🥇🥉",
            ["Equal points and equal first votes share a place: speed never counts."],
            id="equal in both share the place, and the next one is left out",
        ),
        pytest.param(
            [score(ANN, 2), score(BEN, 2), score(CAT, 1, 2), score(DAN, 1, 2)],
            {ANN: 1, BEN: 1, CAT: 3, DAN: 3},
            "🥇🥇🥉🥉",
            [
                "With equal points, more right first votes come first.",
                "Equal points and equal first votes share a place: speed never counts.",
            ],
            id="both rules at once",
        ),
        pytest.param(
            [score(ANN), score(BEN)],
            {ANN: 1, BEN: 1},
            "",
            ["Equal points and equal first votes share a place: speed never counts."],
            id="no points, no medals",
        ),
        pytest.param([], {}, "", [], id="nobody"),
    ],
)
def test_ties_share_a_place_or_are_explained(
    of_scores: list[Score], places: dict[MemberId, int], medals: str, explained: list[str]
) -> None:
    table = standings(of_scores)

    assert {one.score.member: one.place for one in table} == places
    assert "".join(one.medal for one in table) == medals
    assert [*map(str, ties_explained(table))] == explained


def test_the_table_does_not_depend_on_who_came_first() -> None:
    ordered = [score(ANN, 2), score(BEN, 2), score(CAT, 1)]

    assert standings(ordered) == standings(ordered[::-1])
    assert standings(ordered)[0] == Standing(1, ordered[0])
