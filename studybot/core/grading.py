"""From what happened to a grade: execution decides right or wrong, the rest only shades it.

Source: docs/grading.md, the table of cases. A failure of ours never reaches this module.
"""

from dataclasses import dataclass

from studybot.core.schedule import Grade

UNUSABLE_SECONDS = 300
"""Past five minutes the learner has left the chat, and the latency says nothing."""

SLOW = 3
"""Right, but slower than this many times the learner's own median, counts as hard."""

FEW_OPTIONS = 4
"""Up to this many options, a lucky guess is likely enough to keep a right answer from being perfect."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How an answer came about, up to the moment it was settled.

    `attempts` counts answers given, the last one included; `latency_seconds` runs from the question to the
    settling answer; `options` is the number of options shown, 0 where the answer was typed.
    """

    right: bool
    attempts: int = 1
    hints: int = 0
    latency_seconds: float = 0.0
    options: int = 0
    gave_up: bool = False
    guessed: bool = False
    self_grade: Grade | None = None
    """What the learner said, where nothing but they can tell."""


def grade_for(effort: Effort, *, typical_seconds: float) -> Grade:
    """Return the grade of a settled answer. `typical_seconds` is the learner's median for this kind of card."""
    if effort.gave_up:
        return Grade.BLACKOUT
    if effort.self_grade is not None:
        return min(effort.self_grade, Grade.HARD) if effort.hints else effort.self_grade
    if not effort.right:
        return Grade.BLACKOUT if effort.hints else Grade.RECOGNISED
    if effort.attempts > 1:
        return Grade.RECOGNISED if effort.hints or effort.attempts > 2 else Grade.NEARLY
    if effort.guessed or effort.hints:
        return Grade.HARD if effort.hints <= 1 else Grade.NEARLY
    return min(_by_latency(effort.latency_seconds, typical_seconds), _ceiling(effort.options))


def _by_latency(latency: float, typical: float) -> Grade:
    if latency > UNUSABLE_SECONDS:
        return Grade.GOOD
    if latency <= typical:
        return Grade.EASY
    return Grade.GOOD if latency <= SLOW * typical else Grade.HARD


def _ceiling(options: int) -> Grade:
    return Grade.GOOD if 0 < options <= FEW_OPTIONS else Grade.EASY
