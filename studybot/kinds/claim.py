"""claim: a statement somebody made, borne out or refuted by a run."""

from typing import ClassVar, Literal

from studybot.core.card import Answer, Option, Picked, Question, Rejected, Text, Verdict
from studybot.core.phrase import Phrase
from studybot.core.proof import Refutation
from studybot.core.run import RunResult, RunStatus
from studybot.core.show import evidence
from studybot.kinds.card import Card, Words

TRUE = Option("true", Phrase("True"))
FALSE = Option("false", Phrase("False"))
PICK = Phrase("True or false?")


class Claim(Card):
    """The snippet ends in a bool: whether the claim held. What it prints on the way is the evidence."""

    typical_seconds_of_kind: ClassVar[int] = 15

    kind: Literal["claim"] = "claim"
    claim: Words
    """The statement, as somebody would say it."""
    holds: bool
    """Whether the author expects the claim to hold: the bool on the snippet's last line."""

    def question(self, seed: int) -> Question:
        return Question(self.claim.text, "", (TRUE, FALSE), PICK)

    def disagreement(self, run: RunResult) -> Refutation | None:
        expected = f"the snippet ends in {self.holds}"
        if run.status is not RunStatus.OK:
            return Refutation(expected, evidence(run) or f"status {run.status}")
        if not isinstance(run.value, bool):
            return Refutation(expected, evidence(run) or "nothing", "let the last line be a bool: did the claim hold?")
        return None if run.value is self.holds else Refutation(expected, evidence(run))

    def verdict(self, answer: Answer, run: RunResult) -> Verdict | Rejected:
        if not isinstance(answer, Picked) or answer.key not in {TRUE.key, FALSE.key}:
            return Rejected(PICK)
        return Verdict(right=(answer.key == TRUE.key) is (run.value is True))

    def right_answer(self, run: RunResult) -> Text | Phrase:
        label = (TRUE if run.value is True else FALSE).label
        assert isinstance(label, Phrase)  # noqa: S101
        return label
