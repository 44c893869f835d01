"""Finding cards of the live deck, and asking one out of turn."""

from collections.abc import Sequence

from studybot.core.card import CardId
from studybot.core.learner import Learner
from studybot.core.schedule import study_day
from studybot.core.search import MOST_FOUND, score
from studybot.flows.holds import is_held_back
from studybot.flows.outside import Outside
from studybot.flows.plan import plan_day
from studybot.kinds import Card


def find_cards(text: str, *, outside: Outside) -> Sequence[Card]:
    """Return the live cards in which every word occurs, the best first, five at most."""
    words = text.split()
    found = []
    for card in outside.deck.live():
        if not card.is_scheduled:
            continue
        title = outside.deck.title_of(card.topic)
        marks = " ".join([card.id, card.topic, *card.tags, title.ko, title.en])
        prompt = card.question(0).prompt
        if points := score(words, marks=marks, text=f"{prompt.ko} {prompt.en} {card.snippet}"):
            found.append((points, card))
    found.sort(key=lambda pair: -pair[0])  # stable: the deck's order among equals
    return [card for _, card in found[:MOST_FOUND]]


async def ask_now(learner: Learner, card_id: CardId, *, outside: Outside) -> bool:
    """Put a card before all others in today's quiz; False if it is not live.

    What is not due, or held back, is only practised: no due date moves by it. Raises SandboxUnavailable.
    """
    if all(card.card_id != card_id for card in outside.deck.live()):
        return False
    now = outside.clock.now()
    day = study_day(now, learner.settings.tz)
    memory = await outside.store.memory_of(learner.id, card_id)
    held = await is_held_back(learner, card_id, day, outside=outside)
    due = memory is not None and memory.is_due(day) and not held
    quiz = await outside.store.quiz_on(learner.id, day)
    if quiz is None:
        plan = await plan_day(learner, day, outside=outside)
        quiz = await outside.store.begin_quiz(learner.id, day, plan.cards, at=now)
    await outside.store.put_first(quiz.id, card_id, practice=not due)
    return True
