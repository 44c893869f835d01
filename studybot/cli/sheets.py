"""Figures in four forms: a table for eyes, JSON and CSV for programs, and a page with plots that needs nothing else."""

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import typer

from studybot.cli.language import language_spoken, say, tell
from studybot.cli.printing import print_json, print_table, whole_file
from studybot.core.phrase import Phrase

CSV_ENCODING = "utf-8-sig"

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
AsCsv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write a CSV table; - for standard output.")]
AsHtml = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page with plots, in one file.")]


class Share(float):
    """A number from 0 to 1 that is shown in percent."""


@dataclass(frozen=True, slots=True)
class Column:
    """`key` names it for programs. A `share` is shown in percent, other numbers with so many `digits`."""

    key: str
    title: Phrase
    share: bool = False
    digits: int = 2
    only_in_files: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """`figures` speak of all rows together. `marked` are the rows to look at, by their place."""

    title: Phrase
    columns: Sequence[Column]
    rows: Sequence[dict[str, Any]]
    figures: dict[str, tuple[Phrase, Any]] = field(default_factory=dict)
    notes: Sequence[Phrase] = ()
    plots: Sequence[tuple[Phrase, str]] = ()
    marked: frozenset[int] = frozenset()


def show(sheet: Sheet, *, as_json: bool, as_csv: Path | None, as_html: Path | None) -> None:
    """Print or write the figures in the form that was asked for."""
    if as_json:
        print_json({**{key: value for key, (_, value) in sheet.figures.items()}, "rows": list(sheet.rows)})
    if as_csv is not None:
        _deliver(as_csv, _csv(sheet), CSV_ENCODING)
    if as_html is not None:
        _deliver(as_html, _html(sheet), "utf-8")
    if not (as_json or as_csv or as_html):
        _print(sheet)


def _deliver(file: Path, content: str, encoding: str) -> None:
    if str(file) == "-":
        sys.stdout.write(content)
        return
    with whole_file(file, encoding) as stream:
        stream.write(content)
    tell(Phrase("{path} is written", path=file))


def _print(sheet: Sheet) -> None:
    for title, value in sheet.figures.values():
        typer.echo(f"{say(title)}: {_text(value)}")
    if sheet.rows:
        if sheet.figures:
            typer.echo()
        columns = [column for column in sheet.columns if not column.only_in_files]
        print_table([[c.title for c in columns], *([_cell(row, c) for c in columns] for row in sheet.rows)])
    for note in sheet.notes:
        tell(note)


def _csv(sheet: Sheet) -> str:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, [column.key for column in sheet.columns], extrasaction="ignore")
    writer.writeheader()
    writer.writerows({name: _plain(value) for name, value in row.items()} for row in sheet.rows)
    return text.getvalue()


def _html(sheet: Sheet) -> str:
    from jinja2 import Environment
    from markupsafe import Markup

    template = (Path(__file__).parent / "sheet.html").read_text(encoding="utf-8")
    page = Environment(autoescape=True).from_string(template)
    rows = [
        {
            "marked": place in sheet.marked,
            "cells": [{"text": _cell(row, column), "number": _number(row.get(column.key))} for column in sheet.columns],
        }
        for place, row in enumerate(sheet.rows)
    ]
    return page.render(
        language=language_spoken(),
        title=say(sheet.title),
        notes=[say(note) for note in sheet.notes],
        figures=[(say(title), _text(value)) for title, value in sheet.figures.values()],
        plots=[(say(title), Markup(svg)) for title, svg in sheet.plots],  # noqa: S704 - our own, names escaped
        headings=[
            (say(column.title), any(_number(row.get(column.key)) is not None for row in sheet.rows))
            for column in sheet.columns
        ],
        rows=rows,
    )


def _cell(row: dict[str, Any], column: Column) -> str:
    value = row.get(column.key)
    if isinstance(value, float):
        return f"{value:.0%}" if column.share else f"{value:.{column.digits}f}"
    return _text(value)


def _text(value: Any) -> str:
    match value:
        case None | False:
            return "-"
        case str() | list() | dict() | tuple() if not value:
            return "-"
        case True:
            return say(Phrase("yes"))
        case Phrase():
            return say(value)
        case datetime():
            return f"{value:%Y-%m-%d}"
        case Share():
            return f"{value:.0%}"
        case float():
            return f"{value:.2f}"
        case list() | tuple():
            return ", ".join(map(_text, value))
        case dict():
            return "; ".join(f"{name}: {count}" for name, count in value.items())
        case _:
            return str(value)


def _plain(value: Any) -> Any:
    return _text(value) if isinstance(value, list | tuple | dict | Phrase) and value else value


def _number(value: Any) -> float | None:
    if isinstance(value, date):
        return float(value.toordinal())
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
