"""A learner wants to be forgotten: they are told what goes, they confirm, and it is gone."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from studybot.core.learner import ChatId, Learner
from studybot.flows.outside import Outside

log = logging.getLogger(__name__)

TIME_TO_CONFIRM = timedelta(hours=1)
"""A button that deletes everything must not lie about in the chat for months."""


@dataclass(frozen=True, slots=True)
class ToForget:
    """What would be deleted, and until when the learner may confirm it."""

    answers: int
    cards: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Nothing is kept of this person, now or before. `open_messages` hold buttons that mean nothing any more."""

    open_messages: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class AskedTooLongAgo:
    """Nothing was deleted: the question is old, and must be asked anew."""


async def ask_to_forget(learner: Learner, *, outside: Outside) -> ToForget:
    """Count what would go. Nothing is changed."""
    reviews = await outside.store.reviews_of(learner.id)
    memories = await outside.store.memories_of(learner.id)
    return ToForget(len(reviews), len(memories), outside.clock.now())


async def forget(chat_id: ChatId, *, asked_at: datetime, outside: Outside) -> Forgotten | AskedTooLongAgo:
    """Delete everything of the learner of a private chat. A second time it finds nothing, and that is fine.

    Nobody is made a learner by this, which is why it is told the chat and not the learner.
    """
    learner = await outside.store.learner_of_chat(chat_id)
    if learner is None:
        return Forgotten()
    if outside.clock.now() - asked_at > TIME_TO_CONFIRM:
        return AskedTooLongAgo()
    open_messages = await outside.store.forget_learner(learner.id)
    log.info("learner forgotten learner=%s", learner.id)
    return Forgotten(open_messages)
