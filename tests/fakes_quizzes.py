"""The part of `MemoryStore` that keeps quizzes, and what was shown and tried in them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from studybot.core.card import CardId, Revision
from studybot.core.export import Attempt
from studybot.core.learner import LearnerId
from studybot.core.quiz import Asked, Quiz, QuizId, Showing, ShowingId
from studybot.core.report import Said
from tests.fakes_learners import MemoryLearners, aware


@dataclass
class MemoryQuizzes(MemoryLearners):
    quizzes: dict[QuizId, tuple[LearnerId, date]] = field(default_factory=dict)
    showings: dict[ShowingId, Showing] = field(default_factory=dict)
    put_away: set[ShowingId] = field(default_factory=set)
    counted_for: dict[int, ShowingId] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)
    said: dict[int, Said] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)

    async def quiz_on(self, learner_id: LearnerId, day: date) -> Quiz | None:
        for quiz_id, begun in self.quizzes.items():
            if begun == (learner_id, day):
                showings = [one for one in self._showings(quiz_id) if one.id not in self.put_away]
                return Quiz(quiz_id, learner_id, day, len(showings), sum(one.settled for one in showings))
        return None

    async def begin_quiz(self, learner_id: LearnerId, day: date, cards: Sequence[CardId], *, at: datetime) -> Quiz:
        aware(at)
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

    async def open_showing(self, learner_id: LearnerId, *, today: date) -> Showing | None:
        days = {day: quiz_id for quiz_id, (owner, day) in self.quizzes.items() if owner == learner_id}
        quiz_ids = [days[day] for day in (today, max(days, default=today)) if day in days]
        showings = [one for quiz_id in quiz_ids for one in self._showings(quiz_id)]
        return next((one for one in showings if one.asked and not one.settled), None)

    async def times_shown(self, learner_id: LearnerId, card_id: CardId) -> int:
        asked = [one for one in self.showings.values() if one.asked]
        return sum(one.learner_id == learner_id and one.card_id == card_id for one in asked)

    async def seeds_shown(
        self, learner_id: LearnerId, card_id: CardId, revision: Revision, *, since: datetime
    ) -> Sequence[int]:
        mine = [one for one in self.showings.values() if (one.learner_id, one.card_id) == (learner_id, card_id)]
        asked = [one.asked for one in mine if one.asked]
        return [one.seed for one in asked if one.revision == revision and one.at >= aware(since)]

    async def save_asked(self, showing_id: ShowingId, asked: Asked) -> Showing:
        aware(asked.at)
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
        aware(at)
        showing = self._showing(showing_id)
        if showing.settled or not self._count(update_id, showing_id):
            return showing
        self.answers[update_id] = text
        self.said[update_id] = Said(text, right)
        self.attempts.append(Attempt(showing_id, showing.card_id, text, right, at))
        return self._keep(replace(showing, attempts=showing.attempts + 1))

    async def set_aside(self, showing_id: ShowingId) -> None:
        self._keep(replace(self._showing(showing_id), settled=True))

    async def counted(self, update_id: int) -> bool:
        return update_id in self.counted_for

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

    # how it is kept
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
