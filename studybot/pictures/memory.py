"""The memory layout of a tensor: the tensor as one sees it, above the row of cells in which its elements sit.

An element and its cell look alike: same value, same colour, same small number. Each dimension has a colour of its
own, in the shape, the stride, the indices, and the arrow that shows how far one step along it goes in the storage.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studybot.core.layout import Index, Layout
from studybot.core.phrase import Phrase
from studybot.core.value import Scalar
from studybot.errors import NoPicture
from studybot.locale import Speech
from studybot.pictures.sheet import (
    BLUE,
    GREEN,
    INK,
    INNER,
    MARGIN,
    MUTED,
    ORANGE,
    PALE,
    PAPER,
    Piece,
    Point,
    Sheet,
    fitted,
    line_width,
    text_width,
)

MOST_ELEMENTS = 24
MOST_IN_A_LINE = 12
MOST_DIMENSIONS = 3

DIMENSION_COLORS = {1: (ORANGE,), 2: (BLUE, ORANGE), 3: (GREEN, BLUE, ORANGE)}
"""By the number of dimensions: the last one, along a row, is always orange."""

TINTS = ("#FFE9A8", "#C9E7B5", "#A6DCE3", "#B9C8F2", "#E3BFEA")
"""The colours of the cells, from the first of a storage to the last, with those in between."""

TITLE, HEADING, BODY, SMALL, FACT, NUMBER = 66, 46, 42, 34, 50, 48
HEAD, INDEX, SIGN, GAP = 278, 72, 62, 48
"""In pixels: the height of title and facts, of a row of indices, of a line of signs, and of what sets parts apart."""
BOX_WIDTH, NARROW, BOX_HEIGHT = 132.0, 100.0, 112
ABOVE, BELOW = 130, (0, 122, 206)
"""The room for an arc and its number above a line of cells; for none, one and two of them below it."""
REACH = (-92, 92, 182)
"""How far arcs turn away from the cells: the one above, the one below, and a second one below."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box to draw: an element of the tensor (`index`), or a cell of the storage (`index` is None)."""

    corner: Point
    width: float
    cell: int
    index: Index | None = None

    @property
    def middle(self) -> float:
        return self.corner[0] + self.width / 2


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything goes: what is drawn, before it is drawn."""

    elements: tuple[Box, ...]
    cells: tuple[Box, ...]
    arcs: tuple["Arc", ...]
    signs: Point
    storage_top: float
    notes_top: float
    height: float


def memory_layout(layout: Layout, say: Speech) -> bytes:
    """Draw a layout as a PNG of 1280 pixels' width. Raises NoPicture for more than can be read on a phone."""
    refuse_too_much(layout)
    signs = list(_signs(layout, say))
    plan = planned(layout, signs_width=max((text_width(sign.text, BODY, "bold") + 76 for sign in signs), default=0))
    sheet = Sheet(plan.height)
    _head(sheet, layout)
    _tensor(sheet, layout, plan, signs)
    _storage(sheet, layout, plan, say)
    _notes(sheet, layout, plan, say)
    return sheet.png()


def planned(layout: Layout, *, signs_width: float = 0) -> Plan:
    """Find a place for each element and each cell, and for the signs: to the right of the tensor, or above it."""
    elements = tuple(_elements(layout, HEAD + INDEX))
    right = max(box.corner[0] + box.width for box in elements) + 72
    signs = (right, HEAD + INDEX + BOX_HEIGHT / 2)
    if right + signs_width > MARGIN + INNER:
        signs = (float(MARGIN), HEAD + 16.0)
        elements = tuple(_elements(layout, HEAD + INDEX + SIGN * len(_stepping(layout)) + 24))
    end_of_signs = signs[1] + SIGN * (len(_stepping(layout)) - 1) + 20
    storage_top = max(_bottom(elements), end_of_signs) + GAP + 24
    cells = tuple(_cells(layout, storage_top + 56))
    arcs = tuple(_steps_in_a_line(layout, _per_line(layout)))
    end = max([_bottom(cells), *(cells[arc.begin].corner[1] + BOX_HEIGHT + BELOW[arc.below] for arc in arcs)])
    return Plan(elements, cells, arcs, signs, storage_top, end + GAP, end + GAP + 116)


