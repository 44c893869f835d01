"""studybot cards stats: what the learners' answers tell of each card."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studybot.cli.completion import card_ids
from studybot.cli.language import say
from studybot.cli.plots import Axis, Point, from_zero, histogram, scatter
from studybot.cli.sheets import AsCsv, AsHtml, AsJson, Column, Sheet, show
from studybot.config import load_config
from studybot.core.card import Language
from studybot.core.items import PRELIMINARY_BELOW, SHOWN_FROM, WEAK_BELOW, Flag, Item, item
from studybot.core.phrase import Phrase
from studybot.deck.loader import LoadedCard
from studybot.kinds import Card
from studybot.kinds.choice import LABELS
from studybot.locale import speech

if TYPE_CHECKING:
    from studybot.store.item_figures import CardFigures

MOST_WRONG = 5
SHORTEST_TELLING = 2
"""So many learners must have typed the same before it is shown: what only one wrote is theirs."""

LONGEST_ANSWER = 40
FLAGS = {
    Flag.TOO_EASY: Phrase("too easy"),
    Flag.HARD: Phrase("hard"),
    Flag.WEAK: Phrase("weak"),
    Flag.CHECK_THE_KEY: Phrase("CHECK THE KEY"),
}
COLUMNS = (
    Column("id", Phrase("card")),
    Column("kind", Phrase("kind"), only_in_files=True),
    Column("topic", Phrase("topic"), only_in_files=True),
    Column("answers", Phrase("answers")),
    Column("difficulty", Phrase("right at first"), share=True),
    Column("discrimination", Phrase("discrimination")),
    Column("preliminary", Phrase("preliminary")),
    Column("flags", Phrase("flags")),
    Column("median_seconds", Phrase("median s"), digits=0),
    Column("distractors", Phrase("wrong answers")),
    Column("reviews", Phrase("reviews")),
    Column("lapses", Phrase("lapses")),
    Column("leeches", Phrase("leeches")),
    Column("open_reports", Phrase("reports")),
    Column("proof", Phrase("proof")),
    Column("proved_at", Phrase("proved"), only_in_files=True),
)


def stats(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH|ID",
            help="A folder or file, and the ids of cards; the whole deck if left out.",
            autocompletion=card_ids,
        ),
    ] = None,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only cards that somebody should look at.")] = False,
    by: Annotated[str, typer.Option("--sort", metavar="COLUMN", help="Sort by a column, the least first.")] = "",
    as_json: AsJson = False,
    as_csv: AsCsv = None,
    as_html: AsHtml = None,
) -> None:
    """Show what the learners' answers tell of each card: how hard it is, whether it tells who knows, what misleads.

    Right at first is the share of learners whose first answer was right. Discrimination is its correlation with their
    results on all other cards: near 0 the card tells nothing, below 0 its key is probably wrong. Both need ten
    answers, and are preliminary below thirty. docs/statistics.md says more.

    Example: studybot cards stats --flagged --html stats.html
    """
    from studybot.cli.cards import deck_and_chosen
    from studybot.store.item_figures import CardFigures, card_figures

    config = load_config()
    _, cards = deck_and_chosen(config, what or [])
    known = {column.key for column in COLUMNS}
    if by and by not in known:
        raise typer.BadParameter(
            say(Phrase("no column {name}: known are {known}", name=by, known=", ".join(sorted(known))))
        )
    figures = card_figures(config.database_url)
    items = [_item(one, figures.get(one.card.id, CardFigures()), config.language) for one in cards]
    if flagged:
        items = [one for one in items if one.flags or one.open_reports or one.leeches]
    if by:
        items.sort(key=lambda one: _sortable(getattr(one, by if by != "id" else "card_id")))
    show(_sheet(items), as_json=as_json, as_csv=as_csv, as_html=as_html)


def _item(one: LoadedCard, figures: "CardFigures", language: Language) -> Item:
    card = one.card
    found = item(card.id, card.kind, card.topic, figures.first, _wrong(card, figures, language))
    proof = figures.proof
    proved = proof is not None and proof.revision == card.revision
    return replace(
        found,
        reviews=figures.reviews,
        lapses=figures.lapses,
        leeches=figures.leeches,
        open_reports=figures.open_reports,
        proof="" if proof is None else proof.status if proved else "changed since",
        proved_at=proof.at if proof is not None else None,
    )


def _wrong(card: Card, figures: "CardFigures", language: Language) -> dict[str, int]:
    """Return how often each wrong answer was given: every option, or what several people typed."""
    question, say_of_card = card.question(seed=0), speech(language)
    labels = {option.key: say_of_card(option.label) for option in question.options}
    if question.form == "several":
        return {_letters(given): number for given, number in figures.wrong.most_common(MOST_WRONG)}
    if labels:
        return {labels.get(given, given): number for given, number in figures.wrong.most_common()}
    if question.form != "typed":
        return {}
    common = [(given, number) for given, number in figures.wrong.most_common(MOST_WRONG) if number >= SHORTEST_TELLING]
    return {" ".join(given.split())[:LONGEST_ANSWER]: number for given, number in common}


def _letters(keys: str) -> str:
    return "".join(LABELS[int(key)] if key.isdecimal() and int(key) < len(LABELS) else "?" for key in keys.split(","))


def _sortable(value: Any) -> tuple[bool, Any]:
    """Put what is not known at the end."""
    return (value is None or value == (), str(value) if isinstance(value, dict | tuple) else value or 0)


def _sheet(items: Sequence[Item]) -> Sheet:
    rows = [_row(one) for one in items]
    shown = [one for one in items if one.difficulty is not None]
    flagged = frozenset(place for place, one in enumerate(items) if one.flags)
    answers = sum(one.answers for one in items)
    return Sheet(
        Phrase("Cards in figures"),
        COLUMNS,
        rows,
        figures={
            "cards": (Phrase("cards"), len(items)),
            "first_answers": (Phrase("first answers"), answers),
            "enough": (Phrase("with enough answers"), len(shown)),
            "flagged": (Phrase("flagged"), len(flagged)),
            "reports": (Phrase("open reports"), sum(one.open_reports for one in items)),
        },
        notes=(
            Phrase(
                "Shares need {n} first answers; with fewer than {more} they are preliminary.",
                n=SHOWN_FROM,
                more=PRELIMINARY_BELOW,
            ),
            Phrase(
                "too easy: above 95% right; hard: below 40%; weak: discrimination below 0.20; CHECK THE KEY: below 0."
            ),
        ),
        plots=_plots(items, shown),
        marked=flagged,
    )


def _row(one: Item) -> dict[str, Any]:
    flags: list[Any] = [FLAGS[flag] for flag in one.flags]
    return {
        "id": one.card_id,
        "kind": one.kind,
        "topic": one.topic,
        "answers": one.answers,
        "difficulty": one.difficulty,
        "discrimination": one.discrimination,
        "preliminary": one.preliminary,
        "flags": flags,
        "median_seconds": one.median_seconds,
        "distractors": dict(one.distractors),
        "reviews": one.reviews,
        "lapses": one.lapses,
        "leeches": one.leeches,
        "open_reports": one.open_reports,
        "proof": one.proof,
        "proved_at": one.proved_at,
    }


def _plots(items: Sequence[Item], shown: Sequence[Item]) -> list[tuple[Phrase, str]]:
    share = Axis(say(Phrase("right at first")), 0, 1, [0, 0.25, 0.5, 0.75, 1], "{:.0%}")
    telling = Axis(say(Phrase("discrimination")), -0.6, 1, [-0.5, 0, 0.2, 0.5, 1])
    points = [
        Point(one.difficulty or 0, one.discrimination, _named(one), bool(one.flags))
        for one in shown
        if one.discrimination is not None
    ]
    plots = []
    if points:
        plots.append((Phrase("Hard or easy, telling or not"), scatter(points, share, telling, lines=(0, WEAK_BELOW))))
    if shown:
        shares = [one.difficulty for one in shown if one.difficulty is not None]
        plots.append(
            (Phrase("How many cards are how hard"), histogram(shares, share, bins=20, up=say(Phrase("cards"))))
        )
    seconds = [one.median_seconds for one in items if one.median_seconds is not None]
    if seconds:
        across = from_zero(say(Phrase("median seconds")), max(seconds))
        plots.append((Phrase("How long an answer takes"), histogram(seconds, across, bins=20, up=say(Phrase("cards")))))
    forgotten = sorted((one for one in items if one.lapses), key=lambda one: -one.lapses / max(1, one.reviews))
    if forgotten:
        across = from_zero(say(Phrase("reviews")), max(one.reviews for one in forgotten))
        rates = [one.lapses / max(1, one.reviews) for one in forgotten]
        rate = from_zero(say(Phrase("forgotten")), max(rates), "{:.0%}")
        dots = [Point(one.reviews, at, _named(one), one.leeches > 0) for one, at in zip(forgotten, rates, strict=True)]
        plots.append((Phrase("Which cards are forgotten"), scatter(dots, across, rate)))
    return plots


def _named(one: Item) -> str:
    parts = [one.card_id]
    if one.difficulty is not None:
        parts.append(f"{one.difficulty:.0%}")
    if one.discrimination is not None:
        parts.append(f"r {one.discrimination:.2f}")
    return " · ".join([*parts, *(say(FLAGS[flag]) for flag in one.flags)])
