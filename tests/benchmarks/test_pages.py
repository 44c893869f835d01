"""What docs/ shows is what the last full run left: the tables, and what docs/scale.md computes from them."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import _pages, _scale
from benchmarks._contents import BENCHMARKS
from benchmarks._picture import AT_LIMIT, Bar, bar_of, must_be_nothing, picture, x_of
from benchmarks._report import Circumstances, Part, Report, read
from benchmarks._row import Peer, compared, not_measured, seen

KEPT = read(_pages.KEPT)
MEASURED = _scale.Measured(
    bot_answers=600, sqlite_answers=1000, postgresql_answers=250, core_runs=100, reminders=25, answer_bytes=800,
    answer_bytes_postgresql=1000, update_bytes=50,
)  # fmt: skip


@pytest.mark.parametrize("page", _pages.PAGES, ids=lambda page: page.name)
def test_the_figures_of_a_page_are_those_of_the_last_run(page: Path) -> None:
    shown = page.read_text()

    assert shown == _pages.filled(shown, _pages.blocks(KEPT)), "run: make bench ARGS=--pages"


def test_every_benchmark_has_its_table_in_the_docs() -> None:
    shown = _pages.PAGES[0].read_text()

    assert [each.name for each in BENCHMARKS if f"<!-- figures: {each.name} -->" not in shown] == []


def test_nothing_that_failed_or_was_a_quick_look_is_kept() -> None:
    assert [part.name for part in KEPT.parts if part.failed or not part.rows] == []


def test_a_table_between_marks_is_replaced_and_the_words_stay() -> None:
    page = "Before.\n<!-- figures: a -->\nold\nold\n<!-- end of figures -->\nAfter.\n"

    assert _pages.filled(page, {"a": "new"}) == "Before.\n<!-- figures: a -->\nnew\n<!-- end of figures -->\nAfter.\n"
    with pytest.raises(LookupError, match="there is no table a; there are b"):
        _pages.filled(page, {"b": "new"})


def test_what_was_missed_or_not_measured_is_told_in_the_docs() -> None:
    rows = (
        compared("slow", 30, "us", Peer("raw", 10), at_most=2),
        seen("fast", 1, "ms", at_most=2),
        not_measured("the due queue", "Anki is not installed: `make peers` installs it"),
    )
    report = Report((replace(KEPT.parts[0], rows=rows),))

    told = _pages.overview(report)
    table = _pages.part_table(report.parts[0])

    assert "1 of 2 limits are kept" in told
    assert "- slow: **3.00x**, wanted at most 2x" in told
    assert "| slow | 30.0 us | raw 10.0 us | 3.00x | at most 2x | **missed** |" in table
    assert "| the due queue |  | Anki is not installed: `make peers` installs it |  |  | not measured |" in table


def test_an_unquiet_machine_is_told() -> None:
    loud = replace(KEPT.parts[0], circumstances=circumstances(busy_cores=1.5))
    quiet = replace(KEPT.parts[0], circumstances=circumstances(busy_cores=0.1))

    assert "not a quiet machine: 1.5 cores busy" in _pages.part_table(loud)
    assert "not a quiet machine" not in _pages.part_table(quiet)


def circumstances(*, busy_cores: float) -> Circumstances:
    return replace(KEPT.parts[0].circumstances, busy_cores=busy_cores)


def test_what_is_kept_outlives_a_benchmark_that_fails_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("Words.\n<!-- figures: step -->\n<!-- end of figures -->\n")
    monkeypatch.setattr(command, "KEPT", tmp_path / "benchmarks.json")
    monkeypatch.setattr(_pages, "PICTURE", tmp_path / "benchmarks.png")
    monkeypatch.setattr(_pages, "PAGES", (page,))
    step = Part("step", "A step", KEPT.parts[0].circumstances, 1.0, (seen("slow", 3, "ms", at_most=2),))
    failed = replace(step, rows=(), failed="the disk is on fire")

    command._keep(Report((step,)))
    command._keep(Report((failed,)))

    assert read(tmp_path / "benchmarks.json").parts == (step,)
    assert "| slow | 3.00 ms |  |  | at most 2 ms | **missed** |" in page.read_text()
    assert (tmp_path / "benchmarks.png").exists()


# docs/scale.md


def test_what_a_million_learners_need_follows_from_a_day_of_one() -> None:
    assert _scale.at_the_peak(10, 10**6) == pytest.approx(347.2, abs=0.1)
    assert _scale.reached_at(30, 21) == pytest.approx(41_143, abs=1)
    assert _scale.one_learner(MEASURED)[1] == ["answers", "10", "116 /s", "347 /s"]
    assert _scale.one_learner(MEASURED)[4][:3] == ["disk, SQLite", "8.0 kB", "8.0 GB a day"]


def test_telegram_gives_way_first() -> None:
    limits = [_scale.what_limits(MEASURED, learners) for learners in _scale.STEPS]

    assert limits == ["nothing", "Telegram", "Telegram, then the runs, then the bot's core, then SQLite"]


def test_the_steps_are_computed_from_what_was_measured() -> None:
    table = {name: cells for name, *cells in _scale.steps(MEASURED)}

    assert table["answers at the peak"] == ["0.35 /s", "35 /s", "3,472 /s"]
    assert table["accounts' worth of calls"] == ["0.024", "2.4", "243"]
    assert table["cores for bots"] == ["0.00058", "0.058", "5.8"]
    assert table["bots' time on PostgreSQL"] == ["0.0014", "0.14", "14"]
    assert table["cores for runs"] == ["0.0042", "0.42", "42"]
    assert table["all reminded at the same hour"] == ["40 s", "67 min", "111 h"]
    assert table["disk in a year, SQLite"] == ["2.9 GB", "292 GB", "29 TB"]
    assert table["numbers of handled updates, 3 days, if none waited"] == ["3.1 MB", "315 MB", "32 GB"]


def test_what_is_missing_for_the_scale_is_named() -> None:
    with pytest.raises(LookupError, match="python -m benchmarks growth"):
        _scale.Measured.of(Report(()))


# the picture


def test_room_is_left_of_the_limit_and_what_is_missed_right_of_it() -> None:
    room, missed = bar_of(seen("a", 1, "ms", at_most=10)), bar_of(seen("b", 20, "ms", at_most=10))

    assert room == Bar("a", "1.00 ms, at most 10 ms", x_of(0.1), AT_LIMIT, missed=False)
    assert missed == Bar("b", "20.0 ms, at most 10 ms", AT_LIMIT, x_of(2), missed=True)
    assert x_of(0.1) < AT_LIMIT < x_of(2)
    assert x_of(1e-9) == pytest.approx(64)
    assert x_of(1e9) == pytest.approx(1280 - 64)


def test_twice_as_much_is_as_long_wherever_it_is() -> None:
    assert x_of(0.2) - x_of(0.1) == pytest.approx(x_of(2) - x_of(1))


def test_what_must_be_nothing_has_no_bar_and_is_counted() -> None:
    rows = [seen("lost", 0, at_most=0), seen("lost", 2, at_most=0), seen("fast", 1, at_most=2), seen("plain", 3)]

    assert must_be_nothing(rows) == rows[:2]
    assert [bar_of(row) for row in rows[:2]] == [None, None]


def test_the_picture_can_be_drawn() -> None:
    part = Part("a", "A part", KEPT.parts[0].circumstances, 1.0, (seen("slow", 3, "ms", at_most=2),))

    assert picture(Report((part,))).startswith(b"\x89PNG")
