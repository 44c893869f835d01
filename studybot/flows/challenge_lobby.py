"""A challenge before its first card: who opens it, who is in, by which rules, and the cards it will ask."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from studybot.core.ballot import MemberId
from studybot.core.card import Text
from studybot.core.challenge import (
    ANYBODY_MAY_AFTER,
    FEWEST_TO_BEGIN,
    LOBBY_LASTS,
    NOBODY,
    Challenge,
    Group,
    Member,
    Mode,
    Rules,
    Scheduled,
    Stage,
    plan_cards,
)
from studybot.core.phrase import Phrase
from studybot.core.quiz import Pick
from studybot.core.schedule import study_day
from studybot.core.variant import seed_from
from studybot.errors import SandboxUnavailable
from studybot.flows.modes import MODES, mode_of
from studybot.flows.outside import Outside
from studybot.group_ports import Lobby

log = logging.getLogger(__name__)


async def open_lobby(
    group: Group, thread_id: int, rules: Rules, moderator: Member | None, *, outside: Outside
) -> tuple[Challenge, bool]:
    """Open a lobby; where a challenge is open already, return that one, and False."""
    now = outside.clock.now()
    return await outside.store.open_challenge(
        group, thread_id, rules, moderator=moderator, at=now, until=now + LOBBY_LASTS
    )


async def lobby_of(challenge: Challenge, *, outside: Outside) -> Lobby:
    return Lobby(challenge, tuple(await outside.store.members(challenge.id)), topics_of(outside))


def topics_of(outside: Outside) -> dict[str, Text]:
    """Return the topics that have a card for groups, by their slug, in the deck's order."""
    live = MODES[Mode.LIVE]
    return {card.topic: outside.deck.title_of(card.topic) for card in outside.deck.live() if live.takes(card)}


def may_moderate(challenge: Challenge, person: MemberId, members: Collection[Member], now: datetime) -> bool:
    """Return whether somebody may act for the moderator: as one, where there is none, or where they are silent."""
    if person == challenge.moderator:
        return True
    here = {member.person for member in members if member.here}
    if person not in here:
        return False
    return challenge.moderator not in here or is_silent(challenge, now)


def is_silent(challenge: Challenge, now: datetime) -> bool:
    """Return whether a moderator let a lobby wait too long."""
    return challenge.stage is Stage.LOBBY and now - challenge.created_at >= ANYBODY_MAY_AFTER


async def leave(challenge: Challenge, person: MemberId, *, outside: Outside) -> bool:
    """Let somebody go; a moderator who goes passes it on to whoever joined first. False if they were not in."""
    if not await outside.store.leave(challenge.id, person):
        return False
    if challenge.moderator == person:
        here = [member.person for member in await outside.store.members(challenge.id) if member.here]
        await outside.store.pass_on(challenge.id, here[0] if here else NOBODY)
    return True


async def why_not(challenge: Challenge, *, outside: Outside) -> Phrase | None:
    """Return why a challenge cannot begin with those who are in; None if it can."""
    here = [member for member in await outside.store.members(challenge.id) if member.here]
    return mode_of(challenge).why_not(here)


async def start(challenge: Challenge, *, outside: Outside) -> bool:
    """Choose the cards and begin. False where it was begun already, or no card fits the rules.

    Raises SandboxUnavailable while no card is proved.
    """
    now = outside.clock.now()
    mode = mode_of(challenge)
    wanted = mode.cards(challenge.rules)
    if await why_not(challenge, outside=outside) is not None:
        return False
    await outside.deck.ready(new=wanted)
    people = [member.person for member in await outside.store.members(challenge.id) if member.here]
    today = study_day(now, challenge.group.tz)
    plan = plan_cards(
        [Pick(card.card_id, card.topic) for card in outside.deck.live() if mode.takes(card)],
        wanted=wanted,
        topics=challenge.rules.topics,
        due=await outside.store.due_among(people, on=today),
        played=await outside.store.cards_played(challenge.group.id),
        seed=seed_from("challenge", challenge.id),
    )
    return bool(plan) and await outside.store.start_challenge(challenge.id, plan, at=now)


def everybody_is_in(members: Sequence[Member], in_the_group: int) -> bool:
    """Return whether all people of a group joined; it takes two to be all."""
    here = sum(member.here for member in members)
    return here >= max(FEWEST_TO_BEGIN, in_the_group)


async def _start_unasked(challenge: Challenge, outside: Outside) -> None:
    """Start what needs nobody to begin it; while no card is proved its lobby waits for somebody."""
    try:
        await start(challenge, outside=outside)
    except SandboxUnavailable as error:
        log.warning("challenge %s does not start by itself: %s", challenge.id, error)


async def open_due_lobbies(*, outside: Outside) -> list[Challenge]:
    """Open the challenges whose hour has come. One that is much too late is left out, as after a long downtime.

    An hour is passed on only once its lobby is open: whoever is killed before that does not cost it.
    """
    now = outside.clock.now()
    opened = []
    for scheduled in await outside.store.weeklies_due(now):
        if now - scheduled.next_at <= CATCH_UP and scheduled.group.present:
            opened += await _open_unasked(scheduled, outside)
        await outside.store.claim_weekly(scheduled, next_at=scheduled.weekly.next(now, scheduled.group.tz))
    return opened


async def _open_unasked(scheduled: Scheduled, outside: Outside) -> list[Challenge]:
    """Open a lobby that nobody asked for; where somebody plays already, none."""
    challenge, _ = await open_lobby(scheduled.group, scheduled.thread_id, scheduled.rules, None, outside=outside)
    if challenge.stage is not Stage.LOBBY or challenge.moderator != NOBODY:
        return []
    if mode_of(challenge).starts_by_itself:
        await _start_unasked(challenge, outside)
    return [challenge]


CATCH_UP = timedelta(minutes=15)
"""How late a lobby still opens by itself."""
