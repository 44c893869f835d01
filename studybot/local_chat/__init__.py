"""The same bot without Telegram: a small Bot API server on loopback, with a chat page for the browser."""

from studybot.local_chat.chat import LocalChat
from studybot.local_chat.flood import NO_FLOOD_LIMITS, FloodLimits
from studybot.local_chat.message import Message, Toast
from studybot.local_chat.people import Group, Person, Room, Topic

__all__ = ["NO_FLOOD_LIMITS", "FloodLimits", "Group", "LocalChat", "Message", "Person", "Room", "Toast", "Topic"]
