"""The due day of an answered card: exactly as computed, or spread, as the learner has chosen."""

from collections import Counter
from datetime import date

from studybot.core.card import CardId
from studybot.core.fuzz import spread
from studybot.core.learner import Learner
from studybot.core.schedule import Memory
from studybot.flows.outside import Outside


async def placed(
    learner: Learner, card_id: CardId, before: Memory | None, after: Memory, *, on: date, outside: Outside
) -> Memory:
    """Return the memory after an answer, with the day on which the card will come.

    Only a card that was new or due moves; a drill or an early answer leaves the day as it is.
    """
    if not learner.settings.spread or (before is not None and not before.is_due(on)):
        return after
    memories = await outside.store.memories_of(learner.id)
    load = Counter(memory.due_on for other, memory in memories.items() if other != card_id)
    return spread(after, load, seed=f"{learner.id} {card_id} {on} {after.repetitions}")
