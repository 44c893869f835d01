"""The dice: seeds are derived, never drawn, so that every showing can be repeated exactly."""

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from studybot.core.card import CardId, Revision

T = TypeVar("T")


def seed_for(card_id: CardId, revision: Revision, learner: int, showing: int) -> int:
    """Return the seed of a learner's n-th showing of a card: the same on every machine, 0 <= seed < 2**31."""
    return seed_from(card_id, revision, learner, showing)


def seed_of_submission(seed: int, attempts: int) -> int:
    """Return the seed of the inputs on which an answer is tried: other ones for each answer to a showing."""
    return seed_from("submission", seed, attempts)


def seed_from(*parts: object) -> int:
    """Return a seed that depends on these parts alone: 0 <= seed < 2**31."""
    text = "\0".join(map(str, parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) >> 1


def shuffled(items: Sequence[T], seed: int, key: Callable[[T], str]) -> list[T]:
    """Return `items` in an order that depends on `seed` and the items' keys alone."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{seed}\0{key(item)}".encode()).digest())
