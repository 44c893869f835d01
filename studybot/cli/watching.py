"""studybot cards watch: what changes in the deck is read and proved again while its author edits."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from studybot.cli.language import counted, tell
from studybot.cli.printing import bar, print_line
from studybot.config import load_config
from studybot.core.card import CardId, Revision
from studybot.core.phrase import Phrase
from studybot.core.proof import ProofStatus
from studybot.deck.keeper import changes_of
from studybot.deck.kept import KeptProofs
from studybot.deck.loader import LoadedCard, load_deck
from studybot.deck.verify import CPU_ONLY, CardProof, devices_for, verify
from studybot.errors import DeckError
from studybot.ports import Runner

Where = Annotated[
    Path | None, typer.Argument(help="The deck's folder, one topic of it, or one file; STUDYBOT_CARDS if left out.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object per line.")]


def watch(path: Where = None, as_json: AsJson = False) -> None:
    """Check and prove cards again whenever their files change, until Ctrl-C. One warm sandbox serves it all.

    Only what changed is proved: usually within a second of saving.

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
            tell(Phrase("Watching {path}; stop with Ctrl-C.", path=root), err=True)
            async for _ in changes_of(root):
                await watcher.look()

    asyncio.run(watched())


class Watcher:
    """Looks at a deck again and again, and says what is new since the last time."""

    def __init__(self, root: Path, runner: Runner, *, as_json: bool) -> None:
        from studybot.cli.cards import PROOFS

        self._root = root
        self._runner = runner
        self._as_json = as_json
        self._kept = KeptProofs(PROOFS)
        self._known: dict[CardId, tuple[Revision, CardProof]] = {}
        self._problems: tuple[str, ...] = ()

    async def look(self) -> None:
        """Read the deck once more and prove what is not proved. Tells what is wrong; raises SandboxUnavailable."""
        first = not self._known and not self._problems
        try:
            deck = load_deck(self._root)
        except DeckError as error:
            self._tell_problems(tuple(map(str, error.problems)))
            return
        mended, self._problems = bool(self._problems), ()
        fresh = [proof async for proof in self._proved(deck.cards)]
        with suppress(OSError):  # a read-only folder: then they are run again the next time
            self._kept.keep(fresh, CPU_ONLY)
        gone = self._known.keys() - {one.card.card_id for one in deck.cards}
        for card_id in gone:
            del self._known[card_id]
        if fresh or gone or mended or first:
            self._tell(fresh, first=first)

    async def _proved(self, cards: Sequence[LoadedCard]) -> AsyncIterator[CardProof]:
        wanted: list[LoadedCard] = []
        for one in cards:
            known = self._known.get(one.card.card_id)
            if known is not None and known[0] == one.card.revision:
                continue
            if (kept := self._kept.of(one, CPU_ONLY)) is not None:
                self._known[one.card.card_id] = one.card.revision, kept
                continue
            wanted.append(one)
        if not wanted:
            return
        with bar(Phrase("proving"), len(wanted)) as progress:
            async for proof in verify(wanted, self._runner, devices=await devices_for(wanted, self._runner)):
                self._known[proof.proven.card_id] = proof.proven.revision, proof
                progress.step()
                yield proof

    def _tell_problems(self, problems: tuple[str, ...]) -> None:
        if problems == self._problems:
            return
        self._problems = problems
        for problem in problems:
            if self._as_json:
                print_line({"status": "unreadable", "reason": problem})
            else:
                typer.echo(f"✗ {problem}")

    def _tell(self, fresh: Sequence[CardProof], *, first: bool) -> None:
        bad = {ProofStatus.REFUTED, ProofStatus.BROKEN}
        for proof in sorted(fresh, key=lambda one: one.loaded.line):
            if self._as_json:
                one = proof.loaded
                record = {"id": one.card.id, "file": one.file, "line": one.line, "status": proof.proven.status.value}
                print_line(record | {"reason": proof.proven.reason})
            elif proof.proven.status in bad:
                typer.echo(f"✗ {proof}")
            elif not first:
                typer.echo(f"✓ {proof}")
        if self._as_json:
            return
        left = sum(proof.proven.status in bad for _, proof in self._known.values())
        all_told = counted(len(self._known), Phrase("1 card"), Phrase("{n} cards"))
        if left:
            tell(Phrase("{cards}: {n} to mend", cards=all_told, n=left))
        else:
            tell(Phrase("{cards}: all is well", cards=all_told))
