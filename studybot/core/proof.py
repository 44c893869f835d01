"""Proofs: runs which show that a card is right, and what they came to."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from studybot.core.card import CardId, Revision
from studybot.core.phrase import Said
from studybot.core.run import Device, RunResult, Snippet


class ProofStatus(StrEnum):
    PROVEN = "proven"
    REFUTED = "refuted"  # it ran, and torch disagrees with the card
    BROKEN = "broken"  # it could not be run to an answer
    SKIPPED = "skipped"  # this machine lacks what it needs


@dataclass(frozen=True, slots=True)
class Refutation:
    """What the author expected, what torch did, both as short text, and what to do about it."""

    expected: Said
    got: Said
    remedy: Said = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """One run to make and how to judge it: `judge` returns None where the run bears the card out.

    An exception may be an answer (`may_raise`), or else means that the code is broken.
    """

    name: Said
    snippet: Snippet
    judge: Callable[[RunResult], Refutation | None]


@dataclass(frozen=True, slots=True)
class Proven:
    """The stored outcome of all proofs of one card revision under one torch on one device."""

    card_id: CardId
    revision: Revision
    torch_version: str
    device: Device
    status: ProofStatus
    reason: str = ""
    judged_by: str = ""
    """The fingerprint of what judged the runs: see `studybot.deck.judge`."""
