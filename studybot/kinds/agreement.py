"""Whether a value from a run is what somebody wrote down: a learner's typed answer, or the author's expectation."""

import math
from collections.abc import Iterator
from typing import Any

from studybot.core.phrase import Phrase
from studybot.core.value import Opaque, Tensor, Value
from studybot.kinds.literal import Literal, Written

DTYPES = {
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "long": "int64",
    "int": "int32",
    "short": "int16",
}
"""torch's second names for its dtypes."""


def difference(written: Written, value: Value, *, tolerance: float) -> Phrase | None:
    """Return how what was written differs from `value`, or None where they agree.

    `tolerance` is relative to the larger magnitude, and absolute below 1. Numbers written without brackets
    stand for any shape of as many elements; with brackets the shape must be right.
    """
    if isinstance(value, Opaque):
        return _text_difference(written.literal, value.text)
    if isinstance(value, str):
        return _text_difference(written.literal, value)
    expected = value.nested() if isinstance(value, Tensor) else value
    if value is not None and expected is None:
        return Phrase("the tensor is too large to compare")
    got_items, expected_items = list(_flat(written.literal)), list(_flat(expected))
    if not written.bare and _shape(written.literal) != _shape(expected):
        return Phrase(
            "The shape is {expected}, not {got}.",
            expected=_tuple(_shape(expected)),
            got=_tuple(_shape(written.literal)),
        )
    if len(got_items) != len(expected_items):
        return Phrase("There are {expected} elements, not {got}.", expected=len(expected_items), got=len(got_items))
    for place, (got, wanted) in enumerate(zip(got_items, expected_items, strict=True)):
        if not _same(got, wanted, tolerance):
            if len(expected_items) == 1:
                return Phrase("It is {expected}, not {got}.", expected=_short(wanted), got=_short(got))
            return Phrase(
                "Element {place} is {expected}, not {got}.",
                place=place,
                expected=_short(wanted),
                got=_short(got),
            )
    return None


def same_text(one: str, other: str) -> bool:
    """Compare outputs as people do: spaces, line breaks, quotes and capitals carry no meaning."""
    return _squeezed(one) == _squeezed(other)


def _squeezed(text: str) -> str:
    return "".join(text.split()).replace("'", "").replace('"', "").casefold()


def _text_difference(literal: Literal, text: str) -> Phrase | None:
    got = _dtype(str(literal))
    if same_text(got, _dtype(text)):
        return None
    return Phrase("It is {expected}, not {got}.", expected=_short(text), got=_short(literal))


def _dtype(name: str) -> str:
    bare = name.strip().casefold().removeprefix("torch.")
    return DTYPES.get(bare, bare)


def _flat(data: Any) -> Iterator[Any]:
    if isinstance(data, list):
        for item in data:
            yield from _flat(item)
    elif isinstance(data, Tensor):
        yield from _flat(data.nested())
    else:
        yield data


def _shape(data: Any) -> tuple[int, ...] | None:
    """Return the shape of nested lists; None where they are ragged, for then only their leaves can be compared."""
    if not isinstance(data, list):
        return ()
    shapes = {_shape(item) for item in data}
    if not shapes:
        return (0,)
    if len(shapes) > 1 or None in shapes:
        return None
    return (len(data), *(shapes.pop() or ()))


def _same(got: Any, wanted: Any, tolerance: float) -> bool:
    if isinstance(wanted, bool) or wanted is None:
        return got is wanted or (isinstance(wanted, bool) and type(got) is int and got == int(wanted))
    if isinstance(wanted, int | float) and isinstance(got, int | float) and not isinstance(got, bool):
        if math.isnan(wanted) or math.isnan(got):
            return math.isnan(wanted) and math.isnan(got)
        return math.isclose(got, wanted, rel_tol=tolerance, abs_tol=tolerance)
    if isinstance(wanted, complex) and isinstance(got, int | float | complex):
        return abs(got - wanted) <= tolerance * max(1.0, abs(wanted))
    return same_text(_dtype(str(got)), _dtype(str(wanted)))


def _short(item: Any) -> str:
    if isinstance(item, float):
        return f"{item:.6g}"
    text = str(item)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _tuple(shape: tuple[int, ...] | None) -> str:
    return "?" if shape is None else str(shape)
