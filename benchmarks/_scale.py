"""What limits at how many learners, worked out from what was measured: the tables of docs/scale.md.

Everything that was not measured, but is assumed of people or told by Telegram, stands at the top.
"""

from dataclasses import dataclass
from typing import Self

from benchmarks._report import Report
from studybot.flows.housekeeping import KEPT

ANSWERS, CALLS, RUNS = 10, 21, 12
"""Of one learner in a day: a card is one message and one edit, the reminder one more; some answers are code and run."""

UPDATES = 2 * ANSWERS + 1
"""What they send in a day: each answer, each press for the next card, and one to begin."""

PEAK = 3
"""Half of a day falls into its four busiest hours."""

TELEGRAM_PER_SECOND, PAID_PER_SECOND = 30, 1000
DAY_SECONDS = 86_400
STEPS = (10**3, 10**5, 10**7)
LARGEST = "100,000 learners"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one of each can do: a second of it, or bytes that one of it leaves."""

    bot_answers: float
    sqlite_answers: float
    postgresql_answers: float
    core_runs: float
    reminders: float
    answer_bytes: float
    answer_bytes_postgresql: float
    update_bytes: float

    @classmethod
    def of(cls, report: Report) -> Self:
        """Read them from a report. Raises LookupError, which says what is missing."""

        def seen(part: str, what: str) -> float:
            value = report.row(part, what).seen
            assert value is not None
            return value

        in_turn = report.row("growth", f"an answer, PostgreSQL, {LARGEST}")
        assert in_turn.peer is not None
        return cls(
            bot_answers=1000 / seen("bot", "CPU of the bot for an answer"),
            sqlite_answers=1e6 / in_turn.peer.seen,
            postgresql_answers=1e6 / seen("growth", f"eight answers at once, PostgreSQL, {LARGEST}"),
            core_runs=seen("sandbox", "two zygotes, autograd cards") / 2,
            reminders=seen("morning", "reminders a second"),
            answer_bytes=seen("growth", "an answer leaves on the disk, SQLite"),
            answer_bytes_postgresql=seen("growth", "an answer leaves on the disk, PostgreSQL"),
            update_bytes=seen("growth", "an update leaves on the disk, SQLite"),
        )


def at_the_peak(of_a_day: float, learners: float) -> float:
    """Return how many a second, at the peak, of what a learner does so often in a day."""
    return of_a_day * learners * PEAK / DAY_SECONDS


def reached_at(per_second: float, of_a_day: float) -> float:
    """Return how many daily learners use up so many a second at the peak."""
    return per_second / at_the_peak(of_a_day, 1)


def what_limits(measured: Measured, learners: int) -> str:
    """Name what gives way first with one account, one bot, one SQLite file and two cores for runs."""
    limits = {
        "Telegram": reached_at(TELEGRAM_PER_SECOND, CALLS),
        "the bot's core": reached_at(measured.bot_answers, ANSWERS),
        "SQLite": reached_at(measured.sqlite_answers, ANSWERS),
        "the runs": reached_at(2 * measured.core_runs, RUNS),
    }
    beyond = sorted((at, name) for name, at in limits.items() if at < learners)
    return "nothing" if not beyond else ", then ".join(name for _, name in beyond)


def one_learner(measured: Measured) -> list[list[str]]:
    """Return the table of what one learner costs."""
    rows = [["of a learner", "in a day", "a million, on the mean", "at the peak"]]
    for name, count in (("answers", ANSWERS), ("calls to Telegram", CALLS), ("runs", RUNS)):
        peak = at_the_peak(count, 10**6)
        rows.append([name, str(count), f"{peak / PEAK:,.0f} /s", f"{peak:,.0f} /s"])
    for name, each in (("SQLite", measured.answer_bytes), ("PostgreSQL", measured.answer_bytes_postgresql)):
        daily = each * ANSWERS
        rows.append([f"disk, {name}", f"{daily / 1000:.1f} kB", f"{daily / 1000:.1f} GB a day", ""])
    return rows


def capacities(measured: Measured) -> list[list[str]]:
    """Return the table of what one of each can do, and how many daily learners use that up."""
    rows = [["one of each", "can do", "so many daily learners use it up"]]
    for name, per_second, of_a_day, unit in (
        ("Telegram, one account", TELEGRAM_PER_SECOND, CALLS, "calls"),
        ("Telegram, one account that pays for broadcasts", PAID_PER_SECOND, CALLS, "calls"),
        ("one bot, one core", measured.bot_answers, ANSWERS, "answers"),
        ("SQLite, one writer, one answer after the other", measured.sqlite_answers, ANSWERS, "answers"),
        ("PostgreSQL, one bot, eight answers at once", measured.postgresql_answers, ANSWERS, "answers"),
        ("one core for runs", measured.core_runs, RUNS, "runs"),
    ):
        rows.append([name, f"{per_second:,.0f} {unit}/s", rounded(reached_at(per_second, of_a_day))])
    return [*rows, ["reminders, within Telegram's limit", f"{measured.reminders:.0f} /s", ""]]


def steps(measured: Measured) -> list[list[str]]:
    """Return the table of what 10^3, 10^5 and 10^7 daily learners need."""
    head = ["daily learners", *(f"{learners:,}" for learners in STEPS)]
    rows: list[list[str]] = [head, ["limits first", *(what_limits(measured, learners) for learners in STEPS)]]

    def add(name: str, of_a_day: float, per_second: float = 1, unit: str = "") -> None:
        needs = [at_the_peak(of_a_day, learners) / per_second for learners in STEPS]
        rows.append([name, *(f"{amount(need)}{unit}" for need in needs)])

    add("answers at the peak", ANSWERS, unit=" /s")
    add("calls at the peak", CALLS, unit=" /s")
    add("runs at the peak", RUNS, unit=" /s")
    add("accounts' worth of calls", CALLS, TELEGRAM_PER_SECOND)
    add("the same, paid for", CALLS, PAID_PER_SECOND)
    add("cores for bots", ANSWERS, measured.bot_answers)
    add("time of SQLite's writer", ANSWERS / 100, measured.sqlite_answers / 1e4, " %")
    add("bots' time on PostgreSQL", ANSWERS, measured.postgresql_answers)
    add("cores for runs", RUNS, measured.core_runs)
    rows.append(["all reminded at the same hour", *(span(learners / measured.reminders) for learners in STEPS)])
    yearly = [measured.answer_bytes * ANSWERS * learners * 365 for learners in STEPS]
    rows.append(["disk in a year, SQLite", *map(size, yearly)])
    inbox = [measured.update_bytes * UPDATES * learners * KEPT.days for learners in STEPS]
    rows.append([f"numbers of handled updates, {KEPT.days} days, if none waited", *map(size, inbox)])
    return rows


def amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def rounded(learners: float) -> str:
    """Write a count of people with two digits that count."""
    if learners >= 10**6:
        return f"{amount(learners / 10**6)} million"
    digits = len(str(int(learners))) - 2
    return f"{round(learners, -digits):,.0f}"


def span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:,.0f} h"


def size(bytes_: float) -> str:
    for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if bytes_ >= factor:
            return f"{amount(bytes_ / factor)} {unit}"
    return f"{amount(bytes_ / 1000)} kB"
