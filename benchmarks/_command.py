"""What the commands of all benchmarks have in common: what they take, what they print, where their rows go."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from pydantic import TypeAdapter

from benchmarks._row import Row
from benchmarks._shown import show_rows

ROWS = TypeAdapter(tuple[Row, ...])


def arguments(about: str | None) -> argparse.ArgumentParser:
    """Return a parser with what every benchmark takes; each adds its own."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds: a look, not a measurement")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there, too")
    return parser


def tell(rows: Sequence[Row], given: argparse.Namespace) -> NoReturn:
    """Print the rows, write them where they are wanted, and end: with 1 if a limit was missed."""
    if given.json is not None:
        given.json.write_bytes(ROWS.dump_json(tuple(rows), indent=1))
    show_rows(rows)
    sys.exit(any(row.verdict == "missed" for row in rows))
