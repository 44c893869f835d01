"""Whether a value from a run is what somebody wrote down: a learner's typed answer, or the author's expectation."""

import math
import re
from collections.abc import Iterator
from typing import Any

from studybot.core.phrase import Phrase
from studybot.core.value import Opaque, Tensor, Value
from studybot.kinds.literal import Literal, Written, in_plain_marks

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
    if isinstance(value, Tensor) and value.values is None:
        return Phrase("The tensor is too large to compare.")
    expected = _nested(value)
    got_items, expected_items = list(_flat(written.literal)), list(_flat(expected))
    if not written.bare and _skeleton(written.literal) != _skeleton(expected):
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
    """Compare outputs as people do: quotes, capitals, and spaces other than those between words carry no meaning."""
    return _squeezed(one) == _squeezed(other)


def _squeezed(text: str) -> str:
    words = " ".join(in_plain_marks(text).replace("'", " ").replace('"', " ").split())
    return re.sub(r"(?<!\w) | (?!\w)", "", words).casefold()


def _text_difference(literal: Literal, text: str) -> Phrase | None:
    if _same_words(str(literal), text):
        return None
    return Phrase("It is {expected}, not {got}.", expected=_short(text), got=_short(literal))


def _same_words(got: str, wanted: str) -> bool:
    """Compare text; a dtype (`torch.float32`) may go by its short or its second name as well."""
    dtype = wanted.removeprefix("torch.")
    if dtype == wanted:
        return same_text(got, wanted)
    bare = got.strip().casefold().removeprefix("torch.")
    return DTYPES.get(bare, bare) == dtype.casefold()


def _nested(value: Value) -> Any:
    """Return a value with its tensors as nested lists."""
    if isinstance(value, list):
        return [_nested(item) for item in value]
    return value.nested() if isinstance(value, Tensor) else value


def _flat(data: Any) -> Iterator[Any]:
    if isinstance(data, list):
        for item in data:
            yield from _flat(item)
    else:
        yield data


def _skeleton(data: Any) -> Any:
    """Return how the brackets nest, without what is in them."""
    return [_skeleton(item) for item in data] if isinstance(data, list) else None


def _shape(data: Any) -> tuple[int, ...] | None:
    """Return the shape of nested lists; None where they are ragged."""
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
    if isinstance(got, bool) or got is None:
        return False
    if isinstance(wanted, int) and isinstance(got, int | float):
        return got == wanted  # whole numbers are counted, not measured
    if isinstance(wanted, float) and isinstance(got, int | float):
        return _close(got, wanted, tolerance)
    if isinstance(wanted, complex) and isinstance(got, int | float | complex):
        return abs(got - wanted) <= tolerance * max(1.0, abs(wanted))
    return _same_words(str(got), str(wanted))


def _close(got: float, wanted: float, tolerance: float) -> bool:
    if math.isnan(wanted):
        return math.isnan(got)
    try:
        return math.isclose(got, wanted, rel_tol=tolerance, abs_tol=tolerance)
    except OverflowError:  # a whole number beyond every float
        return False


def _short(item: Any) -> str:
    if isinstance(item, float):
        return f"{item:.6g}"
    text = str(item)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _tuple(shape: tuple[int, ...] | None) -> str:
    return "?" if shape is None else str(shape)
