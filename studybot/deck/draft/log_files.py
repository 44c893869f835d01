"""Reading logs and writing drafts: what a person may get wrong here is told in one line each."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from studybot.core.os_reason import os_reason
from studybot.core.phrase import Phrase, lines, said
from studybot.deck.draft.reading import Log, read_log
from studybot.deck.draft.writing import passages_in
from studybot.deck.files import shown_path
from studybot.errors import StudybotError

LARGEST_MIB = 2
LONGEST_NAME = 100

_EXPORT_ID = re.compile(r"[ _-][0-9a-f]{32}$")
"""What Notion adds to the names of exported pages: it leads to the page."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where drafts were written; `taken` is the file that had the name first, where there is one."""

    path: Path
    taken: Path | None = None


def read_logs(paths: Sequence[Path]) -> list[Log]:
    """Read logs, each once. Raises StudybotError with a line for each that cannot be read."""
    logs: list[Log] = []
    problems: list[Phrase] = []
    for path in dict.fromkeys(paths):
        try:
            text = _text(path)
        except _Unreadable as error:
            problems.append(Phrase("{name}: {told}", name=shown_path(path), told=said(error)))
        else:
            name = _EXPORT_ID.sub("", path.stem).strip()[:LONGEST_NAME] or "log"
            logs.append(read_log(text, name=name, path=shown_path(path)))
    if problems:
        raise StudybotError(lines(problems))
    return logs


def known_passages(folder: Path) -> set[str]:
    """Return the fingerprints of all passages that the deck files under a folder were made of."""
    return {passage for path in _deck_files(folder) for passage in passages_in(_lenient(path))}


def write_new(folder: Path, name: str, text: str) -> Written:
    """Write a file that was not there before, under the name or the next free one. Raises StudybotError."""
    taken: Path | None = None
    number = 1
    plain = re.sub(r"[^\w가-힣.-]+", "-", name).strip("-.") or "log"
    while True:
        path = folder / (f"{plain}.yaml" if number == 1 else f"{plain}-{number}.yaml")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                _whole(file, path, text)
        except FileExistsError as error:
            if path.parent.is_dir() and os.path.lexists(path):
                taken = taken or path
                number += 1
                continue
            told = Phrase("{path}: cannot be written into: it is a file: choose a folder with --to", path=folder)
            raise StudybotError(told) from error
        except OSError as error:
            told = Phrase("{path}: cannot be written: {reason}: choose a folder with --to")
            raise StudybotError(told.filled(path=path, reason=os_reason(error))) from error
        return Written(path, taken)


def _whole(file: TextIO, path: Path, text: str) -> None:
    """Write a new file's text; where that fails (a full disk, Ctrl-C) nothing of it is left."""
    try:
        file.write(text)
        file.flush()
    except BaseException:
        path.unlink(missing_ok=True)
        raise


class _Unreadable(ValueError):
    """A log that cannot be read: what is wrong, and what to do."""


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise _Unreadable(Phrase("a folder: name the logs in it, such as {path}/*.md", path=shown_path(path)))
        if not path.exists():
            raise _Unreadable(Phrase("there is no such file: check its name"))
        if not path.is_file():  # a pipe or a device would never end
            raise _Unreadable(Phrase("not a regular file: a study log is a text file"))
        with path.open("rb") as stream:
            data = stream.read(LARGEST_MIB * 2**20 + 1)
    except OSError as error:
        raise _Unreadable(Phrase("cannot be read: {reason}: check its name", reason=os_reason(error))) from error
    if len(data) > LARGEST_MIB * 2**20:
        raise _Unreadable(Phrase("larger than {n} MiB: give a log of one day or one week", n=LARGEST_MIB))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        told = Phrase("byte {byte} on line {line} is not UTF-8: save it as UTF-8")
        raise _Unreadable(told.filled(byte=f"0x{data[error.start]:02x}", line=line)) from error
    if "\0" in text:
        raise _Unreadable(Phrase("not a text file: give a study log in Markdown"))
    if not text.strip():
        raise _Unreadable(Phrase("the file is empty: give a log with something in it"))
    return text


def _deck_files(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(path for path in folder.rglob("*.yaml") if path.is_file())
    except OSError:
        return  # whatever cannot be looked at holds no drafts of ours


def _lenient(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
