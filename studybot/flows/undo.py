"""Undo: the latest answer is taken back, and its card is asked once more."""

from dataclasses import dataclass

from studybot.core.learner import Learner
from studybot.core.quiz import ShowingId
from studybot.core.review import Undone
from studybot.core.schedule import study_day
from studybot.flows.outside import Outside


@dataclass(frozen=True, slots=True)
class NotTheLatest:
    """There is a later answer; that one must be undone first."""


@dataclass(frozen=True, slots=True)
class NothingToUndo:
    """No answer is left that could be undone."""


async def undo(
    learner: Learner, showing_id: ShowingId | None, *, update_id: int, outside: Outside
) -> Undone | NotTheLatest | NothingToUndo:
    """Take the latest answer back, or that of `showing_id` if it is the latest."""
    now = outside.clock.now()
    today = study_day(now, learner.settings.tz)
    undone = await outside.store.undo_review(
        learner.id, showing_id, scheduler=outside.scheduler_of(learner), today=today, update_id=update_id, at=now
    )
    if undone is not None:
        return undone
    latest = await outside.store.latest_answered(learner.id)
    return NothingToUndo() if latest is None or latest == showing_id or showing_id is None else NotTheLatest()
