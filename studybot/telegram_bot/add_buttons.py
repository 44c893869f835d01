"""The buttons under cards that came by chat; on the wire they begin with "add:"."""

import re
from dataclasses import dataclass
from typing import TypeAlias

OF_CARDS = "add:"
MARK = re.compile(r"[0-9a-f]{12}")
LONGEST_TOPIC = 43
"""Telegram gives a button 64 bytes."""


@dataclass(frozen=True, slots=True)
class PublishCards:
    """Publish the cards of the message above, if it still says what bears this mark."""

    mark: str
    topic: str = ""


@dataclass(frozen=True, slots=True)
class DropCards:
    """Let them be."""


AddButton: TypeAlias = PublishCards | DropCards


def encode_add(button: AddButton) -> str:
    match button:
        case PublishCards(mark, topic):
            return f"{OF_CARDS}put:{mark}:{topic}"
        case DropCards():
            return f"{OF_CARDS}drop"


def decode_add(data: str) -> AddButton | None:
    """Read callback data; None for anything that no button of these carries."""
    match data.removeprefix(OF_CARDS).split(":"):
        case ["put", mark, topic] if MARK.fullmatch(mark):
            return PublishCards(mark, topic)
        case ["drop"]:
            return DropCards()
        case _:
            return None
