"""What first answers tell of a card: how hard it is, whether it tells who knows from who does not, what misleads.

Source: classical test theory; flags and limits as in PrairieLearn's item statistics. Only first answers count: later
ones say what was learned, not what the card is like.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import sqrt
from statistics import fmean, median

TOO_EASY_ABOVE = 0.95
HARD_BELOW = 0.40
WEAK_BELOW = 0.20
SHOWN_FROM = 10
"""Below so many first answers nothing is said of a card but their number."""

PRELIMINARY_BELOW = 30


class Flag(StrEnum):
    TOO_EASY = "too easy"
    HARD = "hard"
    WEAK = "weak"
    CHECK_THE_KEY = "check the key"


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """One learner's first answer to a card. `given` is the option's key, or what was typed; "" for neither.

    `rest` is the learner's share right in the first answers to all other cards; None where there are none.
    """

    right: bool
    seconds: float
    given: str
    rest: float | None


@dataclass(frozen=True, slots=True)
class Item:
    """A card's figures. `difficulty` is the share right at the first attempt, `discrimination` the point-biserial
    correlation with the learners' results on other cards; both None while too few have answered.

    `distractors` counts the wrong answers, the most frequent first.
    """

    card_id: str
    kind: str
    topic: str
    answers: int
    difficulty: float | None
    discrimination: float | None
    preliminary: bool
    flags: tuple[Flag, ...]
    distractors: Mapping[str, int]
    median_seconds: float | None
    reviews: int = 0
    lapses: int = 0
    leeches: int = 0
    open_reports: int = 0
    proof: str = ""
    proved_at: datetime | None = None


def point_biserial(right: Sequence[bool], scores: Sequence[float]) -> float | None:
    """Return the correlation of right or wrong with a score; None where one of them never varies."""
    if len(set(right)) < 2 or len(set(scores)) < 2:
        return None
    share, mean = fmean(right), fmean(scores)
    deviation = sqrt(fmean((score - mean) ** 2 for score in scores))
    if not deviation:
        return None
    of_right = fmean(score for score, was_right in zip(scores, right, strict=True) if was_right)
    return (of_right - mean) / deviation * sqrt(share / (1 - share))


def item(card_id: str, kind: str, topic: str, answers: Sequence[FirstAnswer], distractors: Mapping[str, int]) -> Item:
    """Return the figures that follow from first answers."""
    enough = len(answers) >= SHOWN_FROM
    difficulty = fmean(one.right for one in answers) if enough else None
    compared = [one for one in answers if one.rest is not None]
    discrimination = None
    if len(compared) >= SHOWN_FROM:
        discrimination = point_biserial([one.right for one in compared], [one.rest or 0.0 for one in compared])
    seconds = [one.seconds for one in answers if one.right]
    return Item(
        card_id,
        kind,
        topic,
        len(answers),
        difficulty,
        discrimination,
        enough and len(answers) < PRELIMINARY_BELOW,
        flags(difficulty, discrimination),
        distractors,
        median(seconds) if seconds else None,
    )


def flags(difficulty: float | None, discrimination: float | None) -> tuple[Flag, ...]:
    """Return what the author should look at. A card that the better learners miss has the wrong key, most likely."""
    found = []
    if difficulty is not None and difficulty > TOO_EASY_ABOVE:
        found.append(Flag.TOO_EASY)
    if difficulty is not None and difficulty < HARD_BELOW:
        found.append(Flag.HARD)
    if discrimination is not None and discrimination < 0:
        found.append(Flag.CHECK_THE_KEY)
    elif discrimination is not None and discrimination < WEAK_BELOW:
        found.append(Flag.WEAK)
    return tuple(found)
