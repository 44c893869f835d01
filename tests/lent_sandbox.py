"""The session's one real sandbox, lent to what would open one of its own: a jail takes three seconds to warm up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studybot.core.run import Device, RunResult, Snippet
from studybot.ports import Runner


@dataclass
class LentSandbox:
    """A pool that is warm already, and goes on when whoever was given it closes it."""

    pool: Runner

    async def start(self) -> None:
        """It is started."""

    async def close(self) -> None:
        """Others need it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.pool, name)


@dataclass
class SandboxFromAnotherLoop:
    """The same for a command line that has an event loop of its own: what it runs is run in the loop of the pool."""

    pool: Runner
    loop: asyncio.AbstractEventLoop

    @property
    def torch_version(self) -> str:
        return self.pool.torch_version

    async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
        there = self.pool.run(snippet, asked_by=asked_by, urgent=urgent)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(there, self.loop))

    async def devices(self) -> tuple[Device, ...]:
        return ("cpu",)

    @asynccontextmanager
    async def opened(self, python: Path | None = None, *, slots: int | None = None) -> AsyncIterator[Runner]:
        """Stand in for `studybot.cli.cards.open_runner`."""
        yield self
