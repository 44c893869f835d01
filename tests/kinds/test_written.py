"""code, cloze and fix: what a learner writes is run beside the reference, and only the right values pass."""

import asyncio

import pytest

from studybot.core.card import Rejected, Trial, Typed, Verdict
from studybot.core.run import RunError, RunResult, RunStatus
from studybot.core.value import Tensor, Value
from studybot.errors import SandboxUnavailable
from studybot.kinds import Card
from studybot.kinds.cloze import Cloze, is_one_piece
from studybot.kinds.typed_code import as_meant, fenced
from studybot.ports import Runner
from tests.deck.fakes_deck import gave, raised
from tests.fakes import cloze_card, code_card, fix_card
from tests.sandbox.marks import IN_THE_JAIL


async def judged(pool: Runner, card: Card, text: str, seed: int = 1) -> Verdict:
    """Judge an answer by runs in the real jail, as the bot does."""
    trial = card.trial(Typed(text), seed=seed)
    assert isinstance(trial, Trial)
    attempt, reference = await asyncio.gather(pool.run(trial.attempt), pool.run(trial.reference))
    assert reference.status is RunStatus.OK, reference
    if attempt.status is RunStatus.SANDBOX_FAULT:
        raise SandboxUnavailable("the attempt")
    return card.judged(attempt, reference)


def told(verdict: Verdict) -> list[str]:
    return [str(phrase) for phrase in (verdict.why, *verdict.also) if phrase is not None]


FUNCTION = "def normalise(x):\n    "
WRONG = {
    "the starter": ("return x", "Value [0, 0] is"),
    "another dim": ("return x / x.sum(dim=0)", "Value [0, 0] is"),
    "a typo": ("return x / x.summ()", "It raised AttributeError: "),
    "a list": ("return (x / x.sum(1, True)).tolist()", "Its type is list; Tensor was asked for."),
    "doubles": ("return (x / x.sum(1, True)).double()", "The dtype is float64; float32 was asked for."),
    "transposed": ("return (x / x.sum(1, True)).t()", "The shape is [3, 2]; [2, 3] was asked for."),
    "nothing": ("x / x.sum(1, True)", "Its type is NoneType; Tensor was asked for."),
    "in place": ("return x.div_(x.sum(1, True))", "the inputs are not left as they should be"),
    "endless": ("while True: pass", "The time limit stopped it."),
    "an exit": ("import os; os._exit(0)", "Python went away before it came to an answer."),
    "broken": ("return (x", "It raised SyntaxError: '(' was never closed"),
}


INPUTS = {
    "a module": ("lin = nn.Linear(size, 3)", "lin.weight", "w = lin.weight.clone()\nlin.bias.data.zero_()\nw"),
    "a dict": ("d = {'a': torch.rand(size)}", "d['a'] * 2", "d['a'] *= 2\nd['a']"),
    "a library": ("import math\nx = torch.rand(size)", "x * math.pi", "x.mul_(math.pi)"),
}
"""What draws the inputs, a solution, and code that gives its value as well, but meddles with them."""


