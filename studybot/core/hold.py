"""Cards that a learner is not asked for a while: suspended, put off to another day, or forgotten too often."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from studybot.core.schedule import Memory

Why: TypeAlias = Literal["suspended", "leech", "buried"]

LEECH_LAPSES = 8
LEECH_AGAIN = 4
"""A card forgotten 8 times is a leech; once it is resumed, again at 12, 16, ..."""


@dataclass(frozen=True, slots=True)
class Hold:
    """What holds a learner's card back.

    `resumed_lapses` is how often it had been forgotten when the learner last resumed it.
    """

    suspended: bool = False
    buried_on: date | None = None
    resumed_lapses: int = 0


def leech_mark(lapses: int) -> int:
    """Return the last number of lapses that makes a leech: 0 below 8, then 8, 12, 16, ..."""
    if lapses < LEECH_LAPSES:
        return 0
    return lapses - (lapses - LEECH_LAPSES) % LEECH_AGAIN


def why_held(hold: Hold, memory: Memory | None, *, on: date) -> Why | None:
    """Return what keeps a card from being asked on a study day, the strongest reason of several; None for nothing.

    That a card is a leech follows from its lapses: an undone answer or a replay needs to restore nothing else.
    """
    if hold.suspended:
        return "suspended"
    if memory is not None and leech_mark(memory.lapses) > hold.resumed_lapses:
        return "leech"
    return "buried" if hold.buried_on == on else None


def is_held(hold: Hold, memory: Memory | None, *, on: date) -> bool:
    """Return whether a card is not asked on a study day."""
    return why_held(hold, memory, on=on) is not None


def became_leech(before: Memory | None, after: Memory) -> bool:
    """Return whether a review made a card a leech, for the first time or once more."""
    lapses = before.lapses if before is not None else 0
    return leech_mark(after.lapses) > leech_mark(lapses)
