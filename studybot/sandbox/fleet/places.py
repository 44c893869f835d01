"""How many runs of ours are on their way to a device at a time; the others wait here, in a fair line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from studybot.sandbox.line import Line


class Places:
    """A number of places that follows the size of the fleet. Who waits is served as at the local pool: see `Line`."""

    def __init__(self) -> None:
        self.line: Line[int] = Line()
        self._wanted = 0
        self._there: set[int] = set()  # free or lent

    def resize(self, count: int) -> None:
        """Have this many places; those that are lent beyond them end when they come back."""
        self._wanted = count
        for place in tuple(self._there):
            if place >= count and self.line.withdraw(place):
                self._there.discard(place)
        for place in range(count):
            if place not in self._there:
                self._there.add(place)
                self.line.offer(place)

    @asynccontextmanager
    async def one(self, asked_by: str, *, urgent: bool) -> AsyncIterator[None]:
        """Hold a place. Raises SandboxBusy, with the place in the line, if too many wait already."""
        place = await self.line.wait(asked_by, urgent=urgent)
        try:
            yield
        finally:
            if place < self._wanted:
                self.line.offer(place)
            else:
                self._there.discard(place)
