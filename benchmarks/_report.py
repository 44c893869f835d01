"""What a whole run of the benchmarks found, with where and when, as it is kept in a file."""

import os
import platform
import resource
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from benchmarks._row import Row

NAMED = ("python-telegram-bot", "SQLAlchemy", "fsrs", "torch")
QUIET_CORES = 0.25
"""So much other work is noise; from there on the figures are told to be of an unquiet machine."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where and when a part was measured. `busy_cores` is what other work used meanwhile, on the mean."""

    machine: str
    versions: str
    commit: str
    began_at: datetime
    load: float
    busy_cores: float = 0.0

    @property
    def is_unquiet(self) -> bool:
        return self.busy_cores > QUIET_CORES

    @property
    def where(self) -> str:
        """One line for the machine and the versions."""
        return f"{self.machine}; {self.versions}"

    @classmethod
    def now(cls) -> Self:
        """Look around before a part begins; what others do meanwhile is not known yet."""
        began_at = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the machine's own clock is what is told
        return cls(machine(), versions(), commit(), began_at, round(os.getloadavg()[0], 2))


@dataclass(frozen=True, slots=True)
class Part:
    """What one benchmark found. `failed` is the end of what it said where it did not come to its rows."""

    name: str
    title: str
    circumstances: Circumstances
    seconds: float
    rows: tuple[Row, ...] = ()
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    parts: tuple[Part, ...]

    @property
    def exit_code(self) -> int:
        """0: all limits held; 1: one was missed; 2: a benchmark failed."""
        if any(part.failed for part in self.parts):
            return 2
        return int(any(row.verdict == "missed" for part in self.parts for row in part.rows))

    def part(self, name: str) -> Part | None:
        return next((part for part in self.parts if part.name == name), None)

    def row(self, name: str, what: str) -> Row:
        """Return a row that was measured. Raises LookupError, which says what to run."""
        part = self.part(name)
        for row in () if part is None else part.rows:
            if row.what == what and row.seen is not None:
                return row
        raise LookupError(f'"{what}" was not measured: python -m benchmarks {name}')

    def over(self, earlier: "Report") -> "Report":
        """Return these parts, and from an earlier report those that were not measured anew."""
        new = {part.name for part in self.parts}
        return Report((*self.parts, *(part for part in earlier.parts if part.name not in new)))

    def ordered(self, names: Sequence[str]) -> "Report":
        """Return the parts of these names, in their order: what is no longer measured is dropped."""
        found = [part for name in names if (part := self.part(name)) is not None]
        return Report(tuple(found))


REPORT = TypeAdapter(Report)


def read(file: Path) -> Report:
    return REPORT.validate_json(file.read_bytes())


def write(report: Report, file: Path) -> None:
    file.write_bytes(REPORT.dump_json(report, indent=1) + b"\n")


def machine() -> str:
    """Name processor, cores and memory."""
    cores = len(os.sched_getaffinity(0))
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    model = next(models, platform.machine())
    return f"{cores} cores of {model}, {gib:.0f} GiB, Linux {platform.release().partition('-')[0]}"


def versions() -> str:
    found = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    for name in NAMED:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def commit() -> str:
    """Return the short name of the commit that is measured, with a plus where files were changed since, or nothing."""
    git = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty=+", "--exclude=*"]
    done = subprocess.run(git, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


class Others:
    """Watches how busy the machine is with work that is neither ours nor of a process that we waited for."""

    def __init__(self) -> None:
        self._began, self._before = time.monotonic(), _others_seconds()

    @property
    def busy_cores(self) -> float:
        seconds = time.monotonic() - self._began
        return max(0.0, round((_others_seconds() - self._before) / seconds, 2))


def _others_seconds() -> float:
    fields = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    busy = sum(fields[:3]) + sum(fields[5:8])  # user, nice, system; interrupts and what the host took away
    ours = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return busy / os.sysconf("SC_CLK_TCK") - sum(used.ru_utime + used.ru_stime for used in ours)
