"""One learner's round of cards for one study day: what it holds, and in what order."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import NewType

from studybot.core.card import CardId, Revision
from studybot.core.day_limits import fitting, urgency
from studybot.core.learner import LearnerId
from studybot.core.run import RunResult
from studybot.core.schedule import Grade, Memory

QuizId = NewType("QuizId", int)
ShowingId = NewType("ShowingId", int)


@dataclass(frozen=True, slots=True)
class Quiz:
    """`total` counts its showings, drills included; `settled` those that are answered or set aside."""

    id: QuizId
    learner_id: LearnerId
    day: date
    total: int
    settled: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What a showing became once it was put to the learner; it can be rebuilt exactly from this.

    `run` is the card's own run, made before the question was shown: the answer, as torch gave it.
    """

    revision: Revision
    seed: int
    run: RunResult
    at: datetime


@dataclass(frozen=True, slots=True)
class Showing:
    """One card in one quiz: planned, then asked, then settled (by a review, or set aside ungraded).

    What is only practised is never graded.
    """

    id: ShowingId
    quiz_id: QuizId
    learner_id: LearnerId
    card_id: CardId
    position: int
    drill: bool = False
    asked: Asked | None = None
    message_id: int | None = None
    attempts: int = 0
    hints: int = 0
    grade: Grade | None = None
    settled: bool = False
    practice: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """A finished quiz in figures. `right` counts first answers that were right, drills left out."""

    day: date
    cards: int
    right: int
    drills: int
    next_due: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Pick:
    """A card that could be asked, the topic it belongs to, and the contrasts it takes part in (`contrast-...`).

    `seconds` is how long it will take the learner.
    """

    card_id: CardId
    topic: str
    contrasts: frozenset[str] = frozenset()
    seconds: float = 0


def pick_cards(
    deck: Sequence[Pick],
    memories: Mapping[CardId, Memory],
    *,
    on: date,
    new_limit: int,
    review_limit: int,
    topic: str | None = None,
    again: Collection[CardId] = (),
    seconds_limit: float | None = None,
) -> list[CardId]:
    """Choose the day's cards: overdue first, the most urgent first, then due today, then new ones; topics interleaved.

    New cards come in the deck's order, those of `topic` first. They, and cards to be shown `again` before an exam, due
    or not, come only while the review limit leaves room. What takes longer than `seconds_limit` in all is left for
    another day, new cards first.
    """
    reviews = most_urgent(deck, memories, on=on)[:review_limit]
    early = [pick for pick in deck if pick.card_id in again and not memories[pick.card_id].is_due(on)]
    reviews += early[: max(0, review_limit - len(reviews))]
    unseen = interleaved(pick for pick in deck if pick.card_id not in memories)
    unseen.sort(key=lambda pick: pick.topic != topic)
    new = unseen[: max(0, min(new_limit, review_limit - len(reviews)))]
    fit = fitting((pick.seconds for pick in (*reviews, *new)), seconds_limit)
    reviews, new = reviews[:fit], new[: max(0, fit - len(reviews))]
    overdue = [pick for pick in reviews if memories[pick.card_id].due_on < on]
    today = [pick for pick in reviews if memories[pick.card_id].due_on == on]
    early = [pick for pick in reviews if memories[pick.card_id].due_on > on]
    return [pick.card_id for group in (overdue, today, early, new) for pick in contrasted(interleaved(group))]


def most_urgent(deck: Sequence[Pick], memories: Mapping[CardId, Memory], *, on: date) -> list[Pick]:
    """Return the due cards, overdue ones before those of today, the most urgent first."""

    def order(pick: Pick) -> tuple[bool, Fraction]:
        memory = memories[pick.card_id]
        return memory.due_on == on, -urgency(memory, on=on)

    return sorted((pick for pick in deck if (memory := memories.get(pick.card_id)) and memory.is_due(on)), key=order)


def contrasted(picks: Sequence[Pick]) -> list[Pick]:
    """Bring cards that are easily confused together, two at a time: side by side the difference shows.

    Every other card keeps its place in the order.
    """
    left = list(picks)
    ordered: list[Pick] = []
    while left:
        first = left.pop(0)
        ordered.append(first)
        partner = next((one for one in left if one.contrasts & first.contrasts), None)
        if partner is not None:
            left.remove(partner)
            ordered.append(partner)
    return ordered


def interleaved(picks: Iterable[Pick]) -> list[Pick]:
    """Take one card from each topic in turn, keeping the order within a topic: neighbours differ."""
    topics: dict[str, deque[Pick]] = defaultdict(deque)
    for pick in picks:
        topics[pick.topic].append(pick)
    mixed = []
    while topics:
        for topic in list(topics):
            mixed.append(topics[topic].popleft())
            if not topics[topic]:
                del topics[topic]
    return mixed
