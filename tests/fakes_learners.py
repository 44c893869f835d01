"""The part of `MemoryStore` that keeps learners, their settings and the days on which they rest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from studybot.core.ballot import MemberId
from studybot.core.learner import ChatId, Learner, LearnerId, Settings


@dataclass
class MemoryLearners:
    learners: dict[LearnerId, Learner] = field(default_factory=dict)
    next_reminders: dict[LearnerId, datetime] = field(default_factory=dict)
    rests: set[tuple[LearnerId, date]] = field(default_factory=set)

    async def learner_of_chat(self, chat_id: ChatId) -> Learner | None:
        return next((one for one in self.learners.values() if one.chat_id == chat_id), None)

    async def learner(self, learner_id: LearnerId) -> Learner | None:
        return self.learners.get(learner_id)

    async def add_learner(self, chat_id: ChatId, settings: Settings, *, next_reminder_at: datetime) -> Learner:
        if known := await self.learner_of_chat(chat_id):
            return known
        learner = Learner(LearnerId(max(self.learners, default=0) + 1), chat_id, settings)
        self.learners[learner.id] = learner
        self.next_reminders[learner.id] = aware(next_reminder_at)
        return learner

    async def save_settings(self, learner_id: LearnerId, settings: Settings, *, next_reminder_at: datetime) -> Learner:
        kept = self._learner(learner_id)
        learner = replace(kept, settings=replace(settings, scheduler=kept.settings.scheduler))
        self.learners[learner_id] = learner
        self.next_reminders[learner_id] = aware(next_reminder_at)
        return learner

    async def mark_reachable(self, learner_id: LearnerId, *, reachable: bool) -> None:
        self.learners[learner_id] = replace(self._learner(learner_id), reachable=reachable)

    async def learners_to_remind(self, now: datetime, *, limit: int = 500) -> Sequence[tuple[Learner, datetime]]:
        waiting = [
            (self.learners[learner_id], due_at)
            for learner_id, due_at in self.next_reminders.items()
            if due_at <= aware(now) and self.learners[learner_id].reachable
        ]
        return sorted(waiting, key=lambda pair: pair[1])[:limit]

    async def rest_on(self, learner_id: LearnerId, day: date) -> None:
        self.rests.add((self._learner(learner_id).id, day))

    async def rest_until(self, learner_id: LearnerId, until: date | None, *, today: date) -> None:
        mine = self._learner(learner_id).id
        self.rests = {(owner, day) for owner, day in self.rests if owner != mine or day <= today}
        count = 0 if until is None else (until - today).days
        self.rests |= {(mine, today + timedelta(days=number)) for number in range(count)}

    async def rest_days(self, learner_id: LearnerId) -> Collection[date]:
        return {day for owner, day in self.rests if owner == learner_id}

    async def learners_among(self, people: Sequence[MemberId]) -> Mapping[MemberId, LearnerId]:
        reachable = {MemberId(int(one.chat_id)): one.id for one in self.learners.values() if one.reachable}
        return {person: reachable[person] for person in people if person in reachable}

    async def learners_who_want_news(self) -> Sequence[Learner]:
        wanting = (each for each in self.learners.values() if each.reachable and each.settings.announcements)
        return sorted(wanting, key=lambda learner: learner.id)

    def _learner(self, learner_id: LearnerId) -> Learner:
        if learner_id not in self.learners:
            raise LookupError(f"no learner {learner_id}")
        return self.learners[learner_id]


def aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone: pass an aware datetime")
    return moment
