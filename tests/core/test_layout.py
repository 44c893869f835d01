import pytest

from studybot.core.layout import LONGEST_NAME, WINDOW, Layout
from studybot.core.value import Tensor, Value


def layout(shape: tuple[int, ...], stride: tuple[int, ...], offset: int = 0, count: int = 6) -> Layout:
    return Layout("x", "int64", shape, stride, offset, count, 0, tuple(range(count)))


def told(shape: list[Value], stride: list[Value], offset: int = 0, cells: int = 6, first: int = 0) -> Value:
    values = Tensor("int64", (cells,), (1,), tuple(range(cells)))
    return ["x", "int64", shape, stride, offset, 6, first, values]


@pytest.mark.parametrize(
    ("shape", "stride", "offset", "reading"),
    [
        pytest.param((2, 3), (3, 1), 0, [0, 1, 2, 3, 4, 5], id="as it was made"),
        pytest.param((3, 2), (1, 3), 0, [0, 3, 1, 4, 2, 5], id="transposed"),
        pytest.param((2, 2), (3, 1), 1, [1, 2, 4, 5], id="all but the first column"),
        pytest.param((2, 3), (0, 1), 3, [3, 4, 5, 3, 4, 5], id="a row, expanded"),
        pytest.param((), (), 4, [4], id="one element"),
        pytest.param((2, 1, 3), (1, 3, 2), 0, [0, 2, 4, 1, 3, 5], id="permuted"),
    ],
)
def test_each_element_is_found_in_its_cell(
    shape: tuple[int, ...], stride: tuple[int, ...], offset: int, reading: list[int]
) -> None:
    assert layout(shape, stride, offset).reading == reading


def test_only_a_layout_that_goes_from_cell_to_cell_is_contiguous() -> None:
    assert layout((2, 3), (3, 1)).is_contiguous
    assert layout((1, 3), (99, 1)).is_contiguous, "the stride of a single row does not matter"
    assert not layout((3, 2), (1, 3)).is_contiguous
    assert not layout((2, 3), (0, 1)).is_contiguous


def test_expanded_elements_share_their_cells() -> None:
    assert layout((2, 3), (0, 1)).shares_cells
    assert not layout((3, 2), (1, 3)).shares_cells


def test_a_layout_is_read_from_what_the_sandbox_tells() -> None:
    assert Layout.read(told([3, 2], [1, 3])) == layout((3, 2), (1, 3))


def test_a_name_that_is_no_name_is_cut_short() -> None:
    value = ["x" * 10_000, *told([3, 2], [1, 3])[1:]]  # type: ignore[index]

    assert len(Layout.read(value).name) == LONGEST_NAME


@pytest.mark.parametrize(
    ("value", "why"),
    [
        pytest.param(None, "makes no tensor", id="nothing"),
        pytest.param("x", "no layout", id="text"),
        pytest.param(told([3, 2], [1]), "no layout", id="a stride too few"),
        pytest.param(told([3, -2], [1, 3]), "no layout", id="a negative size"),
        pytest.param(told([True, 2], [1, 3]), "no layout", id="a bool for a size"),
        pytest.param(told([2, 0], [1, 1]), "no elements", id="no elements"),
        pytest.param(told([3, 2], [1, 3], cells=4), "spread over 6 cells", id="cells that were not told"),
        pytest.param(told([2], [1], first=1), "spread over", id="cells before those that were told"),
        pytest.param(told([10**9] * 3, [10**9] * 3), "spread over", id="huge numbers"),
        pytest.param(told([2], [1], cells=WINDOW + 1), "no layout", id="more cells than asked for"),
    ],
)
def test_what_is_no_layout_is_refused(value: Value, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Layout.read(value)
