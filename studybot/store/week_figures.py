"""All learners together, week by week: no row of these figures is one person's."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sqlalchemy import Connection, and_, case, false, func, null, select, true

from studybot.core.hold import LEECH_LAPSES
from studybot.core.schedule import PASSING
from studybot.store.engine import opened, read_only
from studybot.store.reviews import counts
from studybot.store.tables import learners, memories, reviews
from studybot.store.upgrade import check_version

_was_due = and_(reviews.c.before.is_not(null()), reviews.c.drill == false())
_DAYS = (
    select(
        reviews.c.day,
        reviews.c.learner_id,
        func.count().label("answers"),
        func.sum(case((and_(reviews.c.drill == false(), reviews.c.right == true()), 1), else_=0)).label("right"),
        func.sum(case((reviews.c.drill == false(), 1), else_=0)).label("reviews"),
        func.sum(case((reviews.c.before.is_(null()), 1), else_=0)).label("new"),
        func.sum(case((_was_due, 1), else_=0)).label("due"),
        func.sum(case((and_(_was_due, reviews.c.grade >= PASSING.value), 1), else_=0)).label("remembered"),
    )
    .where(counts)
    .group_by(reviews.c.day, reviews.c.learner_id)
)
_KNOWN = select(
    func.count(), func.sum(memories.c.lapses), func.sum(case((memories.c.lapses >= LEECH_LAPSES, 1), else_=0))
).group_by(memories.c.learner_id)
_LEARNERS = select(func.count(), func.sum(case((learners.c.reachable == true(), 1), else_=0)))


@dataclass(frozen=True, slots=True)
class Week:
    """One week from its Monday on. `reviews` leaves drills out; `remembered` is of the `due`, those seen before."""

    monday: date
    learners: int
    days: int
    reviews: int
    right: int
    new: int
    due: int
    remembered: int


@dataclass(frozen=True, slots=True)
class Everybody:
    learners: int
    reachable: int
    cards: Sequence[int]
    lapses: int
    leeches: int
    weeks: Sequence[Week]

    @property
    def median_cards(self) -> float:
        return median(self.cards) if self.cards else 0.0


def everybody(url: str) -> Everybody:
    """Return the figures of all learners together, as of one moment."""
    check_version(url)
    with opened(url) as engine, read_only(engine).begin() as tx:
        number, reachable = tx.execute(_LEARNERS).one()
        known = tx.execute(_KNOWN).all()
        return Everybody(
            learners=number,
            reachable=int(reachable or 0),
            cards=sorted(cards for cards, _, _ in known),
            lapses=sum(int(lapses) for _, lapses, _ in known),
            leeches=sum(int(leeches) for _, _, leeches in known),
            weeks=_weeks(tx),
        )


def _weeks(tx: Connection) -> list[Week]:
    """Return the weeks from the first answer to the last one, those without answers, too."""
    found: dict[date, list[tuple[int, int, int, int, int, int]]] = defaultdict(list)
    for row in tx.execute(_DAYS):
        monday = row.day - timedelta(days=row.day.weekday())
        numbers = (int(row.reviews), int(row.right), int(row.new), int(row.due), int(row.remembered))
        found[monday].append((row.learner_id, *numbers))
    if not found:
        return []
    monday, weeks = min(found), []
    while monday <= max(found):
        rows = found.get(monday, [])
        sums = [sum(column) for column in list(zip(*rows, strict=True))[1:]] if rows else [0] * 5
        weeks.append(Week(monday, len({row[0] for row in rows}), len(rows), *sums))
        monday += timedelta(days=7)
    return weeks
