"""A relay: one line each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.core.ballot import MemberId
from studybot.core.card import Rejected
from studybot.core.relay import LONGEST_PROGRAM, Change, changed, numbered, read_change, turns, whose_turn

PROGRAM = "for x in xs:\n    y = x\n    y.sum()\nprint(y)\n"
ANN, BEN, CAT = TEAM = tuple(map(MemberId, (7, 3, 5)))


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        pytest.param("4: print(x)", "for x in xs:\n    y = x\n    y.sum()\nprint(x)\n", id="a line"),
        pytest.param(
            "2: y = 2 * x", "for x in xs:\n    y = 2 * x\n    y.sum()\nprint(y)\n", id="keeps its indentation"
        ),
        pytest.param("2:y = 2 * x", "for x in xs:\n    y = 2 * x\n    y.sum()\nprint(y)\n", id="no space"),
        pytest.param("4:     print(y)", "for x in xs:\n    y = x\n    y.sum()\n    print(y)\n", id="further in"),
        pytest.param("3: y.sum()", "for x in xs:\n    y = x\ny.sum()\nprint(y)\n", id="out of the loop"),
        pytest.param("1+: z = 0", "for x in xs:\n    z = 0\n    y = x\n    y.sum()\nprint(y)\n", id="into the block"),
        pytest.param("3+: z = 0", "for x in xs:\n    y = x\n    y.sum()\n    z = 0\nprint(y)\n", id="after a line"),
        pytest.param("0+: xs = []", "xs = []\n" + PROGRAM, id="before the first"),
        pytest.param("3-", "for x in xs:\n    y = x\nprint(y)\n", id="away"),
        pytest.param(" 3 - : ", "for x in xs:\n    y = x\nprint(y)\n", id="away, with spaces"),
        pytest.param(
            "4： print(x)", "for x in xs:\n    y = x\n    y.sum()\nprint(x)\n", id="a colon of a Korean keyboard"
        ),
    ],
)
def test_one_line_is_changed(written: str, becomes: str) -> None:
    change = read_change(written, PROGRAM)

    assert isinstance(change, Change)
    assert changed(PROGRAM, change) == becomes


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("hello", "Write 3: and the new line"),
        ("3", "Write 3: and the new line"),
        ("3:", "Write 3: and the new line"),
        ("3-: x", "Write 3: and the new line"),
        ("5: x", "There is no line 5: the program has 4."),
        ("0: x", "There is no line 0"),
        ("0-", "There is no line 0"),
        ("4: a\nb", "One line each"),
        (f"4: {'a' * 201}", "That line is too long: 200 characters at most."),
        ("4: print(y)", "Line 4 says that already."),
        ("2:     y = x", "Line 2 says that already."),
    ],
)
def test_whatever_is_no_change_of_one_line_is_told_so(written: str, why: str) -> None:
    rejected = read_change(written, PROGRAM)

    assert isinstance(rejected, Rejected)
    assert str(rejected.why).startswith(why)


def test_the_last_line_cannot_be_taken_away() -> None:
    assert isinstance(read_change("1-", "x\n"), Rejected)


def test_a_program_does_not_grow_without_end() -> None:
    program = "x\n" * LONGEST_PROGRAM

    assert isinstance(read_change("1+: y", program), Rejected)
    assert isinstance(read_change("1: y", program), Change)


@given(st.text(alphabet="0123:+-： \nxy", max_size=12))
def test_any_text_is_a_change_of_one_line_or_none_at_all(text: str) -> None:
    change = read_change(text, PROGRAM)

    if isinstance(change, Change):
        before, after = PROGRAM.splitlines(), changed(PROGRAM, change).splitlines()
        assert abs(len(before) - len(after)) <= 1
        assert after != before
        kept = set(before) - {before[change.line - 1]} if change.what != "insert" else set(before)
        assert kept <= set(after)


def test_lines_are_numbered_and_aligned() -> None:
    assert numbered("a\n\n  b\n") == "1  a\n2\n3    b"
    assert numbered("x\n" * 10).splitlines()[::9] == [" 1  x", "10  x"]


@pytest.mark.parametrize(("members", "most"), [(1, 4), (2, 4), (3, 6), (6, 6), (200, 6)])
def test_everybody_has_two_turns_as_long_as_a_round_stays_short(members: int, most: int) -> None:
    assert turns([MemberId(number) for number in range(members)]) == most


def test_turns_go_round_in_the_order_of_joining() -> None:
    assert [whose_turn(TEAM, turn) for turn in range(4)] == [ANN, BEN, CAT, ANN]
    assert whose_turn((), 0) is None
