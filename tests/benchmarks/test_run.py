"""Every benchmark runs in a process of its own, and one table is made of what they bring."""

import signal
import time
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import _run, _shown
from benchmarks._contents import BENCHMARKS
from benchmarks._report import Part, Report, read, write
from benchmarks._run import ROOT, Benchmark, run
from tests.benchmarks.a_benchmark import ROWS


def benchmark(*what: str) -> Benchmark:
    name = "-".join(what)
    return Benchmark(name, f"It {name}", "tests.benchmarks.a_benchmark", what)


@pytest.fixture(scope="module")
def report() -> Report:
    """One that meets and misses its limits, and one that fails, and one after it."""
    return Report(tuple(run(each) for each in (benchmark("met", "missed"), benchmark("fails"), benchmark("met"))))


def test_what_a_benchmark_measured_comes_back_with_where_and_when(report: Report) -> None:
    part = report.parts[0]

    assert part.rows == (ROWS["met"], ROWS["missed"])
    assert not part.failed
    assert "cores of" in part.circumstances.machine
    assert "Python" in part.circumstances.versions


def test_one_that_fails_is_told_with_its_last_words_and_does_not_end_the_others(report: Report) -> None:
    failed, next_one = report.parts[1:]

    assert failed.failed.splitlines() == ["about to fail", "the disk is on fire", "exit code 1"]
    assert failed.rows == ()
    assert next_one.rows == (ROWS["met"],)


def test_one_that_hangs_is_stopped_with_all_that_it_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_run, "TO_CLEAN_UP_SECONDS", 1.0)

    part = run(Benchmark("hangs", "It hangs", "tests.benchmarks.a_hanging_benchmark", patience_seconds=4))

    child = int(part.failed.splitlines()[0].split()[1])
    assert part.failed.splitlines()[-1] == "stopped after 4 s"
    until = time.monotonic() + 10
    while is_alive(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(child)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_exit_code_tells_a_missed_limit_and_a_failure_apart(report: Report) -> None:
    missed, failed, met = report.parts

    assert [Report((met,)).exit_code, Report((missed, met)).exit_code, Report((met, failed)).exit_code] == [0, 1, 2]


def test_a_report_comes_back_from_its_file_as_it_was(report: Report, tmp_path: Path) -> None:
    write(report, tmp_path / "report.json")

    assert read(tmp_path / "report.json") == report


def test_what_missed_its_limit_stands_out_in_the_table_and_below_it(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    _shown.show_report(report)

    shown = capsys.readouterr().out
    (line,) = [line for line in shown.splitlines() if "MISSED" in line]
    assert "another thing" in line
    assert "3.00x" in line
    assert "2 limits met, 1 missed, 0 rows not measured; failed: fails" in shown
    assert "missed: another thing: 3.00x, wanted at most 2x" in shown
    assert "the disk is on fire" in shown
    assert report.parts[0].circumstances.machine in " ".join(shown.split())


def test_an_older_part_stays_until_it_is_measured_anew(report: Report) -> None:
    missed, failed, met = report.parts
    again = run(benchmark("met"))

    merged = Report((again,)).over(Report((missed, met))).ordered([missed.name, met.name])

    assert merged.parts == (missed, again)
    assert Report((met, failed)).ordered(["met"]).parts == (met,)


def test_whoever_stops_a_run_has_what_was_measured_until_then(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_until_stopped(each: Benchmark, *, quick: bool) -> Part:
        if each.name == "step":
            raise KeyboardInterrupt
        return report.parts[0]

    monkeypatch.setattr(command, "run", run_until_stopped)
    handler = signal.getsignal(signal.SIGTERM)
    try:
        code = command.main(["store", "step", "bot", "--json", str(tmp_path / "report.json")])
    finally:
        signal.signal(signal.SIGTERM, handler)

    assert code == command.STOPPED
    assert read(tmp_path / "report.json").parts == report.parts[:1]
    assert "stopped" in capsys.readouterr().err


def test_a_name_that_is_none_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["sandboxes"])

    assert "there is no benchmark sandboxes; there are sandbox, " in capsys.readouterr().err


def test_a_quick_look_is_never_kept() -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["--quick", "--keep"])


def test_every_script_is_in_the_table_of_contents() -> None:
    scripts = {file.stem for file in (ROOT / "benchmarks").glob("*.py") if not file.stem.startswith("_")}

    assert {each.command[3].removeprefix("benchmarks.") for each in BENCHMARKS} == scripts
    assert len({each.name for each in BENCHMARKS}) == len(BENCHMARKS)
