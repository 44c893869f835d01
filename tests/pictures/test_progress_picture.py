from datetime import timedelta

import pytest

from studybot.core.card import Language
from studybot.core.progress import Progress
from studybot.local_chat.image_size import picture_size
from studybot.pictures.progress import BARS, forecast, heat_map, progress_picture, shade_of
from studybot.pictures.sheet import MARGIN, WIDTH
from tests.pictures.progresses import TODAY, a_progress

EVERY_PAST = pytest.mark.parametrize("answers", [0, 1, 3, 200, 5000])


@EVERY_PAST
@pytest.mark.parametrize("language", list(Language))
def test_progress_becomes_a_picture_for_a_phone(answers: int, language: Language) -> None:
    png = progress_picture(a_progress(answers), language)

    size = picture_size(png)
    assert size is not None
    assert size[0] == WIDTH == 1280
    assert 1000 < size[1] < 2400
    assert len(png) < 600_000


@EVERY_PAST
def test_the_heat_map_has_a_column_for_each_of_26_weeks_and_ends_today(answers: int) -> None:
    days = heat_map(a_progress(answers), 300)

    assert [day.day for day in days] == [days[0].day + timedelta(days=number) for number in range(len(days))]
    assert days[-1].day == TODAY
    assert len({day.corner[0] for day in days}) == 26
    assert {day.day.weekday() for day in days if day.corner[1] == 300} == {0}
    assert all(MARGIN <= day.corner[0] < WIDTH - MARGIN for day in days)


@pytest.mark.parametrize(
    ("answers", "shade"), [(0, None), (1, 0), (7, 0), (8, 1), (15, 1), (16, 2), (31, 2), (32, 3), (999, 3)]
)
def test_more_answers_never_make_a_day_paler(answers: int, shade: int | None) -> None:
    assert shade_of(answers) == shade


def due(*cards: int) -> Progress:
    return Progress(TODAY, True, {}, 0, 0, 0, (*cards, *[0] * (30 - len(cards))), (), ())


def test_the_highest_bar_fills_the_room_and_the_others_are_in_proportion() -> None:
    bars = forecast(due(10, 5, 0, 20))

    assert [bar.height for bar in bars[:4]] == [BARS / 2, BARS / 4, 0, BARS]
    assert len(bars) == 30


def test_a_single_card_makes_no_high_bar() -> None:
    assert forecast(due(1))[0].height == BARS / 5
