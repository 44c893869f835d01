"""A card as it stands before a learner: what was shown, with all that is needed to show it again or judge it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from studybot.core.card import CardId, Question, Revision, Text
from studybot.core.learner import Learner
from studybot.core.quiz import Asked, Showing
from studybot.core.schedule import study_day
from studybot.flows.outside import Outside
from studybot.kinds import Card, card_from


@dataclass(frozen=True, slots=True)
class Shown:
    """Card number `number` of `total` in its quiz.

    `card` is the revision and the variant that was shown, whatever the file says now.
    """

    showing: Showing
    card: Card
    asked: Asked
    title: Text
    total: int

    @property
    def number(self) -> int:
        return self.showing.position + 1

    @property
    def question(self) -> Question:
        return self.card.question(self.asked.seed)

    def updated(self, showing: Showing) -> "Shown":
        return replace(self, showing=showing)


async def shown_card(showing: Showing, today: date, *, outside: Outside) -> Shown | None:
    """Return the card of an asked showing; None if it was never asked, or its revision is unknown."""
    if showing.asked is None:
        return None
    words = await outside.store.card_body(showing.card_id, showing.asked.revision)
    quiz = await outside.store.quiz_on(showing.learner_id, today)
    total = quiz.total if quiz is not None and quiz.id == showing.quiz_id else 0
    return shown_as(showing, words, total, outside=outside)


async def open_showing(learner: Learner, *, outside: Outside) -> Showing | None:
    """Return the card that is open before a learner, which is what they type an answer to; None if there is none."""
    today = study_day(outside.clock.now(), learner.settings.tz)
    return await outside.store.open_showing(learner.id, today=today)


def shown_as(showing: Showing, words: Mapping[str, Any] | None, total: int, *, outside: Outside) -> Shown | None:
    """Return the card of an asked showing by the words of its revision."""
    if showing.asked is None or words is None:
        return None
    card = _card(_Words(showing.card_id, showing.asked.revision, words)).variant(showing.asked.seed)
    return Shown(showing, card, showing.asked, outside.deck.title_of(card.topic), max(total, showing.position + 1))


@dataclass(frozen=True, slots=True)
class _Words:
    """What a revision of a card says, known by its name: it never changes."""

    card_id: CardId
    revision: Revision
    body: Mapping[str, Any] = field(compare=False, repr=False)


@lru_cache(maxsize=1000)  # to read a card compiles its code: once for all who are asked it
def _card(words: _Words) -> Card:
    return card_from(words.body)
