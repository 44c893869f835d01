"""studybot cards add: check, prove, compare and publish, in one go."""

import asyncio
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from studybot.cli.language import counted, say, tell
from studybot.cli.printing import print_line
from studybot.config import load_config
from studybot.core.phrase import Phrase, Said, said
from studybot.core.proof import ProofStatus
from studybot.deck.desk import Proposal, place_for, proposal_of, publish, read_proposal
from studybot.deck.files import LARGEST_BYTES, CannotRead, text_of
from studybot.deck.kept import KeptProofs
from studybot.deck.loader import LoadedCard, load_deck
from studybot.deck.verify import CPU_ONLY, STATUS_WORDS, CardProof
from studybot.errors import DeckError, Problem

STANDARD_INPUT = "-"
BAD = frozenset({ProofStatus.REFUTED, ProofStatus.BROKEN})

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="A deck file, a list of cards or one card; - reads it from a pipe.")
]
Ids = Annotated[
    list[str] | None, typer.Argument(metavar="ID", help="Only these of its cards; the others may be unfinished.")
]
Topic = Annotated[str | None, typer.Option(help="Their topic, where the file names none.")]
Into = Annotated[
    Path | None, typer.Option(metavar="DECKFILE", help="The deck file they join; one named like FILE if left out.")
]
Anyway = Annotated[bool, typer.Option("--anyway", help="Add them even if the deck holds nearly the same.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do all of it but the last step: nothing is written.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object for each card.")]


def add(
    file: File,
    ids: Ids = None,
    topic: Topic = None,
    into: Into = None,
    anyway: Anyway = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add cards to the deck: they are checked, proved in the sandbox and compared with all others, then written.

    All of them are added, or none. What stands in the deck already, word for word, is left alone: a second call does
    no harm. A running bot asks them a moment later. The deck file keeps its comments and its order.

    Exit 1 if something must be mended first, 3 if the sandbox is unavailable.

    Example: studybot cards add drafts/contiguity/2022-01-24.yaml
    """
    folder = load_config().cards
    deck = load_deck(folder)
    if str(file) == STANDARD_INPUT:
        proposal = proposal_of(_piped(), name="standard input", deck=deck, topic=topic, only=ids or ())
    else:
        proposal = read_proposal(file, deck=deck, topic=topic, only=ids or ())
    place = into or place_for(proposal, folder, _stem(file, proposal))
    proofs = _proved(proposal)
    told = [_record(one, Phrase("is in the deck already, word for word"), "there") for one in proposal.there]
    bad = [proof for proof in proofs if proof.proven.status in {ProofStatus.REFUTED, ProofStatus.BROKEN}]
    near = [] if anyway else list(proposal.near)
    told += [_record(one.loaded, one.reason, one.proven.status.value) for one in bad]
    told += [_record(one.card, Phrase("{near}: change it, or give --anyway", near=one.what), "near") for one in near]
    if bad or near:
        _tell(told, as_json=as_json)
        tell(Phrase("nothing is added"), err=True)
        raise typer.Exit(1)
    for one in proofs:
        if one.proven.status is ProofStatus.SKIPPED:
            tell(Phrase("{card}: not proved here: {reason}", card=one.loaded, reason=one.reason), err=True)
    added = list(proposal.new) if dry_run else list(publish(proposal, folder, place))
    done = Phrase("would be added") if dry_run else Phrase("is added")
    told += [_record(one, done, "sound" if dry_run else "added") for one in added]
    _tell(told, as_json=as_json)
    if added and not dry_run:
        next_step = Phrase("To be asked: studybot cards try {card}", card=added[0].card.id)
        told_all = counted(len(added), Phrase("1 card proved and added."), Phrase("{n} cards proved and added."))
        tell(f"{say(told_all)} {say(next_step)}", err=True)


def _proved(proposal: Proposal) -> list[CardProof]:
    """Prove what is new, and remember it: `cards verify` need not do it again."""
    from studybot.cli.cards import PROOFS, proved

    if not proposal.new:
        return []
    proofs = asyncio.run(proved(proposal.new))
    with suppress(OSError):  # a read-only folder: then it is run once more the next time
        KeptProofs(PROOFS).keep(proofs, CPU_ONLY)
    return proofs


def _piped() -> str:
    try:
        return text_of(sys.stdin.buffer.read(LARGEST_BYTES + 1))
    except CannotRead as error:
        raise DeckError([Problem("standard input", error.line, said(error))]) from error


def _stem(file: Path, proposal: Proposal) -> str:
    if str(file) == STANDARD_INPUT:
        return proposal.topic
    return re.sub(r"[^\w.-]+", "-", file.stem).strip("-.") or proposal.topic


def _record(one: LoadedCard, reason: Said, status: str) -> dict[str, Any]:
    return {"id": one.card.id, "file": one.file, "line": one.line, "status": status, "reason": reason}


def _tell(records: list[dict[str, Any]], *, as_json: bool) -> None:
    for record in records:
        if as_json:
            print_line(record | {"reason": str(record["reason"])})
            continue
        words = {status.value: word for status, word in STATUS_WORDS.items() if status in BAD}
        verdict = f"{say(words[record['status']])}: " if record["status"] in words else ""
        card = Phrase('{file}:{line}: card "{id}"', file=record["file"], line=record["line"], id=record["id"])
        typer.echo(f"{say(card)}: {verdict}{say(record['reason'])}")
