"""Which variant of a card a learner sees: drawn by dice that can be repeated, and not one seen lately."""

import logging
from collections.abc import Iterator
from datetime import timedelta

from studybot.core.learner import Learner
from studybot.core.variant import seed_for, seed_from
from studybot.flows.outside import Outside
from studybot.kinds import Card

log = logging.getLogger(__name__)

NO_REPEAT = timedelta(days=90)
"""So long a learner does not see the same variant again, while others are left."""

MOST_DRAWS = 400
"""Enough to find the one variant in fifty that is left."""


async def drawn_seed(learner: Learner, card: Card, *, outside: Outside) -> int:
    """Return the seed of this learner's next showing of a card: a function of the card, them, and their past."""
    times = await outside.store.times_shown(learner.id, card.card_id)
    first = seed_for(card.card_id, card.revision, learner.id, times)
    if not card.is_parametric:
        return first
    since = outside.clock.now() - NO_REPEAT
    before = await outside.store.seeds_shown(learner.id, card.card_id, card.revision, since=since)
    seen = {card.variant_key(seed) for seed in before}
    return next((seed for seed in _candidates(first) if card.variant_key(seed) not in seen), first)


def _candidates(first: int) -> Iterator[int]:
    yield first
    for again in range(1, MOST_DRAWS):
        yield seed_from("again", first, again)
