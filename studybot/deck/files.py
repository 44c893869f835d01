"""Finding and reading deck files: which files there are, which do not belong, and their text."""

import codecs
import os
import re
from dataclasses import dataclass
from pathlib import Path

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

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def find(path: Path) -> Found:
    """Find the deck files under `path`: the deck's folder, the folder of one topic, or one file."""
    try:
        if not path.exists():
            remedy = "it is a link that leads nowhere" if path.is_symlink() else "give the deck's folder, such as cards"
            return _only(path, f"there is no such file or folder: {remedy}")
        files, problems = _found_in(path) if path.is_dir() else ([path], [])
    except OSError as error:
        return _only(path, f"cannot be read: {_reason(error)}")
    if not files and not problems:
        return _only(path, "there is no card here: begin with cards/README.md")
    return Found(tuple(files), tuple(problems))


def shown_path(path: Path) -> str:
    """Return a path as a person at this working directory would type it."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links to names nobody typed
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(absolute)


def read_text(path: Path) -> str:
    """Return the text of a deck file. Raises CannotRead."""
    try:
        if not path.is_file():  # a pipe or a device would never end
            raise CannotRead("not a regular file: a deck file is a text file")
        with path.open("rb") as stream:
            data = stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise CannotRead(f"cannot be read: {_reason(error)}") from error
    return text_of(data)


def text_of(data: bytes) -> str:
    """Return what a deck file's bytes say. Raises CannotRead."""
    if len(data) > LARGEST_BYTES:
        raise CannotRead(f"larger than {LARGEST_BYTES // 2**20} MiB: split it into several files")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise CannotRead("encoded as UTF-16: save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CannotRead(f"byte 0x{data[error.start]:02x} is not UTF-8: save the file as UTF-8", line) from error
    if odd := _CONTROL.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise CannotRead(f"a control character (U+{ord(odd[0]):04X}), as binary files have: remove it", line)
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
        remedy = "folders do not nest: the deck is cards/<topic>/*.yaml"
    elif entry.suffix == ".yaml":
        remedy = f"move it into the folder of its topic, such as {entry.parent.name}/<topic>/{entry.name}"
    elif entry.suffix in {".yml", ".YAML", ".YML"}:
        remedy = f"rename it to {entry.stem}.yaml, or no card in it is ever asked"
    else:
        remedy = "not a deck file: move it out of the deck"
    return Problem(shown_path(entry), 1, remedy)


def _only(path: Path, message: str) -> Found:
    return Found((), (Problem(shown_path(path), 1, message),))


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
