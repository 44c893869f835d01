"""The settings of the learner's day, changed by buttons in one message."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time

import pytest

from studybot.core.learner import ChatId, Settings
from studybot.core.reminding import NIGHT, Quiet
from studybot.telegram_bot.settings_menu import changed
from tests.fakes import predict_card
from tests.telegram_bot.conftest import SetStage, Stage

TODAY = date(2026, 11, 16)


async def settings_after(on: Stage, open_it: str, presses: Sequence[str]) -> Settings:
    """Open one setting, press buttons by their beginning, and return what was kept."""
    await on.ann.send("/settings")
    menu = await on.ann.next_message()
    for press in (open_it, *presses):
        label = next(label for row in menu.buttons for label in row if press in label)
        version = menu.version
        await on.ann.press(menu, label)
        await on.ann.next_edit(menu, since=version)
    learner = await on.store.learner_of_chat(ChatId(on.ann.id))
    assert learner is not None
    return learner.settings


@pytest.mark.parametrize(
    ("open_it", "presses", "fields"),
    [
        ("Days: every day", ["Sat", "Wed"], {"weekdays": frozenset({0, 1, 3, 4, 6})}),
        ("Days", ["Mon to Fri"], {"weekdays": frozenset(range(5))}),
        ("Quiet hours: 10:00 PM", ["9:00 PM"], {"quiet": Quiet(time(21), time(7))}),
        ("Quiet hours", ["none"], {"quiet": None}),
        ("Minutes a day: no limit", ["15"], {"minutes_per_day": 15}),
        ("Away until: –", ["Nov 23", "+7", "-1"], {"away_until": date(2026, 11, 29)}),
        ("Due days: exact", ["evened out"], {"spread": True}),
        ("Exam: –", ["Dec 14", "-7", "+1"], {"exam_on": date(2026, 12, 8)}),
        ("Away until: –", ["Nov 23", "no date"], {"away_until": None}),
    ],
    ids=lambda value: str(value)[:24],
)
async def test_the_day_is_arranged_by_a_few_presses(
    stage: SetStage, open_it: str, presses: list[str], fields: dict[str, object]
) -> None:
    async with stage(predict_card()) as on:
        settings = await settings_after(on, open_it, presses)

        assert settings == replace(settings, **fields)  # type: ignore[arg-type]
        assert not on.chat.refusals


async def test_the_menu_speaks_korean(stage: SetStage) -> None:
    async with stage(predict_card(), language="ko") as on:
        settings = await settings_after(on, "요일: 매일", ["일"])

        assert settings.weekdays == frozenset(range(6))


@pytest.mark.parametrize(
    ("which", "value"),
    [
        ("days", "7"),
        ("days", "x"),
        ("quiet", "0000-2359"),
        ("minutes", "7"),
        ("spread", "2"),
        ("news", "maybe"),
        ("away", "2026-11-16"),
        ("away", "2028-01-01"),
        ("away", "soon"),
        ("hour", "3"),
        ("colour", "red"),
    ],
)
def test_what_was_never_offered_changes_nothing(which: str, value: str) -> None:
    assert changed(Settings(), which, value, today=TODAY) is None


def test_an_hour_of_the_night_can_be_chosen() -> None:
    settings = changed(Settings(), "hour", "23", today=TODAY)

    assert settings == replace(Settings(), remind_at=time(23), quiet=Quiet(time(0), NIGHT.end))
