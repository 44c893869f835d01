"""Challenges from the lobby to the end, and who is in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, delete, false, func, select, true, update

from studybot.core.ballot import MemberId
from studybot.core.card import CardId
from studybot.core.challenge import (
    NOBODY,
    OPEN_STAGES,
    TEAMS,
    Challenge,
    ChallengeId,
    Group,
    GroupId,
    Member,
    Rules,
    Stage,
)
from studybot.core.points import Level
from studybot.store.group_tables import challenges, doors, earnings, groups, members, namings, rounds, takes, votes
from studybot.store.groups import columns_of_rules, group_in, rules_in
from studybot.store.transactions import Transactions, or_nothing, reads, writes
from studybot.store.types import Moment

_WITH_GROUP = select(challenges, groups.c.chat_id, groups.c.language, groups.c.zone, groups.c.present).join(
    groups, groups.c.id == challenges.c.group_id
)
_CHALLENGE = _WITH_GROUP.where(challenges.c.id == bindparam("of"))
_open = challenges.c.open_in.is_not(None)
_OPEN_IN = _WITH_GROUP.where(groups.c.chat_id == bindparam("of"), challenges.c.open_in == bindparam("of_thread"))
_ALL_OPEN = _WITH_GROUP.where(challenges.c.group_id == bindparam("of"), _open).order_by(challenges.c.id)
_LATEST_IN = (
    _WITH_GROUP.where(groups.c.chat_id == bindparam("of"), challenges.c.thread_id == bindparam("of_thread"))
    .where(challenges.c.stage == Stage.OVER.value)
    .order_by(challenges.c.id.desc())
    .limit(1)
)
_WAKING = (
    select(challenges.c.id, challenges.c.wakes_at)
    .join(groups, groups.c.id == challenges.c.group_id)
    .where(groups.c.present == true(), challenges.c.wakes_at.is_not(None))
    .order_by(challenges.c.wakes_at)
)
_ADD = or_nothing(challenges)
_CHANGE = update(challenges).where(challenges.c.id == bindparam("of"))
_IN_LOBBY = _CHANGE.where(challenges.c.stage == Stage.LOBBY.value)
_WHILE_OPEN = _CHANGE.where(_open)
_sooner = bindparam("sooner", type_=Moment())
_HURRY = _WHILE_OPEN.values(wakes_at=case((challenges.c.wakes_at > _sooner, _sooner), else_=challenges.c.wakes_at))
_ADD_MEMBER = or_nothing(members)
_member = (members.c.challenge_id == bindparam("of"), members.c.person_id == bindparam("who"))
_IS_HERE = select(members.c.here).where(*_member)
_HERE = update(members).where(*_member, members.c.here == bindparam("was"))
_NAMED = update(members).where(*_member)
_AGREED = (
    select(members.c.named)
    .join(challenges, challenges.c.id == members.c.challenge_id)
    .where(members.c.person_id == bindparam("who"), challenges.c.id < bindparam("before"))
    .where(
        challenges.c.group_id
        == select(challenges.c.group_id).where(challenges.c.id == bindparam("before")).scalar_subquery()
    )
    .order_by(challenges.c.id.desc())
    .limit(1)
)
_TOLD = update(members).where(*_member, members.c.told == false()).values(told=true())
_MEMBERS = (
    select(members).where(members.c.challenge_id == bindparam("of")).order_by(members.c.joined_at, members.c.person_id)
)
_OF_PERSON = (
    _WITH_GROUP.join(members, members.c.challenge_id == challenges.c.id)
    .where(members.c.person_id == bindparam("who"), members.c.here == true(), _open)
    .where(groups.c.chat_id == bindparam("of"))
)
_PLAYED = (
    select(rounds.c.card_id)
    .join(challenges, challenges.c.id == rounds.c.challenge_id)
    .where(challenges.c.group_id == bindparam("of"))
    .order_by(rounds.c.id)
)
_LEVELS = (
    select(votes.c.person_id, func.count().filter(votes.c.right == true()), func.count(votes.c.right))
    .join(rounds, rounds.c.id == votes.c.round_id)
    .join(challenges, challenges.c.id == rounds.c.challenge_id)
    .where(challenges.c.group_id == bindparam("of"), challenges.c.id < bindparam("before"), votes.c.ballot == 0)
    .where(challenges.c.mode.not_in([mode.value for mode in TEAMS]))
    .group_by(votes.c.person_id)
)


class Challenges(Transactions):
    @writes
    def open_challenge(
        self,
        tx: Connection,
        group: Group,
        thread_id: int,
        rules: Rules,
        *,
        moderator: Member | None,
        at: datetime,
        until: datetime,
    ) -> tuple[Challenge, bool]:
        columns = {
            "group_id": group.id,
            "thread_id": thread_id,
            "open_in": thread_id,
            "stage": Stage.LOBBY.value,
            "moderator_id": moderator.person if moderator else NOBODY,
            "created_at": at,
            "plan": [],
            "wakes_at": until,
            "tries": 0,
            **columns_of_rules(rules),
        }
        new = tx.execute(_ADD[tx.dialect.name], columns).rowcount == 1
        challenge = as_challenge(tx.execute(_OPEN_IN, {"of": group.chat_id, "of_thread": thread_id}).one())
        if new and moderator is not None:
            add_member(tx, challenge.id, moderator, at=at)
        return challenge, new

    @reads
    def challenge(self, tx: Connection, challenge_id: ChallengeId) -> Challenge | None:
        row = tx.execute(_CHALLENGE, {"of": challenge_id}).one_or_none()
        return as_challenge(row) if row else None

    @reads
    def challenge_in(self, tx: Connection, chat_id: int, thread_id: int) -> Challenge | None:
        row = tx.execute(_OPEN_IN, {"of": chat_id, "of_thread": thread_id}).one_or_none()
        return as_challenge(row) if row else None

    @reads
    def latest_challenge_in(self, tx: Connection, chat_id: int, thread_id: int) -> Challenge | None:
        row = tx.execute(_LATEST_IN, {"of": chat_id, "of_thread": thread_id}).one_or_none()
        return as_challenge(row) if row else None

    @reads
    def open_challenges(self, tx: Connection, group_id: GroupId) -> Sequence[Challenge]:
        return [as_challenge(row) for row in tx.execute(_ALL_OPEN, {"of": group_id})]

    @reads
    def challenges_of(self, tx: Connection, chat_id: int, person: MemberId) -> Sequence[Challenge]:
        return [as_challenge(row) for row in tx.execute(_OF_PERSON, {"of": chat_id, "who": person})]

    @reads
    def waking(self, tx: Connection) -> Sequence[tuple[ChallengeId, datetime]]:
        return [(ChallengeId(row.id), row.wakes_at) for row in tx.execute(_WAKING)]

    @writes
    def save_rules(self, tx: Connection, challenge_id: ChallengeId, rules: Rules) -> bool:
        return tx.execute(_IN_LOBBY.values(**columns_of_rules(rules)), {"of": challenge_id}).rowcount == 1

    @writes
    def pass_on(self, tx: Connection, challenge_id: ChallengeId, to: MemberId) -> bool:
        return tx.execute(_WHILE_OPEN.values(moderator_id=to), {"of": challenge_id}).rowcount == 1

    @writes
    def start_challenge(
        self, tx: Connection, challenge_id: ChallengeId, plan: Sequence[CardId], *, at: datetime
    ) -> bool:
        started = _IN_LOBBY.values(stage=Stage.PLAYING.value, plan=list(plan), wakes_at=at)
        return tx.execute(started, {"of": challenge_id}).rowcount == 1

    @writes
    def end_challenge(self, tx: Connection, challenge_id: ChallengeId, stage: Stage, *, at: datetime) -> bool:
        if stage in OPEN_STAGES:
            raise ValueError(f"{stage} is no end")
        over = _WHILE_OPEN.values(stage=stage.value, open_in=None, wakes_at=at if stage is Stage.OVER else None)
        return tx.execute(over, {"of": challenge_id}).rowcount == 1

    @writes
    def drop_card(self, tx: Connection, challenge_id: ChallengeId, card_id: CardId) -> None:
        row = tx.execute(_CHALLENGE.with_for_update(of=challenges), {"of": challenge_id}).one()
        tx.execute(_CHANGE.values(plan=[one for one in row.plan if one != card_id]), {"of": challenge_id})

    @writes
    def put_off(self, tx: Connection, challenge_id: ChallengeId, *, until: datetime | None, tries: int) -> None:
        tx.execute(_WHILE_OPEN.values(wakes_at=until, tries=tries), {"of": challenge_id})

    @writes
    def hurry(self, tx: Connection, challenge_id: ChallengeId, *, at: datetime) -> None:
        tx.execute(_HURRY, {"of": challenge_id, "sooner": at})

    @writes
    def save_lobby_message(self, tx: Connection, challenge_id: ChallengeId, message_id: int | None) -> None:
        tx.execute(_CHANGE.values(message_id=message_id), {"of": challenge_id})

    @writes
    def save_end_message(self, tx: Connection, challenge_id: ChallengeId, message_id: int) -> None:
        tx.execute(_CHANGE.values(end_message_id=message_id), {"of": challenge_id})

    @writes
    def rest(self, tx: Connection, challenge_id: ChallengeId) -> None:
        tx.execute(_CHANGE.values(wakes_at=None), {"of": challenge_id})

    # members

    @writes
    def join(self, tx: Connection, challenge_id: ChallengeId, member: Member, *, at: datetime) -> bool:
        open_ = tx.execute(_CHALLENGE.where(_open), {"of": challenge_id}).one_or_none()
        return open_ is not None and add_member(tx, challenge_id, member, at=at)

    @writes
    def leave(self, tx: Connection, challenge_id: ChallengeId, person: MemberId) -> bool:
        left = tx.execute(_HERE.values(here=False), {"of": challenge_id, "who": person, "was": True})
        return left.rowcount == 1

    @reads
    def members(self, tx: Connection, challenge_id: ChallengeId) -> Sequence[Member]:
        return [as_member(row) for row in tx.execute(_MEMBERS, {"of": challenge_id})]

    @writes
    def name_me(self, tx: Connection, challenge_id: ChallengeId, person: MemberId, *, named: bool) -> bool:
        return tx.execute(_NAMED.values(named=named), {"of": challenge_id, "who": person}).rowcount == 1

    @writes
    def claim_telling(self, tx: Connection, challenge_id: ChallengeId, person: MemberId) -> bool:
        return tx.execute(_TOLD, {"of": challenge_id, "who": person}).rowcount == 1

    # what was before

    @reads
    def cards_played(self, tx: Connection, group_id: GroupId) -> Sequence[CardId]:
        return [CardId(card_id) for card_id in tx.execute(_PLAYED, {"of": group_id}).scalars()]

    @reads
    def levels(self, tx: Connection, challenge: Challenge) -> dict[MemberId, Level]:
        rows = tx.execute(_LEVELS, {"of": challenge.group.id, "before": challenge.id})
        return {MemberId(person): Level(right, all_) for person, right, all_ in rows}


def add_member(tx: Connection, challenge_id: ChallengeId, member: Member, *, at: datetime) -> bool:
    """Add somebody, or take them back; False if they are in it already."""
    here = tx.execute(_IS_HERE, {"of": challenge_id, "who": member.person}).scalar_one_or_none()
    if here:
        return False
    if here is not None:
        back = tx.execute(_HERE.values(here=True), {"of": challenge_id, "who": member.person, "was": False})
        return back.rowcount == 1
    agreed = tx.execute(_AGREED, {"who": member.person, "before": challenge_id}).scalar_one_or_none()
    row = {
        "challenge_id": challenge_id,
        "person_id": member.person,
        "name": member.name,
        "here": True,
        "joined_at": at,
        "told": False,
        "named": bool(agreed),
    }
    return tx.execute(_ADD_MEMBER[tx.dialect.name], row).rowcount == 1


def forget_person(tx: Connection, person: int) -> None:
    """Take somebody out of every challenge and board: their names, what they voted, said and earned."""
    for table in (members, votes, takes, doors, namings, earnings):
        tx.execute(delete(table).where(table.c.person_id == person))
    tx.execute(update(challenges).where(challenges.c.moderator_id == person).values(moderator_id=NOBODY))


def as_member(row: Row[Any]) -> Member:
    return Member(MemberId(row.person_id), row.name, row.here, row.named)


def as_challenge(row: Row[Any]) -> Challenge:
    return Challenge(
        id=ChallengeId(row.id),
        group=group_in(row),
        thread_id=row.thread_id,
        rules=rules_in(row),
        stage=Stage(row.stage),
        moderator=MemberId(row.moderator_id),
        created_at=row.created_at,
        plan=tuple(map(CardId, row.plan)),
        message_id=row.message_id,
        end_message_id=row.end_message_id,
        wakes_at=row.wakes_at,
        tries=row.tries,
    )
