"""studybot cards: check, prove and look at the deck."""

from pathlib import Path
from typing import Annotated

import typer

from studybot.deck.loader import LoadedDeck, load_deck
from studybot.errors import DeckError

app = typer.Typer(help="Check, prove and look at the cards.", no_args_is_help=True)

DeckPath = Annotated[Path, typer.Argument(help="The deck's folder, one topic of it, or one file.")]
DECK = Path("cards")


@app.command()
def check(path: DeckPath = DECK) -> None:
    """Read the deck's files and report everything that is wrong in them, without running anything.

    Example: studybot cards check cards/contiguity
    """
    deck = _deck(path)
    typer.echo(f"{_count(len(deck.cards), 'card')} in {_count(deck.files, 'file')} are well-formed")


def _deck(path: Path) -> LoadedDeck:
    try:
        return load_deck(path)
    except DeckError as error:
        typer.echo(str(error), err=True)
        typer.echo(f"{_count(len(error.problems), 'problem')} found", err=True)
        raise typer.Exit(1) from error


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
