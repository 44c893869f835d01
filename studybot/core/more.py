"""Cards beyond the day's quiz: "5 more", and the last look before an exam."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from studybot.core.card import CardId
from studybot.core.quiz import Pick, interleaved, most_urgent
from studybot.core.schedule import Memory

MORE = 5
"""So many more cards at a time."""

LAST_LOOK = timedelta(days=14)
"""Before an exam everything that was learned is seen once more, spread over so many days."""


def pick_more(
    deck: Sequence[Pick], memories: Mapping[CardId, Memory], *, on: date, shown: Collection[CardId], count: int = MORE
) -> list[CardId]:
    """Choose cards for somebody who wants to go on: due ones that did not fit, then new ones, then the next due.

    Nothing that was `shown` today comes again. An answer to a card that is not due moves nothing.
    """
    left = [pick for pick in deck if pick.card_id not in shown]
    due = most_urgent(left, memories, on=on)
    new = interleaved(pick for pick in left if pick.card_id not in memories)
    early = [pick for pick in left if (memory := memories.get(pick.card_id)) and not memory.is_due(on)]
    early.sort(key=lambda pick: memories[pick.card_id].due_on)
    return [pick.card_id for pick in (*due, *new, *early)][:count]


def last_look(
    memories: Mapping[CardId, Memory], *, on: date, exam_on: date | None, seen: Collection[CardId]
) -> list[CardId]:
    """Return the cards that a study day before an exam shows once more although they are not due, weakest first.

    `seen` are those that were answered in the last `LAST_LOOK` before the exam. Cards that come due before it by
    themselves are left to that; the others are spread evenly over the days that are left.
    """
    if exam_on is None or not exam_on - LAST_LOOK <= on < exam_on:
        return []
    waiting = [card for card, memory in memories.items() if card not in seen and memory.due_on >= exam_on]
    waiting.sort(key=lambda card: (memories[card].easiness, memories[card].interval_days, card))
    days_left = (exam_on - on).days
    return waiting[: -(-len(waiting) // days_left)]
