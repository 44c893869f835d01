"""The clock of the challenges: it wakes each one when something is due, by what stands in the store.

It keeps nothing that a restart could lose: the moments are in the store, and are looked up anew at the start.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import timedelta

from studybot.core.challenge import ChallengeId
from studybot.errors import SandboxUnavailable
from studybot.flows.challenge_rounds import go_on
from studybot.flows.outside import Outside
from studybot.group_ports import GroupMessenger
from studybot.telegram_bot.pace import Fence, behind

log = logging.getLogger(__name__)

LONGEST_SLEEP = 30.0
LONGEST_SLEEP_AMONG_BOTS = 2.0
"""Another bot may have moved the calendar, and died before it did what was due."""
PAUSE_AFTER_TROUBLE = 3.0
PAUSE_WHILE_ANOTHER_DRIVES = 0.2

CHALLENGES = 7_316_449_900_000_000_000
"""The turn of a challenge is this and its id."""


class TurnLost(Exception):
    """The connection broke to which the turn belonged."""


class ChallengeClock:
    """`run` drives all challenges for ever; `poke` lets one look at once, `look` all that are due.

    `caught_up` waits until what people did in a chat so far was handled: a vote that came in time counts.
    """

    def __init__(
        self,
        group: GroupMessenger,
        outside: Outside,
        *,
        caught_up: Callable[[int], Awaitable[None]],
        listening: Callable[[], Awaitable[None]],
    ) -> None:
        self._group = group
        self._outside = outside
        self._caught_up = caught_up
        self._listening = listening
        self._news = asyncio.Event()
        self._poked: set[ChallengeId] = set()
        self._busy: dict[ChallengeId, asyncio.Task[None]] = {}

    def poke(self, challenge_id: ChallengeId) -> None:
        """Let a challenge go on at once: something was decided in it."""
        self._poked.add(challenge_id)
        self._news.set()

    def look(self) -> None:
        """Look at what is due: the calendar may have been moved."""
        self._news.set()

    async def run(self) -> None:
        await self._listening()  # what was voted while we were away comes first
        for challenge_id, _ in await self._outside.store.waking():
            self.poke(challenge_id)
        while True:
            self._news.clear()
            try:
                seconds = await self._wake()
            except Exception:  # a database that is away for a while must not end the challenges
                log.exception("the challenges cannot be read")
                seconds = PAUSE_AFTER_TROUBLE
            try:
                async with asyncio.timeout(seconds):
                    await self._news.wait()
            except TimeoutError:
                pass

    async def close(self) -> None:
        """Let what is in hand be finished."""
        await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def settled(self) -> None:
        """Wait until no challenge is in hand and none was poked."""
        while self._busy or self._poked or self._news.is_set():
            await asyncio.sleep(0)
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _wake(self) -> float:
        """Let everything go on that is due or was poked; return the seconds until the next is due."""
        now = self._outside.clock.now()
        waking = dict(await self._outside.store.waking())
        poked, self._poked = self._poked, set()
        due = {challenge_id for challenge_id, at in waking.items() if at <= now}
        for challenge_id in poked | due:
            if challenge_id in self._busy:
                self._poked |= poked & {challenge_id}
            else:
                task = asyncio.create_task(self._go_on(challenge_id), name=f"challenge {challenge_id}")
                self._busy[challenge_id] = task
        coming = [at for at in waking.values() if at > now]
        wait = min(coming, default=now + timedelta(seconds=LONGEST_SLEEP)) - now
        longest = LONGEST_SLEEP_AMONG_BOTS if self._outside.store.shared else LONGEST_SLEEP
        return min(max(wait.total_seconds(), 0.01), longest)

    async def _go_on(self, challenge_id: ChallengeId) -> None:
        try:
            await self._go_on_alone(challenge_id)
        except TurnLost:
            log.warning("challenge %s is another bot's now: the database was away", challenge_id)
        except SandboxUnavailable as error:
            log.warning("challenge %s waits: %s", challenge_id, error)
            await asyncio.sleep(PAUSE_AFTER_TROUBLE)
        except Exception:  # one group's trouble must not cost the others; it is tried again
            log.exception("challenge %s could not go on", challenge_id)
            await asyncio.sleep(PAUSE_AFTER_TROUBLE)
        finally:
            self._busy.pop(challenge_id, None)
            self._news.set()

    async def _go_on_alone(self, challenge_id: ChallengeId) -> None:
        """Drive a challenge while no other bot on the same database does."""
        store, turn = self._outside.store, CHALLENGES + challenge_id
        if not await store.take_turn(turn):
            self._poked.add(challenge_id)  # it may have looked before what we were poked for
            await asyncio.sleep(PAUSE_WHILE_ANOTHER_DRIVES)
            return
        try:
            challenge = await store.challenge(challenge_id)
            if challenge is not None:
                await self._caught_up(challenge.group.chat_id)
            with behind(self._still_ours(turn)) if store.shared else nullcontext():
                await go_on(challenge_id, self._group, outside=self._outside)
        finally:
            await store.end_turn(turn)

    def _still_ours(self, turn: int) -> Fence:
        """Return what raises once a turn is lost: what waited for its minute meanwhile, another bot says by now."""

        async def still_ours() -> None:
            if not await self._outside.store.holds_turn(turn):
                raise TurnLost

        return still_ours
