"""Logging to standard error: one event per line, and never a token."""

import logging
import re

TOKEN = re.compile(r"\b(bot)?\d{5,}:[\w-]{20,}")


class TokenFreeFormatter(logging.Formatter):
    """Takes bot tokens out of everything that is written, tracebacks and request addresses included."""

    def format(self, record: logging.LogRecord) -> str:
        return TOKEN.sub("<token>", super().format(record))


def set_up_logging(level: int) -> None:
    """Log to standard error. httpx would write the token with every request at INFO, so it only warns."""
    handler = logging.StreamHandler()
    handler.setFormatter(TokenFreeFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for talkative in (
        "httpx",
        "httpcore",
        "apscheduler",
        "alembic",
        "telegram",
        "uvicorn",
        "markdown_it",
        "asyncio",
        "watchfiles",
    ):
        logging.getLogger(talkative).setLevel(max(level, logging.WARNING))
