"""Cards that are right and cards that are wrong, each in its own way, proved by real torch in the real jail."""

import pytest
import pytest_asyncio

from studybot.core.proof import ProofStatus
from studybot.deck import verify as verifying
from studybot.deck.verify import CardProof, verify
from studybot.kinds import Card
from studybot.ports import Runner
from tests.deck.fakes_deck import loaded
from tests.fakes import (
    choice_card,
    claim_card,
    cloze_card,
    code_card,
    cube_card,
    discussion_card,
    fix_card,
    predict_card,
    recall_card,
)
from tests.sandbox.marks import IN_THE_JAIL

pytestmark = IN_THE_JAIL


def options(*conditions: str) -> list[dict[str, object]]:
    """Write options of which the first is said to be right."""
    return [
        {"text": {"ko": condition, "en": condition}, "holds": condition, "right": place == 0}
        for place, condition in enumerate(conditions)
    ]


GRADIENT = """\
a = torch.tensor([2., 3.], requires_grad=True)
b = torch.tensor([6., 4.], requires_grad=True)
Q = 3 * a**3 - b**2
Q.backward(gradient=torch.ones(2))
a.grad
"""
PLAIN_DATA = "ask for plain data: a number, a list, a tensor, a dtype, a shape"
TO_ITS_END = "the snippet to run to its end"
TO_END = "the code must run to its end"
SOCKET = 'import urllib.request\nurllib.request.urlopen("http://192.0.2.1/").status'

RIGHT: dict[str, Card] = {
    "a tensor": predict_card(snippet=GRADIENT, expect=[36.0, 81.0]),
    "a shape": predict_card(snippet="torch.zeros(2, 3).shape", expect=[2, 3]),
    "a dtype": predict_card(snippet="torch.arange(3).dtype", expect="int64"),
    "a nan": predict_card(snippet="torch.tensor([0.]) / 0", expect=[float("nan")]),
    "nothing": predict_card(snippet="torch.ones(1).grad", expect=None),
    "output": predict_card(snippet="print(torch.ones(2))", asks="output", expect="tensor([1., 1.])"),
    "an exception": predict_card(
        snippet="torch.arange(6).reshape(2, 3).t().view(6)", asks="exception", expect="RuntimeError"
    ),
    "seeded dice": predict_card(snippet="torch.randint(0, 10**6, (1,)).item()", seed=0, expect=136044),
    "dice that do not matter": predict_card(snippet="torch.rand(2, 3).shape", expect=[2, 3]),
    "words that a blacklist would refuse": predict_card(snippet='x = "import os; eval(open)"\nlen(x)', expect=21),
    "a choice": choice_card(snippet="x = torch.arange(6)\nx", options=options("x.sum() == 15", "x.max() == 6  # no")),
    "a gradient in many variants": cube_card(),
    "options that disturb each other in one run": choice_card(
        params={"n": {"integer": [1, 60]}},
        snippet="x = torch.tensor({{ n }}., requires_grad=True)\ny = x * x\ny",
        options=options("[y.backward(), x.grad == 2 * x][1]", "[y.backward(), x.grad == 3 * x][1]"),
    ),
    "code": code_card(),
    "a blank": cloze_card(),
    "a repair": fix_card(),
    "a memory": recall_card(snippet="w = torch.ones(2)\nprint(w.is_leaf)"),
    "a question for peers": discussion_card(),
    "several right options": choice_card(
        snippet="x = 4\nx", several=True, options=[*options("x == 4", "x == 5"), *options("x > 3")]
    ),
    "a claim that depends": claim_card(snippet="[torch.ones(n).numel() == 1 for n in (1, 2)]", holds="depends"),
    "a claim": claim_card(snippet="x = torch.ones(2)\nx.view(2).data_ptr() == x.data_ptr()", holds=True),
}


@pytest.mark.parametrize("name", RIGHT)
async def test_a_right_card_is_proven(proofs: dict[str, CardProof], name: str) -> None:
    proof = proofs[name]

    assert (proof.proven.status, proof.proven.reason) == (ProofStatus.PROVEN, "")


