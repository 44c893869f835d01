"""How the Bot API says no: an error code, Telegram's own wording, and sometimes what to do instead."""

from typing import Any


class Refused(Exception):
    """Carries one refusal to the dispatcher, which answers with it; nothing has been changed when it is raised."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | {"parameters": self.parameters} if self.parameters else body


def bad_request(description: str) -> Refused:
    return Refused(400, f"Bad Request: {description}")


def forbidden(description: str) -> Refused:
    return Refused(403, f"Forbidden: {description}")


def too_many_requests(retry_after_seconds: int) -> Refused:
    return Refused(429, f"Too Many Requests: retry after {retry_after_seconds}", retry_after=retry_after_seconds)
