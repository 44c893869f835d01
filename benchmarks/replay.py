"""How long it takes to rebuild every memory from the reviews, bit for bit, beside only reading the log.

    python -m benchmarks.replay [REVIEWS]

The reviews are of learners who never were (benchmarks/_lives.py): a thousand reviews each, half of the learners under
SM-2, half under FSRS-6, a fifth of their due days evened out. The peer reads the same columns of the same reviews
through `sqlite3` and does nothing with them.
"""

import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks._command import arguments, tell
from benchmarks._lives import items, live
from benchmarks._row import Peer, compared, seen
from studybot.core.schedule import SchedulerName
from studybot.schedulers import SCHEDULERS
from studybot.store.replay import Replay, replay

MILLION = 1_000_000
REVIEWS_EACH = 1_000
AT_MOST_SECONDS = 60
LAST_BIT = 2.0**-52


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("reviews", nargs="?", type=int, default=MILLION, metavar="REVIEWS")
    given = parser.parse_args()
    reviews = min(given.reviews, 20_000) if given.quick else given.reviews
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lives.db"
        live(file, learners=reviews // REVIEWS_EACH, reviews=reviews, cards=items(400), schedulers=tuple(SchedulerName))
        reading = read(file)
        began = time.perf_counter()
        found = replay(f"sqlite:///{file}", SCHEDULERS)
        seconds = time.perf_counter() - began
        check(found, reviews, differing=0)
        tamper(file)
        check(replay(f"sqlite:///{file}", SCHEDULERS), reviews, differing=2)
    print(f"{found.memories:,} memories are the same bit for bit; two that were tampered with are found")
    tell(
        [
            compared(f"{reviews:,} reviews replayed", seconds, "s", Peer("only read", reading)),
            seen("at that pace, a million", seconds * MILLION / reviews, "s", at_most=AT_MOST_SECONDS),
        ],
        given,
    )


def read(file: Path) -> float:
    """Return the seconds it takes to read what a replay reads."""
    query = (
        "SELECT learner_id, card_id, day, grade, json_extract(before, '$.due_on'), json_extract(after, '$.due_on'),"
        " json_extract(after, '$.interval_days'), json_extract(after, '$.reviewed_on') FROM reviews ORDER BY id"
    )
    began = time.perf_counter()
    with closing(sqlite3.connect(file)) as connection:
        for _ in connection.execute(query):
            pass
    return time.perf_counter() - began


def tamper(file: Path) -> None:
    """Change two memories as little as can be: a due day by one, a stability by its last bit."""
    with closing(sqlite3.connect(file)) as connection:
        changed = [
            connection.execute(f"UPDATE memories SET {change} WHERE (learner_id, card_id) IN"
                               f" (SELECT learner_id, card_id FROM memories WHERE {where} LIMIT 1)").rowcount
            for change, where in (
                ("due_on = date(due_on, '+1 day')", "stability IS NULL"),
                (f"stability = stability * (1 + {LAST_BIT!r})", "stability IS NOT NULL"),
            )
        ]  # fmt: skip
        connection.commit()
    assert changed == [1, 1], changed


def check(found: Replay, reviews: int, *, differing: int) -> None:
    if (found.reviews, len(found.differences)) != (reviews, differing):
        sys.exit(f"{found.reviews} reviews, {len(found.differences)} differences: {found.differences[:3]}")


if __name__ == "__main__":
    main()
