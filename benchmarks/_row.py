"""A row of the table: what was seen, beside a peer of the same run or a limit, and whether the limit held."""

import math
from dataclasses import field
from typing import Literal, TypeAlias

from pydantic import computed_field
from pydantic.dataclasses import dataclass

Verdict: TypeAlias = Literal["met", "missed", "no limit", "not measured"]


@dataclass(frozen=True, slots=True)
class Peer:
    """Who did the same work in the same run, and what it took them, in the unit of the row."""

    name: str
    seen: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """A limit: of the ratio to the peer, or of what was seen."""

    bound: Literal["at most", "at least"]
    limit: float
    of: Literal["ratio", "seen"]

    def holds(self, value: float) -> bool:
        return value <= self.limit if self.bound == "at most" else value >= self.limit


@dataclass(frozen=True)
class Row:
    """`why_not` says why there is nothing to see; then nothing else is said but `what`."""

    what: str
    seen: float | None = None
    unit: str = ""
    peer: Peer | None = None
    ratio: float | None = None
    wanted: Wanted | None = field(default=None)
    why_not: str = ""

    def __post_init__(self) -> None:
        if (self.seen is None) is not bool(self.why_not):
            raise ValueError(f"{self.what}: either something was seen, or it is said why not")
        if not all(math.isfinite(value) for value in (self.seen, self.ratio) if value is not None):
            raise ValueError(f"{self.what}: {self.seen}, {self.ratio} are no figures")
        if self.seen is not None and self.wanted and self._judged is None:
            raise ValueError(f"{self.what}: a limit for a ratio, but none was taken")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def verdict(self) -> Verdict:
        if self.why_not:
            return "not measured"
        if self.wanted is None or self._judged is None:
            return "no limit"
        return "met" if self.wanted.holds(self._judged) else "missed"

    @property
    def strain(self) -> float | None:
        """How much of the limit is used: 1 at the limit, more beyond it. None where a factor would say nothing."""
        if self.wanted is None or not self._judged or not self.wanted.limit:
            return None
        share = self._judged / self.wanted.limit
        return share if self.wanted.bound == "at most" else 1 / share

    @property
    def _judged(self) -> float | None:
        return None if self.wanted is None else self.ratio if self.wanted.of == "ratio" else self.seen


def seen(
    what: str, value: float, unit: str = "", *, at_most: float | None = None, at_least: float | None = None
) -> Row:
    """Return a row without a peer; a limit is one of what was seen."""
    return Row(what, float(value), unit, wanted=_wanted("seen", at_most, at_least))


def compared(
    what: str,
    value: float,
    unit: str,
    peer: Peer,
    *,
    ratio: float | None = None,
    at_most: float | None = None,
    at_least: float | None = None,
) -> Row:
    """Return a row with a peer; a limit is one of the ratio. `ratio` is given where it was taken round by round."""
    ratio = value / peer.seen if ratio is None else ratio
    return Row(what, value, unit, peer, ratio, _wanted("ratio", at_most, at_least))


def not_measured(what: str, why: str) -> Row:
    return Row(what, why_not=why)


def _wanted(of: Literal["ratio", "seen"], at_most: float | None, at_least: float | None) -> Wanted | None:
    if at_most is not None:
        return Wanted("at most", at_most, of)
    return None if at_least is None else Wanted("at least", at_least, of)


def told(value: float, unit: str = "") -> str:
    """Write a figure with about three digits that count: `1,234 us`, `98.7 ms`, `0.41x`."""
    size = abs(value)
    if size >= 100 or (value == int(value) and not unit):
        number = f"{value:,.0f}"
    elif size >= 10:
        number = f"{value:.1f}"
    else:
        number = f"{value:.2f}"
    return f"{number}{unit}" if unit in {"", "x"} else f"{number} {unit}"


def wanted_of(row: Row) -> str:
    """Write the limit of a row, or nothing."""
    if row.wanted is None:
        return ""
    unit = "x" if row.wanted.of == "ratio" else row.unit
    return f"{row.wanted.bound} {row.wanted.limit:g}{unit if unit in {'', 'x'} else f' {unit}'}"
