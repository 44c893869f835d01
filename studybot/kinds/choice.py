"""choice: pick the one right option. Every wrong option is proved wrong by a run of its own."""

from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints, model_validator

from studybot.core.card import Answer, Option, Picked, Question, Rejected, Text, Verdict
from studybot.core.phrase import Phrase
from studybot.core.proof import Proof, Refutation
from studybot.core.run import RunResult, RunStatus
from studybot.core.show import evidence
from studybot.core.variant import shuffled
from studybot.kinds.card import Card, LongText, Part, Words

PICK = Phrase("Pick one.")
LABELS = "ABCDEFGH"


class Words80(Part):
    """A text short enough for a button."""

    ko: Annotated[LongText, StringConstraints(max_length=80)]
    en: Annotated[LongText, StringConstraints(max_length=80)]

    @property
    def text(self) -> Text:
        return Text(self.ko, self.en)


class ChoiceOption(Part):
    """One option. `holds` is Python evaluated after the snippet: True for the right option, False for the others."""

    text: Words80
    holds: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    right: bool = False

    @model_validator(mode="after")
    def _is_an_expression(self) -> "ChoiceOption":
        try:
            compile(self.holds, "<holds>", "eval")
        except (SyntaxError, ValueError) as error:
            raise ValueError(f"'holds' is not an expression: {error}") from None
        return self


class Choice(Card):
    """Two to eight options, exactly one of them right; their order is the variant's."""

    typical_seconds_of_kind: ClassVar[int] = 20

    kind: Literal["choice"] = "choice"
    prompt: Words = Field(alias="question")
    options: Annotated[tuple[ChoiceOption, ...], Field(min_length=2, max_length=8)]

    @model_validator(mode="after")
    def _one_is_right(self) -> "Choice":
        if sum(option.right for option in self.options) != 1:
            raise ValueError("exactly one option must say 'right: true'")
        for language in ("ko", "en"):
            texts = [getattr(option.text, language).strip() for option in self.options]
            if len(set(texts)) < len(texts):
                raise ValueError(f"two options read the same in {language!r}")
        return self

    def question(self, seed: int) -> Question:
        options = [Option(str(place), option.text.text) for place, option in enumerate(self.options)]
        return Question(self.prompt.text, self.snippet, tuple(shuffled(options, seed, lambda option: option.key)), PICK)

    def disagreement(self, run: RunResult) -> Refutation | None:
        """Ask of the answer run only that it ends as a snippet should: what each option says is proved apart."""
        if run.status in {RunStatus.OK, RunStatus.RAISED}:
            return None
        return Refutation("the snippet runs", f"status {run.status}")

    def proofs(self) -> tuple[Proof, ...]:
        return (
            *super().proofs(),
            *(
                Proof(
                    f"option {LABELS[place]} is {'right' if option.right else 'wrong'}",
                    self.snippet_with(f"bool({option.holds})"),
                    partial(_held, option),
                )
                for place, option in enumerate(self.options)
            ),
        )

    def verdict(self, answer: Answer, run: RunResult) -> Verdict | Rejected:
        if not isinstance(answer, Picked) or answer.key not in {str(place) for place in range(len(self.options))}:
            return Rejected(PICK)
        return Verdict(right=self.options[int(answer.key)].right)

    def right_answer(self, run: RunResult) -> Text | Phrase:
        return next(option.text.text for option in self.options if option.right)


def _held(option: ChoiceOption, run: RunResult) -> Refutation | None:
    got: Any = run.value if run.status is RunStatus.OK else evidence(run) or f"status {run.status}"
    if got is option.right:
        return None
    remedy = "more than one option is right" if got is True else ""
    return Refutation(f"{option.holds} is {option.right}", str(got), remedy)
