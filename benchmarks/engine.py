"""The due queue and an answer beside Anki's own engine, with as many cards, in turns.

    python -m benchmarks.engine [CARDS ...]

One learner knows so many cards, and some are due today. The due queue: find them, be it all of them (ours) or the first
with the counts (Anki). An answer: fetch the next card, schedule it by SM-2, and save. Anki's engine is Rust within the
process that asks, and one transaction; it waits for the disk, and once more is measured without. Ours is four
transactions, each in a worker thread and back to the event loop, and what was shown is stored as well; the disk is
waited for when an update arrives, before all this (docs/database.md).
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from statistics import median

from benchmarks._command import arguments, tell
from benchmarks._row import Peer, Row, compared, not_measured
from benchmarks.growth import RUN
from benchmarks.store import DAY, NOW, SM2, connected, fill
from studybot.core.card import Revision
from studybot.core.learner import LearnerId
from studybot.core.quiz import Asked, QuizId
from studybot.core.review import Review
from studybot.core.schedule import Grade
from studybot.store import SqlStore

PYTHON = Path(__file__).parent.parent / "var" / "peers" / "anki" / "bin" / "python"
LEARNER = LearnerId(1)
DUE = 240
ANSWERS = 40
MOST_FOR_QUEUE, MOST_SYNCED, MOST_UNSYNCED = 3, 5, 25
ROUNDS = 5


class Ours:
    def __init__(self, file: Path, cards: int) -> None:
        fill(file, learners=1, cards=0)
        learn(file, cards)
        self.store = SqlStore(f"sqlite:///{file}")
        self._updates = 0

    async def queue(self) -> float:
        began = time.perf_counter()
        assert await self.store.due_memories(LEARNER, on=DAY)
        return (time.perf_counter() - began) * 1e6

    async def begin(self) -> QuizId:
        due = await self.store.due_memories(LEARNER, on=DAY)
        return (await self.store.begin_quiz(LEARNER, DAY, list(due), at=NOW)).id

    async def answers(self, quiz: QuizId) -> float:
        """Return the mean of fetching the next card and saving its answer, in microseconds."""
        began = time.perf_counter()
        for _ in range(ANSWERS):
            await self._answer(quiz)
        return (time.perf_counter() - began) / ANSWERS * 1e6

    async def _answer(self, quiz: QuizId) -> None:
        planned = await self.store.next_showing(quiz)
        assert planned is not None
        showing = await self.store.save_asked(planned.id, Asked(Revision("r1"), 7, RUN, NOW))
        before = await self.store.memory_of(LEARNER, showing.card_id)
        self._updates += 1
        review = Review(
            showing_id=showing.id, learner_id=LEARNER, card_id=showing.card_id, kind="predict", revision=Revision("r1"),
            seed=7, torch_version="2.13.0", at=NOW, day=DAY, grade=Grade.GOOD, right=True, latency_ms=9_000, attempts=1,
            hints=0, gave_up=False, drill=False, scheduler="sm2", before=before,
            after=SM2.review(before, Grade.GOOD, on=DAY),
        )  # fmt: skip
        assert await self.store.save_review(review, "[36, 81]", update_id=self._updates)


class Anki:
    """Anki's engine in a process of its own Python, which takes its own time."""

    def __init__(self, process: asyncio.subprocess.Process, version: str) -> None:
        self._process = process
        self.version = version

    @classmethod
    @asynccontextmanager
    async def running(cls, file: Path, cards: int) -> AsyncIterator["Anki"]:
        script = Path(__file__).with_name("_anki_engine.py")
        process = await asyncio.create_subprocess_exec(
            PYTHON, script, file, str(cards), str(DUE), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield cls(process, (await process.stdout.readline()).decode().strip())
        finally:
            process.stdin.close()
            await process.wait()

    async def asked(self, line: str) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n".encode())
        return float(await self._process.stdout.readline())


def learn(file: Path, cards: int) -> None:
    """Let the learner know so many cards, the first of them due today."""
    yesterday = str(DAY - timedelta(days=6))
    with closing(connected(file)) as raw:
        raw.execute("BEGIN")
        raw.executemany(
            "INSERT INTO memories VALUES (1, ?, 2, 250, 6, ?, ?, 0, 0, NULL, NULL)",
            (
                (f"card-{card:06}", str(DAY if card < DUE else DAY + timedelta(days=1 + card % 30)), yesterday)
                for card in range(cards)
            ),
        )
        raw.execute("COMMIT")


async def measure(folder: Path, sizes: list[int], *, rounds: int) -> list[Row]:
    if not PYTHON.exists():
        why = "Anki is not installed: `make peers` installs it"
        return [
            not_measured(f"{what}, {size:,} cards", why) for what in ("the due queue", "an answer") for size in sizes
        ]
    rows = []
    for size in sizes:
        rows += await beside(folder, size, rounds=rounds)
    return rows


async def beside(folder: Path, size: int, *, rounds: int) -> list[Row]:
    """Measure both with so many cards: medians of the rounds, because how long a disk takes has no best."""
    ours = Ours(folder / f"{size}.db", size)
    queue: list[tuple[float, float]] = []
    answer: list[tuple[float, float, float]] = []
    async with Anki.running(folder / f"{size}.anki2", size) as anki:
        quiz = await ours.begin()
        for _ in range(rounds):
            for _ in range(3):
                pair = await ours.queue(), await anki.asked("queue")
                queue.append(pair)
            answer.append(
                (
                    await ours.answers(quiz),
                    await anki.asked(f"answer {ANSWERS // 2}"),
                    await anki.asked(f"answer {ANSWERS // 2} unsynced"),
                )
            )
    await ours.store.close()
    name = f"Anki {anki.version}"
    not_synced = f"{name}, unsynced"
    our_queue, their_queue = (median(each) for each in zip(*queue, strict=True))
    our_answer, their_answer, their_unsynced = (median(each) for each in zip(*answer, strict=True))
    return [
        compared(f"the due queue, {size:,} cards", our_queue, "us", Peer(name, their_queue), at_most=MOST_FOR_QUEUE),
        compared(f"an answer, {size:,} cards", our_answer, "us", Peer(name, their_answer), at_most=MOST_SYNCED),
        compared(
            f"an answer, {size:,} cards, both unsynced",
            our_answer,
            "us",
            Peer(not_synced, their_unsynced),
            at_most=MOST_UNSYNCED,
        ),
    ]


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("cards", nargs="*", type=int, default=[1_000, 100_000], metavar="CARDS")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(measure(Path(folder), given.cards, rounds=2 if given.quick else ROUNDS))
    tell(rows, given)


if __name__ == "__main__":
    main()
