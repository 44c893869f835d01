"""The day's quiz: begin it or take it up where it was left, one card at a time."""

import logging
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from studybot.core.card import CardId
from studybot.core.learner import Learner
from studybot.core.proof import Refutation
from studybot.core.quiz import Asked, Pick, Quiz, Showing, Summary, pick_cards
from studybot.core.run import RunResult, RunStatus
from studybot.core.schedule import study_day
from studybot.errors import SandboxBusy, SandboxUnavailable
from studybot.flows.outside import Outside
from studybot.flows.shown import Shown, shown_card
from studybot.flows.variants import drawn_seed
from studybot.kinds import Card

log = logging.getLogger(__name__)

TELLING = frozenset({RunStatus.OK, RunStatus.RAISED})
"""How a card's own run may end; after any other end there is no answer to grade against."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Put this card to the learner."""

    shown: Shown


@dataclass(frozen=True, slots=True)
class Finished:
    summary: Summary


@dataclass(frozen=True, slots=True)
class NothingDue:
    """There is nothing to ask today; `next_due` is the next day on which there is, if that is known."""

    next_due: date | None


@dataclass(frozen=True, slots=True)
class Resting:
    """No snippet can run now, by our fault: nothing is graded, every card stays due.

    `place` is where in the line the run would have stood, if it is only that too many run.
    """

    place: int | None = None

    @classmethod
    def because(cls, error: SandboxUnavailable) -> "Resting":
        return cls(error.place if isinstance(error, SandboxBusy) else None)


NextStep: TypeAlias = Ask | Finished | NothingDue | Resting


async def go_on(learner: Learner, *, outside: Outside) -> NextStep:
    """Begin the learner's quiz of this study day, or take it up: the same card is asked until it is settled."""
    now = outside.clock.now()
    day = study_day(now, learner.settings.tz)
    try:
        quiz = await outside.store.quiz_on(learner.id, day)
        if quiz is None:
            cards = await plan(learner, day, outside=outside)
            if not cards:
                return await _nothing_due(learner, day, outside)
            quiz = await outside.store.begin_quiz(learner.id, day, cards, at=now)
        return await _next_step(learner, quiz, outside)
    except SandboxUnavailable as error:
        log.warning("no card for learner=%s: %s", learner.id, error)
        return Resting.because(error)


async def plan(learner: Learner, day: date, *, outside: Outside) -> list[CardId]:
    """Choose the cards for a learner's study day, in the order in which they will be asked.

    Waits until those that are due have been proved for what is installed. Raises SandboxUnavailable.
    """
    memories = await outside.store.memories_of(learner.id)
    away = await outside.store.suspended(learner.id, on=day)
    due = {card_id for card_id, memory in memories.items() if memory.is_due(day)}
    await outside.deck.ready(due, new=learner.settings.new_per_day)
    return pick_cards(
        [
            Pick(card.card_id, card.topic, card.contrasts)
            for card in outside.deck.live()
            if card.is_scheduled and card.card_id not in away
        ],
        memories,
        on=day,
        new_limit=learner.settings.new_per_day,
        review_limit=learner.settings.reviews_per_day,
    )


async def _next_step(learner: Learner, quiz: Quiz, outside: Outside) -> NextStep:
    away = await outside.store.suspended(learner.id, on=quiz.day)
    while (showing := await outside.store.next_showing(quiz.id)) is not None:
        if showing.practice or showing.card_id not in away:
            ask = await _put(learner, quiz.day, showing, outside)
            if ask is not None:
                return ask
        await outside.store.set_aside(showing.id)
    return Finished(await outside.store.summary(quiz.id))


async def _put(learner: Learner, day: date, showing: Showing, outside: Outside) -> Ask | None:
    """Make the card's run and the question of it; None where this card cannot be asked now."""
    if showing.asked is None:
        await outside.deck.ready({showing.card_id}, new=0)
        card = _live_card(showing.card_id, outside)
        asked = None if card is None else await _run_card(learner, card, outside)
        if asked is None:
            return None
        showing = await outside.store.save_asked(showing.id, asked)
    shown = await shown_card(showing, day, outside=outside)
    return None if shown is None else Ask(shown)


async def _run_card(learner: Learner, card: Card, outside: Outside) -> Asked | None:
    """Compute the answer before the question is shown; a card that its run does not bear out is not asked."""
    seed = await drawn_seed(learner, card, outside=outside)
    try:
        variant = card.variant(seed)
    except ValueError as error:  # pydantic's ValidationError is one
        outside.deck.quarantine(card, f"the variant of seed {seed} is no card: {error}")
        return None
    run = await _run(learner, variant, outside)
    if run is None:
        return None
    refutation = variant.disagreement(run)
    if refutation is None and card.is_parametric:
        refutation = await _refuted(learner, variant, outside)
    if refutation is not None:
        outside.deck.quarantine(card, f"seed {seed}: expected {refutation.expected}, got {refutation.got}")
        return None
    return Asked(card.revision, seed, run, outside.clock.now())


async def _run(learner: Learner, variant: Card, outside: Outside) -> RunResult | None:
    """Make the run that gives the answer; None where it does not come to one. Raises SandboxUnavailable."""
    snippet = variant.answer_run()
    if snippet is None:
        return RunResult(RunStatus.OK)
    run = await outside.runner.run(snippet, asked_by=f"learner {learner.id}")
    if run.status is RunStatus.SANDBOX_FAULT:
        raise SandboxUnavailable(f"the run of card {variant.id} failed in the sandbox")
    if run.status not in TELLING:
        log.warning("card set aside for today card=%s status=%s", variant.id, run.status)
        return None
    return run


async def _refuted(learner: Learner, variant: Card, outside: Outside) -> Refutation | None:
    """Make the other proofs of a variant, which may be one that was not among those proved with the deck."""
    _key, *others = variant.proofs()
    for proof in others:
        run = await outside.runner.run(proof.snippet, asked_by=f"learner {learner.id}")
        if run.status is RunStatus.SANDBOX_FAULT:
            raise SandboxUnavailable(f"a proof of card {variant.id} failed in the sandbox")
        if (refutation := proof.judge(run)) is not None:
            return refutation
    return None


def _live_card(card_id: CardId, outside: Outside) -> Card | None:
    return next((card for card in outside.deck.live() if card.card_id == card_id), None)


async def _nothing_due(learner: Learner, day: date, outside: Outside) -> NothingDue:
    memories = await outside.store.memories_of(learner.id)
    live = {card.card_id for card in outside.deck.live()}
    coming = [memory.due_on for card_id, memory in memories.items() if card_id in live and memory.due_on > day]
    return NothingDue(min(coming, default=None))
