"""studybot cards: check, prove and look at the deck."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from studybot.cli import adding, draft, exchange, finding, keeping, new, reports, stats, trying, watching
from studybot.cli.completion import card_ids
from studybot.cli.language import counted, say, tell
from studybot.cli.printing import bar, cannot_be_written, print_line, print_table
from studybot.config import Config, load_config
from studybot.core.card import Language
from studybot.core.phrase import Phrase, said
from studybot.core.proof import ProofStatus
from studybot.deck.complaints import did_you_mean
from studybot.deck.drift import Drift
from studybot.deck.kept import KeptProofs
from studybot.deck.loader import LoadedCard, LoadedDeck, load_deck
from studybot.deck.schema import schema_text
from studybot.deck.verify import CPU_ONLY, STATUS_WORDS, CardProof
from studybot.errors import DeckError, NoPicture, StudybotError
from studybot.garbage import spare_the_program
from studybot.kinds import Card
from studybot.ports import Runner

app = typer.Typer()

DeckPath = Annotated[
    Path | None, typer.Argument(help="The deck's folder, one topic of it, or one file; STUDYBOT_CARDS if left out.")
]
What = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH|ID",
        help="A folder or file, and the ids of cards; the whole deck if left out.",
        autocompletion=card_ids,
    ),
]
OneId = Annotated[str, typer.Argument(metavar="ID", help="The card's id.", autocompletion=card_ids)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object per line.")]

PROOFS = Path("var/proofs.json")
"""Where `verify` keeps what it proved."""

BAD = {ProofStatus.REFUTED, ProofStatus.BROKEN}


@app.command()
def check(path: DeckPath = None, as_json: AsJson = False) -> None:
    """Read the deck's files and report everything that is wrong in them, without running anything.

    Example: studybot cards check cards/contiguity
    """
    try:
        deck = load_deck(path or load_config().cards)
    except DeckError as error:
        if not as_json:
            raise
        for problem in error.problems:
            print_line({"file": problem.file, "line": problem.line, "problem": str(problem.message)})
        raise typer.Exit(1) from error
    if as_json:
        return
    files = counted(deck.files, Phrase("1 file"), Phrase("{n} files"))
    one = Phrase("1 card in {files} is well-formed", files=files)
    tell(counted(len(deck.cards), one, Phrase("{n} cards in {files} are well-formed", files=files)))


@app.command()
def verify(
    what: What = None,
    as_json: AsJson = False,
    changed: Annotated[bool, typer.Option("--changed", help="Speak only of cards that changed since then.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Run everything, also what was proved before.")] = False,
    against: Annotated[
        Path | None, typer.Option(metavar="PYTHON", help="Compare with the torch of another Python.")
    ] = None,
) -> None:
    """Prove cards by running them in the sandbox: the keys hold, and every wrong option is wrong.

    What was proved before, under the same Python, torch and studybot, is not run again.
    With --against, the answers under another torch are compared, and the cards that change are listed.

    Exit 1 if a card is refuted or broken (or changes), 3 if the sandbox is unavailable.

    Example: studybot cards verify cards/contiguity --json
    """
    cards = chosen(load_config(), what or [])
    if against is not None:
        _compare(cards, against, as_json=as_json)
        return
    kept = KeptProofs(PROOFS)
    before = [] if again else [proof for one in cards if (proof := kept.of(one, CPU_ONLY)) is not None]
    known = {proof.loaded.card.id for proof in before}
    began = time.monotonic()
    fresh = asyncio.run(proved([one for one in cards if one.card.id not in known])) if len(known) < len(cards) else []
    seconds = time.monotonic() - began
    with suppress(OSError):  # a read-only folder: then everything is run the next time
        kept.keep(fresh, CPU_ONLY)
    place = {one.card.id: index for index, one in enumerate(cards)}
    proofs = sorted(fresh if changed else [*before, *fresh], key=lambda proof: place[proof.loaded.card.id])
    for proof in proofs:
        if as_json:
            typer.echo(json.dumps(_record(proof), ensure_ascii=False))
        elif proof.proven.status is not ProofStatus.PROVEN:
            tell(proof)
    tell(_told(proofs), err=as_json)
    if told := _told_runs(fresh, before, seconds):
        typer.echo(told, err=True)
    if any(proof.proven.status in BAD for proof in proofs):
        raise typer.Exit(1)


def _compare(cards: Sequence[LoadedCard], python: Path, *, as_json: bool) -> None:
    """Print which cards change under another Python's torch; exit 1 if one does."""
    versions, found = asyncio.run(_drifts(cards, python))
    changed = [one for one in found if one.is_one]
    for one in changed:
        proof = one.proof.proven
        if as_json:
            record = _place(one.loaded) | {"here": one.here, "there": one.there, "status": proof.status.value}
            typer.echo(json.dumps(record | {"reason": proof.reason}, ensure_ascii=False))
            continue
        told = [f"{say(one.loaded)}:"]
        gives = Phrase("torch {version} gives {value}")
        if one.here:
            here, there = (
                gives.filled(version=versions[0], value=one.here),
                gives.filled(version=versions[1], value=one.there),
            )
            told.append(f"{say(here)}, {say(there)};")
        status = say(Phrase("{status} there", status=STATUS_WORDS[proof.status]))
        told.append(status + (f": {say(one.proof.reason)}" if one.proof.reason else ""))
        typer.echo(" ".join(told))
    summary = Phrase(
        "{cards} under torch {here} and {there}: {n} changed",
        cards=_cards(len(found)),
        here=versions[0],
        there=versions[1],
        n=len(changed),
    )
    tell(summary, err=as_json)
    if changed:
        raise typer.Exit(1)


