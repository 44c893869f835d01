"""A challenge goes on: whatever is not shown yet is shown, and whatever has had its time is ended.

All it does is decided from the store and noted there, so it can be called at any moment, and again after a crash.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from studybot.core.challenge import (
    MOST_RETRIES,
    RETRY_AFTER,
    Challenge,
    ChallengeId,
    Played,
    Round,
    Stage,
    Step,
    Vote,
)
from studybot.core.phrase import Phrase
from studybot.core.variant import seed_from
from studybot.errors import GroupGone, SandboxUnavailable
from studybot.flows.challenge_end import ending_of, tell_members
from studybot.flows.challenge_lobby import lobby_of
from studybot.flows.challenge_reviews import note_votes
from studybot.flows.challenge_votes import is_left_behind, judge
from studybot.flows.daily_quiz import live_card, run_card
from studybot.flows.group_board import note_earnings
from studybot.flows.modes import mode_of
from studybot.flows.outside import Outside
from studybot.group_ports import Evidence, GroupMessenger, RoundView
from studybot.kinds import card_from

log = logging.getLogger(__name__)

JUDGING = timedelta(seconds=2)
"""How soon we look again whether the code of the last answers was judged."""
LONGEST_JUDGING = timedelta(seconds=60)
MOST_EMPTY = 2
"""After so many cards without a vote nobody is there any more."""


async def go_on(challenge_id: ChallengeId, group: GroupMessenger, *, outside: Outside) -> None:
    """Bring a challenge to where it should be now. To be called once at a time for each challenge."""
    try:
        while await _step(challenge_id, group, outside):
            pass
    except GroupGone:
        log.info("the bot is out of a group: challenge %s is called off", challenge_id)
        await outside.store.end_challenge(challenge_id, Stage.CALLED_OFF, at=outside.clock.now())
        await outside.store.rest(challenge_id)


async def _step(challenge_id: ChallengeId, group: GroupMessenger, outside: Outside) -> bool:
    """Take one step; return whether another one may follow at once."""
    challenge = await outside.store.challenge(challenge_id)
    if challenge is None:
        return False
    match challenge.stage:
        case Stage.LOBBY:
            return await _lobby(challenge, group, outside)
        case Stage.PLAYING:
            rounds = await outside.store.rounds_of(challenge.id)
            one = mode_of(challenge).current(challenge, rounds)
            if one is None:
                return await _next_round(challenge, rounds, group, outside)
            if one.step is Step.VOTE:
                return await _vote(challenge, one, group, outside)
            return await _evidence(challenge, one, group, outside)
        case Stage.OVER:
            return await _end(challenge, group, outside)
        case Stage.CALLED_OFF:
            return False


async def _lobby(challenge: Challenge, group: GroupMessenger, outside: Outside) -> bool:
    now = outside.clock.now()
    if _is_due(challenge, now):
        await outside.store.end_challenge(challenge.id, Stage.CALLED_OFF, at=now)
        called_off = await outside.store.challenge(challenge.id)
        if called_off is not None and called_off.message_id is not None:
            await group.show_lobby(await lobby_of(called_off, outside=outside))
    elif challenge.message_id is None:
        message_id = await group.show_lobby(await lobby_of(challenge, outside=outside))
        await outside.store.save_lobby_message(challenge.id, message_id)
    return False


async def _next_round(challenge: Challenge, before: Sequence[Round], group: GroupMessenger, outside: Outside) -> bool:
    """Prepare the next card: its answer is computed and proved before anybody sees it."""
    now = outside.clock.now()
    asked_before = {one.card_id for one in before}
    card_id = next((one for one in challenge.plan if one not in asked_before), None)
    enough = len(before) >= mode_of(challenge).cards(challenge.rules)
    if card_id is None or enough or await _nobody_is_there(challenge, outside):
        await outside.store.end_challenge(challenge.id, Stage.OVER, at=now)
        return True
    position = len(before)
    seed = seed_from("round", challenge.id, position, card_id)
    try:
        await outside.deck.ready({card_id}, new=0)
        card = live_card(card_id, outside)
        asked = None
        if card is not None:
            asked = await run_card(card, seed, asked_by=f"challenge {challenge.id}", outside=outside)
    except SandboxUnavailable as error:
        log.warning("no card for challenge=%s: %s", challenge.id, error)
        return await _put_off(challenge, group, outside)
    if asked is None:
        await outside.store.drop_card(challenge.id, card_id)
        return True
    await outside.store.begin_round(challenge.id, position, card_id, asked)
    return True


async def _put_off(challenge: Challenge, group: GroupMessenger, outside: Outside) -> bool:
    """No snippet can run: say so once and try again later; after some tries end with what was played."""
    now = outside.clock.now()
    if challenge.tries >= MOST_RETRIES:
        await group.say(challenge, Phrase("The code still cannot be run. We end here; nobody was graded by it."))
        await outside.store.end_challenge(challenge.id, Stage.OVER, at=now)
        return True
    await outside.store.put_off(challenge.id, until=now + RETRY_AFTER, tries=challenge.tries + 1)
    if challenge.tries == 0:
        await group.say(
            challenge,
            Phrase("The code is resting right now; that is our fault. The next card comes as soon as it can be run."),
        )
    return False


async def _vote(challenge: Challenge, one: Round, group: GroupMessenger, outside: Outside) -> bool:
    view = await view_of(challenge, one, outside=outside)
    if one.shown <= one.ballot or one.message_id is None:
        posted = await group.show_ballot(view)
        await outside.store.count_operations(one.id, posted.operations)
        if posted.poll_id is not None:
            await outside.store.save_poll(one.id, posted.poll_id)
        now = outside.clock.now()
        if one.shown > one.ballot:  # its time goes on, wherever it stands
            await outside.store.save_question_message(one.id, posted.message_id)
        else:
            mode = mode_of(challenge)
            until = mode.closes_at(view, now)
            await mode.shown(view, posted, at=now, until=until, outside=outside)
            await outside.store.save_ballot_shown(one.id, one.ballot, posted.message_id, at=now, until=until)
        return False
    if not _is_due(challenge, outside.clock.now()):
        return False
    return await _close(challenge, one, view, outside)


async def _close(challenge: Challenge, one: Round, view: RoundView, outside: Outside) -> bool:
    """Close the ballot, once the code of all answers is judged; the share that is right decides what follows."""
    now = outside.clock.now()
    votes = await _votes_of(view, now, outside)
    waiting = [vote for vote in votes if vote.right is None]
    if waiting and min(now - vote.at for vote in waiting) < LONGEST_JUDGING:
        await outside.store.put_off(challenge.id, until=now + JUDGING, tries=challenge.tries)
        return False
    for vote in waiting:  # it was never judged, by our fault: nobody is graded by it
        await outside.store.judge_vote(one.id, vote, right=None)
    judged = await outside.store.votes_of(one.id) if waiting else votes
    here = [member for member in await outside.store.members(challenge.id) if member.here]
    follow = mode_of(challenge).follows(view, judged, here)
    await outside.store.close_ballot(one.id, one.ballot, follow, at=now)
    return True


async def _votes_of(view: RoundView, now: datetime, outside: Outside) -> Sequence[Vote]:
    """Return the votes of a round, after running the code of those that were left behind."""
    votes = await outside.store.votes_of(view.round.id)
    left = [vote for vote in votes if vote.right is None and is_left_behind(vote, now)]
    for vote in left:
        await judge(view, vote, outside=outside)
    return await outside.store.votes_of(view.round.id) if left else votes


async def _evidence(challenge: Challenge, one: Round, group: GroupMessenger, outside: Outside) -> bool:
    view = await view_of(challenge, one, outside=outside)
    mode = mode_of(challenge)
    if mode.teaches and not one.noted:
        await note_votes(view, outside=outside)
    if one.evidence_id is None:
        posted = await group.show_evidence(Evidence(view, await _played(challenge, outside)))
        await outside.store.count_operations(one.id, posted.operations)
        until = outside.clock.now() + mode.evidence_lasts
        await outside.store.save_evidence_shown(one.id, posted.message_id, until=until)
        return False
    if not _is_due(challenge, outside.clock.now()):
        return False
    return await outside.store.finish_round(one.id, at=outside.clock.now())


async def _end(challenge: Challenge, group: GroupMessenger, outside: Outside) -> bool:
    if challenge.wakes_at is None:
        return False
    played = await _played(challenge, outside)
    if challenge.end_message_id is None:
        await note_earnings(played, outside=outside)
        message_id = await group.show_end(await ending_of(played, outside=outside))
        await outside.store.save_end_message(challenge.id, message_id)
    await tell_members(played, group, outside=outside)
    await outside.store.rest(challenge.id)
    return False


async def view_of(challenge: Challenge, one: Round, *, outside: Outside) -> RoundView:
    """Return the card of a round as the group sees it. Raises LookupError where its revision is unknown."""
    body = await outside.store.card_body(one.card_id, one.asked.revision)
    if body is None:
        raise LookupError(f"no revision {one.asked.revision} of card {one.card_id}")
    card = card_from(body).variant(one.asked.seed)
    view = RoundView(challenge, one, card, outside.deck.title_of(card.topic))
    return await mode_of(challenge).seen(view, outside=outside)


async def _played(challenge: Challenge, outside: Outside) -> Played:
    played = await outside.store.played(challenge.id)
    if played is None:
        raise LookupError(f"no challenge {challenge.id}")
    return played


async def _nobody_is_there(challenge: Challenge, outside: Outside) -> bool:
    played = await _played(challenge, outside)
    latest = [one for one in played.rounds if one.step is Step.DONE][-MOST_EMPTY:]
    return len(latest) == MOST_EMPTY and not any(played.votes.get(one.id) or played.takes.get(one.id) for one in latest)


def _is_due(challenge: Challenge, now: datetime) -> bool:
    return challenge.wakes_at is not None and challenge.wakes_at <= now
