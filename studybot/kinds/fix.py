"""fix: repair a snippet. The given one must fail, the solution must pass."""

from typing import ClassVar, Literal

from pydantic import Field

from studybot.core.card import Question
from studybot.core.phrase import Phrase
from studybot.kinds.card import Code, Words
from studybot.kinds.written import WrittenCode

HOW_TO = Phrase("Send the whole repaired code as a message.")


class Fix(WrittenCode):
    """The learner sends the whole program, repaired."""

    typical_seconds_of_kind: ClassVar[int] = 90

    kind: Literal["fix"] = "fix"
    prompt: Words = Field(alias="question")
    """What the code should do, and does not."""
    snippet: Code
    """The broken program."""
    solution: Code
    """The program repaired."""

    @property
    def reference(self) -> str:
        return self.solution

    @property
    def given(self) -> str | None:
        return self.snippet

    def program_of(self, answer: str) -> str | Phrase:
        return answer

    def question(self, seed: int) -> Question:
        return Question(self.prompt.text, self.snippet, (), HOW_TO, "code", self.inputs_shown)