class TestInTheJail:
    pytestmark = IN_THE_JAIL

    RIGHT = (
        "def normalise(x):\n    return x / x.sum(dim=1, keepdim=True)",
        "def normalise(x):\n    return torch.stack([row / row.sum() for row in x])",
        "normalise = lambda x: x / x.sum(1).unsqueeze(1)",
        "Here it is:\n```python\ndef normalise(x):\n    return F.normalize(x, p=1, dim=1)\n```\nthank you",
        "import torch\nprint('hello')\ndef normalise(x):\n    return (x.t() / x.sum(dim=1)).t().contiguous()",
    )

    @pytest.mark.parametrize("text", RIGHT)
    async def test_any_code_that_does_the_right_thing_passes(self, pool: Runner, text: str) -> None:
        assert (await judged(pool, code_card(), text)).right

    @pytest.mark.parametrize(("text", "why"), WRONG.values(), ids=WRONG.keys())
    async def test_wrong_code_is_told_what_is_wrong(self, pool: Runner, text: str, why: str) -> None:
        verdict = await judged(pool, code_card(timeout_seconds=1), FUNCTION + text)

        assert not verdict.right
        assert why in " ".join(told(verdict))

    async def test_code_without_the_function_is_told_so(self, pool: Runner) -> None:
        assert told(await judged(pool, code_card(), "1 + 1")) == [
            "It raised NameError: name 'normalise' is not defined"
        ]

    async def test_a_failed_case_is_shown(self, pool: Runner) -> None:
        verdict = await judged(pool, code_card(inputs="x = torch.ones(size, 2)"), "normalise = lambda x: x")

        assert verdict.case is not None
        assert verdict.case.given == "x = tensor([[1., 1.],\n            [1., 1.]])"
        assert verdict.case.expected == "tensor([[0.5000, 0.5000],\n        [0.5000, 0.5000]])"
        assert verdict.case.got == "tensor([[1., 1.],\n        [1., 1.]])"

    async def test_code_that_is_right_for_one_size_alone_fails(self, pool: Runner) -> None:
        only_two = "def normalise(x):\n    return x[:2] / x[:2].sum(1, True)"

        assert "The shape is [2, 3]; [3, 3] was asked for." in told(await judged(pool, code_card(), only_two))

    async def test_inputs_are_others_for_each_answer(self, pool: Runner) -> None:
        learned = await judged(pool, code_card(), "def normalise(x):\n    raise ValueError(str(x.tolist()))", seed=1)
        another = await judged(pool, code_card(), "def normalise(x):\n    raise ValueError(str(x.tolist()))", seed=2)

        assert told(learned)[0] != told(another)[0]

    @pytest.mark.parametrize(
        ("must", "text", "why"),
        [
            ("contiguous", "def f(x):\n    return x.t()", "The values are right, but the strides are [1, 2]"),
            ("view", "def f(x):\n    return x.t().clone(memory_format=torch.preserve_format)", "but it is a copy"),
            ("gradient", "def f(x):\n    return x.detach().t()", "No gradient flows"),
        ],
    )
    async def test_a_property_that_is_asked_for_is_checked(self, pool: Runner, must: str, text: str, why: str) -> None:
        solution = "def f(x):\n    return x.t().contiguous()" if must == "contiguous" else "def f(x):\n    return x.t()"
        card = code_card(
            inputs="x = torch.rand(size, 2)", check="f(x)", solution=solution, must=[must], starter="", mistakes=[]
        )

        assert (await judged(pool, card, solution)).right
        verdict = await judged(pool, card, text)
        assert not verdict.right
        assert why in " ".join(told(verdict))

    @pytest.mark.parametrize("name", INPUTS)
    async def test_whatever_the_inputs_are_the_solution_passes_and_what_changes_them_fails(
        self, pool: Runner, name: str
    ) -> None:
        inputs, solution, meddling = INPUTS[name]
        card = code_card(inputs=inputs, check=None, solution=solution, starter="", mistakes=[])

        assert (await judged(pool, card, solution)).right
        assert "the inputs are not left as they should be" in " ".join(told(await judged(pool, card, meddling)))

    async def test_an_input_too_large_to_compare_is_not_held_against_anybody(self, pool: Runner) -> None:
        card = code_card(inputs="x = torch.rand(size * 300, 300)", check=None, solution="x[:2, :2]", starter="")

        assert (await judged(pool, card, "x[:2].t()[:2].t()")).right

    @pytest.mark.parametrize("filling", ["1", "-1", "[1]", "(1,)", "`1`", "x.dim() - 1", "1, keepdim=False"])
    async def test_any_filling_that_works_is_right(self, pool: Runner, filling: str) -> None:
        assert (await judged(pool, cloze_card(), filling)).right

    @pytest.mark.parametrize("filling", ["0", "2", "None", "1, keepdim=True", "rows"])
    async def test_another_filling_is_wrong(self, pool: Runner, filling: str) -> None:
        assert not (await judged(pool, cloze_card(), filling)).right

    async def test_a_program_is_repaired_in_any_way_that_gives_the_value(self, pool: Runner) -> None:
        other_way = "x = torch.ones(2, requires_grad=True)\n(2 * x ** 2).sum().backward()\nx.grad"

        assert (await judged(pool, fix_card(), other_way)).right
        assert not (await judged(pool, fix_card(), fix_card().snippet)).right


ONE_PIECE = ("1", "dim=1", "x.sum(0)", "[1, 2][0]", "a if b else c", "lambda x: x", '"a;b"')
PIECES = ("", " ", "1\n2", "1; 2", "1 # x", "1)", "(1", "1) + f(2", "[1)", "'", "1 \\", "x" * 201)


def test_a_blank_may_stand_where_a_name_could_not() -> None:
    cloze_card(snippet="means = torch.mean(input=x, ____)", solution="dim=1")

    with pytest.raises(ValueError, match="in its blank is broken: positional argument follows keyword"):
        cloze_card(snippet="means = torch.mean(input=x, ____)", solution="1")


@pytest.mark.parametrize("text", ONE_PIECE)
def test_a_filling_is_one_piece(text: str) -> None:
    assert is_one_piece(text)


@pytest.mark.parametrize("text", PIECES)
def test_what_would_leave_the_blank_is_no_answer(text: str) -> None:
    assert not is_one_piece(text)
    assert isinstance(cloze_card().trial(Typed(text), seed=1), Rejected)


def test_code_that_is_too_long_is_no_answer() -> None:
    assert isinstance(code_card().trial(Typed("x = 1\n" * 4000), seed=1), Rejected)


FENCED = {
    "x = 1": "x = 1",
    "```\nx = 1\n```": "x = 1",
    "so:\n```python\nx = 1\ny = 2\n```\nright?": "x = 1\ny = 2",
    "```x = 1": "```x = 1",
}


@pytest.mark.parametrize(("text", "code"), FENCED.items())
def test_code_is_read_out_of_its_fences(text: str, code: str) -> None:
    assert fenced(text) == code


