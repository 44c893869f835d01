"""Keeps the local chat's records on disk, so that a killed process shows the same chat when it starts again.

One line of JSON is one change of everything that belongs together: `[["messages", "7/12", {...}], ...]`, where
null deletes. A line is handed to the operating system before the change is answered, so a kill loses nothing
that anybody was told. A torn last line was never answered; it is dropped.
"""

import json
import logging
from pathlib import Path
from typing import Any, TextIO

log = logging.getLogger(__name__)

Record = dict[str, Any]
Put = tuple[str, str, Record | None]


class Journal:
    """An append-only file of changes. With no path nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._file: TextIO | None = None

    def load(self) -> dict[str, dict[str, Record]]:
        """Read all tables, rewrite the file without what was overwritten since, and open it for appending."""
        tables: dict[str, dict[str, Record]] = {}
        if self.path is None:
            return tables
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists():
            for put in self._puts(self.path):
                apply(tables, put)
        self._compact(self.path, tables)
        self._file = self.path.open("a", encoding="utf-8")
        return tables

    def append(self, puts: list[Put]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(puts, ensure_ascii=False, separators=(",", ":")) + "\n")
            self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    @staticmethod
    def _puts(path: Path) -> list[Put]:
        puts: list[Put] = []
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                puts += [(table, key, value) for table, key, value in json.loads(line)]
            except (ValueError, TypeError):
                log.warning("local chat journal: line %s is torn and was dropped", number)
        return puts

    @staticmethod
    def _compact(path: Path, tables: dict[str, dict[str, Record]]) -> None:
        fresh = path.with_name(path.name + ".new")
        with fresh.open("w", encoding="utf-8") as file:
            for table, rows in tables.items():
                for key, value in rows.items():
                    file.write(json.dumps([[table, key, value]], ensure_ascii=False, separators=(",", ":")) + "\n")
        fresh.replace(path)


def apply(tables: dict[str, dict[str, Record]], put: Put) -> None:
    table, key, value = put
    rows = tables.setdefault(table, {})
    if value is None:
        rows.pop(key, None)
    else:
        rows[key] = value
