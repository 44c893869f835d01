"""What the store costs, as a ratio to raw sqlite3 doing the same work on the same file.

    python -m benchmarks.store [MEMORIES ...]

Both sides commit every review on its own, with the same pragmas; ours also crosses to its worker thread and back.
"""

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks._command import arguments, tell
from benchmarks._row import Peer, Row, compared, seen
from studybot.core.card import CardId, Revision
from studybot.core.learner import LearnerId
from studybot.core.quiz import ShowingId
from studybot.core.review import Review
from studybot.core.schedule import Grade, Memory
from studybot.core.sm2 import Sm2
from studybot.store import SqlStore
from studybot.store.memories import to_record
from studybot.store.upgrade import upgrade

DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 0, 30, tzinfo=UTC)
CARDS_PER_LEARNER = 100
DUE_PER_LEARNER = 20
REVIEWS = 400
ROUNDS = 5
SM2 = Sm2()


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("memories", nargs="*", type=int, default=[1_000, 100_000], metavar="MEMORIES")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(measure(Path(folder), given.memories, rounds=2 if given.quick else ROUNDS))
        tick = asyncio.run(measure_tick(Path(folder) / "tick.db"))
    tell([*rows, seen("the minute tick, 10,000 learners, nobody due", tick / 1000, "ms", at_most=1)], given)


async def measure(folder: Path, sizes: list[int], *, rounds: int = ROUNDS) -> list[Row]:
    """Return the best round of each cost: sizes and sides take turns, so that a busy machine slows all alike."""
    sides = [Side(folder / f"{size}.db", size) for size in sizes]
    seen_in = [{side.memories: await side.round() for side in sides} for _ in range(rounds)]
    for side in sides:
        await side.close()
    best = {size: [min(costs) for costs in zip(*(each[size] for each in seen_in), strict=True)] for size in sizes}
    first, last = sizes[0], sizes[-1]
    rows = []
    for index, (what, at_most) in enumerate((("the due queue", 6), ("review and save", 8))):
        for size in sizes:
            ours, raw = best[size][2 * index : 2 * index + 2]
            rows.append(compared(f"{what}, {size:,} memories", ours, "us", Peer("raw", raw), at_most=at_most))
        if last != first:
            few, many = best[first][2 * index], best[last][2 * index]
            grown = f"{what}, {last:,} beside {first:,}"
            rows.append(compared(grown, many, "us", Peer(f"{first:,} memories", few), at_most=1.5))
    return rows


class Side:
    """One database and both ways to it."""

    def __init__(self, file: Path, memories: int) -> None:
        self.memories = memories
        self.learners = memories // CARDS_PER_LEARNER
        fill(file, learners=self.learners)
        self.store = SqlStore(f"sqlite:///{file}")
        self.raw = connected(file)
        self.plan = planned(self.raw, self.learners)

    async def round(self) -> tuple[float, float, float, float]:
        """Return microseconds: the due queue, ours and raw, then review and save, ours and raw."""
        some = [LearnerId(1 + n % self.learners) for n in range(300)]
        return (
            await microseconds(some, lambda each: self.store.due_memories(each, on=DAY)),
            await microseconds(some, lambda each: due_in(self.raw, each)),
            await microseconds(islice(self.plan, REVIEWS), lambda each: review_and_save(self.store, each)),
            await microseconds(islice(self.plan, REVIEWS), lambda each: review_and_save_raw(self.raw, each)),
        )

    async def close(self) -> None:
        await self.store.close()
        self.raw.close()


async def measure_tick(file: Path) -> float:
    fill(file, learners=10_000, cards=0)
    store = SqlStore(f"sqlite:///{file}")
    cost = min([await microseconds(range(100), lambda _: store.learners_to_remind(NOW)) for _ in range(ROUNDS)])
    await store.close()
    return cost


async def microseconds(items: Iterable[Any], call: Callable[[Any], Awaitable[object]]) -> float:
    """Return the mean time of a call, in microseconds."""
    items = list(items)
    start = time.perf_counter()
    for item in items:
        await call(item)
    return (time.perf_counter() - start) / len(items) * 1e6


# the same work, ours and raw


def reviewed(showing_id: int, learner_id: int, card_id: str, before: Memory) -> Review:
    return Review(
        showing_id=ShowingId(showing_id),
        learner_id=LearnerId(learner_id),
        card_id=CardId(card_id),
        kind="predict",
        revision=Revision("r1"),
        seed=7,
        torch_version="2.13.0+cpu",
        at=NOW,
        day=DAY,
        grade=Grade.GOOD,
        right=True,
        latency_ms=18_000,
        attempts=1,
        hints=0,
        gave_up=False,
        drill=False,
        scheduler="sm2",
        before=before,
        after=SM2.review(before, Grade.GOOD, on=DAY),
    )


async def review_and_save(store: SqlStore, due: tuple[int, int, str, Memory]) -> None:
    review = reviewed(*due)
    if not await store.save_review(review, "[36, 81]", update_id=review.showing_id):
        raise RuntimeError("a showing was settled before")


