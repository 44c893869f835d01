"""Snippets that share a run are told of as if each had its own; where they cannot, each gets its own."""

from dataclasses import replace

import pytest

from studybot.core.proof import ProofStatus
from studybot.core.run import Limits, RunResult, Snippet
from studybot.deck.together import one_run, told_apart
from studybot.deck.verify import APART, TOGETHER, CardProof, verify
from studybot.kinds import Card
from studybot.kinds.params import WANTED_VARIANTS
from studybot.ports import Runner
from tests.deck.fakes_deck import gave, loaded
from tests.fakes import predict_card
from tests.sandbox.marks import IN_THE_JAIL

pytestmark = IN_THE_JAIL

MANY = {"n": {"integer": [1, 60]}}

SNIPPETS = {
    "a tensor": Snippet("x = torch.arange(6.).view(2, 3).t()\nx"),
    "a leaf": Snippet("torch.ones(2, requires_grad=True)"),
    "text": Snippet("'2'"),
    "nothing": Snippet("x = 4"),
    "nested data": Snippet("[(1, 2.5), torch.Size([2]), torch.float16, None, True]"),
    "output and a value": Snippet("print('one', 2)\nimport sys\nsys.stdout.write('three')\n4"),
    "an exception and what came before": Snippet("print(1)\n\ntorch.arange(6).reshape(2, 3).t().view(6)"),
    "an exception in a function": Snippet("def f():\n    return 1 / 0\n\nf()"),
    "what does not compile": Snippet("x ="),
    "dice with a seed": Snippet("import random\n[torch.rand(3), random.random()]", seed=7),
    "a name of another": Snippet("x"),
    "a class of its own": Snippet("class A:\n    pass\nimport __main__\n__main__.A is A"),
    "a program around it": Snippet("1 + 1", harness="[CODE, eval(CODE)]"),
}


async def test_each_is_told_of_as_if_it_had_run_apart(pool: Runner) -> None:
    snippets = list(SNIPPETS.values())
    apart = [await pool.run(snippet) for snippet in snippets]

    together = told_apart(await pool.run(one_run(snippets)), snippets)

    assert together is not None
    assert dict(zip(SNIPPETS, map(what_counts, together), strict=True)) == dict(
        zip(SNIPPETS, map(what_counts, apart), strict=True)
    )


def what_counts(run: RunResult) -> tuple[object, ...]:
    return run.status, run.stdout, repr(run.value), run.error


async def test_dice_without_a_seed_are_fresh_for_each(pool: Runner) -> None:
    snippets = [Snippet("torch.rand(4).tolist()", seed=3), *[Snippet(f"torch.rand(4).tolist()  # {n}") for n in "ab"]]

    runs = [told_apart(await pool.run(one_run(snippets)), snippets) for _ in range(2)]

    drawn = [str(result.value) for run in runs for result in run or []]
    assert drawn[0] == drawn[3]
    assert len(set(drawn)) == 5


@pytest.mark.parametrize(
    "bad",
    [
        "import os\nos._exit(0)",
        "raise SystemExit",
        "import socket\nsocket.socket()",
        "while True:\n    pass",
        "x = [0] * 10**11",
        "raise RuntimeError('[enforce fail] DefaultCPUAllocator: can\\'t allocate memory')",
    ],
)
async def test_one_that_meets_a_limit_or_a_wall_is_for_a_run_apart(pool: Runner, bad: str) -> None:
    snippets = [Snippet("1", limits=Limits(wall_seconds=1)), Snippet(bad, limits=Limits(wall_seconds=1))]

    assert told_apart(await pool.run(one_run(snippets)), snippets) is None


@pytest.mark.parametrize("value", [None, 4, [], [["value", "", 1]], [["value", 1, 1], 2], [["other", ""], ["raised"]]])
async def test_what_is_no_list_of_answers_tells_nothing(value: list[object] | int | None) -> None:
    assert told_apart(gave(value), [Snippet("1"), Snippet("2")]) is None  # type: ignore[arg-type]


async def test_variants_after_the_first_share_runs(pool: Runner) -> None:
    proof = await proof_of(predict_card(params=MANY, snippet="x = {{ n }}\nx + 1", expect="{{ n + 1 }}"), pool)

    assert proof.proven.status is ProofStatus.PROVEN
    assert [str(one.name) for one in proof.outcomes] == [f"the key holds ({WANTED_VARIANTS} variants)"]
    assert proof.runs == APART + (WANTED_VARIANTS - APART) // TOGETHER


async def test_variants_that_disturb_each_other_are_proved_apart(pool: Runner) -> None:
    snippet = "kept = torch.ones({{ n }}).dtype\ntorch.set_default_dtype(torch.float64)\nkept"
    proof = await proof_of(predict_card(params=MANY, snippet=snippet, expect="float32"), pool)

    assert proof.proven.status is ProofStatus.PROVEN
    assert proof.runs == WANTED_VARIANTS + 1


async def test_one_wrong_variant_among_those_that_share_is_told_with_its_values(pool: Runner) -> None:
    card = predict_card(params=MANY, snippet="x = {{ n }}\nmin(x, 59)", expect="{{ n }}")
    right = replace_range(card, 59)

    refused, proven = await proof_of(card, pool), await proof_of(right, pool)

    assert proven.proven.status is ProofStatus.PROVEN
    assert refused.proven.status is ProofStatus.REFUTED
    assert refused.proven.reason == "the key holds, with n=60: expected 60, got 59"


def replace_range(card: Card, most: int) -> Card:
    return type(card).read(card.body() | {"params": {"n": {"integer": [1, most]}}})


async def proof_of(card: Card, runner: Runner) -> CardProof:
    (proof,) = [proof async for proof in verify([loaded(card)], runner)]
    return proof


async def test_a_run_that_is_shared_keeps_the_limits_and_the_device_of_one() -> None:
    one = Snippet("1", limits=Limits(wall_seconds=2), seed=4)

    shared = one_run([one, replace(one, code="2")])

    assert (shared.limits, shared.device, shared.seed) == (one.limits, one.device, None)
