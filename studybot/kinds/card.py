"""The base of all kinds: the fields every card has, and what a kind must be able to do."""

import hashlib
import json
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints
from pydantic_core import PydanticCustomError

from studybot.core.card import Answer, CardId, Question, Rejected, Revision, Source, Text, Trial, Verdict
from studybot.core.phrase import Phrase
from studybot.core.proof import Proof, Refutation
from studybot.core.run import Device, Limits, RunResult, RunStatus, Snippet
from studybot.core.show import evidence
from studybot.kinds.filling import TEMPLATE_FIELDS, filled, plain_body
from studybot.kinds.params import WANTED_VARIANTS, Params, Values, identity

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


def compiled(code: str, mode: Literal["exec", "eval"] = "exec") -> str:
    """Return code that compiles, as it is. Raises PydanticCustomError (BROKEN_CODE)."""
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
    return compiled(code)


def _expression(code: str) -> str:
    return compiled(code, "eval")


BROKEN_CODE = "broken_code"
"""The type of the pydantic error for code that does not compile; its context has `reason` and `line` (from 1)."""

Code = Annotated[str, StringConstraints(min_length=1, max_length=3000), AfterValidator(_program)]
OptionalCode = Annotated[str, StringConstraints(max_length=3000), AfterValidator(_program)]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=400), AfterValidator(_expression)]


