"""What a thousand, ten thousand and a hundred thousand learners cost: PostgreSQL and SQLite, side by side.

    python -m benchmarks.growth [LEARNERS ...]

Both run on this machine, in the same rounds, so that what else it does slows both alike. The server is one of its own
on a Unix socket, with the disk waited for as by default. What is compared: the ratio between the two, and how each
grows. A round does, for learners drawn at random, what the bot does for each: look at what is due, begin a quiz, ask a
card, save the answer; and take in an update and finish it.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import psycopg

from benchmarks._command import arguments, tell
from benchmarks._row import Peer, Row, compared, not_measured, seen
from studybot.core.card import CardId, Revision
from studybot.core.learner import LearnerId
from studybot.core.quiz import Asked
from studybot.core.review import Review
from studybot.core.run import RunResult, RunStatus
from studybot.core.schedule import Grade
from studybot.core.sm2 import Sm2
from studybot.store import SqlStore
from studybot.store.upgrade import upgrade
from tests import postgresql

DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 0, 30, tzinfo=UTC)
CARDS_PER_LEARNER = 20
DUE_PER_LEARNER = 5
AT_ONCE = 8
ROUND, ROUNDS = 150, 3
LEFT_BEHIND = 600
SM2 = Sm2()
RUN = RunResult(RunStatus.OK, stdout="", value=[36.0, 81.0], wall_ms=20.0, torch_version="2.13.0")

LEARNER_COLUMNS = (
    "id, chat_id, language, zone, remind_at, new_per_day, reviews_per_day, reachable, next_reminder_at, scheduler, "
    "weekdays, spread"
)
MEMORY_COLUMNS = "learner_id, card_id, repetitions, easiness, interval_days, due_on, reviewed_on, lapses, drilling"


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("learners", nargs="*", type=int, default=[1_000, 10_000, 100_000], metavar="LEARNERS")
    given = parser.parse_args()
    sizes = [size for size in given.learners if size <= 10_000] if given.quick else given.learners
    postgresql.QUICK = tuple(each for each in postgresql.QUICK if each.startswith(("max_", "shared_")))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        sides = []
        for size in sizes:
            file = Path(folder) / f"{size}.db"
            sides.append(Side("SQLite", size, sqlite_of(file, size), partial(bytes_of_file, file)))
        if postgresql.find_programs() is not None:
            server = stack.enter_context(postgresql.running_server())
            for size in sizes:
                url = postgresql_of(server, size)
                sides.append(Side("PostgreSQL", size, url, partial(bytes_of_database, server, url)))
        asyncio.run(measure(sides))
    tell(rows_of(sides, sizes), given)


class Side:
    def __init__(self, name: str, size: int, url: str, bytes_used: Callable[[], int]) -> None:
        self.name = name
        self.size = size
        self.store = SqlStore(url)
        self.bytes_used = bytes_used
        self.dice = Random(7)
        self.asked = set[int]()
        self.updates = 0
        self.best: dict[str, float] = {}
        self.bytes_left: dict[str, float] = {}

    async def round(self) -> None:
        await self._timed("the due queue", self._due, 1)
        await self._timed("an answer", self._answer, 1)
        await self._timed("eight answers at once", self._answer, AT_ONCE)
        await self._timed("an update in and out", self._update, 1)
        await self._timed("the tick, nobody due", self._tick, 1)

    async def leave_behind(self) -> None:
        """Note how many bytes more the database has after some answers, and after some updates."""
        for what, work in (("an answer", self._answer), ("an update", self._update)):
            before = self.bytes_used()
            for _ in range(LEFT_BEHIND):
                await work()
            self.bytes_left[what] = (self.bytes_used() - before) / LEFT_BEHIND

    async def _timed(self, what: str, work: Callable[[], Awaitable[None]], at_once: int) -> None:
        async def some() -> None:
            for _ in range(ROUND // at_once):
                await work()

        begun = time.perf_counter()
        await asyncio.gather(*(some() for _ in range(at_once)))
        taken = (time.perf_counter() - begun) / (ROUND // at_once * at_once)
        self.best[what] = min(taken, self.best.get(what, taken))

    def _somebody(self) -> LearnerId:
        """Return a learner who has not answered today."""
        while (number := self.dice.randrange(1, self.size + 1)) in self.asked:
            pass
        self.asked.add(number)
        return LearnerId(number)

    async def _due(self) -> None:
        due = await self.store.due_memories(LearnerId(self.dice.randrange(1, self.size + 1)), on=DAY)
        assert len(due) in (DUE_PER_LEARNER, DUE_PER_LEARNER - 1)

    async def _answer(self) -> None:
        """Begin a quiz, ask its first card and save the answer: five transactions."""
        if len(self.asked) > self.size * 0.9:
            self.asked.clear()
            raise RuntimeError("too few learners for so many rounds")
        learner = self._somebody()
        quiz = await self.store.begin_quiz(learner, DAY, [CardId("card-0")], at=NOW)
        planned = await self.store.next_showing(quiz.id)
        assert planned is not None
        showing = await self.store.save_asked(planned.id, Asked(Revision("r1"), 7, RUN, NOW))
        before = await self.store.memory_of(learner, showing.card_id)
        self.updates += 1
        review = Review(
            showing_id=showing.id, learner_id=learner, card_id=showing.card_id, kind="predict", revision=Revision("r1"),
            seed=7, torch_version="2.13.0", at=NOW, day=DAY, grade=Grade.GOOD, right=True, latency_ms=9_000, attempts=1,
            hints=0, gave_up=False, drill=False, scheduler="sm2", before=before,
            after=SM2.review(before, Grade.GOOD, on=DAY),
        )  # fmt: skip
        assert await self.store.save_review(review, "[36, 81]", update_id=self.updates)

    async def _update(self) -> None:
        self.updates += 1
        number = 10_000_000 + self.updates
        await self.store.receive([{"update_id": number, "message": {"text": "[36, 81]"}}], at=NOW, chats=[number])
        await self.store.finish_updates([number])

    async def _tick(self) -> None:
        assert not await self.store.learners_to_remind(NOW)


async def measure(sides: list[Side]) -> None:
    for _ in range(ROUNDS):
        for side in sides:
            await side.round()
    largest = max(side.size for side in sides)
    for side in sides:
        if side.size == largest >= 10 * LEFT_BEHIND:  # an answer is somebody's first today
            await side.leave_behind()
    for side in sides:
        await side.store.close()


def rows_of(sides: list[Side], sizes: list[int]) -> list[Row]:
    lite = {side.size: side for side in sides if side.name == "SQLite"}
    server = {side.size: side for side in sides if side.name == "PostgreSQL"}
    first, last = sizes[0], sizes[-1]
    rows = []
    for what in lite[first].best:
        for size in sizes:
            ours = lite[size].best[what] * 1e6
            if size in server:
                theirs, name = server[size].best[what] * 1e6, f"{what}, PostgreSQL, {size:,} learners"
                rows.append(compared(name, theirs, "us", Peer("SQLite", ours)))
            else:
                rows.append(seen(f"{what}, SQLite, {size:,} learners", ours, "us"))
        for name, side, at_most in (("SQLite", lite, 1.5), ("PostgreSQL", server, 2)):
            if side and first != last:
                few, many = side[first].best[what] * 1e6, side[last].best[what] * 1e6
                grown = f"{what}, {name}, {last:,} beside {first:,}"
                rows.append(compared(grown, many, "us", Peer(f"{first:,} learners", few), at_most=at_most))
    rows += [
        seen(f"{what} leaves on the disk, {side.name}", each, "bytes")
        for side in sides
        for what, each in side.bytes_left.items()
    ]
    return rows if server else [*rows, not_measured("PostgreSQL", "`bash .ci/setup-postgresql` installs it")]


def learner_rows(size: int) -> Iterator[tuple[object, ...]]:
    for number in range(1, size + 1):
        at = NOW + timedelta(hours=1, seconds=number % 80_000)
        yield (number, number, "ko", "Asia/Seoul", "09:00:00", 5, 40, True, at, "sm2", "0123456", False)


def memory_rows(size: int) -> Iterator[tuple[object, ...]]:
    for number in range(1, size + 1):
        for card in range(CARDS_PER_LEARNER):
            due = DAY if card < DUE_PER_LEARNER else DAY + timedelta(days=card)
            yield (number, f"card-{card}", 2, 250, 6, due, DAY - timedelta(days=6), 0, False)


def sqlite_of(file: Path, size: int) -> str:
    url = f"sqlite:///{file}"
    upgrade(url)
    with closing(sqlite3.connect(file)) as raw:
        for table, columns, rows in (
            ("learners", LEARNER_COLUMNS, learner_rows(size)),
            ("memories", MEMORY_COLUMNS, memory_rows(size)),
        ):
            places = ", ".join("?" * (columns.count(",") + 1))
            for batch in batches(rows):
                plain = [tuple(map(_as_sqlite, row)) for row in batch]
                raw.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", plain)
        raw.commit()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return url


def _as_sqlite(value: object) -> object:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if value == "09:00:00":
        return "09:00:00.000000"
    return value.isoformat() if isinstance(value, date) else value


def postgresql_of(server: postgresql.Server, size: int) -> str:
    name = server.new_database()
    url = server.url(name)
    upgrade(url)
    with server.connect(name) as raw:
        for table, columns, rows in (
            ("learners", LEARNER_COLUMNS, learner_rows(size)),
            ("memories", MEMORY_COLUMNS, memory_rows(size)),
        ):
            _copy(raw, f"COPY {table} ({columns}) FROM STDIN", rows)
        raw.execute("VACUUM ANALYZE")
    return url


def _copy(raw: psycopg.Connection, command: str, rows: Iterable[tuple[object, ...]]) -> None:
    with raw.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)


def bytes_of_file(file: Path) -> int:
    with closing(sqlite3.connect(file)) as raw:
        return int(raw.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()[0])


def bytes_of_database(server: postgresql.Server, url: str) -> int:
    """Return the bytes of all tables with their indexes."""
    name = urlsplit(url).path.lstrip("/")
    with server.connect(name) as raw:
        found = raw.execute("SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'").fetchone()
        assert found is not None
        return int(found[0])


def batches(rows: Iterator[tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    while batch := list(islice(rows, 10_000)):
        yield batch


if __name__ == "__main__":
    main()
