"""Learners who never were: whole years of reviews, written straight into a database as the bot would have left them.

A learner has a skill and a card a difficulty; who is right is drawn from both and from how long ago the card was
seen, by seeded dice: the same arguments make the same database, byte for byte but for SQLite's own counters.
"""

import heapq
import json
import math
import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from studybot.core.fuzz import as_logged
from studybot.core.schedule import Grade, Memory, SchedulerName
from studybot.schedulers import SCHEDULERS
from studybot.store.memories import to_record
from studybot.store.upgrade import upgrade

START = date(2020, 1, 6)
NEW_PER_DAY = 5
MOST_PER_DAY = 60
BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Item:
    """`guess` is the chance of a lucky hit; `discriminates` is how much skill matters."""

    card_id: str
    difficulty: float
    discriminates: float = 1.0
    guess: float = 0.1
    options: int = 0


def items(count: int, *, seed: int = 1) -> list[Item]:
    """Return cards of all difficulties."""
    dice = random.Random(seed)
    return [Item(f"card-{number:04}", dice.gauss(0, 1), dice.uniform(0.5, 1.5)) for number in range(count)]


def live(
    file: Path,
    *,
    learners: int,
    reviews: int,
    cards: list[Item],
    schedulers: tuple[SchedulerName, ...] = (SchedulerName.SM2,),
    seed: int = 1,
) -> int:
    """Fill a new database with so many reviews; return how many there are. Learners take `schedulers` in turn."""
    upgrade(f"sqlite:///{file}")
    made = 0
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute("BEGIN")
        for learner in range(1, learners + 1):
            name = schedulers[learner % len(schedulers)]
            made += _live_one(raw, learner, name, cards, reviews // learners, random.Random(f"{seed} {learner}"), made)
        raw.execute("COMMIT")
    return made


def _live_one(
    raw: sqlite3.Connection,
    learner: int,
    name: SchedulerName,
    cards: list[Item],
    quota: int,
    dice: random.Random,
    before: int,
) -> int:
    _insert(raw, "learners", [_learner(learner, name)])
    scheduler, skill = SCHEDULERS[name], dice.gauss(0, 1)
    by_id = {card.card_id: card for card in cards}
    unseen = [card.card_id for card in dice.sample(cards, len(cards))]
    memories: dict[str, Memory] = {}
    due: list[tuple[date, str]] = []
    quizzes: list[dict[str, Any]] = []
    showings: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    number, day = before, START
    while number - before < quota:
        today: list[str] = []
        while due and due[0][0] <= day and len(today) < MOST_PER_DAY:
            today.append(heapq.heappop(due)[1])
        today += [unseen.pop() for _ in range(min(NEW_PER_DAY, len(unseen)))]
        quiz_id = learner * 100_000 + (day - START).days
        if today:
            at = datetime.combine(day, time(0, 30), UTC)
            quizzes.append({"id": quiz_id, "learner_id": learner, "day": str(day), "begun_at": _moment(at)})
        position = 0
        while today and number - before < quota:
            card_id = today.pop(0)
            memory = memories.get(card_id)
            drill = memory is not None and memory.is_drilled(day)
            right = _is_right(by_id[card_id], skill, memory, day, dice)
            grade = dice.choice(
                (Grade.GOOD, Grade.GOOD, Grade.EASY, Grade.HARD) if right else (Grade(0), Grade(1), Grade(2))
            )
            after = scheduler.review(memory, grade, on=day)
            if not drill and after.interval_days > 2 and dice.random() < 0.2:  # evened out within the bounds
                after = as_logged(after, _moved(after, dice))
            number += 1
            moment = datetime.combine(day, time(0, 30), UTC) + timedelta(seconds=40 * position)
            shown = _showing(number, quiz_id, learner, card_id, position, grade, moment, drill=drill)
            showings.append(shown)
            latency = round(dice.lognormvariate(9.8, 0.6))
            rows.append(
                _review(shown, day, moment, grade, latency, name, memory, after, _text(by_id[card_id], right, dice))
            )
            memories[card_id] = after
            position += 1
            if after.is_drilled(day):
                today.append(card_id)
            else:
                heapq.heappush(due, (after.due_on, card_id))
        day += timedelta(days=1)
    for table, made in (("quizzes", quizzes), ("showings", showings), ("reviews", rows)):
        _insert(raw, table, made)
    _insert(raw, "memories", [_memory(learner, card_id, memory) for card_id, memory in memories.items()])
    return number - before


def _is_right(card: Item, skill: float, memory: Memory | None, day: date, dice: random.Random) -> bool:
    known = 0.0 if memory is None else 1.5 - 0.4 * (day - memory.reviewed_on).days / max(1, memory.interval_days)
    strength = card.discriminates * (skill - card.difficulty) + known
    return dice.random() < card.guess + (1 - card.guess) / (1 + math.exp(-strength))


def _moved(memory: Memory, dice: random.Random) -> Memory:
    from dataclasses import replace

    return replace(memory, due_on=memory.due_on + timedelta(days=dice.choice((-1, 1))))


def _text(card: Item, right: bool, dice: random.Random) -> str:
    if not card.options:
        return "42" if right else str(dice.randint(0, 9))
    return "0" if right else str(min(card.options - 1, 1 + int(dice.expovariate(1.2))))


def _learner(learner: int, name: SchedulerName) -> dict[str, Any]:
    return {
        "id": learner, "chat_id": learner, "language": "ko", "zone": "Asia/Seoul", "remind_at": "09:00:00.000000",
        "new_per_day": NEW_PER_DAY, "reviews_per_day": MOST_PER_DAY, "reachable": 1,
        "next_reminder_at": "2030-01-01 00:00:00.000000", "scheduler": name.value,
    }  # fmt: skip


def _showing(
    number: int, quiz_id: int, learner: int, card_id: str, position: int, grade: Grade, at: datetime, *, drill: bool
) -> dict[str, Any]:
    return {
        "id": number, "quiz_id": quiz_id, "learner_id": learner, "card_id": card_id, "position": position,
        "drill": drill, "revision": "r1", "seed": 7, "run": "{}", "asked_at": _moment(at), "attempts": 1, "hints": 0,
        "grade": int(grade), "settled": 1,
    }  # fmt: skip


def _review(
    shown: dict[str, Any], day: date, at: datetime, grade: Grade, latency: int, name: SchedulerName,
    before: Memory | None, after: Memory, text: str,
) -> dict[str, Any]:  # fmt: skip
    return {
        "id": shown["id"], "showing_id": shown["id"], "update_id": shown["id"], "learner_id": shown["learner_id"],
        "card_id": shown["card_id"], "kind": "predict", "revision": "r1", "seed": 7, "torch_version": "2.13.0+cpu",
        "at": _moment(at), "day": str(day), "text": text, "right": grade >= 3, "grade": int(grade),
        "latency_ms": latency, "attempts": 1, "hints": 0, "gave_up": 0, "drill": shown["drill"],
        "scheduler": name.value, "before": None if before is None else json.dumps(to_record(before)),
        "after": json.dumps(to_record(after)),
    }  # fmt: skip


def _memory(learner: int, card_id: str, memory: Memory) -> dict[str, Any]:
    record = to_record(memory)
    return {"learner_id": learner, "card_id": card_id, "stability": None, "difficulty": None, **record}


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


def _insert(raw: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        names = list(rows[0])
        places = ", ".join(f":{name}" for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        raw.executemany(f'INSERT INTO "{table}" ({quoted}) VALUES ({places})', rows)
