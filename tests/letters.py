"""The outbox without its loop: take everything out that is due, and post it, one letter after the other."""

from contextlib import suppress

from studybot.flows.letters import post
from studybot.flows.outside import Outside
from studybot.ports import Messenger


async def post_all(messenger: Messenger, outside: Outside) -> int:
    """Return how many letters arrived. A letter whose sending fails is left as a crash would leave it."""
    now, arrived = outside.clock.now(), 0
    while letters := await outside.store.take_letters(now):
        for letter in letters:
            with suppress(OSError):
                arrived += await post(letter, messenger, outside=outside)
    return arrived
