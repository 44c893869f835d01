"""The author's desk: cards that are to join the deck, looked at as a whole before a line of it is written."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studybot.core.card import Text
from studybot.core.phrase import Phrase, said
from studybot.deck.files import CannotRead, read_text, shown_path
from studybot.deck.folder import only_writer, write_whole
from studybot.deck.house import header
from studybot.deck.loader import LoadedCard, LoadedDeck, load_deck, load_text
from studybot.deck.near import Near, near_to
from studybot.deck.splice import Block, CannotSplice, blocks_of, with_cards
from studybot.errors import DeckError, Problem, StudybotError


@dataclass(frozen=True, slots=True)
class Proposal:
    """Well-formed cards of one topic. `there` are those of them that stand in the deck already, word for word."""

    cards: tuple[LoadedCard, ...]
    title: Text
    text: str
    name: str
    only: tuple[str, ...] = ()
    near: tuple[Near, ...] = ()
    there: tuple[LoadedCard, ...] = ()

    @property
    def topic(self) -> str:
        return self.cards[0].card.topic

    @property
    def new(self) -> tuple[LoadedCard, ...]:
        known = {one.card.id for one in self.there}
        return tuple(one for one in self.cards if one.card.id not in known)


def proposal_of(
    text: str, *, name: str, deck: LoadedDeck, topic: str | None = None, only: Sequence[str] = ()
) -> Proposal:
    """Look at cards that are to join a deck. `name` stands for their file in messages; `only` chooses among them.

    Raises DeckError with every problem there is: of their form, and of their ids and titles beside the deck's.
    """
    found = load_text(text, name=name, topic=topic, titles=deck.titles, only=only)
    if not found.cards:
        raise DeckError([Problem(name, 1, Phrase("there is no card in it: begin with cards/README.md"))])
    known = {one.card.id: one for one in deck.cards}
    there = tuple(
        one for one in found.cards if (other := known.get(one.card.id)) and other.card.revision == one.card.revision
    )
    taken = [one for one in found.cards if one.card.id in known and one not in there]
    problems = [Problem(one.file, one.line, _taken(one, known[one.card.id])) for one in taken]
    ((own_topic, title),) = found.titles.items()
    if (theirs := deck.titles.get(own_topic, title)) != title:
        told = Phrase('the title of "{topic}" is {title} in the deck: write the same')
        there_said = f'{{ko: "{theirs.ko}", en: "{theirs.en}"}}'
        problems.append(Problem(name, 1, told.filled(topic=own_topic, title=there_said)))
    if problems:
        raise DeckError(problems)
    fresh = [one for one in found.cards if one not in there]
    return Proposal(found.cards, title, text, name, tuple(only), tuple(near_to(fresh, deck.cards)), there)


def _taken(one: LoadedCard, other: LoadedCard) -> Phrase:
    told = Phrase('card "{id}": this id is taken by {place}: give it another, or edit the card where it stands')
    return told.filled(id=one.card.id, place=f"{other.file}:{other.line}")


def read_proposal(path: Path, *, deck: LoadedDeck, topic: str | None = None, only: Sequence[str] = ()) -> Proposal:
    """Look at a file of cards that are to join a deck. Raises DeckError."""
    name = shown_path(path)
    if not os.path.lexists(path):
        raise DeckError([Problem(name, 1, Phrase("there is no such file: check its name"))])
    try:
        text = read_text(path)
    except CannotRead as error:
        raise DeckError([Problem(name, error.line, said(error))]) from error
    return proposal_of(text, name=name, deck=deck, topic=topic, only=only)


def publish(proposal: Proposal, folder: Path, into: Path) -> Sequence[LoadedCard]:
    """Write a proposal's new cards into a deck file, which is made if need be; return them where they stand now.

    The deck is read once more under its lock: whatever came meanwhile is heeded. All is written, or nothing.
    Raises StudybotError.
    """
    with only_writer(folder):
        deck = load_deck(folder)
        proposal = proposal_of(proposal.text, name=proposal.name, deck=deck, topic=proposal.topic, only=proposal.only)
        wanted = [one.card.id for one in proposal.new]
        if not wanted:
            return ()
        _check_place(into, folder, proposal)
        try:
            before = read_text(into) if into.exists() else header(proposal.topic, proposal.title)
            text = with_cards(before, _blocks(proposal, set(wanted)))
        except CannotRead as error:
            told = Phrase("{file}:{line}: {message}", file=shown_path(into), line=error.line, message=said(error))
            raise StudybotError(told) from error
        except CannotSplice as error:
            raise StudybotError(Phrase("{name}: {told}", name=shown_path(into), told=said(error))) from error
        write_whole(into, text)
        return [one for one in load_deck(folder).cards if one.card.id in wanted]


def place_for(proposal: Proposal, folder: Path, stem: str) -> Path:
    """Return the deck file of a proposal's topic that bears this name."""
    return folder / proposal.topic / f"{stem}.yaml"


def _check_place(into: Path, folder: Path, proposal: Proposal) -> None:
    if into.suffix != ".yaml" or into.absolute().parent != (folder / proposal.topic).absolute():
        wanted = shown_path(folder / proposal.topic / "NAME.yaml")
        told = Phrase("{path}: no place for cards of {topic}: they go to {wanted}")
        raise StudybotError(told.filled(path=shown_path(into), topic=proposal.topic, wanted=wanted))


def _blocks(proposal: Proposal, ids: set[str]) -> list[Block]:
    try:
        blocks = blocks_of(proposal.text)
    except CannotSplice as error:
        raise StudybotError(Phrase("{name}: {told}", name=proposal.name, told=said(error))) from error
    return [block for block in blocks if block.card_id in ids]
