"""What the program sees of real snippets, in the real jail."""

import pytest

from studybot.core.look import PROGRAM, Look
from studybot.core.run import RunStatus, Snippet
from studybot.ports import Runner
from tests.sandbox.marks import IN_THE_JAIL

pytestmark = IN_THE_JAIL


async def look_at(pool: Runner, code: str) -> Look:
    run = await pool.run(Snippet(code, harness=PROGRAM, seed=1))
    assert run.status is RunStatus.OK, run
    return Look.read(run.value)


async def test_a_leaf_shows_its_gradient_and_a_result_what_made_it(pool: Runner) -> None:
    look = await look_at(pool, "x = torch.tensor([2., 3.], requires_grad=True)\ny = (x ** 2).sum()\ny.backward()")

    x, y = look.tensors
    assert (x.name, x.shape, x.dtype, x.stride) == ("x", (2,), "float32", (1,))
    assert (x.is_leaf, x.requires_grad, x.grad) == (True, True, "tensor([4., 6.])")
    assert (y.is_leaf, y.requires_grad, y.grad, y.made_by) == (False, True, None, "SumBackward0")


async def test_a_view_is_told_from_a_copy(pool: Runner) -> None:
    look = await look_at(pool, "x = torch.zeros(2, 3)\ny = x.t()\nz = y.contiguous()\nw = x")

    x, y, z = look.tensors
    assert x.name == "x is w"
    assert (y.shares_with, y.stride, y.is_contiguous) == ("x", (1, 3), False)
    assert (z.shares_with, z.stride, z.is_contiguous) == ("", (2, 1), True)


async def test_the_last_value_is_seen_even_without_a_name(pool: Runner) -> None:
    look = await look_at(pool, "torch.eye(2)[0]")

    assert look.value == "tensor([1., 0.])"
    assert look.tensors[0].name == "torch.eye(2)[0]"


async def test_tensors_inside_modules_and_lists_are_seen(pool: Runner) -> None:
    look = await look_at(pool, "net = nn.Linear(2, 1)\nsteps = [torch.zeros(1), torch.ones(1)]\nd = {'a': steps[0]}")

    assert [one.name for one in look.tensors] == ["net.weight", "net.bias", "steps[0] is d['a']", "steps[1]"]


async def test_what_was_made_before_an_error_is_seen_with_it(pool: Runner) -> None:
    look = await look_at(pool, "x = torch.ones(3)\ny = x.view(7)")

    assert look.error is not None
    assert (look.error.type, look.error.line) == ("RuntimeError", 2)
    assert [one.name for one in look.tensors] == ["x"]


@pytest.mark.parametrize(("code", "line"), [("x = 1\ndef f(:", 2), ("import sys\nsys.exit(3)", 2), ("1 / 0", 1)])
async def test_every_error_has_its_line(pool: Runner, code: str, line: int) -> None:
    look = await look_at(pool, code)

    assert look.error is not None
    assert look.error.line == line


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("torch.zeros(10**11)", RunStatus.MEMORY),
        ("import subprocess\nsubprocess.run(['ls'])", RunStatus.REFUSED),
        ("import os\nos._exit(0)", RunStatus.CRASHED),
    ],
)
async def test_what_the_sandbox_tells_apart_stays_apart(pool: Runner, code: str, status: RunStatus) -> None:
    assert (await pool.run(Snippet(code, harness=PROGRAM))).status is status


async def test_odd_tensors_do_not_stop_the_look(pool: Runner) -> None:
    code = "s = torch.eye(2).to_sparse()\nm = torch.zeros(2, device='meta')\ne = torch.zeros(0, 3)\nt = torch.tensor(1)"

    look = await look_at(pool, code)

    assert [one.name for one in look.tensors] == ["s", "m", "e", "t"]
    assert look.tensors[0].stride is None
    assert look.tensors[1].device == "meta"
