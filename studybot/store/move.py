"""Move everything from one database to another, such as from a SQLite file to a PostgreSQL server."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select

from studybot.core.phrase import Phrase
from studybot.errors import StoreError
from studybot.store.engine import name_of, opened, read_only
from studybot.store.tables import metadata
from studybot.store.upgrade import check_version, upgrade

AT_ONCE = 1000
"""How many rows are in memory, and in one statement, at a time."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows of a table were moved."""

    table: str
    rows: int


def move(source: str, target: str) -> list[Moved]:
    """Copy every row to a target that holds none, in one transaction, and compare the counts before it is kept.

    The source is read as one state and left as it is; what a running bot writes there meanwhile stays behind, so
    stop it first. Raises StoreError, and changes nothing but the target's empty tables, if the source is not up to
    date, the target holds rows, or a count differs.
    """
    check_version(source)
    upgrade(target)
    with opened(source) as old, opened(target) as new:
        if old.url == new.url:
            raise StoreError(Phrase("{database} cannot be moved to itself", database=name_of(old)))
        with read_only(old).begin() as reading, new.begin() as writing:
            _refuse_rows(writing, name_of(new))
            moved = [Moved(table.name, _copy(table, reading, writing)) for table in metadata.sorted_tables]
            for each in moved:
                found = _count(metadata.tables[each.table], writing)
                if found != each.rows:
                    raise StoreError(
                        Phrase(
                            "{table}: {rows} rows were read, but {found} arrived; nothing was kept",
                            table=each.table,
                            rows=each.rows,
                            found=found,
                        )
                    )
            _number_on(writing)
    return moved


def _refuse_rows(target: Connection, name: Phrase) -> None:
    for table in metadata.sorted_tables:
        if count := _count(table, target):
            raise StoreError(
                Phrase(
                    "{name} is not empty: {table} holds {count} rows; move into a fresh database",
                    name=name,
                    table=table.name,
                    count=count,
                )
            )


def _copy(table: Table, source: Connection, target: Connection) -> int:
    count = 0
    for rows in _batches(table, source):
        target.execute(insert(table), [dict(row._mapping) for row in rows])
        count += len(rows)
    return count


def _batches(table: Table, source: Connection) -> Iterator[Sequence[Row[Any]]]:
    everything = select(table).order_by(*table.primary_key)
    yield from source.execution_options(yield_per=AT_ONCE).execute(everything).partitions()


def _count(table: Table, connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _number_on(target: Connection) -> None:
    """Let PostgreSQL number new rows after those that brought their numbers along. SQLite does so by itself."""
    if target.dialect.name == "sqlite":
        return
    for table in metadata.sorted_tables:
        number = table.autoincrement_column
        if number is not None:
            sequence = func.pg_get_serial_sequence(table.name, number.name)
            target.execute(select(func.setval(sequence, select(func.max(number)).scalar_subquery())))
