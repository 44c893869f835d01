from pathlib import Path

import pytest

from studybot.cli.doctor import Finding
from studybot.cli.language import say, wanted_language
from studybot.cli.printing import print_table
from studybot.core.card import Language
from studybot.core.phrase import Phrase
from tests.cli.typing_commands import Terminal


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("words", "environment", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "C.UTF-8"}, "en"),
        ([], {"LANG": "ko_KR.UTF-8"}, "ko"),
        ([], {"LANG": "ko_KR.UTF-8", "LC_ALL": "de_DE"}, "en"),
        ([], {"STUDYBOT_LANGUAGE": "ko"}, "ko"),
        ([], {"STUDYBOT_LANGUAGE": "en", "LANG": "ko_KR"}, "en"),
        ([], {"STUDYBOT_LANGUAGE": "xx", "LANG": "ko_KR"}, "ko"),
        (["--language", "en", "cards"], {"STUDYBOT_LANGUAGE": "ko"}, "en"),
        (["-v", "--language=ko", "cards"], {}, "ko"),
        (["cards", "picture", "some-id", "--language", "ko"], {}, "en"),
        (["--language"], {}, "en"),
    ],
)
def test_the_language_is_the_nearest_that_was_named(
    words: list[str], environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert wanted_language(words, environment) is Language(language)


def test_help_is_in_the_language_of_the_terminal(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")

    said = terminal.type("cards", "verify", "--help")

    assert said.code == 0
    assert "카드를 샌드박스에서 실행해 증명해요" in said.out
    assert "예: studybot cards verify cards/contiguity --json" in said.out
    assert "옵션" in said.out
    assert "이 도움말을 보여 줘요." in said.out


@pytest.mark.parametrize("words", [["db"], ["cards"], ["cards", "verify"]])
def test_the_short_way_to_the_help_is_the_same_in_every_language(terminal: Terminal, words: list[str]) -> None:
    assert terminal.type("--language", "ko", *words, "-h").code == 0


def test_mistakes_are_told_in_the_language_of_the_terminal(terminal: Terminal) -> None:
    said = terminal.type("--language", "ko", "cards", "verfy")

    assert said.code == 2
    assert said.err.splitlines()[0] == "studybot: 'verfy' 명령은 없어요. 혹시 'verify'?"
    assert said.err.splitlines()[1:] == [
        "사용법: studybot cards [옵션] 명령 [인자]...",
        "도움말: studybot cards --help",
    ]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("cards verify --nope", "studybot: --nope 옵션은 없어요."),
        ("cards check nowhere", "nowhere:1: 그런 파일이나 폴더가 없어요. cards 같은 덱 폴더를 주세요"),
        ("sandbox run nothing.py", "nothing.py: 그런 파일이나 폴더가 없어요."),
        ("run", "studybot: STUDYBOT_TOKEN이 없어요. @BotFather가 준 토큰을 .env에 넣거나"),
        ("worker", "studybot: STUDYBOT_BROKER_URL이 없어요. 워커는 거기서 일을 받아요"),
    ],
)
def test_no_mistake_is_told_in_english(terminal: Terminal, typed: str, told: str) -> None:
    said = terminal.type("--language", "ko", *typed.split())

    assert said.code in {1, 2}
    assert said.err.startswith(told)
    assert "Usage" not in said.err
    assert "Invalid" not in said.err


def test_the_words_around_the_help_are_korean_too(terminal: Terminal) -> None:
    said = terminal.type("--language", "ko", "try", "--help")

    assert "사용법: studybot try [옵션]" in said.out
    assert "[기본값: 8642]" in said.out


def test_what_programs_read_is_the_same_in_every_language(terminal: Terminal) -> None:
    terminal.type("--language", "ko", "--version")

    finding = Finding("disk", "held", Phrase("{n} MiB free", n=300))

    assert say(finding.detail) == "300 MiB 남음"
    assert finding.plain() == {"name": "disk", "state": "held", "detail": "300 MiB free", "remedy": ""}


def test_korean_tables_line_up(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.type("--language", "ko", "--version")
    print_table([("id", Phrase("zone"), "n"), ("1", "Asia/Seoul", "2")])

    assert capsys.readouterr().out == "id  시간대      n\n1   Asia/Seoul  2\n"


def test_a_table_too_wide_for_the_terminal_puts_the_rest_below(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [("id", "kind", "file"), ("a-card-with-a-name", "predict", "cards/shapes/a.yaml:7")]
    monkeypatch.setenv("COLUMNS", "40")
    print_table(rows)
    piped = capsys.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)

    print_table(rows)

    assert piped.splitlines()[1] == "a-card-with-a-name  predict  cards/shapes/a.yaml:7"
    assert capsys.readouterr().out.splitlines() == [
        "id",
        "    kind     file",
        "a-card-with-a-name",
        "    predict  cards/shapes/a.yaml:7",
    ]
