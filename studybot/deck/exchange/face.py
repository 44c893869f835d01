"""A card as two sides of paper: what is asked, and what is read after it."""

from dataclasses import dataclass

from studybot.core.card import Language
from studybot.kinds import Card
from studybot.kinds.written import WrittenCode
from studybot.locale import speech


@dataclass(frozen=True, slots=True)
class Face:
    """Texts are card Markdown; `code`, `given` and an answer that `is_code` are Python. "" stands for none.

    `answer` is the author's key: whoever shows it to learners sees to it that the card is proved.
    """

    card_id: str
    kind: str
    topic: str
    tags: tuple[str, ...]
    prompt: str
    code: str
    given: str
    options: tuple[str, ...]
    how_to_answer: str
    answer: str
    is_code: bool
    explanation: str
    hints: tuple[str, ...]
    source: str


def face_of(card: Card, language: Language) -> Face:
    """Return a card's two sides in one language; of a card with many variants, those of its first."""
    say = speech(language)
    question = card.question(seed=0)
    answer = say(card.told_key).strip("\n")
    is_code = not question.options and (isinstance(card, WrittenCode) or question.form == "typed")
    return Face(
        card.id,
        card.kind,
        card.topic,
        card.tags,
        say(question.prompt),
        question.code.strip("\n"),
        question.given.strip("\n"),
        tuple(say(option.label) for option in question.options),
        say(question.how_to_answer),
        answer,
        is_code,
        say(card.explanation.text),
        tuple(say(hint.text) for hint in card.hint_steps),
        f"{card.source.log}, {card.source.date}",
    )
