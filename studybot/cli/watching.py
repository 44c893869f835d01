"""studybot cards watch: what changes in the deck is read and proved again while its author edits."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from studybot.cli.language import counted, say, tell
from studybot.cli.printing import bar, print_line
from studybot.config import load_config
from studybot.core.card import CardId, Revision
from studybot.core.phrase import Phrase
from studybot.core.proof import ProofStatus
from studybot.core.run import OWN_HASH_SEED, Snippet
from studybot.deck.keeper import changes_of
from studybot.deck.kept import KeptProofs
from studybot.deck.loader import DeckReader, LoadedCard, load_deck
from studybot.deck.near import near_to
from studybot.deck.verify import ASKED_BY, CPU_ONLY, CardProof, devices_for, verify
from studybot.errors import Problem, SandboxUnavailable
from studybot.ports import Runner

PATIENCE_SECONDS = 0.6
"""After this long it is said how far a proof is: fifty variants take longer than anybody waits for a first word."""

BAD = frozenset({ProofStatus.REFUTED, ProofStatus.BROKEN})

Where = Annotated[
    Path | None, typer.Argument(help="The deck's folder, one topic of it, or one file; STUDYBOT_CARDS if left out.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object per line.")]


def watch(path: Where = None, as_json: AsJson = False) -> None:
    """Check and prove cards again whenever their files change, until Ctrl-C. One warm sandbox serves it all.

    Only what changed is read and proved, and compared with the other cards: usually within a second of saving. A card
    with variants says by then how many of them hold so far, and its verdict once all are tried.

    Example: studybot cards watch cards/contiguity
    """
    from studybot.cli.cards import open_runner

    root = path or load_config().cards
    if not root.exists():
        load_deck(root)  # says what is wrong with it

    async def watched() -> None:
        async with open_runner() as runner:
            watcher = Watcher(root, runner, as_json=as_json)
            await watcher.look()
            await _warmed(runner)
            tell(Phrase("Watching {path}; stop with Ctrl-C.", path=root), err=True)
            await watcher.follow(changes_of(root))

    asyncio.run(watched())


async def _warmed(runner: Runner) -> None:
    """Let every warm jail run something, so that the first edit does not wait for one to start."""
    every = (Snippet("None", hash_seed=seed) for seed in range(OWN_HASH_SEED))
    await asyncio.gather(*(runner.run(snippet, asked_by=ASKED_BY, urgent=False) for snippet in every))


class Watcher:
    """Looks at a deck again and again, and says what is new since the last time."""

    def __init__(
        self, root: Path, runner: Runner, *, as_json: bool, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        from studybot.cli.cards import PROOFS

        self._reader = DeckReader(root)
        self._runner = runner
        self._as_json = as_json
        self._patience = patience_seconds
        self._kept = KeptProofs(PROOFS)
        self._cards: tuple[LoadedCard, ...] | None = None
        """The cards as they were at the last look; None before the first."""
        self._known: dict[CardId, tuple[Revision, ProofStatus]] = {}
        self._problems: tuple[Problem, ...] = ()
        self._holding: dict[CardId, int] = {}
        """How many variants hold so far, of the cards that are being proved."""

    async def follow(self, changes: AsyncIterator[None]) -> None:
        """Look at every change. What is being proved meanwhile is begun anew, what was edited last before the rest."""
        changed = asyncio.Event()
        listening = asyncio.create_task(_set_at_each(changes, changed))
        try:
            while not listening.done():
                await changed.wait()
                changed.clear()
                await self._look_until(changed)
            await listening  # it only ends by an error
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _look_until(self, changed: asyncio.Event) -> None:
        looking, waiting = asyncio.create_task(self.look()), asyncio.create_task(changed.wait())
        try:
            await asyncio.wait({looking, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            if not looking.done():
                looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def look(self) -> None:
        """Read what changed and prove what is not proved. The first time, SandboxUnavailable is raised."""
        before, first = self._cards, self._cards is None
        reading = self._reader.read()
        self._cards = _each_once(reading.deck.cards)
        mended = bool(self._problems) and not reading.problems
        self._tell_problems(reading.problems)
        gone = [] if reading.problems else self._known.keys() - {one.card.card_id for one in self._cards}
        for card_id in gone:
            del self._known[card_id]
        wanted = self._wanted(self._cards, before or ())
        try:
            fresh = await self._proved(wanted, first=first)
        except SandboxUnavailable as error:
            if first:
                raise
            self._tell_fault(error)
            return
        if not first:
            self._tell_near(fresh)
        if fresh or gone or mended or first:
            self._tell_all()

    def _wanted(self, cards: Sequence[LoadedCard], before: Sequence[LoadedCard]) -> list[LoadedCard]:
        """Return the cards that have no proof yet, those first that were edited since the last look."""
        wanted: list[LoadedCard] = []
        for one in cards:
            known = self._known.get(one.card.card_id)
            if known is not None and known[0] == one.card.revision:
                continue
            if self._kept.of(one, CPU_ONLY) is not None:
                self._known[one.card.card_id] = one.card.revision, ProofStatus.PROVEN
                continue
            wanted.append(one)
        seen = {(one.card.card_id, one.card.revision) for one in before}
        return sorted(wanted, key=lambda one: (one.card.card_id, one.card.revision) in seen)

    async def _proved(self, wanted: Sequence[LoadedCard], *, first: bool) -> list[CardProof]:
        """Prove cards and tell of each as it is done; what is done is kept, also when this is stopped."""
        if not wanted:
            return []
        fresh: list[CardProof] = []
        self._holding = dict.fromkeys((one.card.card_id for one in wanted), 0)
        telling = asyncio.create_task(self._tell_how_far(wanted)) if not first else None
        try:
            with bar(Phrase("proving"), len(wanted)) as progress:
                devices = await devices_for(wanted, self._runner)
                async for proof in verify(wanted, self._runner, devices=devices, heard=self._hear):
                    self._known[proof.proven.card_id] = proof.proven.revision, proof.proven.status
                    self._holding.pop(proof.proven.card_id, None)
                    fresh.append(proof)
                    self._tell(proof, first=first)
                    progress.step()
        finally:
            if telling is not None:
                telling.cancel()
            with suppress(OSError):  # a read-only folder: then they are run again the next time
                self._kept.keep(fresh, CPU_ONLY)
        return fresh

    def _hear(self, loaded: LoadedCard, variants: int) -> None:
        if loaded.card.is_parametric:
            self._holding[loaded.card.card_id] = variants

    async def _tell_how_far(self, wanted: Sequence[LoadedCard]) -> None:
        await asyncio.sleep(self._patience)
        for one in wanted:
            if (holding := self._holding.get(one.card.card_id)) is None:
                continue
            if self._as_json:
                print_line(_place(one) | {"status": "proving", "reason": "", "variants": holding})
            elif holding:
                told = Phrase("{card}: well-formed, and {n} variants hold so far; the rest is being tried")
                typer.echo(f"… {say(told.filled(card=one, n=holding))}")
            else:
                typer.echo(f"… {say(Phrase('{card}: well-formed, and being proved', card=one))}")

    def _tell_problems(self, problems: tuple[Problem, ...]) -> None:
        if problems == self._problems:
            return
        self._problems = problems
        for problem in problems:
            if self._as_json:
                print_line({"status": "unreadable", "reason": str(problem)})
            else:
                typer.echo(f"✗ {say(problem)}")

    def _tell(self, proof: CardProof, *, first: bool) -> None:
        bad = proof.proven.status in BAD
        if self._as_json:
            print_line(_place(proof.loaded) | {"status": proof.proven.status.value, "reason": proof.proven.reason})
        elif bad or not first:
            typer.echo(f"{'✗' if bad else '✓'} {say(proof)}")

    def _tell_fault(self, error: SandboxUnavailable) -> None:
        if self._as_json:
            print_line({"status": "unavailable", "reason": str(error)})
        else:
            typer.echo(f"✗ {say(Phrase('{reason} Save again to try again.', reason=error))}")

    def _tell_near(self, fresh: Sequence[CardProof]) -> None:
        """Tell what is nearly the same as a card that was just proved."""
        mine = {proof.loaded.card.card_id: proof.loaded for proof in fresh if proof.proven.status not in BAD}
        others = [one for one in self._cards or () if one.card.card_id not in mine]
        for near in near_to(mine.values(), others) if mine else ():
            if self._as_json:
                print_line(_place(near.card) | {"status": "near", "reason": str(near.what)})
            else:
                typer.echo(f"≈ {say(near)}")

    def _tell_all(self) -> None:
        if self._as_json:
            return
        told = list(self._statuses())
        left = sum(status in BAD for status in told) + len(self._problems)
        all_told = counted(len(told), Phrase("1 card"), Phrase("{n} cards"))
        if left:
            tell(Phrase("{cards}: {n} to mend", cards=all_told, n=left))
        else:
            tell(Phrase("{cards}: all is well", cards=all_told))

    def _statuses(self) -> Iterator[ProofStatus]:
        for one in self._cards or ():
            if (known := self._known.get(one.card.card_id)) is not None:
                yield known[1]


def _each_once(cards: Sequence[LoadedCard]) -> tuple[LoadedCard, ...]:
    """Leave out what bears the id of a card above it: that is a problem of the deck, and told as one."""
    first: dict[CardId, LoadedCard] = {}
    for one in cards:
        first.setdefault(one.card.card_id, one)
    return tuple(first.values())


async def _set_at_each(changes: AsyncIterator[None], changed: asyncio.Event) -> None:
    try:
        async for _ in changes:
            changed.set()
    finally:
        changed.set()


def _place(one: LoadedCard) -> dict[str, Any]:
    return {"id": one.card.id, "file": one.file, "line": one.line}
