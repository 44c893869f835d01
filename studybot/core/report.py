"""A learner's word that something is wrong with a card, with all that is needed to look into it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from studybot.core.card import CardId, Revision
from studybot.core.learner import LearnerId
from studybot.core.run import RunResult

ReportId = NewType("ReportId", int)
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Said:
    """An answer to the showing, and how it was judged."""

    text: str
    right: bool


@dataclass(frozen=True, slots=True)
class Report:
    """`answer` is the learner's latest answer to that showing, "" before there is one; `run` the card's own run.

    `transcript` holds all answers to it in order, the latest last. `told` says that whoever runs the bot was told of
    it, `note` included; `closed_at` when somebody had dealt with it.
    """

    id: ReportId
    learner_id: LearnerId
    card_id: CardId
    revision: Revision
    seed: int
    answer: str
    run: RunResult
    at: datetime
    note: str = ""
    told: bool = False
    transcript: tuple[Said, ...] = ()
    closed_at: datetime | None = None
