"""A card is proved by its runs, or refused with the reason; a fault of ours says nothing about it."""

from collections.abc import Iterable

import pytest

from studybot.core.proof import ProofStatus
from studybot.core.run import OWN_HASH_SEED, RunResult, RunStatus, Snippet
from studybot.core.value import Opaque, Tensor, Value
from studybot.deck.loader import LoadedCard
from studybot.deck.verify import FURTHER_ORDERS, CardProof, devices_for, verify
from studybot.errors import SandboxUnavailable
from studybot.kinds import Card, card_from
from studybot.ports import Runner
from tests.deck.fakes_deck import gave, in_turn, loaded, raised
from tests.fakes import choice_card, claim_card, predict_card
from tests.fakes_runner import FakeRunner

PROVEN, REFUTED, BROKEN, SKIPPED = ProofStatus.PROVEN, ProofStatus.REFUTED, ProofStatus.BROKEN, ProofStatus.SKIPPED

ADDRESS = 0x7F0123456780
NO_ADDRESS = "the answer holds a memory address, which differs from process to process: ask for something else"
NO_NETWORK = "a card has no network, no other processes and no files but its own"
PLAIN_DATA = "ask for plain data: a number, a list, a tensor, a dtype, a shape"
SHOW_SOMETHING = "end the snippet with what shows the answer, or print it"
WRONG_TENSOR = Tensor("float32", (2,), (1,), (36.0, 80.0))


async def proofs_of(cards: Iterable[LoadedCard], runner: Runner) -> list[CardProof]:
    return [proof async for proof in verify(cards, runner)]


async def proof_of(card: Card, runner: Runner) -> CardProof:
    (proof,) = await proofs_of([loaded(card)], runner)
    return proof


async def test_a_card_whose_run_bears_it_out_is_proven() -> None:
    card = predict_card()

    proof = await proof_of(card, in_turn(gave(4)))

    assert proof.proven.status is PROVEN
    assert (proof.proven.card_id, proof.proven.revision) == (card.card_id, card.revision)
    assert (proof.proven.torch_version, proof.proven.device) == ("2.13.0+fake", "cpu")
    assert [(str(one.name), one.status) for one in proof.outcomes] == [("the key holds", PROVEN)]


async def test_a_wrong_value_is_told_with_file_line_expected_and_got() -> None:
    proof = await proof_of(predict_card("ones", expect=[36.0, 81.0]), in_turn(gave(WRONG_TENSOR)))

    assert str(proof) == (
        'cards/tensors/views.yaml:14: card "ones": refuted: the key holds: '
        "expected [36.0, 81.0], got tensor([36., 80.])"
    )


