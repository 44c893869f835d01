"""An answer: from what the learner pressed or typed to a stored review."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from studybot.core.card import Answer, GaveUp, Picked, Recalled, Rejected, Trial, Typed, Verdict
from studybot.core.grading import Effort, grade_for
from studybot.core.hold import became_leech
from studybot.core.learner import Learner
from studybot.core.phrase import Phrase
from studybot.core.quiz import ShowingId
from studybot.core.review import Review, Standing
from studybot.core.run import RunResult, RunStatus
from studybot.core.schedule import Grade, study_day
from studybot.core.variant import seed_of_submission
from studybot.errors import SandboxUnavailable
from studybot.flows.daily_quiz import Resting
from studybot.flows.holds import tell_of_leech
from studybot.flows.outside import Outside
from studybot.flows.shown import Shown, shown_as, shown_card
from studybot.flows.spread import placed
from studybot.kinds import Card
from studybot.ports import Runner

log = logging.getLogger(__name__)

SELF_GRADES = (Grade.RECOGNISED, Grade.HARD, Grade.GOOD, Grade.EASY)
"""What a learner may say of a card that they grade themselves."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The card is answered: what was right, what the review came to. `again_today` announces the drill.

    `before` says that it had been answered already, and this answer was not counted. Where the showing is only
    practised, the review says what it would have come to, and is not kept.
    """

    shown: Shown
    review: Review
    verdict: Verdict
    picked: str | None = None
    before: bool = False

    @property
    def again_today(self) -> bool:
        return self.review.after.is_drilled(self.review.day) and not self.is_leech

    @property
    def is_leech(self) -> bool:
        """Whether the card was forgotten once too often by this answer: it is not asked any more."""
        return became_leech(self.review.before, self.review.after)


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Wrong, and not revealed yet. `verdict` says how, unless the same update came before."""

    shown: Shown
    verdict: Verdict | None = None

    @property
    def tries_left(self) -> int:
        return self.shown.card.tries - self.shown.showing.attempts


@dataclass(frozen=True, slots=True)
class Hinted:
    shown: Shown


@dataclass(frozen=True, slots=True)
class Revealed:
    """The answer of a card that learners grade themselves, with the day on which each grade would bring it back."""

    shown: Shown
    next_due: Mapping[Grade, date]
    today: date


@dataclass(frozen=True, slots=True)
class NotAnAnswer:
    """It could not be read as an answer to this card: nothing is graded."""

    why: Phrase


@dataclass(frozen=True, slots=True)
class Gone:
    """The card is no longer open: an old message, or somebody else's."""


Outcome: TypeAlias = Settled | TryAgain | NotAnAnswer | Gone | Resting


async def submit_answer(
    learner: Learner,
    showing_id: ShowingId,
    answer: Answer,
    *,
    update_id: int,
    outside: Outside,
    standing: Standing | None = None,
) -> Outcome:
    """Judge an answer and store what it came to. The same update, delivered again, comes to the same.

    Where it cannot be judged, by our fault, it is `Resting`: nothing is counted, and the card stays open. `standing` is
    where the showing stands, if that was just read.
    """
    standing = standing or await outside.store.standing(showing_id, update_id=update_id)
    if standing is None or standing.showing.learner_id != learner.id:
        return Gone()
    shown = shown_as(standing.showing, standing.words, standing.total, outside=outside)
    if shown is None:
        return Gone()
    if shown.showing.settled:
        return await _settled_before(shown, outside)
    if not shown.showing.practice and standing.counted:
        return TryAgain(shown)
    try:
        verdict = await _verdict(learner, shown, answer, outside)
    except SandboxUnavailable as error:
        log.warning("an answer could not be judged learner=%s card=%s: %s", learner.id, shown.card.id, error)
        return Resting.because(error)
    if isinstance(verdict, Rejected):
        return NotAnAnswer(verdict.why)
    text = _as_text(answer)
    if isinstance(answer, Typed) and not verdict.right and shown.showing.attempts + 1 < shown.card.tries:
        now = outside.clock.now()
        showing = await outside.store.save_attempt(showing_id, text, right=False, update_id=update_id, at=now)
        return TryAgain(shown.updated(showing), verdict)
    review = await _review(learner, shown, standing, answer, right=verdict.right, outside=outside)
    if shown.showing.practice:
        now = outside.clock.now()
        await outside.store.save_attempt(showing_id, text, right=verdict.right, update_id=update_id, at=now)
        await outside.store.set_aside(showing_id)
        return Settled(shown, review, verdict, answer.key if isinstance(answer, Picked) else None)
    if not await outside.store.save_review(review, text, update_id=update_id):
        return await _settled_before(shown, outside)
    tell_of_leech(review, shown.card, outside=outside)
    return Settled(shown, review, verdict, answer.key if isinstance(answer, Picked) else None)


async def _verdict(learner: Learner, shown: Shown, answer: Answer, outside: Outside) -> Verdict | Rejected:
    """Judge an answer, by runs of its own where its kind needs them. Raises SandboxUnavailable."""
    if isinstance(answer, GaveUp):
        return Verdict(right=False)
    seed = seed_of_submission(shown.asked.seed, shown.showing.attempts)
    asked_by = f"learner {learner.id}"
    return await judged(shown.card, answer, shown.asked.run, seed=seed, asked_by=asked_by, outside=outside)


