"""An answer: from what the learner pressed or typed to a stored review."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from studybot.core.card import Answer, GaveUp, Picked, Rejected, Typed, Verdict
from studybot.core.grading import Effort, grade_for
from studybot.core.learner import Learner
from studybot.core.phrase import Phrase
from studybot.core.quiz import ShowingId
from studybot.core.review import Review
from studybot.core.schedule import study_day
from studybot.flows.outside import Outside
from studybot.flows.shown import Shown, shown_card

TRIES = 2
"""A typed answer may be wrong once before the right one is revealed."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The card is answered: what was right, what the review came to. `again_today` announces the drill.

    `before` says that it had been answered already, and this answer was not counted.
    """

    shown: Shown
    review: Review
    why: Phrase | None
    picked: str | None
    before: bool = False

    @property
    def again_today(self) -> bool:
        return self.review.after.is_drilled(self.review.day)


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Wrong, and not revealed yet."""

    shown: Shown


@dataclass(frozen=True, slots=True)
class Hinted:
    shown: Shown


@dataclass(frozen=True, slots=True)
class NotAnAnswer:
    """It could not be read as an answer to this card: nothing is graded."""

    why: Phrase


@dataclass(frozen=True, slots=True)
class Gone:
    """The card is no longer open: an old message, or somebody else's."""


Outcome: TypeAlias = Settled | TryAgain | NotAnAnswer | Gone


async def submit_answer(
    learner: Learner, showing_id: ShowingId, answer: Answer, *, update_id: int, outside: Outside
) -> Outcome:
    """Judge an answer and store what it came to. The same update, delivered again, comes to the same."""
    shown = await _shown(learner, showing_id, outside)
    if shown is None:
        return Gone()
    if shown.showing.settled:
        return await _settled_before(shown, outside)
    if await outside.store.counted(update_id):
        return TryAgain(shown)
    verdict = Verdict(right=False) if isinstance(answer, GaveUp) else shown.card.verdict(answer, shown.asked.run)
    if isinstance(verdict, Rejected):
        return NotAnAnswer(verdict.why)
    text = _as_text(answer)
    if isinstance(answer, Typed) and not verdict.right and shown.showing.attempts + 1 < TRIES:
        now = outside.clock.now()
        showing = await outside.store.save_attempt(showing_id, text, right=False, update_id=update_id, at=now)
        return TryAgain(shown.updated(showing))
    review = await _review(learner, shown, answer, right=verdict.right, outside=outside)
    if not await outside.store.save_review(review, text, update_id=update_id):
        return await _settled_before(shown, outside)
    return Settled(shown, review, verdict.why, answer.key if isinstance(answer, Picked) else None)


async def ask_for_hint(
    learner: Learner, showing_id: ShowingId, *, update_id: int, outside: Outside
) -> Hinted | NotAnAnswer | Gone:
    """Count a hint; it will cost some of the grade."""
    shown = await _shown(learner, showing_id, outside)
    if shown is None or shown.showing.settled:
        return Gone()
    if shown.card.hint is None:
        return NotAnAnswer(Phrase("This card has no hint."))
    if shown.showing.hints == 0:
        shown = shown.updated(await outside.store.save_hint(showing_id, update_id=update_id))
    return Hinted(shown)


async def _shown(learner: Learner, showing_id: ShowingId, outside: Outside) -> Shown | None:
    showing = await outside.store.showing(showing_id)
    if showing is None or showing.learner_id != learner.id:
        return None
    return await shown_card(showing, _today(learner, outside), outside=outside)


async def _review(learner: Learner, shown: Shown, answer: Answer, *, right: bool, outside: Outside) -> Review:
    card, asked, showing = shown.card, shown.asked, shown.showing
    now = outside.clock.now()
    day = _today(learner, outside)
    before = await outside.store.memory_of(learner.id, card.card_id)
    latency = max(0.0, (now - asked.at).total_seconds())
    effort = Effort(
        right=right,
        attempts=showing.attempts + 1,
        hints=showing.hints,
        latency_seconds=latency,
        options=len(shown.question.options),
        gave_up=isinstance(answer, GaveUp),
    )
    typical = await outside.store.typical_seconds(learner.id, card.kind) or card.usual_seconds
    grade = grade_for(effort, typical_seconds=typical)
    return Review(
        showing_id=showing.id,
        learner_id=learner.id,
        card_id=card.card_id,
        kind=card.kind,
        revision=asked.revision,
        seed=asked.seed,
        torch_version=asked.run.torch_version,
        at=now,
        day=day,
        grade=grade,
        right=right,
        latency_ms=round(latency * 1000),
        attempts=effort.attempts,
        hints=effort.hints,
        gave_up=effort.gave_up,
        drill=showing.drill,
        scheduler=outside.scheduler.name,
        before=before,
        after=outside.scheduler.review(before, grade, on=day),
    )


async def _settled_before(shown: Shown, outside: Outside) -> Settled | Gone:
    """Return what the showing came to the first time, to be shown once more; it is not answered twice."""
    review = await outside.store.review_of(shown.showing.id)
    return Gone() if review is None else Settled(shown, review, None, None, before=True)


def _today(learner: Learner, outside: Outside) -> date:
    return study_day(outside.clock.now(), learner.settings.tz)


def _as_text(answer: Answer) -> str:
    match answer:
        case Typed(text):
            return text
        case Picked(key):
            return key
        case GaveUp():
            return ""
