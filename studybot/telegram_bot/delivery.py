"""One try at sending something, and what became of it: Telegram's errors as the flows understand them."""

from collections.abc import Awaitable, Callable

from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from studybot.core.learner import ChatId
from studybot.core.letter import Delivered, Delivery, Moved, NotNow, Refused, Unreachable, Unsure
from studybot.telegram_bot.pace import flood_seconds, unhurried

NEVER_LEFT = (
    "ConnectError",
    "ConnectTimeout",
    "PoolTimeout",
    "ProxyError",
    "ClientConnector",
    "ConnectionTimeoutError",
)
"""Causes by which a request surely did not reach Telegram. After any other broken connection it may have."""

NOBODY_THERE = ("chat not found", "user not found", "user is deactivated", "peer_id_invalid")


async def one_try(send: Callable[[], Awaitable[object]]) -> Delivery:
    """Send once, after the answers that somebody waits for."""
    try:
        with unhurried():
            await send()
    except RetryAfter as flood:
        return NotNow("flooded", flood_seconds(flood))
    except ChatMigrated as moved:
        return Moved(ChatId(moved.new_chat_id))
    except Forbidden:
        return Unreachable()
    except BadRequest as error:
        if any(words in error.message.lower() for words in NOBODY_THERE):
            return Unreachable()
        return Refused(error.message)
    except NetworkError as error:
        return NotNow(error.message) if surely_lost(error) else Unsure(error.message)
    except TelegramError as error:  # a refused token, for one: whoever runs the bot can mend that
        return NotNow(error.message)
    return Delivered()


def surely_lost(error: NetworkError) -> bool:
    """Whether a message that failed so cannot have arrived: Telegram said no, or was never reached.

    An error without a cause is Telegram's own answer (500, 502); a cause is what broke the connection.
    """
    cause = error.__cause__ or error.__context__
    return cause is None or isinstance(cause, TelegramError) or type(cause).__name__.startswith(NEVER_LEFT)
