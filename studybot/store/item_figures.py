"""What the reviews tell of the cards: first answers, and what became of them later. No learner is named."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, false, func, null, select, true

from studybot.core.hold import LEECH_LAPSES
from studybot.core.items import FirstAnswer
from studybot.store.engine import opened
from studybot.store.reviews import counts
from studybot.store.tables import attempts, memories, proofs, reports, reviews
from studybot.store.upgrade import check_version

_is_first = and_(reviews.c.before.is_(null()), reviews.c.drill == false(), counts)
_FIRST = select(
    reviews.c.learner_id,
    reviews.c.card_id,
    reviews.c.showing_id,
    and_(reviews.c.right == true(), reviews.c.attempts == 1).label("right"),
    reviews.c.latency_ms,
    reviews.c.attempts,
    reviews.c.gave_up,
    reviews.c.text,
).where(_is_first)
_TRIED = (
    select(attempts.c.showing_id, attempts.c.text, func.min(attempts.c.update_id))
    .join(reviews, reviews.c.showing_id == attempts.c.showing_id)
    .where(_is_first)
    .group_by(attempts.c.showing_id)
)
_REVIEWS = select(reviews.c.card_id, func.count()).where(reviews.c.drill == false(), counts).group_by(reviews.c.card_id)
_MEMORIES = select(
    memories.c.card_id,
    func.sum(memories.c.lapses),
    func.sum(case((memories.c.lapses >= LEECH_LAPSES, 1), else_=0)),
).group_by(memories.c.card_id)
_REPORTS = select(reports.c.card_id, func.count()).where(reports.c.closed_at.is_(None)).group_by(reports.c.card_id)
_PROOFS = select(proofs.c.card_id, proofs.c.revision, proofs.c.status, proofs.c.proved_at).order_by(proofs.c.proved_at)


@dataclass(frozen=True, slots=True)
class LastProof:
    revision: str
    status: str
    at: datetime


@dataclass(slots=True)
class CardFigures:
    """`first` holds the first answers of all learners, `wrong` how often each wrong one was given."""

    first: list[FirstAnswer] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    reviews: int = 0
    lapses: int = 0
    leeches: int = 0
    open_reports: int = 0
    proof: LastProof | None = None


def card_figures(url: str) -> Mapping[str, CardFigures]:
    """Return the figures of every card that was ever asked, reported or proved, all as of one moment."""
    check_version(url)
    with opened(url) as engine, engine.execution_options(writes=False).begin() as tx:
        found: dict[str, CardFigures] = defaultdict(CardFigures)
        for card_id, answer in _first_answers(tx):
            found[card_id].first.append(answer)
            if not answer.right and answer.given:
                found[card_id].wrong[answer.given] += 1
        for card_id, number in tx.execute(_REVIEWS):
            found[card_id].reviews = number
        for card_id, lapses, leeches in tx.execute(_MEMORIES):
            found[card_id].lapses, found[card_id].leeches = int(lapses), int(leeches)
        for card_id, number in tx.execute(_REPORTS):
            found[card_id].open_reports = number
        for card_id, revision, status, at in tx.execute(_PROOFS):
            found[card_id].proof = LastProof(revision, status, at)
    return dict(found)


def _first_answers(tx: Connection) -> Iterator[tuple[str, FirstAnswer]]:
    rows = tx.execute(_FIRST).all()
    tried = {showing_id: text for showing_id, text, _ in tx.execute(_TRIED)}
    right: Counter[int] = Counter(row.learner_id for row in rows if row.right)
    answered: Counter[int] = Counter(row.learner_id for row in rows)
    for row in rows:
        others = answered[row.learner_id] - 1
        rest = (right[row.learner_id] - row.right) / others if others else None
        yield row.card_id, FirstAnswer(row.right, row.latency_ms / 1000, _given(row, tried), rest)


def _given(row: Any, tried: Mapping[int, str]) -> str:
    """Return the first thing that was answered: the latest stands in the review, those before it in the attempts."""
    return "" if row.gave_up and row.attempts == 1 else tried.get(row.showing_id, row.text)
