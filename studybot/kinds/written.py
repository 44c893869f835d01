"""What `code`, `cloze` and `fix` share: the learner writes code, and it is run beside a reference.

Right is what gives the reference's values, on inputs drawn anew for every answer; how it is written does not
matter.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from studybot.core.card import Answer, FailedCase, Rejected, Text, Trial, Typed, Verdict
from studybot.core.compare import Aspect, Tolerance, compare
from studybot.core.phrase import Phrase
from studybot.core.proof import Proof, Refutation
from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.core.show import ESCAPE_CODES, first_line, shown
from studybot.core.told import TOLD
from studybot.core.value import Tensor, Value
from studybot.kinds.card import NOTHING, Card, Code, Expression, Part, Words, ended_well
from studybot.kinds.harness import AFTER, CHANGED, GIVEN, GRADIENTS, VALUE, Plan, Property
from studybot.kinds.typed_code import fenced, forms, parses

PROVED_WITH = (1, 2, 3)
"""Seeds of the inputs with which a card is proved."""

LONGEST_CODE = 3000
LONGEST_ANSWER = 20_000
"""In characters: a message holds less, a file may be as long as this."""
TOO_LARGE = Phrase("draw smaller inputs: this is more than can be compared")
TOO_LONG = Phrase("That is too long for an answer: {most} characters at most.", most=LONGEST_ANSWER)


class Mistake(Part):
    """A wrong answer that people give: it is run, and must fail."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_CODE)]
    """What they write, in the form in which it is asked."""
    why: Words | None = None
    """What is wrong with it."""


