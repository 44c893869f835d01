"""Cards: what they said, their proofs, and those that a learner holds back or reports."""

from dataclasses import replace

from studybot.core.card import Revision
from studybot.core.hold import Hold
from studybot.core.proof import ProofStatus, Proven
from studybot.core.quiz import ShowingId
from studybot.core.schedule import Grade
from studybot.ports import Store
from tests.store.given import ASKED, DAY, LEAF, NOW, REVISION, RUN, VIEWS, a_learner, a_quiz, a_review, answer, the_next


class CardContract:
    # cards

    async def test_a_revision_of_a_card_is_kept_as_it_was(self, store: Store) -> None:
        body = {"prompt": {"ko": "무엇이 나올까요?", "en": "What comes out?"}, "options": ["a", 1, None, 0.1]}

        await store.save_card(VIEWS, REVISION, body)
        await store.save_card(VIEWS, REVISION, {"prompt": "changed"})
        await store.save_card(VIEWS, Revision("r2"), {"prompt": "new"})

        assert await store.card_body(VIEWS, REVISION) == body
        assert await store.card_body(VIEWS, Revision("r2")) == {"prompt": "new"}
        assert await store.card_body(LEAF, REVISION) is None
        assert await store.revisions_of(VIEWS) == {REVISION: body, Revision("r2"): {"prompt": "new"}}

    async def test_the_latest_proof_counts_per_revision_torch_and_device(self, store: Store) -> None:
        proven = Proven(VIEWS, REVISION, "2.13.0+cpu", "cpu", ProofStatus.PROVEN, judged_by="us")
        refuted = replace(proven, status=ProofStatus.REFUTED, reason="expected 36, got 35")
        elsewhere = replace(proven, torch_version="2.12.0+cpu")
        on_cuda = replace(proven, device="cuda")

        for proof in (proven, elsewhere, on_cuda, refuted):
            await store.save_proof(proof, at=NOW)

        assert await store.proofs("2.13.0+cpu", "cpu") == [refuted]
        assert await store.proofs("2.12.0+cpu", "cpu") == [elsewhere]
        assert await store.proofs("2.13.0+cpu", "cuda") == [on_cuda]

    # cards held back

    async def test_a_card_is_suspended_put_off_and_resumed(self, store: Store) -> None:
        learner = await a_learner(store)
        other = await a_learner(store, 2)

        await store.suspend_card(learner.id, VIEWS)
        await store.suspend_card(learner.id, VIEWS)
        await store.bury_card(learner.id, VIEWS, on=DAY)
        await store.bury_card(learner.id, LEAF, on=DAY)
        held = await store.holds_of(learner.id)
        await store.resume_card(learner.id, VIEWS)

        assert held == {VIEWS: Hold(suspended=True, buried_on=DAY), LEAF: Hold(buried_on=DAY)}
        assert (await store.holds_of(learner.id))[VIEWS] == Hold()
        assert await store.holds_of(other.id) == {}

    async def test_a_resumed_card_remembers_how_often_it_was_forgotten(self, store: Store) -> None:
        learner = await a_learner(store)
        showing = await the_next(store, await a_quiz(store, learner))
        review = await a_review(store, showing, Grade.GOOD)
        review = replace(review, after=replace(review.after, lapses=8))
        await store.save_review(review, "36", update_id=1)

        await store.resume_card(learner.id, showing.card_id)

        assert await store.holds_of(learner.id) == {showing.card_id: Hold(resumed_lapses=8)}

    # reports

    async def test_a_report_holds_what_was_shown_and_the_latest_answer(self, store: Store) -> None:
        learner = await a_learner(store)
        showing = await the_next(store, await a_quiz(store, learner))
        await store.save_asked(showing.id, ASKED)
        await store.save_attempt(showing.id, "35", right=False, update_id=1, at=NOW)

        first = await store.save_report(learner.id, showing.id, update_id=50, at=NOW)
        await answer(store, showing, Grade.GOOD, attempts=2)
        second = await store.save_report(learner.id, showing.id, update_id=51, at=NOW)

        assert first is not None
        assert second is not None
        assert (first.card_id, first.revision, first.seed, first.run) == (VIEWS, REVISION, 7, RUN)
        assert (first.answer, second.answer) == ("35", "[36, 81]")
        assert await store.untold_reports() == [first, second]

    async def test_the_same_update_makes_one_report(self, store: Store) -> None:
        learner = await a_learner(store)
        showing = await the_next(store, await a_quiz(store, learner))
        await store.save_asked(showing.id, ASKED)

        first = await store.save_report(learner.id, showing.id, update_id=50, at=NOW)

        assert await store.save_report(learner.id, showing.id, update_id=50, at=NOW) == first
        assert len(await store.untold_reports()) == 1

    async def test_only_a_card_that_was_shown_to_the_learner_can_be_reported(self, store: Store) -> None:
        learner, other = await a_learner(store), await a_learner(store, 2)
        showing = await the_next(store, await a_quiz(store, learner))

        assert await store.save_report(learner.id, showing.id, update_id=50, at=NOW) is None
        await store.save_asked(showing.id, ASKED)
        assert await store.save_report(other.id, showing.id, update_id=51, at=NOW) is None
        assert await store.save_report(learner.id, ShowingId(404), update_id=52, at=NOW) is None

    async def test_a_note_is_told_even_after_the_report_was(self, store: Store) -> None:
        learner, other = await a_learner(store), await a_learner(store, 2)
        showing = await the_next(store, await a_quiz(store, learner))
        await store.save_asked(showing.id, ASKED)
        report = await store.save_report(learner.id, showing.id, update_id=50, at=NOW)
        assert report is not None
        await store.mark_told(report)
        assert await store.untold_reports() == []

        assert await store.note_report(report.id, learner.id, "the key is wrong")
        assert not await store.note_report(report.id, other.id, "mine now")
        await store.mark_told(report)  # what was told before the note came

        assert await store.untold_reports() == [replace(report, note="the key is wrong")]
