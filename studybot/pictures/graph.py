"""The autograd graph: the steps of backward from the result at the top to the leaves, whose `grad` they fill."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from studybot.core.autograd import Graph, Node
from studybot.core.phrase import Phrase
from studybot.errors import NoPicture
from studybot.locale import Speech
from studybot.pictures.arrange import Arrangement, arranged
from studybot.pictures.sheet import (
    BLUE,
    INNER,
    MARGIN,
    MUTED,
    ORANGE,
    PALE,
    PAPER,
    WHITE,
    WIDTH,
    Piece,
    Point,
    Sheet,
    fitted,
    line_width,
)

MOST_NODES = 28
MOST_EDGES = 60
MOST_LAYERS = 12
LEAST_SCALE = 0.5

LEAF_FILL, ROOT_FILL = "#CFE6F7", "#FFE3C2"
LABEL, CAPTION = 46.0, 38.0
NODE_HEIGHT, LAYER_GAP, NODE_GAP, PADDING, PORT_GAP = 128.0, 92.0, 36.0, 30.0, 54.0
HEAD, FOOT = 210.0, 190.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the nodes go (the middle of each, and its size), and the ways of the edges; all scaled to the sheet."""

    middles: tuple[Point, ...]
    sizes: tuple[Point, ...]
    ways: tuple[tuple[Point, ...], ...]
    scale: float
    height: float


def autograd_graph(graph: Graph, say: Speech) -> bytes:
    """Draw a graph as a PNG of 1280 pixels' width. Raises NoPicture for more than can be read on a phone."""
    plan = planned(graph)
    sheet = Sheet(plan.height)
    sheet.text((MARGIN, 84), say(Phrase("The way of backward")), 64, face="bold")
    told = say(Phrase("from the result down to the leaves, against the computation"))
    told, size = fitted(told, 40, "plain", width=INNER, least=32)
    sheet.text((MARGIN, 154), told, size, color=MUTED)
    for (_, end), way in zip(graph.edges, plan.ways, strict=True):
        if graph.nodes[end].role == "constant":
            sheet.way(way, color=PALE, line=3, head=0, dashed=True)
        else:
            sheet.way(way)
    for place, node in enumerate(graph.nodes):
        _draw(sheet, plan, place, node)
    _legend(sheet, graph, plan.height - FOOT + 64, say)
    return sheet.png()


def refuse_too_much(graph: Graph) -> None:
    """Raise NoPicture for a graph with more than can be read on a phone, as far as counting tells."""
    if len(graph.nodes) > MOST_NODES:
        raise NoPicture(
            Phrase("the graph has {n} nodes: {most} at most are drawn", n=len(graph.nodes), most=MOST_NODES)
        )
    if len(graph.edges) > MOST_EDGES:
        raise NoPicture(
            Phrase("the graph has {n} edges: {most} at most are drawn", n=len(graph.edges), most=MOST_EDGES)
        )
    depth = max(graph.depths().values()) + 1
    if depth > MOST_LAYERS:
        raise NoPicture(Phrase("the graph is {n} nodes deep: {most} at most are drawn", n=depth, most=MOST_LAYERS))


def planned(graph: Graph) -> Plan:
    """Find a place for each node and a way for each edge. Raises NoPicture."""
    refuse_too_much(graph)
    layers = graph.depths()
    widths = [_width(node) for node in graph.nodes]
    arrangement = arranged(widths, graph.edges, layers, gap=NODE_GAP)
    scale = min(1.0, INNER / arrangement.width)
    if scale < LEAST_SCALE:
        told = Phrase("the graph is too wide: its letters would be {share} of what a phone can show")
        raise NoPicture(told.filled(share=f"{scale:.0%}"))
    left = (WIDTH - arrangement.width * scale) / 2
    step = NODE_HEIGHT * scale + LAYER_GAP
    top = HEAD + NODE_HEIGHT * scale / 2 + 20

    def at(x: float, layer: float) -> Point:
        return left + x * scale, top + layer * step

    middles = tuple(at(x, layer) for x, layer in zip(arrangement.x, arrangement.layer, strict=True))
    sizes = tuple((width * scale, NODE_HEIGHT * scale) for width in widths)
    ways = tuple(_ways(graph, arrangement, middles, sizes, step))
    return Plan(middles, sizes, ways, scale, top + max(layers.values()) * step + NODE_HEIGHT * scale / 2 + FOOT)


