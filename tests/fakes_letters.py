"""The part of `MemoryStore` that keeps what comes in, and what is to go out: updates and letters."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from studybot.core.announcing import WEEK
from studybot.core.backlog import Backlog
from studybot.core.card import Text
from studybot.core.learner import LearnerId
from studybot.core.letter import Announcement, InHand, Letter, LetterId, QueuedLetter, Reminder
from studybot.core.sending import ChatLimits, Sent
from tests.fakes_learners import MemoryLearners, aware


@dataclass
class Update:
    body: Mapping[str, Any]
    chat: int
    received_at: datetime
    tries: int = 1
    finished: bool = False


@dataclass
class MemoryLetters(MemoryLearners):
    updates: dict[int, Update] = field(default_factory=dict)
    claimed: set[tuple[LearnerId, date]] = field(default_factory=set)
    skipped: set[tuple[LearnerId, date]] = field(default_factory=set)
    reminded: set[tuple[LearnerId, date]] = field(default_factory=set)
    outbox: dict[LetterId, tuple[datetime, QueuedLetter]] = field(default_factory=dict)
    taken: set[LetterId] = field(default_factory=set)
    letters_queued: int = 0
    announced: list[tuple[datetime, Text]] = field(default_factory=list)
    told_news: dict[str, datetime] = field(default_factory=dict)
    sent: dict[int, Sent] = field(default_factory=dict)

    async def untold_news(self, news: Sequence[str], *, since: datetime) -> Sequence[str]:
        moment = aware(since)
        return [line for line in news if line not in self.told_news or self.told_news[line] <= moment]

    async def mark_news_told(self, news: Sequence[str], *, at: datetime) -> None:
        self.told_news |= dict.fromkeys(news, aware(at))

    # the inbox
    async def receive(
        self, updates: Sequence[Mapping[str, Any]], *, at: datetime, chats: Sequence[int] = ()
    ) -> Collection[int]:
        new = {body["update_id"] for body in updates} - self.updates.keys()
        for body, chat in zip(updates, chats or [0] * len(updates), strict=True):
            self.updates.setdefault(body["update_id"], Update(body, chat, aware(at)))
        aware(at)
        return new

    async def next_of_chat(self, chat: int, *, besides: Collection[int] = ()) -> Mapping[str, Any] | None:
        waiting = [(number, each) for number, each in self.updates.items() if not each.finished and each.chat == chat]
        return next((each.body for number, each in waiting if number not in besides), None)

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

    async def holds_turn(self, turn: int) -> bool:
        return True

    async def bots(self) -> int:
        return 1

    async def count_together(
        self, chat_id: int, before: Sequence[float], limits: ChatLimits, *, patience: float
    ) -> float:
        now = asyncio.get_running_loop().time()
        sent = self.sent.get(chat_id, Sent()).also(now - ago for ago in before)
        sent = sent.since(now - limits.kept_seconds, limits)
        wait = sent.wait(now, limits)
        self.sent[chat_id] = sent.also([now + wait] if wait <= patience else [])
        return wait

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

    async def forget_updates(self, *, before: datetime, limit: int) -> int:
        moment, first = aware(before), list(self.updates.items())[:limit]
        old = [number for number, each in first if each.finished and each.received_at < moment]
        for number in old:
            del self.updates[number]
        return len(old)

    async def last_update_id(self) -> int | None:
        return next(reversed(self.updates), None)

    # the outbox
    async def claim_quiz_day(
        self,
        learner_id: LearnerId,
        day: date,
        *,
        due_at: datetime,
        next_reminder_at: datetime,
        letter: Letter | None = None,
    ) -> bool:
        if self.next_reminders[self._learner(learner_id).id] == aware(due_at):
            self.next_reminders[learner_id] = aware(next_reminder_at)
        if (learner_id, day) in self.claimed:
            return False
        self.claimed.add((learner_id, day))
        if letter is not None:
            aware(letter.expires_at)
            number = self.letters_queued = self.letters_queued + 1
            self.outbox[LetterId(number)] = (aware(due_at), QueuedLetter(LetterId(number), letter, 0))
        return True

    async def skip_day(self, learner_id: LearnerId, day: date, *, at: datetime) -> None:
        aware(at)
        self.claimed.add((self._learner(learner_id).id, day))
        self.skipped.add((learner_id, day))
        self.outbox = {
            number: kept
            for number, kept in self.outbox.items()
            if kept[1].letter.learner_id != learner_id or isinstance(kept[1].letter.content, Announcement)
        }

    async def take_letters(self, now: datetime, *, limit: int = 30) -> Sequence[QueuedLetter]:
        aware(now)
        free = ((at, number) for number, (at, _) in self.outbox.items() if number not in self.taken)
        taken = []
        for at, number in sorted(one for one in free if one[0] <= now)[:limit]:
            queued = self.outbox[number][1]
            taken.append(replace(queued, tries=queued.tries + 1))
            self.outbox[number] = (at, taken[-1])
            self.taken.add(number)
        return taken

    async def letters_in_hand(self) -> Collection[InHand]:
        return {queued.in_hand for number, (_, queued) in self.outbox.items() if number in self.taken}

    async def put_back_letters(self, letters: Collection[InHand]) -> None:
        self.taken -= {letter.id for letter in letters if letter in await self.letters_in_hand()}

    async def announced_since(self, since: datetime) -> Sequence[tuple[datetime, Text]]:
        return [(at, text) for at, text in self.announced if at > aware(since)]

    async def save_announcement(self, text: Text, letters: Sequence[tuple[Letter, datetime]], *, at: datetime) -> bool:
        if any(said == text and before > at - WEEK for before, said in self.announced):
            return False
        self.announced.append((aware(at), text))
        for letter, not_before in letters:
            number = self.letters_queued = self.letters_queued + 1
            self.outbox[LetterId(number)] = (aware(not_before), QueuedLetter(LetterId(number), letter, 0))
        return True

    async def put_off_letter(self, letter: InHand, *, until: datetime) -> None:
        if letter in await self.letters_in_hand():
            self.outbox[letter.id] = (aware(until), self.outbox[letter.id][1])
            self.taken.discard(letter.id)

    async def finish_letter(self, letter_id: LetterId, *, sent: bool) -> None:
        _, finished = self.outbox.pop(letter_id, (None, None))
        if sent and finished is not None and isinstance(finished.letter.content, Reminder):
            letter = finished.letter
            self.reminded |= self.claimed & {(letter.learner_id, finished.letter.content.day)}
