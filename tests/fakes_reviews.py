"""The part of `MemoryStore` that keeps reviews, what was undone of them, and the memories they come to."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from statistics import median

from studybot.core.ballot import MemberId
from studybot.core.card import CardId
from studybot.core.grading import UNUSABLE_SECONDS
from studybot.core.learner import ChatId, Learner, LearnerId
from studybot.core.quiz import Asked, QuizId, Showing, ShowingId, Summary
from studybot.core.report import Said
from studybot.core.review import Review, Standing, Undone
from studybot.core.schedule import Memory, Scheduler
from studybot.errors import StoreError
from tests.fakes_learners import aware
from tests.fakes_publications import MemoryPublications
from tests.fakes_quizzes import MemoryQuizzes


@dataclass
class MemoryReviews(MemoryQuizzes, MemoryPublications):
    undos: dict[int, Undone] = field(default_factory=dict)
    texts: dict[ShowingId, str] = field(default_factory=dict)
    undone_at: dict[ShowingId, datetime] = field(default_factory=dict)

    async def save_review(self, review: Review, text: str, *, update_id: int) -> bool:
        aware(review.at)
        showing = self._showing(review.showing_id)
        if showing.settled or update_id in self.counted_for:
            return False
        key = (review.learner_id, review.card_id)
        if self.memories.get(key) != review.before:
            raise StoreError(f"showing {showing.id}: the memory has moved on; handle the answer again")
        if self.learners[review.learner_id].settings.scheduler != review.scheduler:
            raise StoreError(f"showing {showing.id}: the scheduler has changed; handle the answer again")
        self._count(update_id, showing.id)
        self.answers[update_id] = text
        self.said[update_id] = Said(text, review.right)
        self.texts[showing.id] = text
        self.reviews[showing.id] = review
        self.memories[key] = review.after
        self._keep(replace(showing, settled=True, grade=review.grade, attempts=review.attempts))
        if review.after.is_drilled(review.day):
            self._plan(showing.quiz_id, review.card_id, drill=True)
        return True

    async def undo_review(
        self,
        learner_id: LearnerId,
        showing_id: ShowingId | None,
        *,
        scheduler: Scheduler,
        today: date,
        update_id: int,
        at: datetime,
    ) -> Undone | None:
        aware(at)
        if self.learners[learner_id].settings.scheduler != scheduler.name:
            raise StoreError(f"learner {learner_id}: the scheduler has changed; handle the undo again")
        if update_id in self.undos:
            return self.undos[update_id]
        latest = await self.latest_answered(learner_id)
        if latest is None or showing_id not in {None, latest}:
            return None
        if sum(undone.review.learner_id == learner_id for undone in self._undone_since(latest)) >= 20:
            return None
        review = self.reviews[latest]
        key = (review.learner_id, review.card_id)
        self.memories.pop(key, None)
        earlier = [one for one in await self.reviews_of(learner_id) if one.showing_id != latest]
        if (memory := self.replayed(earlier, learner_id, scheduler).get(review.card_id)) is not None:
            self.memories[key] = memory
        self.undos[update_id] = Undone(review, self._again(review, today))
        self.undone_at[latest] = at
        return self.undos[update_id]

    async def latest_answered(self, learner_id: LearnerId) -> ShowingId | None:
        mine = (showing_id for showing_id, review in self.reviews.items() if review.learner_id == learner_id)
        return next((showing_id for showing_id in reversed(list(mine)) if self._counts(showing_id)), None)

    async def review_of(self, showing_id: ShowingId) -> Review | None:
        return self.reviews.get(showing_id)

    async def standing(self, showing_id: ShowingId, *, update_id: int) -> Standing | None:
        showing = self.showings.get(showing_id)
        if showing is None:
            return None
        words = None if showing.asked is None else await self.card_body(showing.card_id, showing.asked.revision)
        return Standing(
            showing,
            sum(one.id not in self.put_away for one in self._showings(showing.quiz_id)),
            words,
            update_id in self.counted_for,
            self.memories.get((showing.learner_id, showing.card_id)),
            None if words is None else await self.typical_seconds(showing.learner_id, words["kind"]),
        )

    async def standing_in_chat(
        self, chat_id: ChatId, showing_id: ShowingId, *, update_id: int
    ) -> tuple[Learner | None, Standing | None]:
        return await self.learner_of_chat(chat_id), await self.standing(showing_id, update_id=update_id)

    async def summary(self, quiz_id: QuizId) -> Summary:
        if quiz_id not in self.quizzes:
            raise LookupError(f"no quiz {quiz_id}")
        shown = [one.id for one in self._showings(quiz_id) if one.id in self.reviews]
        reviews = [self.reviews[showing_id] for showing_id in shown if self._counts(showing_id)]
        first = [review for review in reviews if not review.drill]
        return Summary(
            day=self.quizzes[quiz_id][1],
            cards=len(first),
            right=sum(review.right and review.attempts == 1 for review in first),
            drills=len(reviews) - len(first),
            next_due=dict(sorted(Counter(review.after.due_on for review in first).items())),
        )

    async def save_group_review(self, review: Review, asked: Asked, text: str, *, update_id: int) -> bool:
        quiz = await self.quiz_on(review.learner_id, review.day)
        if quiz is None:
            raise LookupError(f"learner {review.learner_id} has no quiz on {review.day}")
        if update_id in self.counted_for:
            return False
        if self.memories.get((review.learner_id, review.card_id)) != review.before:
            raise StoreError(f"card {review.card_id}: the memory has moved on; handle the vote again")
        left = [one for one in self._showings(quiz.id) if one.card_id == review.card_id and not one.settled]
        planned = next((one for one in left if not one.practice), None)
        if planned is None:
            self._plan(quiz.id, review.card_id)
            planned = self._showings(quiz.id)[-1]
        elif planned.asked is not None:
            return False
        await self.save_asked(planned.id, asked)
        return await self.save_review(replace(review, showing_id=planned.id), text, update_id=update_id)

    async def due_among(self, people: Collection[MemberId], *, on: date) -> Counter[CardId]:
        them = {one.id for one in self.learners.values() if int(one.chat_id) in people}
        return Counter(card for (owner, card), memory in self.memories.items() if owner in them and memory.is_due(on))

    # memory
    async def memory_of(self, learner_id: LearnerId, card_id: CardId) -> Memory | None:
        return self.memories.get((learner_id, card_id))

    async def memories_of(self, learner_id: LearnerId) -> Mapping[CardId, Memory]:
        return {card_id: memory for (owner, card_id), memory in self.memories.items() if owner == learner_id}

    async def due_memories(self, learner_id: LearnerId, *, on: date) -> Mapping[CardId, Memory]:
        due = [(card, memory) for card, memory in (await self.memories_of(learner_id)).items() if memory.is_due(on)]
        return dict(sorted(due, key=lambda pair: (pair[1].due_on, pair[0])))

    async def reviews_of(self, learner_id: LearnerId) -> Sequence[Review]:
        mine = [review for review in self.reviews.values() if review.learner_id == learner_id]
        return [review for review in mine if self._counts(review.showing_id)]

    async def latest_reviews(self, learner_id: LearnerId, *, limit: int, skip: int = 0) -> Sequence[Review]:
        return list(reversed(await self.reviews_of(learner_id)))[skip : skip + limit]

    async def cards_answered(self, learner_id: LearnerId, *, since: date) -> Collection[CardId]:
        return {review.card_id for review in await self.reviews_of(learner_id) if review.day >= since}

    async def typical_seconds(self, learner_id: LearnerId, kind: str, *, at_least: int = 8) -> float | None:
        latencies = [
            review.latency_ms
            for review in await self.reviews_of(learner_id)
            if review.kind == kind and review.right and review.attempts == 1 and not review.drill
            if review.latency_ms <= UNUSABLE_SECONDS * 1000
        ][-100:]
        return median(latencies) / 1000 if len(latencies) >= at_least else None

    async def switch_scheduler(self, learner_id: LearnerId, scheduler: Scheduler) -> Learner:
        kept = self._learner(learner_id)
        self.learners[learner_id] = replace(kept, settings=replace(kept.settings, scheduler=scheduler.name))
        for card_id in await self.memories_of(learner_id):
            del self.memories[learner_id, card_id]
        for card_id, memory in self.replayed(await self.reviews_of(learner_id), learner_id, scheduler).items():
            self.memories[learner_id, card_id] = memory
        return self.learners[learner_id]

    # how it is kept
    def _counts(self, showing_id: ShowingId) -> bool:
        """Whether the review of a showing was not undone."""
        return all(undone.review.showing_id != showing_id for undone in self.undos.values())

    def _undone_since(self, showing_id: ShowingId) -> list[Undone]:
        order = list(self.reviews)
        later = set(order[order.index(showing_id) :])
        return [undone for undone in self.undos.values() if undone.review.showing_id in later]

    def _again(self, review: Review, today: date) -> Showing | None:
        """Take the planned drill out, put the showing away, and plan the card once more in its place."""
        old = self._showing(review.showing_id)
        if review.after.is_drilled(review.day):
            drills = [one for one in self._showings(old.quiz_id) if one.drill and one.grade is None]
            mine = [one.id for one in drills if one.card_id == review.card_id]
            if mine:
                del self.showings[max(mine)]
        self._keep(replace(old, position=max(one.position for one in self._showings(old.quiz_id)) + 1))
        self.put_away.add(old.id)
        if self.quizzes[old.quiz_id][1] != today:
            return None
        again_id = ShowingId(max(self.showings) + 1)
        return self._keep(Showing(again_id, old.quiz_id, old.learner_id, old.card_id, old.position, drill=old.drill))
