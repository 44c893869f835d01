"""`MemoryStore`: the store of the flow tests, in dictionaries. It passes the same contract as `SqlStore`."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from studybot.core.announcing import WEEK
from studybot.core.backlog import Backlog
from studybot.core.ballot import MemberId
from studybot.core.card import CardId, Revision, Text
from studybot.core.export import Attempt, Kept, KeptReview, Reported
from studybot.core.grading import UNUSABLE_SECONDS
from studybot.core.hold import Hold
from studybot.core.learner import ChatId, Learner, LearnerId, Settings
from studybot.core.letter import Announcement, Letter, LetterId, QueuedLetter, Reminder
from studybot.core.proof import Proven
from studybot.core.quiz import Asked, Quiz, QuizId, Showing, ShowingId, Summary
from studybot.core.report import Report, ReportId, Said
from studybot.core.review import Review, Standing, Undone
from studybot.core.run import Device
from studybot.core.schedule import Memory, Scheduler
from studybot.errors import StoreError
from tests.fakes_challenges import MemoryChallenges
from tests.fakes_publications import MemoryPublications


@dataclass
class Update:
    body: Mapping[str, Any]
    chat: int
    received_at: datetime
    tries: int = 1
    finished: bool = False


@dataclass
class MemoryStore(MemoryChallenges, MemoryPublications):
    """Everything is public, so that a test can arrange a past and look at what was kept."""

    learners: dict[LearnerId, Learner] = field(default_factory=dict)
    next_reminders: dict[LearnerId, datetime] = field(default_factory=dict)
    claimed: set[tuple[LearnerId, date]] = field(default_factory=set)
    reminded: set[tuple[LearnerId, date]] = field(default_factory=set)
    skipped: set[tuple[LearnerId, date]] = field(default_factory=set)
    rests: set[tuple[LearnerId, date]] = field(default_factory=set)
    quizzes: dict[QuizId, tuple[LearnerId, date]] = field(default_factory=dict)
    showings: dict[ShowingId, Showing] = field(default_factory=dict)
    counted_for: dict[int, ShowingId] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)
    said: dict[int, Said] = field(default_factory=dict)
    reviews: dict[ShowingId, Review] = field(default_factory=dict)
    memories: dict[tuple[LearnerId, CardId], Memory] = field(default_factory=dict)
    holds: dict[tuple[LearnerId, CardId], Hold] = field(default_factory=dict)
    card_bodies: dict[tuple[CardId, Revision], Mapping[str, Any]] = field(default_factory=dict)
    proven: dict[tuple[CardId, Revision, str, Device], Proven] = field(default_factory=dict)
    updates: dict[int, Update] = field(default_factory=dict)
    undos: dict[int, Undone] = field(default_factory=dict)
    put_away: set[ShowingId] = field(default_factory=set)
    reports: dict[int, Report] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    texts: dict[ShowingId, str] = field(default_factory=dict)
    undone_at: dict[ShowingId, datetime] = field(default_factory=dict)
    outbox: dict[LetterId, tuple[datetime, QueuedLetter]] = field(default_factory=dict)
    letters_queued: int = 0
    announced: list[tuple[datetime, Text]] = field(default_factory=list)

    # learners
    async def learner_of_chat(self, chat_id: ChatId) -> Learner | None:
        return next((one for one in self.learners.values() if one.chat_id == chat_id), None)

    async def learner(self, learner_id: LearnerId) -> Learner | None:
        return self.learners.get(learner_id)

    async def add_learner(self, chat_id: ChatId, settings: Settings, *, next_reminder_at: datetime) -> Learner:
        if known := await self.learner_of_chat(chat_id):
            return known
        learner = Learner(LearnerId(max(self.learners, default=0) + 1), chat_id, settings)
        self.learners[learner.id] = learner
        self.next_reminders[learner.id] = _aware(next_reminder_at)
        return learner

    async def save_settings(self, learner_id: LearnerId, settings: Settings, *, next_reminder_at: datetime) -> Learner:
        kept = self._learner(learner_id)
        learner = replace(kept, settings=replace(settings, scheduler=kept.settings.scheduler))
        self.learners[learner_id] = learner
        self.next_reminders[learner_id] = _aware(next_reminder_at)
        return learner

    async def switch_scheduler(self, learner_id: LearnerId, scheduler: Scheduler) -> Learner:
        kept = self._learner(learner_id)
        self.learners[learner_id] = replace(kept, settings=replace(kept.settings, scheduler=scheduler.name))
        for card_id in await self.memories_of(learner_id):
            del self.memories[learner_id, card_id]
        for card_id, memory in self.replayed(await self.reviews_of(learner_id), learner_id, scheduler).items():
            self.memories[learner_id, card_id] = memory
        return self.learners[learner_id]

    async def mark_reachable(self, learner_id: LearnerId, *, reachable: bool) -> None:
        self.learners[learner_id] = replace(self._learner(learner_id), reachable=reachable)

    async def learners_to_remind(self, now: datetime, *, limit: int = 500) -> Sequence[tuple[Learner, datetime]]:
        waiting = [
            (self.learners[learner_id], due_at)
            for learner_id, due_at in self.next_reminders.items()
            if due_at <= _aware(now) and self.learners[learner_id].reachable
        ]
        return sorted(waiting, key=lambda pair: pair[1])[:limit]

    async def claim_quiz_day(
        self,
        learner_id: LearnerId,
        day: date,
        *,
        due_at: datetime,
        next_reminder_at: datetime,
        letter: Letter | None = None,
    ) -> bool:
        if self.next_reminders[self._learner(learner_id).id] == _aware(due_at):
            self.next_reminders[learner_id] = _aware(next_reminder_at)
        if (learner_id, day) in self.claimed:
            return False
        self.claimed.add((learner_id, day))
        if letter is not None:
            _aware(letter.expires_at)
            number = self.letters_queued = self.letters_queued + 1
            self.outbox[LetterId(number)] = (_aware(due_at), QueuedLetter(LetterId(number), letter, 0))
        return True

    async def skip_day(self, learner_id: LearnerId, day: date, *, at: datetime) -> None:
        _aware(at)
        self.claimed.add((self._learner(learner_id).id, day))
        self.skipped.add((learner_id, day))
        self.outbox = {
            number: kept
            for number, kept in self.outbox.items()
            if kept[1].letter.learner_id != learner_id or isinstance(kept[1].letter.content, Announcement)
        }

    async def unanswered_reminders(self, learner_id: LearnerId) -> Sequence[date]:
        answered = [review.day for review in await self.reviews_of(learner_id)]
        skipped = [day for owner, day in self.skipped if owner == learner_id]
        heard = max([*answered, *skipped], default=date.min)
        return sorted(day for owner, day in self.reminded if owner == learner_id and day > heard)

    async def rest_on(self, learner_id: LearnerId, day: date) -> None:
        self.rests.add((self._learner(learner_id).id, day))

    async def rest_until(self, learner_id: LearnerId, until: date | None, *, today: date) -> None:
        mine = self._learner(learner_id).id
        self.rests = {(owner, day) for owner, day in self.rests if owner != mine or day <= today}
        count = 0 if until is None else (until - today).days
        self.rests |= {(mine, today + timedelta(days=number)) for number in range(count)}

    async def rest_days(self, learner_id: LearnerId) -> Collection[date]:
        return {day for owner, day in self.rests if owner == learner_id}

    # quizzes
    async def quiz_on(self, learner_id: LearnerId, day: date) -> Quiz | None:
        for quiz_id, begun in self.quizzes.items():
            if begun == (learner_id, day):
                showings = [one for one in self._showings(quiz_id) if one.id not in self.put_away]
                return Quiz(quiz_id, learner_id, day, len(showings), sum(one.settled for one in showings))
        return None

    async def begin_quiz(self, learner_id: LearnerId, day: date, cards: Sequence[CardId], *, at: datetime) -> Quiz:
        _aware(at)
        if quiz := await self.quiz_on(self._learner(learner_id).id, day):
            return quiz
        quiz_id = QuizId(max(self.quizzes, default=0) + 1)
        self.quizzes[quiz_id] = (learner_id, day)
        for card_id in cards:
            self._plan(quiz_id, card_id)
        return Quiz(quiz_id, learner_id, day, len(cards), 0)

    async def extend_quiz(self, quiz_id: QuizId, cards: Sequence[CardId], *, total: int) -> bool:
        if quiz_id not in self.quizzes:
            raise LookupError(f"no quiz {quiz_id}")
        size = sum(one.id not in self.put_away for one in self._showings(quiz_id))
        if size != total or not cards:
            return False
        for card_id in cards:
            self._plan(quiz_id, card_id)
        return True

    async def cards_of_quiz(self, quiz_id: QuizId) -> Collection[CardId]:
        return {one.card_id for one in self._showings(quiz_id)}

    async def next_showing(self, quiz_id: QuizId) -> Showing | None:
        return next((one for one in self._showings(quiz_id) if not one.settled), None)

    async def showing(self, showing_id: ShowingId) -> Showing | None:
        return self.showings.get(showing_id)

    async def open_showing(self, learner_id: LearnerId) -> Showing | None:
        days = {day: quiz_id for quiz_id, (owner, day) in self.quizzes.items() if owner == learner_id}
        if not days:
            return None
        latest = self._showings(days[max(days)])
        return next((one for one in latest if one.asked and not one.settled), None)

    async def times_shown(self, learner_id: LearnerId, card_id: CardId) -> int:
        asked = [one for one in self.showings.values() if one.asked]
        return sum(one.learner_id == learner_id and one.card_id == card_id for one in asked)

    async def seeds_shown(
        self, learner_id: LearnerId, card_id: CardId, revision: Revision, *, since: datetime
    ) -> Sequence[int]:
        mine = [one for one in self.showings.values() if (one.learner_id, one.card_id) == (learner_id, card_id)]
        asked = [one.asked for one in mine if one.asked]
        return [one.seed for one in asked if one.revision == revision and one.at >= _aware(since)]

    async def save_asked(self, showing_id: ShowingId, asked: Asked) -> Showing:
        _aware(asked.at)
        showing = self._showing(showing_id)
        if showing.asked or showing.settled:
            return showing
        return self._keep(replace(showing, asked=asked))

    async def save_message(self, showing_id: ShowingId, message_id: int) -> None:
        self._keep(replace(self._showing(showing_id), message_id=message_id))

    async def save_hint(self, showing_id: ShowingId, *, update_id: int) -> Showing:
        showing = self._showing(showing_id)
        if showing.settled or not self._count(update_id, showing_id):
            return showing
        return self._keep(replace(showing, hints=showing.hints + 1))

    async def save_attempt(
        self, showing_id: ShowingId, text: str, *, right: bool, update_id: int, at: datetime
    ) -> Showing:
        _aware(at)
        showing = self._showing(showing_id)
        if showing.settled or not self._count(update_id, showing_id):
            return showing
        self.answers[update_id] = text
        self.said[update_id] = Said(text, right)
        self.attempts.append(Attempt(showing_id, showing.card_id, text, right, at))
        return self._keep(replace(showing, attempts=showing.attempts + 1))

    async def save_review(self, review: Review, text: str, *, update_id: int) -> bool:
        _aware(review.at)
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
        _aware(at)
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

    # practice
    async def put_first(self, quiz_id: QuizId, card_id: CardId, *, practice: bool) -> Showing:
        if quiz_id not in self.quizzes:
            raise LookupError(f"no quiz {quiz_id}")
        left = [one for one in self._showings(quiz_id) if not one.settled]
        mine = next((one for one in left if (one.card_id, one.practice) == (card_id, practice)), None)
        if mine is None:
            self._plan(quiz_id, card_id)
            mine = replace(self._showings(quiz_id)[-1], practice=practice)
        elif mine == left[0]:
            return mine
        if left:
            self._keep(replace(left[0], position=self._showings(quiz_id)[-1].position + 1))
            mine = replace(mine, position=left[0].position)
        return self._keep(mine)

    # what a vote in a group means to learners
    async def learners_among(self, people: Sequence[MemberId]) -> Mapping[MemberId, LearnerId]:
        reachable = {MemberId(int(one.chat_id)): one.id for one in self.learners.values() if one.reachable}
        return {person: reachable[person] for person in people if person in reachable}

    async def due_among(self, people: Collection[MemberId], *, on: date) -> Counter[CardId]:
        them = {one.id for one in self.learners.values() if int(one.chat_id) in people}
        return Counter(card for (owner, card), memory in self.memories.items() if owner in them and memory.is_due(on))

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

    # reports
    async def save_report(
        self, learner_id: LearnerId, showing_id: ShowingId, *, update_id: int, at: datetime
    ) -> Report | None:
        _aware(at)
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

    async def set_aside(self, showing_id: ShowingId) -> None:
        self._keep(replace(self._showing(showing_id), settled=True))

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

    async def counted(self, update_id: int) -> bool:
        return update_id in self.counted_for

    async def review_of(self, showing_id: ShowingId) -> Review | None:
        return self.reviews.get(showing_id)

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

    async def study_days(self, learner_id: LearnerId) -> Sequence[date]:
        voted = {day for owner, day in self.group_days if owner == learner_id}
        return sorted({review.day for review in await self.reviews_of(learner_id)} | voted)

    async def typical_seconds(self, learner_id: LearnerId, kind: str, *, at_least: int = 8) -> float | None:
        latencies = [
            review.latency_ms
            for review in await self.reviews_of(learner_id)
            if review.kind == kind and review.right and review.attempts == 1 and not review.drill
            if review.latency_ms <= UNUSABLE_SECONDS * 1000
        ][-100:]
        return median(latencies) / 1000 if len(latencies) >= at_least else None

    # a learner's own data
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

    # cards
    async def save_card(self, card_id: CardId, revision: Revision, body: Mapping[str, Any]) -> None:
        self.card_bodies.setdefault((card_id, revision), body)

    async def card_body(self, card_id: CardId, revision: Revision) -> Mapping[str, Any] | None:
        return self.card_bodies.get((card_id, revision))

    async def revisions_of(self, card_id: CardId) -> Mapping[Revision, Mapping[str, Any]]:
        return {revision: body for (known, revision), body in self.card_bodies.items() if known == card_id}

    async def save_proof(self, proven: Proven, *, at: datetime) -> None:
        _aware(at)
        self.proven[proven.card_id, proven.revision, proven.torch_version, proven.device] = proven

    async def proofs(self, torch_version: str, device: Device) -> Sequence[Proven]:
        stored = self.proven.values()
        return [one for one in stored if (one.torch_version, one.device) == (torch_version, device)]

    # the inbox
    async def receive(
        self, updates: Sequence[Mapping[str, Any]], *, at: datetime, chats: Sequence[int] = ()
    ) -> Collection[int]:
        new = {body["update_id"] for body in updates} - self.updates.keys()
        for body, chat in zip(updates, chats or [0] * len(updates), strict=True):
            self.updates.setdefault(body["update_id"], Update(body, chat, _aware(at)))
        _aware(at)
        return new

    async def next_of_chat(self, chat: int) -> Mapping[str, Any] | None:
        waiting = (each.body for each in self.updates.values() if not each.finished and each.chat == chat)
        return next(waiting, None)

    async def chats_waiting(self, *, limit: int) -> Sequence[int]:
        return list(dict.fromkeys(each.chat for each in self.updates.values() if not each.finished))[:limit]

    async def backlog(self) -> Backlog:
        waiting = [each.received_at for each in self.updates.values() if not each.finished]
        return Backlog(len(waiting), min(waiting, default=None), len(self.outbox))

    @property
    def shared(self) -> bool:
        return False

    async def take_turn(self, turn: int) -> bool:
        return True

    async def end_turn(self, turn: int) -> None:
        """Nobody else wants it."""

    async def unhandled(self, *, limit: int = 1000) -> Sequence[Mapping[str, Any]]:
        return [update.body for update in self.updates.values() if not update.finished][:limit]

    async def begin_update(self, update_id: int) -> int:
        if update_id not in self.updates:
            raise LookupError(f"no update {update_id}")
        self.updates[update_id].tries += 1
        return self.updates[update_id].tries

    async def finish_updates(self, update_ids: Sequence[int]) -> None:
        for update_id in update_ids:
            if update_id in self.updates:
                self.updates[update_id] = replace(self.updates[update_id], body={}, finished=True)

    async def last_update_id(self) -> int | None:
        return next(reversed(self.updates), None)

    # the outbox
    async def take_letters(self, now: datetime, *, leased_until: datetime, limit: int = 30) -> Sequence[QueuedLetter]:
        _aware(now)
        due = sorted((at, number) for number, (at, _) in self.outbox.items() if at <= now)[:limit]
        taken = []
        for _, number in due:
            queued = self.outbox[number][1]
            taken.append(replace(queued, tries=queued.tries + 1))
            self.outbox[number] = (_aware(leased_until), taken[-1])
        return taken

    async def learners_who_want_news(self) -> Sequence[Learner]:
        wanting = (each for each in self.learners.values() if each.reachable and each.settings.announcements)
        return sorted(wanting, key=lambda learner: learner.id)

    async def announced_since(self, since: datetime) -> Sequence[tuple[datetime, Text]]:
        return [(at, text) for at, text in self.announced if at > _aware(since)]

    async def save_announcement(self, text: Text, letters: Sequence[tuple[Letter, datetime]], *, at: datetime) -> bool:
        if any(said == text and before > at - WEEK for before, said in self.announced):
            return False
        self.announced.append((_aware(at), text))
        for letter, not_before in letters:
            number = self.letters_queued = self.letters_queued + 1
            self.outbox[LetterId(number)] = (_aware(not_before), QueuedLetter(LetterId(number), letter, 0))
        return True

    async def put_off_letter(self, letter_id: LetterId, *, until: datetime) -> None:
        if letter_id in self.outbox:
            self.outbox[letter_id] = (_aware(until), self.outbox[letter_id][1])

    async def finish_letter(self, letter_id: LetterId, *, sent: bool) -> None:
        _, finished = self.outbox.pop(letter_id, (None, None))
        if sent and finished is not None and isinstance(finished.letter.content, Reminder):
            letter = finished.letter
            self.reminded |= self.claimed & {(letter.learner_id, finished.letter.content.day)}

    async def move_chat(self, old: ChatId, new: ChatId) -> None:
        for number, (at, queued) in self.outbox.items():
            if queued.letter.chat_id == old:
                self.outbox[number] = (at, replace(queued, letter=replace(queued.letter, chat_id=new)))
        await super().move_chat(old, new)

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

    def _hold(self, learner_id: LearnerId, card_id: CardId, **changes: Any) -> None:
        key = (self._learner(learner_id).id, card_id)
        self.holds[key] = replace(self.holds.get(key, Hold()), **changes)

    def _learner(self, learner_id: LearnerId) -> Learner:
        if learner_id not in self.learners:
            raise LookupError(f"no learner {learner_id}")
        return self.learners[learner_id]

    def _showing(self, showing_id: ShowingId) -> Showing:
        if showing_id not in self.showings:
            raise LookupError(f"no showing {showing_id}")
        return self.showings[showing_id]

    def _showings(self, quiz_id: QuizId) -> list[Showing]:
        return sorted((one for one in self.showings.values() if one.quiz_id == quiz_id), key=lambda one: one.position)

    def _plan(self, quiz_id: QuizId, card_id: CardId, *, drill: bool = False) -> None:
        position = max((one.position for one in self._showings(quiz_id)), default=-1) + 1
        showing_id = ShowingId(max(self.showings, default=0) + 1)
        self._keep(Showing(showing_id, quiz_id, self.quizzes[quiz_id][0], card_id, position, drill))

    def _keep(self, showing: Showing) -> Showing:
        self.showings[showing.id] = showing
        return showing

    def _count(self, update_id: int, showing_id: ShowingId) -> bool:
        """Count an update for a showing; False if it was counted before."""
        if update_id in self.counted_for:
            return False
        self.counted_for[update_id] = showing_id
        return True


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone: pass an aware datetime")
    return moment
