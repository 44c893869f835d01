import ast
from datetime import UTC, date, datetime, time
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po

import studybot
from studybot.core.card import Language
from studybot.core.phrase import Phrase
from studybot.locale import FOLDER, speech
from studybot.telegram_bot.settings_menu import ZONES

PACKAGE = Path(studybot.__file__).parent


def phrases() -> set[str]:
    """Every template that stands in `Phrase("...")` in our code, and the cities of the zones."""
    found = {zone.rpartition("/")[2].replace("_", " ") for zone in ZONES}
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Phrase" and node.args:
                template = node.args[0]
                if isinstance(template, ast.Constant):
                    found.add(str(template.value))
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def korean() -> dict[str, str]:
    with (FOLDER / "ko.po").open("rb") as po:
        return {str(message.id): str(message.string) for message in read_po(po) if message.id}


def test_every_sentence_of_ours_is_translated() -> None:
    assert {template for template in phrases() if not korean().get(template)} == set()


def test_no_translation_is_left_over() -> None:
    assert set(korean()) - phrases() == set()


def test_translations_fill_the_same_places() -> None:
    different = {text for text, said in korean().items() if placeholders(text) != placeholders(said)}

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
