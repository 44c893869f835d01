"""Small real pictures, made without a library."""

import struct
import zlib


def png(width: int, height: int) -> bytes:
    """Draw a PNG of that size: a soft two-colour gradient."""
    rows = b"".join(
        b"\0" + bytes(value for x in range(width) for value in (40 + 150 * x // width, 120, 90 + 120 * y // height))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
