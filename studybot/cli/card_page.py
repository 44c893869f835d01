"""A card as a page for the terminal."""

from rich.console import Group, RenderableType
from rich.syntax import Syntax
from rich.text import Text

from studybot.core.card import Language, Option
from studybot.core.card import Text as Words
from studybot.deck.loader import LoadedCard
from studybot.kinds.choice import Choice
from studybot.kinds.claim import Claim
from studybot.kinds.predict import Predict


def card_page(loaded: LoadedCard, language: Language) -> RenderableType:
    """Lay out what a learner is asked, then what they read after it; what torch gives is not run here."""
    card, question = loaded.card, loaded.card.question(seed=0)
    parts: list[RenderableType] = [
        Text(f"{card.id}  ({card.kind}, {card.topic}, {loaded.file}:{loaded.line})", style="bold"),
        Text(f"\n{question.prompt.in_(language)}\n"),
        Syntax(card.snippet.rstrip(), "python", background_color="default"),
        Text(),
        *(Text(f"  ( ) {_label(option, language)}") for option in question.options),
        Text(f"\nexpected: {_expected(loaded, language)}", style="green"),
        Text(card.explanation.text.in_(language)),
    ]
    if card.hint:
        parts.append(Text(f"hint: {card.hint.text.in_(language)}"))
    parts.append(Text(f"source: {card.source.log}, {card.source.date}", style="dim"))
    return Group(*parts)


def _label(option: Option, language: Language) -> str:
    return option.label.in_(language) if isinstance(option.label, Words) else str(option.label)


def _expected(loaded: LoadedCard, language: Language) -> str:
    match loaded.card:
        case Predict(expect=expect):
            return str(expect)
        case Claim(holds=holds):
            return str(holds)
        case Choice(options=options):
            return next(option.text.text.in_(language) for option in options if option.right)
        case _:
            return "what the run gives"
