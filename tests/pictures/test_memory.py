import pytest

from studybot.core.card import Language
from studybot.core.layout import Layout
from studybot.errors import NoPicture
from studybot.local_chat.image_size import picture_size
from studybot.locale import speech
from studybot.pictures.memory import BOX_HEIGHT, Box, memory_layout, planned, short, tint
from studybot.pictures.sheet import WIDTH
from tests.pictures.layouts import LAYOUTS, layout

EVERY_LAYOUT = pytest.mark.parametrize("layout", [pytest.param(one, id=name) for name, one in LAYOUTS.items()])


def overlap(one: Box, other: Box) -> bool:
    apart_x = (
        one.corner[0] + one.width <= other.corner[0] + 1e-6 or other.corner[0] + other.width <= one.corner[0] + 1e-6
    )
    return not apart_x and abs(one.corner[1] - other.corner[1]) < BOX_HEIGHT


@EVERY_LAYOUT
def test_every_element_stands_for_the_cell_it_sits_in(layout: Layout) -> None:
    elements = planned(layout).elements

    assert [box.index for box in elements] == list(layout.indices())
    assert [box.cell for box in elements] == layout.reading


@EVERY_LAYOUT
def test_the_cells_stand_in_the_order_of_the_storage(layout: Layout) -> None:
    cells = planned(layout).cells

    assert [box.cell for box in cells] == list(range(layout.cell_count))
    assert [box.corner[::-1] for box in cells] == sorted(box.corner[::-1] for box in cells)


@EVERY_LAYOUT
def test_nothing_lies_on_anything_else_or_beyond_the_edge(layout: Layout) -> None:
    plan = planned(layout, signs_width=500)
    boxes = [*plan.elements, *plan.cells]

    assert not [(a, b) for place, a in enumerate(boxes) for b in boxes[:place] if overlap(a, b)]
    assert all(box.corner[0] >= 60 and box.corner[0] + box.width <= WIDTH - 60 for box in boxes)
    assert max(box.corner[1] for box in plan.elements) < plan.storage_top < min(box.corner[1] for box in plan.cells)
    assert max(box.corner[1] for box in plan.cells) < plan.notes_top < plan.height


def test_the_next_row_stands_below_and_the_next_column_to_the_right() -> None:
    at = {box.index: box.corner for box in planned(LAYOUTS["transposed"]).elements}

    assert at[1, 0][0] == at[0, 0][0]
    assert at[1, 0][1] > at[0, 0][1]
    assert at[0, 1][0] > at[0, 0][0]
    assert at[0, 1][1] == at[0, 0][1]


def test_an_arrow_leads_from_the_first_elements_cell_to_that_of_the_next_in_each_dimension() -> None:
    arcs = planned(LAYOUTS["transposed"]).arcs

    assert {(arc.dimension, arc.begin, arc.end) for arc in arcs} == {(0, 0, 1), (1, 0, 3)}


def test_a_stride_of_zero_has_no_arrow_because_it_leads_nowhere() -> None:
    arcs = planned(LAYOUTS["expanded rows"]).arcs

    assert [arc.dimension for arc in arcs] == [0]


def test_cells_have_colours_of_their_own() -> None:
    contiguous = LAYOUTS["contiguous"]

    assert len({tint(contiguous, cell) for cell in range(6)}) == 6


@EVERY_LAYOUT
@pytest.mark.parametrize("language", list(Language))
def test_a_layout_becomes_a_picture_for_a_phone(layout: Layout, language: Language) -> None:
    png = memory_layout(layout, speech(language))

    size = picture_size(png)
    assert size is not None
    assert size[0] == WIDTH == 1280
    assert 600 < size[1] < 2400
    assert len(png) < 300_000


@pytest.mark.parametrize(
    ("shape", "stride", "why"),
    [
        ((5, 5), (4, 1), "x has 25 elements: 24 at most are drawn"),
        ((1, 2, 2, 2), (8, 4, 2, 1), "x has 4 dimensions: 3 at most are drawn"),
        ((14,), (1,), "x has the shape .14,.: 12 at most stand in a line"),
    ],
)
def test_what_a_phone_cannot_show_is_refused_in_plain_words(
    shape: tuple[int, ...], stride: tuple[int, ...], why: str
) -> None:
    with pytest.raises(NoPicture, match=why):
        memory_layout(layout(shape, stride), speech(Language.EN))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3."),
        (True, "True"),
        (-7, "-7"),
        (0.123456, "0.123"),
        (float("nan"), "nan"),
        (1e9, "1e+09"),
        (1 + 2j, "1+2j"),
    ],
)
def test_numbers_are_written_short(value: complex, text: str) -> None:
    assert short(value) == text
