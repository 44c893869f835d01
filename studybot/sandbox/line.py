"""Who runs next: urgent runs first, and within them one run per asker in turn."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from studybot.errors import SandboxBusy

T = TypeVar("T")

MOST_WAITING = 100
MOST_PER_ASKER = 20


def anyone(_: object) -> bool:
    """Fit whatever there is."""
    return True


@dataclass(frozen=True, slots=True)
class _Turn(Generic[T]):
    """A place in the line. `fits` tells which free one will do: it is asked anew whenever one is there."""

    given: "asyncio.Future[T]"
    fits: Callable[[T], bool]


class Line(Generic[T]):
    """People waiting for something that is free: a slot.

    Urgent runs are turned away when too many wait. The others are our own (verification): they wait as long
    as it takes. Whoever waits for a certain slot holds up nobody whom another one serves as well.
    """

    def __init__(self) -> None:
        self._free: deque[T] = deque()
        self._urgent: OrderedDict[str, deque[_Turn[T]]] = OrderedDict()
        self._patient: OrderedDict[str, deque[_Turn[T]]] = OrderedDict()

    @property
    def waiting(self) -> int:
        return sum(len(turns) for line in (self._urgent, self._patient) for turns in line.values())

    async def wait(self, asked_by: str, *, urgent: bool, fits: Callable[[T], bool] = anyone) -> T:
        """Return a free one that fits when it is this asker's turn. Give it back with `offer`.

        Raises SandboxBusy, with the place in the line, if too many wait already.
        """
        for free in self._free:  # none of these fits anybody who waits
            if fits(free):
                self._free.remove(free)
                return free
        line = self._urgent if urgent else self._patient
        mine = line.get(asked_by, deque())
        if urgent and (len(mine) >= MOST_PER_ASKER or sum(map(len, line.values())) >= MOST_WAITING):
            place = sum(min(len(turns), len(mine) + 1) for turns in line.values()) + 1
            message = f"Too many runs are waiting; your place would be {place}. Try again in a moment."
            raise SandboxBusy(message, place=place)
        given: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        line.setdefault(asked_by, mine).append(_Turn(given, fits))
        try:
            return await given
        except asyncio.CancelledError:
            if given.done() and not given.cancelled() and given.exception() is None:
                self.offer(given.result())  # it was just handed over: pass it on
            raise

    def offer(self, free: T) -> None:
        """Hand this to the next one whom it fits, or keep it for those to come."""
        turn = self._next(lambda turn: turn.fits(free))
        if turn is None:
            self._free.append(free)
        else:
            turn.given.set_result(free)

    def offer_again(self) -> None:
        """Offer what is free once more: what fits has changed for somebody who waits."""
        for _ in range(len(self._free)):
            self.offer(self._free.popleft())

    def withdraw(self, free: T) -> bool:
        """Take back what was offered, if nobody has it. Return whether it was there."""
        try:
            self._free.remove(free)
        except ValueError:
            return False
        return True

    def dismiss(self, why: Exception) -> None:
        """Send everybody home with this exception."""
        while (turn := self._next(anyone)) is not None:
            turn.given.set_exception(why)

    def _next(self, is_wanted: "Callable[[_Turn[T]], bool]") -> "_Turn[T] | None":
        """Take out the first wanted turn of the asker who was served longest ago; who is passed over stays there."""
        for line in (self._urgent, self._patient):
            for asker in tuple(line):
                turns = line[asker] = deque(turn for turn in line[asker] if not turn.given.done())  # not cancelled
                turn = next(filter(is_wanted, turns), None)
                if turn is not None:
                    turns.remove(turn)
                    line.move_to_end(asker)
                if not turns:
                    del line[asker]
                if turn is not None:
                    return turn
        return None
