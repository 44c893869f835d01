"""Frames of plain data: all that ever crosses the wall of the jail.

A frame is a length (4 bytes, big-endian) and that many bytes, which hold one item:

    N            none                          l  count, items         list
    T F          true, false                   t  dtype, device, flags, shape, stride, elements
    u z  as l                    tuple, size   o  type, text           an object known by name only
    i  integer (length, two's complement)
    d  float (8 bytes)                         b  length, bytes
    c  complex (16 bytes)                      s  length, UTF-8        string

This module is read on both sides of the wall, so it imports the standard library alone. Reading is strict:
whatever is not exactly such an item raises `BadFrame`, and nothing is allocated on the word of a length
field before that many bytes are known to be there.
"""

import struct
from typing import NamedTuple, TypeAlias

HEADER = struct.Struct(">I")
MAX_FRAME_BYTES = 2 * 2**20
MAX_MESSAGE_BYTES = 64 * 2**10  # between pool and zygote
MAX_DEPTH = 32
MAX_ITEMS = 40_000  # twice what a child tells; reading more would hold up the event loop
MAX_INTEGER_BYTES = 512  # integers of up to 4,096 bits
MAX_DIMENSIONS = 64

_U32 = struct.Struct(">I")
_U64 = struct.Struct(">Q")
_FLOAT = struct.Struct(">d")
_COMPLEX = struct.Struct(">dd")
_FLAGS = {"requires_grad": 1, "is_leaf": 2, "has_elements": 4}


class BadFrame(Exception):
    """The bytes are not a frame of this format."""


class RawTuple(list["Item"]):
    """A tuple: a list in all but its looks."""

    tag = b"u"


class RawSize(RawTuple):
    """A torch.Size."""

    tag = b"z"


class RawTensor(NamedTuple):
    """A tensor as it travels: `elements` are its bytes, row-major, little-endian; None where too large."""

    dtype: str
    device: str
    requires_grad: bool
    is_leaf: bool
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    elements: bytes | None


class RawOpaque(NamedTuple):
    """An object that is not plain data: the name of its type and a short text."""

    type: str
    text: str


Item: TypeAlias = "None | bool | int | float | complex | str | bytes | list[Item] | RawTensor | RawOpaque"


def encode(item: Item) -> bytes:
    """Return `item` as a frame, header included. Raises BadFrame for what does not fit the format."""
    parts: list[bytes] = []
    _write(item, parts, MAX_DEPTH)
    body = b"".join(parts)
    if len(body) > MAX_FRAME_BYTES:
        raise BadFrame(f"a frame of {len(body)} bytes is over the limit of {MAX_FRAME_BYTES}")
    return HEADER.pack(len(body)) + body


