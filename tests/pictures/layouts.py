"""Layouts and graphs to draw, as the sandbox tells them."""

from studybot.core.autograd import Graph, Node
from studybot.core.layout import Layout
from studybot.core.value import Tensor, Value


def layout(shape: tuple[int, ...], stride: tuple[int, ...], *, offset: int = 0, cells: int = 24) -> Layout:
    """A view of `arange(cells)`."""
    return Layout("x", "int64", shape, stride, offset, cells, 0, tuple(range(cells)))


LAYOUTS = {
    "contiguous": layout((2, 3), (3, 1), cells=6),
    "transposed": layout((3, 2), (1, 3), cells=6),
    "a slice of columns": layout((4, 2), (6, 1), offset=3),
    "expanded rows": layout((3, 4), (1, 0), cells=3),
    "windows": layout((4, 3), (1, 1), cells=6),
    "three dimensions": layout((2, 3, 4), (12, 4, 1)),
    "permuted": layout((3, 2, 4), (4, 12, 1)),
    "many blocks": layout((6, 2, 2), (4, 2, 1)),
    "a long row": layout((12,), (2,)),
    "a tall column": layout((12, 1), (2, 1)),
    "one element": layout((), (), offset=5),
}

TRANSPOSED: Value = ["x.t()", "int64", [3, 2], [1, 3], 0, 6, 0, Tensor("int64", (6,), (1,), tuple(range(6)))]

GRAPH: Value = [
    [
        ["operation", "AddBackward0", "y", None],
        ["operation", "MulBackward0", "", None],
        ["leaf", "", "a", [2]],
        ["constant", "", "b", [2]],
    ],
    [[0, 1], [0, 2], [1, 2], [1, 3]],
]

_STEP = Node("operation", "AddmmBackward0")
GRAPHS = {
    "y = a*b + a": Graph.read(GRAPH),
    "y = x*x": Graph((Node("operation", "MulBackward0", "y"), Node("leaf", name="x", shape=(2,))), ((0, 1), (0, 1))),
    "a leaf far below": Graph((_STEP,) * 5, ((0, 1), (1, 2), (2, 3), (3, 4), (0, 4), (1, 4))),
    "four side by side": Graph((_STEP,) * 5, tuple((0, one) for one in range(1, 5))),
    "a ladder": Graph((_STEP,) * 9, tuple((one, one + step) for one in range(7) for step in (1, 2))),
}
