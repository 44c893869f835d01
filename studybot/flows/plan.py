"""What a learner's study day holds: what is due, new, and how much of it within the limits they chose."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from studybot.core.card import CardId
from studybot.core.day_limits import BREAK, eased_limit
from studybot.core.learner import Learner
from studybot.core.more import LAST_LOOK, last_look
from studybot.core.quiz import Pick, pick_cards
from studybot.flows.holds import held_cards
from studybot.flows.outside import Outside
from studybot.kinds import Card


@dataclass(frozen=True, slots=True)
class Plan:
    """The day's cards in the order in which they will be asked, and the minutes they will take this learner.

    `welcome_back`: it is the first day after a break, and more is due than it holds.
    """

    cards: tuple[CardId, ...]
    minutes: int
    welcome_back: bool = False


async def plan_day(learner: Learner, day: date, *, outside: Outside, topic: str | None = None) -> Plan:
    """Choose the cards for a learner's study day.

    Waits until those that are due have been proved for what is installed. Raises SandboxUnavailable.
    """
    settings = learner.settings
    memories = await outside.store.memories_of(learner.id)
    due = {card_id for card_id, memory in memories.items() if memory.is_due(day)}
    await outside.deck.ready(due, new=settings.new_per_day if topic is None else None, known=memories.keys())
    deck = await picks(learner, day, outside=outside)
    days = await outside.store.study_days(learner.id)
    limit = eased_limit(settings.reviews_per_day, days, on=day)
    here = {pick.card_id: memories[pick.card_id] for pick in deck if pick.card_id in memories}
    seen: Collection[CardId] = ()
    if settings.exam_on is not None:
        seen = await outside.store.cards_answered(learner.id, since=settings.exam_on - LAST_LOOK)
    cards = pick_cards(
        deck,
        memories,
        on=day,
        new_limit=settings.new_per_day,
        review_limit=limit,
        topic=topic,
        again=last_look(here, on=day, exam_on=settings.exam_on, seen=seen),
        seconds_limit=None if settings.minutes_per_day is None else settings.minutes_per_day * 60,
    )
    seconds = {pick.card_id: pick.seconds for pick in deck}
    due_here = sum(memory.is_due(day) for memory in here.values())
    return Plan(
        cards=tuple(cards),
        minutes=math.ceil(sum(seconds[card_id] for card_id in cards) / 60),
        welcome_back=bool(days) and day - days[-1] >= BREAK and due_here > len(cards),
    )


async def picks(learner: Learner, day: date, *, outside: Outside) -> list[Pick]:
    """Return the cards that could be asked of a learner, in the deck's order, with the time each will take them."""
    held = await held_cards(learner, day, outside=outside)
    live = [card for card in outside.deck.live() if card.is_scheduled and card.card_id not in held]
    seconds = await _seconds(learner, live, outside)
    return [Pick(card.card_id, card.topic, card.contrasts, seconds[card.card_id]) for card in live]


async def _seconds(learner: Learner, cards: Sequence[Card], outside: Outside) -> dict[CardId, float]:
    """Return how long each card will take: the learner's own median of its kind, until then what is usual."""
    own = {kind: await outside.store.typical_seconds(learner.id, kind) for kind in {card.kind for card in cards}}
    return {card.card_id: own[card.kind] or card.usual_seconds for card in cards}
