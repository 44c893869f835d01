"""An answer: from what the learner pressed or typed to a stored review."""

from dataclasses import dataclass
from typing import TypeAlias

from studybot.core.card import Answer, GaveUp, Picked, Rejected, Typed, Verdict
from studybot.core.grading import Effort, grade_for
from studybot.core.learner import Learner
from studybot.core.phrase import Phrase
from studybot.core.quiz import Asked, Showing, ShowingId
from studybot.core.review import Review
from studybot.core.schedule import study_day
from studybot.flows.daily_quiz import card_shown
from studybot.flows.outside import Outside
from studybot.kinds import Card

TRIES = 2
"""A typed answer may be wrong once before the right one is revealed."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The card is answered: what was right, what the review came to. `again_today` announces the drill.

    `before` says that it had been answered already, and this answer was not counted.
    """

    showing: Showing
    card: Card
    asked: Asked
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

    showing: Showing
    card: Card
    asked: Asked


@dataclass(frozen=True, slots=True)
class Hinted:
    showing: Showing
    card: Card
    asked: Asked


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
    showing, card, asked = await _open_card(learner, showing_id, outside)
    if showing is None or card is None or asked is None:
        return Gone()
    if showing.settled:
        return await _settled_before(showing, card, asked, outside)
    if await outside.store.counted(update_id):
        return TryAgain(showing, card, asked)
    verdict = Verdict(right=False) if isinstance(answer, GaveUp) else card.verdict(answer, asked.run)
    if isinstance(verdict, Rejected):
        return NotAnAnswer(verdict.why)
    text = _as_text(answer)
    now = outside.clock.now()
    if isinstance(answer, Typed) and not verdict.right and showing.attempts + 1 < TRIES:
        showing = await outside.store.save_attempt(showing.id, text, right=False, update_id=update_id, at=now)
        return TryAgain(showing, card, asked)
    review = await _review(showing, card, asked, answer, right=verdict.right, outside=outside)
    if not await outside.store.save_review(review, text, update_id=update_id):
        return await _settled_before(showing, card, asked, outside)
    return Settled(showing, card, asked, review, verdict.why, answer.key if isinstance(answer, Picked) else None)


async def ask_for_hint(
    learner: Learner, showing_id: ShowingId, *, update_id: int, outside: Outside
) -> Hinted | NotAnAnswer | Gone:
    """Count a hint; it will cost some of the grade."""
    showing, card, asked = await _open_card(learner, showing_id, outside)
    if showing is None or card is None or asked is None or showing.settled:
        return Gone()
    if card.hint is None:
        return NotAnAnswer(Phrase("This card has no hint."))
    if showing.hints == 0:
        showing = await outside.store.save_hint(showing.id, update_id=update_id)
    return Hinted(showing, card, asked)


async def _open_card(
    learner: Learner, showing_id: ShowingId, outside: Outside
) -> tuple[Showing | None, Card | None, Asked | None]:
    showing = await outside.store.showing(showing_id)
    if showing is None or showing.learner_id != learner.id or showing.asked is None:
        return None, None, None
    return showing, await card_shown(showing, outside=outside), showing.asked


async def _review(
    showing: Showing, card: Card, asked: Asked, answer: Answer, *, right: bool, outside: Outside
) -> Review:
    now = outside.clock.now()
    learner = await outside.store.learner(showing.learner_id)
    assert learner is not None  # noqa: S101 - showings reference their learner
    day = study_day(now, learner.settings.tz)
    before = await outside.store.memory_of(learner.id, card.card_id)
    latency = max(0.0, (now - asked.at).total_seconds())
    effort = Effort(
        right=right,
        attempts=showing.attempts + 1,
        hints=showing.hints,
        latency_seconds=latency,
        options=len(card.question(asked.seed).options),
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


async def _settled_before(showing: Showing, card: Card, asked: Asked, outside: Outside) -> Settled | Gone:
    """Return what the showing came to the first time, to be shown once more; it is not answered twice."""
    review = await outside.store.review_of(showing.id)
    return Gone() if review is None else Settled(showing, card, asked, review, None, None, before=True)


def _as_text(answer: Answer) -> str:
    match answer:
        case Typed(text):
            return text
        case Picked(key):
            return key
        case GaveUp():
            return ""
