import pytest

from studybot.core.autograd import MOST_NODES, Graph, Node
from studybot.core.value import Value

Y_IS_AB_PLUS_A: Value = [
    [
        ["operation", "AddBackward0", "y", None],
        ["operation", "MulBackward0", "", None],
        ["leaf", "", "a", [2]],
        ["constant", "", "b", [2]],
    ],
    [[0, 1], [0, 2], [1, 2], [1, 3]],
]


def test_a_graph_is_read_from_what_the_sandbox_tells() -> None:
    graph = Graph.read(Y_IS_AB_PLUS_A)

    assert graph.nodes[0] == Node("operation", "AddBackward0", "y")
    assert graph.leaves == (Node("leaf", name="a", shape=(2,)),)
    assert graph.edges == ((0, 1), (0, 2), (1, 2), (1, 3))


def test_a_node_is_as_deep_as_the_longest_way_to_it() -> None:
    assert Graph.read(Y_IS_AB_PLUS_A).depths() == {0: 0, 1: 1, 2: 2, 3: 2}


OPERATION: Value = ["operation", "AddBackward0", "", None]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        pytest.param(None, "grad_fn", id="no graph at all"),
        pytest.param(MOST_NODES, "more than 200 nodes", id="too many"),
        pytest.param([[], []], "could walk", id="empty"),
        pytest.param([[OPERATION], [[0, 0]]], "could walk", id="an edge to itself"),
        pytest.param([[OPERATION] * 3, [[0, 1], [1, 2], [2, 1]]], "could walk", id="a circle"),
        pytest.param([[OPERATION], [[0, 1]]], "no edge", id="an edge to nowhere"),
        pytest.param([[["king", "", "", None]], []], "no node", id="an unknown role"),
        pytest.param([[["leaf", "", "a", ["2"]]], []], "no node", id="a shape of text"),
        pytest.param([[OPERATION] * (MOST_NODES + 1), []], "no graph", id="more nodes than asked for"),
        pytest.param([[OPERATION] * 2, []], "could walk", id="a node that nothing leads to"),
    ],
)
def test_what_is_no_graph_is_refused(value: Value, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Graph.read(value)