WRONG: dict[str, tuple[Card, ProofStatus, str]] = {
    "a wrong value": (
        predict_card(snippet=GRADIENT, expect=[36.0, 80.0]), ProofStatus.REFUTED,
        "the key holds: expected [36.0, 80.0], got tensor([36., 81.])",
    ),
    "a wrong order": (
        predict_card(snippet="torch.zeros(2, 3).shape", expect=[3, 2]), ProofStatus.REFUTED,
        "the key holds: expected [3, 2], got torch.Size([2, 3])",
    ),
    "a wrong dtype": (
        predict_card(snippet="torch.arange(3).dtype", expect="float32"), ProofStatus.REFUTED,
        "the key holds: expected 'float32', got torch.int64",
    ),
    "a wrong rounding": (
        predict_card(snippet="torch.tensor([0.5, 1.5, 2.5]).round()", expect=[1.0, 2.0, 3.0]), ProofStatus.REFUTED,
        "the key holds: expected [1.0, 2.0, 3.0], got tensor([0., 2., 2.])",
    ),
    "too few digits": (
        predict_card(snippet="torch.tensor(2 / 3)", expect=0.67), ProofStatus.REFUTED,
        "the key holds: expected 0.67, got tensor(0.6667)",
    ),
    "a wrong exception": (
        predict_card(snippet="torch.zeros(2).view(3)", asks="exception", expect="ValueError"), ProofStatus.REFUTED,
        "the key holds: expected 'ValueError', got RuntimeError: shape '[3]' is invalid for input of size 2",
    ),
    "no exception": (
        predict_card(snippet="torch.zeros(2).view(2)", asks="exception", expect="RuntimeError"), ProofStatus.REFUTED,
        "the key holds: expected 'RuntimeError', got tensor([0., 0.])",
    ),
    "a formula that is right for some parameters only": (
        cube_card(expect="{{ 3 * k * abs(a) }}"), ProofStatus.REFUTED,
        "the key holds, with k=2, a=-5: expected 30, got tensor(150.)",
    ),
    "no right option": (
        choice_card(snippet="x = 4\nx", several=True, options=[*options("x == 5", "x == 6"), *options("x == 7")]),
        ProofStatus.REFUTED, "option A is right: expected `x == 5` to be True, got False",
    ),
    "options that are alike for some parameters": (
        choice_card(
            params={"n": {"integer": [1, 60]}}, snippet="x = {{ n }}\nx",
            options=[
                {"text": {"ko": "{{ n }}", "en": "{{ n }}"}, "holds": "x == {{ n }}", "right": True},
                {"text": {"ko": "{{ 2 * n - 1 }}", "en": "{{ 2 * n - 1 }}"}, "holds": "x == {{ 2 * n }}"},
            ],
        ),
        ProofStatus.BROKEN, "every variant is a card: options: options A and B read the same in 'ko'",
    ),
    "a second right option for one of sixty parameters": (
        choice_card(
            params={"n": {"integer": [1, 60]}}, snippet="x = {{ n }}\nx", options=options("x == {{ n }}", "28 == x"),
        ),
        ProofStatus.REFUTED,
        "option B is wrong, with n=28: expected `28 == x` to be False, got True: more than one option is right",
    ),
    "a claim that always holds": (
        claim_card(snippet="[torch.ones(n).numel() == n for n in (1, 2)]", holds="depends"), ProofStatus.REFUTED,
        "the key holds: expected the snippet ends in a list of bools, some true and some false, got [True, True]",
    ),
    "a starter that is right already": (
        code_card(starter="def normalise(x):\n    return x / x.sum(1, keepdim=True)"), ProofStatus.REFUTED,
        "the code given fails: expected it to fail, got it passes: take it out, or let the check see the difference",
    ),
    "a mistake that passes": (
        code_card(mistakes=[{"code": "def normalise(x):\n    return x / x.sum(-1, True)"}]), ProofStatus.REFUTED,
        "mistake 1 fails: expected it to fail, got it passes: take it out, or let the check see the difference",
    ),
    "a solution that raises": (
        code_card(solution="def normalise(x):\n    return y"), ProofStatus.BROKEN,
        f"the key holds: expected {TO_ITS_END}, got NameError: name 'y' is not defined (line 2): {TO_END}",
    ),
    "a view that is a copy": (
        code_card(solution="def f(x):\n    return x.t().clone()", check="f(x)", must=["view"], starter="", mistakes=[]),
        ProofStatus.REFUTED,
        "the key holds: expected a view of the inputs, got a copy: the solution must not copy itself",
    ),
    "a wrong option": (
        choice_card(snippet="x = 4\nx", options=options("x == 5", "x == 6")), ProofStatus.REFUTED,
        "option A is right: expected `x == 5` to be True, got False",
    ),
    "two right options": (
        choice_card(snippet="x = 4\nx", options=options("x == 4", "x > 3")), ProofStatus.REFUTED,
        "option B is wrong: expected `x > 3` to be False, got True: more than one option is right",
    ),
    "an option that does not run": (
        choice_card(snippet="x = 4\nx", options=options("x == 4", "y == 4")), ProofStatus.BROKEN,
        f"option B is wrong: expected `y == 4` to be False, got NameError: name 'y' is not defined (line 4): {TO_END}",
    ),
    "an endless loop": (
        predict_card(snippet="while True: pass\n1", timeout_seconds=1), ProofStatus.BROKEN,
        "the key holds: no answer within 1 s: shorten it, or raise `timeout_seconds:`",
    ),
    "a snippet that raises": (
        predict_card(snippet="x = 1\ny"), ProofStatus.BROKEN,
        "the key holds: expected 4, got NameError: name 'y' is not defined (line 2): the code must run to its end",
    ),
    "a missing module": (
        predict_card(snippet="import torchvision\n4"), ProofStatus.BROKEN,
        f"the key holds: expected 4, got ModuleNotFoundError: No module named 'torchvision' (line 1): {TO_END}",
    ),
    "a silent snippet": (
        predict_card(snippet="x = 4"), ProofStatus.REFUTED,
        "the key holds: expected 4, got no value: end the snippet with the expression whose value is asked",
    ),
    "an object": (
        predict_card(snippet="object()"), ProofStatus.REFUTED,
        f"the key holds: expected 4, got <object object>: {PLAIN_DATA}",
    ),
    "a process that leaves early": (
        predict_card(snippet="import os\nos._exit(0)\n4"), ProofStatus.BROKEN,
        "the key holds: it ended without an answer: take out what ends or crashes the process",
    ),
    "too much memory": (
        predict_card(snippet="torch.ones(2**30)\n4"), ProofStatus.BROKEN,
        "the key holds: it needs more than 512 MiB: use smaller tensors",
    ),
    "too much output": (
        predict_card(snippet='print("x" * 10**6)\n4'), ProofStatus.BROKEN,
        "the key holds: it prints more than 64 KiB: print less",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [(name, status, reason) for name, (_, status, reason) in WRONG.items()],
    ids=WRONG.keys(),
)
async def test_a_wrong_card_is_refused_with_the_reason(
    proofs: dict[str, CardProof], name: str, status: ProofStatus, reason: str
) -> None:
    proof = proofs[name]

    assert (proof.proven.status, proof.proven.reason) == (status, reason)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def proofs(pool: Runner) -> dict[str, CardProof]:
    """Prove all of them at once, as a deck is: those that are refused leave the others alone."""
    cards = {
        name: loaded(card) for name, card in {**RIGHT, **{name: wrong[0] for name, wrong in WRONG.items()}}.items()
    }
    names = {id(one): name for name, one in cards.items()}
    return {names[id(proof.loaded)]: proof async for proof in verify(cards.values(), pool)}


UNSTEADY: dict[str, Card] = {
    "unseeded dice": predict_card(snippet="torch.rand(1).item()", expect=0.5),
    "a coin": claim_card(snippet="bool(torch.rand(1) > 0.5)", holds=True),
    "Python's own dice": predict_card(snippet="import random\nrandom.randrange(10**6)", expect=7),
    "the day": predict_card(snippet="import datetime\ndatetime.date.today().isoformat()", expect="2026-11-21"),
    "the year": predict_card(snippet="import datetime as d\nd.datetime.now().year", expect=2026),
    "the month": predict_card(snippet="import time\nint(time.strftime('%m'))", expect=11),
    "whether it is later than a day": claim_card(
        snippet="from datetime import datetime\ndatetime.today() < datetime(2027, 6, 1)", holds=True
    ),
    "the clock": predict_card(snippet="import time\ntime.perf_counter()", expect=1.0),
}


@pytest.mark.parametrize("card", UNSTEADY.values(), ids=UNSTEADY.keys())
async def test_an_answer_that_changes_from_run_to_run_is_refused(pool: Runner, card: Card) -> None:
    (proof,) = [proof async for proof in verify([loaded(card)], pool)]

    assert proof.proven.status is ProofStatus.REFUTED
    assert proof.proven.reason.endswith(
        "two runs gave different answers: declare `seed:`, or take clocks and addresses out of it"
    )


@pytest.mark.parametrize("code", ["id(object())", "torch.ones(1).data_ptr()", "hex(id([]))"])
async def test_a_memory_address_is_never_an_answer(pool: Runner, code: str) -> None:
    (proof,) = [proof async for proof in verify([loaded(predict_card(snippet=code))], pool)]

    assert proof.proven.status is ProofStatus.REFUTED
    assert "address" in proof.proven.reason or "two runs gave different answers" in proof.proven.reason


async def test_a_card_that_needs_the_network_is_refused(pool: Runner) -> None:
    (proof,) = [proof async for proof in verify([loaded(predict_card(snippet=SOCKET))], pool)]

    assert proof.proven.status is ProofStatus.BROKEN
    assert "the key holds: " in proof.proven.reason


async def test_an_answer_that_hangs_on_the_order_of_a_set_is_refused(pool: Runner) -> None:
    names = '{"weight", "bias", "gamma", "beta", "mean", "variance"}'
    card = predict_card(
        snippet=f"list({names})", seed=0, expect=["weight", "bias", "gamma", "beta", "mean", "variance"]
    )

    (proof,) = [proof async for proof in verify([loaded(card)], pool)]

    assert proof.proven.status is ProofStatus.REFUTED
    assert proof.proven.reason.endswith("take clocks, addresses and the order of sets out of it")


async def test_a_set_whose_order_does_not_show_is_proven(pool: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "FURTHER_ORDERS", 1)  # each takes a jail of its own; test_verify.py counts them
    card = predict_card(snippet='sorted({"weight", "bias", "gamma"})', seed=0, expect=["bias", "gamma", "weight"])

    (proof,) = [proof async for proof in verify([loaded(card)], pool)]

    assert proof.proven.status is ProofStatus.PROVEN
