"""predict: say what the snippet gives, before torch says it."""

import ast
import math
import re
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from studybot.core.card import Answer, Question, Rejected, Text, Typed, Verdict
from studybot.core.phrase import Phrase, Said
from studybot.core.proof import Refutation
from studybot.core.run import RunResult, RunStatus
from studybot.core.show import evidence, shown
from studybot.core.value import Opaque
from studybot.kinds.address import holds_address
from studybot.kinds.agreement import difference, same_text
from studybot.kinds.card import NOTHING, Card, Code, Words, status_of
from studybot.kinds.literal import LONGEST_ANSWER, Unreadable, Written, read, value_of

HOW_TO = {
    "value": Phrase("Type the value: a number, [1, 2], (2, 3), True, int64 …"),
    "output": Phrase("Type what it prints."),
    "exception": Phrase("Type the name of the exception, such as ValueError."),
}
NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
PLAIN_DATA = Phrase("ask for plain data: a number, a list, a tensor, a dtype, a shape")
ADDRESS = Phrase("the answer holds a memory address, which differs from process to process: ask for something else")
TOO_LONG = Phrase("That is too long for an answer: {most} characters at most.", most=LONGEST_ANSWER)

_EXCEPTION = re.compile(r"(?!raise\b)(?<![\w.])(?:\w+\.)*([A-Za-z_]\w*)", re.ASCII)
"""The first name in an answer such as `raise ValueError("...")`, without its module."""


class Predict(Card):
    """The learner types the value of the last expression, what was printed, or which exception is raised."""

    typical_seconds_of_kind: ClassVar[int] = 40

    kind: Literal["predict"] = "predict"
    prompt: Words = Field(alias="question")
    """What is asked of the snippet."""
    snippet: Code
    """The program. `torch` is imported; the value of the last line is its value, as in a notebook."""
    asks: Literal["value", "output", "exception"] = "value"
    """The value of the last line, what was printed, or the name of the exception's type."""
    expect: Any
    """What the author expects, written as YAML: a number, nested lists, text, true, null."""
    tolerance: float = Field(default=1e-4, ge=0, le=0.1)
    """How far a typed number may be off: relative, and absolute below 1."""

    @field_validator("expect", mode="before")
    @classmethod
    def _numbers(cls, expect: Any) -> Any:
        """Read back what JSON has no numbers for (see `Part`)."""
        if isinstance(expect, list):
            return [cls._numbers(item) for item in expect]
        return NOT_FINITE.get(expect, expect) if isinstance(expect, str) else expect

    @field_validator("expect")
    @classmethod
    def _plain(cls, expect: Any) -> Any:
        if not _is_plain(expect):
            raise ValueError(Phrase("write a number, text, true, false, null, or nested lists of them"))
        return expect

    @property
    def key(self) -> Text:
        return Text(str(self.expect), str(self.expect))

    @property
    def may_raise(self) -> bool:
        return self.asks == "exception"

    def question(self, seed: int) -> Question:
        return Question(self.prompt.text, self.snippet, (), HOW_TO[self.asks])

    def disagreement(self, run: RunResult) -> Refutation | None:
        expected = _expected(self.expect)
        if self.asks == "exception":
            raised = run.error.type if run.status is RunStatus.RAISED and run.error else None
            return None if raised == self.expect else _refuted(expected, run)
        if run.status is not RunStatus.OK:
            return _refuted(expected, run)
        if self.asks == "value" and run.value is None and (self.expect is not None or not self._ends_in_expression()):
            remedy = Phrase("end the snippet with the expression whose value is asked")
            return Refutation(expected, Phrase("no value"), remedy)
        if self.asks == "value" and isinstance(run.value, Opaque):
            return Refutation(expected, run.value.text, PLAIN_DATA)
        if holds_address(run.stdout if self.asks == "output" else run.value):
            return _refuted(expected, run, ADDRESS)
        if self.asks == "output":
            return None if run.stdout.strip() == str(self.expect).strip() else _refuted(expected, run)
        if not self._differs_from_expected(run):
            return self._too_near_to_zero()
        if isinstance(run.value, str) and not isinstance(self.expect, str):
            return Refutation(expected, shown(run.value))
        return _refuted(expected, run)

    def _differs_from_expected(self, run: RunResult) -> bool:
        if isinstance(self.expect, str) != isinstance(run.value, str):
            return True
        if isinstance(run.value, bool) and not isinstance(self.expect, bool):
            return True  # a learner may type 1 for True; an author must not
        return difference(Written(self.expect), run.value, tolerance=self.tolerance) is not None

    def _too_near_to_zero(self) -> Refutation | None:
        """Ask of a number that is not 0 that the tolerance tells it from 0."""
        if type(self.expect) not in {int, float} or self.expect == 0 or not abs(self.expect) <= self.tolerance:
            return None
        remedy = Phrase("0 would pass as well: write a smaller `tolerance`")
        return Refutation(Phrase("a value that can be told from 0"), _expected(self.expect), remedy)

    def _ends_in_expression(self) -> bool:
        last = ast.parse(self.snippet).body[-1:]
        return bool(last) and isinstance(last[0], ast.Expr)

    def verdict(self, answer: Answer, run: RunResult) -> Verdict | Rejected:
        match answer:
            case Typed(text) if len(text) > LONGEST_ANSWER:
                return Rejected(TOO_LONG)
            case Typed(text):
                return self._judged(text.strip(), run)
            case _:
                return Rejected(HOW_TO[self.asks])

    def _judged(self, text: str, run: RunResult) -> Verdict | Rejected:
        if self.asks == "exception":
            name = _EXCEPTION.search(text)
            raised = run.error.type if run.error else ""
            if same_text("".join(text.split()), raised):
                return Verdict(right=True)
            return Verdict(right=same_text(name[1], raised)) if name else Rejected(HOW_TO["exception"])
        if self.asks == "output":
            return self._judged_output(text, run)
        if isinstance(run.value, str) and same_text(text, run.value):
            return Verdict(right=True)
        try:
            written = read(text)
        except Unreadable:
            return Rejected(Phrase("I cannot read that as a value. {how}", how=HOW_TO["value"]))
        why = difference(written, run.value, tolerance=self.tolerance)
        return Verdict(right=why is None, why=why)

    def _judged_output(self, text: str, run: RunResult) -> Verdict | Rejected:
        if same_text(text, run.stdout):
            return Verdict(right=True)
        if not any(mark.isalnum() or mark in "[]()" for mark in text):
            return Rejected(HOW_TO["output"])
        try:
            typed, printed = read(text), read(run.stdout)
        except Unreadable:
            return Verdict(right=False)
        same = difference(typed, value_of(printed.literal), tolerance=self.tolerance) is None
        return Verdict(right=same)

    def right_answer(self, run: RunResult) -> Text | Phrase:
        text = evidence(run) if self.asks != "value" else _value_text(run)
        return Text(text, text)


def _value_text(run: RunResult) -> str:
    return run.value if isinstance(run.value, str) else shown(run.value)


def _expected(expect: Any) -> str:
    """Show an expectation as what it is: text in quotes, so that `"3"` and `3` can be told apart."""
    return repr(expect) if isinstance(expect, str) else str(expect)


def _refuted(expected: str, run: RunResult, remedy: Said = "") -> Refutation:
    got = evidence(run) if run.status in {RunStatus.OK, RunStatus.RAISED} else status_of(run)
    return Refutation(expected, got or NOTHING, remedy)


def _is_plain(data: Any) -> bool:
    if isinstance(data, list):
        return all(map(_is_plain, data))
    return data is None or type(data) in {bool, int, float, str}
