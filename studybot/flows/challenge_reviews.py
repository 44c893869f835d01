"""What the votes of a group tell the schedules of its members: the first one, before any talk, of due cards."""

import logging
from dataclasses import dataclass

from studybot.core.challenge import Vote
from studybot.core.grading import Effort, grade_for
from studybot.core.learner import Learner
from studybot.core.quiz import ShowingId
from studybot.core.review import Review
from studybot.core.schedule import Grade, Memory, study_day
from studybot.errors import SandboxUnavailable, StoreError
from studybot.flows.holds import is_held_back, tell_of_leech
from studybot.flows.outside import Outside
from studybot.flows.plan import plan_day
from studybot.flows.spread import placed
from studybot.group_ports import RoundView

log = logging.getLogger(__name__)

BEST = Grade.GOOD
"""A vote among others is never perfect."""

ANYWAY = 2
"""How often a vote is handled again whose memory moved on meanwhile."""


@dataclass(frozen=True, slots=True)
class _Voter:
    learner: Learner
    vote: Vote


async def note_votes(view: RoundView, *, outside: Outside) -> None:
    """Note the first votes of a round for whoever is a learner. What fails is done again at the next call."""
    votes = await outside.store.votes_of(view.round.id)
    first = [vote for vote in votes if vote.ballot == 0 and vote.right is not None]
    learners = await outside.store.learners_among([vote.person for vote in first])
    for vote in first:
        if vote.person not in learners:
            continue
        learner = await outside.store.learner(learners[vote.person])
        if learner is None:
            continue
        try:
            await _note(_Voter(learner, vote), view, outside)
        except SandboxUnavailable as error:
            log.warning("a vote is not noted yet learner=%s: %s", learner.id, error)
            return
    await outside.store.mark_noted(view.round.id)


async def _note(voter: _Voter, view: RoundView, outside: Outside) -> None:
    learner, day = voter.learner, study_day(voter.vote.at, voter.learner.settings.tz)
    await outside.store.note_group_day(learner.id, day)
    trouble: StoreError | None = None
    for _ in range(ANYWAY):
        memory = await outside.store.memory_of(learner.id, view.card.card_id)
        if memory is None or not memory.is_due(day):
            return
        if await is_held_back(learner, view.card.card_id, day, outside=outside):
            return
        if await outside.store.quiz_on(learner.id, day) is None:
            plan = await plan_day(learner, day, outside=outside)
            await outside.store.begin_quiz(learner.id, day, plan.cards, at=outside.clock.now())
        review = await _review(voter, view, memory, outside)
        try:
            vote = voter.vote
            if await outside.store.save_group_review(review, view.round.asked, vote.text, update_id=vote.update_id):
                tell_of_leech(review, view.card, outside=outside)
        except StoreError as error:
            log.info("a vote is noted again learner=%s: %s", learner.id, error)
            trouble = error
        else:
            return
    raise StoreError(f"the vote of learner {learner.id} waits") from trouble


async def _review(voter: _Voter, view: RoundView, before: Memory, outside: Outside) -> Review:
    learner, vote, card, asked = voter.learner, voter.vote, view.card, view.round.asked
    day = study_day(vote.at, learner.settings.tz)
    latency = max(0.0, (vote.at - (view.round.asked.at)).total_seconds())
    effort = Effort(right=vote.right is True, latency_seconds=latency, options=len(view.question.options))
    typical = await outside.store.typical_seconds(learner.id, card.kind) or card.usual_seconds
    grade = min(BEST, grade_for(effort, typical_seconds=typical))
    scheduler = outside.scheduler_of(learner)
    after = scheduler.review(before, grade, on=day)
    return Review(
        showing_id=ShowingId(0),  # the store finds or makes it
        learner_id=learner.id,
        card_id=card.card_id,
        kind=card.kind,
        revision=asked.revision,
        seed=asked.seed,
        torch_version=asked.run.torch_version,
        at=vote.at,
        day=day,
        grade=grade,
        right=effort.right,
        latency_ms=round(latency * 1000),
        attempts=1,
        hints=0,
        gave_up=False,
        drill=False,
        scheduler=scheduler.name,
        before=before,
        after=await placed(learner, card.card_id, before, after, on=day, outside=outside),
    )
