"""The buttons of a learner's own record; on the wire they begin with "me:"."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

OF_ME = "me:"
LONGEST_PAGE, LONGEST_MOMENT = 6, 12


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """Show a page of the learner's answers; page 0 holds the latest."""

    page: int


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete everything; it was asked for at that moment, in UTC, by the second."""

    asked_at: datetime


@dataclass(frozen=True, slots=True)
class KeepAll:
    """Delete nothing after all."""


MyButton: TypeAlias = ShowHistory | Forget | KeepAll


def encode_mine(button: MyButton) -> str:
    match button:
        case ShowHistory(page):
            return f"{OF_ME}history:{page}"
        case Forget(asked_at):
            return f"{OF_ME}forget:{int(asked_at.timestamp())}"
        case KeepAll():
            return f"{OF_ME}keep"


def decode_mine(data: str) -> MyButton | None:
    """Read callback data; None for anything that no button of these carries."""
    match data.removeprefix(OF_ME).split(":"):
        case ["history", page] if page.isdecimal() and len(page) < LONGEST_PAGE:
            return ShowHistory(int(page))
        case ["forget", seconds] if seconds.isdecimal() and len(seconds) < LONGEST_MOMENT:
            return Forget(datetime.fromtimestamp(int(seconds), UTC))
        case ["keep"]:
            return KeepAll()
        case _:
            return None
