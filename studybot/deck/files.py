"""Finding and reading deck files: which files there are, which do not belong, and their text."""

import codecs
import os
import re
from dataclasses import dataclass
from pathlib import Path

from studybot.core.os_reason import os_reason
from studybot.core.phrase import Phrase
from studybot.errors import Problem

LARGEST_BYTES = 2**20
BESIDE_TOPICS = {"README.md", "schema.json"}

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")


@dataclass(frozen=True, slots=True)
class Found:
    """The deck files of a folder in a stable order, and what is wrong with the folder itself."""

    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


class CannotRead(ValueError):
    """The file is no text of ours: `line` (from 1) and what to do about it."""

    def __init__(self, message: Phrase, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def find(path: Path) -> Found:
    """Find the deck files under `path`: the deck's folder, the folder of one topic, or one file."""
    try:
        if not path.exists():
            if path.is_symlink():
                return _only(path, Phrase("there is no such file or folder: it is a link that leads nowhere"))
            return _only(path, Phrase("there is no such file or folder: give the deck's folder, such as cards"))
        files, problems = _found_in(path) if path.is_dir() else ([path], [])
    except OSError as error:
        return _only(path, Phrase("cannot be read: {reason}", reason=os_reason(error)))
    if not files and not problems:
        return _only(path, Phrase("there is no card here: begin with cards/README.md"))
    return Found(tuple(files), tuple(problems))


def shown_path(path: Path) -> str:
    """Return a path as a person at this working directory would type it."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links to names nobody typed
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(absolute)


def read_text(path: Path) -> str:
    """Return the text of a deck file. Raises CannotRead."""
    try:
        if path.is_symlink() and not path.exists():
            raise CannotRead(Phrase("a link that leads nowhere: mend it, or remove it"))
        if not path.is_file():  # a pipe or a device would never end
            raise CannotRead(Phrase("not a regular file: a deck file is a text file"))
        with path.open("rb") as stream:
            data = stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise CannotRead(Phrase("cannot be read: {reason}", reason=os_reason(error))) from error
    return text_of(data)


def text_of(data: bytes) -> str:
    """Return what a deck file's bytes say. Raises CannotRead."""
    if len(data) > LARGEST_BYTES:
        raise CannotRead(Phrase("larger than {n} MiB: split it into several files", n=LARGEST_BYTES // 2**20))
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise CannotRead(Phrase("encoded as UTF-16: save it as UTF-8"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"0x{data[error.start]:02x}"
        raise CannotRead(Phrase("byte {byte} is not UTF-8: save the file as UTF-8", byte=byte), line) from error
    if odd := _CONTROL.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        told = Phrase("a control character ({mark}), as binary files have: remove it", mark=f"U+{ord(odd[0]):04X}")
        raise CannotRead(told, line)
    return text


def _found_in(root: Path) -> tuple[list[Path], list[Problem]]:
    entries = _entries(root)
    folders = [entry for entry in entries if entry.is_dir()]
    if not folders and entries and all(entry.suffix == ".yaml" for entry in entries):
        folders, entries = [root], []
    files: list[Path] = []
    problems = [_stray(entry) for entry in entries if entry not in folders and entry.name not in BESIDE_TOPICS]
    for folder in folders:
        for entry in _entries(folder):
            if entry.suffix == ".yaml" and not entry.is_dir():
                files.append(entry)
            else:
                problems.append(_stray(entry))
    return files, problems


def is_passing(name: str) -> bool:
    """Tell whether a file is none of ours: hidden, or what an editor leaves beside the file it writes."""
    return name.startswith((".", "#")) or name.endswith("~")


def _entries(folder: Path) -> list[Path]:
    """Return what a folder holds, by name, without what editors and systems leave about."""
    return sorted(entry for entry in folder.iterdir() if not is_passing(entry.name))


def _stray(entry: Path) -> Problem:
    if entry.is_dir():
        remedy = Phrase("folders do not nest: the deck is cards/<topic>/*.yaml")
    elif entry.suffix == ".yaml":
        place = f"{entry.parent.name}/<topic>/{entry.name}"
        remedy = Phrase("move it into the folder of its topic, such as {place}", place=place)
    elif entry.suffix in {".yml", ".YAML", ".YML"}:
        remedy = Phrase("rename it to {name}, or no card in it is ever asked", name=f"{entry.stem}.yaml")
    else:
        remedy = Phrase("not a deck file: move it out of the deck")
    return Problem(shown_path(entry), 1, remedy)


def _only(path: Path, message: Phrase) -> Found:
    return Found((), (Problem(shown_path(path), 1, message),))
