"""studybot cards: check, prove and look at the deck."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from studybot.cli import draft
from studybot.config import Config, load_config
from studybot.core.proof import ProofStatus
from studybot.deck.complaints import did_you_mean
from studybot.deck.loader import LoadedCard, LoadedDeck, load_deck
from studybot.deck.schema import schema_text
from studybot.deck.verify import CardProof
from studybot.errors import StudybotError
from studybot.ports import Runner

app = typer.Typer(help="Check, prove and look at the cards.", no_args_is_help=True)

DeckPath = Annotated[
    Path | None, typer.Argument(help="The deck's folder, one topic of it, or one file; STUDYBOT_CARDS if left out.")
]
What = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH] [ID]...", help="A folder or file, and the ids of cards; the whole deck if left out."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object per line.")]

BAD = {ProofStatus.REFUTED, ProofStatus.BROKEN}


@app.command()
def check(path: DeckPath = None) -> None:
    """Read the deck's files and report everything that is wrong in them, without running anything.

    Example: studybot cards check cards/contiguity
    """
    deck = load_deck(path or load_config().cards)
    verb = "is" if len(deck.cards) == 1 else "are"
    typer.echo(f"{_count(len(deck.cards), 'card')} in {_count(deck.files, 'file')} {verb} well-formed")


@app.command()
def verify(what: What = None, as_json: AsJson = False) -> None:
    """Prove cards by running them in the sandbox: the keys hold, and every wrong option is wrong.

    Exit 1 if a card is refuted or broken, 3 if the sandbox is unavailable.

    Example: studybot cards verify cards/contiguity --json
    """
    config = load_config()
    cards = _chosen(config, what or [])
    proofs = asyncio.run(_proved(cards))
    for proof in proofs:
        if as_json:
            typer.echo(json.dumps(_record(proof), ensure_ascii=False))
        elif proof.proven.status is not ProofStatus.PROVEN:
            typer.echo(str(proof))
    numbers = {status: sum(proof.proven.status is status for proof in proofs) for status in ProofStatus}
    told = ", ".join(f"{number} {status}" for status, number in numbers.items() if number) or "no card"
    typer.echo(f"{_count(len(proofs), 'card')}: {told}", err=as_json)
    if any(numbers[status] for status in BAD):
        raise typer.Exit(1)


app.command()(draft.draft)


@app.command("list")
def list_(path: DeckPath = None, as_json: AsJson = False) -> None:
    """List the cards of the deck.

    Example: studybot cards list --json
    """
    deck = load_deck(path or load_config().cards)
    if as_json:
        for loaded in deck.cards:
            typer.echo(json.dumps(_place(loaded) | {"kind": loaded.card.kind, "topic": loaded.card.topic}))
        return
    rows = [(one.card.id, one.card.kind, one.card.topic, f"{one.file}:{one.line}") for one in deck.cards]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@app.command()
def show(card_id: Annotated[str, typer.Argument(metavar="ID", help="The card's id.")]) -> None:
    """Show a card as its author wrote it. Nothing is run.

    Example: studybot cards show backward-gradient-ones
    """
    config = load_config()
    (loaded,) = _with_ids(load_deck(config.cards), [card_id])
    from studybot.cli.card_page import card_page

    Console().print(card_page(loaded, config.language))


@app.command()
def schema(
    to_stdout: Annotated[bool, typer.Option("--stdout", help="Print it instead of writing cards/schema.json.")] = False,
) -> None:
    """Write the JSON Schema of deck files beside the deck, for editors that complete and check as you type.

    Example: studybot cards schema --stdout
    """
    if to_stdout:
        typer.echo(schema_text(), nl=False)
        return
    path = load_config().cards / "schema.json"
    try:
        path.write_text(schema_text(), encoding="utf-8")
    except OSError as error:
        raise StudybotError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from error
    typer.echo(f"{path} is written")


@asynccontextmanager
async def open_runner() -> AsyncIterator[Runner]:
    """Start the sandbox to prove cards in. Imported late: `cards check` needs none of it."""
    from studybot.wiring import open_pool

    pool = open_pool()
    try:
        await pool.start()
        yield pool
    finally:
        await pool.close()


async def _proved(cards: Sequence[LoadedCard]) -> list[CardProof]:
    """Prove cards with a progress bar, and return the proofs in the deck's order."""
    from studybot.deck.verify import devices_for, verify

    place = {loaded.card.id: index for index, loaded in enumerate(cards)}
    proofs: list[CardProof] = []
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("proving", total=len(cards))
        async with open_runner() as runner:
            async for proof in verify(cards, runner, devices=await devices_for(cards, runner)):
                proofs.append(proof)
                progress.advance(bar)
    return sorted(proofs, key=lambda proof: place[proof.loaded.card.id])


def _chosen(config: Config, what: Sequence[str]) -> list[LoadedCard]:
    """Load the one path among `what`, or the deck, and keep the cards whose ids are among it, if any are."""
    paths = [Path(word) for word in what if "/" in word or word.endswith((".yaml", ".yml")) or Path(word).exists()]
    if len(paths) > 1:
        raise typer.BadParameter(f"one folder or file at a time, not {len(paths)}")
    deck = load_deck(paths[0] if paths else config.cards)
    ids = [word for word in what if Path(word) not in paths]
    return _with_ids(deck, ids) if ids else list(deck.cards)


def _with_ids(deck: LoadedDeck, ids: Sequence[str]) -> list[LoadedCard]:
    known = [loaded.card.id for loaded in deck.cards]
    unknown = [card_id for card_id in ids if card_id not in known]
    if unknown:
        raise StudybotError("\n".join(f'no card "{word}": {did_you_mean(word, known, most=5)}' for word in unknown))
    return [loaded for loaded in deck.cards if loaded.card.id in ids]


def _place(loaded: LoadedCard) -> dict[str, Any]:
    return {"id": loaded.card.id, "file": loaded.file, "line": loaded.line}


def _record(proof: CardProof) -> dict[str, Any]:
    return _place(proof.loaded) | {
        "status": proof.proven.status.value,
        "reason": proof.proven.reason,
        "proofs": [
            {"name": one.name, "status": one.status.value, "expected": one.expected, "got": one.got}
            for one in proof.outcomes
        ],
    }


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
