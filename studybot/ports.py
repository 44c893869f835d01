"""What the flows need from outside, as protocols. The adapters are named in wiring.py and nowhere else.

Every store method is one transaction, whole or not at all, and safe to repeat: a second call with the same
arguments after a crash changes nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Protocol

from studybot.core.card import CardId, Revision, Text
from studybot.core.export import Kept
from studybot.core.hold import Hold
from studybot.core.learner import ChatId, Learner, LearnerId, Settings
from studybot.core.letter import Delivery, InHand, Letter, LetterId, QueuedLetter
from studybot.core.phrase import Said
from studybot.core.proof import Proven
from studybot.core.publication import Fate, Publication
from studybot.core.quiz import Asked, Quiz, QuizId, Showing, ShowingId, Summary
from studybot.core.report import Report, ReportId
from studybot.core.review import Review, Standing, Undone
from studybot.core.run import Device, RunResult, Snippet
from studybot.core.schedule import Memory, Scheduler
from studybot.group_ports import BoardStore, ChallengeStore
from studybot.inbox_ports import InboxStore

NOTHING_ALIKE: Mapping[CardId, Collection[Revision]] = MappingProxyType({})


class Clock(Protocol):
    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        ...


class Runner(Protocol):
    """Runs snippets in a sandbox."""

    async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
        """Run one snippet in a child of its own and return what became of it.

        `asked_by` names whoever waits (a learner, the verifier): waiting runs are served in turn between them.
        `urgent` runs (somebody is looking at the screen) go before the others (verification).

        Raises SandboxUnavailable if no sandbox can run it, SandboxBusy if too many runs wait already.
        """
        ...

    async def devices(self) -> tuple[Device, ...]:
        """Return where snippets can run now. Asking may start what a GPU needs."""
        ...

    @property
    def torch_version(self) -> str:
        """The torch inside the sandbox, for instance "2.13.0+cpu". Raises SandboxUnavailable before it is known."""
        ...


class Messenger(Protocol):
    """Reaches learners of its own accord; what answers a learner's own press or message needs no port."""

    async def remind(self, learner: Learner, *, due: int, minutes: int) -> Delivery:
        """Try once to send the day's one message, with sound, and tell what became of it."""
        ...

    async def announce(self, learner: Learner, text: Text) -> Delivery:
        """Try once to send an announcement, without a sound, and tell what became of it."""
        ...

    async def tell_of_report(self, admin: ChatId, report: Report) -> bool:
        """Tell whoever runs the bot what a learner reported; False if they cannot be reached."""
        ...

    async def tell_of_cards(self, admin: ChatId, news: Sequence[Said]) -> bool:
        """Tell whoever runs the bot which cards are not asked, and why; False if they cannot be reached."""
        ...