class WrittenCode(Card):
    """A card whose answer is code."""

    tries: ClassVar[int] = 4

    inputs: Code | None = None
    """Draws the inputs by the generators and `size`, such as `x = torch.rand(size, 3)`; every name is an input."""
    sizes: Annotated[tuple[int, ...], Field(min_length=2, max_length=5)] = (2, 3, 5)
    """The sizes with which `inputs` is run: two at least."""
    check: Expression | None = None
    """The expression whose value counts, such as `normalise(x)`; without it the value of the last line."""
    must: tuple[Property, ...] = ()
    """What is asked beyond the values: contiguous, gradient, view."""
    mistakes: Annotated[tuple[Mistake, ...], Field(max_length=8)] = ()
    """Wrong answers that people give; each is proved to fail."""
    tolerance: float = Field(default=1e-4, ge=0, le=0.1)
    """How far a number may be off: relative, and absolute below 1."""

    @property
    def reference(self) -> str:
        """The whole program that is right."""
        raise NotImplementedError

    def program_of(self, answer: str) -> str | Phrase:
        """Return the whole program that an answer makes, or why it is none."""
        raise NotImplementedError

    @property
    def given(self) -> str | None:
        """The program that the learner starts from, which must fail; None where there is none."""
        return None

    @property
    def plan(self) -> Plan:
        inputs = (self.inputs, self.sizes) if self.inputs else ("", ())
        return Plan(*inputs, check=self.check or "", must=self.must)

    @property
    def inputs_shown(self) -> str:
        """The code that draws the inputs, for the learner: which names there are, of which shapes."""
        sizes = ", ".join(map(str, self.sizes))
        return (
            f"{self.inputs.rstrip()}  # size: {sizes}" if self.inputs and "size" in self.inputs else self.inputs or ""
        )

    def answer_run(self) -> Snippet:
        return self._run_of(self.reference, PROVED_WITH[0])

    def _run_of(self, code: str, seed: int) -> Snippet:
        return self.run_of(code, harness=self.plan.program(), seed=seed)

    def pictured(self, program: str) -> Snippet:
        """Look at the solution, on the first of the inputs that the evidence shows."""
        inputs = f"size = {self.sizes[0]}\n{self.inputs}" if self.inputs else ""
        code = "\n".join(part for part in (inputs, self.reference, self.check) if part)
        return self.run_of(code, harness=program, seed=PROVED_WITH[0])

    def trial(self, answer: Answer, *, seed: int) -> Trial | Rejected | None:
        if not isinstance(answer, Typed):
            return None
        if len(answer.text) > LONGEST_ANSWER:
            return Rejected(TOO_LONG)
        program = self._meant(fenced(answer.text))
        if isinstance(program, Phrase):
            return Rejected(program)
        return Trial(self._run_of(program, seed), self._run_of(self.reference, seed))

    def _meant(self, text: str) -> str | Phrase:
        programs = [self.program_of(form) for form in forms(text)]
        return next((one for one in programs if isinstance(one, str) and parses(one)), programs[0])

    def judged(self, attempt: RunResult, reference: RunResult) -> Verdict:
        return replace(self._judged(attempt, reference), printed=ESCAPE_CODES.sub("", attempt.stdout).strip("\n"))

    def _judged(self, attempt: RunResult, reference: RunResult) -> Verdict:
        if attempt.status is RunStatus.RAISED and attempt.error:
            place = f" (<snippet>, line {attempt.error.line})"  # as Python says it of code that it cannot read
            name, message = attempt.error.type, first_line(attempt.error.message).removesuffix(place)
            told = Phrase("It raised {name}: {message}", name=name, message=message)
            at = Phrase("Look at line {line}.", line=attempt.error.line)
            return Verdict(right=False, why=told, also=(at,) if attempt.error.line else ())
        if attempt.status is not RunStatus.OK:
            return Verdict(right=False, why=TOLD[attempt.status])
        return self._compared(attempt.value, reference.value)

    def _compared(self, got: Value, expected: Value) -> Verdict:
        """Compare two lists of cases. What does not even look like one was not made by our harness: never a pass."""
        if not isinstance(expected, list) or not expected:
            raise ValueError("the reference gave no cases")
        if not isinstance(got, list) or len(got) != len(expected):
            return Verdict(right=False, why=TOLD[RunStatus.CRASHED])
        for mine, theirs in zip(got, expected, strict=True):
            if not isinstance(mine, list) or not isinstance(theirs, list) or len(mine) != len(theirs):
                return Verdict(right=False, why=TOLD[RunStatus.CRASHED])
            if verdict := self._failure(mine, theirs):
                return verdict
        return Verdict(right=True)

    def _failure(self, mine: list[Value], theirs: list[Value]) -> Verdict | None:
        tolerance = Tolerance(self.tolerance, self.tolerance)
        also = {Aspect.LAYOUT} if "contiguous" in self.must else set[Aspect]()
        case = FailedCase(_given(theirs[GIVEN]), _short(theirs[VALUE]), _short(mine[VALUE]))
        if difference := compare(mine[VALUE], theirs[VALUE], tolerance=tolerance, also=also):
            first, *rest = difference.phrases()
            return Verdict(right=False, why=first, also=tuple(rest), case=case)
        if "view" in self.must and compare(mine[CHANGED], theirs[CHANGED], tolerance=tolerance):
            return Verdict(right=False, why=Phrase("The values are right, but it is a copy: a view is asked."))
        if "gradient" in self.must and compare(mine[GRADIENTS], theirs[GRADIENTS], tolerance=tolerance):
            why = Phrase("The values are right, but the right gradient does not flow back to the inputs.")
            return Verdict(right=False, why=why, also=_no_gradient(mine[GRADIENTS]))
        if _inputs_differ(mine[AFTER], theirs[AFTER], tolerance):
            return Verdict(
                right=False, why=Phrase("The values are right, but the inputs are not left as they should be.")
            )
        return None

    def verdict(self, answer: Answer, run: RunResult) -> Verdict | Rejected:
        return Rejected(self.question(0).how_to_answer)  # what is typed goes to `trial`

    def right_answer(self, run: RunResult) -> Text | Phrase:
        return self.key

    @property
    def key(self) -> Text:
        return Text(self.reference, self.reference)

    def evidence(self, run: RunResult) -> str:
        """Show the first case of the reference: the inputs and what came of them."""
        first = run.value[0] if isinstance(run.value, list) and run.value else None
        if not isinstance(first, list) or len(first) <= CHANGED:
            return super().evidence(run)
        value = _short(first[VALUE])
        gap = "\n" if "\n" in value else " "
        told = f"{self.check or ''} →{gap}{value}".strip()
        lines = [run.stdout.rstrip("\n"), _given(first[GIVEN]), told]
        return "\n".join(line for line in lines if line)

    # proofs

    def disagreement(self, run: RunResult) -> Refutation | None:
        if (failed := ended_well(run)) is not None:
            return failed
        cases = run.value if isinstance(run.value, list) else []
        for case in cases:
            if not isinstance(case, list) or compare(case[VALUE], case[VALUE]) is not None or case[VALUE] is None:
                got = _short(case[VALUE]) if isinstance(case, list) else NOTHING
                remedy = Phrase("let `check` give numbers, tensors or text")
                return Refutation(Phrase("a value that can be compared"), got, remedy)
            if "contiguous" in self.must and not _is_contiguous(case[VALUE]):
                remedy = Phrase("the solution must be contiguous itself")
                return Refutation(Phrase("a contiguous tensor"), _short(case[VALUE]), remedy)
            if "gradient" in self.must and not isinstance(case[GRADIENTS], list):
                remedy = Phrase("the solution must be differentiable itself")
                return Refutation(Phrase("a gradient that flows"), Phrase("none"), remedy)
            if "view" in self.must and compare(case[VALUE], case[CHANGED]) is None:
                remedy = Phrase("the solution must not copy itself")
                return Refutation(Phrase("a view of the inputs"), Phrase("a copy"), remedy)
        if cases and not (verdict := self._compared(cases, cases)).right:
            return Refutation(Phrase("the solution to pass"), verdict.why or NOTHING, TOO_LARGE)
        values = [case[VALUE] for case in cases if isinstance(case, list)]
        if self.inputs and values and all(compare(value, values[0]) is None for value in values):
            # A check such as torch.equal(...) runs beside the answer, which may have replaced torch.equal.
            got = Phrase("{value} for all of them", value=_short(values[0]))
            remedy = Phrase("a constant would pass: let `check` give values")
            return Refutation(Phrase("a value that hangs on the inputs"), got, remedy)
        return None

    def proofs(self) -> tuple[Proof, ...]:
        return (*super().proofs(), *self._proofs())

    def _proofs(self) -> Iterator[Proof]:
        for seed in PROVED_WITH[1:] if self.inputs else ():
            name = Phrase("the solution runs on inputs {seed}", seed=seed)
            yield Proof(name, self._run_of(self.reference, seed), self.disagreement)
        wrong = [(Phrase("the code given fails"), self.given)] if self.given is not None else []
        mistake = Phrase("mistake {n} fails")
        wrong += [(mistake.filled(n=n), self._wrong(one.code)) for n, one in enumerate(self.mistakes, 1)]
        for name, program in wrong:
            for seed in PROVED_WITH if self.inputs else PROVED_WITH[:1]:
                harness = self.plan.program(against=self.reference)
                run = self.run_of(program or "", harness=harness, seed=seed)
                yield Proof(name, run, self._fails)

    def _wrong(self, code: str) -> str:
        program = self.program_of(code)
        return program if isinstance(program, str) else code

    def _fails(self, run: RunResult) -> Refutation | None:
        if (failed := ended_well(run)) is not None:
            return failed
        match run.value:
            case [[str()], list()]:
                return None  # it raised
            case [list(), list() as theirs] if not self._compared(theirs, theirs).right:
                return Refutation(Phrase("a value that can be compared"), _short(theirs), TOO_LARGE)
            case [list() as mine, list() as theirs]:
                if not self._compared(mine, theirs).right:
                    return None
                remedy = Phrase("take it out, or let the check see the difference")
                return Refutation(Phrase("it to fail"), Phrase("it passes"), remedy)
        return Refutation(Phrase("it to fail"), _short(run.value))