async def _drifts(cards: Sequence[LoadedCard], python: Path) -> tuple[tuple[str, str], list[Drift]]:
    from studybot.deck.drift import drift

    found: list[Drift] = []
    with bar(Phrase("comparing"), len(cards)) as progress:
        async with open_runner() as here, open_runner(python) as there:
            async for one in drift(cards, here, there):
                found.append(one)
                progress.step()
            versions = here.torch_version, there.torch_version
    place = {one.card.id: index for index, one in enumerate(cards)}
    return versions, sorted(found, key=lambda one: place[one.loaded.card.id])


def _told(proofs: Sequence[CardProof]) -> Phrase:
    numbers = {status: sum(proof.proven.status is status for proof in proofs) for status in ProofStatus}
    told = ", ".join(f"{number} {say(STATUS_WORDS[status])}" for status, number in numbers.items() if number)
    return Phrase("{cards}: {told}", cards=_cards(len(proofs)), told=told or Phrase("none"))


def _told_runs(fresh: Sequence[CardProof], before: Sequence[CardProof], seconds: float) -> str:
    """Say what was run just now, and what was known."""
    told = []
    if runs := sum(proof.runs for proof in fresh):
        made = counted(runs, Phrase("1 run"), Phrase("{n} runs"))
        rate = f"{runs / seconds:.0f}"
        told.append(Phrase("{runs} in {seconds} s, {rate} a second", runs=made, seconds=f"{seconds:.1f}", rate=rate))
    if before:
        told.append(Phrase("{n} as proved before", n=len(before)))
    return "; ".join(map(say, told))


app.command()(draft.draft)
app.command()(reports.reports)
app.command()(stats.stats)
app.command()(exchange.export)
app.command("import")(exchange.import_)
app.command()(new.new)
app.command("try")(trying.try_card)
app.command()(adding.add)
app.command()(finding.find)
app.command()(watching.watch)
app.command()(keeping.diff)
app.command()(keeping.retire)
app.command()(keeping.restore)
app.command()(keeping.memories)


@app.command("list")
def list_(path: DeckPath = None, as_json: AsJson = False) -> None:
    """List the cards of the deck.

    Example: studybot cards list --json
    """
    deck = load_deck(path or load_config().cards)
    if as_json:
        for loaded in deck.cards:
            about = {"kind": loaded.card.kind, "topic": loaded.card.topic, "retired": loaded.card.retired}
            typer.echo(json.dumps(_place(loaded) | about, ensure_ascii=False))
        return
    print_table([_row(one) for one in deck.cards])


def _row(one: LoadedCard) -> tuple[Any, ...]:
    retired = "" if one.card.retired is None else Phrase("retired: {why}", why=one.card.retired)
    return one.card.id, one.card.kind, one.card.topic, f"{one.file}:{one.line}", retired


@app.command()
def show(card_id: OneId, as_json: AsJson = False) -> None:
    """Show a card as its author wrote it. Nothing is run.

    Example: studybot cards show backward-gradient-ones
    """
    config = load_config()
    (loaded,) = with_ids(load_deck(config.cards), [card_id])
    if as_json:
        print_line(_place(loaded) | {"revision": loaded.card.revision, "card": loaded.card.body()})
        return
    from studybot.cli.card_page import card_page

    Console().print(card_page(loaded, config.language))


