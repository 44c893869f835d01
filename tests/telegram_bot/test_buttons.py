from datetime import UTC, datetime

import pytest

from studybot.core.card import CardId
from studybot.core.quiz import ShowingId
from studybot.telegram_bot.add_buttons import LONGEST_TOPIC, DropCards, PublishCards
from studybot.telegram_bot.buttons import (
    Button,
    DontKnow,
    Draw,
    GoOn,
    Guessed,
    Hint,
    Later,
    More,
    MoreOf,
    OfCard,
    OpenSettings,
    Pick,
    Set,
    SkipToday,
    Typo,
    decode,
    encode,
)
from studybot.telegram_bot.me_buttons import Forget, KeepAll, ShowHistory

HUGE = ShowingId(2**63 - 1)


@pytest.mark.parametrize(
    "button",
    [
        GoOn(),
        GoOn(HUGE),
        Pick(HUGE, "false"),
        Hint(HUGE),
        Hint(HUGE, 3),
        Guessed(HUGE),
        Typo(HUGE),
        Draw("memory"),
        MoreOf(HUGE),
        OfCard("suspend", CardId("a" * 60)),
        DontKnow(HUGE),
        Later(),
        SkipToday(),
        More(12),
        OpenSettings(),
        OpenSettings("zone"),
        Set("scheduler", "fsrs"),
        ShowHistory(99_999),
        Forget(datetime(2026, 11, 16, 9, 30, 1, tzinfo=UTC)),
        KeepAll(),
        PublishCards("0123456789ab", "a" * LONGEST_TOPIC),
        DropCards(),
        Set("zone", "America/Argentina/ComodRivadavia"),
    ],
    ids=str,
)
def test_a_button_survives_the_wire_in_64_bytes(button: Button) -> None:
    data = encode(button)

    assert len(data.encode()) <= 64
    assert decode(data) == button


@pytest.mark.parametrize(
    "data",
    [
        "",
        "x",
        "a:1",
        "a:x:1",
        "a:1:",
        "h:",
        "h:-1",
        "s:colour",
        "set:zone",
        "set:x:y",
        "fa:A",
        "fx:a",
        "d:",
        "me:",
        "me:history:-1",
        "me:history:9999999",
        "me:forget:x",
        "me:forget:9999999999999",
        f"z:{'9' * 19}",
        f"go:{'9' * 19}",
    ],
)
def test_what_no_button_of_ours_carries_is_nothing(data: str) -> None:
    assert decode(data) is None
