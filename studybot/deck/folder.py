"""Writing into the deck's folder: one writer at a time, and a file is either as it was or as it should be."""

import codecs
import contextlib
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studybot.core.os_reason import os_reason
from studybot.core.phrase import Phrase
from studybot.deck.files import shown_path
from studybot.errors import StudybotError

LONGEST_WAIT_SECONDS = 10.0
_LOOK_AGAIN_SECONDS = 0.05


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Keep other studybots from writing into a deck meanwhile: what is read in here is still so when it is written.

    The lock is the folder's own, so nothing lies about in the deck, and the system lets it go whatever becomes of us.
    Raises StudybotError where another one does not finish.
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        told = Phrase("{path}: cannot be opened: {reason}: give the deck's folder")
        raise StudybotError(told.filled(path=shown_path(folder), reason=os_reason(error))) from error
    try:
        _lock(handle, folder)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                told = Phrase("{path}: another studybot is writing here: nothing was changed, try again in a moment")
                raise StudybotError(told.filled(path=shown_path(folder))) from None
            time.sleep(_LOOK_AGAIN_SECONDS)
        else:
            return


def write_whole(path: Path, text: str) -> None:
    """Put a text in the place of a file, all of it or nothing; it is on the disk when this returns.

    A link is followed, and the file's mode stays. Raises StudybotError.
    """
    target = path.resolve() if path.is_symlink() else path
    fresh = target.with_name(f".{target.name}.{os.getpid()}")  # hidden: the loader leaves it alone
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write(fresh, _mark(target) + text, mode=_mode(target))
            fresh.replace(target)
        finally:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
        _to_disk(target.parent)
    except OSError as error:
        told = Phrase("{path}: cannot be written: {reason}: nothing was changed")
        raise StudybotError(told.filled(path=shown_path(path), reason=os_reason(error))) from error


def _write(fresh: Path, text: str, *, mode: int | None) -> None:
    with fresh.open("w", encoding="utf-8", newline="") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    if mode is not None:
        fresh.chmod(mode)


def _mark(path: Path) -> str:
    """Return the byte order mark that a file begins with, if it does: whoever wrote it wants it there."""
    try:
        with path.open("rb") as stream:
            return "\ufeff" if stream.read(3) == codecs.BOM_UTF8 else ""
    except FileNotFoundError:
        return ""


def _mode(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
