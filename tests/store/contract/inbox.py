"""The inbox, and the moments that are kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from studybot.core.backlog import Backlog
from studybot.core.learner import ChatId, Settings
from studybot.core.proof import ProofStatus, Proven
from studybot.core.schedule import Grade
from studybot.core.sending import ChatLimits
from studybot.ports import Store
from tests.store.given import ASKED, DAY, NINE, NOW, REVISION, VIEWS, a_learner, a_quiz, a_review, the_next


class InboxContract:
    # inbox

    async def test_received_updates_wait_in_order_until_they_are_finished(self, store: Store) -> None:
        first, second, third = ({"update_id": n, "message": {"text": f"답 {n}"}} for n in (7, 8, 9))
        assert await store.receive([first, second], at=NOW) == {7, 8}
        assert await store.receive([second, third], at=NOW) == {9}

        await store.finish_updates([8])

        assert await store.unhandled() == [first, third]
        assert await store.unhandled(limit=1) == [first]
        assert await store.last_update_id() == 9

    async def test_an_update_received_again_after_it_was_finished_stays_finished(self, store: Store) -> None:
        update = {"update_id": 7, "message": {}}
        await store.receive([update], at=NOW)
        await store.finish_updates([7])
        await store.finish_updates([7])

        await store.receive([update], at=NOW)

        assert await store.unhandled() == []
        assert await store.last_update_id() == 7

    async def test_the_last_update_is_the_one_received_last(self, store: Store) -> None:
        """Telegram may start again at a random id after a quiet week."""
        await store.receive([{"update_id": 900}], at=NOW)
        await store.receive([{"update_id": 12}], at=NOW)

        assert await store.last_update_id() == 12
        assert [update["update_id"] for update in await store.unhandled()] == [900, 12]

    async def test_tries_of_an_update_are_counted_from_its_arrival_on(self, store: Store) -> None:
        await store.receive([{"update_id": 7}], at=NOW)

        assert [await store.begin_update(7) for _ in range(3)] == [2, 3, 4]

    async def test_many_updates_are_finished_together(self, store: Store) -> None:
        await store.receive([{"update_id": number} for number in range(5)], at=NOW)

        await store.finish_updates([0, 4])
        await store.finish_updates([])

        assert [each["update_id"] for each in await store.unhandled()] == [1, 2, 3]

    async def test_each_chats_updates_wait_in_their_own_order(self, store: Store) -> None:
        await store.receive([{"update_id": number} for number in (3, 1, 2)], at=NOW, chats=[70, 80, 70])

        assert await store.chats_waiting(limit=9) == [70, 80]
        assert await store.chats_waiting(limit=1) == [70]
        assert await store.next_of_chat(70) == {"update_id": 3}
        await store.finish_updates([3])
        assert await store.chats_waiting(limit=9) == [80, 70]
        assert await store.next_of_chat(70) == {"update_id": 2}
        await store.finish_updates([1, 2])
        assert await store.chats_waiting(limit=9) == []
        assert await store.next_of_chat(70) is None

    async def test_the_backlog_is_what_waits_and_since_when(self, store: Store) -> None:
        assert await store.backlog() == Backlog(0, None, 0)
        await store.receive([{"update_id": 1}], at=NOW)
        await store.receive([{"update_id": 2}], at=NOW + timedelta(minutes=1))
        await store.receive([{"update_id": 3}], at=NOW + timedelta(minutes=2))

        await store.finish_updates([1])

        assert await store.backlog() == Backlog(2, NOW + timedelta(minutes=1), 0)

    async def test_what_is_in_hand_is_left_out_of_what_is_next(self, store: Store) -> None:
        await store.receive([{"update_id": number} for number in (1, 2, 3)], at=NOW, chats=[5, 5, 6])

        assert await store.next_of_chat(5, besides=[1]) == {"update_id": 2}
        assert await store.next_of_chat(5, besides=[2, 1]) is None

    async def test_a_turn_can_be_taken_and_ended_again_and_again(self, store: Store) -> None:
        for _ in range(3):
            assert await store.take_turn(7)
            assert await store.holds_turn(7)
            await store.end_turn(7)

    async def test_a_bot_knows_at_least_of_itself(self, store: Store) -> None:
        assert [await store.bots() for _ in range(2)] == [1, 1]

    async def test_what_all_bots_send_into_a_chat_is_counted_together(self, store: Store) -> None:
        limits = ChatLimits(per_second=0.001, burst=4, per_window=None, window_seconds=60.0)

        waits = [await store.count_together(-7, told, limits, patience=9) for told in ([], [0.5, 0.5], [], [])]

        assert waits[:2] == [0, 0]
        assert all(990 < wait <= 1000 for wait in waits[2:]), "what would wait too long is not counted"
        assert await store.count_together(-8, [], limits, patience=9) == 0

    async def test_who_waits_to_speak_has_a_place_in_the_line(self, store: Store) -> None:
        limits = ChatLimits(per_second=0.1, burst=1, per_window=None, window_seconds=60.0)

        waits = [await store.count_together(-7, [], limits, patience=99) for _ in range(4)]

        assert waits == pytest.approx([0, 10, 20, 30], abs=2)

    async def test_what_was_sent_long_ago_does_not_count(self, store: Store) -> None:
        limits = ChatLimits(per_second=1.0, burst=9, per_window=2, window_seconds=60.0)

        assert await store.count_together(-7, [61.0, 62.0, 30.0], limits, patience=0) == 0
        assert 29 < await store.count_together(-7, [], limits, patience=0) <= 30

    async def test_news_that_were_told_are_not_told_again_for_a_while(self, store: Store) -> None:
        assert await store.untold_news(["a", "b"], since=NOW) == ["a", "b"]
        await store.mark_news_told(["a", "a"], at=NOW)
        await store.mark_news_told([], at=NOW)

        assert await store.untold_news(["a", "b"], since=NOW - timedelta(seconds=1)) == ["b"]
        assert await store.untold_news(["a", "b"], since=NOW) == ["a", "b"]
        await store.mark_news_told(["a"], at=NOW + timedelta(days=1))
        assert await store.untold_news(["a"], since=NOW) == []

    async def test_an_empty_inbox_has_no_last_update(self, store: Store) -> None:
        await store.receive([], at=NOW)
        await store.finish_updates([7])

        assert await store.last_update_id() is None
        assert await store.unhandled() == []

    async def test_updates_that_were_handled_are_forgotten_in_steps_and_no_others(self, store: Store) -> None:
        later = NOW + timedelta(days=3)
        await store.receive([{"update_id": number} for number in range(6)], at=NOW)
        await store.receive([{"update_id": number} for number in (6, 7)], at=later)
        await store.finish_updates([0, 1, 2, 4, 5, 6, 7])

        assert await store.forget_updates(before=later, limit=2) == 2
        assert await store.forget_updates(before=later, limit=9) == 3
        assert await store.forget_updates(before=later, limit=9) == 0

        assert await store.unhandled() == [{"update_id": 3}]
        assert await store.receive([{"update_id": number} for number in (0, 3, 7)], at=later) == {0}

    async def test_an_inbox_of_which_all_is_forgotten_has_no_last_update(self, store: Store) -> None:
        await store.receive([{"update_id": 7}], at=NOW)
        await store.finish_updates([7])

        await store.forget_updates(before=NOW + timedelta(days=1), limit=1)

        assert await store.last_update_id() is None

    # time

    async def test_a_naive_time_is_impossible_to_store(self, store: Store) -> None:
        learner = await a_learner(store)
        showing = await the_next(store, await a_quiz(store, learner))
        naive = NOW.replace(tzinfo=None)
        refused = pytest.raises(ValueError, match="time zone")

        with refused:
            await store.add_learner(ChatId(2), Settings(), next_reminder_at=naive)
        with refused:
            await store.save_settings(learner.id, Settings(), next_reminder_at=naive)
        with refused:
            await store.learners_to_remind(naive)
        with refused:
            await store.claim_quiz_day(learner.id, DAY, due_at=naive, next_reminder_at=NINE)
        with refused:
            await store.claim_quiz_day(learner.id, DAY, due_at=NINE, next_reminder_at=naive)
        with refused:
            await store.begin_quiz(learner.id, DAY + timedelta(days=1), [VIEWS], at=naive)
        with refused:
            await store.skip_day(learner.id, DAY, at=naive)
        with refused:
            await store.save_asked(showing.id, replace(ASKED, at=naive))
        with refused:
            await store.save_attempt(showing.id, "36", right=True, update_id=1, at=naive)
        with refused:
            await store.save_review(await a_review(store, showing, Grade.GOOD, at=naive), "36", update_id=1)
        with refused:
            await store.save_proof(Proven(VIEWS, REVISION, "2", "cpu", ProofStatus.PROVEN), at=naive)
        with refused:
            await store.receive([{"update_id": 1}], at=naive)
        with refused:
            await store.forget_updates(before=naive, limit=1)
