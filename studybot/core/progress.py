"""A learner's progress in figures: what was done, what is coming, what holds, and what does not hold yet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from studybot.core.card import CardId, Text
from studybot.core.review import Review
from studybot.core.schedule import Memory

WEEKS = 26
FORECAST_DAYS = 30
TARGET = 0.9
"""The share of first attempts that should be right: much more means too easy, much less costs the fun."""

ENOUGH = 5
"""So many reviews a topic needs before its share says much."""

LATEST = 5
"""So many of a card's latest reviews tell whether it is weak now."""

MOST_TOPICS, MOST_WEAK = 6, 4


@dataclass(frozen=True, slots=True)
class Named:
    """What a card is called before a learner: its topic, and the first words of its question.

    `asked` is false of a card that the deck no longer has: it does not come back.
    """

    topic: Text
    words: Text
    asked: bool = True


@dataclass(frozen=True, slots=True)
class TopicShare:
    """How many of a topic's reviews were right at the first attempt."""

    topic: Text
    right: int
    reviews: int

    @property
    def share(self) -> float:
        return self.right / self.reviews

    @property
    def says_much(self) -> bool:
        return self.reviews >= ENOUGH


@dataclass(frozen=True, slots=True)
class WeakCard:
    """A card that was missed lately. `latest` says of each of its latest reviews whether it was right, oldest first."""

    card_id: CardId
    name: Named
    latest: tuple[bool, ...]

    @property
    def missed(self) -> int:
        return self.latest.count(False)


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything but `begun`, `cards` and what is due is about the last 26 weeks, the present one included.

    `answers` counts every answer by its study day, same-day repetitions too; days without one are left out.
    `reviews` leaves those repetitions out; `right` are the reviews that were right at the first attempt.
    `due` holds a number for each of the coming 30 days, today's first, with all that is overdue.
    `begun` says whether there ever was an answer.
    """

    today: date
    begun: bool
    answers: Mapping[date, int]
    reviews: int
    right: int
    cards: int
    due: tuple[int, ...]
    topics: tuple[TopicShare, ...]
    weakest: tuple[WeakCard, ...]

    @property
    def since(self) -> date:
        """The Monday with which the 26 weeks begin."""
        return first_day(self.today)

    @property
    def share(self) -> float | None:
        return self.right / self.reviews if self.reviews else None


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters, cut between words where it is cut."""
    if len(text) <= most:
        return text
    whole, _, _ = text[:most].rpartition(" ")
    return f"{(whole or text[: most - 1]).rstrip(' ,.;:')}…"


def first_day(today: date) -> date:
    """Return the Monday of the week 25 weeks before that of `today`."""
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)


def progress(
    reviews: Sequence[Review], memories: Mapping[CardId, Memory], today: date, topics: Mapping[CardId, Named]
) -> Progress:
    """Count a learner's reviews, given in order of time, and memories. Cards that `topics` lacks have no name.

    Nameless cards count wherever no name is needed; what is due leaves out all that is not asked any more.
    """
    since = first_day(today)
    recent = [review for review in reviews if since <= review.day <= today]
    first = [review for review in recent if not review.drill]
    return Progress(
        today=today,
        begun=bool(reviews),
        answers=dict(sorted(Counter(review.day for review in recent).items())),
        reviews=len(first),
        right=sum(map(_right, first)),
        cards=len(memories),
        due=_due(memories, today, topics),
        topics=_topics(first, topics),
        weakest=_weakest(reviews, memories, topics),
    )


def _right(review: Review) -> bool:
    return review.right and review.attempts == 1


def _due(memories: Mapping[CardId, Memory], today: date, topics: Mapping[CardId, Named]) -> tuple[int, ...]:
    asked = [memory for card_id, memory in memories.items() if card_id in topics and topics[card_id].asked]
    days = Counter(max(0, (memory.due_on - today).days) for memory in asked)
    return tuple(days[day] for day in range(FORECAST_DAYS))


def _topics(first: Sequence[Review], topics: Mapping[CardId, Named]) -> tuple[TopicShare, ...]:
    """Return the topics that need work most, lowest share first; those with few reviews come last."""
    named = [(topics[review.card_id].topic, review) for review in first if review.card_id in topics]
    total = Counter(topic for topic, _ in named)
    right = Counter(topic for topic, review in named if _right(review))
    shares = [TopicShare(topic, right[topic], count) for topic, count in total.items()]
    shares.sort(key=lambda one: (not one.says_much, one.share, -one.reviews, one.topic.en))
    return tuple(shares[:MOST_TOPICS])


def _weakest(
    reviews: Sequence[Review], memories: Mapping[CardId, Memory], topics: Mapping[CardId, Named]
) -> tuple[WeakCard, ...]:
    """Return the cards missed most often of late; of equals, the one forgotten more often, then the harder one."""
    history: dict[CardId, list[bool]] = {}
    for review in reviews:
        if not review.drill:
            history.setdefault(review.card_id, []).append(_right(review))
    weak = [
        WeakCard(card_id, topics[card_id], tuple(answers[-LATEST:]))
        for card_id, answers in history.items()
        if card_id in memories and card_id in topics and topics[card_id].asked and not all(answers[-LATEST:])
    ]

    def order(card: WeakCard) -> tuple[int, int, int, str]:
        memory = memories[card.card_id]
        return -card.missed, -memory.lapses, memory.easiness, card.card_id

    return tuple(sorted(weak, key=order)[:MOST_WEAK])
