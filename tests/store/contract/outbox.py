"""The outbox: a letter comes with its day, is in one hand at a time, and goes when it is done."""

from dataclasses import replace
from datetime import timedelta

import pytest

from studybot.core.card import Text
from studybot.core.learner import ChatId, Learner
from studybot.core.letter import Announcement, Letter, QueuedLetter, Reminder
from studybot.ports import Store
from tests.store.given import DAY, NINE, NOW, TOMORROW_AT_NINE, a_learner


def letter_to(learner: Learner, *, chat: int | None = None) -> Letter:
    chat_id = learner.chat_id if chat is None else ChatId(chat)
    return Letter(chat_id, learner.id, Reminder(DAY, due=12, minutes=4), expires_at=NINE + timedelta(hours=3))


async def queued(store: Store, learner: Learner, letter: Letter) -> bool:
    return await store.claim_quiz_day(learner.id, DAY, due_at=NINE, next_reminder_at=TOMORROW_AT_NINE, letter=letter)


async def taken(store: Store, at_seconds: float = 0, *, limit: int = 30) -> list[QueuedLetter]:
    now = NOW + timedelta(seconds=at_seconds)
    return list(await store.take_letters(now, limit=limit))


class OutboxContract:
    async def test_whoever_claims_the_day_queues_its_letter_and_nobody_else(self, store: Store) -> None:
        learner = await a_learner(store)

        claims = [await queued(store, learner, letter_to(learner)) for _ in range(2)]

        assert claims == [True, False]
        (only,) = await taken(store)
        assert only.letter == letter_to(learner)
        assert only.tries == 1

    async def test_a_claim_without_a_letter_queues_nothing(self, store: Store) -> None:
        learner = await a_learner(store)

        await store.claim_quiz_day(learner.id, DAY, due_at=NINE, next_reminder_at=TOMORROW_AT_NINE)

        assert await taken(store) == []

    async def test_a_letter_taken_out_is_nobody_elses_until_it_is_put_back_whatever_a_clock_says(
        self, store: Store
    ) -> None:
        learner = await a_learner(store)
        await queued(store, learner, letter_to(learner))
        (first,) = await taken(store)

        assert await store.letters_in_hand() == {first.in_hand}
        assert await taken(store, 3600 * 24 * 365) == []
        await store.put_back_letters([first.in_hand])
        assert await store.letters_in_hand() == set()
        (again,) = await taken(store)
        assert again.id == first.id
        assert again.tries == 2

    async def test_who_was_thought_dead_takes_a_letter_out_of_nobodys_hand(self, store: Store) -> None:
        learner = await a_learner(store)
        await queued(store, learner, letter_to(learner))
        (first,) = await taken(store)
        await store.put_back_letters([first.in_hand])
        (second,) = await taken(store)

        await store.put_back_letters([first.in_hand])
        await store.put_off_letter(first.in_hand, until=NOW)

        assert await taken(store, 60) == []
        assert await store.letters_in_hand() == {second.in_hand}

    async def test_a_finished_letter_is_gone(self, store: Store) -> None:
        learner = await a_learner(store)
        await queued(store, learner, letter_to(learner))
        (letter,) = await taken(store)

        for _ in range(2):
            await store.finish_letter(letter.id, sent=True)
        await store.put_off_letter(letter.in_hand, until=NOW)
        await store.put_back_letters([letter.in_hand])

        assert await taken(store, 3600) == []

    async def test_a_reminder_is_noted_with_its_day_once_it_was_sent(self, store: Store) -> None:
        learner, other = await a_learner(store, 1), await a_learner(store, 2)
        for each in (learner, other):
            await queued(store, each, letter_to(each))
        for letter in await taken(store):
            await store.finish_letter(letter.id, sent=letter.letter.chat_id == learner.chat_id)

        assert await store.unanswered_reminders(learner.id) == [DAY]
        assert await store.unanswered_reminders(other.id) == []

    async def test_a_day_off_takes_its_letter_back_and_nobody_elses(self, store: Store) -> None:
        learner, other = await a_learner(store, 1), await a_learner(store, 2)
        for each in (learner, other):
            await queued(store, each, letter_to(each))

        await store.skip_day(learner.id, DAY, at=NOW)

        assert [each.letter.chat_id for each in await taken(store)] == [other.chat_id]

    async def test_a_forgotten_learner_is_sent_nothing(self, store: Store) -> None:
        learner, other = await a_learner(store, 1), await a_learner(store, 2)
        for each in (learner, other):
            await queued(store, each, letter_to(each))

        await store.forget_learner(learner.id)

        assert [each.letter.chat_id for each in await taken(store)] == [other.chat_id]

    async def test_a_letter_put_off_comes_back_at_its_time(self, store: Store) -> None:
        learner = await a_learner(store)
        await queued(store, learner, letter_to(learner))
        (letter,) = await taken(store)

        await store.put_off_letter(letter.in_hand, until=NOW + timedelta(seconds=7))

        assert await taken(store, 6) == []
        assert len(await taken(store, 7)) == 1

    async def test_letters_are_taken_longest_due_first_up_to_the_limit(self, store: Store) -> None:
        for chat, due_at in ((1, NINE), (2, NINE - timedelta(minutes=5)), (3, NINE - timedelta(minutes=1))):
            learner = await a_learner(store, chat, at=due_at)
            await store.claim_quiz_day(
                learner.id, DAY, due_at=due_at, next_reminder_at=TOMORROW_AT_NINE, letter=letter_to(learner)
            )

        first = [each.letter.chat_id for each in await taken(store, limit=2)]
        rest = [each.letter.chat_id for each in await taken(store, limit=2)]

        assert (first, rest) == ([2, 3], [1])

    async def test_letters_follow_a_chat_that_gets_another_id(self, store: Store) -> None:
        learner, other = await a_learner(store, 1), await a_learner(store, 2)
        await queued(store, learner, letter_to(learner, chat=-7))
        await queued(store, other, letter_to(other))

        for _ in range(2):
            await store.move_chat(ChatId(-7), ChatId(-1007))

        assert {each.letter.chat_id for each in await taken(store)} == {-1007, 2}

    async def test_naive_moments_are_refused_by_the_outbox(self, store: Store) -> None:
        with pytest.raises(ValueError, match="time zone"):
            await store.take_letters(NOW.replace(tzinfo=None))

    async def test_an_announcement_and_its_letters_are_kept_as_one(self, store: Store) -> None:
        ann, ben = [await a_learner(store, number) for number in (1, 2)]
        text = Text("한글", "English")
        letters = [
            (Letter(each.chat_id, each.id, Announcement(text), expires_at=TOMORROW_AT_NINE), at)
            for each, at in ((ann, NOW), (ben, TOMORROW_AT_NINE))
        ]

        kept = [await store.save_announcement(text, letters, at=at) for at in (NOW, NOW + timedelta(days=6))]

        assert kept == [True, False]
        (only,) = await taken(store)
        assert only.letter == letters[0][0]
        await store.finish_letter(only.id, sent=True)
        assert list(await store.announced_since(NOW - timedelta(seconds=1))) == [(NOW, text)]
        assert list(await store.announced_since(NOW)) == []

    async def test_who_wants_news_can_be_reached_and_has_not_turned_them_off(self, store: Store) -> None:
        ann, ben, cyd = [await a_learner(store, number) for number in (1, 2, 3)]
        await store.mark_reachable(ben.id, reachable=False)
        await store.save_settings(cyd.id, replace(cyd.settings, announcements=False), next_reminder_at=NINE)

        assert [each.id for each in await store.learners_who_want_news()] == [ann.id]

    async def test_a_day_off_takes_back_the_reminder_and_not_the_news(self, store: Store) -> None:
        learner = await a_learner(store)
        letter = Letter(learner.chat_id, learner.id, Announcement(Text("가", "a")), expires_at=TOMORROW_AT_NINE)
        await store.save_announcement(Text("가", "a"), [(letter, NOW)], at=NOW)
        await queued(store, learner, letter_to(learner))

        await store.skip_day(learner.id, DAY, at=NOW)

        assert [one.letter for one in await taken(store)] == [letter]