def _write(item: Item, parts: list[bytes], depth: int) -> None:  # noqa: C901 - a flat table of types
    if depth == 0:
        raise BadFrame(f"nested deeper than {MAX_DEPTH}")
    match item:
        case None:
            parts.append(b"N")
        case bool():
            parts.append(b"T" if item else b"F")
        case int():
            data = item.to_bytes(item.bit_length() // 8 + 1, "big", signed=True)
            if len(data) > MAX_INTEGER_BYTES:
                raise BadFrame(f"an integer of {len(data)} bytes is over the limit of {MAX_INTEGER_BYTES}")
            parts += (b"i", _sized(data))
        case float():
            parts += (b"d", _FLOAT.pack(item))
        case complex():
            parts += (b"c", _COMPLEX.pack(item.real, item.imag))
        case str():
            parts += (b"s", _text(item))
        case bytes():
            parts += (b"b", _sized(item))
        case RawTensor():
            _write_tensor(item, parts)
        case RawOpaque():
            parts += (b"o", _text(item.type), _text(item.text))
        case list():
            parts += (item.tag if isinstance(item, RawTuple) else b"l", _U32.pack(len(item)))
            for inner in item:
                _write(inner, parts, depth - 1)
        case _:
            raise BadFrame(f"no plain data: {type(item).__name__}")


def _write_tensor(tensor: RawTensor, parts: list[bytes]) -> None:
    flags = (
        _FLAGS["requires_grad"] * tensor.requires_grad
        + _FLAGS["is_leaf"] * tensor.is_leaf
        + _FLAGS["has_elements"] * (tensor.elements is not None)
    )
    parts += (b"t", _text(tensor.dtype), _text(tensor.device), bytes((flags, len(tensor.shape))))
    parts.extend(_U64.pack(size) for size in (*tensor.shape, *tensor.stride))
    if tensor.elements is not None:
        parts.append(_sized(tensor.elements))


def _sized(data: bytes) -> bytes:
    return _U32.pack(len(data)) + data


def _text(text: str) -> bytes:
    # Lone surrogates are legal in a Python string but not in UTF-8: show them as escapes.
    return _sized(text.encode("utf-8", "backslashreplace"))


def decode_frame(frame: bytes) -> Item:
    """Return the one item in a whole frame. Raises BadFrame."""
    if body_length(frame[: HEADER.size]) != len(frame) - HEADER.size:
        raise BadFrame("not one whole frame")
    return decode(frame[HEADER.size :])


def body_length(header: bytes) -> int:
    """Return how many bytes follow `header`. Raises BadFrame above the limit."""
    if len(header) != HEADER.size:
        raise BadFrame(f"a header of {len(header)} bytes")
    length: int = HEADER.unpack(header)[0]
    if length > MAX_FRAME_BYTES:
        raise BadFrame(f"a frame of {length} bytes is over the limit of {MAX_FRAME_BYTES}")
    return length


def decode(body: bytes) -> Item:
    """Return the one item in `body`, the bytes after a frame's header. Raises BadFrame."""
    if len(body) > MAX_FRAME_BYTES:
        raise BadFrame(f"a frame of {len(body)} bytes is over the limit of {MAX_FRAME_BYTES}")
    reader = _Reader(body)
    item = reader.item(MAX_DEPTH)
    if reader.at != len(body):
        raise BadFrame(f"{len(body) - reader.at} bytes after the end")
    return item


class _Reader:
    """Reads one body from front to back."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.at = 0
        self.items_left = MAX_ITEMS

    def item(self, depth: int) -> Item:  # noqa: C901 - a flat table of tags
        if depth == 0:
            raise BadFrame(f"nested deeper than {MAX_DEPTH}")
        if self.items_left == 0:
            raise BadFrame(f"more than {MAX_ITEMS} items")
        self.items_left -= 1
        match self.take(1):
            case b"N":
                return None
            case b"T":
                return True
            case b"F":
                return False
            case b"i":
                return self.integer()
            case b"d":
                number: float = _FLOAT.unpack(self.take(_FLOAT.size))[0]
                return number
            case b"c":
                return complex(*_COMPLEX.unpack(self.take(_COMPLEX.size)))
            case b"s":
                return self.text()
            case b"b":
                return self.sized()
            case b"l":
                return self.list(depth)
            case b"u":
                return RawTuple(self.list(depth))
            case b"z":
                return RawSize(self.list(depth))
            case b"t":
                return self.tensor()
            case b"o":
                return RawOpaque(self.text(), self.text())
            case tag:
                raise BadFrame(f"unknown tag {tag!r}")

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes; a slice, so nothing is allocated that is not there."""
        data = self.body[self.at : self.at + count]
        if len(data) != count:
            raise BadFrame(f"ends {count - len(data)} bytes early")
        self.at += count
        return data

    def u32(self) -> int:
        number: int = _U32.unpack(self.take(_U32.size))[0]
        return number

    def u64(self) -> int:
        number: int = _U64.unpack(self.take(_U64.size))[0]
        return number

    def sized(self) -> bytes:
        return self.take(self.u32())

    def text(self) -> str:
        try:
            return self.sized().decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadFrame("a string that is not UTF-8") from error

    def integer(self) -> int:
        data = self.sized()
        if not 0 < len(data) <= MAX_INTEGER_BYTES:
            raise BadFrame(f"an integer of {len(data)} bytes")
        return int.from_bytes(data, "big", signed=True)

    def list(self, depth: int) -> "list[Item]":
        count = self.u32()
        if count > len(self.body) - self.at:  # every item takes at least one byte
            raise BadFrame(f"a list of {count} items in {len(self.body) - self.at} bytes")
        return [self.item(depth - 1) for _ in range(count)]

    def tensor(self) -> RawTensor:
        dtype, device = self.text(), self.text()
        flags, dimensions = self.take(2)
        if dimensions > MAX_DIMENSIONS or flags >= 8:
            raise BadFrame(f"a tensor with {dimensions} dimensions and flags {flags}")
        shape = tuple(self.u64() for _ in range(dimensions))
        stride = tuple(self.u64() for _ in range(dimensions))
        return RawTensor(
            dtype,
            device,
            requires_grad=bool(flags & _FLAGS["requires_grad"]),
            is_leaf=bool(flags & _FLAGS["is_leaf"]),
            shape=shape,
            stride=stride,
            elements=self.sized() if flags & _FLAGS["has_elements"] else None,
        )
