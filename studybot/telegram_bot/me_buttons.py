"""The buttons of a learner's own record; on the wire they begin with "me:"."""

from dataclasses import dataclass
from typing import TypeAlias

OF_ME = "me:"
LONGEST_PAGE = 6


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """Show a page of the learner's answers; page 0 holds the latest."""

    page: int


MyButton: TypeAlias = ShowHistory


def encode_mine(button: MyButton) -> str:
    match button:
        case ShowHistory(page):
            return f"{OF_ME}history:{page}"


def decode_mine(data: str) -> MyButton | None:
    """Read callback data; None for anything that no button of these carries."""
    match data.removeprefix(OF_ME).split(":"):
        case ["history", page] if page.isdecimal() and len(page) < LONGEST_PAGE:
            return ShowHistory(int(page))
        case _:
            return None
