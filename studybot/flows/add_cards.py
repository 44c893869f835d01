"""Whoever runs the bot sends cards: they are looked at, shown as learners will see them, and published by a press."""

import logging
from dataclasses import dataclass

from studybot.core.card import Verdict
from studybot.core.learner import Learner
from studybot.core.phrase import Phrase
from studybot.core.quiz import Asked, QuizId, Showing, ShowingId
from studybot.core.review import Review
from studybot.core.run import RunResult, RunStatus
from studybot.core.schedule import Grade, study_day
from studybot.deck_ports import Proposed, Refused
from studybot.errors import SandboxUnavailable
from studybot.flows.answer import Settled
from studybot.flows.daily_quiz import Resting
from studybot.flows.outside import Outside
from studybot.flows.shown import Shown
from studybot.kinds import Card

log = logging.getLogger(__name__)

MOST_PREVIEWED = 2
NOBODYS = ShowingId(0)
"""The showing of a preview: it is in no quiz, and no answer to it is taken."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What was proposed, and the first of it as a learner will see it: asked, and rightly answered."""

    proposed: Proposed
    seen: tuple[tuple[Shown, Settled | None], ...] = ()


async def preview(
    content: bytes, *, name: str, topic: str | None, learner: Learner, outside: Outside
) -> Preview | Refused | Resting:
    """Check, prove and compare cards, and show what they will look like. Nothing is written."""
    if outside.desk is None:
        return Refused((Phrase("this bot takes no cards by chat"),))
    try:
        looked = await outside.desk.look_at(content, name=name, topic=topic)
        if isinstance(looked, Refused):
            return looked
        first = looked.cards[:MOST_PREVIEWED]
        seen = [await _seen(card, place, looked, learner, outside) for place, card in enumerate(first)]
        return Preview(looked, tuple(seen))
    except SandboxUnavailable as error:
        log.warning("cards could not be proved: %s", error)
        return Resting.because(error)


async def publish(
    content: bytes, *, name: str, topic: str | None, learner: Learner, outside: Outside
) -> Proposed | Refused | Resting:
    """Publish cards; a second time there is nothing left to do."""
    if outside.desk is None:
        return Refused((Phrase("this bot takes no cards by chat"),))
    try:
        published = await outside.desk.publish(content, name=name, topic=topic)
    except SandboxUnavailable as error:
        log.warning("cards could not be published: %s", error)
        return Resting.because(error)
    if isinstance(published, Proposed):
        log.info("cards published learner=%s cards=%s", learner.id, [card.id for card in published.cards])
    return published


async def _seen(
    card: Card, place: int, proposed: Proposed, learner: Learner, outside: Outside
) -> tuple[Shown, Settled | None]:
    variant = card.variant(0)
    snippet = variant.answer_run()
    run = RunResult(RunStatus.OK) if snippet is None else await outside.runner.run(snippet, asked_by="preview")
    now = outside.clock.now()
    day = study_day(now, learner.settings.tz)
    showing = Showing(NOBODYS, QuizId(0), learner.id, card.card_id, position=place)
    asked = Asked(card.revision, 0, run, now)
    shown = Shown(showing, variant, asked, proposed.title, len(proposed.cards))
    if shown.question.form == "none" or run.status not in {RunStatus.OK, RunStatus.RAISED}:
        return shown, None
    scheduler = outside.scheduler_of(learner)
    review = Review(
        showing_id=NOBODYS, learner_id=learner.id, card_id=card.card_id, kind=card.kind, revision=card.revision, seed=0,
        torch_version=run.torch_version, at=now, day=day, grade=Grade.GOOD, right=True, latency_ms=0, attempts=1,
        hints=0, gave_up=False, drill=False, scheduler=scheduler.name, before=None,
        after=scheduler.review(None, Grade.GOOD, on=day),
    )  # fmt: skip
    return shown, Settled(shown, review, Verdict(right=True))
