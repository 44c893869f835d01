"""From how a child ended to what is said of the run. Pure: the status words are decided here and only here.

What the child wrote is a claim. It can say which value it reached or which exception ended it, nothing more:
there is no field for a status, a verdict or a time, and what is not exactly a frame counts as no answer.
"""

import math
import struct
from typing import assert_never

from studybot.core.run import RunError, RunStatus
from studybot.core.value import Opaque, Scalar, Size, Tensor, Tuple, Value
from studybot.sandbox.codec import BadFrame, Item, RawOpaque, RawSize, RawTensor, RawTuple, decode_frame
from studybot.sandbox.watch import Ending

SIGKILL = 9
MAX_ELEMENTS = 65_536
MOST_NAME = 100  # letters in a type's name
MOST_TEXT = 2_500  # letters in a message; the child cuts its own, but a forged answer need not
MOST_LINES = 1_000_000

# struct's letters; bfloat16 is read as the upper half of a float32
_LETTERS = {
    "bool": "?", "uint8": "B", "uint16": "H", "uint32": "I", "uint64": "Q",
    "int8": "b", "int16": "h", "int32": "i", "int64": "q",
    "float16": "e", "float32": "f", "float64": "d", "complex64": "f", "complex128": "d",
}  # fmt: skip
_OUT_OF_MEMORY = ("can't allocate memory", "Cannot allocate memory", "std::bad_alloc", "out of memory")


def read(ending: Ending) -> tuple[RunStatus, Value, RunError | None]:
    """Return the status, the value and the error of a run that ended like this."""
    match ending.kind:
        case "answered":
            return _read_answer(ending.answer)
        case "timeout":
            return RunStatus.TIMEOUT, None, None
        case "output":
            return RunStatus.OUTPUT, None, None
        case "died":
            return _of_death(ending), None, None
        case "fault":
            return RunStatus.SANDBOX_FAULT, None, None
        case _:
            assert_never(ending.kind)


def _of_death(ending: Ending) -> RunStatus:
    """Tell whose doing a death was. We end a run by SIGKILL too, but then we know why: here it was the kernel.

    Its reason is memory, since more processor time than the time-out allows cannot be used. What a run may have is
    refused to it beyond its limit, and does not kill it: so either its jail has filled its cgroup, or the machine has
    run out of memory, which is no doing of the run's.
    """
    if ending.signal != SIGKILL:
        return RunStatus.CRASHED
    return RunStatus.MEMORY if ending.filled_cage else RunStatus.SANDBOX_FAULT


def _read_answer(frame: bytes) -> tuple[RunStatus, Value, RunError | None]:
    try:
        match decode_frame(frame):
            case list(["value", item]):
                return RunStatus.OK, to_value(item), None
            case list(["raised", str(name), str(message), int() | None as line]):
                error = RunError(
                    name[:MOST_NAME], message[:MOST_TEXT], line if line and 0 < line < MOST_LINES else None
                )
                return _status_of(error), None, error
    except BadFrame:
        pass
    return RunStatus.CRASHED, None, None


def _status_of(error: RunError) -> RunStatus:
    if error.type == "MemoryError" or any(words in error.message for words in _OUT_OF_MEMORY):
        return RunStatus.MEMORY
    if error.type == "PermissionError" and error.message.startswith("[Errno 1]"):  # EPERM: a wall said no
        return RunStatus.REFUSED
    return RunStatus.RAISED


def to_value(item: Item) -> Value:
    """Return what travelled as a value of the core. Raises BadFrame."""
    match item:
        case RawSize():
            return Size(map(to_value, item))
        case RawTuple():
            return Tuple(map(to_value, item))
        case list():
            return [to_value(inner) for inner in item]
        case RawTensor():
            return _to_tensor(item)
        case RawOpaque():
            return Opaque(item.type[:MOST_NAME], item.text[:MOST_TEXT])
        case bytes():
            raise BadFrame("bytes are no value")
        case _:
            return item


def _to_tensor(raw: RawTensor) -> Tensor:
    if raw.dtype != "bfloat16" and raw.dtype not in _LETTERS:
        raise BadFrame(f"a tensor of dtype {raw.dtype!r:.40}")
    return Tensor(
        dtype=raw.dtype,
        shape=raw.shape,
        stride=raw.stride,
        values=None if raw.elements is None else _elements(raw.dtype, math.prod(raw.shape), raw.elements),
        requires_grad=raw.requires_grad,
        is_leaf=raw.is_leaf,
        device=raw.device,
    )


def _elements(dtype: str, count: int, data: bytes) -> tuple[Scalar, ...]:
    if count > MAX_ELEMENTS:
        raise BadFrame(f"a tensor of {count} elements")
    if dtype == "bfloat16":
        if len(data) != 2 * count:
            raise BadFrame(f"{len(data)} bytes for {count} elements of bfloat16")
        data = b"".join(b"\0\0" + data[at : at + 2] for at in range(0, len(data), 2))
        dtype = "float32"
    is_complex = dtype.startswith("complex")
    layout = struct.Struct(f"<{count * 2 if is_complex else count}{_LETTERS[dtype]}")
    if layout.size != len(data):
        raise BadFrame(f"{len(data)} bytes for {count} elements of {dtype}")
    numbers = layout.unpack(data)
    if is_complex:
        return tuple(complex(real, imag) for real, imag in zip(numbers[::2], numbers[1::2], strict=True))
    return numbers
