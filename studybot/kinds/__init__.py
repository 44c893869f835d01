"""The registry of kinds: one file each, and one line here."""

from collections.abc import Mapping
from typing import Any

from studybot.kinds.card import Card
from studybot.kinds.choice import Choice
from studybot.kinds.claim import Claim
from studybot.kinds.predict import Predict

KINDS: dict[str, type[Card]] = {
    "choice": Choice,
    "claim": Claim,
    "predict": Predict,
}


def card_from(body: Mapping[str, Any]) -> Card:
    """Make a card of its fields. Raises KeyError for an unknown kind, pydantic.ValidationError for the rest."""
    return KINDS[body["kind"]].model_validate(body)


__all__ = ["KINDS", "Card", "card_from"]