# Cards and what one and the same run gives each time: how the refusal reads.
REFUSED: dict[str, tuple[Card, RunResult, ProofStatus, str]] = {
    "a wrong dtype": (
        predict_card(expect="int32"), gave("torch.int64"), REFUTED,
        "the key holds: expected 'int32', got torch.int64",
    ),
    "text where a number comes": (predict_card(expect="4"), gave(4), REFUTED, "the key holds: expected '4', got 4"),
    "a wrong shape": (
        predict_card(expect=[[1, 2]]), gave(Tensor("int64", (2,), (1,), (1, 2))), REFUTED,
        "the key holds: expected [[1, 2]], got tensor([1, 2])",
    ),
    "wrong output": (
        predict_card(asks="output", expect="5"), gave(None, "4\n"), REFUTED, "the key holds: expected '5', got 4",
    ),
    "another exception": (
        predict_card(asks="exception", expect="TypeError"), raised("ValueError", "no"), REFUTED,
        "the key holds: expected 'TypeError', got ValueError: no",
    ),
    "no exception": (
        predict_card(asks="exception", expect="TypeError"), gave(4), REFUTED,
        "the key holds: expected 'TypeError', got 4",
    ),
    "a claim that does hold": (
        claim_card(), gave(True, "shown\n"), REFUTED,
        "the key holds: expected the snippet ends in False, got shown True",
    ),
    "a claim that ends in a number": (
        claim_card(), gave(0), REFUTED,
        "the key holds: expected the snippet ends in False, got 0: let the last line be a bool: did the claim hold?",
    ),
    "a silent snippet": (
        predict_card(), gave(None), REFUTED,
        "the key holds: expected 4, got no value: end the snippet with the expression whose value is asked",
    ),
    "a silent choice": (
        choice_card(), gave(None), REFUTED,
        f"the key holds: expected a run to show as evidence, got nothing: {SHOW_SOMETHING}",
    ),
    "an object": (
        predict_card(), gave(Opaque("Linear", "Linear(in_features=1, out_features=1)")), REFUTED,
        f"the key holds: expected 4, got Linear(in_features=1, out_features=1): {PLAIN_DATA}",
    ),
    "an address in text": (
        predict_card(expect="<f at 0x7f0123456789>"), gave("<f at 0x7f0123456789>"), REFUTED,
        f"the key holds: expected '<f at 0x7f0123456789>', got <f at 0x7f0123456789>: {NO_ADDRESS}",
    ),
    "an address as a number": (
        predict_card(expect=ADDRESS), gave(ADDRESS), REFUTED,
        f"the key holds: expected {ADDRESS}, got {ADDRESS}: {NO_ADDRESS}",
    ),
    "a snippet that raises": (
        predict_card(), raised("NameError", "name 'y' is not defined", 2), BROKEN,
        "the key holds: expected 4, got NameError: name 'y' is not defined (line 2): the code must run to its end",
    ),
    "an endless loop": (
        predict_card(timeout_seconds=1), RunResult(RunStatus.TIMEOUT), BROKEN,
        "the key holds: no answer within 1 s: shorten it, or raise `timeout_seconds:`",
    ),
    "too much memory": (
        predict_card(), RunResult(RunStatus.MEMORY), BROKEN,
        "the key holds: it needs more than 512 MiB: use smaller tensors",
    ),
    "too much output": (
        predict_card(), RunResult(RunStatus.OUTPUT), BROKEN, "the key holds: it prints more than 64 KiB: print less",
    ),
    "a crash": (
        predict_card(), RunResult(RunStatus.CRASHED), BROKEN,
        "the key holds: it ended without an answer: take out what ends or crashes the process",
    ),
    "what the sandbox refuses": (
        predict_card(), RunResult(RunStatus.REFUSED, error=raised("PermissionError", "no network").error), BROKEN,
        f"the key holds: PermissionError: no network: {NO_NETWORK}",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("card", "run", "status", "reason"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_wrong_card_is_refused_with_the_reason(
    card: Card, run: RunResult, status: ProofStatus, reason: str
) -> None:
    proof = await proof_of(card, in_turn(run))

    assert (proof.proven.status, proof.proven.reason) == (status, reason)


def _options(snippet: Snippet, *true: str) -> RunResult:
    """Answer for `choice_card`: its own snippet gives 4, and the conditions in `true` hold."""
    if "bool(" not in snippet.code:
        return gave(4)
    return gave(any(f"\n{condition}\n" in snippet.code for condition in true))


async def test_each_wrong_option_is_proved_wrong() -> None:
    proof = await proof_of(choice_card(), FakeRunner(lambda snippet: _options(snippet, "x == 4")))

    assert proof.proven.status is PROVEN
    assert [str(one.name) for one in proof.outcomes] == [
        *("the key holds", "option A is right", "option B is wrong", "option C is wrong"),
    ]


async def test_a_second_right_option_is_found() -> None:
    proof = await proof_of(choice_card(), FakeRunner(lambda snippet: _options(snippet, "x == 4", "x == 6")))

    assert proof.proven.status is REFUTED
    assert proof.proven.reason == (
        "option C is wrong: expected `x == 6` to be False, got True: more than one option is right"
    )


async def test_a_right_option_that_is_wrong_is_found() -> None:
    proof = await proof_of(choice_card(), FakeRunner(_options))

    assert proof.proven.reason == "option A is right: expected `x == 4` to be True, got False"


DECLARE = "two runs gave different answers: declare `seed:`, or take clocks and addresses out of it"
UNSTEADY = f"the key holds: expected one answer in every run, got 4 and then 5: {DECLARE}"


@pytest.mark.parametrize("values", [(4, 5), (4, 4, 4, 4, 4, 4, 4, 5)], ids=["at once", "in the last run"])
async def test_an_answer_that_hangs_on_dice_needs_a_seed(values: tuple[Value, ...]) -> None:
    proof = await proof_of(predict_card(), in_turn(*map(gave, values)))

    assert (proof.proven.status, proof.proven.reason) == (REFUTED, UNSTEADY)


async def test_dice_that_never_give_the_expected_value_are_called_dice() -> None:
    proof = await proof_of(predict_card(expect=7), in_turn(gave(4), gave(5)))

    assert proof.proven.reason == UNSTEADY


async def test_a_seeded_answer_that_still_changes_is_refused() -> None:
    proof = await proof_of(predict_card(seed=1), in_turn(gave(4), gave(5)))

    assert proof.proven.reason.endswith(
        "two runs gave different answers, despite the seed: take clocks, addresses and the order of sets out of it"
    )


async def test_evidence_may_vary_while_the_answer_does_not() -> None:
    proof = await proof_of(claim_card(), in_turn(gave(False, "0.12\n"), gave(False, "0.34\n")))

    assert proof.proven.status is PROVEN


@pytest.mark.parametrize(("seed", "runs"), [(None, 8), (3, 2)])
async def test_a_card_without_a_seed_is_run_more_often(seed: int | None, runs: int) -> None:
    runner = in_turn(gave(4))

    await proof_of(predict_card(seed=seed), runner)

    assert [snippet.seed for snippet in runner.asked] == [seed] * runs


async def test_what_stops_at_a_limit_is_not_run_again() -> None:
    runner = in_turn(RunResult(RunStatus.TIMEOUT))

    proof = await proof_of(choice_card(timeout_seconds=1), runner)

    assert proof.proven.status is BROKEN
    assert len(runner.asked) == 1


async def test_proofs_of_the_same_snippet_share_its_runs() -> None:
    card = choice_card()
    runner = FakeRunner(lambda snippet: gave("x == 4" in snippet.code if "bool(" in snippet.code else 4))

    (proof,) = await proofs_of([loaded(card)], runner)

    assert proof.proven.status is PROVEN
    assert proof.runs == len(runner.asked) == 4 * 8


async def test_one_refused_card_does_not_stop_the_others() -> None:
    cards = [loaded(predict_card(f"card-{n}", snippet=f"{n}", expect=0)) for n in range(20)]

    proofs = await proofs_of(cards, FakeRunner(lambda snippet: gave(int(snippet.code))))

    assert {proof.proven.card_id: proof.proven.status for proof in proofs} == {
        f"card-{n}": REFUTED if n else PROVEN for n in range(20)
    }


async def test_a_card_for_a_gpu_is_skipped_without_one() -> None:
    runner = in_turn(gave(4))

    proof = await proof_of(predict_card(device="cuda"), runner)

    assert (proof.proven.status, proof.proven.device) == (SKIPPED, "cuda")
    assert proof.proven.reason == "it needs cuda, which this machine does not offer"


async def test_a_card_for_any_device_is_proved_on_each_and_a_difference_is_told() -> None:
    runner = FakeRunner(lambda snippet: gave(4 if snippet.device == "cpu" else 5), offers=("cpu", "cuda"))
    cards = [loaded(predict_card(device="any"))]

    (proof,) = [proof async for proof in verify(cards, runner, devices=await devices_for(cards, runner))]

    assert {snippet.device for snippet in runner.asked} == {"cpu", "cuda"}
    assert proof.proven.status is REFUTED
    assert proof.proven.reason == "the key holds on cuda: expected 4, got 5"


async def test_a_gpu_is_not_asked_for_by_cards_that_do_not_want_it() -> None:
    runner = FakeRunner(offers=("cpu", "cuda"))

    assert await devices_for([loaded(predict_card())], runner) == ("cpu",)
    assert runner.asked == []


async def test_a_sandbox_that_is_down_refutes_nothing() -> None:
    with pytest.raises(SandboxUnavailable, match="no jail here"):
        await proof_of(predict_card(), FakeRunner(down=SandboxUnavailable("no jail here")))


async def test_a_fault_of_the_sandbox_is_tried_again() -> None:
    faults = [RunResult(RunStatus.SANDBOX_FAULT)]
    runner = FakeRunner(lambda _: faults.pop() if faults else gave(4))

    proof = await proof_of(predict_card(), runner)

    assert proof.proven.status is PROVEN


async def test_a_fault_that_stays_is_our_error_and_the_other_cards_are_still_proved() -> None:
    cards = [loaded(predict_card("bad", snippet="bad")), loaded(predict_card("good", snippet="good"), line=20)]
    runner = FakeRunner({"good": gave(4)})
    proofs: list[CardProof] = []

    async def prove() -> None:
        async for proof in verify(cards, runner):
            proofs.append(proof)  # noqa: PERF401 - what came before the error is looked at

    with pytest.raises(SandboxUnavailable) as caught:
        await prove()

    assert [proof.proven.card_id for proof in proofs] == ["good"]
    assert str(caught.value) == (
        "cards/tensors/views.yaml:14: card \"bad\": the sandbox failed: no result is scripted for 'bad'"
    )


async def test_a_check_that_stumbles_breaks_its_card_only(caplog: pytest.LogCaptureFixture) -> None:
    deep: Value = 1
    for _ in range(5000):
        deep = [deep]
    runner = FakeRunner(lambda snippet: gave(deep if snippet.code == "deep" else 4))

    proofs = await proofs_of([loaded(predict_card("deep", snippet="deep")), loaded(predict_card("good"))], runner)

    assert {proof.proven.card_id: proof.proven.status for proof in proofs} == {"deep": BROKEN, "good": PROVEN}
    assert "a proof could not be judged" in caplog.text


async def test_runs_are_asked_for_without_urgency() -> None:
    asked: list[tuple[str, bool]] = []

    class Listening(FakeRunner):
        async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
            asked.append((asked_by, urgent))
            return await super().run(snippet, asked_by=asked_by, urgent=urgent)

    await proof_of(predict_card(), Listening(lambda _: gave(4)))

    assert set(asked) == {("verify", False)}


async def test_what_makes_sets_is_run_in_further_orders_and_what_does_not_is_not() -> None:
    asked: list[Snippet] = []

    def noted(snippet: Snippet) -> RunResult:
        asked.append(snippet)
        return gave(4)

    await proof_of(predict_card(snippet="len({1, 2, 3, 4})", seed=0), FakeRunner(noted))
    with_a_set, asked = asked, []
    await proof_of(predict_card(snippet="2 + 2", seed=0), FakeRunner(noted))

    orders = {one.hash_seed for one in with_a_set}
    assert orders > set(range(OWN_HASH_SEED, OWN_HASH_SEED + FURTHER_ORDERS))
    assert all((one.hash_seed or 0) < OWN_HASH_SEED for one in asked)


async def test_it_is_heard_how_many_variants_hold_so_far() -> None:
    body = predict_card().body() | {"params": {"n": {"integer": [1, 60]}}, "snippet": "{{ n }}", "expect": "{{ n }}"}
    heard: list[int] = []
    runner = FakeRunner(lambda snippet: gave(int(snippet.code) if snippet.code.isdecimal() else None))

    (proof,) = [
        one async for one in verify([loaded(card_from(body))], runner, heard=lambda _, variants: heard.append(variants))
    ]

    assert proof.proven.status is PROVEN
    assert heard[:10] == list(range(1, 11))
    assert heard[-1] == 50
