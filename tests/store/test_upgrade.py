"""Databases are made and brought up to date by the migrations, and a newer one is refused."""

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import studybot
from studybot.errors import StoreError, StoreTooNew
from studybot.store import upgrade as module
from studybot.store.engine import open_engine
from studybot.store.tables import metadata
from studybot.store.upgrade import NEWEST, check_version, migrations_folder, upgrade

pytestmark = pytest.mark.faults

NEXT = f"{int(NEWEST) + 1:04}"


def schema(file: Path) -> dict[tuple[str, str], list[str]]:
    """Return everything SQLite knows of a database's shape, but for constraints' order, quotes and white space."""
    query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%'"
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(query).fetchall()
    return {
        (kind, name): sorted(re.split(r",? ", " ".join((sql or "").replace('"', "").split())))
        for kind, name, sql in rows
    }


def set_revision(file: Path, revision: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()


def test_migrations_make_exactly_the_tables(database: Path, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/tables.db")
    metadata.create_all(engine)
    engine.dispose()

    assert schema(database) == schema(tmp_path / "tables.db")


def test_alembic_finds_nothing_to_migrate(url: str) -> None:
    engine = open_engine(url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()

    assert differences == []


def test_the_newest_revision_is_the_last_migration() -> None:
    scripts = ScriptDirectory(str(migrations_folder()))

    assert scripts.get_current_head() == NEWEST
    assert [script.revision for script in scripts.walk_revisions()] == sorted(
        (path.name[:4] for path in migrations_folder().glob("versions/0*.py")), reverse=True
    )


def test_a_first_upgrade_makes_the_folder_and_a_private_file(tmp_path: Path) -> None:
    file = tmp_path / "var" / "lib" / "studybot.db"

    copy = upgrade(f"sqlite:///{file}")

    assert copy is None
    assert file.stat().st_mode & 0o777 == 0o600
    check_version(f"sqlite:///{file}")


def test_an_upgrade_of_a_current_database_changes_nothing(database: Path, url: str) -> None:
    before = database.read_bytes()

    assert upgrade(url) is None

    assert database.read_bytes() == before
    assert [path.name for path in database.parent.iterdir()] == ["studybot.db"]


def test_a_database_newer_than_the_code_is_refused_and_left_alone(database: Path, url: str) -> None:
    set_revision(database, "0942")
    refused = pytest.raises(StoreTooNew, match=rf"is at revision 0942, .* knows none after {NEWEST}: install")

    with refused:
        upgrade(url)
    with refused:
        check_version(url)

    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0942",)


def test_a_database_that_is_not_upgraded_yet_says_what_to_type(tmp_path: Path) -> None:
    file = tmp_path / "studybot.db"
    missing = f"sqlite:///{file}"

    with pytest.raises(StoreError, match=r"there is no database at .*`studybot db upgrade` makes one"):
        check_version(missing)
    assert not file.exists()

    file.touch()
    with pytest.raises(StoreError, match=f"is empty, this studybot needs {NEWEST}; run: studybot db upgrade"):
        check_version(missing)


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "photos.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE photos (id INTEGER)")

    with pytest.raises(StoreError, match="is not studybot's: it has tables, but no revision"):
        upgrade(f"sqlite:///{file}")


def test_somebody_elses_revision_is_refused(database: Path, url: str) -> None:
    set_revision(database, "9f2c0ffee")

    with pytest.raises(StoreError, match="is not studybot's: its revision is '9f2c0ffee'"):
        upgrade(url)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "cannot be read; an example: sqlite:///var/studybot.db"),
        ("studybot.db", "cannot be read"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
        ("mysql://localhost/studybot", "mysql is not supported"),
    ],
)
def test_a_url_that_cannot_be_used_is_one_clear_line(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        upgrade(url)


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, not a folder")

    with pytest.raises(StoreError, match=r"studybot\.db cannot be made: (not a directory|file exists)"):
        upgrade(f"sqlite:///{tmp_path}/var/studybot.db")


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the code one more migration, and return its file."""
    folder = Path(shutil.copytree(migrations_folder(), tmp_path / "migrations"))
    file = folder / "versions" / "0900_streaks.py"
    file.write_text(
        f'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "0900"\ndown_revision = "{NEWEST}"\n\n'
        "def upgrade() -> None:\n"
        "    with op.batch_alter_table('learners', recreate='always') as learners:\n"
        "        learners.add_column(sa.Column('streak', sa.Integer, nullable=False, server_default='0'))\n"
    )
    monkeypatch.setattr(module, "NEWEST", "0900")
    monkeypatch.setattr(module, "migrations_folder", lambda: folder)
    return file


def a_learner_with_a_claim(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            "INSERT INTO learners (id, chat_id, language, zone, remind_at, new_per_day, reviews_per_day, reachable,"
            " next_reminder_at) VALUES (1, 5, 'ko', 'Asia/Seoul', '09:00:00.000000', 5, 40, 1, '2026-03-10')"
        )
        connection.execute("INSERT INTO claims (learner_id, day, due_at) VALUES (1, '2026-03-10', '2026-03-10')")
        connection.commit()


@pytest.mark.usefixtures("next_version")
def test_an_older_database_is_copied_and_brought_up_to_date(database: Path, url: str) -> None:
    a_learner_with_a_claim(database)

    copy = upgrade(url)

    assert copy == database.with_name("studybot.before-0900.db")
    with closing(sqlite3.connect(database)) as new, closing(sqlite3.connect(copy)) as old:
        assert new.execute("SELECT id, streak FROM learners").fetchall() == [(1, 0)]
        # Making learners anew must not reach the rows that belong to a learner.
        assert new.execute("SELECT count(*) FROM claims").fetchone() == (1,)
        assert old.execute("SELECT version_num FROM alembic_version").fetchone() == (NEWEST,)
        assert old.execute("SELECT count(*) FROM claims").fetchone() == (1,)


def test_learners_and_memories_of_the_time_before_fsrs_are_sm2s(tmp_path: Path) -> None:
    file = tmp_path / "studybot.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "NEWEST", "0002")
        upgrade(f"sqlite:///{file}")
    a_learner_with_a_claim(file)
    with closing(sqlite3.connect(file)) as old:
        old.execute("INSERT INTO memories VALUES (1, 'views', 2, 250, 6, '2026-03-16', '2026-03-10', 0, 0)")
        old.commit()

    upgrade(f"sqlite:///{file}")

    with closing(sqlite3.connect(file)) as new:
        assert new.execute("SELECT scheduler FROM learners").fetchall() == [("sm2",)]
        assert new.execute("SELECT easiness, stability, difficulty FROM memories").fetchall() == [(250, None, None)]


def test_whoever_had_chosen_an_hour_of_the_night_keeps_it(tmp_path: Path) -> None:
    file = tmp_path / "studybot.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "NEWEST", "0004")
        upgrade(f"sqlite:///{file}")
    a_learner_with_a_claim(file)
    with closing(sqlite3.connect(file)) as old:
        old.execute(
            "INSERT INTO learners SELECT 2, 6, language, zone, '23:00:00.000000', new_per_day, reviews_per_day,"
            " reachable, next_reminder_at, scheduler FROM learners"
        )
        old.commit()

    upgrade(f"sqlite:///{file}")

    with closing(sqlite3.connect(file)) as new:
        kept = new.execute("SELECT id, weekdays, quiet_from, quiet_to FROM learners").fetchall()
    assert kept == [(1, "0123456", "22:00:00.000000", "08:00:00.000000"), (2, "0123456", None, None)]


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(database: Path, url: str, next_version: Path) -> None:
    next_version.write_text(next_version.read_text() + "    raise RuntimeError('the migration is wrong')\n")
    before = schema(database)

    with pytest.raises(RuntimeError, match="the migration is wrong"):
        upgrade(url)

    assert schema(database) == before


def test_an_upgrade_that_would_orphan_rows_is_undone(database: Path, url: str, next_version: Path) -> None:
    next_version.write_text(next_version.read_text() + "    op.execute('DELETE FROM learners')\n")
    a_learner_with_a_claim(database)

    with pytest.raises(StoreError, match="would leave rows of claims without their learners; nothing was changed"):
        upgrade(url)

    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*) FROM learners").fetchone() == (1,)


@pytest.mark.usefixtures("next_version")
def test_a_second_upgrade_keeps_the_first_copy(database: Path, url: str) -> None:
    database.with_name("studybot.before-0900.db").write_text("an earlier copy")

    assert upgrade(url) == database.with_name("studybot.before-0900-2.db")


def test_two_processes_may_upgrade_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/studybot.db"
    command = [sys.executable, "-c", f"from studybot.store.upgrade import upgrade; upgrade({url!r})"]

    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]

    assert [(process.communicate()[1], process.returncode) for process in both] == [("", 0)] * 2
    check_version(url)


def test_alembic_is_imported_only_when_there_is_something_to_do(url: str) -> None:
    code = (
        "import sys, studybot.store.store; from studybot.store.upgrade import upgrade;"
        f"upgrade({url!r}); sys.exit('alembic' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_installed_package_brings_its_migrations_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "studybot"
    (package / "_migrations").mkdir(parents=True)
    monkeypatch.setattr(studybot, "__file__", str(package / "__init__.py"))

    assert migrations_folder() == package / "_migrations"
