"""The autograd graph of a tensor, as a run told it: what `backward` will walk, from the result to the leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from studybot.core.phrase import Phrase
from studybot.core.show import first_line
from studybot.core.value import Value

Role = Literal["operation", "leaf", "constant"]
"""A step of backward, a leaf whose `grad` it fills, or an input that needs no gradient and stops it."""

MOST_NODES = 200
MOST_EDGES = 1000
LONGEST_NAME = 40
"""More than anybody could look at; a larger graph is not read at all, and longer names are shortened."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node. `name` is the variable that holds it: of an operation, the one that holds its result; "" if none does.

    `label` is torch's name of an operation, or a constant number. `shape` is None where it is not known.
    """

    role: Role
    label: str = ""
    name: str = ""
    shape: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """The first node is the one backward begins at. An edge `(a, b)` says that the gradient goes from a to b.

    The same edge stands twice where an operation uses one tensor twice. There are no cycles.
    """

    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int], ...]

    @classmethod
    def read(cls, value: Value) -> "Graph":
        """Read what the program in pictures/programs.py gives. Raises ValueError for what is none, and says why."""
        match value:
            case None:
                raise ValueError(Phrase("the snippet makes no tensor that knows how it was computed (no grad_fn)"))
            case int(count):
                raise ValueError(Phrase("the graph has more than {n} nodes", n=count))
            case [list(nodes), list(edges)] if len(nodes) <= MOST_NODES and len(edges) <= MOST_EDGES:
                graph = cls(tuple(map(_node, nodes)), tuple(_edge(edge, len(nodes)) for edge in edges))
            case _:
                raise ValueError("that is no graph")
        reached = {0} | {below for _, below in graph.edges}
        if len(reached) != len(graph.nodes) or len(graph.depths()) != len(graph.nodes):
            raise ValueError("that is no graph that backward could walk")
        return graph

    @property
    def leaves(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.role == "leaf")

    def depths(self) -> dict[int, int]:
        """Return for each node the length of the longest way to it from the first; nodes on a cycle have none."""
        waiting = [0] * len(self.nodes)
        for _, below in self.edges:
            waiting[below] += 1
        depths: dict[int, int] = {}
        ready = [(place, 0) for place, count in enumerate(waiting) if count == 0]
        deepest = [0] * len(self.nodes)
        while ready:
            place, depth = ready.pop()
            depths[place] = depth
            for above, below in self.edges:
                if above == place:
                    deepest[below] = max(deepest[below], depth + 1)
                    waiting[below] -= 1
                    if waiting[below] == 0:
                        ready.append((below, deepest[below]))
        return depths


def _node(record: Value) -> Node:
    match record:
        case ["operation" | "leaf" | "constant" as role, str(label), str(name), None]:
            return Node(role, first_line(label, LONGEST_NAME), first_line(name, LONGEST_NAME))
        case ["operation" | "leaf" | "constant" as role, str(label), str(name), list(shape)]:
            return Node(role, first_line(label, LONGEST_NAME), first_line(name, LONGEST_NAME), _shape(shape))
        case _:
            raise ValueError("that is no node of a graph")


def _shape(items: Sequence[Value]) -> tuple[int, ...]:
    shape = tuple(item for item in items if isinstance(item, int) and not isinstance(item, bool))
    if len(shape) != len(items):
        raise ValueError("that is no node of a graph")
    return shape


def _edge(record: Value, nodes: int) -> tuple[int, int]:
    match record:
        case [int(above), int(below)] if 0 <= above < nodes and 0 <= below < nodes:
            return above, below
        case _:
            raise ValueError("that is no edge of a graph")
