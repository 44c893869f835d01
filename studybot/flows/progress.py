"""A learner looks at their own progress."""

import asyncio
import logging
import re
from collections.abc import Collection

from studybot.core.card import CardId, Revision, Text
from studybot.core.learner import Learner
from studybot.core.progress import Named, Progress, progress, shortened
from studybot.core.schedule import study_day
from studybot.errors import SandboxUnavailable
from studybot.flows.outside import Outside
from studybot.kinds import Card, card_from

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 5.0
"""After a start it takes a while until all cards are proved; so long we wait, then the figures leave some out."""

LONGEST_NAME = 60


async def my_progress(learner: Learner, *, outside: Outside) -> Progress:
    """Count what the learner has done and what is coming, as of now."""
    today = study_day(outside.clock.now(), learner.settings.tz)
    reviews = await outside.store.reviews_of(learner.id)
    memories = await outside.store.memories_of(learner.id)
    revisions = {review.card_id: review.revision for review in reviews}
    await _settled(memories.keys(), outside)
    names = await named(revisions, outside=outside)
    return await asyncio.to_thread(progress, reviews, memories, today, names)


async def named(revisions: dict[CardId, Revision], *, outside: Outside) -> dict[CardId, Named]:
    """Return what cards are called now; those that are not asked any more, as they were when they were last shown."""
    live = {card.card_id: card for card in outside.deck.live()}
    names = {card_id: _named(live[card_id], outside) for card_id in revisions if card_id in live}
    for card_id in revisions.keys() - live.keys():
        body = await outside.store.card_body(card_id, revisions[card_id])
        try:
            names |= {} if body is None else {card_id: _named(card_from(body), outside, asked=False)}
        except ValueError as error:  # it was written for an older studybot; only its name is wanted here
            log.warning("an old card has no name any more card=%s: %s", card_id, error)
    return names


async def _settled(cards: Collection[CardId], outside: Outside) -> None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await outside.deck.ready(cards, new=0)
    except (TimeoutError, SandboxUnavailable):
        return


def _named(card: Card, outside: Outside, *, asked: bool = True) -> Named:
    prompt = card.question(0).prompt
    words = Text(first_words(prompt.ko), first_words(prompt.en))
    return Named(outside.deck.title_of(card.topic), words, asked)


def first_words(markdown: str) -> str:
    """Return the beginning of a card's text without its marks, cut between words."""
    line = markdown.strip().partition("\n")[0]
    return shortened(re.sub(r"\*\*|`", "", line).strip(), LONGEST_NAME)
