"""studybot cards find: a card again, by its words or by what it is like."""

from typing import Annotated

import typer

from studybot.cli.language import say
from studybot.cli.printing import print_line
from studybot.config import load_config
from studybot.core.phrase import Phrase
from studybot.core.search import score
from studybot.deck.loader import LoadedCard, load_deck
from studybot.deck.near import near_to
from studybot.errors import StudybotError

Words = Annotated[
    list[str] | None, typer.Argument(help="Words that all stand in the card: in its texts, code, id or tags.")
]
Kind = Annotated[str | None, typer.Option(help="Only cards of this kind.")]
Topic = Annotated[str | None, typer.Option(help="Only cards of this topic.")]
Alike = Annotated[bool, typer.Option("--alike", help="Pairs of cards that are nearly the same, in what was found.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object per line.")]


def find(
    words: Words = None, kind: Kind = None, topic: Topic = None, alike: Alike = False, as_json: AsJson = False
) -> None:
    """Find cards in which every word occurs, the best first; --alike finds those that are nearly the same.

    Exit 1 if there is none.

    Example: studybot cards find stride transpose --kind predict
    """
    deck = load_deck(load_config().cards)
    cards = [one for one in deck.cards if kind in {None, one.card.kind} and topic in {None, one.card.topic}]
    if words:
        titles = {name: f"{title.ko} {title.en}" for name, title in deck.titles.items()}
        points = {one.card.id: _points(one, words, titles.get(one.card.topic, "")) for one in cards}
        cards = sorted((one for one in cards if points[one.card.id]), key=lambda one: -points[one.card.id])
    elif not (alike or kind or topic):
        raise typer.BadParameter(say(Phrase("give a word, --kind, --topic or --alike")))
    if alike:
        _tell_alike(cards, as_json=as_json)
        return
    if not cards:
        raise StudybotError(Phrase("no card found: try fewer or shorter words; studybot cards list shows them all"))
    for one in cards:
        prompt = one.card.question(0).prompt
        if as_json:
            record = {
                "id": one.card.id,
                "file": one.file,
                "line": one.line,
                "kind": one.card.kind,
                "question": prompt.en,
            }
            print_line(record)
        else:
            typer.echo(f"{one.file}:{one.line}: {one.card.id} ({one.card.kind}): {' '.join(prompt.en.split())}")


def _tell_alike(cards: list[LoadedCard], *, as_json: bool) -> None:
    pairs = near_to(cards, ())
    for near in pairs:
        if as_json:
            pair = {"id": near.card.card.id, "other": near.other.card.id, "text": near.text, "code": near.code}
            print_line(pair)
        else:
            typer.echo(str(near))
    if not pairs:
        raise StudybotError(Phrase("no two cards are nearly the same"))


def _points(one: LoadedCard, words: list[str], title: str) -> int:
    card = one.card
    prompt, why = card.question(0).prompt, card.explanation
    marks = " ".join([card.id, card.topic, card.kind, title, *card.tags])
    text = " ".join(
        [prompt.ko, prompt.en, card.snippet, getattr(card, "solution", ""), why.ko, why.en, card.source.log]
    )
    return score(words, marks=marks, text=text)
