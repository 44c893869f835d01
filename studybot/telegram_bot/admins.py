"""Who runs the bot: the one place where that is asked."""

from collections.abc import Collection

from telegram import Message, User
from telegram.ext import filters


class Admins:
    """The people of STUDYBOT_ADMINS, by their numbers."""

    def __init__(self, numbers: Collection[int]) -> None:
        self._numbers = frozenset(numbers)

    def __contains__(self, user: User | None) -> bool:
        return user is not None and not user.is_bot and user.id in self._numbers

    @property
    def only(self) -> filters.BaseFilter:
        """Let through what they wrote themselves; nobody's message on behalf of a channel or group."""
        return _From(self)


class _From(filters.MessageFilter):
    def __init__(self, admins: Admins) -> None:
        super().__init__()
        self._admins = admins

    def filter(self, message: Message) -> bool:
        return message.sender_chat is None and message.from_user in self._admins


NOBODY = Admins(())
