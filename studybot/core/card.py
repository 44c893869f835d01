"""What every card has in common, whatever its kind: its words, its question, answers and verdicts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, NewType, TypeAlias

from studybot.core.phrase import Phrase
from studybot.core.run import Snippet
from studybot.core.schedule import Grade

CardId = NewType("CardId", str)
Revision = NewType("Revision", str)


class Language(StrEnum):
    KO = "ko"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """An author's text in both languages, in card Markdown: `code`, **bold**, *emphasis*."""

    ko: str
    en: str

    def in_(self, language: Language) -> str:
        return self.ko if language is Language.KO else self.en


@dataclass(frozen=True, slots=True)
class Source:
    """The study log a card was made from, and the day it was written."""

    log: str
    date: date


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers offered. `key` is stable in the card; the order shown is the variant's."""

    key: str
    label: Text | Phrase


Form: TypeAlias = Literal["one", "several", "typed", "code", "recalled", "none"]
"""Pick one option, pick several, type a value, write code, grade oneself, or no answer at all."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a learner is shown, and in which form the answer comes; `how_to_answer` tells it in words."""

    prompt: Text
    code: str
    options: tuple[Option, ...]
    how_to_answer: Phrase
    form: Form = "typed"
    given: str = ""
    """Code that draws what the answer will be run on, where there is such code."""

    @property
    def is_typed(self) -> bool:
        return self.form in {"typed", "code"}


@dataclass(frozen=True, slots=True)
class Picked:
    """An option, by its key; where several are right, their keys joined by commas, in the card's order."""

    key: str


@dataclass(frozen=True, slots=True)
class Typed:
    text: str


@dataclass(frozen=True, slots=True)
class GaveUp:
    pass


@dataclass(frozen=True, slots=True)
class Recalled:
    """How well the learner says they knew it, after they have seen the answer."""

    grade: Grade


Answer: TypeAlias = Picked | Typed | GaveUp | Recalled


@dataclass(frozen=True, slots=True)
class FailedCase:
    """Inputs on which a learner's code went wrong, what was expected, and what it gave: all as short text."""

    given: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Right or wrong, and why. Decided in the trusted process from plain data.

    `also` says more, one sentence each: how far off, the likely cause. `printed` is what the learner's code printed.
    """

    right: bool
    why: Phrase | None = None
    also: tuple[Phrase, ...] = ()
    case: FailedCase | None = None
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """The runs that judge an answer: what the learner wrote, and the reference on inputs of the same seed.

    They are made in two children that know nothing of each other.
    """

    attempt: Snippet
    reference: Snippet


@dataclass(frozen=True, slots=True)
class Rejected:
    """Not an answer to this question at all (unreadable, too long): nothing is graded, `why` says what to do."""

    why: Phrase
