"""The base of all kinds: the fields every card has, and what a kind must be able to do."""

import hashlib
import json
import warnings
from abc import ABC, abstractmethod
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from studybot.core.card import Answer, CardId, Question, Rejected, Revision, Source, Text, Verdict
from studybot.core.phrase import Phrase
from studybot.core.proof import Proof, Refutation
from studybot.core.run import Limits, RunResult, Snippet

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1500)]


class Part(BaseModel):
    """A piece of a card's YAML: nothing unknown in it, and nothing changed after loading."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        ser_json_inf_nan="strings",  # PostgreSQL's JSON has no NaN, and a null would be another answer
        use_attribute_docstrings=True,
    )


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
    """The name of the log's file, without its ending."""
    date: date
    """The day of the entry, such as 2022-01-24."""

    @property
    def source(self) -> Source:
        return Source(self.log, self.date)


def _compiled(code: str, mode: Literal["exec", "eval"]) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `x is 1` is odd, and may be just what the card is about
            compile(code, "<snippet>", mode, dont_inherit=True)
    except SyntaxError as error:
        raise PydanticCustomError(BROKEN_CODE, "{reason}", {"reason": error.msg, "line": error.lineno or 1}) from None
    except ValueError as error:  # a zero byte, which older Pythons tell in another way
        reason = "source code string cannot contain null bytes" if "\0" in code else str(error)
        raise PydanticCustomError(BROKEN_CODE, "{reason}", {"reason": reason, "line": 1}) from None
    except (RecursionError, MemoryError):
        raise PydanticCustomError(BROKEN_CODE, "{reason}", {"reason": "Python cannot read it", "line": 1}) from None
    return code


def _program(code: str) -> str:
    return _compiled(code, "exec")


def _expression(code: str) -> str:
    return _compiled(code, "eval")


BROKEN_CODE = "broken_code"
"""The type of the pydantic error for code that does not compile; its context has `reason` and `line` (from 1)."""

Code = Annotated[str, StringConstraints(min_length=1, max_length=3000), AfterValidator(_program)]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=400), AfterValidator(_expression)]


class Card(Part, ABC):
    """One exercise. A kind is a subclass in a file of its own, listed once in kinds/__init__.py.

    The answer is what the snippet gives when torch runs it; what the author expects is written down as well,
    and a card whose two answers differ is never asked.
    """

    typical_seconds_of_kind: ClassVar[int]
    """How long an answer usually takes, until the learner's own median is known."""

    id: Slug
    """Unique in the whole deck, and never changed: the learners' progress hangs on it."""
    kind: str
    topic: Slug
    snippet: Code
    """The program. `torch` is imported; the value of the last line is its value, as in a notebook."""
    explanation: Words
    """Why it is so, shown after the answer."""
    hint: Words | None = None
    """Shown on request."""
    source: Origin
    tags: tuple[Slug, ...] = ()
    """Cards that are easily confused share a tag `contrast-...`."""
    seed: int | None = Field(default=None, ge=0, lt=2**31)
    """Seeds the generators before the snippet runs; a card whose answer hangs on dice must declare it."""
    device: Literal["cpu", "cuda", "any"] = "cpu"
    """What the snippet needs; `any` runs on either."""
    timeout_seconds: float = Field(default=5.0, gt=0, le=30)
    """How long the snippet may run."""
    typical_seconds: int | None = Field(default=None, ge=1, le=600)
    """How long a good answer takes, where the kind's usual time does not fit."""

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

    @property
    def may_raise(self) -> bool:
        """Whether an exception is an answer here; elsewhere it means that the snippet is broken."""
        return False

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
