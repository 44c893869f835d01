"""Plain data: what may come out of a run, and nothing else.

A value is a scalar, a string, a list of values, a tensor as its dtype, shape, strides, flags and elements,
or an opaque object of which only the type's name and a short text are known. Values are compared and shown
in the trusted process; they hold no behaviour of the snippet's.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Scalar: TypeAlias = bool | int | float | complex


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor as plain data.

    `shape` and `stride` are in elements, `values` are the elements in row-major order whatever the strides
    (length = product of the shape), or None where the tensor was too large to carry. `dtype` is torch's name
    without the prefix: "float32", "int64", "bool", ...
    """

    dtype: str
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    values: tuple[Scalar, ...] | None
    requires_grad: bool = False
    is_leaf: bool = True
    device: str = "cpu"

    def nested(self) -> Any:
        """Return the elements as nested lists of this shape, as `Tensor.tolist()` gives them."""
        if self.values is None:
            return None
        return _nest(self.values, self.shape)


@dataclass(frozen=True, slots=True)
class Opaque:
    """An object that is not plain data: the name of its type and a short text, for people to read only."""

    type: str
    text: str


class Tuple(list["Value"]):
    """A tuple: it compares and counts as a list, and is shown as what it is."""


class Size(Tuple):
    """A torch.Size."""


Value: TypeAlias = "None | bool | int | float | complex | str | list[Value] | Tensor | Opaque"


def _nest(values: Sequence[Scalar], shape: tuple[int, ...]) -> Any:
    if not shape:
        return values[0]
    if 0 in shape[1:]:
        return [_nest((), shape[1:]) for _ in range(shape[0])]
    step = math.prod(shape[1:])
    return [_nest(values[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]


def plain(value: Value) -> Any:
    """Return `value` as JSON data for scripts: tensors are {dtype, shape, values}, values nested by shape.

    JSON has no NaN, infinity or complex numbers: they become the strings "nan", "inf", "-inf", "(1+2j)".
    """
    match value:
        case Tensor():
            return {"dtype": value.dtype, "shape": list(value.shape), "values": _json_numbers(value.nested())}
        case Opaque():
            return {"type": value.type, "repr": value.text}
        case list():
            return [plain(item) for item in value]
        case _:
            return _json_numbers(value)


def _json_numbers(data: Any) -> Any:
    if isinstance(data, list):
        return [_json_numbers(item) for item in data]
    if isinstance(data, complex) or (isinstance(data, float) and not math.isfinite(data)):
        return str(data)
    return data


def to_record(value: Value) -> Any:
    """Return `value` as JSON data that `from_record` reads back without loss."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else {"float": str(value)}
        case complex():
            return {"complex": [to_record(value.real), to_record(value.imag)]}
        case Size():
            return {"size": [to_record(item) for item in value]}
        case Tuple():
            return {"tuple": [to_record(item) for item in value]}
        case list():
            return [to_record(item) for item in value]
        case Opaque():
            return {"opaque": [value.type, value.text]}
        case Tensor():
            return {
                "tensor": value.dtype,
                "shape": list(value.shape),
                "stride": list(value.stride),
                "values": None if value.values is None else [to_record(item) for item in value.values],
                "requires_grad": value.requires_grad,
                "is_leaf": value.is_leaf,
                "device": value.device,
            }


def from_record(record: Any) -> Value:
    """Read what `to_record` wrote. Raises ValueError on anything else."""
    match record:
        case None | bool() | int() | float() | str():
            return record
        case list():
            return [from_record(item) for item in record]
        case {"size": [*items]}:
            return Size(map(from_record, items))
        case {"tuple": [*items]}:
            return Tuple(map(from_record, items))
        case {"float": str(text)}:
            return float(text)
        case {"complex": [real, imag]}:
            return complex(_number(real), _number(imag))
        case {"opaque": [str(name), str(text)]}:
            return Opaque(name, text)
        case {"tensor": str(dtype), "shape": [*shape], "stride": [*stride], "values": values}:
            elements = None if values is None else tuple(_scalar(item) for item in values)
            flags = {name: record[name] for name in ("requires_grad", "is_leaf", "device")}
            return Tensor(dtype, tuple(shape), tuple(stride), elements, **flags)
        case _:
            raise ValueError(f"not a recorded value: {record!r:.80}")


def _scalar(record: Any) -> Scalar:
    value = from_record(record)
    if isinstance(value, bool | int | float | complex):
        return value
    raise ValueError(f"not a recorded tensor element: {record!r:.80}")


def _number(record: Any) -> float:
    value = from_record(record)
    if isinstance(value, int | float):
        return float(value)
    raise ValueError(f"not a recorded number: {record!r:.80}")
