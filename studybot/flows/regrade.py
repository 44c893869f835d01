"""What no run can tell: a right answer was a guess, or a wrong one a slip of the fingers.

The log is append-only, so the answer is undone and given once more with another grade. Each step may be repeated:
killed in between, the same update takes it up where it was left.
"""

import logging
from dataclasses import replace
from typing import Literal, TypeAlias

from studybot.core.card import Verdict
from studybot.core.learner import Learner
from studybot.core.phrase import Phrase
from studybot.core.quiz import ShowingId
from studybot.core.review import Review
from studybot.core.schedule import Grade, study_day
from studybot.flows.answer import Gone, NotAnAnswer, Settled
from studybot.flows.outside import Outside
from studybot.flows.shown import Shown, shown_card
from studybot.flows.spread import placed

log = logging.getLogger(__name__)

Why: TypeAlias = Literal["guessed", "typo"]

GRADES: dict[Why, Grade] = {"guessed": Grade.HARD, "typo": Grade.HARD}
"""Known, but not well: the card is drilled today either way."""


def may_be_a_guess(shown: Shown, review: Review) -> bool:
    """Whether it makes sense to say so: of the first answer to a question with options, graded above a guess."""
    first = not shown.showing.practice and review.right and review.attempts == 1
    return first and shown.question.form in {"one", "several"} and review.grade > GRADES["guessed"]


def may_be_a_typo(shown: Shown, review: Review) -> bool:
    """Whether a learner may say so: of a wrong answer that was typed, and of each only once."""
    return not shown.showing.practice and not review.right and not review.gave_up and shown.question.is_typed


async def regrade(
    learner: Learner, showing_id: ShowingId, why: Why, *, update_id: int, outside: Outside
) -> Settled | NotAnAnswer | Gone:
    """Grade the learner's latest answer as they say it was. A guess only lowers; only a typo raises, and is logged."""
    now = outside.clock.now()
    today = study_day(now, learner.settings.tz)
    showing = await outside.store.showing(showing_id)
    review = await outside.store.review_of(showing_id)
    if showing is None or showing.learner_id != learner.id or showing.asked is None or review is None:
        return Gone()
    shown = await shown_card(showing, today, outside=outside)
    quiz = await outside.store.quiz_on(learner.id, today)
    if shown is None or quiz is None or quiz.id != showing.quiz_id:
        return Gone()
    if not (may_be_a_guess if why == "guessed" else may_be_a_typo)(shown, review):
        return Gone()
    scheduler = outside.scheduler_of(learner)
    undone = await outside.store.undo_review(
        learner.id, showing_id, scheduler=scheduler, today=today, update_id=update_id, at=now
    )
    if undone is None:
        return NotAnAnswer(Phrase("There is a later answer: /undo goes back one by one."))
    if undone.again is None:
        return Gone()
    again = await outside.store.save_asked(undone.again.id, showing.asked)
    if showing.message_id is not None:
        await outside.store.save_message(again.id, showing.message_id)
    before = await outside.store.memory_of(learner.id, review.card_id)
    after = scheduler.review(before, GRADES[why], on=today)
    regraded = replace(
        review,
        showing_id=again.id,
        at=now,
        right=True,
        grade=GRADES[why],
        scheduler=scheduler.name,
        before=before,
        after=await placed(learner, review.card_id, before, after, on=today, outside=outside),
    )
    if await outside.store.save_review(regraded, f"({why})", update_id=update_id):
        log.info("regraded learner=%s card=%s why=%s from=%s", learner.id, review.card_id, why, int(review.grade))
    kept = await outside.store.review_of(again.id)
    settled = await outside.store.showing(again.id)
    if kept is None or settled is None:
        return Gone()
    return Settled(shown.updated(settled), kept, Verdict(right=True))