class Card(Part, ABC):
    """One exercise. A kind is a subclass in a file of its own, listed once in kinds/__init__.py.

    The answer is what the snippet gives when torch runs it; what the author expects is written down as well,
    and a card whose two answers differ is never asked.

    A card with `params` stands for many variants; the object itself is one of them, as an example.
    """

    typical_seconds_of_kind: ClassVar[int]
    """How long an answer usually takes, until the learner's own median is known."""

    tries: ClassVar[int] = 2
    """A typed answer may be wrong so often, less one, before the right one is revealed."""

    is_scheduled: ClassVar[bool] = True
    """Whether the daily quiz asks it."""

    id: Slug
    """Unique in the whole deck, and never changed: the learners' progress hangs on it."""
    kind: str
    topic: Slug
    snippet: OptionalCode = ""
    """The program. `torch` is imported; the value of the last line is its value, as in a notebook."""
    explanation: Words
    """Why it is so, shown after the answer."""
    hint: Words | None = None
    """Shown on request."""
    hints: Annotated[tuple[Words, ...], Field(max_length=4)] = ()
    """Further steps, each shown at another request; every one costs some of the grade."""
    source: Origin
    retired: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] | None = None
    """Why it is not asked any more, where that is so. What learners know of it is kept."""
    tags: tuple[Slug, ...] = ()
    """Cards that are easily confused share a tag `contrast-...`."""
    params: dict[str, dict[str, Any]] | None = None
    """Parameters, by name: `{n: {integer: [2, 5]}}`. Every text and code may then hold `{{ n }}`."""
    where: str | None = None
    """A formula that the parameters must fulfil, such as `n != m`."""
    few_variants: str | None = None
    """Why there are fewer than fifty variants, where that is so."""
    seed: int | None = Field(default=None, ge=0, lt=2**31)
    """Seeds the generators before the snippet runs; a card whose answer hangs on dice must declare it."""
    device: Literal["cpu", "cuda", "any"] = "cpu"
    """What the snippet needs; `any` runs on either."""
    picture: Literal["memory", "graph"] | None = None
    """A picture to go with the answer: the memory layout of the value, or the snippet's autograd graph."""
    timeout_seconds: float = Field(default=5.0, gt=0, le=30)
    """How long the snippet may run."""
    typical_seconds: int | None = Field(default=None, ge=1, le=600)
    """How long a good answer takes, where the kind's usual time does not fit."""

    _template: "tuple[dict[str, Any], Params] | None" = PrivateAttr(default=None)
    _revision: Revision | None = PrivateAttr(default=None)
    _values: Values | None = PrivateAttr(default=None)

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """Make a card of its fields. Raises pydantic.ValidationError."""
        if not body.get("params"):
            return cls.model_validate(body)
        params = Params.model_validate(body)
        card = cls._drawn(body, params.draw(0))
        card._template = plain_body({name: field for name, field in body.items() if name != "retired"}), params
        return card

    @classmethod
    def _drawn(cls, body: Mapping[str, Any], values: Values) -> Self:
        plain = {name: field for name, field in body.items() if name not in TEMPLATE_FIELDS}
        card = cls.model_validate(filled(plain, values, title=cls.__name__))
        card._values = values
        return card

    @property
    def is_parametric(self) -> bool:
        return self._template is not None

    @property
    def values(self) -> Values:
        """The parameters' values in this variant."""
        return self._values or {}

    def variant(self, seed: int) -> Self:
        """Return the variant of `seed`, the same on every machine; a card without parameters is its own.

        Raises ValueError where this variant makes no sound card: the deck's fault, and no learner's.
        """
        if self._template is None:
            return self
        body, params = self._template
        return self._of_values(body, params.draw(seed))

    def variant_key(self, seed: int) -> str:
        """Return what tells the variant of `seed` from others."""
        return "" if self._template is None else identity(self._template[1].draw(seed))

    def variants_to_prove(self) -> Iterator[Self]:
        """Yield variants to prove: the corners of all ranges, then drawn ones, fifty at least where there are."""
        if self._template is None:
            yield self
            return
        body, params = self._template
        seen: set[str] = set()
        corners = list(params.corners())
        most = max(WANTED_VARIANTS, len(corners) + WANTED_VARIANTS // 2)
        for values in chain(corners, map(params.draw, range(4 * WANTED_VARIANTS))):
            if identity(values) not in seen:
                seen.add(identity(values))
                yield self._of_values(body, values)
            if len(seen) >= most:
                return

    def _of_values(self, body: Mapping[str, Any], values: Values) -> Self:
        variant = self._drawn(body, values)
        variant._revision = self.revision
        return variant

    @property
    def card_id(self) -> CardId:
        return CardId(self.id)

    @property
    def revision(self) -> Revision:
        """The fingerprint of everything the card says: any edit makes another revision. Retiring it is none."""
        if self._revision is None:
            body = json.dumps(self.body(), ensure_ascii=False, sort_keys=True)
            self._revision = Revision(hashlib.sha256(body.encode()).hexdigest()[:12])
        return self._revision

    @property
    def runs_on(self) -> Device:
        """The device on which it is asked."""
        return "cuda" if self.device == "cuda" else "cpu"

    @property
    def contrasts(self) -> frozenset[str]:
        """What it is easily confused with: the tags it shares with those cards."""
        return frozenset(tag for tag in self.tags if tag.startswith("contrast-"))

    @property
    def usual_seconds(self) -> float:
        return self.typical_seconds or self.typical_seconds_of_kind

    @property
    def hint_steps(self) -> tuple[Words, ...]:
        """All hints in their order."""
        return (self.hint, *self.hints) if self.hint else self.hints

    @property
    def may_raise(self) -> bool:
        """Whether an exception is an answer here; elsewhere it means that the snippet is broken."""
        return False

    def body(self) -> dict[str, Any]:
        """Return the card as JSON data from which `studybot.kinds.card_from` makes it again."""
        if self._template is not None:
            return self._template[0]
        said = self.model_dump(mode="json", exclude_defaults=True, exclude={"retired"}, by_alias=True)
        return said | {"kind": self.kind}

    def snippet_with(self, last_line: str = "") -> Snippet:
        """Return the card's snippet, with one more line at its end, as a run to make."""
        code = f"{self.snippet.rstrip()}\n{last_line}" if last_line else self.snippet
        return self.run_of(code)

    def run_of(self, code: str, *, harness: str = "", seed: int | None = None) -> Snippet:
        """Return a run of this code under the card's limits, on its device."""
        limits = Limits(wall_seconds=self.timeout_seconds)
        return Snippet(
            code, device=self.runs_on, limits=limits, seed=self.seed if seed is None else seed, harness=harness
        )

    def answer_run(self) -> Snippet | None:
        """Return the run that gives the answer; the learner sees what came of it. None where nothing is to be run."""
        return self.snippet_with() if self.snippet else None

    def pictured(self, program: str) -> Snippet:
        """Return the run that a picture is drawn from: of a program of ours that looks at the code as it runs."""
        return self.run_of(self.snippet, harness=program)

    def evidence(self, run: RunResult) -> str:
        """Return what the learner is shown as torch's answer."""
        return evidence(run)

    def trial(self, answer: Answer, *, seed: int) -> Trial | Rejected | None:
        """Return the runs that judge an answer, on inputs drawn by `seed`; None where `verdict` needs no run."""
        return None

    def judged(self, attempt: RunResult, reference: RunResult) -> Verdict:
        """Judge an answer by the runs of its trial, of which the reference came to its end."""
        raise NotImplementedError(f"{self.kind} makes no trial")

    @abstractmethod
    def question(self, seed: int) -> Question:
        """Return what a learner is shown in the variant of `seed`."""

    @abstractmethod
    def disagreement(self, run: RunResult) -> Refutation | None:
        """Return how the answer run differs from what the author expects, or None where it bears the card out."""

    @abstractmethod
    def verdict(self, answer: Answer, run: RunResult) -> Verdict | Rejected:
        """Judge an answer against the run that was made for this showing. `GaveUp` never comes here."""

    def right_keys(self, run: RunResult) -> frozenset[str]:
        """Return the keys of the right options; none where there are no options."""
        return frozenset()

    def meant(self, key: str) -> Phrase | None:
        """Return what would have to be so for an option to be right; None where there is no more to say."""
        return None

    @abstractmethod
    def right_answer(self, run: RunResult) -> Text | Phrase:
        """Return the right answer in words, for the feedback."""

    @property
    def key(self) -> Text:
        """What the author wrote down as the answer, for the author: nothing is run."""
        return Text("", "")

    @property
    def told_key(self) -> Text | Phrase:
        """The answer that the author wrote down, as a learner reads it. It is right only while a proof holds."""
        return self.key

    def proofs(self) -> tuple[Proof, ...]:
        """Return the runs which show that the card is right. Kinds add to the first: the key holds."""
        run = self.answer_run()
        return () if run is None else (Proof(Phrase("the key holds"), run, self.disagreement),)


def ended_well(run: RunResult) -> Refutation | None:
    """Ask of a run only that it comes to its end."""
    if run.status is RunStatus.OK:
        return None
    return Refutation(Phrase("the snippet to run to its end"), evidence(run) or status_of(run))


NOTHING = Phrase("nothing")


def status_of(run: RunResult) -> Phrase:
    """Say how a run ended that shows nothing."""
    return Phrase("status {status}", status=run.status)
