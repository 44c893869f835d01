"""recall: think of the answer, look at it, and say how well it was known."""

from typing import ClassVar, Literal

from pydantic import Field

from studybot.core.card import Answer, Question, Recalled, Rejected, Text, Verdict
from studybot.core.phrase import Phrase
from studybot.core.proof import Refutation
from studybot.core.run import RunResult
from studybot.core.schedule import Grade
from studybot.kinds.card import Card, Words, ended_well

HOW_TO = Phrase("Think of your answer first, then look.")


class Recall(Card):
    """A question and its answer in words. A snippet, where there is one, shows that the answer is so."""

    typical_seconds_of_kind: ClassVar[int] = 20

    kind: Literal["recall"] = "recall"
    prompt: Words = Field(alias="question")
    """What is asked."""
    answer: Words
    """The answer, in a sentence."""

    def question(self, seed: int) -> Question:
        return Question(self.prompt.text, "", (), HOW_TO, "recalled")

    def disagreement(self, run: RunResult) -> Refutation | None:
        return ended_well(run)

    def verdict(self, answer: Answer, run: RunResult) -> Verdict | Rejected:
        if isinstance(answer, Recalled):
            return Verdict(right=answer.grade >= Grade.HARD)
        return Rejected(HOW_TO)

    def right_answer(self, run: RunResult) -> Text | Phrase:
        return self.key

    @property
    def key(self) -> Text:
        return self.answer.text
