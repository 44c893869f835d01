"""Arranges a graph in layers, from the first node down: no edge goes up or sideways.

A node stands below all that lead to it; an edge over several layers keeps a place free in each. The order within
a layer is that of the neighbours (the barycentre of Sugiyama, Tagawa and Toda, 1981), and then all move as near to
their neighbours as the order and the widths allow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Place = tuple[int, int, int]
"""A node `(node, 0, 0)`, or where the edge number `e` crosses a layer: `(-1, e, layer)`."""

SWEEPS = 12
LANE = 26.0
"""The width that an edge keeps free in a layer it crosses."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """`x` and `layer` of each node, and the x at which each edge crosses the layers between its ends."""

    x: tuple[float, ...]
    layer: tuple[int, ...]
    crossings: tuple[tuple[float, ...], ...]
    width: float


def arranged(
    widths: Sequence[float], edges: Sequence[tuple[int, int]], layers: Mapping[int, int], *, gap: float
) -> Arrangement:
    """Find a place for each node. `layers` gives each node's layer; x begins at 0 and is a node's middle."""
    rows: list[list[Place]] = [[] for _ in range(max(layers.values()) + 1)]
    above: dict[Place, list[Place]] = {}
    below: dict[Place, list[Place]] = {}
    for node in range(len(widths)):
        rows[layers[node]].append((node, 0, 0))
    for number, (begin, end) in enumerate(edges):
        crossed: list[Place] = [(-1, number, layer) for layer in range(layers[begin] + 1, layers[end])]
        for place in crossed:
            rows[place[2]].append(place)
        way: list[Place] = [(begin, 0, 0), *crossed, (end, 0, 0)]
        for one, next_one in pairwise(way):
            below.setdefault(one, []).append(next_one)
            above.setdefault(next_one, []).append(one)
    _order(rows, above, below)
    room = {place: widths[place[0]] if place[0] >= 0 else LANE for row in rows for place in row}
    x = _spread(rows, above, below, room, gap)
    left = min(x[place] - room[place] / 2 for place in x)
    right = max(x[place] + room[place] / 2 for place in x)
    return Arrangement(
        tuple(x[node, 0, 0] - left for node in range(len(widths))),
        tuple(layers[node] for node in range(len(widths))),
        tuple(
            tuple(x[-1, number, layer] - left for layer in range(layers[begin] + 1, layers[end]))
            for number, (begin, end) in enumerate(edges)
        ),
        right - left,
    )


Neighbours = Mapping[Place, Sequence[Place]]


def _order(rows: list[list[Place]], above: Neighbours, below: Neighbours) -> None:
    """Order each row by the middle of its neighbours', down and up in turn; keep the order with fewest crossings."""
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for sweep in range(SWEEPS):
        neighbours = above if sweep % 2 == 0 else below
        for row in rows if sweep % 2 == 0 else reversed(rows):
            position = {place: index for other in rows for index, place in enumerate(other)}
            middle = {
                place: _mean([position[one] for one in neighbours.get(place, ())], position[place]) for place in row
            }
            row.sort(key=middle.__getitem__)
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    rows[:] = best


def _crossings(rows: Sequence[Sequence[Place]], below: Neighbours) -> int:
    position = {place: index for row in rows for index, place in enumerate(row)}
    count = 0
    for row in rows:
        ends = [(position[place], position[one]) for place in row for one in below.get(place, ())]
        count += sum(a < c and d < b for a, b in ends for c, d in ends)
    return count


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise


def _spread(
    rows: Sequence[Sequence[Place]], above: Neighbours, below: Neighbours, room: Mapping[Place, float], gap: float
) -> dict[Place, float]:
    """Give each place its x: near its neighbours, in the row's order, and no nearer to the next than they are wide."""
    x = {place: 0.0 for row in rows for place in row}
    for sweep in range(2 * SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            both = [(above if down else below).get(place, ()) for place in row]
            wanted = [_mean([x[one] for one in near], x[place]) for place, near in zip(row, both, strict=True)]
            x.update(zip(row, _apart(wanted, [room[place] for place in row], gap), strict=True))
    return x


def _apart(wanted: Sequence[float], widths: Sequence[float], gap: float) -> list[float]:
    """Return the places nearest to those wanted (least squares) that keep the order and the distances."""
    offsets = [0.0]
    for one, next_one in pairwise(widths):
        offsets.append(offsets[-1] + (one + next_one) / 2 + gap)
    # What remains without the distances must not decrease: pool adjacent violators.
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        pool = (want - offset, 1)
        while pools and pools[-1][0] > pool[0]:
            before = pools.pop()
            count = before[1] + pool[1]
            pool = ((before[0] * before[1] + pool[0] * pool[1]) / count, count)
        pools.append(pool)
    level = [value for value, count in pools for _ in range(count)]
    return [value + offset for value, offset in zip(level, offsets, strict=True)]
