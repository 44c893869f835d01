"""claim: a statement somebody made, borne out or refuted by a run, or now one and now the other."""

from typing import ClassVar, Literal

from pydantic import field_validator

from studybot.core.card import Answer, Option, Picked, Question, Rejected, Text, Verdict
from studybot.core.phrase import Phrase
from studybot.core.proof import Refutation
from studybot.core.run import RunResult, RunStatus
from studybot.core.show import evidence
from studybot.core.value import Value
from studybot.kinds.card import NOTHING, Card, Code, Words, status_of

TRUE = Option("true", Phrase("True"))
FALSE = Option("false", Phrase("False"))
DEPENDS = Option("depends", Phrase("It depends"))
PICK = Phrase("True, false, or does it depend?")
_WOULD_END = {
    "true": Phrase("The last line would give True every time."),
    "false": Phrase("The last line would never give True."),
    "depends": Phrase("The last line would give True in some cases and False in others."),
}
OPTIONS = (TRUE, FALSE, DEPENDS)


class Claim(Card):
    """The snippet ends in a bool: whether the claim held. What it prints on the way is the evidence.

    Where it depends, the snippet ends in a list of bools, one for each case, and there are both kinds in it.
    """

    typical_seconds_of_kind: ClassVar[int] = 15

    kind: Literal["claim"] = "claim"
    claim: Words
    """The statement, as somebody would say it."""
    snippet: Code
    """The program that tries the claim. Its last line says whether it held: a bool, or a list of them."""
    holds: bool | Literal["depends"]
    """Whether the author expects the claim to hold: true, false, or depends."""

    @field_validator("holds", mode="before")
    @classmethod
    def _one_of_three(cls, holds: object) -> object:
        if holds is True or holds is False or holds == "depends":
            return holds
        raise ValueError(Phrase("write true, false, or depends"))

    @property
    def key(self) -> Text:
        return Text(str(self.holds), str(self.holds))

    @property
    def told_key(self) -> Text | Phrase:
        return _option(self.holds).label

    def question(self, seed: int) -> Question:
        return Question(self.claim.text, "", OPTIONS, PICK, "one")

    def disagreement(self, run: RunResult) -> Refutation | None:
        expected = Phrase("the snippet ends in {value}", value=str(self.holds))
        if self.holds == "depends":
            expected = Phrase("the snippet ends in a list of bools, some true and some false")
        if run.status is not RunStatus.OK:
            return Refutation(expected, evidence(run) or status_of(run))
        found = _outcome(run.value)
        if found is None:
            remedy = Phrase("let the last line be a bool: did the claim hold?")
            return Refutation(expected, evidence(run) or NOTHING, remedy)
        return None if found == self.holds else Refutation(expected, evidence(run))

    def verdict(self, answer: Answer, run: RunResult) -> Verdict | Rejected:
        if not isinstance(answer, Picked) or answer.key not in {option.key for option in OPTIONS}:
            return Rejected(PICK)
        return Verdict(right=answer.key == _right(run).key)

    def right_keys(self, run: RunResult) -> frozenset[str]:
        return frozenset({_right(run).key})

    def meant(self, key: str) -> Phrase | None:
        return _WOULD_END.get(key)

    def right_answer(self, run: RunResult) -> Text | Phrase:
        return _right(run).label


def _outcome(value: Value) -> "bool | Literal['depends'] | None":
    """Return what a run says of its claim; None where it says nothing."""
    if isinstance(value, bool):
        return value
    if isinstance(value, list) and len(value) > 1 and all(isinstance(case, bool) for case in value):
        return "depends" if any(value) and not all(value) else value[0] is True
    return None


def _right(run: RunResult) -> Option:
    return _option(_outcome(run.value))


def _option(outcome: "bool | Literal['depends'] | None") -> Option:
    return {True: TRUE, False: FALSE}.get(outcome, DEPENDS)  # type: ignore[arg-type]
