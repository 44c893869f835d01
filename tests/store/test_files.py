"""A backup is whole, and a restore takes nothing that does not fit."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from studybot.core.schedule import Grade
from studybot.errors import StoreError, StoreTooNew
from studybot.store import files
from studybot.store.files import backup, restore
from studybot.store.store import SqlStore
from studybot.store.upgrade import check_version
from tests.store.given import a_learner, settled_showing


def learners_in(file: Path) -> int:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM learners").fetchone()[0])


def names_beside(file: Path) -> set[str]:
    return {path.name for path in file.parent.iterdir() if not path.name.endswith(("-wal", "-shm"))}


async def test_a_backup_of_a_running_bot_holds_all_that_was_committed(
    store: SqlStore, url: str, tmp_path: Path
) -> None:
    showing = await settled_showing(store)
    target = tmp_path / "monday.db"

    backup(url, target)

    check_version(f"sqlite:///{target}")
    copy = SqlStore(f"sqlite:///{target}")
    assert await copy.review_of(showing.id) == await store.review_of(showing.id)
    await copy.close()


async def test_a_backup_is_private_and_one_file(store: SqlStore, url: str, tmp_path: Path) -> None:
    await a_learner(store)
    target = tmp_path / "copies" / "monday.db"
    target.parent.mkdir()

    backup(url, target)

    assert target.stat().st_mode & 0o777 == 0o600
    assert learners_in(target) == 1
    assert [path.name for path in target.parent.iterdir()] == ["monday.db"]


def test_a_backup_never_overwrites(url: str, tmp_path: Path) -> None:
    target = tmp_path / "monday.db"
    target.write_text("precious")

    with pytest.raises(StoreError, match="exists already; choose another name"):
        backup(url, target)

    assert target.read_text() == "precious"


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(files, "copy_sqlite", full)
    before = names_beside(tmp_path / "monday.db")

    with pytest.raises(StoreError, match=r"monday\.db cannot be written: database or disk is full"):
        backup(url, tmp_path / "monday.db")

    assert names_beside(tmp_path / "monday.db") == before


class CtrlC:
    """Ends a copy in the middle: at the call of the progress bar that is so far on."""

    def __init__(self, after: int) -> None:
        self._left = after

    def __call__(self, done: int, total: int) -> None:
        self._left -= 1
        if self._left == 0:
            raise KeyboardInterrupt


async def test_ctrl_c_leaves_no_half_of_a_backup(store: SqlStore, url: str, tmp_path: Path) -> None:
    await a_learner(store)
    before = names_beside(tmp_path / "monday.db")

    with pytest.raises(KeyboardInterrupt):
        backup(url, tmp_path / "monday.db", CtrlC(after=1))

    assert names_beside(tmp_path / "monday.db") == before


@pytest.mark.parametrize("after", [1, 2])
async def test_ctrl_c_before_the_last_copy_leaves_all_as_it_was(
    store: SqlStore, url: str, tmp_path: Path, after: int
) -> None:
    backup(url, tmp_path / "empty.db")
    await a_learner(store)
    file = Path(url.removeprefix("sqlite:///"))
    before = names_beside(file)

    with pytest.raises(KeyboardInterrupt):
        restore(url, tmp_path / "empty.db", CtrlC(after=after))

    assert names_beside(file) == before
    assert learners_in(file) == 1


def test_a_backup_into_a_folder_that_is_not_there_says_so(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such file or directory"):
        backup(url, tmp_path / "nowhere" / "monday.db")


def test_there_is_no_backup_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database at"):
        backup(f"sqlite:///{tmp_path}/missing.db", tmp_path / "monday.db")


async def test_a_restore_brings_the_backup_back_under_a_running_bot(
    store: SqlStore, url: str, database: Path, tmp_path: Path
) -> None:
    showing = await settled_showing(store)
    backup(url, tmp_path / "monday.db")
    await a_learner(store, 2)

    aside = restore(url, tmp_path / "monday.db")

    assert aside == str(database.with_name("studybot.before-restore.db"))
    assert learners_in(Path(aside)) == 2
    assert learners_in(database) == 1
    assert await store.review_of(showing.id) is not None
    assert (await a_learner(store, 2)).chat_id == 2


def test_a_restore_where_there_was_nothing_makes_the_database(url: str, database: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "elsewhere" / "studybot.db"
    backup(url, tmp_path / "monday.db")

    assert restore(f"sqlite:///{fresh}", tmp_path / "monday.db") is None

    check_version(f"sqlite:///{fresh}")
    assert names_beside(fresh) == {"studybot.db"}


def test_a_second_restore_keeps_both_databases_that_were_there(url: str, tmp_path: Path) -> None:
    backup(url, tmp_path / "monday.db")

    asides = [restore(url, tmp_path / "monday.db") for _ in range(2)]

    assert [aside and Path(aside).name for aside in asides] == [
        "studybot.before-restore.db",
        "studybot.before-restore-2.db",
    ]


@pytest.fixture
def no_backup(tmp_path: Path, request: pytest.FixtureRequest, fresh_database: Path) -> Path:
    """Return a file that must not be restored, of the sort that the test's parameter names."""
    file = tmp_path / "candidate.db"
    whole = fresh_database.read_bytes()
    match request.param:
        case "nothing":
            pass
        case "an empty file":
            file.touch()
        case "a text":
            file.write_text("dear diary, " * 1000)
        case "a torn copy":
            file.write_bytes(whole[: len(whole) // 2])
        case "a scratched copy":
            file.write_bytes(whole[:8192] + b"\xff" * 8192 + whole[16384:])
        case "somebody else's":
            with closing(sqlite3.connect(file)) as connection:
                connection.execute("CREATE TABLE photos (id INTEGER)")
        case "newer":
            file.write_bytes(whole)
            with closing(sqlite3.connect(file)) as connection:
                connection.execute("UPDATE alembic_version SET version_num = '0042'")
                connection.commit()
    return file


@pytest.mark.parametrize(
    ("no_backup", "message"),
    [
        ("nothing", "there is no file"),
        ("an empty file", "is empty"),
        ("a text", "cannot be read as a database: file is not a database"),
        ("a torn copy", "cannot be read as a database|is damaged"),
        ("a scratched copy", "cannot be read as a database|is damaged"),
        ("somebody else's", "is not studybot's"),
        ("newer", "is at revision 0042"),
    ],
    indirect=["no_backup"],
)
async def test_what_does_not_fit_is_refused_and_nothing_is_changed(
    store: SqlStore, url: str, database: Path, no_backup: Path, message: str
) -> None:
    await settled_showing(store, Grade.EASY)
    before = names_beside(database)

    with pytest.raises((StoreError, StoreTooNew), match=message):
        restore(url, no_backup)

    assert names_beside(database) == before
    assert learners_in(database) == 1


@pytest.mark.parametrize("no_backup", ["a text"], indirect=True)
def test_a_restore_that_is_refused_where_there_was_nothing_leaves_nothing(no_backup: Path, tmp_path: Path) -> None:
    missing = tmp_path / "new" / "studybot.db"

    with pytest.raises(StoreError):
        restore(f"sqlite:///{missing}", no_backup)

    assert not missing.exists()
