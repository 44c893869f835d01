"""Cards that are not asked any more: whoever runs the bot is told, once each."""

import logging
from collections.abc import Collection

from studybot.core.learner import ChatId
from studybot.flows.outside import Outside
from studybot.ports import Messenger

log = logging.getLogger(__name__)


async def tell_admins(admins: Collection[ChatId], messenger: Messenger, *, outside: Outside) -> int:
    """Tell every admin what was taken out of the deck since the last time; return how many were reached.

    What could not be sent to anybody is kept for the next time.
    """
    news = outside.deck.news()
    if not news or not admins:
        return 0
    reached = 0
    for admin in admins:
        try:
            reached += await messenger.tell_of_cards(admin, news)
        except Exception:  # one admin's trouble must not keep the others from knowing
            log.exception("an admin could not be told")
    if reached:
        outside.deck.forget_news(len(news))
    return reached
