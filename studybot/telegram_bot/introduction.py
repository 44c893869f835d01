"""What Telegram shows of the bot before anybody has written to it, in both languages."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import TelegramError

from studybot.core.card import Language
from studybot.core.phrase import Phrase
from studybot.locale import Speech, speech

log = logging.getLogger(__name__)

SHORT = Phrase("PyTorch flashcards that are run: the answer is what torch really does.")
LONG = Phrase(
    "A few PyTorch cards a day, at your hour. Each card carries code, and torch itself gives the answer. "
    "Right or wrong, you see what really happened, and the card comes back when you are about to forget it. "
    "Press Start."
)

FOR_ADMINS = {"add": Phrase("Add cards to the deck")}
"""What only whoever runs the bot has in the menu."""


async def introduce(
    bot: Bot, commands: Mapping[str, Phrase], in_groups: Mapping[str, Phrase], *, admins: Collection[int] = ()
) -> None:
    """Set the command menu and the descriptions, where they are not so already; the bot works without them.

    Whoever runs the bot has a menu with more in it. The name is left as they have chosen it.
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
        for admin in admins:
            await _introduce_to_admin(bot, admin, [*menu, *(BotCommand(*one) for one in _more(say))], code)


async def _introduce_to_admin(bot: Bot, admin: int, menu: Sequence[BotCommand], code: str | None) -> None:
    try:
        await bot.set_my_commands(menu, scope=BotCommandScopeChat(admin), language_code=code)
    except TelegramError as error:  # they have not written to the bot yet
        log.info("Telegram did not take the menu of an admin: %s", error)


def _more(say: Speech) -> Iterator[tuple[str, str]]:
    return ((name, say(text)) for name, text in FOR_ADMINS.items())
