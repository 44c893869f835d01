"""Statements that every answer needs, compiled once: on SQLite the way through SQLAlchemy costs more than the work.

    _LEARNER = Prepared(select(learners).where(learners.c.id == bindparam("of")))

    row = _LEARNER.one_or_none(tx, {"of": learner_id})

SQLAlchemy writes the SQL and says how values go in and come out; SQLite's driver is then given both directly. On a
server, where the way there costs more than all this, they go like any other statement.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from sqlalchemy import Connection, CursorResult, Delete, Insert, Select, Update

Statement: TypeAlias = Select[Any] | Insert | Update | Delete
Values: TypeAlias = Mapping[str, Any]
Process: TypeAlias = Callable[[Any], Any]


class Prepared:
    """One statement, or one for each dialect. Each value is named, as those of `Connection.execute` are."""

    def __init__(self, statement: Statement | Mapping[str, Statement]) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def all(self, tx: Connection, values: Values) -> Sequence[Any]:
        """Return the rows, whose columns have names."""
        if tx.dialect.name == "sqlite":
            compiled = self._for(tx, values)
            return compiled.rows(_driver(tx).execute(compiled.sql, compiled.taken_from(values)))
        return tx.execute(self.statement(tx.dialect.name), values).all()

    def one_or_none(self, tx: Connection, values: Values) -> Any | None:
        """Return the only row there can be."""
        rows = self.all(tx, values)
        return rows[0] if rows else None

    def scalars(self, tx: Connection, values: Values) -> Sequence[Any]:
        """Return the values of the first column."""
        return [row[0] for row in self.all(tx, values)]

    def run(self, tx: Connection, values: Values) -> int:
        """Change something; return how many rows it was."""
        if tx.dialect.name == "sqlite":
            compiled = self._for(tx, values)
            return _driver(tx).execute(compiled.sql, compiled.taken_from(values)).rowcount
        return cast("CursorResult[Any]", tx.execute(self.statement(tx.dialect.name), values)).rowcount

    def run_each(self, tx: Connection, many: Sequence[Values]) -> None:
        """Do the same with each of these values."""
        if not many:
            return
        if tx.dialect.name == "sqlite":
            compiled = self._for(tx, many[0])
            _driver(tx).executemany(compiled.sql, map(compiled.taken_from, many))
        else:
            tx.execute(self.statement(tx.dialect.name), many)

    def statement(self, dialect: str) -> Statement:
        """Return what is carried out on a kind of database."""
        return self._statement[dialect] if isinstance(self._statement, Mapping) else self._statement

    def _for(self, tx: Connection, values: Values) -> "_Compiled":
        names = tuple(values)
        compiled = self._compiled.get(names)
        if compiled is None:
            compiled = self._compiled[names] = _Compiled(self.statement(tx.dialect.name), names, tx)
        return compiled


class _Compiled:
    """A statement in SQLite's words."""

    def __init__(self, statement: Statement, names: Sequence[str], tx: Connection) -> None:
        dialect = tx.dialect
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
        self.sql: str = compiled.string
        self._takes: list[tuple[str | None, Process | None, Any]] = []
        for name in compiled.positiontup:
            parameter = compiled.binds[name]
            process = parameter.type.dialect_impl(dialect).bind_processor(dialect)
            if name in names:
                self._takes.append((name, process, None))
            elif parameter.required:
                raise LookupError(f"a value for {name} is missing")
            else:
                value = parameter.effective_value
                self._takes.append((None, None, process(value) if process else value))
        columns = list(statement.exported_columns)
        self._row = cast("Any", namedtuple("Row", [str(column.key) for column in columns], rename=True))._make
        gives = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._gives: list[tuple[int, Process]] = [(place, process) for place, process in enumerate(gives) if process]

    def taken_from(self, values: Values) -> list[Any]:
        return [
            value if name is None else values[name] if process is None else process(values[name])
            for name, process, value in self._takes
        ]

    def rows(self, cursor: sqlite3.Cursor) -> Sequence[Any]:
        return [self._row(self._given(row)) for row in cursor.fetchall()]

    def _given(self, row: Sequence[Any]) -> Sequence[Any]:
        if not self._gives:
            return row
        given = list(row)
        for place, process in self._gives:
            given[place] = process(given[place])
        return given


def _driver(tx: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", tx.connection.dbapi_connection)
