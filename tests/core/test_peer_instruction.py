"""What follows a vote, and what a discussion brought: the tables of the published rules."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.core.ballot import Ballots, Follow
from studybot.core.card import CardId
from studybot.core.peer_instruction import Discussed, discussed, normalised_gain, to_talk_about, what_follows
from tests.core import ballots as made

HINT, DISCUSS, EXPLAIN = Follow.HINT, Follow.DISCUSS, Follow.EXPLAIN


@pytest.mark.parametrize(
    ("votes", "hint", "discuss", "explain"),
    [
        pytest.param(4, range(2), range(2, 3), range(3, 5), id="four members"),
        pytest.param(5, range(2), range(2, 4), range(4, 6), id="five members"),
        pytest.param(6, range(3), range(3, 5), range(5, 7), id="six members"),
        pytest.param(20, range(7), range(7, 15), range(15, 21), id="twenty members"),
        pytest.param(200, range(70), range(70, 141), range(141, 201), id="two hundred members"),
        pytest.param(2, range(1), range(1, 2), range(2, 3), id="two members"),
        pytest.param(1, range(1), range(0), range(1, 2), id="one alone never discusses"),
    ],
)
def test_the_share_right_says_what_follows(votes: int, hint: range, discuss: range, explain: range) -> None:
    following = [what_follows(right, votes) for right in range(votes + 1)]

    assert following == [HINT] * len(hint) + [DISCUSS] * len(discuss) + [EXPLAIN] * len(explain)


@pytest.mark.parametrize(
    ("right", "votes", "taken", "follows"),
    [
        pytest.param(35, 100, (), DISCUSS, id="35 percent are enough to discuss"),
        pytest.param(34, 100, (), HINT, id="34 are not"),
        pytest.param(70, 100, (), DISCUSS, id="70 percent still discuss"),
        pytest.param(71, 100, (), EXPLAIN, id="71 do not"),
        pytest.param(0, 0, (), EXPLAIN, id="nobody voted"),
        pytest.param(1, 5, (HINT,), EXPLAIN, id="the hint was no help: no second one"),
        pytest.param(2, 5, (HINT,), DISCUSS, id="the hint helped some"),
        pytest.param(5, 5, (HINT,), EXPLAIN, id="the hint helped all"),
        pytest.param(2, 5, (DISCUSS,), EXPLAIN, id="after a discussion comes the evidence"),
        pytest.param(0, 5, (DISCUSS,), EXPLAIN, id="and no hint"),
        pytest.param(3, 5, (HINT, DISCUSS), EXPLAIN, id="three votes at most"),
    ],
)
def test_each_step_is_taken_once(right: int, votes: int, taken: tuple[Follow, ...], follows: Follow) -> None:
    assert what_follows(right, votes, taken=taken) is follows


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=3, max_size=3))
def test_every_round_ends_after_three_votes_at_most(tallies: list[tuple[int, int]]) -> None:
    taken: list[Follow] = []

    for right, wrong in tallies:
        taken.append(what_follows(right, right + wrong, taken=taken))
        if taken[-1] is EXPLAIN:
            break

    assert taken[-1] is EXPLAIN


@pytest.mark.parametrize(
    ("before", "after", "gain"),
    [
        pytest.param(Fraction(52, 100), Fraction(68, 100), Fraction(1, 3), id="52 to 68 percent"),
        pytest.param(Fraction(52, 100), Fraction(73, 100), Fraction(7, 16), id="52 to 73 percent"),
        pytest.param(Fraction(1, 2), Fraction(1), Fraction(1), id="all there was to gain"),
        pytest.param(Fraction(1, 2), Fraction(1, 2), Fraction(0), id="nothing"),
        pytest.param(Fraction(1, 2), Fraction(1, 4), Fraction(-1, 2), id="a loss"),
        pytest.param(Fraction(1), Fraction(1), None, id="nothing left to gain"),
    ],
)
def test_the_gain_is_the_part_of_the_possible_one(before: Fraction, after: Fraction, gain: Fraction | None) -> None:
    assert normalised_gain(before, after) == gain


def test_a_gain_of_three_tenths_and_a_bit_is_exact() -> None:
    assert float(normalised_gain(Fraction(52, 100), Fraction(73, 100)) or 0) == 0.4375


def test_the_groups_gain_counts_discussed_rounds_and_who_voted_on_both_sides() -> None:
    rounds = [
        made.discussed(("ab", "cde"), ("abc", "d")),  # e did not vote again
        made.at_once("abcde"),
        made.discussed(("a", "bc"), ("ab", "cf")),  # f came late
        made.hinted(("a", "bcd"), ("abcd", "")),
    ]

    group = discussed(rounds)

    assert group == Discussed(votes=7, right_before=3, right_after=5)
    assert group.gain == Fraction(1, 2)


def test_the_gain_is_taken_from_the_vote_right_before_the_discussion() -> None:
    first, hinted, last = made.ballot("", "abcd"), made.ballot("ab", "cd", HINT), made.ballot("abc", "d", DISCUSS)

    assert discussed([Ballots(CardId("card"), (first, hinted, last))]) == Discussed(4, 2, 3)


@pytest.mark.parametrize("rounds", [[], [made.at_once("ab", "c")], [made.discussed(("ab", "c"), ("", ""))]])
def test_without_a_discussion_there_is_no_gain(rounds: list[Ballots]) -> None:
    assert discussed(rounds).gain is None


def test_the_cards_to_talk_about_are_those_most_wrong_at_the_end() -> None:
    rounds = [
        made.at_once("abcd", "e", card="nearly"),
        made.discussed(("ab", "cde"), ("abcd", "e"), card="harder at first"),
        made.hinted(("", "abcde"), ("a", "bcde"), card="hardest"),
        made.at_once("abcde", card="known"),
        made.discussed(("abc", "de"), ("abc", "de"), card="stuck"),
        made.at_once("", card="nobody"),
    ]

    assert [played.card_id for played in to_talk_about(rounds)] == ["hardest", "stuck", "harder at first"]


def test_equally_hard_cards_keep_their_order() -> None:
    rounds = [made.at_once("a", "b", card="one"), made.at_once("b", "a", card="two")]

    assert [played.card_id for played in to_talk_about(rounds)] == ["one", "two"]


def test_a_revote_without_votes_leaves_the_vote_before_it_as_the_last() -> None:
    (played,) = to_talk_about([made.discussed(("a", "bc"), ("", ""))])

    assert played.last == made.ballot("a", "bc")
