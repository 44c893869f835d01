"""What Telegram shows of the bot before anybody has written to it, in both languages."""

import logging
from collections.abc import Mapping

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

from studybot.core.card import Language
from studybot.core.phrase import Phrase
from studybot.locale import speech

log = logging.getLogger(__name__)

SHORT = Phrase("PyTorch flashcards that are run: the answer is what torch really does.")
LONG = Phrase(
    "A few PyTorch cards a day, at your hour. Each card carries code, and torch itself gives the answer. "
    "Right or wrong, you see what really happened, and the card comes back when you are about to forget it. "
    "Press Start."
)


async def introduce(bot: Bot, commands: Mapping[str, Phrase], in_groups: Mapping[str, Phrase]) -> None:
    """Set the command menu and the descriptions, where they are not so already; the bot works without them.

    The name is left as whoever runs the bot has chosen it.
    """
    for language in Language:
        code = None if language is Language.EN else language.value  # English is what everybody else gets
        say = speech(language)
        menu = [BotCommand(name, say(text)) for name, text in commands.items()]
        for_groups = [BotCommand(name, say(text)) for name, text in in_groups.items()]
        try:
            await bot.set_my_commands(menu, scope=BotCommandScopeAllPrivateChats(), language_code=code)
            await bot.set_my_commands(for_groups, scope=BotCommandScopeAllGroupChats(), language_code=code)
            if (await bot.get_my_short_description(language_code=code)).short_description != say(SHORT):
                await bot.set_my_short_description(say(SHORT), language_code=code)
            if (await bot.get_my_description(language_code=code)).description != say(LONG):
                await bot.set_my_description(say(LONG), language_code=code)
        except TelegramError as error:  # those calls are limited to a few a day
            log.info("Telegram did not take our introduction language=%s: %s", language, error)
