"""A vote: from what somebody pressed or typed to a row that counts once. Whether it is right stays hidden."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from studybot.core.card import Picked, Rejected, Typed
from studybot.core.challenge import LAST_SECONDS, Counted, Member, Round, RoundId, Step, Take, Vote
from studybot.core.phrase import Phrase
from studybot.core.variant import seed_from
from studybot.errors import SandboxUnavailable
from studybot.flows.answer import judged
from studybot.flows.modes import mode_of
from studybot.flows.modes.live import turn_refused
from studybot.flows.outside import Outside
from studybot.group_ports import RoundView

log = logging.getLogger(__name__)

LONGEST_TAKE = 1000

LEFT_BEHIND = timedelta(seconds=20)
"""Code that was not run by then belonged to a bot that was killed: nobody will run it who is not told to."""


@dataclass(frozen=True, slots=True)
class Taken:
    """It counts, and may be changed until the close. `judging`: its code is run now."""

    vote: Vote
    counted: Counted
    judging: bool = False


@dataclass(frozen=True, slots=True)
class TakeKept:
    """What was said to a card without a key is kept."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """The vote is closed."""


@dataclass(frozen=True, slots=True)
class NotAVote:
    """It could not be read as an answer to this card."""

    why: Phrase


@dataclass(frozen=True, slots=True)
class NotJudged:
    """The code could not be run, by our fault: it does not count, for good or bad."""


VoteOutcome: TypeAlias = Taken | TakeKept | TooLate | NotAVote | NotJudged


async def pick(
    view: RoundView, ballot: int, member: Member, key: str, *, update_id: int, outside: Outside
) -> Taken | TooLate | NotAVote:
    """Vote for an option; where several may be right, mark it or take the mark back."""
    if refused := turn_refused(view, member):
        return NotAVote(refused)
    text = key
    if view.question.form == "several":
        before = await outside.store.vote_of(view.round.id, ballot, member.person)
        if before is not None and before.update_id == update_id:
            text = before.text  # the same press, delivered again
        else:
            text = ",".join(sorted(set(before.text.split(",") if before and before.text else ()) ^ {key}))
    verdict = view.card.verdict(Picked(text), view.round.asked.run) if text else None
    if isinstance(verdict, Rejected):
        return NotAVote(verdict.why)
    vote = Vote(member.person, ballot, text, verdict is not None and verdict.right, outside.clock.now(), update_id)
    return await _save(view.round.id, vote, member, outside)


async def answer(view: RoundView, member: Member, text: str, *, update_id: int, outside: Outside) -> VoteOutcome:
    """Take what somebody typed: a value, code that is judged later (see `judge`), or a take."""
    one = await outside.store.round(view.round.id)
    if one is None or one.step is not Step.VOTE:
        return TooLate()
    if refused := turn_refused(view, member):
        return NotAVote(refused)
    now = outside.clock.now()
    form = view.question.form
    if form == "none":
        take = Take(member.person, text[:LONGEST_TAKE], now)
        await outside.store.save_take(one.id, take, member, update_id=update_id)
        return TakeKept()
    if form not in {"typed", "code"}:
        return NotAVote(Phrase("Press a button under the question."))
    given = mode_of(view.challenge).read(view, text)
    if isinstance(given, Rejected):
        return NotAVote(given.why)
    text, right = given, None
    if form == "typed":
        verdict = view.card.verdict(Typed(text), one.asked.run)
        if isinstance(verdict, Rejected):
            return NotAVote(verdict.why)
        right = verdict.right
    elif isinstance(rejected := view.card.trial(Typed(text), seed=0), Rejected):
        return NotAVote(rejected.why)
    outcome = await _save(one.id, Vote(member.person, one.ballot, text, right, now, update_id), member, outside)
    return replace(outcome, judging=right is None) if isinstance(outcome, Taken) else outcome


async def judge(view: RoundView, vote: Vote, *, outside: Outside) -> bool | None:
    """Run the code of a vote in the sandbox and store what it came to; None where that failed by our fault."""
    seed = seed_from("vote", vote.update_id)
    asked_by = f"person {vote.person}"
    run = view.round.asked.run
    try:
        verdict = await judged(view.card, Typed(vote.text), run, seed=seed, asked_by=asked_by, outside=outside)
    except SandboxUnavailable as error:
        log.warning("a vote could not be judged round=%s: %s", view.round.id, error)
        await outside.store.judge_vote(view.round.id, vote, right=None)
        return None
    right = not isinstance(verdict, Rejected) and verdict.right
    await outside.store.judge_vote(view.round.id, vote, right=right)
    return right


def is_left_behind(vote: Vote, now: datetime) -> bool:
    return now - vote.at >= LEFT_BEHIND


async def _save(round_id: RoundId, vote: Vote, member: Member, outside: Outside) -> Taken | TooLate:
    counted = await outside.store.save_vote(round_id, vote, member)
    return TooLate() if counted is None else Taken(vote, counted)


async def close_soon(one: Round, *, outside: Outside) -> None:
    """Everybody has voted: close in a moment, in which a vote can still be changed."""
    await outside.store.hurry(one.challenge_id, at=outside.clock.now() + LAST_SECONDS)