def _ways(
    graph: Graph, arrangement: Arrangement, middles: Sequence[Point], sizes: Sequence[Point], step: float
) -> list[tuple[Point, ...]]:
    """Return for each edge a smooth curve from the bottom of one node to the top of the other."""
    height = sizes[0][1]
    scale = height / NODE_HEIGHT
    left = middles[0][0] - arrangement.x[0] * scale
    routes: list[list[Point]] = []  # the middles of what an edge passes, ends included
    for (begin, end), crossed in zip(graph.edges, arrangement.crossings, strict=True):
        lanes = [(left + x * scale, middles[begin][1] + step * layer) for layer, x in enumerate(crossed, start=1)]
        routes.append([middles[begin], *lanes, middles[end]])
    ways = []
    for number, (begin, end) in enumerate(graph.edges):
        leaving = [one for one, edge in enumerate(graph.edges) if edge[0] == begin]
        arriving = [one for one, edge in enumerate(graph.edges) if edge[1] == end]
        first = _port(number, {one: routes[one][1][0] for one in leaving}, sizes[begin][0], scale)
        last = _port(number, {one: routes[one][-2][0] for one in arriving}, sizes[end][0], scale)
        (x, y), *lanes, (to_x, to_y) = routes[number]
        stops = [(x + first, y + height / 2)]
        for lane_x, lane_y in lanes:
            stops += [(lane_x, lane_y - height / 2), (lane_x, lane_y + height / 2)]
        stops.append((to_x + last, to_y - height / 2 - 3))
        points = [stops[0]]
        for one, other in pairwise(stops):
            reach = (other[1] - one[1]) * 0.6
            points += [(one[0], one[1] + reach), (other[0], other[1] - reach), other]
        ways.append(tuple(points))
    return ways


def _port(edge: int, goals: dict[int, float], width: float, scale: float) -> float:
    """Return how far from a node's middle an edge joins it: they stand apart, in the order of where they go."""
    order = sorted(goals, key=lambda one: (goals[one], one))
    gap = min(PORT_GAP * scale, (width - 24 * scale) / max(1, len(order)))
    return (order.index(edge) - (len(order) - 1) / 2) * gap


def _lines(node: Node) -> tuple[list[Piece], list[Piece]]:
    """Return the two lines in a node: what it is, and what holds it."""
    shape = str(node.shape) if node.shape is not None else ""
    match node.role:
        case "operation":
            return [Piece(node.label, face="bold")], [Piece(node.name, ORANGE, "code-bold")] if node.name else []
        case "leaf":
            name = [Piece(node.name, BLUE, "code-bold")] if node.name else [Piece("AccumulateGrad", BLUE, "bold")]
            return name, [Piece(shape, MUTED, "code")]
        case _:
            return [Piece(node.name or node.label or "tensor", MUTED, "code")], [
                Piece(shape, MUTED, "code")
            ] if shape else []


def _width(node: Node) -> float:
    first, second = _lines(node)
    return max(line_width(first, LABEL), line_width(second, CAPTION), 60.0) + 2 * PADDING


def _draw(sheet: Sheet, plan: Plan, place: int, node: Node) -> None:
    (x, y), (width, height), scale = plan.middles[place], plan.sizes[place], plan.scale
    corner = (x - width / 2, y - height / 2)
    if node.role == "leaf":
        sheet.box(corner, (width, height), fill=LEAF_FILL, edge=BLUE, line=5, radius=14)
    elif node.role == "constant":
        sheet.box(corner, (width, height), fill=PAPER, edge=PALE, dashed=True, radius=14)
    else:
        sheet.box(corner, (width, height), fill=ROOT_FILL if place == 0 else WHITE, radius=14)
    first, second = _lines(node)
    rise = 24 * scale if second else 0.0
    for pieces, size, shift in ((first, LABEL * scale, -rise), (second, CAPTION * scale, 30 * scale)):
        sheet.line((x - line_width(pieces, size) / 2, y + shift), pieces, size)


def _legend(sheet: Sheet, graph: Graph, y: float, say: Speech) -> None:
    """Explain the three looks, as far as they are there."""
    roles = {node.role for node in graph.nodes}
    entries: list[tuple[str, str, bool, Phrase]] = []
    if "leaf" in roles:
        entries.append((LEAF_FILL, BLUE, False, Phrase("leaf: its grad is filled here")))
    if "constant" in roles:
        entries.append((PAPER, PALE, True, Phrase("no gradient needed: backward stops")))
    for place, (fill, edge, dashed, phrase) in enumerate(entries):
        middle = y + place * 62
        sheet.box((MARGIN, middle - 20), (54, 40), fill=fill, edge=edge, dashed=dashed, radius=8)
        sheet.text((MARGIN + 76, middle), say(phrase), 42)
