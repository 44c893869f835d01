"""The table in a terminal: what missed its limit stands out by a word and a sign, and not by colour alone."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks._report import Part, Report
from benchmarks._row import Row, Verdict, told, wanted_of

PLAIN_WIDTH = 132
MARKS: dict[Verdict, Text] = {
    "met": Text("✓ met", style="green"),
    "missed": Text("✗ MISSED", style="bold reverse red"),
    "no limit": Text(""),
    "not measured": Text("– not measured", style="yellow"),
}


def console() -> Console:
    """Return a console that does not break lines where nobody looks: in a file or a pipe."""
    plain = Console()
    return plain if plain.is_terminal else Console(width=PLAIN_WIDTH)


def show_rows(rows: Sequence[Row]) -> None:
    table = _empty()
    _add(table, rows)
    console().print(table)


def show_report(report: Report) -> None:
    """Print all parts as one table, and after it what it comes to."""
    table = _empty()
    for part in report.parts:
        table.add_section()
        table.add_row(Text(f"{part.title}", style="bold"), *[""] * 4, "")
        _add(table, part.rows)
        if part.failed:
            table.add_row(Text(f"  {_last_line(part.failed)}"), *[""] * 4, Text("✗ FAILED", style="bold reverse red"))
    out = console()
    out.print(table)
    for part in report.parts:
        if part.failed:
            out.print(Text(f"\n{part.name} failed:\n{part.failed}"))
    for line in summary(report):
        out.print(Text(line))


def summary(report: Report) -> Iterable[str]:
    """Yield the lines below the table: the count, the machine, how quiet it was."""
    verdicts = [row.verdict for part in report.parts for row in part.rows]
    failed = [part.name for part in report.parts if part.failed]
    yield (
        f"{verdicts.count('met')} limits met, {verdicts.count('missed')} missed, "
        f"{verdicts.count('not measured')} rows not measured" + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    for row in (row for part in report.parts for row in part.rows if row.verdict == "missed"):
        yield f"  missed: {row.what}: {judged(row)}, wanted {wanted_of(row)}"
    yield from dict.fromkeys(part.circumstances.where for part in report.parts)
    yield from (f"  {each}" for each in unquiet(report.parts))


def judged(row: Row) -> str:
    """Write the figure that the limit is of."""
    if row.wanted is not None and row.wanted.of == "ratio" and row.ratio is not None:
        return told(row.ratio, "x")
    return "" if row.seen is None else told(row.seen, row.unit)


def unquiet(parts: Iterable[Part]) -> list[str]:
    """Name the parts during which the machine had other work."""
    return [
        f"not quiet: during {part.name} {part.circumstances.busy_cores:.1f} cores were busy with other work"
        f" (load {part.circumstances.load:.1f} before)"
        for part in parts
        if part.circumstances.is_unquiet
    ]


def _empty() -> Table:
    table = Table(show_edge=False, pad_edge=False)
    table.add_column("what", overflow="fold", ratio=1)
    table.add_column("seen", justify="right", no_wrap=True)
    table.add_column("beside", overflow="fold")
    table.add_column("ratio", justify="right", no_wrap=True)
    table.add_column("wanted", no_wrap=True)
    table.add_column("", no_wrap=True)
    return table


def _add(table: Table, rows: Iterable[Row]) -> None:
    for row in rows:
        table.add_row(
            Text(f"  {row.what}", style="bold" if row.verdict == "missed" else ""),
            "" if row.seen is None else told(row.seen, row.unit),
            Text(row.why_not) if row.peer is None else Text(f"{row.peer.name} {told(row.peer.seen, row.unit)}"),
            "" if row.ratio is None else told(row.ratio, "x"),
            wanted_of(row),
            MARKS[row.verdict],
        )


def _last_line(failed: str) -> str:
    return failed.strip().splitlines()[-1][:100]
