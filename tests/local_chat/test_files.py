"""Files: they come back whole, and stay where they belong."""

from pathlib import Path

import pytest

from studybot.local_chat import LocalChat
from studybot.local_chat.image_size import picture_size
from studybot.local_chat.multipart import parse_multipart
from tests.local_chat.conftest import FrozenClock
from tests.local_chat.pictures import png


@pytest.mark.parametrize("name", ["../../../evil.txt", "..\\..\\evil.txt", "/etc/passwd", ""])
async def test_a_files_name_never_leads_out_of_its_folder(clock: FrozenClock, tmp_path: Path, name: str) -> None:
    async with LocalChat(clock=clock, path=tmp_path / "chat.jsonl") as kept:
        sent = await kept.person("Ann").send_document(b"x", name)

        assert sent.file == b"x"
        assert "/" not in (sent.file_name or "")
    files = {str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*") if each.is_file()}  # noqa: ASYNC240
    assert files == {"chat.jsonl.files/LOCALFILE00000001", "chat.jsonl"}


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (png(320, 200), (320, 200)),
        (b"GIF89a\x05\x00\x07\x00", (5, 7)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x07\x00\x05\x03", (5, 7)),
        (b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x04\0\0\x06\0\0", (5, 7)),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"not a picture", None),
        (b"", None),
    ],
)
def test_a_picture_knows_its_size(content: bytes, size: tuple[int, int] | None) -> None:
    assert picture_size(content) == size


def test_a_form_with_files_is_split_at_its_boundary_only() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n7\r\n'
        b'--x\r\nContent-Disposition: form-data; name="document"; filename="a.bin"\r\n'
        b"Content-Type: application/zip\r\n\r\n--y\r\n\r\n--x not a boundary?\0\r\n--x--\r\n"
    )

    fields, uploads = parse_multipart("multipart/form-data; boundary=x", body.replace(b"\r\n--x not", b"\n--x not"))

    assert fields == {"chat_id": "7"}
    assert uploads["document"].content == b"--y\r\n\n--x not a boundary?\0"
    assert uploads["document"].mime == "application/zip"


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x"])
def test_a_broken_form_is_said_to_be_broken(kind: str) -> None:
    with pytest.raises(ValueError, match="multipart"):
        parse_multipart(kind, b"--x\r\nno name\r\n\r\n7\r\n--x--")
