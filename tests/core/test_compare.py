"""A comparison says what differs first, where, how far off, and probably why."""

import math
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.core.compare import Aspect, Difference, Tolerance, compare
from studybot.core.likely_cause import Cause
from studybot.core.value import Opaque, Tensor, Value

NAN, INF = math.nan, math.inf


def tensor(data: Any, dtype: str = "float32", **marks: Any) -> Tensor:
    """Return a contiguous tensor of these nested lists."""
    shape = _shape(data)
    stride = tuple(accumulate(reversed(shape[1:]), lambda a, b: a * b, initial=1))[::-1] if shape else ()
    return Tensor(dtype, shape, marks.pop("stride", stride), tuple(_flat(data)), **marks)


def _shape(data: Any) -> tuple[int, ...]:
    return (len(data), *(_shape(data[0]) if data else ())) if isinstance(data, list) else ()


def _flat(data: Any) -> list[Any]:
    return [leaf for item in data for leaf in _flat(item)] if isinstance(data, list) else [data]


def difference(got: Value, expected: Value, **options: Any) -> Difference:
    found = compare(got, expected, **options)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        pytest.param(3, 3, id="a whole number"),
        pytest.param(0.1 + 0.2, 0.3, id="a float within tolerance"),
        pytest.param("torch.float32", "torch.float32", id="a text"),
        pytest.param(None, None, id="nothing"),
        pytest.param([1, [2.0, True]], [1, [2.0, True]], id="a nested list"),
        pytest.param(tensor([1.0, NAN, INF]), tensor([1.0, NAN, INF]), id="NaN and infinity at the same places"),
        pytest.param(tensor([]), tensor([]), id="an empty tensor"),
        pytest.param(tensor([1 + 2j], "complex64"), tensor([1 + 2j], "complex64"), id="complex numbers"),
        pytest.param(tensor([[1.0], [2.0]], stride=(1, 9)), tensor([[1.0], [2.0]]), id="strides, when not asked for"),
    ],
)
def test_what_agrees_has_no_difference(got: Value, expected: Value) -> None:
    assert compare(got, expected) is None


@pytest.mark.parametrize(
    ("got", "expected", "aspect"),
    [
        pytest.param(1, True, Aspect.TYPE, id="type: a number is no bool"),
        pytest.param([1.0], tensor([1.0]), Aspect.TYPE, id="type: a list is no tensor"),
        pytest.param([1, 2], [1, 2, 3], Aspect.LENGTH, id="length"),
        pytest.param(tensor([1], "int64"), tensor([[2.0]]), Aspect.DTYPE, id="dtype comes before shape"),
        pytest.param(tensor([1.0]), tensor([[2.0]]), Aspect.SHAPE, id="shape comes before values"),
        pytest.param(tensor([2.0, NAN]), tensor([1.0, 2.0]), Aspect.FINITE, id="finite comes before values"),
        pytest.param(tensor([-INF]), tensor([INF]), Aspect.FINITE, id="the other infinity"),
        pytest.param(tensor([1.0]), tensor([1.1]), Aspect.VALUES, id="values"),
        pytest.param(NAN, 1.0, Aspect.VALUES, id="a scalar that is NaN"),
        pytest.param(2, 3, Aspect.VALUES, id="whole numbers are exact"),
        pytest.param(Opaque("Linear", "x"), Opaque("Linear", "x"), Aspect.UNKNOWN, id="objects are never a match"),
    ],
)
def test_the_first_aspect_that_differs_is_named(got: Value, expected: Value, aspect: Aspect) -> None:
    assert difference(got, expected).aspect == aspect


def test_a_tensor_too_large_to_carry_is_never_a_match() -> None:
    large = Tensor("float32", (100_000,), (1,), None)

    assert difference(large, large).aspect == Aspect.UNKNOWN


def test_the_first_differing_index_and_the_largest_error_are_told() -> None:
    found = difference(tensor([[1.0, 2.0], [3.5, 9.0]]), tensor([[1.0, 2.0], [3.0, 4.0]]))

    assert (found.index, found.largest_error) == ((1, 0), 5.0)
    assert [str(phrase) for phrase in found.phrases()] == [
        "Value [1, 0] is 3.5; 3 was asked for.",
        "The largest error is 5.",
    ]


def test_a_difference_inside_a_list_is_told_with_its_place() -> None:
    found = difference([1, [tensor([1.0, 2.0])]], [1, [tensor([1.0, 2.5])]])

    assert (found.path, found.index) == ((1, 0), (1,))
    assert str(found.phrases()[0]) == "Value [1][0][1] is 2; 2.5 was asked for."


def test_the_tolerance_is_the_cards() -> None:
    got, expected = tensor([1.01]), tensor([1.0])

    assert compare(got, expected, tolerance=Tolerance(relative=0.02)) is None
    assert compare(got, expected, tolerance=Tolerance(relative=0.001)) is not None


