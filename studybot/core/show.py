"""Values and runs as text for people, in the form a notebook would print them."""

import math
import re
from collections.abc import Iterator

from studybot.core.run import RunResult
from studybot.core.value import Opaque, Scalar, Size, Tensor, Tuple, Value

PRECISION = 4
"""Digits after the point in a tensor, as torch prints by default."""

_PLAIN_DTYPES = {"float32", "int64", "bool", "complex64"}
"""What torch leaves out when it prints a tensor: the default of its kind of number."""


ESCAPE_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
"""Colours for terminals and other control characters, of which a chat shows rubbish."""


def shown(value: Value) -> str:
    """Return a value as Python source or torch's own print would show it."""
    match value:
        case Tensor():
            return _tensor(value)
        case Opaque():
            return value.text
        case Size():
            return f"torch.Size([{_items(value)}])"
        case Tuple():
            return f"({_items(value)},)" if len(value) == 1 else f"({_items(value)})"
        case list():
            return f"[{_items(value)}]"
        case _:
            return repr(value)


def _items(values: list[Value]) -> str:
    return ", ".join(map(shown, values))


def evidence(run: RunResult) -> str:
    """Return what a run printed, then its value or its error: what the learner is shown as torch's answer."""
    lines = [run.stdout.rstrip("\n")] if run.stdout.strip() else []
    if run.error is not None:
        lines.append(f"{run.error.type}: {first_line(run.error.message)}".removesuffix(": "))
    elif run.value is not None:
        lines.append(run.value if isinstance(run.value, str) else shown(run.value))
    return ESCAPE_CODES.sub("", "\n".join(lines))


def first_line(text: str, longest: int = 160) -> str:
    """Return the first line of a text, shortened with an ellipsis where it is longer than `longest`."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _tensor(tensor: Tensor) -> str:
    flags = "" if tensor.dtype in _PLAIN_DTYPES else f", dtype=torch.{tensor.dtype}"
    if tensor.requires_grad and tensor.is_leaf:
        flags += ", requires_grad=True"
    if tensor.device != "cpu":
        flags += f", device={tensor.device!r}"
    if tensor.values is None:
        return f"tensor(..., size={tensor.shape}{flags})"
    if not tensor.values and tensor.shape != (0,):
        return f"tensor([], size={tensor.shape}{flags})"
    elements = iter(_elements(tensor.values))
    return f"tensor({_rows(elements, tensor.shape, indent=len('tensor('))}{flags})"


def _elements(values: tuple[Scalar, ...]) -> list[str]:
    """Format all elements alike and to one width: whole floats as `36.`, others with four digits."""
    floats = [value for value in values if isinstance(value, float) and math.isfinite(value)]
    whole = all(value.is_integer() for value in floats)
    small = any(value and not 1e-4 <= abs(value) < 1e8 for value in floats)
    texts = [_element(value, whole=whole, scientific=small) for value in values]
    width = max(map(len, texts), default=0)
    return [text.rjust(width) for text in texts]


def _element(value: Scalar, *, whole: bool, scientific: bool) -> str:
    if not isinstance(value, float) or not math.isfinite(value):
        return str(value)
    if scientific:
        return f"{value:.{PRECISION}e}"
    return f"{value:.0f}." if whole else f"{value:.{PRECISION}f}"


def _rows(elements: Iterator[str], shape: tuple[int, ...], indent: int) -> str:
    if not shape:
        return next(elements)
    rows = [_rows(elements, shape[1:], indent + 1) for _ in range(shape[0])]
    comma = ", " if len(shape) == 1 else "," + "\n" * (len(shape) - 1) + " " * (indent + 1)
    return f"[{comma.join(rows)}]"
