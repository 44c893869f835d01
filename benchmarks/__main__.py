"""The whole table of docs/benchmarks.md by one command.

    python -m benchmarks [NAME ...] [--quick] [--long] [--json FILE] [--keep]

Each benchmark runs in a process of its own. The exit code is 0 if every limit held, 1 if one was missed, 2 if a
benchmark failed, 130 if it was stopped. `--keep` writes what was found into docs/benchmarks.json, and from that the
tables of docs/benchmarks.md and docs/scale.md and their picture; `--pages` writes those without measuring.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from benchmarks._contents import BENCHMARKS
from benchmarks._pages import KEPT, write_pages
from benchmarks._report import Part, Report, read, write
from benchmarks._run import Benchmark, run
from benchmarks._shown import console, show_report

STOPPED = 130
"""As a shell tells of a program that was interrupted."""


def main(words: Sequence[str] | None = None) -> int:
    parser = _parser()
    given = parser.parse_args(words)
    if given.keep and given.quick:
        parser.error("--quick is a look and no measurement: nothing of it is kept")
    if given.pages:
        report = read(KEPT)
        show_report(report)
        write_pages(report)
        return report.exit_code
    known = {each.name: each for each in BENCHMARKS}
    if unknown := [name for name in given.names if name not in known]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = [known[name] for name in given.names] or [each for each in BENCHMARKS if given.long or not each.takes_long]
    report, stopped = _measured(chosen, quick=given.quick)
    show_report(report)
    if given.json:
        write(report, given.json)
    if given.keep:
        _keep(report)
    return STOPPED if stopped else report.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="names: " + ", ".join(f"{each.name}{' (long)' if each.takes_long else ''}" for each in BENCHMARKS),
    )  # fmt: skip
    parser.add_argument("names", nargs="*", metavar="NAME", help="run only these")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: a look, not a measurement")
    parser.add_argument("--long", action="store_true", help="also those that take half an hour and more")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found there")
    parser.add_argument("--keep", action="store_true", help="keep what was found in docs/, and show it there")
    parser.add_argument("--pages", action="store_true", help="measure nothing: show what is kept, write it into docs/")
    return parser


def _measured(chosen: Sequence[Benchmark], *, quick: bool) -> tuple[Report, bool]:
    """Run benchmarks, and tell whether they were stopped half-way; what was measured until then is not lost."""
    parts: list[Part] = []
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what was started is stopped, too
    try:
        for benchmark in chosen:
            print(f"{benchmark.name} ...", end=" ", file=sys.stderr, flush=True)
            parts.append(run(benchmark, quick=quick))
            _note(parts[-1])
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return Report(tuple(parts)), True
    return Report(tuple(parts)), False


def _note(part: Part) -> None:
    missed = sum(row.verdict == "missed" for row in part.rows)
    ended = "FAILED" if part.failed else f"{missed} missed" if missed else "ok"
    print(f"{part.seconds:.0f} s, {ended}", file=sys.stderr, flush=True)


def _keep(report: Report) -> None:
    """Keep what was found beside what was found before. A benchmark that failed takes nothing away."""
    found = Report(tuple(part for part in report.parts if not part.failed))
    kept = found.over(read(KEPT)) if KEPT.exists() else found
    kept = kept.ordered([each.name for each in BENCHMARKS])
    write(kept, KEPT)
    console().print(Text(f"kept in {', '.join(str(each) for each in (KEPT, *write_pages(kept)))}"))


if __name__ == "__main__":
    sys.exit(main())