SOFTMAX_0 = [[0.2, 0.9], [0.8, 0.1]]
SOFTMAX_1 = [[0.3, 0.7], [0.6, 0.4]]


@pytest.mark.parametrize(
    ("got", "expected", "cause"),
    [
        pytest.param(tensor([[1.0, 3.0], [2.0, 4.0]]), tensor([[1.0, 2.0], [3.0, 4.0]]), Cause.TRANSPOSED, id="square"),
        pytest.param(
            tensor([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]),
            tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
            Cause.TRANSPOSED,
            id="transposed to another shape",
        ),
        pytest.param(
            tensor([[[1.0, 3.0], [2.0, 4.0]]]), tensor([[[1.0, 2.0], [3.0, 4.0]]]), Cause.TRANSPOSED, id="in a batch"
        ),
        pytest.param(tensor([2.0, 4.0, 6.5]), tensor([1.0, 2.0, 3.25]), Cause.CONSTANT_FACTOR, id="twice"),
        pytest.param(tensor([-1.0, 2.0]), tensor([1.0, -2.0]), Cause.CONSTANT_FACTOR, id="the other sign"),
        pytest.param(tensor([3.0, 6.0, 9.0]), tensor([1.0, 2.0, 3.0]), Cause.MISSING_MEAN, id="times the length"),
        pytest.param(tensor(12.0), tensor(3.0), Cause.MISSING_MEAN, id="a loss summed"),
        pytest.param(tensor([3.0, 12.0]), tensor([3.0, 5.0, 7.0]), Cause.WRONG_DIM, id="summed over another dim"),
        pytest.param(tensor(SOFTMAX_0), tensor(SOFTMAX_1), Cause.WRONG_DIM, id="softmax over another dim"),
        pytest.param(tensor([[1.0], [2.0]]), tensor([1.0, 2.0]), Cause.EXTRA_DIMENSION, id="keepdim"),
        pytest.param(tensor([3.0, 1.0, 2.0]), tensor([1.0, 2.0, 3.0]), Cause.OTHER_ORDER, id="another order"),
        pytest.param(tensor([1, 2], "int64"), tensor([1.0, 2.0]), Cause.INTEGER, id="an integer dtype"),
        pytest.param(2, 2.5, Cause.INTEGER, id="an integer scalar"),
        pytest.param(tensor([1.0, 2.0]), tensor([1.5, 7.0]), None, id="no guess"),
        pytest.param(tensor([0.0, 0.0]), tensor([1.0, 2.0]), None, id="zeros are no factor"),
    ],
)
def test_the_likely_cause_is_guessed(got: Value, expected: Value, cause: Cause | None) -> None:
    assert difference(got, expected).cause == cause


@pytest.mark.parametrize(
    ("marks", "aspect", "cause"),
    [
        pytest.param({"stride": (1, 2)}, Aspect.LAYOUT, Cause.NOT_CONTIGUOUS, id="right but not contiguous"),
        pytest.param({"requires_grad": False}, Aspect.REQUIRES_GRAD, Cause.NO_GRADIENT, id="right but no gradient"),
        pytest.param({"is_leaf": True}, Aspect.IS_LEAF, None, id="a leaf where none was asked for"),
        pytest.param({"device": "cuda:0"}, Aspect.DEVICE, None, id="on another device"),
    ],
)
def test_what_a_card_asks_for_beyond_the_values_is_compared(
    marks: dict[str, Any], aspect: Aspect, cause: Cause | None
) -> None:
    data = [[1.0, 2.0], [3.0, 4.0]]
    right: dict[str, Any] = {"requires_grad": True, "is_leaf": False}
    got, expected = tensor(data, **(right | marks)), tensor(data, **right)

    found = difference(got, expected, also=[aspect])

    assert (found.aspect, found.cause) == (aspect, cause)
    assert compare(got, expected) is None


numbers = st.floats(width=32, allow_nan=True, allow_infinity=True)
tensors = st.lists(st.lists(numbers, min_size=2, max_size=2), min_size=1, max_size=4).map(tensor)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | numbers | st.text() | tensors | st.complex_numbers(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


def test_numbers_at_the_edge_of_what_a_float_holds_are_compared() -> None:
    most = complex(1.7e308, 1.7e308)

    assert compare(most, most) is None
    assert difference(tensor([most], "complex128"), tensor([-most], "complex128")).largest_error == INF


@given(values)
def test_every_value_agrees_with_itself(value: Value) -> None:
    assert compare(value, value, also=list(Aspect)) is None


@given(values, values)
def test_a_difference_can_always_be_told(got: Value, expected: Value) -> None:
    found = compare(got, expected)

    assert found is None or all(str(phrase) for phrase in found.phrases())
