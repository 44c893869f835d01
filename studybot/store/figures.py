"""Figures about learners, for whoever looks after the bot: counts and dates, no names, no answers."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, false, func, select, true

from studybot.core.learner import LearnerId
from studybot.core.phrase import Phrase
from studybot.errors import StoreError
from studybot.store.engine import opened, read_only
from studybot.store.reviews import counts
from studybot.store.tables import learners, memories, reviews
from studybot.store.upgrade import check_version

DUE_DAYS = 14
"""How many of the coming due days are listed."""


@dataclass(frozen=True, slots=True)
class LearnerFigures:
    """`reviews` leaves drills out, and so does `right`, which counts those that were right."""

    id: LearnerId
    language: str
    zone: str
    remind_at: str
    scheduler: str
    reachable: bool
    next_reminder_at: datetime
    cards: int
    reviews: int
    right: int
    lapses: int
    last_day: date | None


@dataclass(frozen=True, slots=True)
class DueDay:
    day: date
    cards: int


def all_figures(url: str) -> list[LearnerFigures]:
    """Return the figures of every learner, by id."""
    check_version(url)
    with opened(url) as engine, read_only(engine).begin() as tx:
        return _figures(tx)


def figures_of(url: str, learner_id: LearnerId) -> tuple[LearnerFigures, list[DueDay]]:
    """Return one learner's figures and the first due days. Raises StoreError if there is no such learner."""
    check_version(url)
    with opened(url) as engine, read_only(engine).begin() as tx:
        found = _figures(tx, learners.c.id == learner_id)
        if not found:
            raise StoreError(
                Phrase(
                    "there is no learner {learner_id}; `studybot learners list` shows who there is",
                    learner_id=learner_id,
                )
            )
        return found[0], _due_days(tx, learner_id)


def _figures(tx: Connection, *only: Any) -> list[LearnerFigures]:
    known = (
        select(
            memories.c.learner_id,
            func.count().label("cards"),
            func.sum(memories.c.lapses).label("lapses"),
        )
        .group_by(memories.c.learner_id)
        .subquery()
    )
    answered = (
        select(
            reviews.c.learner_id,
            func.count().label("reviews"),
            func.count().filter(reviews.c.right == true()).label("right"),
            func.max(reviews.c.day).label("last_day"),
        )
        .where(reviews.c.drill == false(), counts)
        .group_by(reviews.c.learner_id)
        .subquery()
    )
    query = (
        select(learners, known.c.cards, known.c.lapses, answered.c.reviews, answered.c.right, answered.c.last_day)
        .outerjoin(known, known.c.learner_id == learners.c.id)
        .outerjoin(answered, answered.c.learner_id == learners.c.id)
        .where(*only)
        .order_by(learners.c.id)
    )
    return [
        LearnerFigures(
            id=LearnerId(row.id),
            language=row.language,
            zone=row.zone,
            remind_at=f"{row.remind_at:%H:%M}",
            scheduler=row.scheduler,
            reachable=row.reachable,
            next_reminder_at=row.next_reminder_at,
            cards=row.cards or 0,
            reviews=row.reviews or 0,
            right=row.right or 0,
            lapses=row.lapses or 0,
            last_day=row.last_day,
        )
        for row in tx.execute(query)
    ]


def _due_days(tx: Connection, learner_id: LearnerId) -> list[DueDay]:
    query = (
        select(memories.c.due_on, func.count().label("cards"))
        .where(memories.c.learner_id == learner_id)
        .group_by(memories.c.due_on)
        .order_by(memories.c.due_on)
        .limit(DUE_DAYS)
    )
    return [DueDay(row.due_on, row.cards) for row in tx.execute(query)]
