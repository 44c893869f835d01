"""Which revision is asked, and what a change of its meaning does to what learners know."""

from datetime import timedelta

import pytest

from studybot.core.card import Revision
from studybot.core.hold import Hold
from studybot.core.learner import Learner
from studybot.core.publication import Adjustment, Fate, Publication, adjusted
from studybot.core.review import Review
from studybot.core.schedule import Grade, Memory
from studybot.errors import StoreError
from studybot.ports import Store
from studybot.schedulers import SCHEDULERS
from tests.store.given import (
    DAY,
    FSRS,
    LEAF,
    NOW,
    REVISION,
    SM2,
    VIEWS,
    a_learner,
    a_quiz,
    answer,
    some_weeks,
    the_next,
    undo,
)

NEW, NEWER = Revision("r2"), Revision("r3")


async def known(store: Store, chat: int = 1) -> Learner:
    """A learner who has answered `VIEWS` for some weeks, in the revision `REVISION`."""
    learner = await a_learner(store, chat)
    await some_weeks(store, learner, days=20)
    return learner


async def memory(store: Store, learner: Learner) -> Memory:
    kept = await store.memory_of(learner.id, VIEWS)
    assert kept is not None
    return kept


LATER = NOW + timedelta(days=30)
LATER_DAY = DAY + timedelta(days=30)


