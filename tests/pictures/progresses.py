"""Learners with a past, for pictures and for figures: as many reviews as wanted, over half a year."""

import random
from datetime import UTC, date, datetime, timedelta

from studybot.core.card import CardId, Revision, Text
from studybot.core.learner import LearnerId
from studybot.core.progress import Named, Progress, progress
from studybot.core.quiz import ShowingId
from studybot.core.review import Review
from studybot.core.schedule import Grade, Memory
from studybot.core.sm2 import Sm2

TODAY = date(2026, 11, 18)  # a Wednesday
TOPICS = [
    Text("`view`와 `reshape`", "`view` and `reshape`"),
    Text("브로드캐스팅", "broadcasting"),
    Text("`backward`와 그 기울기", "`backward` and its gradient"),
    Text("모델의 일부만 바꾸기: 마지막 `fc` 층 교체", "replacing a part of a model: its last `fc` layer"),
    Text("`no_grad`", "`no_grad`"),
    Text("파이썬 습관", "Python habits"),
    Text("`DataLoader`", "`DataLoader`"),
    Text("저장하고 불러오기", "saving and loading"),
]
WORDS = [
    Text("전치한 뒤 view(6)을 부르면 무슨 일이 생길까요?", "What happens when view(6) follows a transposition?"),
    Text("모양 (3, 1)과 (4,)를 더한 결과의 모양은…", "What is the shape of the sum of (3, 1) and (4,)?"),
    Text(
        "y는 벡터이고 가중치도 넘겼는데 실패해요. 어떤 예외일까요?", "y is a vector and has its weights, yet it fails…"
    ),
    Text("x.grad의 값은 무엇일까요?", "What is x.grad?"),
    Text("마지막 층만 학습하려면 어떤 매개변수를 얼려야 할까요?", "Which parameters must be frozen so that only…"),
]


def a_review(
    card: str = "views",
    day: date = TODAY,
    *,
    right: bool = True,
    drill: bool = False,
    attempts: int = 1,
    before: Memory | None = None,
    number: int = 1,
) -> Review:
    grade = Grade.GOOD if right else Grade.BLACKOUT
    return Review(
        showing_id=ShowingId(number),
        learner_id=LearnerId(1),
        card_id=CardId(card),
        kind="predict",
        revision=Revision("r1"),
        seed=7,
        torch_version="2.13.0+cpu",
        at=datetime(day.year, day.month, day.day, 3, tzinfo=UTC),
        day=day,
        grade=grade,
        right=right,
        latency_ms=18_000,
        attempts=attempts,
        hints=0,
        gave_up=False,
        drill=drill,
        scheduler="sm2",
        before=before,
        after=Sm2().review(before, grade, on=day),
    )


def a_past(answers: int, *, cards: int = 120, seed: int = 3) -> tuple[list[Review], dict[CardId, Memory]]:
    """Return so many reviews of the last half year, with pauses, and what they come to."""
    dice = random.Random(seed)
    days = max(1, min(190, answers))
    log: list[Review] = []
    memories: dict[CardId, Memory] = {}
    studied = [
        TODAY - timedelta(days=ago) for ago in range(days) if ago == 0 or (ago % 11 != 4 and dice.random() < 0.85)
    ]
    chosen = sorted(dice.choices(studied, k=answers))
    for number, day in enumerate(chosen):
        card = CardId(f"card-{min(dice.randrange(cards), dice.randrange(cards))}")
        right = dice.random() < 0.72 + 0.06 * (int(card[5:]) % 8 % 5)
        before = memories.get(card)
        if before is not None and before.reviewed_on > day:
            continue
        log.append(a_review(card, day, right=right, before=before, number=number))
        memories[card] = log[-1].after
    for place, (card, memory) in enumerate(memories.items()):  # spread what is due, as a quiz done daily would
        due = max(memory.due_on, TODAY + timedelta(days=place * 7 % 41 if place % 9 else 0))
        memories[card] = Memory(
            memory.repetitions, memory.easiness, memory.interval_days, due, memory.reviewed_on, memory.lapses
        )
    return log, memories


def names(cards: int = 120) -> dict[CardId, Named]:
    return {
        CardId(f"card-{number}"): Named(TOPICS[number % len(TOPICS)], WORDS[number % len(WORDS)])
        for number in range(cards)
    }


def a_progress(answers: int) -> Progress:
    reviews, memories = a_past(answers)
    return progress(reviews, memories, TODAY, names())
