"""choice and claim: the button pressed is right or wrong, and each option's worth is proved by a run."""

import pytest

from studybot.core.card import Picked, Rejected, Typed, Verdict
from studybot.core.phrase import Phrase
from studybot.core.run import RunResult, RunStatus
from studybot.core.value import Value
from tests.deck.fakes_deck import gave, raised
from tests.fakes import choice_card, claim_card


def test_the_options_stand_in_the_order_of_the_seed() -> None:
    orders = {tuple(option.key for option in choice_card().question(seed).options) for seed in range(50)}

    assert len(orders) == 6
    assert choice_card().question(7) == choice_card().question(7)


@pytest.mark.parametrize(("key", "right"), [("0", True), ("1", False), ("2", False)])
def test_the_option_picked_is_right_or_wrong(key: str, right: bool) -> None:
    assert choice_card().verdict(Picked(key), gave(4)) == Verdict(right)


@pytest.mark.parametrize("answer", [Picked("3"), Picked("-1"), Picked(""), Picked("true"), Typed("0")])
def test_what_is_no_option_is_not_graded(answer: Picked | Typed) -> None:
    assert isinstance(choice_card().verdict(answer, gave(4)), Rejected)


def test_each_option_is_proved_by_a_run_of_its_own() -> None:
    key, right, *wrong = choice_card().proofs()

    assert key.snippet.code == "x = 4\nx"
    assert right.snippet.code == "x = 4\nx\nbool((\nx == 4\n))"
    assert right.judge(gave(True)) is None
    assert right.judge(gave(False)) is not None
    assert [proof.judge(gave(False)) for proof in wrong] == [None, None]


@pytest.mark.parametrize("run", [gave(1), gave("True"), gave(None), raised("NameError"), RunResult(RunStatus.TIMEOUT)])
def test_only_a_bool_proves_an_option(run: RunResult) -> None:
    assert all(proof.judge(run) is not None for proof in choice_card().proofs()[1:])


def test_a_choice_without_evidence_does_not_hold() -> None:
    assert choice_card().disagreement(gave(None)) is not None
    assert choice_card().disagreement(gave(None, "shown\n")) is None


def test_a_limit_is_proved_within_the_cards_own_time() -> None:
    assert {proof.snippet.limits.wall_seconds for proof in choice_card(timeout_seconds=1).proofs()} == {1.0}


@pytest.mark.parametrize(
    ("value", "key", "right"), [(True, "true", True), (True, "false", False), (False, "false", True)]
)
def test_a_claim_is_judged_by_the_run(value: Value, key: str, right: bool) -> None:
    assert claim_card().verdict(Picked(key), gave(value)) == Verdict(right)


@pytest.mark.parametrize("answer", [Picked("0"), Picked("True"), Typed("true")])
def test_a_claim_is_true_or_false(answer: Picked | Typed) -> None:
    assert isinstance(claim_card().verdict(answer, gave(True)), Rejected)


@pytest.mark.parametrize("run", [gave(True), gave(0), gave(None), gave("False"), raised("ValueError")])
def test_a_claim_that_does_not_hold_needs_a_run_that_says_false(run: RunResult) -> None:
    assert claim_card().disagreement(run) is not None
    assert claim_card().disagreement(gave(False)) is None


def test_the_right_answer_of_a_claim_is_the_runs() -> None:
    assert claim_card().right_answer(gave(False)) == Phrase("False")
    assert claim_card().right_answer(gave(True)) == Phrase("True")
