import ast
import io
import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from typer.core import TyperGroup
from typer.main import get_command

import studybot
from studybot.cli import app
from studybot.cli.language import commands_of, helps_of
from studybot.core.card import Language
from studybot.core.phrase import Phrase
from studybot.locale import FOLDER, speech
from studybot.telegram_bot.settings_menu import ZONES

PACKAGE = Path(studybot.__file__).parent


def phrases(package: Path = PACKAGE) -> set[str]:
    """Every template that stands in `Phrase("...")` in a package."""
    found = set()
    for file in package.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Phrase" and node.args:
                template = node.args[0]
                if isinstance(template, ast.Constant):
                    found.add(str(template.value))
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def cities() -> set[str]:
    return {zone.rpartition("/")[2].replace("_", " ") for zone in ZONES}


def helps() -> set[str]:
    """Every paragraph of the help of every command."""
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    told = {paragraph for each in commands_of(command) for paragraph in helps_of(each)}
    return {paragraph.replace("{", "{{").replace("}", "}}") for paragraph in told}


def korean(name: str) -> dict[str, str]:
    with (FOLDER / name).open("rb") as po:
        return {str(message.id): str(message.string) for message in read_po(po) if message.id}


def test_every_sentence_of_ours_is_translated() -> None:
    said = phrases() | cities() | helps()
    known = korean("commands.ko.po") | korean("deck.ko.po") | korean("ko.po")

    assert {template for template in said if not known.get(template)} == set()


def test_what_the_bot_says_is_in_its_own_catalogue() -> None:
    """The bot does not read the command line's."""
    known = korean("ko.po") | korean("deck.ko.po")
    packages = ("core", "kinds", "flows", "pictures", "schedulers", "telegram_bot")

    said = {template for package in packages for template in phrases(PACKAGE / package)}

    assert {template for template in said if template not in known} == set()


def test_no_translation_is_left_over() -> None:
    said = phrases() | cities() | helps()

    assert set(korean("ko.po")) - said == set()
    assert set(korean("commands.ko.po")) - said == set()
    assert set(korean("deck.ko.po")) - said == set()


@pytest.mark.parametrize("name", ["ko.po", "commands.ko.po", "deck.ko.po"])
def test_translations_fill_the_same_places(name: str) -> None:
    different = {text for text, said in korean(name).items() if placeholders(text) != placeholders(said)}

    assert different == set()


@pytest.mark.parametrize(
    ("language", "day", "hour", "moment"),
    [
        (Language.KO, "11월 21일 (토)", "오전 9:00", "11월 21일 (토) 오후 12:05"),
        (Language.EN, "Sat, Nov 21", "9:00 AM", "Sat, Nov 21 12:05 PM"),
    ],
)
def test_dates_and_times_are_written_as_people_write_them(language: Language, day: str, hour: str, moment: str) -> None:
    say = speech(language)

    assert say.day(date(2026, 11, 21)) == day
    assert say.hour(time(9)) == hour
    assert say.moment(datetime(2026, 11, 21, 3, 5, tzinfo=UTC), ZoneInfo("Asia/Seoul")) == moment


def test_phrases_inside_phrases_are_translated_too() -> None:
    said = speech(Language.KO)(Phrase("Next: {when}", when=Phrase("tomorrow")))

    assert said == "다음: 내일"


def test_commands_in_korean_texts_can_be_tapped() -> None:
    """Telegram makes no link of a command that a particle follows without a space."""
    catalogue = read_po(io.BytesIO((FOLDER / "ko.po").read_bytes()))
    texts = [text for message in catalogue if message.id for text in [message.string] if isinstance(text, str)]

    assert [text for text in texts if re.search(r"(?<![\w/<])/[a-z]+[가-힣]", text)] == []
