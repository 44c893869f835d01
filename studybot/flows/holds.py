"""Holding a card back: for today, until it is resumed, or because it is forgotten again and again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from studybot.core.card import CardId
from studybot.core.hold import Hold, Why, became_leech, is_held, why_held
from studybot.core.learner import Learner
from studybot.core.phrase import Phrase
from studybot.core.progress import Named
from studybot.core.review import Review
from studybot.core.schedule import study_day
from studybot.flows.outside import Outside
from studybot.flows.progress import named
from studybot.flows.shown import open_showing
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


@dataclass(frozen=True, slots=True)
class Held:
    """A card that is not asked now, and why; its name is None where nobody knows any more."""

    card_id: CardId
    why: Why
    name: Named | None


async def my_held_cards(learner: Learner, *, outside: Outside) -> tuple[Held, ...]:
    """Return what is held back from a learner today: for good, as leeches, then for the day."""
    today = study_day(outside.clock.now(), learner.settings.tz)
    held = await held_cards(learner, today, outside=outside)
    met = {review.card_id: review.revision for review in await outside.store.reviews_of(learner.id)}
    revisions = {card.card_id: card.revision for card in outside.deck.live()} | met
    names = await named({card_id: revisions[card_id] for card_id in held if card_id in revisions}, outside=outside)
    order = {"suspended": 0, "leech": 1, "buried": 2}
    cards = sorted(held, key=lambda card_id: (order[held[card_id]], card_id))
    return tuple(Held(card_id, held[card_id], names.get(card_id)) for card_id in cards)


async def held_cards(learner: Learner, day: date, *, outside: Outside) -> Mapping[CardId, Why]:
    """Return the cards that are not asked of a learner on a study day, and why."""
    holds = await outside.store.holds_of(learner.id)
    memories = await outside.store.memories_of(learner.id)
    nothing = Hold()
    held = {
        card_id: why_held(holds.get(card_id, nothing), memories.get(card_id), on=day)
        for card_id in holds.keys() | memories.keys()
    }
    return {card_id: why for card_id, why in held.items() if why is not None}


async def is_held_back(learner: Learner, card_id: CardId, day: date, *, outside: Outside) -> bool:
    hold = (await outside.store.holds_of(learner.id)).get(card_id, Hold())
    return is_held(hold, await outside.store.memory_of(learner.id, card_id), on=day)


def tell_of_leech(review: Review, card: Card, *, outside: Outside) -> None:
    """Tell whoever keeps the deck where a review made a card a leech: it may be two cards in one."""
    if became_leech(review.before, review.after):
        outside.deck.note(card, Phrase("a learner forgot it {n} times; is it two cards in one?", n=review.after.lapses))


async def _close(learner: Learner, card_id: CardId, outside: Outside) -> None:
    """Set the card aside where it stands open, so that nothing typed is taken for an answer to it."""
    showing = await open_showing(learner, outside=outside)
    if showing is not None and showing.card_id == card_id:
        await outside.store.set_aside(showing.id)