async def review_and_save_raw(raw: sqlite3.Connection, due: tuple[int, int, str, Memory]) -> None:
    review = reviewed(*due)
    key, after = (review.learner_id, review.card_id), review.after
    number = review.showing_id
    raw.execute("BEGIN IMMEDIATE")
    raw.execute(
        "SELECT s.settled, m.* FROM showings s LEFT JOIN memories m USING (learner_id, card_id) WHERE s.id = ?",
        (number,),
    ).fetchone()
    for table in ("attempts", "hints", "reviews"):
        raw.execute(f"SELECT 1 FROM {table} WHERE update_id = ?", (number,)).fetchone()
    raw.execute(
        "INSERT INTO reviews VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number, number, *key, review.kind, review.revision, review.seed, review.torch_version,
            review.at.isoformat(), review.day.isoformat(), "[36, 81]", True, review.grade.value, review.latency_ms,
            1, 0, False, False, "sm2", json.dumps(to_record(due[3])), json.dumps(to_record(after)),
        ),
    )  # fmt: skip
    raw.execute(
        "REPLACE INTO memories VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
        (
            *key, after.repetitions, after.easiness, after.interval_days, after.due_on.isoformat(),
            after.reviewed_on.isoformat(), after.lapses, after.drilling,
        ),
    )  # fmt: skip
    raw.execute("UPDATE showings SET settled = 1, grade = ?, attempts = 1 WHERE id = ?", (review.grade.value, number))
    raw.execute("COMMIT")


async def due_in(raw: sqlite3.Connection, learner_id: LearnerId) -> dict[CardId, Memory]:
    rows = raw.execute(
        "SELECT card_id, repetitions, easiness, interval_days, due_on, reviewed_on, lapses, drilling,"
        " stability, difficulty FROM memories"
        " WHERE learner_id = ? AND due_on <= ? ORDER BY due_on, card_id",
        (learner_id, DAY.isoformat()),
    )
    return {
        CardId(card): Memory(
            n, ef, days, date.fromisoformat(due), date.fromisoformat(last), lapses, bool(drilling), *strength
        )
        for card, n, ef, days, due, last, lapses, drilling, *strength in rows
    }


# a past for everybody


def connected(file: Path) -> sqlite3.Connection:
    raw = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        raw.execute(f"PRAGMA {pragma}")
    return raw


def fill(file: Path, *, learners: int, cards: int = CARDS_PER_LEARNER) -> None:
    """Make a database whose learners know `cards` cards each, `DUE_PER_LEARNER` of them due."""
    upgrade(f"sqlite:///{file}")
    yesterday, tomorrow = str(DAY - timedelta(days=1)), str(DAY + timedelta(days=1))
    with closing(connected(file)) as raw:
        raw.execute("BEGIN")
        raw.executemany(
            "INSERT INTO learners (id, chat_id, language, zone, remind_at, new_per_day, reviews_per_day, reachable,"
            " next_reminder_at) VALUES (?, ?, 'ko', 'Asia/Seoul', '09:00:00.000000', 5, 40, 1, ?)",
            ((n, n, f"{tomorrow} 00:00:00.000000") for n in range(1, learners + 1)),
        )
        raw.executemany(
            "INSERT INTO memories VALUES (?, ?, 2, 250, 6, ?, ?, 0, 0, NULL, NULL)",
            (
                (n, f"card-{card:03}", str(DAY) if card < DUE_PER_LEARNER else tomorrow, yesterday)
                for n in range(1, learners + 1)
                for card in range(cards)
            ),
        )
        raw.execute("COMMIT")


def planned(raw: sqlite3.Connection, learners: int) -> Iterator[tuple[int, int, str, Memory]]:
    """Yield showing, learner, card and memory of one due card after another, planning them as they are taken."""
    before = Memory(2, 250, 6, due_on=DAY, reviewed_on=DAY - timedelta(days=1))
    number = 0
    while True:
        raw.execute("BEGIN")
        batch = []
        for _ in range(REVIEWS):
            number += 1
            # Other cards than the due ones, so that the due queue stays as long as it is.
            card = f"card-{DUE_PER_LEARNER + number // learners % (CARDS_PER_LEARNER - DUE_PER_LEARNER):03}"
            learner = 1 + number % learners
            raw.execute("INSERT OR IGNORE INTO quizzes VALUES (?, ?, ?, ?)", (learner, learner, str(DAY), str(NOW)))
            raw.execute(
                "INSERT INTO showings (id, quiz_id, learner_id, card_id, position, drill, attempts, hints, settled)"
                " VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0)",
                (number, learner, learner, card, number),
            )
            raw.execute(
                "REPLACE INTO memories VALUES (?, ?, 2, 250, 6, ?, ?, 0, 0, NULL, NULL)",
                (learner, card, str(before.due_on), str(before.reviewed_on)),
            )
            batch.append((number, learner, card, before))
        raw.execute("COMMIT")
        yield from batch


if __name__ == "__main__":
    main()
