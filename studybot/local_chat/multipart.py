"""Splits a multipart/form-data body into fields and files: all that Bot API clients send, and no more."""

import re
from urllib.parse import unquote

from studybot.local_chat.params import Upload

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_NAME = re.compile(r'[; ]name="([^"]*)"')
_FILENAME = re.compile(r'filename="([^"]*)"')
_FILENAME_UTF8 = re.compile(r"filename\*=utf-8''([^;\s]+)", re.IGNORECASE)
_TYPE = re.compile(r"^content-type:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


def parse_multipart(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    """Return the fields and the files of a body. Raises ValueError where it is not well formed."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise ValueError("multipart body without a boundary")
    fields: dict[str, str] = {}
    uploads: dict[str, Upload] = {}
    # The first piece is the preamble, the last the two dashes that end the body.
    for piece in (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())[1:-1]:
        head, separator, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = head.decode("utf-8", "replace").replace("\r\n", "\n")
        name = _NAME.search(headers)
        if not separator or name is None:
            raise ValueError("multipart part without a name")
        filename = _FILENAME_UTF8.search(headers) or _FILENAME.search(headers)
        if filename is None:
            fields[name[1]] = content.decode("utf-8", "replace")
        else:
            mime = _TYPE.search(headers)
            uploads[name[1]] = Upload(unquote(filename[1]), content, mime[1] if mime else "application/octet-stream")
    return fields, uploads