def _no_gradient(gradients: Value) -> tuple[Phrase, ...]:
    if gradients != "none":
        return ()
    return (Phrase("No gradient flows: look for detach, no_grad, or a missing requires_grad."),)


def _is_contiguous(value: Value) -> bool:
    if not isinstance(value, Tensor):
        return True
    step = 1
    for size, stride in zip(reversed(value.shape), reversed(value.stride), strict=True):
        if size != 1 and stride != step:
            return 0 in value.shape
        step *= size
    return True


def _inputs_differ(mine: Value, theirs: Value, tolerance: Tolerance) -> bool:
    """Tell whether the inputs were left otherwise than the reference leaves them.

    Of one that cannot be compared even with itself, an object or a large tensor, nothing is known and nothing asked.
    """
    if not isinstance(mine, list) or not isinstance(theirs, list) or len(mine) != len(theirs):
        return compare(mine, theirs, tolerance=tolerance) is not None
    pairs = zip(mine, theirs, strict=True)
    return any(compare(other, other) is None and compare(one, other, tolerance=tolerance) for one, other in pairs)


def _given(inputs: Value) -> str:
    if not isinstance(inputs, list):
        return ""
    pairs = [pair for pair in inputs if isinstance(pair, list) and len(pair) == 2]
    return "\n".join(_assigned(str(name), _short(value)) for name, value in pairs)


def _assigned(name: str, value: str) -> str:
    """Show an assignment, the rows of a tensor below one another."""
    return f"{name} = " + value.replace("\n", "\n" + " " * len(f"{name} = "))


def _short(value: Value) -> str:
    text = shown(value)
    return text if len(text) <= 400 else f"{text[:400]} …"
