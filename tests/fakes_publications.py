"""The part of `MemoryStore` that knows cards: proofs, which revisions are asked, what their edits did to memories."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from studybot.core.card import CardId, Revision
from studybot.core.hold import Hold
from studybot.core.learner import LearnerId
from studybot.core.proof import Proven
from studybot.core.publication import Adjustment, Fate, Publication, adjusted
from studybot.core.quiz import ShowingId
from studybot.core.review import Review
from studybot.core.run import Device
from studybot.core.schedule import Memory, Scheduler, study_day
from studybot.errors import StoreError
from studybot.ports import NOTHING_ALIKE
from tests.fakes_learners import MemoryLearners, aware


@dataclass
class MemoryPublications(MemoryLearners):
    card_bodies: dict[tuple[CardId, Revision], Mapping[str, Any]] = field(default_factory=dict)
    proven: dict[tuple[CardId, Revision, str, Device], Proven] = field(default_factory=dict)
    published: dict[CardId, Publication] = field(default_factory=dict)
    adjustments: list[tuple[LearnerId, ShowingId, Adjustment]] = field(default_factory=list)
    reviews: dict[ShowingId, Review] = field(default_factory=dict)
    memories: dict[tuple[LearnerId, CardId], Memory] = field(default_factory=dict)
    holds: dict[tuple[LearnerId, CardId], Hold] = field(default_factory=dict)

    async def reviews_of(self, learner_id: LearnerId) -> Sequence[Review]:
        raise NotImplementedError

    # cards
    async def save_card(self, card_id: CardId, revision: Revision, body: Mapping[str, Any]) -> None:
        self.card_bodies.setdefault((card_id, revision), body)

    async def card_body(self, card_id: CardId, revision: Revision) -> Mapping[str, Any] | None:
        return self.card_bodies.get((card_id, revision))

    async def revisions_of(self, card_id: CardId) -> Mapping[Revision, Mapping[str, Any]]:
        return {revision: body for (known, revision), body in self.card_bodies.items() if known == card_id}

    async def save_proof(self, proven: Proven, *, at: datetime) -> None:
        aware(at)
        self.proven[proven.card_id, proven.revision, proven.torch_version, proven.device] = proven

    async def proofs(self, torch_version: str, device: Device) -> Sequence[Proven]:
        stored = self.proven.values()
        return [one for one in stored if (one.torch_version, one.device) == (torch_version, device)]

    async def publications(self) -> Mapping[CardId, Publication]:
        return dict(self.published)

    async def publish_cards(
        self,
        cards: Sequence[tuple[CardId, Revision, Fate | None]],
        *,
        alike: Mapping[CardId, Collection[Revision]] = NOTHING_ALIKE,
        at: datetime,
    ) -> Collection[CardId]:
        undecided = set()
        for card_id, revision, meant in cards:
            known = self.published.get(card_id)
            if known is not None and known.revision == revision:
                continue
            fate = meant
            known_by = [learner for learner, known_card in self.memories if known_card == card_id]
            if fate is None and all([await self._knows(one, card_id, alike.get(card_id, ())) for one in known_by]):
                fate = Fate.KEEP
            if fate is None:
                undecided.add(card_id)
            settled = revision if fate is not None or known is None else known.settled
            self.published[card_id] = Publication(card_id, revision, fate, settled, at)
        return undecided

    async def _knows(self, learner: LearnerId, card_id: CardId, alike: Collection[Revision]) -> bool:
        answered = [one.revision for one in await self.reviews_of(learner) if one.card_id == card_id]
        return bool(answered) and answered[-1] in alike

    async def decide_fate(
        self, card_id: CardId, revision: Revision, fate: Fate, *, alike: Collection[Revision], at: datetime
    ) -> int:
        known = self.published.get(card_id)
        if known is None or known.revision != revision:
            raise StoreError(f'card "{card_id}": revision {revision} is not the one that is asked; look at it again')
        if known.fate is not fate:
            self.published[card_id] = Publication(card_id, revision, fate, revision, at)
        if fate is Fate.KEEP:
            return 0
        touched = 0
        for learner in self.learners.values():
            answered = [one for one in await self.reviews_of(learner.id) if one.card_id == card_id]
            memory = self.memories.get((learner.id, card_id))
            if memory is None or not answered or answered[-1].revision in alike:
                continue
            line = Adjustment(card_id, revision, fate, study_day(at, learner.settings.tz), at)
            before = {(owner, one.card_id, one.revision, one.fate) for owner, _, one in self.adjustments}
            if (learner.id, card_id, revision, fate) in before:
                continue
            self.adjustments.append((learner.id, answered[-1].showing_id, line))
            self._adjust(learner.id, card_id, adjusted(memory, fate, on=line.day))
            touched += 1
        return touched

    def _adjust(self, learner_id: LearnerId, card_id: CardId, memory: Memory | None) -> None:
        if memory is not None:
            self.memories[learner_id, card_id] = memory
            return
        del self.memories[learner_id, card_id]
        if (learner_id, card_id) in self.holds:
            self.holds[learner_id, card_id] = replace(self.holds[learner_id, card_id], resumed_lapses=0)

    def replayed(self, reviews: Iterable[Review], learner_id: LearnerId, scheduler: Scheduler) -> dict[CardId, Memory]:
        """Replay these reviews of a learner, with the adjustments where they came."""
        counted = {review.showing_id for review in reviews}
        memories: dict[CardId, Memory] = {}
        for showing_id, review in self.reviews.items():
            if review.learner_id != learner_id:
                continue
            if showing_id in counted:
                memories[review.card_id] = scheduler.follow(memories.get(review.card_id), review.answered)
            for owner, after, line in self.adjustments:
                if (owner, after) == (learner_id, showing_id):
                    memory = adjusted(memories.pop(line.card_id, None), line.fate, on=line.day)
                    memories |= {} if memory is None else {line.card_id: memory}
        return memories
