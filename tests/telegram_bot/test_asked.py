"""What may stand after /challenge."""

from datetime import time

import pytest

from studybot.core.card import Text
from studybot.core.challenge import Mode
from studybot.core.weekly import EVERY_DAY, WEEKDAYS, Weekly
from studybot.telegram_bot.group.asked import Timetable, Wish, read_wish

TOPICS = {"no-grad": Text("기울기 없이", "Without gradients"), "leaf": Text("잎 텐서", "Leaf tensors")}


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", Wish()),
        ("3", Wish(3)),
        ("3 leaf", Wish(3, ("leaf",))),
        ("잎 텐서", Wish(None, ("leaf",))),
        ("no-grad", Wish(None, ("no-grad",))),
        ("duel", Wish(mode=Mode.DUEL)),
        ("4 leaf relay", Wish(4, ("leaf",), mode=Mode.RELAY)),
        ("5 빠르게", Wish(5, mode=Mode.SPRINT)),
        ("daily", Wish(mode=Mode.DAILY)),
        ("off", Wish(off=True)),
        ("weekdays 16:00", Timetable(Weekly(WEEKDAYS, time(16)))),
        ("daily 16:00", Timetable(Weekly(EVERY_DAY, time(16)))),
        ("평일 9:00 하루", Timetable(Weekly(WEEKDAYS, time(9)), Mode.DAILY)),
        ("daily 9:00 daily", Timetable(Weekly(EVERY_DAY, time(9)), Mode.DAILY)),
        ("0", None),
        ("21", None),
        ("3 knitting", None),
    ],
)
def test_what_stands_after_the_command_is_understood(text: str, wish: Wish | Timetable | None) -> None:
    assert read_wish(text, TOPICS) == wish
