"""Keeps the bytes of pictures and documents, and describes them as the Bot API does."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from studybot.local_chat.image_size import picture_mime, picture_size
from studybot.local_chat.journal import Record
from studybot.local_chat.limits import DOWNLOAD_BYTES, PHOTO_BYTES, PHOTO_RATIO, PHOTO_SIDES_SUM, UPLOAD_BYTES
from studybot.local_chat.params import Upload
from studybot.local_chat.refused import Refused, bad_request
from studybot.local_chat.state import State

SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}


class Files:
    """The bytes lie in a folder beside the journal, or in memory where nothing is kept."""

    def __init__(self, state: State, folder: Path | None) -> None:
        self.state = state
        self.folder = folder
        self._memory: dict[str, bytes] = {}

    def keep(self, upload: Upload) -> Record:
        """Store a file and return its record; the bytes are on disk before the record names them."""
        if len(upload.content) > UPLOAD_BYTES:
            raise Refused(413, "Request Entity Too Large")
        number = self.state.next_id("file")
        file_id = f"LOCALFILE{number:08d}"
        if self.folder is None:
            self._memory[file_id] = upload.content
        else:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / file_id).write_bytes(upload.content)
        mime = picture_mime(upload.content) or upload.mime
        name = Path(upload.name.replace("\\", "/")).name or f"file_{number}{SUFFIXES.get(mime, '')}"
        record = {
            "file_id": file_id,
            "file_unique_id": sha256(upload.content).hexdigest()[:16],
            "name": name,
            "mime": mime,
            "size": len(upload.content),
            "path": f"files/{file_id}/{name}",
        }
        return self.state.put("files", file_id, record)

    def content(self, file_id: str) -> bytes:
        """Return a file's bytes. Raises KeyError where there is no such file."""
        if self.state.get("files", file_id) is None:
            raise KeyError(file_id)
        if self.folder is None:
            return self._memory[file_id]
        try:
            return (self.folder / file_id).read_bytes()
        except FileNotFoundError as error:
            raise KeyError(file_id) from error

    def known(self, file_id: str) -> Record:
        record = self.state.get("files", file_id)
        if record is None:
            if file_id.startswith(("http://", "https://")):
                raise bad_request("wrong HTTP URL specified: the local chat fetches nothing; upload the file")
            raise bad_request("wrong file identifier/HTTP URL specified")
        return record

    def photo(self, record: Record) -> list[dict[str, Any]]:
        """Describe a file as a photo, or refuse it as Telegram does."""
        content = self.content(record["file_id"])
        size = picture_size(content)
        if size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        width, height = size
        if not content or width + height > PHOTO_SIDES_SUM or max(size) > PHOTO_RATIO * max(1, min(size)):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        if len(content) > PHOTO_BYTES:
            raise bad_request("file is too big")
        return [{**_identity(record), "width": width, "height": height}]

    def document(self, record: Record) -> dict[str, Any]:
        return {**_identity(record), "file_name": record["name"], "mime_type": record["mime"]}

    def shown(self, file_id: str) -> dict[str, Any]:
        """Answer getFile."""
        record = self.state.get("files", file_id)
        if record is None:
            raise bad_request("invalid file_id")
        if record["size"] > DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        return {**_identity(record), "file_path": record["path"]}


def _identity(record: Record) -> dict[str, Any]:
    return {
        "file_id": record["file_id"],
        "file_unique_id": record["file_unique_id"],
        "file_size": record["size"],
    }
