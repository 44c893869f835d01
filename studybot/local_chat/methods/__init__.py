"""The Bot API's methods, one file per subject. A new one is a function here and a line in its table."""

from studybot.local_chat.methods import callbacks, chats, media, messages, polls, profile
from studybot.local_chat.methods.method import Method

METHODS: dict[str, Method] = {
    name.lower(): method
    for table in (messages.METHODS, media.METHODS, polls.METHODS, callbacks.METHODS, chats.METHODS, profile.METHODS)
    for name, method in table.items()
}
