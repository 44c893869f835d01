"""Plots as inline SVG: small, sharp at any size, in the page's own colours, with a name under the pointer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 560, 300
LEFT, RIGHT, TOP, BOTTOM = 66, 24, 14, 44


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    name: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, with a tick at each of `ticks`."""

    name: str
    low: float
    high: float
    ticks: Sequence[float]
    form: str = "{:g}"

    def place(self, value: float) -> float:
        """Return where a value lies, from 0 to 1; what lies beyond the ends is put at the end."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def scatter(points: Sequence[Point], across: Axis, up: Axis, *, lines: Sequence[float] = (), even: bool = False) -> str:
    """Draw points; `lines` are values of the upright axis to draw a limit at, `even` draws where both are the same."""
    marks = [_even(across, up)] if even else []
    marks += [
        f'<line class="limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_y(up, line):.1f}" y2="{_y(up, line):.1f}"/>'
        for line in lines
    ]
    for point in points:
        kind = "marked" if point.is_marked else "dot"
        marks.append(
            f'<circle class="{kind}" cx="{_x(across, point.x):.1f}" cy="{_y(up, point.y):.1f}" r="4.5">'
            f"<title>{escape(point.name)}</title></circle>"
        )
    return _svg(f"{across.name}, {up.name}", [*_frame(across, up), *marks])


def _even(across: Axis, up: Axis) -> str:
    low, high = max(across.low, up.low), min(across.high, up.high)
    ends = f'x1="{_x(across, low):.1f}" y1="{_y(up, low):.1f}" x2="{_x(across, high):.1f}" y2="{_y(up, high):.1f}"'
    return f'<line class="even" {ends}/>'


def histogram(values: Sequence[float], across: Axis, *, bins: int, up: str) -> str:
    """Draw how many values fall into each of so many equal bins."""
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int(across.place(value) * bins))] += 1
    return bars([(f"{_edge(across, place, bins)}", count) for place, count in enumerate(counts)], across, up=up)


def bars(counts: Sequence[tuple[str, float]], across: Axis, *, up: str) -> str:
    """Draw a bar for each count, side by side along the axis."""
    upright = from_zero(up, max((count for _, count in counts), default=0))
    width = (WIDTH - LEFT - RIGHT) / max(1, len(counts))
    marks = [
        f'<rect class="bar" x="{LEFT + place * width + 1:.1f}" width="{max(0.5, width - 2):.1f}" '
        f'y="{_y(upright, count):.1f}" height="{HEIGHT - BOTTOM - _y(upright, count):.1f}">'
        f"<title>{escape(name)}: {count:g}</title></rect>"
        for place, (name, count) in enumerate(counts)
    ]
    return _svg(f"{across.name}, {up}", [*_frame(across, upright), *marks])


def from_zero(name: str, most: float, form: str = "{:g}") -> Axis:
    """Return an axis from 0 up to at least `most`, with a few round ticks."""
    step = _step(most or 1)
    count = max(1, math.ceil(most / step))
    return Axis(name, 0, step * count, [step * place for place in range(count + 1)], form)


def _edge(across: Axis, place: int, bins: int) -> str:
    width = (across.high - across.low) / bins
    low = across.low + place * width
    return f"{across.form.format(low)} – {across.form.format(low + width)}"


def _step(most: float) -> float:
    """Return 1, 2 or 5 times a power of ten, so that there are three to six steps."""
    power = 10.0 ** math.floor(math.log10(most / 6))
    return next(step * power for step in (1, 2, 5, 10) if most / (step * power) <= 6)


def _x(axis: Axis, value: float) -> float:
    return LEFT + axis.place(value) * (WIDTH - LEFT - RIGHT)


def _y(axis: Axis, value: float) -> float:
    return HEIGHT - BOTTOM - axis.place(value) * (HEIGHT - TOP - BOTTOM)


def _frame(across: Axis, up: Axis) -> list[str]:
    floor = HEIGHT - BOTTOM
    marks = [f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{floor}" y2="{floor}"/>']
    for tick in up.ticks:
        y = _y(up, tick)
        marks.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        marks.append(
            f'<text class="tick" x="{LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">{up.form.format(tick)}</text>'
        )
    for tick in across.ticks:
        x = _x(across, tick)
        marks.append(
            f'<text class="tick" x="{x:.1f}" y="{floor + 17}" text-anchor="middle">{across.form.format(tick)}</text>'
        )
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    marks.append(
        f'<text class="name" x="{middle:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(across.name)}</text>'
    )
    turned = f'transform="rotate(-90 14 {(floor + TOP) / 2:.0f})"'
    marks.append(
        f'<text class="name" x="14" y="{(floor + TOP) / 2:.0f}" text-anchor="middle" {turned}>{escape(up.name)}</text>'
    )
    return marks


def _svg(title: str, marks: Sequence[str]) -> str:
    inside = "\n".join(marks)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg">\n{inside}\n</svg>'
    )
