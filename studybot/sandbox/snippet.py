"""Runs a snippet in this process, and tells its value as plain data. Called in a sealed child only.

Nothing here is trusted: the snippet shares this process and can change every line of it. All it can win is
to say something else about itself; what that is worth is decided outside, from the plain data.
"""

import ast
import ctypes
import errno
import linecache
import re
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

from studybot.sandbox import codec
from studybot.sandbox.codec import Item, RawOpaque, RawSize, RawTensor, RawTuple

FILENAME = "<snippet>"
MAX_TENSOR_ELEMENTS = 65_536
MAX_VALUE_ITEMS = 20_000
MAX_VALUE_BYTES = codec.MAX_FRAME_BYTES // 2  # strings and tensors; the rest of the frame is small
MAX_VALUE_DEPTH = codec.MAX_DEPTH - 2  # the answer is a list around the value
MAX_TEXT = 65_536
MAX_SHORT_TEXT = 1_000
MAX_MESSAGE = 2_000

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_WHOLE = {"bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"}
_PLAIN_DTYPES = _WHOLE | {"float16", "bfloat16", "float32", "float64", "complex64", "complex128"}


def run(code: str, harness: str, torch: Any) -> bytes:
    """Run `code` and return the frame that tells its value, or the exception that ended it.

    A harness runs in its place, with the code as the string CODE.
    """
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module  # where torch.save and dataclasses look their classes up
    module.__dict__.update(torch=torch, nn=torch.nn, F=torch.nn.functional, __file__=FILENAME)
    # So that warnings, inspect and torch.jit find the lines they quote.
    linecache.cache[FILENAME] = (len(code), None, code.splitlines(keepends=True), FILENAME)
    try:
        if harness:
            module.__dict__["CODE"] = code
            value = _execute(harness, module.__dict__, "<harness>")
        else:
            value = _execute(code, module.__dict__, FILENAME)
        frame = codec.encode(["value", _Teller(torch).tell(value, MAX_VALUE_DEPTH)])
    except BaseException as error:  # noqa: BLE001 - SystemExit and MemoryError too: they are answers as well
        module.__dict__.clear()  # what filled the memory may hang on it
        frame = codec.encode(["raised", type(error).__name__, _message(error), _line(error)])
    _flush()
    return frame


def _execute(code: str, names: dict[str, Any], filename: str) -> Any:
    """Run all statements, and return the value of the last one if it is an expression, as a notebook does."""
    tree = ast.parse(code, filename)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, filename, "exec", dont_inherit=True), names)  # noqa: S102 - in the jail only
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), filename, "eval", dont_inherit=True), names)  # noqa: S307 - in the jail only


def _message(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException as another:  # noqa: BLE001
        text = f"(its message could not be made: {type(another).__name__})"
    if isinstance(error, OSError) and error.errno == errno.EPERM:
        text += " (the sandbox does not allow this: no other processes, no network; num_workers=0 works)"
    return text if len(text) <= MAX_MESSAGE else text[:MAX_MESSAGE] + " …"


def _line(error: BaseException) -> int | None:
    """Return the snippet's own line that failed: the innermost one in a traceback through libraries."""
    if isinstance(error, SyntaxError) and error.filename == FILENAME:
        return error.lineno
    line, frame = None, error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == FILENAME:
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


def _flush() -> None:
    for stream in (sys.stdout, sys.__stdout__, sys.stderr, sys.__stderr__):
        try:
            if stream is not None:
                stream.flush()
        except BaseException as error:  # noqa: BLE001
            warnings.warn(f"output was lost: {error}", stacklevel=1)


class _Teller:
    """Turns a value into plain data. Exact types only; everything else is told by type and short text."""

    def __init__(self, torch: Any) -> None:
        self.torch = torch
        self.items_left = MAX_VALUE_ITEMS
        self.bytes_left = MAX_VALUE_BYTES
        self.as_text: tuple[type, ...] = (torch.dtype, torch.device, torch.layout, torch.memory_format)
        self.tensors: tuple[type, ...] = (torch.Tensor, torch.nn.Parameter)
        self.size: type = torch.Size
        self.lists: tuple[type, ...] = (list, tuple, torch.Size)

    def tell(self, value: Any, depth: int) -> Item:
        kind = type(value)
        self.items_left -= 1
        if self.items_left < 0 or self.bytes_left < 0 or depth == 0:
            return _short(value, "too much to show")
        if value is None or kind in (bool, float, complex):
            return value  # type: ignore[no-any-return]
        if kind is int:
            fits = value.bit_length() < codec.MAX_INTEGER_BYTES * 8
            return value if fits else RawOpaque("int", f"an integer of {value.bit_length()} bits")
        if kind is str:
            text = value if len(value) <= MAX_TEXT else f"{value[:MAX_TEXT]}… ({len(value)} characters)"
            self.bytes_left -= 4 * len(text)  # a character takes at most four bytes
            return text
        if kind in self.tensors:
            return self.tensor(value)
        if kind in self.as_text:
            return str(value)
        # torch.max, torch.sort and others return named tuples of torch's own
        if kind in self.lists or kind.__module__ == "torch.return_types":
            if len(value) > self.items_left:
                return RawOpaque(kind.__name__, f"{len(value)} items, too many to show")
            told = [self.tell(inner, depth - 1) for inner in value]
            return told if kind is list else RawSize(told) if kind is self.size else RawTuple(told)
        return _short(value)

    def tensor(self, tensor: Any) -> Item:
        dtype = str(tensor.dtype).removeprefix("torch.")
        if tensor.layout is not self.torch.strided or dtype not in _PLAIN_DTYPES or tensor.is_nested:
            return _short(tensor)
        return RawTensor(
            dtype,
            str(tensor.device),
            requires_grad=tensor.requires_grad,
            is_leaf=tensor.is_leaf,
            shape=tuple(tensor.shape),
            stride=tuple(tensor.stride()),
            elements=self.elements(tensor),
        )

    def elements(self, tensor: Any) -> bytes | None:
        """Return the elements' bytes in row-major order, or None where there are too many or none to read."""
        size = tensor.numel() * tensor.element_size()
        if tensor.numel() > MAX_TENSOR_ELEMENTS or size > self.bytes_left or tensor.device.type == "meta":
            return None
        self.bytes_left -= size
        plain = tensor.detach().resolve_conj().resolve_neg().cpu().contiguous()
        return ctypes.string_at(plain.data_ptr(), size)


def _short(value: Any, instead: str = "") -> RawOpaque:
    """Return the type's name and a short text: without addresses, which differ from run to run."""
    text = instead or _attempt(lambda: repr(value))
    text = _ADDRESS.sub("", text[: MAX_SHORT_TEXT * 4])
    return RawOpaque(type(value).__name__, text if len(text) <= MAX_SHORT_TEXT else text[:MAX_SHORT_TEXT] + " …")


def _attempt(make: Callable[[], str]) -> str:
    try:
        return make()
    except Exception as error:  # noqa: BLE001
        return f"(its text could not be made: {type(error).__name__})"
