"""Whether a run gave what it should, tensor by tensor, and if not, where, how far off, and probably why.

Everything is plain data, compared in the trusted process: nothing here can be patched by the code that made
it. The order is that of an explanation: type, dtype, shape, where it is not finite, values; then, where a
card asks for it, memory layout, gradient, leaf, device.
"""

import cmath
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from studybot.core.likely_cause import Cause, cause_of_layout, cause_of_shape, cause_of_type, cause_of_values, magnitude
from studybot.core.phrase import Phrase
from studybot.core.value import Opaque, Scalar, Tensor, Value


class Aspect(StrEnum):
    """What can differ, in the order of comparison. Those after VALUES are compared where a card asks for it."""

    TYPE = "type"
    LENGTH = "length"
    DTYPE = "dtype"
    SHAPE = "shape"
    FINITE = "finite"
    VALUES = "values"
    LAYOUT = "layout"
    REQUIRES_GRAD = "requires_grad"
    IS_LEAF = "is_leaf"
    DEVICE = "device"
    UNKNOWN = "unknown"  # too large to carry, or no plain data: nothing can be said, so never a match


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Floats agree within `absolute + relative * |expected|`, as torch.testing.assert_close has it."""

    relative: float = 1.3e-6
    absolute: float = 1e-5


@dataclass(frozen=True, slots=True)
class Difference:
    """The first difference found. `path` leads through lists, `index` into the tensor at its end."""

    aspect: Aspect
    expected: str
    got: str
    path: tuple[int, ...] = ()
    index: tuple[int, ...] = ()
    largest_error: float | None = None
    cause: Cause | None = None
    factor: float | None = None

    def phrases(self) -> tuple[Phrase, ...]:
        """Return what to tell a learner, one sentence each: what differs, how far, the likely cause."""
        where = "".join(f"[{step}]" for step in self.path)
        place = where + (f"[{', '.join(map(str, self.index))}]" if self.index else "")
        sentence = _SENTENCES[self.aspect] if place or self.aspect not in _NAMES_ITS_PLACE else _ALONE
        told = [sentence.filled(place=place, expected=self.expected, got=self.got)]
        if where and self.aspect not in _NAMES_ITS_PLACE:
            told.insert(0, Phrase("At {place}:", place=where))
        if self.largest_error is not None and self.index:
            told.append(Phrase("The largest error is {error}.", error=f"{self.largest_error:.3g}"))
        if self.cause is not None:
            told.append(_CAUSES[self.cause].filled(factor="" if self.factor is None else f"{self.factor:.4g}"))
        return tuple(told)


_NAMES_ITS_PLACE = (Aspect.FINITE, Aspect.VALUES)
_ALONE = Phrase("It is {got}; {expected} was asked for.")
_SENTENCES = {
    Aspect.TYPE: Phrase("Its type is {got}; {expected} was asked for."),
    Aspect.LENGTH: Phrase("It has {got} items; {expected} were asked for."),
    Aspect.DTYPE: Phrase("The dtype is {got}; {expected} was asked for."),
    Aspect.SHAPE: Phrase("The shape is {got}; {expected} was asked for."),
    Aspect.FINITE: Phrase("Value {place} is {got}; {expected} was asked for."),
    Aspect.VALUES: Phrase("Value {place} is {got}; {expected} was asked for."),
    Aspect.LAYOUT: Phrase("The values are right, but the strides are {got}; {expected} was asked for."),
    Aspect.REQUIRES_GRAD: Phrase("The values are right, but requires_grad is {got}; {expected} was asked for."),
    Aspect.IS_LEAF: Phrase("The values are right, but is_leaf is {got}; {expected} was asked for."),
    Aspect.DEVICE: Phrase("The values are right, but they are on {got}; {expected} was asked for."),
    Aspect.UNKNOWN: Phrase("This cannot be compared: {got}."),
}
_CAUSES = {
    Cause.TRANSPOSED: Phrase("It looks transposed."),
    Cause.EXTRA_DIMENSION: Phrase("Only dimensions of size 1 differ: look at keepdim, squeeze and unsqueeze."),
    Cause.WRONG_DIM: Phrase("It looks as if another dim was meant."),
    Cause.OTHER_ORDER: Phrase("The same elements are there, in another order."),
    Cause.CONSTANT_FACTOR: Phrase("Everything is off by the same factor: {factor}."),
    Cause.MISSING_MEAN: Phrase("Everything is {factor} times too large: a mean may be missing."),
    Cause.INTEGER: Phrase("Whole numbers came where floating-point ones belong: look at the dtypes, and at // and /."),
    Cause.NOT_CONTIGUOUS: Phrase("It is a view with other strides: contiguous() would lay it out."),
    Cause.NO_GRADIENT: Phrase("No gradient flows: look for detach, no_grad, or a missing requires_grad."),
}


def compare(
    got: Value, expected: Value, *, tolerance: Tolerance | None = None, also: Collection[Aspect] = ()
) -> Difference | None:
    """Return the first difference of `got` from `expected`, or None where they agree.

    `also` names what a card asks for beyond the values: LAYOUT, REQUIRES_GRAD, IS_LEAF, DEVICE.
    """
    return _compare(got, expected, tolerance or Tolerance(), also)


def _compare(got: Value, expected: Value, tolerance: Tolerance, also: Collection[Aspect]) -> Difference | None:
    if isinstance(got, Opaque) or isinstance(expected, Opaque):
        return Difference(Aspect.UNKNOWN, _name(expected), _name(got))
    if type(got) is not type(expected):
        return Difference(Aspect.TYPE, _name(expected), _name(got), cause=cause_of_type(got, expected))
    match got, expected:
        case list(), list():
            return _compare_lists(got, expected, tolerance, also)
        case Tensor(), Tensor():
            return _compare_tensors(got, expected, tolerance) or _compare_marks(got, expected, also)
        case ((float() | complex() as one), (float() | complex() as other)):
            if _is_close(one, other, tolerance):
                return None
            cause, factor = cause_of_values((one,), (other,), ())
            return Difference(Aspect.VALUES, _show(other), _show(one), cause=cause, factor=factor)
        case _:
            return None if got == expected else Difference(Aspect.VALUES, repr(expected), repr(got))


def _compare_lists(
    got: "list[Value]", expected: "list[Value]", tolerance: Tolerance, also: Collection[Aspect]
) -> Difference | None:
    if len(got) != len(expected):
        return Difference(Aspect.LENGTH, str(len(expected)), str(len(got)))
    for place, (one, other) in enumerate(zip(got, expected, strict=True)):
        found = _compare(one, other, tolerance, also)
        if found is not None:
            return replace(found, path=(place, *found.path))
    return None


def _compare_tensors(got: Tensor, expected: Tensor, tolerance: Tolerance) -> Difference | None:
    if got.dtype != expected.dtype:
        return Difference(Aspect.DTYPE, expected.dtype, got.dtype, cause=cause_of_type(got, expected))
    if got.shape != expected.shape:
        cause = cause_of_shape(got, expected)
        return Difference(Aspect.SHAPE, str(list(expected.shape)), str(list(got.shape)), cause=cause)
    if got.values is None or expected.values is None:
        return Difference(Aspect.UNKNOWN, "", f"a tensor of shape {list(got.shape)} is too large")
    pairs = list(zip(got.values, expected.values, strict=True))
    for place, (one, other) in enumerate(pairs):
        if not _same_kind(one, other):
            return Difference(Aspect.FINITE, _show(other), _show(one), index=_index(place, got.shape))
    for place, (one, other) in enumerate(pairs):
        if not _is_close(one, other, tolerance):
            cause, factor = cause_of_values(got.values, expected.values, got.shape)
            error = max(magnitude(a - b) for a, b in pairs if cmath.isfinite(b))
            return Difference(
                Aspect.VALUES, _show(other), _show(one), (), _index(place, got.shape), error, cause, factor
            )
    return None


def _compare_marks(got: Tensor, expected: Tensor, also: Collection[Aspect]) -> Difference | None:
    """Compare what a tensor is besides its values."""
    for aspect, one, other, cause in (
        (Aspect.LAYOUT, list(got.stride), list(expected.stride), cause_of_layout(got, expected)),
        (Aspect.REQUIRES_GRAD, got.requires_grad, expected.requires_grad, Cause.NO_GRADIENT),
        (Aspect.IS_LEAF, got.is_leaf, expected.is_leaf, None),
        (Aspect.DEVICE, got.device, expected.device, None),
    ):
        if aspect in also and one != other:
            told = cause if aspect != Aspect.REQUIRES_GRAD or other is True else None
            return Difference(aspect, str(other), str(one), cause=told)
    return None


def _is_close(got: Scalar, expected: Scalar, tolerance: Tolerance) -> bool:
    if not isinstance(expected, float | complex):
        return got == expected  # whole numbers and bools are exact
    if not cmath.isfinite(expected) or not cmath.isfinite(got):
        return _same_kind(got, expected)
    return magnitude(got - expected) <= tolerance.absolute + tolerance.relative * magnitude(expected)


def _same_kind(got: Scalar, expected: Scalar) -> bool:
    """Tell whether both are finite, or both not and alike: NaN with NaN, infinity with the same infinity."""
    if cmath.isfinite(got) or cmath.isfinite(expected):
        return cmath.isfinite(got) == cmath.isfinite(expected)
    return got == expected or (cmath.isnan(got) and cmath.isnan(expected))


def _index(place: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return where element `place` of the row-major order is: one number per dimension."""
    index: list[int] = []
    for size in reversed(shape):
        place, at = divmod(place, size)
        index.append(at)
    return tuple(reversed(index))


def _name(value: Value) -> str:
    name = value.type if isinstance(value, Opaque) else type(value).__name__
    return {"Tuple": "tuple", "Size": "torch.Size"}.get(name, name)


def _show(number: Scalar) -> str:
    return f"{number:.6g}" if isinstance(number, float) else str(number)
