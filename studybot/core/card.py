"""What every card has in common, whatever its kind: its words, its question, answers and verdicts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType, TypeAlias

from studybot.core.phrase import Phrase

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


@dataclass(frozen=True, slots=True)
class Question:
    """What a learner is shown. No options means that the answer is typed, in the form `how_to_answer` tells."""

    prompt: Text
    code: str
    options: tuple[Option, ...]
    how_to_answer: Phrase


@dataclass(frozen=True, slots=True)
class Picked:
    key: str


@dataclass(frozen=True, slots=True)
class Typed:
    text: str


@dataclass(frozen=True, slots=True)
class GaveUp:
    pass


Answer: TypeAlias = Picked | Typed | GaveUp


@dataclass(frozen=True, slots=True)
class Verdict:
    """Right or wrong, and why. Decided in the trusted process from plain data."""

    right: bool
    why: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Not an answer to this question at all (unreadable, too long): nothing is graded, `why` says what to do."""

    why: Phrase