MEANT = {
    "quotes of a phone": ("d[“a”] + d[‘b’]", "d[\"a\"] + d['b']"),
    "spaces that do not break": ("if x:\n\u00a0\u00a0y = 1", "if x:\n  y = 1"),
    "full-width marks": ("f（x， dim＝1）", "f(x, dim=1)"),
    "an indented block": ("    x = 1\n    y = 2", "x = 1\ny = 2"),
    "an indented block whose beginning was cut off": ("x = 1\n    y = 2", "x = 1\ny = 2"),
    "typographic marks where they may stand": ("x = '“a” – b'", "x = '“a” – b'"),
    "no Python at all": ("x = “1", "x = “1"),
}


@pytest.mark.parametrize(("typed", "meant"), MEANT.values(), ids=MEANT.keys())
def test_code_is_read_as_it_was_meant(typed: str, meant: str) -> None:
    assert as_meant(typed) == meant


def test_a_filling_is_read_as_it_was_meant() -> None:
    card = cloze_card(snippet="y = torch.norm(x, ____)", check="y", solution="p='fro'")

    trial = card.trial(Typed("dim=0, p=‘fro’"), seed=1)

    assert isinstance(trial, Trial)
    assert trial.attempt.code == "y = torch.norm(x, dim=0, p='fro')"


CASE: list[Value] = [[["x", 1]], 2, [1], None, None]
FORGED = (gave(None), gave([]), gave([CASE, CASE]), gave([[]]), gave("cases"), gave([[2, 2, 2, 2]]), gave(True))


@pytest.mark.parametrize("attempt", FORGED, ids=range(len(FORGED)))
def test_what_does_not_look_like_cases_never_passes(attempt: RunResult) -> None:
    assert code_card().judged(gave([CASE]), gave([CASE])).right
    assert not code_card().judged(attempt, gave([CASE])).right


LARGE = Tensor("float32", (300, 300), (300, 1), None)


def test_a_solution_that_would_not_pass_itself_is_no_key() -> None:
    too_large: list[Value] = [[["x", 1]], 2, [1], [LARGE], None]

    refutation = code_card(must=["gradient"]).proofs()[0].judge(gave([too_large]))

    assert refutation is not None
    assert "draw smaller inputs" in str(refutation.remedy)


def test_a_mistake_does_not_fail_for_being_too_large_to_compare() -> None:
    unknown: list[Value] = [[["x", 1]], LARGE, [1], None, None]
    mistake_fails = code_card().proofs()[-1]

    assert mistake_fails.judge(gave([[unknown], [unknown]])) is not None
    assert mistake_fails.judge(gave([[unknown], [CASE]])) is None


@pytest.mark.parametrize("status", sorted(set(RunStatus) - {RunStatus.OK, RunStatus.RAISED, RunStatus.SANDBOX_FAULT}))
def test_a_run_that_was_ended_never_passes(status: RunStatus) -> None:
    verdict = code_card().judged(RunResult(status, value=[CASE]), gave([CASE]))

    assert not verdict.right
    assert verdict.why is not None


def test_an_exception_is_told_with_its_line() -> None:
    verdict = code_card().judged(raised("ValueError", "no", line=3), gave([CASE]))

    assert told(verdict) == ["It raised ValueError: no", "Look at line 3."]


SURROUNDED = {
    "the whole line": ("means = x.mean(dim=____)", "1", "means = x.mean(dim=1)", "1"),
    "the call": ("means = x.mean(dim=____)", "1", "x.mean(dim=1)", "1"),
    "the keyword": ("means = x.mean(dim=____)", "1", "dim=1", "1"),
    "the value before a dot": ("means = q @ k.____", "T", "k.T", "T"),
    "all after the sign of equality": ("means = q @ k.____", "T", "q @ k.T", "T"),
    "the index with its brackets": ("means = x[____]", ":, 0", "x[:, 0]", ":, 0"),
    "the name of a call": ('x.____("mean", 1)', "register_buffer", "x.register_buffer", "register_buffer"),
    "what belongs there": ("means = x.mean(dim=____)", "1", "1", "1"),
    "what only looks like it": ("means = x[____]", "x[:, 0]", "x[:, 0]", "x[:, 0]"),
    "another name": ("means = k.____", "T", "kk.T", "kk.T"),
}


@pytest.mark.parametrize(("snippet", "solution", "typed", "meant"), SURROUNDED.values(), ids=SURROUNDED.keys())
def test_what_stands_beside_the_blank_may_be_typed_as_well(snippet: str, solution: str, typed: str, meant: str) -> None:
    card = cloze_card(snippet=snippet, solution=solution)
    assert isinstance(card, Cloze)

    assert card.program_of(typed) == snippet.replace("____", meant)


def test_code_that_python_cannot_read_is_told_without_a_file_that_nobody_knows() -> None:
    error = RunError("SyntaxError", "'(' was never closed (<snippet>, line 2)", 2)

    verdict = code_card().judged(RunResult(RunStatus.RAISED, error=error), gave([]))

    assert told(verdict) == ["It raised SyntaxError: '(' was never closed", "Look at line 2."]
