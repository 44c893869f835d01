import pytest

from studybot.core.items import FirstAnswer, Flag, flags, item, point_biserial

RIGHT = [True, True, True, True, False, True, False, False, False, False]
REST = [9, 8, 8, 7, 7, 6, 5, 4, 3, 2]


def test_ten_learners_give_the_published_figures() -> None:
    assert point_biserial(RIGHT, REST) == pytest.approx(0.769, abs=5e-4)


def test_a_flipped_key_is_an_alarm() -> None:
    answers = [FirstAnswer(not right, 10, "", rest / 9) for right, rest in zip(RIGHT, REST, strict=True)]

    found = item("a", "predict", "t", answers, {})

    assert found.difficulty == 0.5
    assert found.discrimination == pytest.approx(-0.769, abs=5e-4)
    assert found.flags == (Flag.CHECK_THE_KEY,)
    assert found.preliminary


@pytest.mark.parametrize(("right", "scores"), [([True] * 3, [1, 2, 3]), ([True, False], [1, 1]), ([], [])])
def test_where_nothing_varies_there_is_no_correlation(right: list[bool], scores: list[float]) -> None:
    assert point_biserial(right, scores) is None


def test_below_ten_answers_nothing_is_said() -> None:
    found = item("a", "predict", "t", [FirstAnswer(right=False, seconds=5, given="x", rest=0.5)] * 9, {"x": 9})

    assert (found.answers, found.difficulty, found.discrimination, found.flags) == (9, None, None, ())
    assert found.distractors == {"x": 9}


def test_thirty_answers_are_no_longer_preliminary() -> None:
    answers = [FirstAnswer(n % 2 == 0, n, "", (n % 7) / 7) for n in range(30)]

    assert not item("a", "predict", "t", answers, {}).preliminary
    assert item("a", "predict", "t", answers[:29], {}).preliminary
    assert item("a", "predict", "t", answers, {}).median_seconds == 14


@pytest.mark.parametrize(
    ("difficulty", "discrimination", "expected"),
    [
        (0.96, 0.5, [Flag.TOO_EASY]),
        (0.95, 0.2, []),
        (0.40, 0.2, []),
        (0.39, 0.19, [Flag.HARD, Flag.WEAK]),
        (0.5, 0.0, [Flag.WEAK]),
        (0.5, -0.01, [Flag.CHECK_THE_KEY]),
        (None, None, []),
    ],
)
def test_flags_begin_where_they_are_said_to(
    difficulty: float | None, discrimination: float | None, expected: list[Flag]
) -> None:
    assert list(flags(difficulty, discrimination)) == expected
