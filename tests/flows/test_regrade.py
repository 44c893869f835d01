"""The learner's own word on a grade: downwards, and up only for a typo; in the log both stay."""

import copy
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from studybot.core.card import GaveUp, Picked
from studybot.core.learner import ChatId, Settings
from studybot.core.schedule import Grade
from studybot.core.sm2 import Sm2
from studybot.flows.answer import Gone, NotAnAnswer, Settled
from studybot.flows.daily_quiz import Finished
from studybot.flows.learners import welcome
from studybot.flows.regrade import regrade
from studybot.store import SqlStore
from studybot.store.upgrade import upgrade
from tests.fakes import choice_card, predict_card
from tests.fakes_store import MemoryStore
from tests.flows.conftest import MakeWorld, World


@pytest.fixture
async def real_store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    url = f"sqlite:///{tmp_path / 'studybot.db'}"
    upgrade(url)
    store = SqlStore(url)
    yield store
    await store.close()


async def on_sql(world: World, store: SqlStore) -> World:
    """Let the same world keep what it knows in a real database."""
    world.outside = replace(world.outside, store=store)
    for card in world.deck.cards:
        await store.save_card(card.card_id, card.revision, card.body())
    world.learner, _ = await welcome(ChatId(11), Settings(), outside=world.outside)
    world.store = cast("MemoryStore", store)
    return world


async def settled(world: World, answer: Picked | str, times: int = 1) -> Settled:
    for _ in range(times):
        outcome = await world.answer(answer)
    assert isinstance(outcome, Settled)
    return outcome


async def test_a_guess_is_kept_by_the_database_and_the_day_adds_up(world_with: MakeWorld, real_store: SqlStore) -> None:
    world = await on_sql(await world_with(choice_card()), real_store)
    answered = await settled(world, Picked("0"))

    told = await regrade(world.learner, answered.shown.showing.id, "guessed", update_id=50, outside=world.outside)
    await world.answer(Picked("0"))
    step = await world.go_on()

    assert isinstance(told, Settled)
    assert told.review.grade is Grade.HARD
    reviews = await real_store.reviews_of(world.learner.id)
    assert [review.grade for review in reviews] == [Grade.HARD, Grade.GOOD], "the first one was undone"
    memory = await real_store.memory_of(world.learner.id, answered.review.card_id)
    assert memory == Sm2().replay([(review.day, review.grade) for review in reviews])
    assert isinstance(step, Finished)
    assert (step.summary.cards, step.summary.right, step.summary.drills) == (1, 1, 1)


async def test_the_same_press_delivered_again_changes_nothing(world_with: MakeWorld, real_store: SqlStore) -> None:
    world = await on_sql(await world_with(choice_card()), real_store)
    answered = await settled(world, Picked("0"))
    of = answered.shown.showing.id

    first = await regrade(world.learner, of, "guessed", update_id=50, outside=world.outside)
    second = await regrade(world.learner, of, "guessed", update_id=50, outside=world.outside)

    assert isinstance(first, Settled)
    assert isinstance(second, Settled)
    assert (first.review, first.shown.showing) == (second.review, second.shown.showing)
    assert len(await real_store.reviews_of(world.learner.id)) == 1


async def test_killed_after_the_undo_it_goes_on_where_it_was(world_with: MakeWorld) -> None:
    world = await world_with(choice_card())
    answered = await settled(world, Picked("0"))
    of = answered.shown.showing.id
    whole = copy.deepcopy(world.store)
    scheduler = world.outside.scheduler_of(world.learner)
    await world.store.undo_review(
        world.learner.id, of, scheduler=scheduler, today=world.today, update_id=50, at=world.clock.now()
    )

    told = await regrade(world.learner, of, "guessed", update_id=50, outside=world.outside)
    world.outside = replace(world.outside, store=whole)
    in_one_go = await regrade(world.learner, of, "guessed", update_id=50, outside=world.outside)

    assert isinstance(told, Settled)
    assert isinstance(in_one_go, Settled)
    assert (told.review, told.shown.showing) == (in_one_go.review, in_one_go.shown.showing)


async def test_a_typo_counts_as_hardly_known(world_with: MakeWorld) -> None:
    world = await world_with(predict_card())
    answered = await settled(world, "44", times=2)

    told = await regrade(world.learner, answered.shown.showing.id, "typo", update_id=50, outside=world.outside)

    assert isinstance(told, Settled)
    assert (told.review.grade, told.review.right, told.review.attempts) == (Grade.HARD, True, 2)
    again = await regrade(world.learner, told.shown.showing.id, "typo", update_id=51, outside=world.outside)
    assert isinstance(again, Gone), "once is enough"


async def test_nothing_raises_a_grade_but_a_typo(world_with: MakeWorld) -> None:
    world = await world_with(choice_card("one"), choice_card("two"), predict_card("three"))
    wrong = await settled(world, Picked("1"))
    for why in ("guessed", "typo"):
        told = await regrade(world.learner, wrong.shown.showing.id, why, update_id=50, outside=world.outside)
        assert isinstance(told, Gone)

    await settled(world, Picked("0"))
    gave_up = await world.answer(GaveUp())

    assert isinstance(gave_up, Settled)
    told = await regrade(world.learner, gave_up.shown.showing.id, "typo", update_id=51, outside=world.outside)
    assert isinstance(told, Gone)


async def test_only_the_latest_answer_can_be_graded_anew(world_with: MakeWorld) -> None:
    world = await world_with(choice_card("one"), choice_card("two"))
    first = await settled(world, Picked("0"))
    await settled(world, Picked("0"))

    told = await regrade(world.learner, first.shown.showing.id, "guessed", update_id=50, outside=world.outside)

    assert isinstance(told, NotAnAnswer)
