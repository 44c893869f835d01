"""The parameters of one Bot API call, read with the types that Telegram expects."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studybot.local_chat.refused import bad_request


@dataclass(frozen=True)
class Upload:
    """A file that came along with a call, or from a person."""

    name: str
    content: bytes
    mime: str = "application/octet-stream"


@dataclass(frozen=True)
class Params:
    """Form fields are strings; what is not a plain string arrives as JSON in one."""

    fields: Mapping[str, Any]
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        value = self.fields.get(name, default)
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def has(self, name: str) -> bool:
        return self.fields.get(name) not in (None, "")

    def integer(self, name: str, default: int = 0) -> int:
        value = self.fields.get(name, default)
        try:
            return int(value)
        except (TypeError, ValueError):
            return default

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.fields.get(name)
        return default if value is None else str(value).lower() in ("true", "1", "yes")

    def json(self, name: str) -> Any:
        """Return a JSON parameter, or None where it is missing."""
        value = self.fields.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from error

    def chat_id(self) -> int:
        if not self.has("chat_id"):
            raise bad_request("chat_id is empty")
        try:
            return int(self.fields["chat_id"])
        except (TypeError, ValueError) as error:
            raise bad_request("chat not found") from error

    def message_id(self) -> int:
        if not self.has("message_id"):
            raise bad_request("message identifier is not specified")
        return self.integer("message_id")
