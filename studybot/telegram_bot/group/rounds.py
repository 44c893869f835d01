"""What is known of the rounds in play: their cards, read once, and the counters under their questions.

All of it is a cache: a restart costs a look into the store, and one edit of a counter.
"""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, field, replace

from telegram.error import TelegramError

from studybot.core.challenge import Counted, RoundId, Step, may_count
from studybot.errors import GroupGone
from studybot.flows.challenge_rounds import view_of
from studybot.flows.modes import mode_of
from studybot.flows.outside import Outside
from studybot.group_ports import RoundView
from studybot.telegram_bot.group.voice import Voice

log = logging.getLogger(__name__)

REMEMBERED = 200
SECONDS_BETWEEN_COUNTS = 6.0


class Cards:
    """The card of each round: reading it takes longer than storing a vote, and in most modes it never changes."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._views: OrderedDict[RoundId, RoundView] = OrderedDict()

    async def of(self, round_id: RoundId) -> RoundView | None:
        """Return a round's card; its challenge and its step may be those of a while ago."""
        if (known := self._views.get(round_id)) is not None:
            self._views.move_to_end(round_id)
            return known
        one = await self._outside.store.round(round_id)
        challenge = None if one is None else await self._outside.store.challenge(one.challenge_id)
        if one is None or challenge is None:
            return None
        view = await view_of(challenge, one, outside=self._outside)
        if mode_of(challenge).changes:
            return view
        self._views[round_id] = view
        while len(self._views) > REMEMBERED:
            self._views.popitem(last=False)
        return view


@dataclass
class _Counter:
    """The latest count of a ballot, and how many edits showed one before."""

    ballot: int
    counted: Counted
    shown: int = 0
    task: "asyncio.Task[None] | None" = field(default=None, repr=False)


class Counters:
    """Counts votes under the question, many votes by one edit: a group hears twenty messages a minute in all."""

    def __init__(self, voice: Voice, cards: Cards, outside: Outside) -> None:
        self._voice = voice
        self._cards = cards
        self._outside = outside
        self._counters: dict[RoundId, _Counter] = {}

    def note(self, round_id: RoundId, ballot: int, counted: Counted) -> None:
        """Take note of a count; it is shown in a while, together with those that follow."""
        counter = self._counters.get(round_id)
        if counter is None or counter.ballot != ballot:
            if counter is not None and counter.task is not None:
                counter.task.cancel()  # nobody else would: it is not known here any more
            counter = self._counters[round_id] = _Counter(ballot, counted)
        counter.counted = counted
        if counter.task is None:
            counter.task = asyncio.create_task(self._show_soon(round_id, counter), name=f"counter {round_id}")

    def close(self) -> None:
        for counter in self._counters.values():
            if counter.task is not None:
                counter.task.cancel()

    async def _show_soon(self, round_id: RoundId, counter: _Counter) -> None:
        await asyncio.sleep(SECONDS_BETWEEN_COUNTS)
        counter.task = None
        try:
            await self._show(round_id, counter)
        except (TelegramError, GroupGone) as error:  # the next step shows the question again, or finds the group gone
            log.info("a counter was not shown round=%s: %s", round_id, error)

    async def _show(self, round_id: RoundId, counter: _Counter) -> None:
        one, view = await self._outside.store.round(round_id), await self._cards.of(round_id)
        hidden = view is not None and (view.in_private or view.turn is not None)
        if one is None or view is None or hidden or one.step is not Step.VOTE or one.ballot != counter.ballot:
            self._counters.pop(round_id, None)
            return
        if counter.counted.everybody or not may_count(one, counter.shown, picture=view.card.picture is not None):
            return
        counter.shown += 1
        await self._outside.store.count_operations(round_id, 1)
        challenge = await self._outside.store.challenge(one.challenge_id)
        if challenge is not None:
            await self._voice.count(replace(view, challenge=challenge, round=one), counter.counted)
