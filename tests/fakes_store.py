"""`MemoryStore`: the store of the flow tests, in dictionaries. It passes the same contract as `SqlStore`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from studybot.core.ballot import MemberId
from studybot.core.card import CardId
from studybot.core.export import Kept, KeptReview, Reported
from studybot.core.hold import Hold
from studybot.core.learner import ChatId, LearnerId
from studybot.core.quiz import ShowingId
from studybot.core.report import Report, ReportId
from tests.fakes_challenges import MemoryChallenges
from tests.fakes_learners import aware
from tests.fakes_letters import MemoryLetters
from tests.fakes_reviews import MemoryReviews


@dataclass
class MemoryStore(MemoryReviews, MemoryLetters, MemoryChallenges):
    """Everything is public, so that a test can arrange a past and look at what was kept."""

    reports: dict[int, Report] = field(default_factory=dict)

    # reports
    async def save_report(
        self, learner_id: LearnerId, showing_id: ShowingId, *, update_id: int, at: datetime
    ) -> Report | None:
        aware(at)
        if update_id in self.reports:
            return self.reports[update_id]
        showing = self.showings.get(showing_id)
        if showing is None or showing.asked is None or showing.learner_id != learner_id:
            return None
        said = tuple(self.said[one] for one, of in self.counted_for.items() if of == showing_id and one in self.said)
        of = (showing.card_id, showing.asked.revision, showing.asked.seed)
        report_id = ReportId(len(self.reports) + 1)
        answer = said[-1].text if said else ""
        report = Report(report_id, learner_id, *of, answer, showing.asked.run, at, transcript=said)
        self.reports[update_id] = report
        return report

    async def note_report(self, report_id: ReportId, learner_id: LearnerId, note: str) -> bool:
        for update_id, report in self.reports.items():
            if (report.id, report.learner_id) == (report_id, learner_id):
                self.reports[update_id] = replace(report, note=note, told=False)
                return True
        return False

    async def untold_reports(self) -> Sequence[Report]:
        return [report for report in self.reports.values() if not report.told]

    async def mark_told(self, report: Report) -> None:
        for update_id, kept in self.reports.items():
            if (kept.id, kept.note) == (report.id, report.note):
                self.reports[update_id] = replace(kept, told=True)

    # a learner's own data
    async def study_days(self, learner_id: LearnerId) -> Sequence[date]:
        voted = {day for owner, day in self.group_days if owner == learner_id}
        return sorted({review.day for review in await self.reviews_of(learner_id)} | voted)

    async def kept_of(self, learner_id: LearnerId) -> Kept:
        learner = self._learner(learner_id)
        mine = [review for review in self.reviews.values() if review.learner_id == learner_id]
        return Kept(
            learner,
            self.next_reminders[learner_id],
            tuple(KeptReview(one, self.texts[one.showing_id], self.undone_at.get(one.showing_id)) for one in mine),
            tuple(one for one in self.attempts if self.showings[one.showing_id].learner_id == learner_id),
            await self.memories_of(learner_id),
            await self.holds_of(learner_id),
            tuple(
                Reported(one.card_id, one.revision, one.seed, one.answer, one.note, one.at)
                for one in self.reports.values()
                if one.learner_id == learner_id
            ),
            tuple(one for owner, _, one in self.adjustments if owner == learner_id),
            self.kept_in_groups(MemberId(int(learner.chat_id))),
        )

    async def forget_learner(self, learner_id: LearnerId) -> Sequence[int]:
        mine = {one.id for one in self.showings.values() if one.learner_id == learner_id}
        open_ones = [self.showings[showing_id] for showing_id in sorted(mine, reverse=True)]
        messages = [one.message_id for one in open_ones if not one.settled and one.message_id is not None]
        if learner_id in self.learners:
            self.forget_person(MemberId(int(self.learners[learner_id].chat_id)))
        self.group_days = {one for one in self.group_days if one[0] != learner_id}
        self.learners.pop(learner_id, None)
        self.next_reminders.pop(learner_id, None)
        self.claimed = {claim for claim in self.claimed if claim[0] != learner_id}
        self.reminded = {claim for claim in self.reminded if claim[0] != learner_id}
        self.skipped = {claim for claim in self.skipped if claim[0] != learner_id}
        self.outbox = {number: kept for number, kept in self.outbox.items() if kept[1].letter.learner_id != learner_id}
        self.rests = {rest for rest in self.rests if rest[0] != learner_id}
        self.reports = {update_id: one for update_id, one in self.reports.items() if one.learner_id != learner_id}
        self.holds = {key: hold for key, hold in self.holds.items() if key[0] != learner_id}
        self.quizzes = {quiz_id: quiz for quiz_id, quiz in self.quizzes.items() if quiz[0] != learner_id}
        self.showings = {showing_id: one for showing_id, one in self.showings.items() if showing_id not in mine}
        gone = {update_id for update_id, showing_id in self.counted_for.items() if showing_id in mine}
        self.answers = {update_id: text for update_id, text in self.answers.items() if update_id not in gone}
        self.counted_for = {update_id: of for update_id, of in self.counted_for.items() if update_id not in gone}
        self.reviews = {showing_id: one for showing_id, one in self.reviews.items() if one.learner_id != learner_id}
        self.memories = {key: memory for key, memory in self.memories.items() if key[0] != learner_id}
        self.undos = {update_id: one for update_id, one in self.undos.items() if one.review.learner_id != learner_id}
        self.put_away -= mine
        self.adjustments = [line for line in self.adjustments if line[0] != learner_id]
        self.attempts = [one for one in self.attempts if one.showing_id not in mine]
        self.texts = {showing_id: text for showing_id, text in self.texts.items() if showing_id not in mine}
        self.undone_at = {showing_id: at for showing_id, at in self.undone_at.items() if showing_id not in mine}
        return messages[:20]

    # cards held back
    async def suspend_card(self, learner_id: LearnerId, card_id: CardId) -> None:
        self._hold(learner_id, card_id, suspended=True)

    async def resume_card(self, learner_id: LearnerId, card_id: CardId) -> None:
        memory = self.memories.get((learner_id, card_id))
        lapses = 0 if memory is None else memory.lapses
        self._hold(learner_id, card_id, suspended=False, buried_on=None, resumed_lapses=lapses)

    async def bury_card(self, learner_id: LearnerId, card_id: CardId, *, on: date) -> None:
        self._hold(learner_id, card_id, buried_on=on)

    async def holds_of(self, learner_id: LearnerId) -> Mapping[CardId, Hold]:
        return {card_id: hold for (owner, card_id), hold in self.holds.items() if owner == learner_id}

    def _hold(self, learner_id: LearnerId, card_id: CardId, **changes: Any) -> None:
        key = (self._learner(learner_id).id, card_id)
        self.holds[key] = replace(self.holds.get(key, Hold()), **changes)

    # letters
    async def unanswered_reminders(self, learner_id: LearnerId) -> Sequence[date]:
        answered = [review.day for review in await self.reviews_of(learner_id)]
        skipped = [day for owner, day in self.skipped if owner == learner_id]
        heard = max([*answered, *skipped], default=date.min)
        return sorted(day for owner, day in self.reminded if owner == learner_id and day > heard)

    async def move_chat(self, old: ChatId, new: ChatId) -> None:
        for number, (at, queued) in self.outbox.items():
            if queued.letter.chat_id == old:
                self.outbox[number] = (at, replace(queued, letter=replace(queued.letter, chat_id=new)))
        await super().move_chat(old, new)
