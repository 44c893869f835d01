"""Holding a card back: for today, until it is resumed, or because it is forgotten again and again."""

from collections.abc import Collection
from datetime import date

from studybot.core.card import CardId
from studybot.core.hold import Hold, became_leech, is_held
from studybot.core.learner import Learner
from studybot.core.review import Review
from studybot.core.schedule import study_day
from studybot.flows.outside import Outside
from studybot.kinds import Card


async def suspend(learner: Learner, card_id: CardId, *, outside: Outside) -> None:
    """Ask a card no more until it is resumed. What is known of it stays, its due day as well."""
    await outside.store.suspend_card(learner.id, card_id)
    await _close(learner, card_id, outside)


async def resume(learner: Learner, card_id: CardId, *, outside: Outside) -> None:
    """Ask a card again, whatever held it back."""
    await outside.store.resume_card(learner.id, card_id)


async def bury(learner: Learner, card_id: CardId, *, outside: Outside) -> None:
    """Ask a card no more today."""
    today = study_day(outside.clock.now(), learner.settings.tz)
    await outside.store.bury_card(learner.id, card_id, on=today)
    await _close(learner, card_id, outside)


async def held_cards(learner: Learner, day: date, *, outside: Outside) -> Collection[CardId]:
    """Return the cards that are not asked of a learner on a study day."""
    holds = await outside.store.holds_of(learner.id)
    memories = await outside.store.memories_of(learner.id)
    nothing = Hold()
    return {
        card_id
        for card_id in holds.keys() | memories.keys()
        if is_held(holds.get(card_id, nothing), memories.get(card_id), on=day)
    }


async def is_held_back(learner: Learner, card_id: CardId, day: date, *, outside: Outside) -> bool:
    hold = (await outside.store.holds_of(learner.id)).get(card_id, Hold())
    return is_held(hold, await outside.store.memory_of(learner.id, card_id), on=day)


def tell_of_leech(review: Review, card: Card, *, outside: Outside) -> None:
    """Tell whoever keeps the deck where a review made a card a leech: it may be two cards in one."""
    if became_leech(review.before, review.after):
        outside.deck.note(card, f"a learner forgot it {review.after.lapses} times; is it two cards in one?")


async def _close(learner: Learner, card_id: CardId, outside: Outside) -> None:
    """Set the card aside where it stands open, so that nothing typed is taken for an answer to it."""
    showing = await outside.store.open_showing(learner.id)
    if showing is not None and showing.card_id == card_id:
        await outside.store.set_aside(showing.id)