class PublicationContract:
    async def test_the_latest_revision_that_was_published_is_the_one_that_is_asked(self, store: Store) -> None:
        await known(store)
        await store.publish_cards([(VIEWS, REVISION, Fate.KEEP), (LEAF, REVISION, Fate.KEEP)], at=NOW)
        await store.publish_cards([(VIEWS, REVISION, None)], at=LATER)
        await store.publish_cards([(LEAF, NEW, None)], at=LATER)

        assert await store.publications() == {
            VIEWS: Publication(VIEWS, REVISION, Fate.KEEP, REVISION, NOW),
            LEAF: Publication(LEAF, NEW, None, REVISION, LATER),
        }

    async def test_a_card_that_nobody_knows_leaves_nothing_to_decide(self, store: Store) -> None:
        await store.publish_cards([(VIEWS, REVISION, Fate.KEEP)], at=NOW)

        assert not await store.publish_cards([(VIEWS, NEW, None)], at=LATER)
        await known(store)
        assert await store.publish_cards([(VIEWS, NEWER, None)], at=LATER) == {VIEWS}

        assert (await store.publications())[VIEWS] == Publication(VIEWS, NEWER, None, NEW, LATER)

    async def test_nothing_is_to_decide_where_all_answered_last_what_means_the_same(self, store: Store) -> None:
        await known(store)
        await store.publish_cards([(VIEWS, NEW, None)], at=NOW)

        assert await store.publish_cards([(VIEWS, NEWER, None)], alike={VIEWS: [NEWER]}, at=LATER) == {VIEWS}
        assert not await store.publish_cards([(VIEWS, NEW, None)], alike={VIEWS: [NEW, REVISION]}, at=LATER)

        assert (await store.publications())[VIEWS] == Publication(VIEWS, NEW, Fate.KEEP, NEW, LATER)

    async def test_until_somebody_decides_the_settled_revision_stays(self, store: Store) -> None:
        await known(store)
        await store.publish_cards([(VIEWS, REVISION, Fate.KEEP)], at=NOW)
        await store.publish_cards([(VIEWS, NEW, None)], at=NOW)
        await store.publish_cards([(VIEWS, NEWER, None)], at=NOW)
        before = (await store.publications())[VIEWS]
        await store.decide_fate(VIEWS, NEWER, Fate.KEEP, alike=[NEWER], at=LATER)

        assert before == Publication(VIEWS, NEWER, None, REVISION, NOW)
        assert (await store.publications())[VIEWS] == Publication(VIEWS, NEWER, Fate.KEEP, NEWER, LATER)

    @pytest.mark.parametrize("fate", Fate)
    async def test_what_is_known_of_a_card_meets_the_fate_its_author_chose(self, store: Store, fate: Fate) -> None:
        learner = await known(store)
        before, other = await memory(store, learner), await store.memory_of(learner.id, LEAF)
        await store.publish_cards([(VIEWS, NEW, None)], at=LATER)

        touched = await store.decide_fate(VIEWS, NEW, fate, alike=[NEW], at=LATER)

        assert touched == (fate is not Fate.KEEP)
        assert await store.memory_of(learner.id, VIEWS) == adjusted(before, fate, on=LATER_DAY)
        assert await store.memory_of(learner.id, LEAF) == other

    async def test_a_second_time_changes_nothing(self, store: Store) -> None:
        learner = await known(store)
        await store.publish_cards([(VIEWS, NEW, None)], at=LATER)
        await store.decide_fate(VIEWS, NEW, Fate.SOFTEN, alike=[NEW], at=LATER)
        softened = await memory(store, learner)

        assert await store.decide_fate(VIEWS, NEW, Fate.SOFTEN, alike=[NEW], at=LATER) == 0
        assert await memory(store, learner) == softened

    async def test_whoever_answered_the_new_meaning_already_is_left_alone(self, store: Store) -> None:
        old, new = await known(store, 1), await a_learner(store, 2)
        showing = await the_next(store, await a_quiz(store, new, [VIEWS]))
        await answer(store, showing, Grade.GOOD, revision=NEW)
        theirs = await memory(store, new)
        await store.publish_cards([(VIEWS, NEW, None)], at=LATER)

        assert await store.decide_fate(VIEWS, NEW, Fate.RESET, alike=[NEW], at=LATER) == 1
        assert await store.memory_of(old.id, VIEWS) is None
        assert await memory(store, new) == theirs

    async def test_another_revision_than_the_one_that_is_asked_is_refused(self, store: Store) -> None:
        await store.publish_cards([(VIEWS, NEWER, None)], at=NOW)

        for revision in (NEW, REVISION):
            with pytest.raises(StoreError, match="not the one that is asked"):
                await store.decide_fate(VIEWS, revision, Fate.RESET, alike=[], at=NOW)
        with pytest.raises(StoreError):
            await store.decide_fate(LEAF, NEW, Fate.RESET, alike=[], at=NOW)

    @pytest.mark.parametrize("fate", [Fate.SOFTEN, Fate.RESET])
    async def test_reviews_go_on_from_there_and_another_scheduler_follows(self, store: Store, fate: Fate) -> None:
        learner = await known(store)
        before = await memory(store, learner)
        await store.publish_cards([(VIEWS, NEW, None)], at=LATER)
        await store.decide_fate(VIEWS, NEW, fate, alike=[NEW], at=LATER)
        quiz = await a_quiz(store, learner, [VIEWS], LATER_DAY)
        await answer(store, await the_next(store, quiz), Grade.GOOD, day=LATER_DAY, revision=NEW)
        kept = await memory(store, learner)

        await store.switch_scheduler(learner.id, FSRS)
        assert (await memory(store, learner)).stability is not None
        await store.switch_scheduler(learner.id, SM2)

        assert await memory(store, learner) == kept
        assert kept == SM2.review(adjusted(before, fate, on=LATER_DAY), Grade.GOOD, on=LATER_DAY)

    @pytest.mark.parametrize("fate", [Fate.SOFTEN, Fate.RESET])
    async def test_an_undone_answer_does_not_undo_what_its_author_chose(self, store: Store, fate: Fate) -> None:
        learner = await known(store)
        reviews = [one for one in await store.reviews_of(learner.id) if one.card_id == VIEWS]
        latest = await store.latest_answered(learner.id)
        await store.publish_cards([(VIEWS, NEW, None)], at=LATER)
        await store.decide_fate(VIEWS, NEW, fate, alike=[NEW], at=LATER)
        undone: list[Review] = []
        update_id = 50
        while not undone or undone[-1].card_id != VIEWS:
            update_id += 1
            gone = await undo(store, learner, None, update_id=update_id)
            assert gone is not None
            undone.append(gone.review)

        expected = None
        for review in reviews[:-1]:
            expected = SCHEDULERS[learner.settings.scheduler].follow(expected, review.answered)
        assert latest is not None
        assert await store.memory_of(learner.id, VIEWS) == adjusted(expected, fate, on=LATER_DAY)

    async def test_a_card_that_is_new_again_is_no_leech_any_more(self, store: Store) -> None:
        learner = await known(store)
        await store.suspend_card(learner.id, VIEWS)
        await store.resume_card(learner.id, VIEWS)
        await store.publish_cards([(VIEWS, NEW, None)], at=LATER)

        await store.decide_fate(VIEWS, NEW, Fate.RESET, alike=[NEW], at=LATER)

        assert (await store.holds_of(learner.id))[VIEWS] == Hold()

    async def test_a_learner_takes_along_what_became_of_their_memories(self, store: Store) -> None:
        learner = await known(store)
        await store.publish_cards([(VIEWS, NEW, None)], at=LATER)
        await store.decide_fate(VIEWS, NEW, Fate.SOFTEN, alike=[NEW], at=LATER)

        assert (await store.kept_of(learner.id)).adjustments == (Adjustment(VIEWS, NEW, Fate.SOFTEN, LATER_DAY, LATER),)
