"""What the programs see of real snippets, in the real jail."""

import pytest

from studybot.core.autograd import Graph
from studybot.core.card import Language
from studybot.core.layout import Layout
from studybot.core.run import RunStatus, Snippet
from studybot.core.value import Value
from studybot.local_chat.image_size import picture_size
from studybot.pictures import picture_of
from studybot.pictures.programs import graph_program, layout_program
from studybot.ports import Runner
from tests.fakes import predict_card
from tests.sandbox.marks import IN_THE_JAIL

pytestmark = IN_THE_JAIL


async def told(pool: Runner, code: str, program: str) -> Value:
    run = await pool.run(Snippet(code, harness=program, seed=1))
    assert run.status is RunStatus.OK, run
    return run.value


async def layout_of(pool: Runner, code: str) -> Layout:
    return Layout.read(await told(pool, code, layout_program(may_raise=True)))


async def graph_of(pool: Runner, code: str) -> Graph:
    return Graph.read(await told(pool, code, graph_program(may_raise=False)))


X = "x = torch.arange(6).reshape(2, 3)\n"


@pytest.mark.parametrize(
    ("code", "name", "reading"),
    [
        pytest.param(X + "x.t()", "x.t()", [0, 3, 1, 4, 2, 5], id="transpose"),
        pytest.param(X + "y = x.t()\ny.stride()", "y", [0, 3, 1, 4, 2, 5], id="what the last line asks about"),
        pytest.param(X + "x.t().is_contiguous()", "x.t()", [0, 3, 1, 4, 2, 5], id="an expression in the last line"),
        pytest.param(X + "x.t().view(6)\nx", "x.t()", [0, 3, 1, 4, 2, 5], id="a line that raises"),
        pytest.param(X + "print(x[:, 1:].stride())", "x[:, 1:]", [1, 2, 4, 5], id="a slice that is printed"),
        pytest.param(X + "y = x[1]\nif True:\n    pass", "y", [3, 4, 5], id="the last tensor made"),
        pytest.param(X + "with torch.no_grad():\n    y = x[1]", "y", [3, 4, 5], id="made in a block"),
        pytest.param(X + "for i in range(2):\n    y = x[i]\n    y.view(9)", "y", [0, 1, 2], id="a block that raises"),
        pytest.param(X + "f = lambda y: y.t()\nf(x)[1].sum().item()", "f(x)[1].sum()", [0], id="a lambda"),
        pytest.param("torch.tensor([[5], [6]]).expand(2, 3)", None, [0, 0, 0, 1, 1, 1], id="expand"),
        pytest.param("x = torch.arange(100).reshape(10, 10)\nx[2:4, 3:5]", None, [23, 24, 33, 34], id="far inside"),
        pytest.param("x = torch.zeros(2, 3, requires_grad=True)\nx.permute(1, 0)", None, [0, 3, 1, 4, 2, 5], id="grad"),
        pytest.param("torch.equal(torch.ones(2), torch.ones(2))", "torch.ones(2)", [0, 1], id="an argument"),
    ],
)
async def test_the_layout_is_that_of_the_tensor_in_question(
    pool: Runner, code: str, name: str | None, reading: list[int]
) -> None:
    layout = await layout_of(pool, code)

    assert layout.reading == reading
    assert name in (None, layout.name)


async def test_the_storage_is_shown_with_the_cells_that_the_tensor_leaves_out(pool: Runner) -> None:
    layout = await layout_of(pool, X + "x[:, 1:]")

    assert (layout.cell_count, layout.cells) == (6, (0, 1, 2, 3, 4, 5))


async def test_nothing_is_run_twice_to_look_at_it(pool: Runner) -> None:
    code = "calls = []\ndef make():\n    calls.append(1)\n    return torch.tensor(calls)\nmake().tolist()"

    layout = await layout_of(pool, code)

    assert layout.cells == (1,)


