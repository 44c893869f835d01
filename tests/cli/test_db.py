"""studybot db and studybot learners, as a person types them."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from studybot.cli import db, learners
from studybot.core.schedule import Grade, SchedulerName
from studybot.errors import StoreError, StudybotError
from studybot.schedulers import SCHEDULERS
from studybot.store.store import SqlStore
from studybot.store.upgrade import NEWEST, upgrade
from tests.store.given import a_learner, settled_showing, some_weeks

runner = CliRunner()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("cli") / "fresh.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working directory whose database would be var/studybot.db."""
    monkeypatch.chdir(tmp_path)
    for name in ("STUDYBOT_DATABASE_URL", "STUDYBOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
async def database(home: Path, migrated: Path) -> Path:
    """Return a database with one learner, one review and one memory."""
    file = home / "var" / "studybot.db"
    file.parent.mkdir()
    shutil.copy(migrated, file)
    store = SqlStore(f"sqlite:///{file}")
    await settled_showing(store, Grade.EASY)
    await store.close()
    return file


def typed(app: object, *words: str) -> tuple[int, str]:
    """Return the exit code and what is printed."""
    result = runner.invoke(app, words)  # type: ignore[arg-type]
    if isinstance(result.exception, StudybotError):
        raise result.exception
    return result.exit_code, result.output


def test_upgrade_makes_the_database(home: Path) -> None:
    assert typed(db.app, "upgrade") == (0, f"the database is at revision {NEWEST}\n")
    assert (home / "var" / "studybot.db").exists()


@pytest.mark.usefixtures("database")
def test_a_backup_and_a_restore_go_round(home: Path) -> None:
    code, told = typed(db.app, "backup", "monday.db")
    again = typed(db.app, "restore", "monday.db")

    assert code == 0
    assert re.fullmatch(r"monday\.db: 0\.\d MiB\n", told)
    assert again == (0, "restored from monday.db\nas it was before: var/studybot.before-restore.db\n")
    assert (home / "var" / "studybot.before-restore.db").exists()


@pytest.mark.usefixtures("home")
def test_a_mistake_is_told_in_one_line() -> None:
    with pytest.raises(StoreError, match=r"^there is no file missing\.db$"):
        typed(db.app, "restore", "missing.db")
    with pytest.raises(StoreError, match=r"^there is no database at var/studybot\.db; `studybot db upgrade`"):
        typed(db.app, "replay")


@pytest.mark.usefixtures("database")
def test_a_replay_of_an_honest_database_finds_nothing() -> None:
    assert typed(db.app, "replay") == (0, "1 reviews replayed to 1 memories: all are as kept\n")


def test_a_replay_tells_what_differs_until_it_is_written(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE memories SET easiness = 999, drilling = 1")
        connection.commit()

    told, written, afterwards = (typed(db.app, "replay", *more) for more in ((), ("--write",), ()))

    assert told[0] == 1
    assert told[1].splitlines() == [
        "learner 1, card views: kept n=1 EF=9.99 I=1 due=2026-03-11 reviewed=2026-03-10 lapses=0 drilling",
        "  the reviews give n=1 EF=2.60 I=1 due=2026-03-11 reviewed=2026-03-10 lapses=0",
        "1 reviews replayed to 1 memories: 1 differ",
    ]
    assert written[0] == 0
    assert written[1].endswith("1 differ, now written\n")
    assert afterwards[0] == 0


@pytest.mark.usefixtures("database")
def test_learners_are_listed_in_figures() -> None:
    code, told = typed(learners.app, "list")
    _, data = typed(learners.app, "list", "--json")

    assert code == 0
    assert told.splitlines() == [
        "id  zone        at     reachable  cards  reviews  right  lapses  last day",
        "1   Asia/Seoul  09:00  yes        1      1        100%   0       2026-03-10",
    ]
    assert json.loads(data) == [
        {
            "id": 1,
            "language": "ko",
            "zone": "Asia/Seoul",
            "remind_at": "09:00",
            "scheduler": "sm2",
            "reachable": True,
            "next_reminder_at": "2026-03-10 00:00:00+00:00",
            "cards": 1,
            "reviews": 1,
            "right": 1,
            "lapses": 0,
            "last_day": "2026-03-10",
        }
    ]


@pytest.mark.usefixtures("database")
def test_one_learner_is_shown_with_the_days_ahead() -> None:
    code, told = typed(learners.app, "show", "1")
    _, data = typed(learners.app, "show", "1", "--json")

    assert code == 0
    assert "reminder        09:00 Asia/Seoul, next 2026-03-10 00:00 UTC" in told
    assert "due 2026-03-11  1" in told
    assert "scheduler       SM-2" in told
    assert json.loads(data)["due"] == {"2026-03-11": 1}
    with pytest.raises(StoreError, match="there is no learner 7"):
        typed(learners.app, "show", "7")


@pytest.mark.usefixtures("database")
def test_there_is_nothing_to_compare_before_a_card_came_back() -> None:
    code, told = typed(learners.app, "compare")
    _, data = typed(learners.app, "compare", "--json")

    assert (code, told) == (0, "There is nothing to compare yet: no card has come back.\n")
    assert json.loads(data) == {
        "reviews": 0, "cards": 0, "learners": 0, "remembered": 0.0,
        "scores": {}, "enough": False, "enough_from": 400,
    }  # fmt: skip


async def test_schedulers_are_compared_on_the_bots_own_reviews(database: Path) -> None:
    store = SqlStore(f"sqlite:///{database}")
    learner = await a_learner(store, 2)
    await some_weeks(store, learner)
    counted = [review.answered.counted for review in await store.reviews_of(learner.id)]
    await store.close()

    code, told = typed(learners.app, "compare")
    _, data = typed(learners.app, "compare", "--json")

    lines, found = told.splitlines(), json.loads(data)
    assert code == 0
    assert lines[0].startswith(f"reviews {sum(counted) - 2}, cards 2, learners 1, remembered ")
    assert [line.split("  ")[0] for line in lines[1:5]] == ["predicted by", "SM-2", "FSRS-6", "learner's average"]
    assert lines[-1] == "Too few reviews to tell: below 400 of them the order may be chance."
    assert found["reviews"] == sum(counted) - 2
    assert list(found["scores"]) == ["sm2", "fsrs", "constant"]
    assert found["scores"]["constant"]["auc"] == 0.5
    assert all(f"{each['log_loss']:.4f}" in told for each in found["scores"].values())


async def test_the_comparison_is_the_same_whoever_scheduled(database: Path) -> None:
    store = SqlStore(f"sqlite:///{database}")
    learner = await a_learner(store, 2)
    await some_weeks(store, learner)
    before = typed(learners.app, "compare", "--json")

    await store.switch_scheduler(learner.id, SCHEDULERS[SchedulerName.FSRS])
    await store.close()

    assert typed(learners.app, "compare", "--json") == before


async def test_move_takes_everything_to_another_database_and_says_how_much(
    database: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, told = typed(db.app, "move", postgresql_url)

    assert code == 0
    assert re.search(r"^reviews +1$", told, re.MULTILINE)
    assert "1 reviews replayed in the new database give 1 memories, as before" in told
    monkeypatch.setenv("STUDYBOT_DATABASE_URL", postgresql_url)
    assert typed(db.app, "replay") == (0, "1 reviews replayed to 1 memories: all are as kept\n")


async def test_move_tells_the_same_as_json(database: Path, postgresql_url: str) -> None:
    code, told = typed(db.app, "move", postgresql_url, "--json")

    moved = json.loads(told)
    assert code == 0
    assert (moved["rows"]["reviews"], moved["reviews"], moved["memories"], moved["as_before"]) == (1, 1, 1, True)


def test_a_server_that_is_not_there_is_told_in_a_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDYBOT_DATABASE_URL", "postgresql://me:secret@localhost:1/studybot")

    with pytest.raises(StoreError, match=r"[Cc]onnection refused") as told:
        typed(db.app, "backup", "copy.db")

    assert "secret" not in str(told.value)
    assert not (home / "copy.db").exists()
