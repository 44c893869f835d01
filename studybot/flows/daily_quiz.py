"""The day's quiz: begin it or take it up where it was left, one card at a time."""

import logging
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from studybot.core.card import CardId
from studybot.core.learner import Learner
from studybot.core.phrase import Phrase, said
from studybot.core.quiz import Asked, Quiz, Showing, Summary
from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.core.schedule import study_day
from studybot.core.streak import Streak, streak
from studybot.errors import SandboxBusy, SandboxUnavailable
from studybot.flows.holds import held_cards, is_held_back
from studybot.flows.more import what_more
from studybot.flows.outside import Outside
from studybot.flows.plan import plan_day
from studybot.flows.shown import Shown, shown_card
from studybot.flows.variants import drawn_seed
from studybot.kinds import Card

log = logging.getLogger(__name__)

TELLING = frozenset({RunStatus.OK, RunStatus.RAISED})
"""How a card's own run may end; after any other end there is no answer to grade against."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Put this card to the learner. `welcome_back`: it is the first one after a long break."""

    shown: Shown
    welcome_back: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """The day's quiz is done. `total` is how many cards it had; `more` says whether others could be added."""

    summary: Summary
    total: int
    more: bool
    streak: Streak


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


async def go_on(learner: Learner, *, outside: Outside, topic: str | None = None) -> NextStep:
    """Begin the learner's quiz of this study day, or take it up: the same card is asked until it is settled.

    A quiz that begins now takes its new cards from `topic` first.
    """
    now = outside.clock.now()
    day = study_day(now, learner.settings.tz)
    try:
        quiz = await outside.store.quiz_on(learner.id, day)
        if quiz is None:
            plan = await plan_day(learner, day, outside=outside, topic=topic)
            if not plan.cards:
                return await _nothing_due(learner, day, outside)
            quiz = await outside.store.begin_quiz(learner.id, day, plan.cards, at=now)
            step = await _next_step(learner, quiz, outside)
            return replace(step, welcome_back=plan.welcome_back) if isinstance(step, Ask) else step
        return await _next_step(learner, quiz, outside)
    except SandboxUnavailable as error:
        log.warning("no card for learner=%s: %s", learner.id, error)
        return Resting.because(error)


async def _next_step(learner: Learner, quiz: Quiz, outside: Outside) -> NextStep:
    while (showing := await outside.store.next_showing(quiz.id)) is not None:
        held = not showing.practice and await is_held_back(learner, showing.card_id, quiz.day, outside=outside)
        if not held:
            ask = await _put(learner, quiz.day, showing, outside)
            if ask is not None:
                return ask
        await outside.store.set_aside(showing.id)
    done = await outside.store.quiz_on(learner.id, quiz.day) or quiz
    more = bool(await what_more(learner, done, outside=outside))
    days = await outside.store.study_days(learner.id)
    rests = await outside.store.rest_days(learner.id)
    in_a_row = streak(days, today=quiz.day, rests=rests, weekdays=learner.settings.weekdays)
    return Finished(await outside.store.summary(quiz.id), done.total, more, in_a_row)


async def _put(learner: Learner, day: date, showing: Showing, outside: Outside) -> Ask | None:
    """Make the card's run and the question of it; None where this card cannot be asked now."""
    if showing.asked is None:
        await outside.deck.ready({showing.card_id}, new=0)
        card = live_card(showing.card_id, outside)
        asked = None
        if card is not None:
            seed = await drawn_seed(learner, card, outside=outside)
            asked = await run_card(card, seed, asked_by=f"learner {learner.id}", outside=outside)
        if asked is None:
            return None
        showing = await outside.store.save_asked(showing.id, asked)
    shown = await shown_card(showing, day, outside=outside)
    return None if shown is None else Ask(shown)


async def run_card(card: Card, seed: int, *, asked_by: str, outside: Outside) -> Asked | None:
    """Compute the answer before the question is shown; a card that its run does not bear out is not asked.

    Raises SandboxUnavailable.
    """
    try:
        variant = card.variant(seed)
    except ValueError as error:  # pydantic's ValidationError is one
        outside.deck.quarantine(
            card, Phrase("the variant of seed {seed} is no card: {why}", seed=seed, why=said(error))
        )
        return None
    snippet = variant.answer_run()
    run = RunResult(RunStatus.OK) if snippet is None else await _run(variant, snippet, asked_by, outside)
    if run is None:
        return None
    refutation = variant.disagreement(run)
    for proof in variant.proofs()[1:] if card.is_parametric else ():
        # It may be a variant that was not among those proved with the deck.
        if refutation is None:
            proved = await _run(variant, proof.snippet, asked_by, outside)
            if proved is None:
                return None
            refutation = proof.judge(proved)
    if refutation is not None:
        outside.deck.quarantine(
            card,
            Phrase(
                "seed {seed}: expected {expected}, got {got}",
                seed=seed,
                expected=refutation.expected,
                got=refutation.got,
            ),
        )
        return None
    return Asked(card.revision, seed, run, outside.clock.now())


async def _run(variant: Card, snippet: Snippet, asked_by: str, outside: Outside) -> RunResult | None:
    """Make a run of a card's; None where it does not come to an answer. Raises SandboxUnavailable."""
    run = await outside.runner.run(snippet, asked_by=asked_by)
    if run.status is RunStatus.SANDBOX_FAULT:
        raise SandboxUnavailable(f"a run of card {variant.id} failed in the sandbox")
    if run.status not in TELLING:
        log.warning("card set aside for today card=%s status=%s", variant.id, run.status)
        return None
    return run


def live_card(card_id: CardId, outside: Outside) -> Card | None:
    return next((card for card in outside.deck.live() if card.card_id == card_id), None)


async def _nothing_due(learner: Learner, day: date, outside: Outside) -> NothingDue:
    memories = await outside.store.memories_of(learner.id)
    held = await held_cards(learner, day, outside=outside)
    live = {card.card_id for card in outside.deck.live() if card.card_id not in held}
    coming = [memory.due_on for card_id, memory in memories.items() if card_id in live and memory.due_on > day]
    return NothingDue(min(coming, default=None))
