"""predict: the typed answer is judged by what torch gave, and the card by what its author expects."""

import math
import unicodedata

import pytest

from studybot.core.card import Picked, Rejected, Text, Typed, Verdict
from studybot.core.run import RunResult, RunStatus
from studybot.core.value import Opaque, Tensor, Value
from studybot.kinds import card_from
from tests.deck.fakes_deck import gave, raised
from tests.fakes import predict_card

GRADIENT = Tensor("float32", (2,), (1,), (36.0, 81.0))

VERDICTS: list[tuple[str, RunResult, str, bool]] = [
    ("value", gave(GRADIENT), "36, 81", True),
    ("value", gave(GRADIENT), "tensor([36., 81.])", True),
    ("value", gave(GRADIENT), "81, 36", False),
    ("value", gave("torch.int64"), "int64", True),
    ("value", gave("torch.int64"), "int32", False),
    ("value", gave("a b"), "a b", True),
    ("value", gave("a b"), "'a b'", True),
    ("value", gave("고양이"), "고양이", True),
    ("value", gave(True), "true", True),
    ("value", gave(None), "None", True),
    ("value", gave(["0.weight"]), "['0.weight']", True),
    ("output", gave(None, "1 2\n"), "1 2", True),
    ("output", gave(None, "1 2\n"), "12", False),
    ("output", gave(None, "tensor([1., 2.])\n"), "[1, 2]", True),
    ("output", gave(None, "tensor([1., 2.])\n"), "[1, 3]", False),
    ("output", gave(None, "[]\n"), "[]", True),
    ("output", gave(None, "[]\n"), "()", True),
    ("output", gave(None, "Hello\nWorld\n"), "hello world", True),
    ("output", gave(None, "Hello\n"), "bye!", False),
    ("output", gave(None, "x" * 5000), "x", False),
    ("output", gave(None, "{'a': 1}\n"), "{‘a’: 1}", True),
    ("output", gave(None, "값은 3\n"), unicodedata.normalize("NFD", "값은 ３"), True),
    ("value", gave("고양이"), unicodedata.normalize("NFD", "고양이"), True),
    ("exception", raised("ValueError"), "ValueError", True),
    ("exception", raised("ValueError"), "valueerror", True),
    ("exception", raised("ValueError"), "ValueError: no", True),
    ("exception", raised("ValueError"), "raise ValueError()", True),
    ("exception", raised("ValueError"), "builtins.ValueError", True),
    ("exception", raised("ValueError"), "ValueError가 발생", True),
    ("exception", raised("ValueError"), "value error", True),
    ("exception", raised("ValueError"), "TypeError", False),
    ("exception", raised("ValueError"), "Error", False),
]


@pytest.mark.parametrize(("asks", "run", "text", "right"), VERDICTS)
def test_an_answer_is_right_or_wrong_by_the_run(asks: str, run: RunResult, text: str, right: bool) -> None:
    verdict = predict_card(asks=asks).verdict(Typed(text), run)

    assert isinstance(verdict, Verdict)
    assert verdict.right is right


def test_a_wrong_value_is_told_where_it_differs() -> None:
    verdict = predict_card().verdict(Typed("36, 80"), gave(GRADIENT))

    assert isinstance(verdict, Verdict)
    assert str(verdict.why) == "Element 1 is 81, not 80."


NO_ANSWERS = [
    *(("value", text) for text in ("👍", "?", "36, 81 입니다", "x" * 1001, "[1, 2", "잘 모르겠어요")),
    *(("output", text) for text in ("👍", "?!", "x" * 1001)),
    *(("exception", text) for text in ("👍", "12", "오류", "x" * 1001)),
]


@pytest.mark.parametrize(("asks", "text"), NO_ANSWERS)
def test_what_is_no_answer_is_not_graded(asks: str, text: str) -> None:
    run = raised("ValueError") if asks == "exception" else gave(GRADIENT, "hello\n")

    assert isinstance(predict_card(asks=asks).verdict(Typed(text), run), Rejected)


@pytest.mark.parametrize(
    ("expect", "tolerance", "is_told_apart"), [(1e-4, 1e-4, False), (1e-4, 1e-5, True), (0, 1e-4, True)]
)
def test_a_number_must_be_told_from_zero(expect: float, tolerance: float, is_told_apart: bool) -> None:
    card = predict_card(expect=expect, tolerance=tolerance)

    assert (card.disagreement(gave(expect)) is None) is is_told_apart


def test_a_button_is_no_answer_to_a_typed_card() -> None:
    assert isinstance(predict_card().verdict(Picked("0"), gave(4)), Rejected)


EXPECTED: list[tuple[object, Value, bool]] = [
    ([36.0, 81.0], GRADIENT, True),
    ([36, 81], GRADIENT, True),
    ([36, 80], GRADIENT, False),
    ([[36, 81]], GRADIENT, False),
    ("float32", "torch.float32", True),
    ("torch.float32", "torch.float32", True),
    ("float64", "torch.float32", False),
    ("4", 4, False),
    (4, "4", False),
    (True, True, True),
    (True, 1, False),
    (1, True, False),
    (None, 0, False),
    (0, None, False),
    ([math.nan], Tensor("float32", (1,), (1,), (math.nan,)), True),
    (math.inf, math.inf, True),
    ([], [], True),
    ([2, 3], Opaque("Thing", "[2, 3]"), False),
    ([1], [Opaque("Thing", "1")], False),
    (1.0, Tensor("float32", (10**9,), (1,), None), False),
]


@pytest.mark.parametrize(("expect", "value", "agrees"), EXPECTED)
def test_the_key_holds_only_where_the_run_bears_it_out(expect: object, value: Value, agrees: bool) -> None:
    card = predict_card(expect=expect)

    assert (card.disagreement(gave(value)) is None) is agrees


def test_nothing_is_an_answer_only_of_an_expression() -> None:
    asked = predict_card(snippet="x = torch.ones(1)\nx.grad", expect=None)
    silent = predict_card(snippet="x = torch.ones(1)", expect=None)

    assert asked.disagreement(gave(None)) is None
    assert silent.disagreement(gave(None)) is not None


@pytest.mark.parametrize("status", [RunStatus.TIMEOUT, RunStatus.CRASHED, RunStatus.MEMORY, RunStatus.RAISED])
def test_a_run_without_an_answer_never_bears_a_card_out(status: RunStatus) -> None:
    for asks in ("value", "output", "exception"):
        assert predict_card(asks=asks, expect=None if asks == "value" else "x").disagreement(RunResult(status))


@pytest.mark.parametrize("expect", [math.nan, [1.0, math.inf, [-math.inf]], "NaN and more", None, [True, "x", 2]])
def test_a_stored_card_is_the_same_card(expect: object) -> None:
    card = predict_card(expect=expect)

    again = card_from(card.body())

    assert again.revision == card.revision
    assert repr(again) == repr(card)


def test_any_edit_makes_another_revision() -> None:
    cards = [predict_card(), predict_card(expect=5), predict_card(tolerance=0.01), predict_card(seed=0)]

    assert len({card.revision for card in cards}) == 4


def test_the_right_answer_is_what_torch_gave() -> None:
    assert predict_card().right_answer(gave(GRADIENT)) == Text("tensor([36., 81.])", "tensor([36., 81.])")
    assert predict_card(asks="output").right_answer(gave(None, "hi\n")) == Text("hi", "hi")
