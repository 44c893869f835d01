"""When a typed answer agrees with what torch gave, and how a difference is told."""

import math
from typing import Any

import pytest

from studybot.core.value import Opaque, Tensor, Value
from studybot.kinds.agreement import difference, same_text
from studybot.kinds.literal import read


def tensor(*values: Any, shape: tuple[int, ...] | None = None, dtype: str = "float32") -> Tensor:
    shape = (len(values),) if shape is None else shape
    stride = tuple(math.prod(shape[place + 1 :]) for place in range(len(shape)))
    return Tensor(dtype, shape, stride, values)


GRADIENT = tensor(36.0, 81.0)
MATRIX = tensor(1, 2, 3, 4, shape=(2, 2), dtype="int64")

SAME: list[tuple[str, Value]] = [
    ("[36, 81]", GRADIENT),
    ("36., 81.", GRADIENT),
    ("tensor([36., 81.])", GRADIENT),
    ("36.001 81.001", GRADIENT),
    ("[[1, 2], [3, 4]]", MATRIX),
    ("1 2 3 4", MATRIX),
    ("[1, 2], [3, 4]", MATRIX),
    ("tensor([[1, 2],\n        [3, 4]])", MATRIX),
    ("5", tensor(5.0, shape=())),
    ("5", tensor(5.0)),
    ("[5]", tensor(5.0)),
    ("tensor(5.)", tensor(5.0, shape=())),
    ("(2, 3)", [2, 3]),
    ("2x3", [2, 3]),
    ("torch.Size([])", []),
    ("()", []),
    ("tensor([], size=(0, 3))", tensor(shape=(0, 3))),
    ("true", True),
    ("1", True),
    ("[1, 0]", tensor(True, False, dtype="bool")),
    ("[True, False]", tensor(True, False, dtype="bool")),
    ("none", None),
    ("[None, 1]", [None, 1]),
    ("nan", math.nan),
    ("[nan, inf, -inf]", tensor(math.nan, math.inf, -math.inf)),
    ("0.3333", 1 / 3),
    ("0", 1e-9),
    ("1e-4", 1e-4),
    ("36", 36.0),
    ("36.0", 36),
    ("int64", "torch.int64"),
    ("torch.int64", "torch.int64"),
    ("long", "torch.int64"),
    ("float", "torch.float32"),
    ("Double", "torch.float64"),
    ("dtype=torch.int64", "torch.int64"),
    ("[int64, float]", ["torch.int64", "torch.float32"]),
    ("cuda:0", "cuda:0"),
    ("weight, bias", ["weight", "bias"]),
    ("['0.weight', '0.bias']", ["0.weight", "0.bias"]),
    ("0.weight 0.bias", ["0.weight", "0.bias"]),
    ("[[1, 2], [3, 4]]", [tensor(1, 2, dtype="int64"), tensor(3, 4, dtype="int64")]),
    ("(tensor([1, 2]), 3)", [tensor(1, 2, dtype="int64"), 3]),
    ("[[1], [2, 3]]", [[1], [2, 3]]),
    ("(4, 2)", [tensor(4, shape=(), dtype="int64"), 2]),
]


@pytest.mark.parametrize(("text", "value"), SAME)
def test_a_right_answer_agrees(text: str, value: Value) -> None:
    assert difference(read(text), value, tolerance=1e-4) is None


DIFFERENT: list[tuple[str, Value, str]] = [
    ("[36, 80]", GRADIENT, "Element 1 is 81, not 80."),
    ("36", GRADIENT, "There are 2 elements, not 1."),
    ("[36, 81, 0]", GRADIENT, "The shape is (2,), not (3,)."),
    ("[[36, 81]]", GRADIENT, "The shape is (2,), not (1, 2)."),
    ("[[36], [81]]", GRADIENT, "The shape is (2,), not (2, 1)."),
    ("[1, 2, 3, 4]", MATRIX, "The shape is (2, 2), not (4,)."),
    ("[[1, 3], [2, 4]]", MATRIX, "Element 1 is 2, not 3."),
    ("[5]", tensor(5.0, shape=()), "The shape is (), not (1,)."),
    ("(3, 2)", [2, 3], "Element 0 is 2, not 3."),
    ("6", [2, 3], "There are 2 elements, not 1."),
    ("0", [], "There are 0 elements, not 1."),
    ("False", True, "It is True, not False."),
    ("2", True, "It is True, not 2."),
    ("True", 1, "It is 1, not True."),
    ("0", None, "It is None, not 0."),
    ("None", 0, "It is 0, not None."),
    ("0.34", 1 / 3, "It is 0.333333, not 0.34."),
    ("10001", 10_000, "It is 10000, not 10001."),
    ("9007199254740993", 9007199254740992, "It is 9007199254740992, not 9007199254740993."),
    ("1" * 400, 1.0, f"It is 1, not {'1' * 39}…."),
    ("1.0", 10**400, f"It is 1{'0' * 38}…, not 1."),
    ("nan", 1.0, "It is 1, not nan."),
    ("inf", -math.inf, "It is -inf, not inf."),
    ("1", math.nan, "It is nan, not 1."),
    ("int32", "torch.int64", "It is torch.int64, not int32."),
    ("float64", "float", "It is float, not float64."),
    ("float32", "float", "It is float, not float32."),
    ("64", "torch.int64", "It is torch.int64, not 64."),
    ("[[1, 2], [3]]", [[1], [2, 3]], "The shape is ?, not ?."),
    ("[1, 2]", [[1], [2, 3]], "The shape is ?, not (2,)."),
    ("ab", 5, "It is 5, not ab."),
    ("3", 2 + 3j, "It is (2+3j), not 3."),
]


@pytest.mark.parametrize(("text", "value", "told"), DIFFERENT)
def test_a_wrong_answer_is_told_where_it_differs(text: str, value: Value, told: str) -> None:
    assert str(difference(read(text), value, tolerance=1e-4)) == told


@pytest.mark.parametrize(("tolerance", "same"), [(0.0, False), (0.001, False), (0.01, True)])
def test_the_tolerance_is_the_cards(tolerance: float, same: bool) -> None:
    assert (difference(read("0.335"), 1 / 3, tolerance=tolerance) is None) is same


def test_a_tensor_without_its_elements_agrees_with_nothing() -> None:
    huge = Tensor("float32", (10**9,), (1,), None)

    assert str(difference(read("1"), huge, tolerance=0.1)) == "The tensor is too large to compare."


def test_an_object_is_compared_by_its_text() -> None:
    assert difference(read("Linear"), Opaque("Linear", "Linear"), tolerance=0.0) is None


TEXTS = [
    ("tensor([1., 2.])", "tensor([1.,2.])", True),
    ("hello  world", "Hello world\n", True),
    ("'a' 'b'", "a b", True),
    ("1 2", "12", False),
    ("a b", "ab", False),
    ("[1, 2]", "[ 1,2 ]", True),
    ("x = 1", "x=1", True),
    ("a\nb", "a b", True),
    ("", " ", True),
]


@pytest.mark.parametrize(("one", "other", "same"), TEXTS)
def test_texts_are_compared_as_people_do(one: str, other: str, same: bool) -> None:
    assert same_text(one, other) is same
