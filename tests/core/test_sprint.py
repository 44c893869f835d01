"""What fits into a quiz of Telegram's."""

import pytest

from studybot.core.sprint import cut, fits_poll, sprint_seconds, units


@pytest.mark.parametrize(
    ("question", "code", "options", "fits"),
    [
        pytest.param("x" * 290, "", ["a", "b"], True, id="as long as it may be"),
        pytest.param("x" * 291, "", ["a", "b"], False, id="no room for the number"),
        pytest.param("😀" * 146, "", ["a", "b"], False, id="an emoji counts twice"),
        pytest.param("?", "x" * 1000, ["a", "b"], True, id="long code"),
        pytest.param("?", "x" * 1001, ["a", "b"], False, id="too long code"),
        pytest.param("?", "", ["a" * 100, "b"], True, id="a long option"),
        pytest.param("?", "", ["a" * 101, "b"], False, id="too long an option"),
        pytest.param("?", "", ["a", "a"], False, id="two that read alike"),
        pytest.param("?", "", ["a", ""], False, id="an empty one"),
        pytest.param("?", "", ["a"], False, id="one alone"),
        pytest.param("?", "", [*"abcdefghijklm"], False, id="thirteen"),
    ],
)
def test_a_card_is_asked_as_a_quiz_only_if_nothing_is_cut_off(
    question: str, code: str, options: list[str], fits: bool
) -> None:
    assert fits_poll(question, code, options) is fits


@pytest.mark.parametrize(("vote", "sprint"), [(30, 10), (60, 20), (90, 30), (180, 30)])
def test_a_quiz_is_open_a_third_of_a_vote(vote: int, sprint: int) -> None:
    assert sprint_seconds(vote) == sprint


def test_an_explanation_is_cut_at_the_limit() -> None:
    assert cut("short", 10) == "short"
    assert units(cut("😀" * 300, 200)) <= 200
    assert cut("a b c d", 4) == "a b…"
