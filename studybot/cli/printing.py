"""Tables for eyes, JSON for programs, and a bar for whatever takes more than a second."""

import json
import os
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import get_terminal_size
from threading import Timer
from typing import Any, TextIO

import typer
from rich.console import Console
from rich.progress import Progress

from studybot.cli.language import say
from studybot.core.os_reason import os_reason
from studybot.core.phrase import Phrase
from studybot.errors import StudybotError

GAP, INDENTED = "  ", "    "
PATIENCE_SECONDS = 1.0
"""A bar appears only after this long: what is quick needs none."""


def print_table(rows: Sequence[Sequence[Any]]) -> None:
    """Print rows in columns; the first may be headings. Korean letters are two columns wide.

    On a terminal too narrow for it, all but the first column stand on a line below, indented. A pipe gets whole rows.
    """
    texts = [[say(cell) if isinstance(cell, Phrase) else str(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*texts, strict=True)]
    room = get_terminal_size().columns if sys.stdout.isatty() else 0
    for row in texts:
        cells = [_padded(cell, width) for cell, width in zip(row, widths, strict=True)]
        if room and len(cells) > 2 and sum(widths) + len(GAP) * (len(widths) - 1) > room:
            typer.echo(row[0])
            typer.echo((INDENTED + GAP.join(cells[1:])).rstrip())
        else:
            typer.echo(GAP.join(cells).rstrip())


def print_json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def print_line(record: dict[str, Any]) -> None:
    """Print one object of JSON lines."""
    typer.echo(json.dumps(record, ensure_ascii=False, default=str))


class Bar:
    """What a long piece of work tells about how far it is."""

    def __init__(self, doing: str, total: int | None, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task(doing, total=total)

    def step(self, count: int = 1) -> None:
        self._progress.advance(self._task, count)

    def at(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)


@contextmanager
def bar(doing: Phrase, total: int | None = None) -> Iterator[Bar]:
    """Show a bar on a terminal's standard error while work takes more than a second; it is gone at the end.

    Where nothing tells how far it is, the bar only moves.
    """
    console = Console(stderr=True)
    progress = Progress(console=console, transient=True, disable=not console.is_terminal)
    patience = Timer(PATIENCE_SECONDS, progress.start)
    patience.daemon = True
    if console.is_terminal:
        patience.start()
    try:
        yield Bar(say(doing), total, progress)
    finally:
        patience.cancel()
        if console.is_terminal:
            patience.join()
        progress.stop()


@contextmanager
def whole_file(path: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    """Write a file that appears whole or not at all, whatever stops the writing. Raises StudybotError."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("w", encoding=encoding, newline="") as stream:
            yield stream
        unfinished.replace(path)
    except OSError as error:
        raise cannot_be_written(path, error) from error
    finally:
        unfinished.unlink(missing_ok=True)


def cannot_be_written(path: Path, error: OSError) -> StudybotError:
    """Return the error to raise where a file cannot be written."""
    return StudybotError(Phrase("{path}: cannot be written: {reason}", path=path, reason=os_reason(error)))


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)
