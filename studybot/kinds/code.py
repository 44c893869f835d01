"""code: write a function or a line that does what is asked, checked on fresh inputs."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from studybot.core.card import Question
from studybot.core.phrase import Phrase
from studybot.kinds.card import Code, OptionalCode, Words
from studybot.kinds.written import WrittenCode

HOW_TO = Phrase("Send the code as a message.")


class CodeCard(WrittenCode):
    """The learner writes the whole program; its values must be those of the solution, whatever the inputs."""

    typical_seconds_of_kind: ClassVar[int] = 120

    kind: Literal["code"] = "code"
    prompt: Words = Field(alias="question")
    """What is to be written: name the function and its arguments."""
    starter: OptionalCode = ""
    """What the learner starts from, such as `def normalise(x): ...`; it must fail."""
    solution: Code
    """Code that is right."""

    @model_validator(mode="after")
    def _fresh_inputs(self) -> "CodeCard":
        if self.inputs is None:
            told = Phrase("inputs is missing: a code card is checked on inputs that nobody has seen")
            raise ValueError(told)
        return self

    @property
    def reference(self) -> str:
        return self.solution

    @property
    def given(self) -> str | None:
        return self.starter or None

    def program_of(self, answer: str) -> str | Phrase:
        return answer

    def question(self, seed: int) -> Question:
        return Question(self.prompt.text, self.starter, (), HOW_TO, "code", self.inputs_shown)
