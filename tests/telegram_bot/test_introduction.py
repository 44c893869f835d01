"""What Telegram shows of the bot before anybody has written to it."""

import asyncio
import contextlib
import gc

import pytest
from telegram import Bot, BotCommandScopeChat

from studybot.core.card import Language
from studybot.core.learner import Settings
from studybot.locale import speech
from studybot.telegram_bot.app import COMMANDS, GROUP_COMMANDS, StudyBot
from studybot.telegram_bot.day_view import help_text
from studybot.telegram_bot.introduction import LONG, SHORT, introduce
from studybot.telegram_bot.pace import NO_LIMITS
from tests.telegram_bot.conftest import SetStage, account_of


async def test_menu_and_descriptions_are_there_in_both_languages(stage: SetStage) -> None:
    async with stage() as on, Bot(on.chat.token, base_url=on.chat.api_url) as bot:
        korean = await bot.get_my_commands(language_code="ko", scope={"type": "all_private_chats"})  # type: ignore[arg-type]
        english = await bot.get_my_commands(scope={"type": "all_private_chats"})  # type: ignore[arg-type]
        short = (await bot.get_my_short_description()).short_description
        long = (await bot.get_my_description(language_code="ko")).description

    assert [command.command for command in korean] == [command.command for command in english] == list(COMMANDS)
    assert korean[0].description == "오늘의 카드"
    assert english[0].description == "Today's cards"
    assert short == str(SHORT)
    assert long.startswith("하루에 PyTorch 카드 몇 장을")


async def test_an_introduction_that_stands_already_is_not_sent_again(stage: SetStage) -> None:
    async with stage() as on, Bot(on.chat.token, base_url=on.chat.api_url) as bot:
        calls: list[str] = []
        original = bot._post

        async def counted(endpoint: str, *arguments: object, **named: object) -> object:
            calls.append(endpoint)
            return await original(endpoint, *arguments, **named)  # type: ignore[arg-type]

        bot._post = counted  # type: ignore[method-assign]
        await introduce(bot, COMMANDS, GROUP_COMMANDS)

    assert "setMyDescription" not in calls
    assert "setMyShortDescription" not in calls
    assert str(LONG)


async def test_whoever_runs_the_bot_finds_add_in_the_menu_and_in_help(stage: SetStage) -> None:
    async with stage() as on, Bot(on.chat.token, base_url=on.chat.api_url) as bot:
        await introduce(bot, COMMANDS, GROUP_COMMANDS, admins=[on.ann.id, 404])
        korean = await bot.get_my_commands(language_code="ko", scope=BotCommandScopeChat(on.ann.id))
        english = await bot.get_my_commands(scope=BotCommandScopeChat(on.ann.id))

    assert [one.command for one in english] == [*COMMANDS, "add"]
    assert korean[-1].description == "덱에 카드 추가하기"
    assert "/add" in help_text(speech(Language.KO), for_admin=True).html
    assert "/add" not in help_text(speech(Language.KO)).html


async def test_a_bot_that_is_stopped_while_it_logs_in_leaves_no_connection_behind(
    stage: SetStage, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage() as on:
        bot = StudyBot(account_of(on.chat), Settings(), on.outside, limits=NO_LIMITS)
        on.chat.fail_next("getMe", "timeout")
        logging_in = asyncio.create_task(bot.__aenter__())
        async with asyncio.timeout(10):
            while on.chat.world.faults._waiting["getme"]:  # noqa: ASYNC110 - nothing tells that a call came
                await asyncio.sleep(0)

        logging_in.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await logging_in
        del bot, logging_in
        gc.collect()

    assert "Unclosed" not in caplog.text


async def test_a_bot_that_has_logged_in_and_waits_for_its_first_update_has_been_in_contact(stage: SetStage) -> None:
    async with stage() as on:
        bot = StudyBot(account_of(on.chat), Settings(), on.outside, limits=NO_LIMITS)
        assert bot.last_contact is None

        async with bot:
            assert bot.last_contact == on.clock.now()
