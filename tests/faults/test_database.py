"""A database that is full, locked, killed or brought up to date: what was counted stays, what was not comes again."""

import asyncio
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from studybot.store import engine
from studybot.store.engine import opened
from studybot.store.together import KeptConnection
from tests.faults.conftest import PATIENT_SECONDS, OpenScene
from tests.postgresql import running_server
from tests.telegram_bot.test_webhook import free_port

pytestmark = pytest.mark.faults

Begin = Callable[[Any, Any], None]
Commit = Callable[[Any], None]


class Disk:
    """While it `is_full`, no database file grows by a single page, which SQLite tells as it tells of a full disk."""

    def __init__(self) -> None:
        self.is_full = False

    def before(self, begin: Begin) -> Begin:
        def with_what_room_there_is(kept: Any, kind: Any) -> None:
            kept._sqlite.execute(f"PRAGMA max_page_count = {1 if self.is_full else 2**30}")
            begin(kept, kind)

        return with_what_room_there_is


class Lock:
    """Somebody else's lock, taken as soon as the next update was stored: it cannot be handled, nor be marked so."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.is_wanted = False

    def after_an_update(self, commit: Commit) -> Commit:
        def and_then_locked(kept: Any) -> None:
            commit(kept)
            if self.is_wanted and "FULL" in kept._durability:  # only what is received must reach the disk
                self.is_wanted = False
                self._somebody = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)
                self._somebody.execute("BEGIN IMMEDIATE")

        return and_then_locked

    def release(self) -> None:
        self._somebody.execute("COMMIT")
        self._somebody.close()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr(KeptConnection, "begin", disk.before(KeptConnection.begin))
    return disk


async def test_a_full_disk_stops_nothing_for_good_and_costs_no_answer(
    scene: OpenScene, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    async with scene() as on:
        await on.first_card()
        disk.is_full = True
        for _ in range(20):  # more than fits into what is free in the file
            await on.ann.send("/help " + "x" * 4000)
        await until_told(caplog, "updates wait at Telegram")
        disk.is_full = False

        await on.ann.send("4")
        await on.chat.wait_for(lambda: "Right!" in on.ann.private.last_from_bot.text, timeout=PATIENT_SECONDS)

        assert len(await on.reviews()) == 1


async def test_a_locked_database_delays_an_answer_and_loses_none(
    scene: OpenScene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    async with scene() as on:
        card = await on.first_card()
        somebody = sqlite3.connect(tmp_path / "studybot.db", isolation_level=None)
        somebody.execute("BEGIN IMMEDIATE")
        version = card.version
        await on.ann.send("4")
        await until_told(caplog, "database is locked")

        somebody.execute("COMMIT")
        await on.ann.next_edit(card, since=version, timeout=PATIENT_SECONDS)

        assert "Right!" in card.text
        assert len(await on.reviews()) == 1
        somebody.close()


async def test_an_update_whose_database_went_away_in_mid_handling_is_taken_up_again(
    scene: OpenScene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    lock = Lock(tmp_path / "studybot.db")
    monkeypatch.setattr(KeptConnection, "commit", lock.after_an_update(KeptConnection.commit))
    async with scene() as on:
        card = await on.first_card()
        lock.is_wanted = True
        await on.ann.send("4")
        await until_told(caplog, "an update waits for the database")
        assert "Right!" not in card.text

        lock.release()
        await on.chat.wait_for(lambda: "Right!" in on.ann.private.last_from_bot.text, timeout=PATIENT_SECONDS)

        assert len(await on.reviews()) == 1
        await on.ann.send("/help")  # and the chat goes on
        await on.chat.wait_for(lambda: "/today" in on.ann.private.last_from_bot.text, timeout=PATIENT_SECONDS)


async def test_a_postgresql_that_is_killed_delays_an_answer_and_loses_none(
    scene: OpenScene, caplog: pytest.LogCaptureFixture
) -> None:
    with running_server() as server:
        name = server.new_database()
        with closing(server.connect()) as connection:  # the tests' server does not wait for what it commits
            connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = on'.encode())
        url = server.url(name)
        async with scene(url) as on:
            card = await on.first_card()
            server.stop(by=signal.SIGKILL)
            version = card.version
            await on.ann.send("4")
            await until_told(caplog, "updates wait at Telegram")

            (server.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
            server.start()
            await on.ann.next_edit(card, since=version, timeout=PATIENT_SECONDS)

            assert "Right!" in card.text
            assert len(await on.reviews()) == 1


def test_a_machine_that_vanishes_without_a_word_is_given_up_within_half_a_minute() -> None:
    with (
        running_server(port=free_port()) as server,
        opened(f"postgresql://studybot@127.0.0.1:{server.port}/postgres") as engine,
        engine.connect() as connection,
    ):
        asked = [
            int(connection.exec_driver_sql(f"SELECT setting FROM pg_settings WHERE name = 'tcp_{name}'").scalar_one())
            for name in ("keepalives_idle", "keepalives_interval", "keepalives_count", "user_timeout")
        ]

    idle, interval, count, unanswered_ms = asked
    assert 0 < idle + interval * count <= 30
    assert 0 < unanswered_ms <= 30_000


async def until_told(caplog: pytest.LogCaptureFixture, words: str) -> None:
    """Wait until the log holds these words."""
    async with asyncio.timeout(PATIENT_SECONDS):
        while words not in caplog.text:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