def refuse_too_much(layout: Layout) -> None:
    """Raise NoPicture for a layout with more than can be read on a phone."""
    if len(layout.shape) > MOST_DIMENSIONS:
        told = Phrase("{name} has {n} dimensions: {most} at most are drawn")
        raise NoPicture(told.filled(name=layout.name, n=len(layout.shape), most=MOST_DIMENSIONS))
    if layout.element_count > MOST_ELEMENTS:
        told = Phrase("{name} has {n} elements: {most} at most are drawn")
        raise NoPicture(told.filled(name=layout.name, n=layout.element_count, most=MOST_ELEMENTS))
    if max(layout.shape, default=1) > MOST_IN_A_LINE:
        told = Phrase("{name} has the shape {shape}: {most} at most stand in a line")
        raise NoPicture(told.filled(name=layout.name, shape=layout.shape, most=MOST_IN_A_LINE))


def _elements(layout: Layout, top: float) -> Iterator[Box]:
    """Yield the elements, in blocks of rows and columns; the blocks of three dimensions stand side by side."""
    blocks, rows, columns = (1, 1, 1, *layout.shape)[-3:]
    left = 72.0
    for per_line in range(min(blocks, 4), 0, -1):
        width = min(BOX_WIDTH, ((INNER + GAP) / per_line - GAP - left) / columns)
        if width >= NARROW:
            break
    block_height = rows * BOX_HEIGHT + INDEX + 20
    for index in layout.indices():
        block, row, column = (0, 0, 0, *index)[-3:]
        line, place = divmod(block, per_line)
        x = MARGIN + place * (columns * width + left + GAP) + left + column * width
        yield Box((x, top + line * block_height + row * BOX_HEIGHT), width, layout.cell(index), index)


def _cells(layout: Layout, top: float) -> Iterator[Box]:
    """Yield the cells of the storage, in lines where there are many; between two lines there is room for arcs."""
    count = len(layout.cells)
    per_line = _per_line(layout)
    width = min(BOX_WIDTH, INNER / per_line)
    arcs = _steps_in_a_line(layout, per_line)
    above = ABOVE * any(arc.below == 0 for arc in arcs)
    below = BELOW[max((arc.below for arc in arcs), default=0)]
    begin = (layout.offset - layout.first) // per_line
    for place in range(count):
        line, column = divmod(place, per_line)
        y = top + line * (BOX_HEIGHT + 20) + (above if line >= begin else 0) + (below if line > begin else 0)
        yield Box((MARGIN + column * width, y), width, layout.first + place)


def _per_line(layout: Layout) -> int:
    """Return how many cells stand in a line: so that the most steps begin and end in one, and lines are alike."""
    count = len(layout.cells)
    lines = math.ceil(count / MOST_IN_A_LINE)
    choices = range(math.ceil(count / lines), min(MOST_IN_A_LINE, count) + 1)
    return max(choices, key=lambda per_line: (len(_steps_in_a_line(layout, per_line)), -per_line))


@dataclass(frozen=True, slots=True)
class Arc:
    """A step along a dimension from the first element, from cell to cell.

    The last dimension's is above the cells (`below` is 0), the others below, the shorter one (1) nearer than the other.
    """

    dimension: int
    begin: int
    end: int
    below: int


def _steps_in_a_line(layout: Layout, per_line: int) -> list[Arc]:
    begin = layout.offset - layout.first
    last = len(layout.shape) - 1
    arcs: list[Arc] = []
    for dimension in sorted(_stepping(layout), key=lambda one: layout.stride[one]):
        end = begin + layout.stride[dimension]
        if begin < end and begin // per_line == end // per_line:
            below = 0 if dimension == last else 1 + sum(arc.below > 0 for arc in arcs)
            arcs.append(Arc(dimension, begin, end, below))
    return arcs


def _bottom(boxes: Sequence[Box]) -> float:
    return max(box.corner[1] for box in boxes) + BOX_HEIGHT


def _colors(layout: Layout) -> tuple[str, ...]:
    return DIMENSION_COLORS.get(len(layout.shape), ())


def _stepping(layout: Layout) -> list[int]:
    """Return the dimensions along which one can step at all."""
    return [dimension for dimension, size in enumerate(layout.shape) if size > 1]


