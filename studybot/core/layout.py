"""Where the elements of a tensor sit in its storage, as a run told it. All numbers count elements, not bytes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from studybot.core.phrase import Phrase
from studybot.core.show import first_line
from studybot.core.value import Scalar, Tensor, Value

Index: TypeAlias = tuple[int, ...]
"""The place of an element in the tensor, one number for each dimension."""

WINDOW = 30
"""So many cells of a storage are carried at most: those around the tensor's own."""

LONGEST_NAME = 80


_TOO_WIDE = Phrase("the tensor is spread over {n} cells: {most} at most")


@dataclass(frozen=True, slots=True)
class Layout:
    """A tensor as a way of reading a row of cells.

    `name` is how the snippet writes it. The storage has `cell_count` cells; `cells` are the values of those from
    number `first` on, and hold at least every cell that the tensor reads.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int
    cell_count: int
    first: int
    cells: tuple[Scalar, ...]

    @classmethod
    def read(cls, value: Value) -> "Layout":
        """Read what the program in pictures/programs.py gives. Raises ValueError for what is none, and says why."""
        match value:
            case None:
                raise ValueError(Phrase("the snippet makes no tensor"))
            case [str(name), str(dtype), list(shape), list(stride), int(offset), int(count), int(first), cells]:
                name, dtype = first_line(name, LONGEST_NAME), first_line(dtype, LONGEST_NAME)
                layout = cls(name, dtype, _sizes(shape), _sizes(stride), offset, count, first, _values(cells))
            case _:
                raise ValueError("that is no layout of a tensor")
        if len(layout.shape) != len(layout.stride) or not 0 <= offset <= count or not 0 <= first <= count:
            raise ValueError("that is no layout of a tensor")
        if 0 in layout.shape:
            raise ValueError(Phrase("a tensor of shape {shape} has no elements to show", shape=layout.shape))
        if not first <= offset or layout.last >= first + len(layout.cells):
            raise ValueError(_TOO_WIDE.filled(n=layout.last - offset + 1, most=WINDOW))
        return layout

    @property
    def last(self) -> int:
        """The highest cell that the tensor reads."""
        return self.offset + sum((size - 1) * step for size, step in zip(self.shape, self.stride, strict=True))

    @property
    def element_count(self) -> int:
        return math.prod(self.shape)

    def cell(self, index: Index) -> int:
        """Return the number of the cell in which an element sits."""
        return self.offset + sum(place * step for place, step in zip(index, self.stride, strict=True))

    def value(self, cell: int) -> Scalar:
        return self.cells[cell - self.first]

    def indices(self) -> Iterator[Index]:
        """Yield the places of all elements, row by row."""
        yield from product(*map(range, self.shape))

    @property
    def reading(self) -> list[int]:
        """The cells in the order in which the tensor is read row by row."""
        return [self.cell(index) for index in self.indices()]

    @property
    def is_contiguous(self) -> bool:
        """Whether reading row by row goes from each cell to the next, as `Tensor.is_contiguous` says."""
        return self.reading == list(range(self.offset, self.offset + self.element_count))

    @property
    def shares_cells(self) -> bool:
        """Whether two elements sit in one cell, as after `expand`."""
        return len(set(self.reading)) < self.element_count


def _sizes(items: list[Value]) -> tuple[int, ...]:
    sizes = tuple(item for item in items if isinstance(item, int) and not isinstance(item, bool) and item >= 0)
    if len(sizes) != len(items):
        raise ValueError("that is no layout of a tensor")
    return sizes


def _values(cells: Value) -> tuple[Scalar, ...]:
    if not isinstance(cells, Tensor) or cells.values is None or len(cells.values) > WINDOW:
        raise ValueError("that is no layout of a tensor")
    return cells.values
