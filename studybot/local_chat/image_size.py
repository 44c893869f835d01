"""Reads the width and height of a picture from its first bytes: PNG, JPEG, GIF and WebP."""

import struct

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
JPEG_FRAMES = frozenset([*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)])
MIMES = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}


def picture_mime(content: bytes) -> str | None:
    """Name the kind of a picture by its content, whatever its name says; None where it is none we know."""
    if content.startswith(PNG):
        return MIMES["png"]
    if content.startswith(JPEG):
        return MIMES["jpeg"]
    if content[:6] in (b"GIF87a", b"GIF89a"):
        return MIMES["gif"]
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return MIMES["webp"]
    return None


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return (width, height) in pixels, or None where the bytes are no picture we can read."""
    try:
        match picture_mime(content):
            case "image/png":
                width, height = struct.unpack(">II", content[16:24])
            case "image/gif":
                width, height = struct.unpack("<HH", content[6:10])
            case "image/webp":
                return _webp_size(content)
            case "image/jpeg":
                return _jpeg_size(content)
            case _:
                return None
    except (struct.error, IndexError):
        return None
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content):
        marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
        if marker in JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    match content[12:16]:
        case b"VP8 ":
            width, height = struct.unpack("<HH", content[26:30])
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack("<I", content[21:25])
            return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
        case b"VP8X":
            width = int.from_bytes(content[24:27], "little") + 1
            return width, int.from_bytes(content[27:30], "little") + 1
        case _:
            return None
