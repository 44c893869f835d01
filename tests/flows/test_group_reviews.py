"""What a vote in a group tells the schedule of a learner."""

from datetime import timedelta
from typing import Any

import pytest

from studybot.core.challenge import Mode
from studybot.core.learner import ChatId, Settings
from studybot.core.schedule import Memory, study_day
from studybot.errors import StoreError
from studybot.flows.learners import welcome
from tests.fakes import choice_card
from tests.flows.challenge_table import ANN, BOB, a_table


async def test_a_vote_whose_memory_keeps_moving_on_is_noted_at_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    card = choice_card()
    table = await a_table(Mode.LIVE, card, wanted=1)
    store = table.outside.store
    learner, _ = await welcome(ChatId(ANN.person), Settings(), outside=table.outside)
    today = study_day(table.clock.now(), learner.settings.tz)
    due = Memory(1, 250, 1, due_on=today, reviewed_on=today - timedelta(days=1))
    store.memories[learner.id, card.card_id] = due  # type: ignore[attr-defined]
    await table.begin()
    for member in (ANN, BOB):
        await table.choose(member, "0")

    async def moved_on(*_: Any, **__: Any) -> bool:
        raise StoreError("the memory has moved on")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(store, "save_group_review", moved_on)
        with pytest.raises(StoreError):
            await table.go_on(after=10)
    await table.go_on()

    (review,) = await store.reviews_of(learner.id)
    assert review.before == due
