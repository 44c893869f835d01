"""The base of all kinds: the fields every card has, and what a kind must be able to do."""

import hashlib
import json
from abc import ABC, abstractmethod
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from studybot.core.card import Answer, CardId, Question, Rejected, Revision, Source, Text, Verdict
from studybot.core.phrase import Phrase
from studybot.core.proof import Proof, Refutation
from studybot.core.run import Limits, RunResult, Snippet

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1500)]


class Part(BaseModel):
    """A piece of a card's YAML: nothing unknown in it, and nothing changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


class Words(Part):
    """A text in both languages."""

    ko: LongText
    en: LongText

    @property
    def text(self) -> Text:
        return Text(self.ko, self.en)


class Origin(Part):
    """The study log the card was made from, and the day of its entry."""

    log: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    date: date

    @property
    def source(self) -> Source:
        return Source(self.log, self.date)


def _compiles(code: str) -> str:
    try:
        compile(code, "<snippet>", "exec")
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        raise ValueError(f"the code is broken{line}: {reason}") from None
    return code


Code = Annotated[str, StringConstraints(min_length=1, max_length=3000), AfterValidator(_compiles)]


class Card(Part, ABC):
    """One exercise. A kind is a subclass in a file of its own, listed once in kinds/__init__.py.

    The answer is what the snippet gives when torch runs it; what the author expects is written down as well,
    and a card whose two answers differ is never asked.
    """

    typical_seconds_of_kind: ClassVar[int]
    """How long an answer usually takes, until the learner's own median is known."""

    id: Slug
    kind: str
    topic: Slug
    snippet: Code
    explanation: Words
    hint: Words | None = None
    source: Origin
    tags: tuple[Slug, ...] = ()
    seed: int | None = Field(default=None, ge=0, lt=2**31)
    """Seeds the generators before the snippet runs; a card that rolls dice must declare it."""
    device: Literal["cpu", "cuda", "any"] = "cpu"
    timeout_seconds: float = Field(default=5.0, gt=0, le=30)
    typical_seconds: int | None = Field(default=None, ge=1, le=600)

    @property
    def card_id(self) -> CardId:
        return CardId(self.id)

    @property
    def revision(self) -> Revision:
        """The fingerprint of everything the card says: any edit makes another revision."""
        body = json.dumps(self.body(), ensure_ascii=False, sort_keys=True)
        return Revision(hashlib.sha256(body.encode()).hexdigest()[:12])

    @property
    def usual_seconds(self) -> float:
        return self.typical_seconds or self.typical_seconds_of_kind

    def body(self) -> dict[str, Any]:
        """Return the card as JSON data from which `studybot.kinds.card_from` makes it again."""
        return self.model_dump(mode="json", exclude_defaults=True, by_alias=True) | {"kind": self.kind}

    def snippet_with(self, last_line: str = "") -> Snippet:
        """Return the card's snippet, with one more line at its end, as a run to make."""
        code = f"{self.snippet.rstrip()}\n{last_line}" if last_line else self.snippet
        device: Literal["cpu", "cuda"] = "cuda" if self.device == "cuda" else "cpu"
        return Snippet(code, device=device, limits=Limits(wall_seconds=self.timeout_seconds), seed=self.seed)

    def answer_run(self) -> Snippet:
        """Return the run that gives the answer; the learner sees what came of it."""
        return self.snippet_with()

    @abstractmethod
    def question(self, seed: int) -> Question:
        """Return what a learner is shown in the variant of `seed`."""

    @abstractmethod
    def disagreement(self, run: RunResult) -> Refutation | None:
        """Return how the answer run differs from what the author expects, or None where it bears the card out."""

    @abstractmethod
    def verdict(self, answer: Answer, run: RunResult) -> Verdict | Rejected:
        """Judge an answer against the run that was made for this showing. `GaveUp` never comes here."""

    @abstractmethod
    def right_answer(self, run: RunResult) -> Text | Phrase:
        """Return the right answer in words, for the feedback."""

    def proofs(self) -> tuple[Proof, ...]:
        """Return the runs which show that the card is right. Kinds add to the first: the key holds."""
        return (Proof("the key holds", self.answer_run(), self.disagreement),)
