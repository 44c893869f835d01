"""From a proved card to one that is asked: noted in the store, with what the edit means for those who know it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from studybot.core.card import CardId, Revision
from studybot.core.phrase import Phrase
from studybot.core.publication import Fate, Publication
from studybot.deck.loader import LoadedCard
from studybot.deck.meaning import means_the_same
from studybot.kinds import Card
from studybot.ports import Store

MEANING_CHANGED = Phrase("an edit changed its meaning; what learners know of it is kept until you choose:")


async def publish(cards: Sequence[LoadedCard], store: Store, *, at: datetime) -> Collection[CardId]:
    """Note that these revisions are asked now; return the cards whose meaning changed for somebody who knows them."""
    known = await store.publications()
    fresh: list[tuple[CardId, Revision, Fate | None]] = []
    for card in (one.card for one in cards):
        before = known.get(card.card_id)
        if before is None or before.revision != card.revision:
            fresh.append((card.card_id, card.revision, await _fate(card, before, store)))
    same = {card_id: await alike(card_id, revision, store) for card_id, revision, fate in fresh if fate is None}
    return await store.publish_cards(fresh, alike=same, at=at) if fresh else ()


async def _fate(card: Card, before: Publication | None, store: Store) -> Fate | None:
    if before is None:
        return Fate.KEEP
    if before.fate is None:  # since the settled revision others were asked: who answered which of them decides
        return None
    body = await store.card_body(card.card_id, before.settled)
    return Fate.KEEP if body is None or means_the_same(body, card.body()) else None


async def alike(card_id: CardId, revision: Revision, store: Store) -> Collection[Revision]:
    """Return the revisions of a card that mean the same as this one."""
    bodies = await store.revisions_of(card_id)
    meant = bodies.get(revision)
    return {one for one, body in bodies.items() if one == revision or (meant and means_the_same(body, meant))}
