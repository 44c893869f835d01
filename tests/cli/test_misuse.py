from pathlib import Path

import pytest

from studybot.__main__ import main as from_the_shell
from tests.cli.typing_commands import Terminal

DECK = """\
format: 1
topic: shapes
title: {ko: 모양, en: Shapes}
cards:
  - id: shape-of-zeros
    kind: predict
    question: {ko: 모양은?, en: The shape?}
    snippet: torch.zeros(2, 3).shape
    expect: [2, 3]
    explanation: {ko: 그래요., en: So it is.}
    source: {log: day-1, date: 2022-01-24}
"""


@pytest.fixture(autouse=True)
def deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "cards" / "shapes" / "a.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(DECK, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        ("cards verfy", 2, "studybot: No such command 'verfy'. Did you mean 'verify'?"),
        ("card", 2, "studybot: No such command 'card'. Did you mean 'cards'?"),
        ("cards list --jsn", 2, "studybot: No such option: --jsn (Possible options: --json)"),
        ("cards show", 2, "studybot: Missing argument 'ID'."),
        ("cards show a b", 2, "studybot: Got unexpected extra argument(s) (b)"),
        ("cards picture a --to", 2, "studybot: Option '--to' requires an argument."),
        (
            "try --port 99999",
            2,
            "studybot: Invalid value for '--port': Input should be less than or equal to 65535",
        ),
        ("cards show shape-of-zeroes", 1, 'studybot: no card "shape-of-zeroes": did you mean "shape-of-zeros"?'),
        ("cards check nowhere", 1, "nowhere:1: there is no such file or folder: give the deck's folder, such as cards"),
        ("db replay", 1, "studybot: there is no database at var/studybot.db; `studybot db upgrade` makes one"),
        ("sandbox run nothing.py", 2, "nothing.py: no such file or directory."),
    ],
)
def test_a_mistake_is_told_in_a_line_with_what_was_meant(typed: str, code: int, told: str, terminal: Terminal) -> None:
    said = terminal.type(*typed.split())

    assert said.code == code
    assert said.err.splitlines()[0] == told
    assert "Traceback" not in said.err


def test_a_folder_that_cannot_be_written_to_is_named(terminal: Terminal) -> None:
    said = terminal.type("cards", "schema")
    (Path("cards") / "schema.json").unlink()
    (Path("cards") / "schema.json").mkdir()
    refused = terminal.type("cards", "schema")

    assert said.code == 0
    assert (refused.code, refused.err) == (1, "studybot: cards/schema.json: cannot be written: is a directory\n")


def test_a_full_disk_is_told_in_a_line(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "cards/schema.json")

    monkeypatch.setattr("studybot.cli.cards.load_deck", full)

    said = terminal.type("cards", "list")

    assert (said.code, said.err) == (1, "studybot: cards/schema.json: no space left on device\n")


def test_ctrl_c_ends_with_its_own_code(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("studybot.cli.cards.load_deck", interrupted)

    said = terminal.type("cards", "list")

    assert (said.code, said.out, said.err) == (130, "", "Stopped.\n")


def test_the_version_needs_no_command(terminal: Terminal) -> None:
    said = terminal.type("--version")

    assert said.code == 0
    assert said.out.startswith("studybot ")


@pytest.mark.parametrize(
    ("line", "offered"),
    [("studybot cards show sh", "shape-of-zeros"), ("studybot ca", "cards"), ("studybot cards list --", "--json")],
)
def test_the_shell_completes_commands_options_and_ids(
    line: str, offered: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_STUDYBOT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split()) - 1))

    said = terminal.type()

    assert offered in said.out.split()


def test_what_the_database_complains_of_is_told_in_korean_too(terminal: Terminal) -> None:
    said = terminal.type("--language", "ko", "db", "replay")

    assert said.err == "studybot: var/studybot.db: 데이터베이스가 없어요. `studybot db upgrade`로 만들 수 있어요\n"


def test_ctrl_c_while_modules_are_read_leaves_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("studybot.cli.main", interrupted)

    with pytest.raises(SystemExit) as ended:
        from_the_shell()

    assert ended.value.code == 130