class Store(InboxStore, ChallengeStore, BoardStore, Protocol):
    # learners
    async def learner_of_chat(self, chat_id: ChatId) -> Learner | None: ...

    async def learner(self, learner_id: LearnerId) -> Learner | None: ...

    async def add_learner(self, chat_id: ChatId, settings: Settings, *, next_reminder_at: datetime) -> Learner:
        """Add the learner of a private chat, or return the one who is there already, unchanged."""
        ...

    async def save_settings(self, learner_id: LearnerId, settings: Settings, *, next_reminder_at: datetime) -> Learner:
        """Store new settings, all but the scheduler: see `switch_scheduler`."""
        ...

    async def switch_scheduler(self, learner_id: LearnerId, scheduler: Scheduler) -> Learner:
        """Let another scheduler decide from now on: all memories become what it makes of the learner's reviews."""
        ...

    async def mark_reachable(self, learner_id: LearnerId, *, reachable: bool) -> None: ...

    async def learners_to_remind(self, now: datetime, *, limit: int = 500) -> Sequence[tuple[Learner, datetime]]:
        """Return reachable learners whose reminder is due, with the moment it was due, longest first."""
        ...

    async def claim_quiz_day(
        self,
        learner_id: LearnerId,
        day: date,
        *,
        due_at: datetime,
        next_reminder_at: datetime,
        letter: Letter | None = None,
    ) -> bool:
        """Claim the right to remind a learner on a study day; False if that day was claimed before.

        Whoever claims it puts `letter` into the outbox: both are kept, or neither.
        Sets the next reminder either way, and only if it still stands at `due_at`.
        """
        ...

    async def skip_day(self, learner_id: LearnerId, day: date, *, at: datetime) -> None:
        """Claim a study day for nobody, if it is not claimed yet, and remember that the learner took it off."""
        ...

    async def unanswered_reminders(self, learner_id: LearnerId) -> Sequence[date]:
        """Return the days of the reminders since the learner's last answer or day off, oldest first."""
        ...

    async def rest_on(self, learner_id: LearnerId, day: date) -> None:
        """Remember that nothing was asked of a learner on a study day."""
        ...

    async def rest_until(self, learner_id: LearnerId, until: date | None, *, today: date) -> None:
        """Remember the study days from today up to but not including `until` as days of rest, and no later ones."""
        ...

    async def rest_days(self, learner_id: LearnerId) -> Collection[date]: ...

    # quizzes
    async def quiz_on(self, learner_id: LearnerId, day: date) -> Quiz | None: ...

    async def begin_quiz(self, learner_id: LearnerId, day: date, cards: Sequence[CardId], *, at: datetime) -> Quiz:
        """Begin the day's quiz with these cards in this order, or return the day's quiz if there is one."""
        ...

    async def extend_quiz(self, quiz_id: QuizId, cards: Sequence[CardId], *, total: int) -> bool:
        """Add cards to the end of a quiz that has `total` showings; False, and nothing is changed, if it has not."""
        ...

    async def cards_of_quiz(self, quiz_id: QuizId) -> Collection[CardId]:
        """Return the cards that a quiz asks or has asked."""
        ...

    async def next_showing(self, quiz_id: QuizId) -> Showing | None:
        """Return the first showing of a quiz that is not settled: the one being asked, or the next to ask."""
        ...

    async def showing(self, showing_id: ShowingId) -> Showing | None: ...

    async def open_showing(self, learner_id: LearnerId, *, today: date) -> Showing | None:
        """Return the asked but unsettled showing of today's quiz, else of the learner's latest; None if there is none.

        The latest is a later day's where the learner has flown west meanwhile.
        """
        ...

    async def times_shown(self, learner_id: LearnerId, card_id: CardId) -> int:
        """Count the showings of a card that were asked of a learner: the n of the next variant's seed."""
        ...

    async def seeds_shown(
        self, learner_id: LearnerId, card_id: CardId, revision: Revision, *, since: datetime
    ) -> Sequence[int]:
        """Return the seeds with which a revision of a card was asked of a learner, at `since` or later."""
        ...

    async def save_asked(self, showing_id: ShowingId, asked: Asked) -> Showing:
        """Record what is about to be shown; a showing that was asked already stays as it was."""
        ...

    async def save_message(self, showing_id: ShowingId, message_id: int) -> None: ...

    async def save_hint(self, showing_id: ShowingId, *, update_id: int) -> Showing:
        """Count a hint, once per update."""
        ...

    async def save_attempt(
        self, showing_id: ShowingId, text: str, *, right: bool, update_id: int, at: datetime
    ) -> Showing:
        """Record an answer that does not settle the showing yet, once per update."""
        ...

    async def save_review(self, review: Review, text: str, *, update_id: int) -> bool:
        """Settle a showing: append the review and the answer's text, store the memory, plan the drill.

        While the memory after the review is drilled on that day, the card joins the end of its quiz once more.
        Returns False, and changes nothing, if the showing was settled before, or if this update was counted
        before. Raises StoreError if the memory is no longer `review.before`, or the learner's scheduler no longer
        `review.scheduler`: handle it again.
        """
        ...

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
        """Take the learner's latest answer back: memory, limits and figures are as before it, the log keeps both.

        The memory is what `scheduler`, the learner's own, makes of the answers before, whoever scheduled the one
        taken back. Raises StoreError if it is no longer theirs.

        The card is shown once more in its quiz, if that is today's. None, and nothing is changed, if the latest
        answer is not that showing's (None means whichever it is), or too many were taken back already. The same
        update, a second time, gives the same.
        """
        ...

    async def latest_answered(self, learner_id: LearnerId) -> ShowingId | None:
        """Return the showing of the learner's latest answer that was not undone."""
        ...

    # practice
    async def put_first(self, quiz_id: QuizId, card_id: CardId, *, practice: bool) -> Showing:
        """Put a card before all that are left in a quiz; the one that was first goes to the end.

        Its showing that is left already is taken, else one is added: a second call changes nothing.
        """
        ...

    # reports
    async def save_report(
        self, learner_id: LearnerId, showing_id: ShowingId, *, update_id: int, at: datetime
    ) -> Report | None:
        """Store a report of a card as it was shown, once per update; None if it was not shown to that learner."""
        ...

    async def note_report(self, report_id: ReportId, learner_id: LearnerId, note: str) -> bool:
        """Put a learner's words to their report, which is to be told again; False if it is not theirs."""
        ...

    async def untold_news(self, news: Sequence[str], *, since: datetime) -> Sequence[str]:
        """Return the lines of the deck's news that no admin was told after a moment, by this bot or another one."""
        ...

    async def mark_news_told(self, news: Sequence[str], *, at: datetime) -> None:
        """Remember that the admins know these lines."""
        ...

    async def untold_reports(self) -> Sequence[Report]: ...

    async def mark_told(self, report: Report) -> None:
        """Note that somebody was told of a report; not if its note has changed meanwhile."""
        ...

    async def set_aside(self, showing_id: ShowingId) -> None:
        """Settle a showing without a grade: its card cannot be asked now. Nothing is learned or forgotten."""
        ...

    async def standing(self, showing_id: ShowingId, *, update_id: int) -> Standing | None:
        """Return where a showing stands when an update brings an answer to it; None for no showing."""
        ...

    async def standing_in_chat(
        self, chat_id: ChatId, showing_id: ShowingId, *, update_id: int
    ) -> tuple[Learner | None, Standing | None]:
        """Return the learner of a chat, too, read with the showing as one state; None for what is not there."""
        ...

    async def counted(self, update_id: int) -> bool:
        """Return whether an update's answer or hint was recorded before: it came a second time."""
        ...

    async def review_of(self, showing_id: ShowingId) -> Review | None: ...

    async def summary(self, quiz_id: QuizId) -> Summary: ...

    # memory
    async def memory_of(self, learner_id: LearnerId, card_id: CardId) -> Memory | None: ...

    async def memories_of(self, learner_id: LearnerId) -> Mapping[CardId, Memory]: ...

    async def due_memories(self, learner_id: LearnerId, *, on: date) -> Mapping[CardId, Memory]:
        """Return the memories due on a study day, longest due first: cheap, however much has been learned."""
        ...

    async def reviews_of(self, learner_id: LearnerId) -> Sequence[Review]:
        """Return a learner's reviews in order of time."""
        ...

    async def latest_reviews(self, learner_id: LearnerId, *, limit: int, skip: int = 0) -> Sequence[Review]:
        """Return a learner's latest reviews, latest first, without the `skip` latest."""
        ...

    async def cards_answered(self, learner_id: LearnerId, *, since: date) -> Collection[CardId]:
        """Return the cards that a learner has answered since a study day, due or not."""
        ...

    async def study_days(self, learner_id: LearnerId) -> Sequence[date]:
        """Return the study days on which a learner answered and did not undo it, oldest first."""
        ...

    async def typical_seconds(self, learner_id: LearnerId, kind: str, *, at_least: int = 8) -> float | None:
        """Return the median latency of a learner's right first answers of a kind; None below `at_least` of them.

        The last hundred count; drills and latencies that say nothing (past five minutes) do not.
        """
        ...

    # a learner's own data
    async def kept_of(self, learner_id: LearnerId) -> Kept:
        """Return everything that is kept of a learner, as one state. Raises LookupError for nobody."""
        ...

    async def forget_learner(self, learner_id: LearnerId) -> Sequence[int]:
        """Delete a learner and everything that hangs on them, reviews too. A second time nothing is left to do.

        Returns the messages of cards that were not settled, the latest twenty: their buttons are to be taken off.
        """
        ...

    # cards held back
    async def suspend_card(self, learner_id: LearnerId, card_id: CardId) -> None: ...

    async def resume_card(self, learner_id: LearnerId, card_id: CardId) -> None:
        """Undo what holds a card back, and remember how often it has been forgotten until now."""
        ...

    async def bury_card(self, learner_id: LearnerId, card_id: CardId, *, on: date) -> None:
        """Hold a card back on a study day."""
        ...

    async def holds_of(self, learner_id: LearnerId) -> Mapping[CardId, Hold]: ...

    # cards
    async def save_card(self, card_id: CardId, revision: Revision, body: Mapping[str, Any]) -> None:
        """Keep what a revision said, so that a question is graded against the revision that was shown."""
        ...

    async def card_body(self, card_id: CardId, revision: Revision) -> Mapping[str, Any] | None: ...

    async def revisions_of(self, card_id: CardId) -> Mapping[Revision, Mapping[str, Any]]:
        """Return what every revision of a card said."""
        ...

    async def save_proof(self, proven: Proven, *, at: datetime) -> None:
        """Store the latest outcome for (card, revision, torch version, device)."""
        ...

    async def proofs(self, torch_version: str, device: Device) -> Sequence[Proven]: ...

    async def publications(self) -> Mapping[CardId, Publication]:
        """Return the revision of each card that is asked, or was asked last."""
        ...

    async def publish_cards(
        self,
        cards: Sequence[tuple[CardId, Revision, Fate | None]],
        *,
        alike: Mapping[CardId, Collection[Revision]] = NOTHING_ALIKE,
        at: datetime,
    ) -> Collection[CardId]:
        """Note which revisions are asked from now on; one that is asked already stays as it was noted.

        A fate of None says that the meaning changed: its author must decide, and until then all memories stay. Returns
        those cards. Nothing is to decide where nobody has a memory of the card, or all who have one answered last a
        revision that is `alike`: one that means the same as this.
        """
        ...

    async def decide_fate(
        self, card_id: CardId, revision: Revision, fate: Fate, *, alike: Collection[Revision], at: datetime
    ) -> int:
        """Decide what becomes of what learners know of a card whose meaning changed; return how many it touches.

        Whoever answered last in one of the revisions `alike`, which mean the same as this one, is left alone. Nobody
        meets the same fate twice for one revision. The learner's log gets a line after their latest review, and a
        replay follows it. Raises StoreError if another revision is asked by now.
        """
        ...

    # the outbox
    async def take_letters(self, now: datetime, *, limit: int = 30) -> Sequence[QueuedLetter]:
        """Take letters whose time has come, longest due first; nobody is given them again until they are put back."""
        ...

    async def letters_in_hand(self) -> Collection[InHand]:
        """Return which letters were taken by anybody, and neither finished nor put back."""
        ...

    async def put_back_letters(self, letters: Collection[InHand]) -> None:
        """Let letters be taken again, whose takers have died. One that was taken once more meanwhile stays taken."""
        ...

    async def learners_who_want_news(self) -> Sequence[Learner]:
        """Return the learners who can be reached and have not turned announcements off."""
        ...

    async def announced_since(self, since: datetime) -> Sequence[tuple[datetime, Text]]:
        """Return what was announced after a moment, and when, the earliest first."""
        ...

    async def save_announcement(self, text: Text, letters: Sequence[tuple[Letter, datetime]], *, at: datetime) -> bool:
        """Keep an announcement and put its letters into the outbox, each for its own moment: all of it, or nothing.

        False, and nothing is kept, where the very same text was announced in the week before.
        """
        ...

    async def put_off_letter(self, letter: InHand, *, until: datetime) -> None:
        """Put a letter back for later, unless it was taken once more meanwhile."""
        ...

    async def finish_letter(self, letter_id: LetterId, *, sent: bool) -> None:
        """Forget a letter: it was sent, or will never be. Of a reminder that was sent, note that its day had one."""
        ...

    async def move_chat(self, old: ChatId, new: ChatId) -> None:
        """Give everything that belongs to a chat to another id: its group was upgraded."""
        ...
