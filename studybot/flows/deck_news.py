"""Cards that are not asked any more: whoever runs the bot is told, once each."""

import logging
from collections.abc import Collection
from datetime import timedelta

from studybot.core.learner import ChatId
from studybot.flows.outside import Outside
from studybot.ports import Messenger

log = logging.getLogger(__name__)

KNOWN_FOR = timedelta(days=1)


async def tell_admins(admins: Collection[ChatId], messenger: Messenger, *, outside: Outside) -> int:
    """Tell every admin what was taken out of the deck since the last time; return how many were reached.

    What could not be sent to anybody is kept for the next time. What was told in the day before, by whichever bot on
    this database or before a restart, is not told again.
    """
    seen = outside.deck.news()
    if not seen or not admins:
        return 0
    now = outside.clock.now()
    lines = [str(one) for one in seen]
    untold = set(await outside.store.untold_news(lines, since=now - KNOWN_FOR))
    news = [one for one in seen if str(one) in untold]
    reached = 0
    for admin in admins if news else ():
        try:
            reached += await messenger.tell_of_cards(admin, news)
        except Exception:  # one admin's trouble must not keep the others from knowing
            log.exception("an admin could not be told")
    if reached:
        await outside.store.mark_news_told([str(one) for one in news], at=now)
    if reached or not news:
        outside.deck.forget_news(len(seen))
    return reached
