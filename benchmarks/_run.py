"""Runs a benchmark in a process of its own: one that fails or hangs does not end the others."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from benchmarks._command import ROWS
from benchmarks._report import Circumstances, Others, Part

ROOT = Path(__file__).parent.parent
NURSERY = (sys.executable, "-m", "benchmarks._nursery")
TO_CLEAN_UP_SECONDS = 15.0
LAST_LINES = 15


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A line of the table of contents. Those that take long run only when they are asked for.

    `module` is what is run, `benchmarks.NAME` if nothing is said.
    """

    name: str
    title: str
    module: str = ""
    arguments: tuple[str, ...] = ()
    takes_long: bool = False
    patience_seconds: float = 600.0

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-u", "-m", self.module or f"benchmarks.{self.name}", *self.arguments]


def run(benchmark: Benchmark, *, quick: bool = False) -> Part:
    """Run one; what it does not bring is told in `failed`."""
    circumstances, others, began = Circumstances.now(), Others(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        rows, said = Path(folder) / "rows.json", Path(folder) / "said"
        command = [*NURSERY, *benchmark.command, *(["--quick"] if quick else []), "--json", str(rows)]
        failed = _end_of(command, said, patience_seconds=benchmark.patience_seconds)
        seconds = round(time.monotonic() - began, 1)
        circumstances = replace(circumstances, busy_cores=others.busy_cores)
        try:
            found = ROWS.validate_json(rows.read_bytes())
        except (OSError, ValidationError) as error:
            why = failed or f"it brought no rows: {error}"
            return Part(benchmark.name, benchmark.title, circumstances, seconds, failed=why)
    return Part(benchmark.name, benchmark.title, circumstances, seconds, found)


def _end_of(command: list[str], said: Path, *, patience_seconds: float) -> str:
    """Run a command to its end, and return its last lines and how it ended. Whatever it started ends with it."""
    with said.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            ended = f"exit code {process.wait(patience_seconds)}"
        except subprocess.TimeoutExpired:
            ended = f"stopped after {patience_seconds:.0f} s"
        finally:
            _stop(process)
    lines = said.read_text(errors="replace").splitlines()[-LAST_LINES:]
    return "\n".join([*lines, ended])


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Interrupt a benchmark, so that it can stop its servers; then let the nursery kill it, and then kill both."""
    for stop in (partial(os.killpg, process.pid, signal.SIGINT), process.terminate):
        if process.poll() is None:
            with suppress(ProcessLookupError):
                stop()
            with suppress(subprocess.TimeoutExpired):
                process.wait(TO_CLEAN_UP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
