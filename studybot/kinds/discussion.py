"""discussion: an open question for peers. Nobody is graded, and the daily quiz never asks it."""

from typing import ClassVar, Literal

from pydantic import Field

from studybot.core.card import Answer, Question, Rejected, Text, Verdict
from studybot.core.phrase import Phrase
from studybot.core.proof import Refutation
from studybot.core.run import RunResult
from studybot.kinds.card import Card, Words, ended_well

HOW_TO = Phrase("Talk about it: there is no grade.")


class Discussion(Card):
    """A question that a lecture left open. Its snippet, where there is one, is run before everyone's eyes."""

    typical_seconds_of_kind: ClassVar[int] = 180
    is_scheduled: ClassVar[bool] = False

    kind: Literal["discussion"] = "discussion"
    prompt: Words = Field(alias="question")
    """What is to be talked about."""

    def question(self, seed: int) -> Question:
        return Question(self.prompt.text, self.snippet, (), HOW_TO, "none")

    def disagreement(self, run: RunResult) -> Refutation | None:
        return ended_well(run)

    def verdict(self, answer: Answer, run: RunResult) -> Verdict | Rejected:
        return Rejected(HOW_TO)

    def right_answer(self, run: RunResult) -> Text | Phrase:
        return self.explanation.text