@app.command()
def picture(
    card_id: OneId,
    seed: Annotated[int, typer.Option(min=0, help="Which variant, where the card has several.")] = 0,
    language: Annotated[Language | None, typer.Option(help="The language of its words.")] = None,
    to: Annotated[Path | None, typer.Option(help="The PNG to write; ID.png if left out.")] = None,
) -> None:
    """Draw the picture that learners get with the verdict: of a card with `picture: memory` or `picture: graph`.

    Exit 3 if the sandbox is unavailable: pictures are drawn from a run.

    Example: studybot cards picture backward-gradient-ones --language en --to graph.png
    """
    config = load_config()
    (loaded,) = with_ids(load_deck(config.cards), [card_id])
    try:
        png = asyncio.run(_drawn(loaded.card.variant(seed), language or config.language))
    except NoPicture as error:
        raise StudybotError(Phrase("{card}: no picture: {reason}", card=loaded, reason=said(error))) from error
    path = to or Path(f"{card_id}.png")
    try:
        path.write_bytes(png)
    except OSError as error:
        raise cannot_be_written(path, error) from error
    tell(Phrase("{path} is written", path=path))


async def _drawn(card: Card, language: Language) -> bytes:
    from studybot.pictures import drawn

    async with open_runner() as runner:
        return await drawn(card, runner, language)


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
        raise cannot_be_written(path, error) from error
    tell(Phrase("{path} is written", path=path))


@asynccontextmanager
async def open_runner(python: Path | None = None, *, slots: int | None = None) -> AsyncIterator[Runner]:
    """Start the sandbox to prove cards in; another Python is tried here, whatever the fleet has.

    `slots` is how many jails are enough where they are on this machine.
    """
    from studybot.wiring import open_pool
    from studybot.wiring import open_runner as open_usual_runner

    runner = open_usual_runner(load_config(), slots=slots) if python is None else open_pool(slots, python=python)
    try:
        await runner.start()
        yield runner
    finally:
        await runner.close()


async def proved(cards: Sequence[LoadedCard]) -> list[CardProof]:
    """Prove cards with a progress bar, and return the proofs in the deck's order."""
    from studybot.deck.verify import devices_for, verify

    spare_the_program()
    place = {loaded.card.id: index for index, loaded in enumerate(cards)}
    proofs: list[CardProof] = []
    with bar(Phrase("proving"), len(cards)) as progress:
        async with open_runner() as runner:
            async for proof in verify(cards, runner, devices=await devices_for(cards, runner)):
                proofs.append(proof)
                progress.step()
    return sorted(proofs, key=lambda proof: place[proof.loaded.card.id])


def chosen(config: Config, what: Sequence[str]) -> list[LoadedCard]:
    """Load the one path among `what`, or the deck, and keep the cards whose ids are among it, if any are."""
    _, cards = deck_and_chosen(config, what)
    return cards


def deck_and_chosen(config: Config, what: Sequence[str]) -> tuple[LoadedDeck, list[LoadedCard]]:
    """Load the deck that `chosen` chooses from as well."""
    paths = [Path(word) for word in what if "/" in word or word.endswith((".yaml", ".yml")) or Path(word).exists()]
    if len(paths) > 1:
        raise typer.BadParameter(say(Phrase("one folder or file at a time, not {n}", n=len(paths))))
    deck = load_deck(paths[0] if paths else config.cards)
    ids = [word for word in what if Path(word) not in paths]
    return deck, with_ids(deck, ids) if ids else list(deck.cards)


def with_ids(deck: LoadedDeck, ids: Sequence[str]) -> list[LoadedCard]:
    known = [loaded.card.id for loaded in deck.cards]
    unknown = [card_id for card_id in ids if card_id not in known]
    if unknown:
        told = Phrase('no card "{card_id}": {near}')
        lines = [say(told.filled(card_id=word, near=did_you_mean(word, known, most=5))) for word in unknown]
        raise StudybotError("\n".join(lines))
    return [loaded for loaded in deck.cards if loaded.card.id in ids]


def _place(loaded: LoadedCard) -> dict[str, Any]:
    return {"id": loaded.card.id, "file": loaded.file, "line": loaded.line}


def _record(proof: CardProof) -> dict[str, Any]:
    return _place(proof.loaded) | {
        "status": proof.proven.status.value,
        "reason": proof.proven.reason,
        "proofs": [
            {"name": str(one.name), "status": one.status.value, "expected": str(one.expected), "got": str(one.got)}
            for one in proof.outcomes
        ],
    }


def _cards(number: int) -> Phrase:
    return counted(number, Phrase("1 card"), Phrase("{n} cards"))
