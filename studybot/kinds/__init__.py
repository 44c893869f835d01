"""The registry of kinds: one file each, and one line here."""

from collections.abc import Mapping
from typing import Any

from studybot.kinds.card import Card
from studybot.kinds.choice import Choice
from studybot.kinds.claim import Claim
from studybot.kinds.cloze import Cloze
from studybot.kinds.code import CodeCard
from studybot.kinds.discussion import Discussion
from studybot.kinds.fix import Fix
from studybot.kinds.predict import Predict
from studybot.kinds.recall import Recall

KINDS: dict[str, type[Card]] = {
    "recall": Recall,
    "choice": Choice,
    "claim": Claim,
    "predict": Predict,
    "cloze": Cloze,
    "code": CodeCard,
    "fix": Fix,
    "discussion": Discussion,
}


def card_from(body: Mapping[str, Any]) -> Card:
    """Make a card of its fields. Raises KeyError for an unknown kind, pydantic.ValidationError for the rest."""
    return KINDS[body["kind"]].read(body)


__all__ = ["KINDS", "Card", "card_from"]
