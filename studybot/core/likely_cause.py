"""Guesses at why a tensor is wrong, from the two tensors alone. Cheap tests of the mistakes that people make."""

import cmath
import math
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from studybot.core.value import Scalar, Tensor, Value

SLACK = 1e-4  # relative: a guess may be more generous than a verdict


class Cause(StrEnum):
    TRANSPOSED = "transposed"
    EXTRA_DIMENSION = "extra dimension"
    WRONG_DIM = "wrong dim"
    OTHER_ORDER = "other order"
    CONSTANT_FACTOR = "constant factor"
    MISSING_MEAN = "missing mean"
    INTEGER = "integer instead of float"
    NOT_CONTIGUOUS = "not contiguous"
    NO_GRADIENT = "no gradient"


def cause_of_type(got: Value, expected: Value) -> Cause | None:
    match got, expected:
        case Tensor(), Tensor():
            is_integer = got.dtype.lstrip("u").startswith("int") and "float" in expected.dtype
            return Cause.INTEGER if is_integer else None
        case int(), float():
            return Cause.INTEGER
        case _:
            return None


def cause_of_layout(got: Tensor, expected: Tensor) -> Cause | None:
    return Cause.NOT_CONTIGUOUS if not _is_contiguous(got) and _is_contiguous(expected) else None


def _is_contiguous(tensor: Tensor) -> bool:
    """Tell whether neighbours in the last dimension are neighbours in memory, and so on outwards."""
    step = 1
    for size, stride in zip(reversed(tensor.shape), reversed(tensor.stride), strict=True):
        if size != 1 and stride != step:
            return math.prod(tensor.shape) == 0
        step *= size
    return True


def cause_of_shape(got: Tensor, expected: Tensor) -> Cause | None:
    """Guess from two tensors of different shape."""
    mine, theirs = got.values, expected.values
    if mine is None or theirs is None:
        return None
    if _squeezed(got.shape) == _squeezed(expected.shape):
        return Cause.EXTRA_DIMENSION if _close(mine, theirs) else None
    if len(got.shape) >= 2 and _swapped(got.shape) == expected.shape and _close(_transposed(mine, got.shape), theirs):
        return Cause.TRANSPOSED
    if len(got.shape) == len(expected.shape) and len(mine) and len(theirs):
        # Summed over another dim the total stays; averaged over another one, the average does.
        if _near(_total(mine), _total(theirs)) or _near(_total(mine) / len(mine), _total(theirs) / len(theirs)):
            return Cause.WRONG_DIM
        if sorted(map(magnitude, mine)) == sorted(map(magnitude, theirs)):
            return Cause.WRONG_DIM
    return None


def cause_of_values(
    got: Sequence[Scalar], expected: Sequence[Scalar], shape: tuple[int, ...]
) -> tuple[Cause | None, float | None]:
    """Guess from two tensors of the same shape. Returns the factor too where there is one."""
    if len(shape) >= 2 and _swapped(shape) == shape and _close(_transposed(got, shape), expected):
        return Cause.TRANSPOSED, None
    factor = _factor(got, expected)
    if factor is not None:
        counts = {len(expected), *shape} if shape else {round(factor)}
        is_count = factor >= 2 and _near(factor, round(factor)) and round(factor) in counts
        return (Cause.MISSING_MEAN if is_count else Cause.CONSTANT_FACTOR), factor
    mine, theirs = _normalised_dims(got, shape), _normalised_dims(expected, shape)
    if mine and theirs and mine != theirs:
        return Cause.WRONG_DIM, None
    if len(got) > 1 and sorted(map(magnitude, got)) == sorted(map(magnitude, expected)):
        return Cause.OTHER_ORDER, None
    return None, None


def _factor(got: Sequence[Scalar], expected: Sequence[Scalar]) -> float | None:
    """Return the one real number that `expected` times gives `got`, if there is one besides 0 and 1."""
    ratios = [one / other for one, other in zip(got, expected, strict=True) if other != 0]
    zeros_match = all(one == 0 for one, other in zip(got, expected, strict=True) if other == 0)
    if not ratios or not zeros_match or not all(_near(ratio, ratios[0]) for ratio in ratios):
        return None
    ratio = ratios[0]
    if isinstance(ratio, complex) or not math.isfinite(ratio) or ratio == 0:
        return None
    return float(ratio)


def _normalised_dims(values: Sequence[Scalar], shape: tuple[int, ...]) -> set[int]:
    """Return the dims along which everything sums to one, as after a softmax."""
    if len(shape) < 2 or not values:
        return set()
    found = set()
    for dim in range(len(shape)):
        inner = math.prod(shape[dim + 1 :])
        starts = [at for at in range(len(values)) if at // inner % shape[dim] == 0]
        if all(_near(_total(values[at : at + inner * shape[dim] : inner]), 1.0) for at in starts):
            found.add(dim)
    return found


def _total(values: Sequence[Scalar]) -> complex:
    return sum(values, start=0j)


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def _swapped(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (*shape[:-2], shape[-1], shape[-2])


def _transposed(values: Sequence[Scalar], shape: tuple[int, ...]) -> list[Scalar]:
    """Return the elements with the last two dimensions swapped, row-major."""
    rows, columns = shape[-2:]
    edges = range(0, len(values) + 1, max(rows * columns, 1))
    return [values[start + at] for start, _ in pairwise(edges) for c in range(columns) for at in _column(c, shape)]


def _column(column: int, shape: tuple[int, ...]) -> range:
    rows, columns = shape[-2:]
    return range(column, rows * columns, columns)


def _close(got: Sequence[Scalar], expected: Sequence[Scalar]) -> bool:
    return len(got) == len(expected) and all(map(_near, got, expected))


def _near(one: Scalar, other: Scalar) -> bool:
    return one == other or cmath.isclose(one, other, rel_tol=SLACK, abs_tol=1e-8)


def magnitude(number: Scalar) -> float:
    """Return the absolute value, of a complex number that of its larger part: `abs` of one can overflow."""
    return float(max(abs(number.real), abs(number.imag)))
