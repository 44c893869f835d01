"""What all bots on a database send into one chat, counted together: Telegram's limits are the chat's, not a bot's.

Only where it matters: in groups, where twenty a minute are soon used up, and in a private chat that hears much at once.
Nobody else's message waits for the database.
"""

import asyncio
import logging
import math
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from telegram.error import RetryAfter

from studybot.core.sending import ChatLimits
from studybot.errors import StoreError
from studybot.ports import Store

log = logging.getLogger(__name__)

REMEMBERED_CHATS = 5000


@dataclass(slots=True)
class Chat:
    """When this bot spoke there of late, and what the others were not told of that."""

    sent: deque[float] = field(default_factory=deque)
    untold: list[float] = field(default_factory=list)
    line: asyncio.Lock = field(default_factory=asyncio.Lock)


class CommonCount:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._chats: OrderedDict[int, Chat] = OrderedDict()
        self._bots = 1
        self._alone_since: float | None = None

    @property
    def bots(self) -> int:
        return self._bots

    @bots.setter
    def bots(self, bots: int) -> None:
        if bots > 1 or self._bots > 1:
            self._alone_since = None  # whoever has gone may have spoken a moment ago
        self._bots = bots

    async def turn(self, chat_id: int, limits: ChatLimits, *, patience_seconds: float) -> None:
        """Wait until all bots together may say one more thing in a chat, and count it.

        Raises RetryAfter for what would wait longer than `patience_seconds`.
        """
        chat = self._chat(chat_id, limits)
        if self._matters(chat, limits):
            async with chat.line:
                wait = await self._place(chat_id, chat, limits, patience_seconds)
            if wait > patience_seconds:
                raise RetryAfter(math.ceil(wait))
            await asyncio.sleep(wait)
        else:
            chat.untold.append(_now())
        chat.sent.append(_now())

    def _chat(self, chat_id: int, limits: ChatLimits) -> Chat:
        chat = self._chats.setdefault(chat_id, Chat())
        self._chats.move_to_end(chat_id)
        while len(self._chats) > REMEMBERED_CHATS:
            self._chats.popitem(last=False)
        forgotten = _now() - limits.kept_seconds
        while chat.sent and chat.sent[0] <= forgotten:
            chat.sent.popleft()
        chat.untold = [at for at in chat.untold if at > forgotten]
        return chat

    def _matters(self, chat: Chat, limits: ChatLimits) -> bool:
        """Return whether what the other bots say in a chat may make the difference.

        A private chat is left alone while each bot has said so little lately that all of them together are allowed to.
        """
        if self._is_alone_for_long(limits):
            return False
        lately = _now() - limits.burst_seconds
        return limits.per_window is not None or sum(at > lately for at in chat.sent) >= limits.burst // (self.bots + 1)

    def _is_alone_for_long(self, limits: ChatLimits) -> bool:
        """Return whether nobody else can have said anything that still counts: not right after the start, either."""
        if self._bots > 1:
            return False
        if self._alone_since is None:
            self._alone_since = _now()
        return _now() - self._alone_since >= limits.kept_seconds

    async def _place(self, chat_id: int, chat: Chat, limits: ChatLimits, patience: float) -> float:
        """Take a place in the line of all bots; return the seconds until its moment comes."""
        telling, chat.untold = chat.untold, []
        now = _now()
        try:
            before = [now - at for at in telling]
            return await self._store.count_together(chat_id, before, limits, patience=patience)
        except StoreError as error:  # as if we were alone, until the database is back
            log.warning("what the other bots send is not known: %s", error)
            chat.untold += [*telling, now]
            return 0.0


def _now() -> float:
    return asyncio.get_running_loop().time()
