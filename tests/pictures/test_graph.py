from itertools import combinations

import pytest

from studybot.core.autograd import Graph, Node
from studybot.core.card import Language
from studybot.errors import NoPicture
from studybot.local_chat.image_size import picture_size
from studybot.locale import speech
from studybot.pictures.graph import autograd_graph, planned
from studybot.pictures.sheet import WIDTH
from tests.pictures.layouts import GRAPHS

EVERY_GRAPH = pytest.mark.parametrize("graph", [pytest.param(one, id=name) for name, one in GRAPHS.items()])


@EVERY_GRAPH
def test_every_edge_goes_down_as_backward_does(graph: Graph) -> None:
    plan = planned(graph)

    for (begin, end), way in zip(graph.edges, plan.ways, strict=True):
        heights = [y for _, y in way[::3]]
        assert heights == sorted(heights)
        assert plan.middles[begin][1] < heights[0]
        assert heights[-1] < plan.middles[end][1]


@EVERY_GRAPH
def test_an_edge_joins_the_nodes_it_belongs_to(graph: Graph) -> None:
    plan = planned(graph)

    for (begin, end), way in zip(graph.edges, plan.ways, strict=True):
        for node, (x, _) in ((begin, way[0]), (end, way[-1])):
            assert abs(x - plan.middles[node][0]) < plan.sizes[node][0] / 2


@EVERY_GRAPH
def test_no_node_lies_on_another_or_beyond_the_edge(graph: Graph) -> None:
    plan = planned(graph)
    nodes = list(zip(plan.middles, plan.sizes, strict=True))

    for ((x, y), (width, _)), ((other_x, other_y), (other_width, _)) in combinations(nodes, 2):
        assert y != other_y or abs(x - other_x) >= (width + other_width) / 2
    assert all(x - width / 2 >= 60 and x + width / 2 <= WIDTH - 60 for (x, _), (width, _) in nodes)


@EVERY_GRAPH
def test_no_edge_runs_through_a_node(graph: Graph) -> None:
    plan = planned(graph)

    for (begin, end), way in zip(graph.edges, plan.ways, strict=True):
        for place, ((x, y), (width, height)) in enumerate(zip(plan.middles, plan.sizes, strict=True)):
            beside = [stop for stop in way[::3] if abs(stop[1] - y) <= height / 2]
            assert place in (begin, end) or all(abs(stop[0] - x) >= width / 2 for stop in beside)


def test_a_tensor_used_twice_has_two_arrows_apart() -> None:
    first, second = planned(GRAPHS["y = x*x"]).ways

    assert abs(first[0][0] - second[0][0]) > 20
    assert abs(first[-1][0] - second[-1][0]) > 20


@EVERY_GRAPH
@pytest.mark.parametrize("language", list(Language))
def test_a_graph_becomes_a_picture_for_a_phone(graph: Graph, language: Language) -> None:
    png = autograd_graph(graph, speech(language))

    size = picture_size(png)
    assert size is not None
    assert size[0] == WIDTH
    assert len(png) < 300_000


STEP = Node("operation", "AddBackward0")


@pytest.mark.parametrize(
    ("graph", "why"),
    [
        (Graph((STEP,) * 29, tuple((0, one) for one in range(1, 29))), "29 nodes: 28 at most"),
        (Graph((STEP,) * 2, ((0, 1),) * 61), "61 edges: 60 at most"),
        (Graph((STEP,) * 13, tuple((one, one + 1) for one in range(12))), "13 nodes deep: 12 at most"),
        (Graph((STEP,) * 13, tuple((0, one) for one in range(1, 13))), "too wide"),
    ],
    ids=["many", "tangled", "deep", "wide"],
)
def test_what_a_phone_cannot_show_is_refused_in_plain_words(graph: Graph, why: str) -> None:
    with pytest.raises(NoPicture, match=why):
        autograd_graph(graph, speech(Language.EN))
