"""Backup and restore of the database: a SQLite file also while the bot runs, a server's by its own programs."""

import sqlite3
from contextlib import closing
from pathlib import Path

from studybot.core.os_reason import os_reason
from studybot.core.phrase import Phrase, Said
from studybot.errors import StoreError
from studybot.store import dumps
from studybot.store.upgrade import Progress, check_ours, copy_sqlite, make_private, spare_name, sqlite_file, upgrade


def backup(url: str, target: Path, progress: Progress | None = None) -> None:
    """Copy the database to `target`, which must not exist: everything committed before is in the copy, whole.

    The name appears only once the copy is complete. Raises StoreError if it cannot be made.
    """
    if target.exists():
        raise StoreError(Phrase("{target} exists already; choose another name", target=target))
    source = sqlite_file(url)
    if source is None:
        check_ours(url)
        dumps.backup(url, target)
        return
    if not source.exists():
        raise StoreError(Phrase("there is no database at {source}, so there is nothing to back up", source=source))
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        unfinished.touch(mode=0o600)
        copy_sqlite(source, unfinished, progress)
        _make_self_contained(unfinished)
        unfinished.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            Phrase("the backup {target} cannot be written: {reason}", target=target, reason=_reason(error))
        ) from error
    finally:  # also where Ctrl-C ends it
        unfinished.unlink(missing_ok=True)


def restore(url: str, source: Path, progress: Progress | None = None) -> str | None:
    """Put a backup in the place of the database, and bring it up to date if it is older.

    Returns where the database that was there is kept, or None if there was none. Raises StoreTooNew or
    StoreError, and changes nothing, if `source` is not a whole studybot database that this code knows.
    """
    if not source.is_file():
        raise StoreError(Phrase("there is no file {source}", source=source))
    file = sqlite_file(url)
    if file is None:
        return dumps.restore(url, source)
    there_was_one = file.exists()
    make_private(file)
    candidate, aside = spare_name(file, "restoring"), None
    try:
        _copy_checked(source, candidate, progress)
        check_ours(f"sqlite:///{candidate}")
        if there_was_one:
            aside = spare_name(file, "before-restore")
            _copy_whole(file, aside, progress)
        # Through SQLite, not over the file: a bot that has it open then sees the restored one.
        copy_sqlite(candidate, file, progress)
    except sqlite3.Error as error:
        raise StoreError(Phrase("{file} cannot be restored: {reason}", file=file, reason=_reason(error))) from error
    finally:  # also where Ctrl-C ends it
        for left in (candidate, *(Path(f"{candidate}-{end}") for end in ("wal", "shm"))):
            left.unlink(missing_ok=True)
        if not there_was_one and file.stat().st_size == 0:
            file.unlink()
    upgrade(url)
    return None if aside is None else str(aside)


def _copy_whole(file: Path, aside: Path, progress: Progress | None) -> None:
    """Copy a database; where that is not done to its end, also by Ctrl-C, no half of it is left."""
    try:
        copy_sqlite(file, aside, progress)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _make_self_contained(file: Path) -> None:
    """Take a copy out of WAL mode: it can then be read from a read-only disk."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _copy_checked(source: Path, candidate: Path, progress: Progress | None) -> None:
    """Copy a backup without touching it. Raises StoreError if it is no database, or not a whole one."""
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
        candidate.touch(mode=0o600)
        copy_sqlite(source, candidate, progress)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise  # no fault of the backup's
        raise StoreError(
            Phrase("{source} cannot be read as a database: {reason}", source=source, reason=error)
        ) from error
    if found != "ok":
        raise StoreError(Phrase("{source} is damaged: {complaint}", source=source, complaint=found.splitlines()[0]))


def _reason(error: OSError | sqlite3.Error) -> Said:
    if isinstance(error, OSError):
        return os_reason(error)
    match getattr(error, "sqlite_errorcode", None):
        case sqlite3.SQLITE_FULL:
            return Phrase("no space left on device")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN:
            return Phrase("permission denied")
        case _:
            return str(error)
