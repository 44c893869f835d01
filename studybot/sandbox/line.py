"""Who runs next: urgent runs first, and within them one run per asker in turn."""

import asyncio
from collections import OrderedDict, deque
from typing import Generic, TypeVar

from studybot.errors import SandboxBusy

T = TypeVar("T")

MOST_WAITING = 100
MOST_PER_ASKER = 20


class Line(Generic[T]):
    """People waiting for something that is free: a slot.

    Urgent runs are turned away when too many wait. The others are our own (verification): they wait as long
    as it takes.
    """

    def __init__(self) -> None:
        self._free: deque[T] = deque()
        self._urgent: OrderedDict[str, deque[asyncio.Future[T]]] = OrderedDict()
        self._patient: OrderedDict[str, deque[asyncio.Future[T]]] = OrderedDict()

    @property
    def waiting(self) -> int:
        return sum(len(turns) for line in (self._urgent, self._patient) for turns in line.values())

    async def wait(self, asked_by: str, *, urgent: bool) -> T:
        """Return a free one when it is this asker's turn. Give it back with `offer`.

        Raises SandboxBusy, with the place in the line, if too many wait already.
        """
        if self._free:  # then nobody waits
            return self._free.popleft()
        line = self._urgent if urgent else self._patient
        mine = line.get(asked_by, deque())
        if urgent and (len(mine) >= MOST_PER_ASKER or sum(map(len, line.values())) >= MOST_WAITING):
            place = sum(min(len(turns), len(mine) + 1) for turns in line.values()) + 1
            message = f"Too many runs are waiting; your place would be {place}. Try again in a moment."
            raise SandboxBusy(message, place=place)
        turn: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        line.setdefault(asked_by, mine).append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.offer(turn.result())  # it was just handed over: pass it on
            raise

    def offer(self, free: T) -> None:
        """Hand this to whoever is next, or keep it for the next one to come."""
        turn = self._next()
        if turn is None:
            self._free.append(free)
        else:
            turn.set_result(free)

    def withdraw(self, free: T) -> bool:
        """Take back what was offered, if nobody has it. Return whether it was there."""
        try:
            self._free.remove(free)
        except ValueError:
            return False
        return True

    def dismiss(self, why: Exception) -> None:
        """Send everybody home with this exception."""
        while (turn := self._next()) is not None:
            turn.set_exception(why)

    def _next(self) -> "asyncio.Future[T] | None":
        for line in (self._urgent, self._patient):
            while line:
                asker, turns = line.popitem(last=False)
                turn = turns.popleft()
                if turns:
                    line[asker] = turns  # back to the end of the line
                if not turn.done():  # it was not cancelled meanwhile
                    return turn
        return None
