"""Keeps a live deck as its files are: what is edited while the bot runs is proved and asked, without a restart."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

from studybot.core.phrase import Phrase, said
from studybot.deck.files import is_passing
from studybot.deck.live import LiveDeck
from studybot.deck.loader import DeckReader, LoadedDeck
from studybot.errors import DeckError, SandboxUnavailable
from studybot.ports import Clock, Runner, Store

log = logging.getLogger(__name__)

RETRY_SECONDS = 60.0
PATIENCE_SECONDS = 1.0
SETTLED_MS = 50
"""An editor writes a file in several steps: it is read once nothing has changed for so long."""


async def changes_of(root: Path) -> AsyncIterator[None]:
    """Yield whenever something changed under a path."""
    from watchfiles import awatch

    # Editors put a new file in the place of the old one: its folder is watched, and sees both.
    folder = root if root.is_dir() else root.parent  # noqa: ASYNC240 - once, before anything is watched
    async for _ in awatch(folder, watch_filter=_is_seen, step=SETTLED_MS, debounce=4 * SETTLED_MS, rust_timeout=1000):
        yield


def _is_seen(_: object, path: str) -> bool:
    return not is_passing(Path(path).name)


class DeckKeeper:
    """The one that reads the deck's folder for a running bot."""

    def __init__(self, deck: LiveDeck, folder: Path, store: Store, runner: Runner, clock: Clock) -> None:
        self.deck = deck
        self.folder = folder
        self.store = store
        self.runner = runner
        self.clock = clock
        self._turn = asyncio.Lock()
        self._told = ""
        self._reader = DeckReader(folder)

    async def keep(self) -> None:
        """Prove what has no proof yet, then follow the files, for ever."""
        async with self._turn:
            await self._prove()
        async for _ in changes_of(self.folder):
            await self.reload()

    async def reload(self) -> None:
        """Read the files again. A deck that cannot be read changes nothing, and its keeper is told once."""
        async with self._turn:
            try:
                deck = await self._read()
            except DeckError as error:
                if str(error) != self._told:
                    self.deck.tell(Phrase("the deck cannot be read, and stays as it was:\n{why}", why=said(error)))
                self._told = str(error)
                return
            self._told = ""
            if deck == self.deck.deck:
                return
            self.deck.renew(deck)
            await self._prove()

    async def _read(self) -> LoadedDeck:
        """Read the deck, a second time where it is broken: git puts one file after the other in place."""
        try:
            return await asyncio.to_thread(self._reader.load)
        except DeckError:
            await asyncio.sleep(PATIENCE_SECONDS)
            return await asyncio.to_thread(self._reader.load)

    async def _prove(self) -> None:
        """Prove what is missing; while the sandbox is down, try again every minute."""
        while True:
            try:
                await self.deck.prove_missing(self.store, self.runner, self.clock)
            except SandboxUnavailable as error:
                log.error("no card can be asked: %s (studybot doctor says more)", error)  # noqa: TRY400
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return
