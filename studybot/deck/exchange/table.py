"""The collection as a table for spreadsheets: one row for each card, one column for each field.

Texts stand in the cells as they are. What is not text (numbers, lists, params) stands there as JSON, and so does a
text that would else be taken for JSON, or for a formula: reading gives back exactly what was written.
"""

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from studybot.core.card import Text
from studybot.core.phrase import Phrase
from studybot.deck.exchange.collection import Collection, Entry, NotOurs
from studybot.deck.exchange.document import checked, entry_of

ENCODING = "utf-8-sig"
"""With the mark at its beginning: without it spreadsheets read Korean as noise."""

_PLACE = ("file", "title.ko", "title.en")
_COLUMNS = (
    "id", "kind", "topic", "question.ko", "question.en", "claim.ko", "claim.en", "asks", "snippet", "starter", "inputs",
    "check", "solution", "expect", "holds", "options", "several", "answer.ko", "answer.en", "explanation.ko",
    "explanation.en", "hint.ko", "hint.en", "hints", "mistakes", "params", "where", "tags", "source.log", "source.date",
)  # fmt: skip
_PAIRS = ({"ko", "en"}, {"log", "date"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(collection: Collection) -> str:
    """Return everything as CSV; `from_csv` makes the same of it again."""
    rows = [
        {"file": entry.file, **_title(collection.titles[entry.topic]), **dict(_cells(entry.body))}
        for entry in collection.entries
    ]
    used = {name for row in rows for name in row}
    columns = [name for name in _COLUMNS if name in used]
    columns += sorted(used - set(_COLUMNS) - set(_PLACE))
    text = StringIO(newline="")
    writer = csv.DictWriter(text, [*columns, *_PLACE])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def is_ours(header: list[str]) -> bool:
    """Tell our own table from any other by its columns."""
    return {"id", "kind", "topic", *_PLACE} <= set(header)


def from_csv(text: str) -> Collection:
    """Read what `to_csv` wrote, edited or not. Raises NotOurs."""
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    reader = csv.DictReader(StringIO(text, newline=""), strict=True)
    titles: dict[str, Text] = {}
    entries: list[Entry] = []
    try:
        if not is_ours(list(reader.fieldnames or [])):
            raise NotOurs(Phrase("a table, but not an export of studybot"))
        for row in reader:
            if None in row or None in row.values():
                raise NotOurs(
                    Phrase(
                        "line {line_num}: the row has another number of cells than the first line",
                        line_num=reader.line_num,
                    )
                )
            entry = entry_of(row["file"], _body(row))
            title = Text(_read(row["title.ko"]), _read(row["title.en"]))
            if titles.setdefault(entry.topic, title) != title:
                raise NotOurs(
                    Phrase(
                        "line {line_num}: the topic {topic} has two titles",
                        line_num=reader.line_num,
                        topic=repr(entry.topic),
                    )
                )
            entries.append(entry)
    except csv.Error as error:
        raise NotOurs(Phrase("line {line_num}: {reason}", line_num=reader.line_num, reason=error)) from None
    return checked(Collection(titles, tuple(entries)))


def _title(title: Text) -> dict[str, str]:
    return {"title.ko": _written(title.ko), "title.en": _written(title.en)}


def _cells(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, field in body.items():
        if isinstance(field, dict) and set(field) in _PAIRS and all(isinstance(text, str) for text in field.values()):
            yield from ((f"{name}.{part}", _written(text)) for part, text in field.items())
        else:
            yield name, _written(field)


def _body(row: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, cell in row.items():
        if name in _PLACE or not cell:
            continue
        field, _, part = name.partition(".")
        if part:
            body.setdefault(field, {})[part] = _read(cell)
        else:
            body[field] = _read(cell)
    return body


def _written(field: Any) -> str:
    if isinstance(field, str) and field and not field.startswith(_FORMULA) and _read(field) == field:
        return field
    return json.dumps(field, ensure_ascii=False)


def _read(cell: str) -> Any:
    """Return a cell's content: JSON where it is such, else the text itself."""
    try:
        return json.loads(cell, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return cell


def _no_constant(name: str) -> Any:
    raise ValueError(name)
