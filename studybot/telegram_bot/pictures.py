"""The picture that goes with a verdict: drawn when it is wanted, sent below the card, and never in its way."""

import asyncio
import logging
from collections import OrderedDict

from telegram.error import BadRequest, TelegramError

from studybot.core.learner import Learner
from studybot.core.phrase import Phrase
from studybot.kinds import Card
from studybot.kinds.params import identity
from studybot.locale import speech
from studybot.pictures import picture_of
from studybot.ports import Runner
from studybot.telegram_bot.chat import Chat

log = logging.getLogger(__name__)

CAPTIONS = {
    "memory": Phrase("This is how it lies in memory."),
    "graph": Phrase("This is the way backward takes."),
}
REMEMBERED = 500
LONGEST_SECONDS = 15.0
"""A learner who presses "next" waits behind the picture: rather none than a late one."""


class Pictures:
    """Sends pictures. What Telegram has already is sent by the id of its file, without a run or a drawing.

    Losing those ids in a restart costs another drawing, nothing more.
    """

    def __init__(self, chat: Chat, runner: Runner) -> None:
        self._chat = chat
        self._runner = runner
        self._files: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    async def send(self, learner: Learner, card: Card) -> None:
        """Send a card's picture, if it has one. Whatever fails is logged and given up: the verdict stands."""
        if card.picture is None:
            return
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._send(learner, card)
        except (TelegramError, TimeoutError) as error:
            log.warning("a picture was not sent card=%s: %s", card.id, error or type(error).__name__)

    async def _send(self, learner: Learner, card: Card) -> None:
        language = learner.settings.language
        caption = speech(language)(CAPTIONS[card.picture or "memory"])
        key = (str(card.revision), identity(card.values), str(language))
        if key in self._files:
            try:
                await self._chat.send_photo(learner.chat_id, self._files[key], caption)
            except BadRequest as error:  # Telegram may forget a file
                log.info("a picture is drawn anew card=%s: %s", card.id, error.message)
                del self._files[key]
            else:
                self._files.move_to_end(key)
                return
        picture = await picture_of(card, self._runner, language)
        if picture is not None:
            self._files[key] = await self._chat.send_photo(learner.chat_id, picture, caption)
            while len(self._files) > REMEMBERED:
                self._files.popitem(last=False)
