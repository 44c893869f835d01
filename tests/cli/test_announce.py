import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from studybot.core.learner import ChatId, Settings
from studybot.store import SqlStore
from studybot.store.upgrade import upgrade
from tests.cli.typing_commands import Terminal
from tests.store.given import NINE

WORDS = ("announce", "--ko", "새 카드가 왔어요.", "--en", "New **cards** are here.")


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "studybot.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STUDYBOT_DATABASE_URL", f"sqlite:///{file}")
    upgrade(f"sqlite:///{file}")

    async def people() -> None:
        store = SqlStore(f"sqlite:///{file}")
        for number in (1, 2):
            settings = Settings(quiet=None, announcements=number == 1)
            await store.add_learner(ChatId(number), settings, next_reminder_at=NINE)
        await store.close()

    asyncio.run(people())
    return file


def letters(file: Path) -> list[tuple[str, dict[str, str]]]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT kind, content FROM outbox").fetchall()
    return [(kind, json.loads(content)) for kind, content in rows]


def test_it_is_shown_and_nothing_is_sent(terminal: Terminal, database: Path) -> None:
    said = terminal.type(*WORDS, "--preview")

    assert said.code == 0
    assert said.out.splitlines() == [
        "ko  📣 새 카드가 왔어요.",
        "en  📣 New **cards** are here.",
        "learners: 1; after their quiet hours 0; away for too long 0",
    ]
    assert letters(database) == []


def test_without_anybody_to_agree_nothing_is_sent(terminal: Terminal, database: Path) -> None:
    said = terminal.type(*WORDS)

    assert (said.code, letters(database)) == (1, [])
    assert "look with --preview, then say --yes" in said.err


def test_it_goes_to_those_who_want_it_and_not_twice(terminal: Terminal, database: Path) -> None:
    sent = terminal.type(*WORDS, "--yes")
    again = terminal.type(*WORDS, "--yes", "--anyway")
    another = terminal.type("announce", "--ko", "또", "--en", "more", "--yes")
    anyway = terminal.type("announce", "--ko", "또", "--en", "more", "--yes", "--anyway", "--json")

    assert sent.out.splitlines()[-1] == "on its way to 1 learner"
    assert "this very text was announced within the week" in again.err
    assert "there was one today already (1 a day)" in another.err
    assert json.loads(anyway.out) == {"learners": 1, "later": 0, "away": 0, "queued": 1}
    assert [content["en"] for _, content in letters(database)] == ["New **cards** are here.", "more"]


@pytest.mark.parametrize(
    ("ko", "en", "told"),
    [("  ", "x", "--ko is empty"), ("x", "y" * 1001, "--en is longer than 1000 characters")],
)
def test_a_text_is_neither_empty_nor_endless(ko: str, en: str, told: str, terminal: Terminal) -> None:
    said = terminal.type("announce", "--ko", ko, "--en", en, "--yes")

    assert said.code == 2
    assert told in said.err
