"""studybot cards draft: what is typed, what is written, and every mistake told in a line."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from studybot.cli import cards
from studybot.deck.loader import load_deck
from studybot.errors import DeckError, SandboxUnavailable, StudybotError
from studybot.ports import Runner
from tests.deck.deck_files import DECK, write
from tests.deck.draft_logs import BROKEN, KOREAN, LONGER, PEOPLE, PRIVATE
from tests.deck.fakes_deck import gave
from tests.fakes_runner import FakeRunner


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a deck and three logs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STUDYBOT_CARDS", raising=False)
    (tmp_path / "cards").mkdir()
    write(tmp_path / "cards", a=DECK)
    for name, text in {"2031-03-05": KOREAN, "2031-03-06": LONGER, "2031-04-01": BROKEN}.items():
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def runner(monkeypatch: pytest.MonkeyPatch) -> FakeRunner:
    fake = FakeRunner(lambda _: gave([3.0, 3.0]))

    @asynccontextmanager
    async def opened() -> AsyncIterator[Runner]:
        yield fake

    monkeypatch.setattr(cards, "open_runner", opened)
    return fake


def draft(*words: str) -> Result:
    return CliRunner().invoke(cards.app, ["draft", *words])


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.yaml"))


def test_drafts_go_into_a_file_for_each_log(here: Path) -> None:
    result = draft("2031-03-05.md", "2031-03-06.md")

    assert result.exit_code == 0
    assert files(here / "drafts") == ["inbox/2031-03-05.yaml", "inbox/2031-03-06.yaml"]
    assert result.stdout.splitlines() == [
        "drafts/inbox/2031-03-05.yaml: 8 drafts",
        "drafts/inbox/2031-03-06.yaml: 1 draft",
        "9 drafts (claim 3, discussion 3, predict 1, recall 2) from 2 logs; 8 passages met before and left out",
    ]


def test_check_names_what_a_person_has_still_to_write(here: Path) -> None:
    draft("2031-03-05.md")

    with pytest.raises(DeckError, match=r'"claim\.ko" still says TODO: write it'):
        load_deck(here / "drafts")


def test_a_topic_of_the_deck_gets_a_folder_with_the_decks_title(here: Path) -> None:
    (here / "log.md").write_text("`view`가 실패하면 shapes가 맞지 않는 것이다.\n", encoding="utf-8")

    draft("log.md")

    assert files(here / "drafts") == ["shapes/log.yaml"]
    assert 'title: {ko: "모양", en: "Shapes"}' in (here / "drafts/shapes/log.yaml").read_text(encoding="utf-8")


def test_what_was_drafted_before_is_not_drafted_again(here: Path) -> None:
    draft("2031-03-05.md")

    result = draft("2031-03-05.md")

    assert result.stdout == "0 drafts from 1 log; 8 passages met before and left out\n"
    assert files(here / "drafts") == ["inbox/2031-03-05.yaml"]


def test_what_moved_into_the_deck_is_not_drafted_again(here: Path) -> None:
    draft("2031-03-05.md")
    (here / "drafts/inbox").rename(here / "cards/inbox")

    assert draft("2031-03-05.md").stdout.splitlines()[-1].startswith("0 drafts")


def test_an_existing_file_is_left_as_it_is_and_that_is_said(here: Path) -> None:
    mine = here / "drafts/inbox/2031-03-05.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")

    result = draft("2031-03-05.md")

    assert mine.read_text(encoding="utf-8") == "mine"
    assert result.stdout.splitlines()[:2] == [
        "drafts/inbox/2031-03-05.yaml: exists and is left as it is: the new drafts go to 2031-03-05-2.yaml",
        "drafts/inbox/2031-03-05-2.yaml: 8 drafts",
    ]


def test_a_broken_block_is_told_with_its_line_in_the_log(here: Path) -> None:
    result = draft("2031-04-01.md")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == (
        "2031-04-01.md:6: a broken code block: '(' was never closed, line 6: mend it and draft again"
    )


def test_as_json_there_is_a_list_and_nothing_is_written(here: Path) -> None:
    result = draft("2031-03-05.md", "2031-04-01.md", "--json")

    records = json.loads(result.stdout)
    assert not (here / "drafts").exists()
    assert {one["status"] for one in records} == {"draft", "broken"}
    assert records[0].keys() == {
        *("status", "log", "line", "kind", "topic", "confidence", "quote", "execution", "passage", "card")
    }
    assert [one["reason"] for one in records if one["status"] == "broken"] == ["'(' was never closed"]


def test_nobody_is_named_in_anything_that_is_written_or_said(here: Path) -> None:
    said = draft("2031-03-05.md", "--json").stdout + draft("2031-03-05.md", "--to", "out").stdout
    written = "".join((here / "out" / file).read_text(encoding="utf-8") for file in files(here / "out"))

    assert [one for one in (*PEOPLE, *PRIVATE) if one in said + written] == []


MISTAKES: dict[str, tuple[str, bytes | None, str]] = {
    "no such file": ("none.md", None, "none.md: there is no such file: check its name"),
    "not UTF-8": ("log.md", "본문\n".encode("cp949"), "log.md: byte 0xba on line 1 is not UTF-8: save it as UTF-8"),
    "empty": ("log.md", b" \n", "log.md: the file is empty: give a log with something in it"),
    "binary": ("log.md", b"a\0b", "log.md: not a text file: give a study log in Markdown"),
    "a folder": ("cards", None, "cards: a folder: name the logs in it, such as cards/*.md"),
    "too large": ("log.md", b"x" * (2 * 2**20 + 1), "log.md: larger than 2 MiB: give a log of one day or one week"),
}


@pytest.mark.parametrize(("name", "content", "line"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_in_one_line(here: Path, name: str, content: bytes | None, line: str) -> None:
    if content is not None:
        (here / name).write_bytes(content)

    result = draft(name)

    assert isinstance(result.exception, StudybotError)
    assert str(result.exception) == line


def test_all_mistakes_are_told_at_once_and_nothing_is_drafted(here: Path) -> None:
    result = draft("2031-03-05.md", "none.md", "cards")

    assert len(str(result.exception).splitlines()) == 2
    assert not (here / "drafts").exists()


def test_a_pipe_is_no_log(here: Path) -> None:
    os.mkfifo(here / "pipe.md")

    assert str(draft("pipe.md").exception) == "pipe.md: not a regular file: a study log is a text file"


def test_a_folder_that_is_a_file_is_told(here: Path) -> None:
    (here / "taken").write_text("", encoding="utf-8")

    result = draft("2031-03-05.md", "--to", "taken")

    assert isinstance(result.exception, StudybotError)
    assert str(result.exception).endswith("choose a folder with --to")


def test_a_sandbox_that_is_down_is_told_and_nothing_is_written(here: Path, runner: FakeRunner) -> None:
    runner.down = SandboxUnavailable("no jail here")

    assert isinstance(draft("2031-03-05.md").exception, SandboxUnavailable)
    assert not (here / "drafts").exists()


def test_a_deck_that_does_not_load_stops_nobody_from_drafting(here: Path) -> None:
    write(here / "cards", a="broken")

    result = draft("2031-03-05.md")

    assert result.exit_code == 0
    assert "cards: not a sound deck, so its topics are unknown: drafts go to inbox" in result.stderr


def test_the_name_of_an_exported_page_loses_the_pages_id(here: Path) -> None:
    name = f"2031-03-05 Day 3 {'0123456789abcdef' * 2}.md"
    (here / "2031-03-05.md").rename(here / name)

    draft(name)

    assert files(here / "drafts") == ["inbox/2031-03-05-Day-3.yaml"]


def test_the_help_ends_with_an_example() -> None:
    lines = [line.strip() for line in draft("--help").stdout.splitlines()]

    assert "Example: studybot cards draft notes/2022-01-24.md --to drafts" in lines
