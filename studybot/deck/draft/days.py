"""Days as they stand in file names, front matter and headings of study logs."""

import re
from datetime import date

HALF_A_YEAR_DAYS = 183

_FULL = re.compile(r"(?<!\d)(20\d\d)\s?[-./년]\s?(\d{1,2})\s?[-./월]\s?(\d{1,2})(?!\d)")
_SHORT = re.compile(r"(?<![\d/])(\d{1,2})(?:/|월 ?)(\d{1,2})(?![\d/])")


def day_in(text: str) -> date | None:
    """Return the first whole date in a text: 2022-01-24, 2022.1.24, 2022년 1월 24일."""
    found = _FULL.search(text)
    return _date(*map(int, found.groups())) if found else None


def day_of_heading(text: str, day_of_log: date | None) -> date | None:
    """Return the day a heading names, "Day 7 (11/14)" too where the log's own day tells the year."""
    if day := day_in(text):
        return day
    found = _SHORT.search(text)
    if found is None or day_of_log is None:
        return None
    day = _date(day_of_log.year, *map(int, found.groups()))
    if day and (day - day_of_log).days > HALF_A_YEAR_DAYS:  # December's entries in January's log
        return _date(day.year - 1, day.month, day.day)
    return day


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
