"""The picture of the table: how far each figure is from its limit, by factors.

One line is the limit. A bar to its left is room, as long as the factor; a bar to its right, hollow and with the word
`missed`, is what is too much. What has no factor, because it must be nothing, is counted below.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import log10

from benchmarks._report import Part, Report
from benchmarks._row import Row, wanted_of
from benchmarks._shown import judged
from studybot.pictures.sheet import (
    BLUE,
    INNER,
    MARGIN,
    MUTED,
    ORANGE,
    PALE,
    PAPER,
    WHITE,
    WIDTH,
    Face,
    Sheet,
    fitted,
    one_at_a_time,
    text_width,
)

TITLE, HEADING, LABEL, SMALL = 60.0, 42.0, 34.0, 30.0
TOP, PART, ROW, BAR = 300.0, 96.0, 92.0, 26.0
EDGE = WIDTH - MARGIN
MOST_ROOM, MOST_MISSED = 300.0, 10.0
"""Factors at the edges; what is beyond them ends there, with its figure beside it."""

AT_LIMIT = MARGIN + INNER * log10(MOST_ROOM) / log10(MOST_ROOM * MOST_MISSED)
TICKS = (100, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """From `left` to `right` in pixels, on one side of the limit."""

    what: str
    figure: str
    left: float
    right: float
    missed: bool


def bar_of(row: Row) -> Bar | None:
    """Return the bar of a row; None where it has no factor to a limit."""
    if row.strain is None:
        return None
    end = x_of(row.strain)
    left, right = sorted((end, AT_LIMIT))
    return Bar(row.what, f"{judged(row)}, {wanted_of(row)}", left, right, row.verdict == "missed")


def x_of(strain: float) -> float:
    """Return where a share of a limit is, in pixels from the left: by factors, and never off the sheet."""
    held = min(max(strain, 1 / MOST_ROOM), MOST_MISSED)
    return AT_LIMIT + INNER * log10(held) / log10(MOST_ROOM * MOST_MISSED)


def must_be_nothing(rows: Sequence[Row]) -> list[Row]:
    """Return the rows whose limit is nothing, or that came to nothing: there is no factor between them."""
    return [row for row in rows if row.wanted is not None and row.seen is not None and row.strain is None]


def picture(report: Report) -> bytes:
    """Draw a report as a PNG of 1280 pixels' width. Raises NoPicture where the fonts are missing."""
    with one_at_a_time:
        return _drawn(report)


def _drawn(report: Report) -> bytes:
    parts = [(part, bars) for part in report.parts if (bars := [bar for row in part.rows if (bar := bar_of(row))])]
    nothing = must_be_nothing(list(chain.from_iterable(part.rows for part in report.parts)))
    bottom = TOP + sum(PART + ROW * len(bars) for _, bars in parts)
    sheet = Sheet(bottom + 130)
    _head(sheet, report)
    sheet.way([(AT_LIMIT, TOP - 40), (AT_LIMIT, bottom)], line=4, head=0)
    y = TOP
    for part, bars in parts:
        _part(sheet, part, y)
        for place, bar in enumerate(bars):
            _bar(sheet, bar, y + PART + place * ROW)
        y += PART + ROW * len(bars)
    kept = sum(row.verdict == "met" for row in nothing)
    told = f"Lost, doubled, left over, late: {kept} of {len(nothing)} are as low as wanted"
    sheet.text((MARGIN, bottom + 60), told, LABEL, face="bold")
    return sheet.png()


def _head(sheet: Sheet, report: Report) -> None:
    count = [row.verdict for part in report.parts for row in part.rows].count
    sheet.text((MARGIN, 84), f"{count('met')} of {count('met') + count('missed')} limits kept", TITLE, face="bold")
    sheet.text((MARGIN, 148), "how far from its limit each figure is, by factors", LABEL, color=MUTED)
    sheet.box((MARGIN, 184), (60, BAR), fill=BLUE, edge=BLUE, line=0, radius=5)
    sheet.text((MARGIN + 76, 198), "room", SMALL)
    sheet.box((MARGIN + 190, 184), (60, BAR), fill=WHITE, edge=ORANGE, line=5, radius=5)
    sheet.text((MARGIN + 266, 198), "missed", SMALL, face="bold")
    for tick in TICKS:
        at = x_of(1 / tick)
        sheet.text((at, TOP - 62), f"{tick}x room", SMALL, color=MUTED, align="center")
        sheet.way([(at, TOP - 40), (at, TOP - 20)], color=PALE, line=3, head=0)
    sheet.text((AT_LIMIT, TOP - 62), "limit", SMALL, face="bold", align="center")


def _part(sheet: Sheet, part: Part, y: float) -> None:
    title, size = fitted(part.title, HEADING, "bold", width=INNER, least=32)
    sheet.box((MARGIN - 8, y + 24), (INNER + 16, 56), fill=PAPER, edge=PAPER, line=0, radius=0)
    sheet.text((MARGIN, y + 56), title, size, face="bold")


def _bar(sheet: Sheet, bar: Bar, y: float) -> None:
    figure = f"missed: {bar.figure}" if bar.missed else bar.figure
    face: Face = "bold" if bar.missed else "plain"
    room = INNER - text_width(figure, LABEL, face) - 28
    what, size = fitted(bar.what, LABEL, "plain", width=room, least=28)
    sheet.box((MARGIN - 8, y), (INNER + 16, 44), fill=PAPER, edge=PAPER, line=0, radius=0)
    sheet.text((MARGIN, y + 22), what, size)
    sheet.text((EDGE, y + 22), figure, LABEL, face=face, align="right")
    width = max(bar.right - bar.left, 6.0)
    fill, edge = (WHITE, ORANGE) if bar.missed else (BLUE, BLUE)
    sheet.box(
        (bar.left, y + 48), (width, BAR), fill=fill, edge=edge, line=5 if bar.missed else 0, radius=min(5, width / 2)
    )
