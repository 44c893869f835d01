"""studybot cards export, import: the deck in other programs' forms, and what comes from there as drafts."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from studybot.cli.completion import card_ids
from studybot.cli.draft import counted_drafts, titles_of, told_undrafted, write_drafts
from studybot.cli.language import counted, say, tell
from studybot.cli.printing import bar, cannot_be_written, print_json, whole_file
from studybot.config import Config, load_config
from studybot.core.card import Language
from studybot.core.os_reason import os_reason
from studybot.core.phrase import Phrase
from studybot.core.proof import ProofStatus
from studybot.deck.draft.drafts import Draft, Undrafted
from studybot.deck.draft.log_files import known_passages
from studybot.deck.exchange.arriving import Arrived, read_file, settle
from studybot.deck.exchange.collection import Collection, NotOurs, collection_of
from studybot.deck.loader import LoadedCard, LoadedDeck, load_deck
from studybot.errors import DeckError, NoPicture, StudybotError

FORMS = (".apkg", ".csv", ".json", ".md")
FOR_LEARNERS = {".apkg", ".md"}
"""Forms in which people learn from the cards: none goes there that was not proved."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write: .apkg (Anki), .csv, .json or .md.")],
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="The ids of cards; all if left out.", autocompletion=card_ids),
    ] = None,
    language: Annotated[Language | None, typer.Option(help="The language of the cards, in .apkg and .md.")] = None,
    pictures: Annotated[bool, typer.Option("--pictures/--no-pictures", help="Put pictures into .apkg.")] = True,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write over a file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Export cards: to Anki (.apkg), to a spreadsheet (.csv), as JSON, or as a Markdown page.

    CSV and JSON hold everything: `studybot cards import` makes the same cards of them again. Anki packages and pages
    are for learners, so their cards are proved first, and one that is not right is left out. A card keeps its guid in
    Anki: a later import changes it and keeps Anki's own schedule.

    Exit 1 if a card was left out, 3 if the sandbox is unavailable: proofs and pictures are made in it.

    Example: studybot cards export deck.apkg --language en
    """
    from studybot.cli.cards import with_ids

    form = file.suffix.lower()
    if form not in FORMS:
        raise typer.BadParameter(say(Phrase("{file}: the name must end in {forms}", file=file, forms=", ".join(FORMS))))
    if file.exists() and not overwrite:
        raise StudybotError(Phrase("{file}: exists already; choose another name, or say --overwrite", file=file))
    config = load_config()
    deck = load_deck(config.cards)
    cards = with_ids(deck, ids) if ids else list(deck.cards)
    left_out: list[str] = []
    if form in FOR_LEARNERS:
        right = _proved(cards)
        left_out = [one.card.id for one in cards if one.card.id not in right]
        cards = [one for one in cards if one.card.id in right]
    drawn: dict[str, bytes] = {}
    if form == ".apkg" and pictures:
        drawn = asyncio.run(_drawn([one for one in cards if one.card.picture], language or config.language))
    _write(file, cards, deck, drawn, language or config.language)
    if as_json:
        print_json({"file": str(file), "cards": len(cards), "pictures": len(drawn), "left_out": left_out})
    else:
        told = counted(len(cards), Phrase("{file}: 1 card", file=file), Phrase("{file}: {n} cards", file=file))
        tell(told)
        if left_out:
            tell(Phrase("left out, for they are not proved: {ids}", ids=", ".join(left_out)), err=True)
    if left_out:
        raise typer.Exit(1)


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV, TSV, JSON, or Anki's notes as text.")],
    to: Annotated[Path, typer.Option(metavar="FOLDER", help="Where they go, in a folder for each topic.")] = Path(
        "drafts"
    ),
    as_json: AsJson = False,
) -> None:
    """Import cards as drafts, for a person to look at. No file is ever overwritten, and the deck is left as it is.

    What `studybot cards export` wrote as CSV or JSON comes back whole, edited or not; cards that the deck has already
    are left out. Any other table needs two columns, question and answer, or a first line that names them; of Anki's
    notes (File, Export, Notes in Plain Text) the guid, the tags and the formatting are read. Each row becomes a recall
    card that says TODO where something is missing.

    Example: studybot cards import notes.txt --to drafts
    """
    config = load_config()
    deck = _deck(config)
    told: list[dict[str, Any]] = []
    problems: list[str] = []
    for file in dict.fromkeys(files):
        try:
            told.append(_one(file, to, deck, config, quiet=as_json))
        except NotOurs as error:
            problems.append(f"{file}: {say(error.args[0])}")
        except OSError as error:
            problems.append(f"{file}: {say(os_reason(error))}")
    if as_json:
        print_json(told)
    if problems:
        raise StudybotError("\n".join(problems))


def _deck(config: Config) -> Sequence[LoadedCard]:
    """Return the deck to compare with; without a sound one everything is new."""
    try:
        return load_deck(config.cards).cards
    except DeckError:
        return ()


def _one(file: Path, to: Path, deck: Sequence[LoadedCard], config: Config, *, quiet: bool) -> dict[str, Any]:
    from studybot.deck.exchange import columns, document, table

    text = read_file(file)
    if file.suffix.lower() == ".json":
        return _settled(file, document.from_json(text), to, deck, quiet=quiet)
    if table.is_ours(text.partition("\n")[0].strip().split(",")):
        return _settled(file, table.from_csv(text), to, deck, quiet=quiet)
    rows = columns.rows_of(text, tabs=file.suffix.lower() in {".tsv", ".tab"})
    ids = {one.card.id for one in deck}
    foreign = [row for row in rows if row.guid not in ids]
    met = known_passages(to) | known_passages(config.cards)
    titles = titles_of(config.cards)
    made = list(columns.drafts_of_rows(foreign, log=file.stem, path=str(file), topics=titles, known=met))
    drafts = [one for one in made if isinstance(one, Draft)]
    left_out = [one for one in made if isinstance(one, Undrafted)]
    written = write_drafts(drafts, to, titles, quiet=quiet)
    if not quiet:
        for one in left_out:
            tell(told_undrafted(one))
        told = Phrase("{file}: {drafts}; {known} known already, {left_out} left out")
        drafted, known = counted_drafts(len(drafts)), len(rows) - len(made)
        tell(told.filled(file=file, drafts=drafted, known=known, left_out=len(left_out)))
    return {
        "file": str(file),
        "written": [str(path) for path in written],
        "cards": len(drafts),
        "known": len(rows) - len(made),
        "left_out": [{"line": one.line, "reason": one.reason} for one in left_out],
    }


def _settled(
    file: Path, collection: Collection, to: Path, deck: Sequence[LoadedCard], *, quiet: bool
) -> dict[str, Any]:
    arrived: Arrived = settle(collection, to, deck, source=str(file))
    cards = sum(count for _, count in arrived.written)
    if not quiet:
        for written, count in arrived.written:
            tell(
                counted(
                    count, Phrase("{path}: 1 card", path=written.path), Phrase("{path}: {n} cards", path=written.path)
                )
            )
        told = Phrase("{file}: {n} cards; {known} are in the deck already, {differing} differ from the deck's")
        tell(told.filled(file=file, n=cards, known=len(arrived.known), differing=len(arrived.differing)))
        for card_id in arrived.differing:
            tell(Phrase("  {card_id} differs", card_id=card_id))
    return {
        "file": str(file),
        "written": [str(written.path) for written, _ in arrived.written],
        "cards": cards,
        "known": len(arrived.known),
        "differing": list(arrived.differing),
    }


def _proved(cards: Sequence[LoadedCard]) -> set[str]:
    """Prove what is not proved yet, and return the ids of the cards that are right."""
    from studybot.cli.cards import PROOFS, proved
    from studybot.deck.kept import KeptProofs
    from studybot.deck.verify import CPU_ONLY

    kept = KeptProofs(PROOFS)
    known = {one.card.id for one in cards if kept.of(one, CPU_ONLY) is not None}
    rest = [one for one in cards if one.card.id not in known]
    fresh = asyncio.run(proved(rest)) if rest else []
    with suppress(OSError):  # a read-only folder: then everything is run the next time
        kept.keep(fresh, CPU_ONLY)
    return known | {one.loaded.card.id for one in fresh if one.proven.status is ProofStatus.PROVEN}


async def _drawn(cards: Sequence[LoadedCard], language: Language) -> dict[str, bytes]:
    from studybot.cli.cards import open_runner
    from studybot.pictures import drawn

    if not cards:
        return {}
    pictures: dict[str, bytes] = {}
    with bar(Phrase("drawing"), len(cards)) as progress:
        async with open_runner() as runner:
            for one in cards:
                with suppress(NoPicture):
                    pictures[one.card.id] = await drawn(one.card, runner, language)
                progress.step()
    return pictures


def _write(
    file: Path, cards: Sequence[LoadedCard], deck: LoadedDeck, pictures: dict[str, bytes], language: Language
) -> None:
    """Write the file whole, or leave what was there. Raises StudybotError."""
    whole = collection_of(cards, deck.titles)
    match file.suffix.lower():
        case ".apkg":
            from studybot.deck.exchange.anki import write_apkg
            from studybot.wiring import SystemClock

            at = SystemClock().now().timestamp()
            try:
                write_apkg(file, [one.card for one in cards], deck.titles, pictures, language, at=at)
            except OSError as error:
                raise cannot_be_written(file, error) from error
            return
        case ".csv":
            from studybot.deck.exchange.table import ENCODING, to_csv

            content, encoding = to_csv(whole), ENCODING
        case ".json":
            from studybot.deck.exchange.document import to_json

            content, encoding = to_json(whole), "utf-8"
        case _:
            from studybot.deck.exchange.page import to_markdown

            content, encoding = to_markdown([one.card for one in cards], deck.titles, language), "utf-8"
    with whole_file(file, encoding) as stream:
        stream.write(content)
