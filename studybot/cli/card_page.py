"""A card as a page for the terminal."""

from rich.console import Group, RenderableType
from rich.syntax import Syntax
from rich.text import Text

from studybot.core.card import Language, Option
from studybot.core.card import Text as Words
from studybot.deck.loader import LoadedCard


def card_page(loaded: LoadedCard, language: Language) -> RenderableType:
    """Lay out what a learner is asked, then what they read after it; what torch gives is not run here."""
    card, question = loaded.card, loaded.card.question(seed=0)
    parts: list[RenderableType] = [
        Text(f"{card.id}  ({card.kind}, {card.topic}, {loaded.file}:{loaded.line})", style="bold"),
        Text(f"\n{question.prompt.in_(language)}\n"),
    ]
    for code in dict.fromkeys((question.code, card.snippet)):
        if code:
            parts += [Syntax(code.rstrip(), "python", background_color="default"), Text()]
    parts += [Text(f"  ( ) {_label(option, language)}") for option in question.options]
    if key := card.key.in_(language).rstrip():
        gap = "\n" if "\n" in key else " "
        parts.append(Text(f"\nexpected:{gap}{key}", style="green"))
    parts.append(Text(card.explanation.text.in_(language)))
    parts += [Text(f"hint: {hint.text.in_(language)}") for hint in card.hint_steps]
    if card.is_parametric:
        values = ", ".join(f"{name}={value}" for name, value in card.values.items())
        parts.append(Text(f"one variant of many: {values}", style="dim"))
    parts.append(Text(f"source: {card.source.log}, {card.source.date}", style="dim"))
    return Group(*parts)


def _label(option: Option, language: Language) -> str:
    return option.label.in_(language) if isinstance(option.label, Words) else str(option.label)