async def judged(
    card: Card, answer: Answer, run: RunResult, *, seed: int, asked_by: str, outside: Outside
) -> Verdict | Rejected:
    """Judge an answer to a card that gave `run`; `seed` draws the inputs of what is run. Raises SandboxUnavailable."""
    match card.trial(answer, seed=seed):
        case None:
            return card.verdict(answer, run)
        case Rejected() as rejected:
            return rejected
        case Trial() as trial:
            tried, known = await runs_of(trial, outside.runner, asked_by=asked_by)
    if known.status is not RunStatus.OK:
        if known.status is RunStatus.RAISED:  # any other end may be a busy machine's
            outside.deck.quarantine(
                card,
                Phrase(
                    "its solution ended in {status}, with the inputs of seed {seed}", status=known.status, seed=seed
                ),
            )
        raise SandboxUnavailable(f"the reference ended in {known.status}")
    return card.judged(tried, known)


async def runs_of(trial: Trial, runner: Runner, *, asked_by: str) -> tuple[RunResult, RunResult]:
    """Make both runs of a trial, the answer's and the reference's. Raises SandboxUnavailable."""
    tried, known = await asyncio.gather(
        runner.run(trial.attempt, asked_by=asked_by), runner.run(trial.reference, asked_by=asked_by)
    )
    if tried.status is RunStatus.SANDBOX_FAULT:
        raise SandboxUnavailable("the run of the answer failed in the sandbox")
    if tried.starved:
        raise SandboxUnavailable("the run of the answer ran out of time on a machine that is too busy")
    return tried, known


async def look_at(learner: Learner, showing_id: ShowingId, *, outside: Outside) -> Shown | None:
    """Return a card that is still open; None where it is not, or not theirs."""
    shown = await _shown(learner, showing_id, outside)
    return None if shown is None or shown.showing.settled else shown


async def reveal(learner: Learner, showing_id: ShowingId, *, outside: Outside) -> Revealed | Gone:
    """Show the answer of a card that the learner then grades; nothing is stored by looking."""
    shown = await look_at(learner, showing_id, outside=outside)
    if shown is None or shown.question.form != "recalled":
        return Gone()
    today = _today(learner, outside)
    before = await outside.store.memory_of(learner.id, shown.card.card_id)
    effort = Effort(right=True, hints=shown.showing.hints)
    next_due = {}
    for said in SELF_GRADES:
        grade = grade_for(replace(effort, self_grade=said), typical_seconds=1)
        after = outside.scheduler_of(learner).review(before, grade, on=today)
        after = await placed(learner, shown.card.card_id, before, after, on=today, outside=outside)
        next_due[said] = today if after.is_drilled(today) else after.due_on
    return Revealed(shown, next_due, today)


async def ask_for_hint(
    learner: Learner, showing_id: ShowingId, *, step: int = 0, update_id: int, outside: Outside
) -> Hinted | NotAnAnswer | Gone:
    """Count a hint; it will cost some of the grade. `step` counts those seen before: a double tap asks for one."""
    shown = await _shown(learner, showing_id, outside)
    if shown is None or shown.showing.settled:
        return Gone()
    if not shown.card.hint_steps:
        return NotAnAnswer(Phrase("This card has no hint."))
    if shown.showing.hints == step < len(shown.card.hint_steps):
        shown = shown.updated(await outside.store.save_hint(showing_id, update_id=update_id))
    return Hinted(shown)


async def _shown(learner: Learner, showing_id: ShowingId, outside: Outside) -> Shown | None:
    showing = await outside.store.showing(showing_id)
    if showing is None or showing.learner_id != learner.id:
        return None
    return await shown_card(showing, _today(learner, outside), outside=outside)


async def _review(
    learner: Learner, shown: Shown, standing: Standing, answer: Answer, *, right: bool, outside: Outside
) -> Review:
    card, asked, showing, before = shown.card, shown.asked, shown.showing, standing.memory
    now = outside.clock.now()
    day = _today(learner, outside)
    latency = max(0.0, (now - asked.at).total_seconds())
    effort = Effort(
        right=right,
        attempts=showing.attempts + 1,
        hints=showing.hints,
        latency_seconds=latency,
        options=0 if shown.question.form == "several" else len(shown.question.options),
        gave_up=isinstance(answer, GaveUp),
        self_grade=answer.grade if isinstance(answer, Recalled) else None,
    )
    grade = grade_for(effort, typical_seconds=standing.typical_seconds or card.usual_seconds)
    scheduler = outside.scheduler_of(learner)
    after = scheduler.review(before, grade, on=day)
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
        scheduler=scheduler.name,
        before=before,
        after=await placed(learner, card.card_id, before, after, on=day, outside=outside),
    )


async def _settled_before(shown: Shown, outside: Outside) -> Settled | Gone:
    """Return what the showing came to the first time, to be shown once more; it is not answered twice."""
    review = await outside.store.review_of(shown.showing.id)
    return Gone() if review is None else Settled(shown, review, Verdict(review.right), before=True)


def _today(learner: Learner, outside: Outside) -> date:
    return study_day(outside.clock.now(), learner.settings.tz)


def _as_text(answer: Answer) -> str:
    match answer:
        case Typed(text):
            return text
        case Picked(key):
            return key
        case Recalled(grade):
            return str(int(grade))
        case GaveUp():
            return ""
