"""Rounds of a challenge: what was asked, what is shown, and how they go on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from studybot.core.ballot import Follow, MemberId
from studybot.core.card import CardId, Revision
from studybot.core.challenge import ChallengeId, Round, RoundId, Step
from studybot.core.quiz import Asked
from studybot.core.run import RunResult
from studybot.store.group_tables import challenges, doors, polls, rounds
from studybot.store.transactions import Transactions, or_nothing, or_replace, reads, writes

_ROUND = select(rounds).where(rounds.c.id == bindparam("of"))
_LOCKED = _ROUND.with_for_update()
_OF_CHALLENGE = select(rounds).where(rounds.c.challenge_id == bindparam("of")).order_by(rounds.c.position)
_AT = _OF_CHALLENGE.where(rounds.c.position == bindparam("at"))
_BEGIN = or_nothing(rounds)
_CHANGE = update(rounds).where(rounds.c.id == bindparam("of"))
_WAKE = update(challenges).where(challenges.c.id == bindparam("of"), challenges.c.open_in.is_not(None))
_DOOR = (
    select(rounds)
    .join(doors, doors.c.round_id == rounds.c.id)
    .where(doors.c.person_id == bindparam("who"), rounds.c.step == Step.VOTE.value)
)
_OF_POLL = select(rounds).join(polls, polls.c.round_id == rounds.c.id).where(polls.c.poll_id == bindparam("of"))
_FORGET_POLL = delete(polls).where(polls.c.round_id == bindparam("of"))


class Rounds(Transactions):
    @writes
    def begin_round(
        self, tx: Connection, challenge_id: ChallengeId, position: int, card_id: CardId, asked: Asked
    ) -> Round:
        columns = {
            "challenge_id": challenge_id,
            "position": position,
            "card_id": card_id,
            "revision": asked.revision,
            "seed": asked.seed,
            "run": asked.run.to_record(),
            "asked_at": asked.at,
            "step": Step.VOTE.value,
            "afters": [None],
            "shown": 0,
            "operations": 0,
            "noted": False,
        }
        tx.execute(_BEGIN[tx.dialect.name], columns)
        tx.execute(_WAKE.values(tries=0), {"of": challenge_id})
        return as_round(tx.execute(_AT, {"of": challenge_id, "at": position}).one())

    @reads
    def round(self, tx: Connection, round_id: RoundId) -> Round | None:
        row = tx.execute(_ROUND, {"of": round_id}).one_or_none()
        return as_round(row) if row else None

    @reads
    def rounds_of(self, tx: Connection, challenge_id: ChallengeId) -> Sequence[Round]:
        return [as_round(row) for row in tx.execute(_OF_CHALLENGE, {"of": challenge_id})]

    @writes
    def save_ballot_shown(
        self, tx: Connection, round_id: RoundId, ballot: int, message_id: int, *, at: datetime, until: datetime
    ) -> None:
        row = tx.execute(_LOCKED, {"of": round_id}).one()
        if row.step == Step.VOTE and row.shown == ballot:
            shown = {"shown": ballot + 1, "shown_at": at}
            tx.execute(_CHANGE.values(message_id=message_id, **shown), {"of": round_id})
            tx.execute(_WAKE.values(wakes_at=until), {"of": row.challenge_id})

    @writes
    def close_ballot(self, tx: Connection, round_id: RoundId, ballot: int, follow: Follow, *, at: datetime) -> bool:
        row = tx.execute(_LOCKED, {"of": round_id}).one_or_none()
        if row is None or row.step != Step.VOTE or len(row.afters) - 1 != ballot:
            return False
        changed: dict[str, Any] = {"step": Step.EVIDENCE.value}
        if follow is not Follow.EXPLAIN:
            changed = {"afters": [*row.afters, follow.value]}
        tx.execute(_CHANGE.values(**changed), {"of": round_id})
        tx.execute(_WAKE.values(wakes_at=at), {"of": row.challenge_id})
        return True

    @writes
    def save_evidence_shown(self, tx: Connection, round_id: RoundId, message_id: int, *, until: datetime) -> None:
        row = tx.execute(_LOCKED, {"of": round_id}).one()
        tx.execute(_CHANGE.values(evidence_id=message_id), {"of": round_id})
        tx.execute(_WAKE.values(wakes_at=until), {"of": row.challenge_id})

    @writes
    def finish_round(self, tx: Connection, round_id: RoundId, *, at: datetime) -> bool:
        row = tx.execute(_LOCKED, {"of": round_id}).one_or_none()
        if row is None or row.step != Step.EVIDENCE:
            return False
        tx.execute(_CHANGE.values(step=Step.DONE.value), {"of": round_id})
        tx.execute(_WAKE.values(wakes_at=at), {"of": row.challenge_id})
        return True

    @writes
    def save_question_message(self, tx: Connection, round_id: RoundId, message_id: int) -> None:
        tx.execute(_CHANGE.values(message_id=message_id), {"of": round_id})

    @writes
    def save_poll(self, tx: Connection, round_id: RoundId, poll_id: str) -> None:
        tx.execute(_FORGET_POLL, {"of": round_id})
        tx.execute(insert(polls), {"poll_id": poll_id, "round_id": round_id})

    @reads
    def round_of_poll(self, tx: Connection, poll_id: str) -> Round | None:
        row = tx.execute(_OF_POLL, {"of": poll_id}).one_or_none()
        return as_round(row) if row else None

    @writes
    def count_operations(self, tx: Connection, round_id: RoundId, operations: int) -> None:
        tx.execute(_CHANGE.values(operations=rounds.c.operations + operations), {"of": round_id})

    @writes
    def mark_noted(self, tx: Connection, round_id: RoundId) -> None:
        tx.execute(_CHANGE.values(noted=True), {"of": round_id})

    @writes
    def open_door(self, tx: Connection, person: MemberId, round_id: RoundId) -> None:
        tx.execute(or_replace(doors)[tx.dialect.name], {"person_id": person, "round_id": round_id})

    @reads
    def door_of(self, tx: Connection, person: MemberId) -> Round | None:
        row = tx.execute(_DOOR, {"who": person}).one_or_none()
        return as_round(row) if row else None


def as_round(row: Row[Any]) -> Round:
    return Round(
        id=RoundId(row.id),
        challenge_id=ChallengeId(row.challenge_id),
        position=row.position,
        card_id=CardId(row.card_id),
        asked=Asked(Revision(row.revision), row.seed, RunResult.from_record(row.run), row.asked_at),
        step=Step(row.step),
        afters=tuple(None if after is None else Follow(after) for after in row.afters),
        shown=row.shown,
        shown_at=row.shown_at,
        message_id=row.message_id,
        evidence_id=row.evidence_id,
        operations=row.operations,
        noted=row.noted,
    )
