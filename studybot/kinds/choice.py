"""choice: pick the right option, or all that are right. Every wrong option is proved wrong by running it."""

from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from studybot.core.card import Answer, Option, Picked, Question, Rejected, Text, Verdict
from studybot.core.phrase import Phrase
from studybot.core.proof import Proof, Refutation
from studybot.core.run import RunResult, RunStatus
from studybot.core.show import evidence
from studybot.core.variant import shuffled
from studybot.kinds.card import NOTHING, Card, Code, Expression, LongText, Part, Words, status_of

PICK = Phrase("Pick one.")
PICK_ALL = Phrase("Pick all that are right.")
LABELS = "ABCDEFGH"

_IS_RIGHT = Phrase("option {label} is right")
_IS_WRONG = Phrase("option {label} is wrong")


class Words80(Part):
    """A text short enough for a button."""

    ko: Annotated[LongText, StringConstraints(max_length=80)]
    en: Annotated[LongText, StringConstraints(max_length=80)]

    @property
    def text(self) -> Text:
        return Text(self.ko, self.en)


class ChoiceOption(Part):
    """One option. `holds` is Python evaluated after the snippet: true for the right option, false for the others."""

    text: Words80
    holds: Expression
    """An expression about the snippet's variables, such as `x.shape == (2, 3)`: it is run to prove the option."""
    right: bool = False
    """Whether this is the right option."""


class Choice(Card):
    """Two to eight options, one of them right, or `several`; their order is the variant's."""

    typical_seconds_of_kind: ClassVar[int] = 20

    kind: Literal["choice"] = "choice"
    prompt: Words = Field(alias="question")
    """What is asked of the snippet."""
    snippet: Code
    """The program. It ends in what shows the answer, or prints it."""
    several: bool = False
    """Whether more than one option is right: then all of them must be picked."""
    options: Annotated[tuple[ChoiceOption, ...], Field(min_length=2, max_length=8)]
    """Exactly one says `right: true`. Write them in any order: learners see them shuffled."""

    @field_validator("options")
    @classmethod
    def _sound(cls, options: tuple[ChoiceOption, ...], info: ValidationInfo) -> tuple[ChoiceOption, ...]:
        right = sum(option.right for option in options)
        if info.data.get("several"):
            if right < 2:
                told = Phrase("with several, two options at least must say 'right: true', not {right}", right=right)
                raise ValueError(told)
        elif right != 1:
            raise ValueError(Phrase("exactly one option must say 'right: true', not {right}", right=right))
        for language in ("ko", "en"):
            texts = [_to_the_eye(getattr(option.text, language)) for option in options]
            if twice := next((place for place, text in enumerate(texts) if text in texts[:place]), None):
                labels = {"one": LABELS[texts.index(texts[twice])], "other": LABELS[twice]}
                told = Phrase("options {one} and {other} read the same in '{language}'", language=language, **labels)
                raise ValueError(told)
        return options

    def question(self, seed: int) -> Question:
        options = [Option(str(place), option.text.text) for place, option in enumerate(self.options)]
        shown = tuple(shuffled(options, seed, lambda option: option.key))
        return Question(
            self.prompt.text,
            self.snippet,
            shown,
            PICK_ALL if self.several else PICK,
            "several" if self.several else "one",
        )

    def disagreement(self, run: RunResult) -> Refutation | None:
        """Ask of the answer run only that it shows something: what each option says is proved apart."""
        expected = Phrase("a run to show as evidence")
        if run.status is not RunStatus.OK:
            return Refutation(expected, evidence(run) or status_of(run))
        if not evidence(run):
            remedy = Phrase("end the snippet with what shows the answer, or print it")
            return Refutation(expected, NOTHING, remedy)
        return None

    def proofs(self) -> tuple[Proof, ...]:
        return (
            *super().proofs(),
            *(
                Proof(
                    (_IS_RIGHT if option.right else _IS_WRONG).filled(label=LABELS[place]),
                    self.snippet_with(f"bool((\n{option.holds}\n))"),  # on lines of their own: they may hold a comment
                    partial(_held, option, several=self.several),
                )
                for place, option in enumerate(self.options)
            ),
        )

    def verdict(self, answer: Answer, run: RunResult) -> Verdict | Rejected:
        picked = set(answer.key.split(",")) if isinstance(answer, Picked) else set()
        if not picked or not picked <= {str(place) for place in range(len(self.options))}:
            return Rejected(PICK_ALL if self.several else PICK)
        return Verdict(right=picked == self.right_keys(run))

    def right_keys(self, run: RunResult) -> frozenset[str]:
        return frozenset(str(place) for place, option in enumerate(self.options) if option.right)

    def meant(self, key: str) -> Phrase | None:
        option = next((one for place, one in enumerate(self.options) if str(place) == key), None)
        return (
            None
            if option is None
            else Phrase("It would be so if `{holds}` were true.", holds=" ".join(option.holds.split()))
        )

    def right_answer(self, run: RunResult) -> Text | Phrase:
        return self.key

    @property
    def key(self) -> Text:
        right = [option.text.text for option in self.options if option.right]
        return Text(" / ".join(text.ko for text in right), " / ".join(text.en for text in right))


def _to_the_eye(text: str) -> str:
    """Return what is left of a text without spaces and marks: `(2,3)` and (2, 3) are one option to a learner."""
    return "".join(text.split()).translate(str.maketrans("", "", "`*"))


def _held(option: ChoiceOption, run: RunResult, *, several: bool) -> Refutation | None:
    got: Any = run.value if run.status is RunStatus.OK else evidence(run) or status_of(run)
    if got is option.right:
        return None
    remedy = Phrase("more than one option is right") if got is True and not several else ""
    expected = Phrase("`{holds}` to be {right}", holds=option.holds, right=option.right)
    return Refutation(expected, got if isinstance(got, Phrase) else str(got), remedy)