async def test_a_tensor_spread_too_far_is_refused(pool: Runner) -> None:
    with pytest.raises(ValueError, match="spread over 91 cells"):
        await layout_of(pool, "torch.arange(100).reshape(10, 10).t()[0]")


async def test_the_leaves_of_y_are_named(pool: Runner) -> None:
    graph = await graph_of(pool, "a = torch.ones(2, requires_grad=True)\nb = torch.ones(2)\ny = a*b + a")

    assert [(node.role, node.label, node.name, node.shape) for node in graph.nodes] == [
        ("operation", "AddBackward0", "y", None),
        ("operation", "MulBackward0", "", None),
        ("leaf", "", "a", (2,)),
        ("constant", "", "b", (2,)),
    ]
    assert graph.edges == ((0, 1), (0, 2), (1, 2), (1, 3))


async def test_the_graph_of_a_loss_is_found_after_backward(pool: Runner) -> None:
    code = (
        "layer = nn.Linear(3, 2)\nx = torch.ones(4, 3)\ntarget = torch.tensor([0, 1, 0, 1])\n"
        "loss = F.cross_entropy(layer(x), target)\nloss.backward()\nlayer.weight.grad.shape"
    )

    graph = await graph_of(pool, code)

    assert (graph.nodes[0].label, graph.nodes[0].name) == ("NllLossBackward0", "loss")
    assert {node.name for node in graph.leaves} == {"layer.weight", "layer.bias"}
    assert {node.name for node in graph.nodes if node.role == "constant"} == {"x", "target"}


async def test_an_input_without_gradient_hangs_on_the_operation_it_goes_into(pool: Runner) -> None:
    graph = await graph_of(pool, "layer = nn.Linear(3, 2)\nx = torch.ones(4, 5, 3)\nlayer(x).sum()")

    (to_x,) = [graph.nodes[begin].label for begin, end in graph.edges if graph.nodes[end].name == "x"]
    assert to_x in {"AddmmBackward0", "MmBackward0"}


async def test_a_detached_tensor_ends_the_graph(pool: Runner) -> None:
    graph = await graph_of(pool, "x = torch.ones(2, requires_grad=True)\nz = (x * 2).detach()\ny = z * x\ny.sum()")

    assert [(node.role, node.name) for node in graph.nodes if not node.label] == [("leaf", "x"), ("constant", "z")]


async def test_the_graph_of_a_training_loop_is_that_of_its_last_step(pool: Runner) -> None:
    code = (
        "w = torch.ones(2, requires_grad=True)\nfor step in range(3):\n    loss = (w * step).sum()\n    loss.backward()"
    )

    graph = await graph_of(pool, code)

    assert [node.name for node in graph.nodes if node.name] == ["loss", "w"]
    assert [node.label for node in graph.nodes if node.role == "constant"] == ["2"]


async def test_a_leaf_that_is_frozen_afterwards_is_still_a_leaf_of_its_graph(pool: Runner) -> None:
    graph = await graph_of(pool, "w = torch.ones(2, requires_grad=True)\ny = w * 3\nw.requires_grad_(False)\ny")

    assert [(node.role, node.name or node.label) for node in graph.nodes] == [
        ("operation", "y"), ("leaf", "w"), ("constant", "3"),
    ]  # fmt: skip


async def test_a_snippet_without_a_graph_says_so(pool: Runner) -> None:
    with pytest.raises(ValueError, match="no grad_fn"):
        await graph_of(pool, "x = torch.ones(2)\nx * 2")


@pytest.mark.parametrize("picture", ["memory", "graph"])
async def test_a_card_is_drawn_from_a_real_run(pool: Runner, picture: str) -> None:
    snippet = "x = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)\ny = (x.t() * 3).sum()\ny.backward()\nx.grad"

    png = await picture_of(predict_card(snippet=snippet, picture=picture), pool, Language.KO)

    assert png is not None
    assert picture_size(png) is not None