def tint(layout: Layout, cell: int) -> str:
    """Return the colour of a cell: from the first to the last that the tensor reads, through all tints."""
    share = (cell - layout.offset) / max(1, layout.last - layout.offset) * (len(TINTS) - 1)
    low = min(int(share), len(TINTS) - 2)
    pairs = zip(_rgb(TINTS[low]), _rgb(TINTS[low + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * (share - low)):02X}" for a, b in pairs)


def _rgb(color: str) -> tuple[int, ...]:
    return tuple(int(color[place : place + 2], 16) for place in (1, 3, 5))


def _head(sheet: Sheet, layout: Layout) -> None:
    name, size = fitted(layout.name, TITLE, "code-bold", width=INNER, least=40)
    sheet.text((MARGIN, 84), name, size, face="code-bold")
    facts = [
        ("shape", _numbers(layout.shape, layout)),
        ("stride", _numbers(layout.stride, layout)),
        ("storage_offset", [Piece(str(layout.offset), face="bold")]),
        ("dtype", [Piece(layout.dtype, face="bold")]),
    ]
    x = float(MARGIN)
    for label, pieces in facts:
        sheet.text((x, 166), label, SMALL, color=MUTED, face="code")
        sheet.line((x, 218), pieces, FACT)
        x += max(text_width(label, SMALL, "code"), line_width(pieces, FACT)) + 48


def _numbers(numbers: Sequence[int], layout: Layout) -> list[Piece]:
    """Write a tuple, each number in the colour of its dimension."""
    pieces = [Piece("(", MUTED)]
    for place, (number, color) in enumerate(zip(numbers, _colors(layout), strict=True)):
        if place:
            pieces.append(Piece(", ", MUTED))
        pieces.append(Piece(str(number), color, "bold"))
    return [*pieces, Piece(",)" if len(numbers) == 1 else ")", MUTED)]


STEPS = (Phrase("one to the right"), Phrase("one down"), Phrase("the next block"))
"""What a step along a dimension is, from the last dimension on."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What one step along a dimension means for the storage, in words."""

    from_last: int
    color: str
    text: str


def _signs(layout: Layout, say: Speech) -> Iterator[Sign]:
    for dimension in _stepping(layout):
        from_last = len(layout.shape) - 1 - dimension
        direction = STEPS[from_last]
        match layout.stride[dimension]:
            case 0:
                phrase = Phrase("{step}: the same cell again (stride 0)", step=direction)
            case 1:
                phrase = Phrase("{step}: the next cell", step=direction)
            case stride:
                phrase = Phrase("{step}: {n} cells on", step=direction, n=stride)
        yield Sign(from_last, _colors(layout)[dimension], say(phrase))


def _tensor(sheet: Sheet, layout: Layout, plan: Plan, signs: Sequence[Sign]) -> None:
    x, y = plan.signs
    for place, sign in enumerate(signs):
        _step_sign(sheet, (x + 26, y + place * SIGN), sign.from_last, sign.color)
        sheet.text((x + 76, y + place * SIGN), sign.text, BODY, color=sign.color, face="bold")
    number = _number_size(layout, plan)
    for box in plan.elements:
        _element_labels(sheet, layout, box)
        _draw(sheet, layout, box, number)


def _step_sign(sheet: Sheet, at: Point, from_last: int, color: str) -> None:
    x, y = at
    match from_last:
        case 0:
            sheet.way([(x - 26, y), (x + 26, y)], color=color, line=7, head=28)
        case 1:
            sheet.way([(x, y - 26), (x, y + 26)], color=color, line=7, head=28)
        case _:
            for shift in (0, 14):
                sheet.box((x - 24 + shift, y - 20 + shift), (32, 26), edge=color, line=4, radius=4)


def _element_labels(sheet: Sheet, layout: Layout, box: Box) -> None:
    """Write the indices beside the first column and above the first row of each block."""
    if box.index is None or not box.index:
        return
    colors = _colors(layout)
    block, row, column = (0, 0, 0, *box.index)[-3:]
    x, y = box.corner
    if row == 0:
        sheet.text((box.middle, y - 28), str(column), BODY, color=colors[-1], face="bold", align="center")
    if column == 0 and len(colors) > 1:
        sheet.text((x - 24, y + BOX_HEIGHT / 2), str(row), BODY, color=colors[-2], face="bold", align="right")
    if row == column == 0 and len(colors) > 2:
        sheet.text((x - 18, y - 28), f"[{block}]", BODY, color=colors[-3], face="bold", align="right")


def _number_size(layout: Layout, plan: Plan) -> float:
    """Return one font size for all elements, with which the longest number fits into the narrowest box."""
    width = min(box.width for box in (*plan.elements, *plan.cells)) - 26
    return min(fitted(short(value), NUMBER, "bold", width=width, least=20)[1] for value in layout.cells)


def _draw(sheet: Sheet, layout: Layout, box: Box, number: float, *, used: bool = True) -> None:
    x, y = box.corner
    size = (box.width - 8, BOX_HEIGHT - 8.0)
    if used:
        sheet.box((x + 4, y + 4), size, fill=tint(layout, box.cell), edge=INK)
    else:
        sheet.box((x + 4, y + 4), size, fill=PAPER, edge=PALE, dashed=True)
    text, number = fitted(short(layout.value(box.cell)), number, "bold", width=box.width - 26, least=20)
    sheet.text((box.middle, y + 44), text, number, color=INK if used else MUTED, face="bold", align="center")
    sheet.text((box.middle, y + 86), f"#{box.cell}", SMALL - 2, color=MUTED, align="center")


def _storage(sheet: Sheet, layout: Layout, plan: Plan, say: Speech) -> None:
    heading = Phrase("The storage: {n} cells in a row", n=layout.cell_count)
    if len(layout.cells) < layout.cell_count:
        first, last = layout.first, layout.first + len(layout.cells) - 1
        heading = Phrase("The storage: cells {first} to {last} of {n}", first=first, last=last, n=layout.cell_count)
    sheet.text((MARGIN, plan.storage_top), say(heading), HEADING, face="bold")
    note = say(Phrase("#n: number of the cell"))
    sheet.text((MARGIN + INNER, plan.storage_top), note, SMALL, color=MUTED, align="right")
    reading, number = set(layout.reading), _number_size(layout, plan)
    for box in plan.cells:
        _draw(sheet, layout, box, number, used=box.cell in reading)
    for arc in plan.arcs:
        _draw_arc(sheet, layout, plan, arc)


def _draw_arc(sheet: Sheet, layout: Layout, plan: Plan, arc: Arc) -> None:
    begin, end = plan.cells[arc.begin], plan.cells[arc.end]
    color = _colors(layout)[arc.dimension]
    y = begin.corner[1] + (BOX_HEIGHT if arc.below else 0)
    turn = y + REACH[arc.below]
    sheet.way(
        [(begin.middle, y), (begin.middle, turn), (end.middle, turn), (end.middle, y)], color=color, line=6, head=26
    )
    crowded = arc.below == 1 and any(other.below == 2 for other in plan.arcs)
    apex = y + (turn - y) * 0.75  # a curve goes three quarters of the way to its turn
    middle = y + 35 if crowded else apex + (29 if arc.below else -29)
    label = f"+{layout.stride[arc.dimension]}"
    sheet.text(((begin.middle + end.middle) / 2, middle), label, BODY, color=color, face="bold", align="center")


def _notes(sheet: Sheet, layout: Layout, plan: Plan, say: Speech) -> None:
    pieces = [Piece(f"{say(Phrase('cell'))} = {layout.offset}", face="bold")]
    for letter, step, color in zip("ijk", layout.stride, _colors(layout), strict=False):
        pieces += [Piece(" + ", MUTED), Piece(f"{step}×{letter}", color, "bold")]
    index = "".join(letter for letter, _ in zip("ijk", layout.shape, strict=False))
    if index:
        pieces.insert(0, Piece(f"[{', '.join(index)}] → ", MUTED))
    sheet.line((MARGIN, plan.notes_top), pieces, BODY)
    text, size = fitted(say(_order(layout)), BODY, "plain", width=INNER, least=32)
    sheet.text((MARGIN, plan.notes_top + 62), text, size)


def _order(layout: Layout) -> Phrase:
    """Say whether it is contiguous, and in which order its cells are read."""
    if not layout.shape:
        return Phrase("No dimensions: one cell, and no stride.")
    if layout.is_contiguous:
        return Phrase("Contiguous: row by row, it goes from cell to cell.")
    order = ", ".join(map(str, layout.reading[:10])) + (" …" if layout.element_count > 10 else "")
    if layout.shares_cells:
        cells = len(set(layout.reading))
        return Phrase("{n} elements share {cells} cells: {order}", n=layout.element_count, cells=cells, order=order)
    return Phrase("Not contiguous: row by row it reads cells {order}", order=order)


def short(value: Scalar) -> str:
    """Write an element in few characters: whole floats as `3.`, others with three digits."""
    match value:
        case bool() | int():
            return str(value)
        case complex():
            return f"{value:.2g}"
        case _ if math.isfinite(value) and value.is_integer() and abs(value) < 1e4:
            return f"{value:.0f}."
        case _:
            return f"{value:.3g}"
