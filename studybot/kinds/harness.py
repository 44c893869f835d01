"""The program that runs a learner's code on drawn inputs, inside the sandbox.

It shares its process with the code it runs, which may change every line of it. So it holds nothing worth
knowing, neither the reference nor an answer, and what it tells is a claim, compared outside with what the
reference gave in another child.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Property = Literal["contiguous", "gradient", "view"]
"""What a card can ask of code beyond its values: a contiguous result, a gradient that flows, no copy."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How code is run: the inputs of each size, and the expression whose value counts.

    Without `inputs` it runs once; without `check` the value of its last line counts.
    """

    inputs: str = ""
    sizes: Sequence[int] = ()
    check: str = ""
    must: Sequence[Property] = ()

    def program(self, *, against: str | None = None) -> str:
        """Return the harness. Its value is a list of cases; with `against` a pair: of CODE, and of that code."""
        head = (
            f"INPUTS, SIZES, CHECK = {self.inputs!r}, {list(self.sizes)!r}, {self.check!r}\n"
            f"GRADIENT, VIEW = {'gradient' in self.must}, {'view' in self.must}\n"
        )
        last = "cases(CODE)\n" if against is None else f"[caught(CODE), caught({against!r})]\n"
        return head + _PROGRAM + last


GIVEN, VALUE, AFTER, GRADIENTS, CHANGED = range(5)
"""What stands where in a case: the inputs as drawn, the value, the inputs afterwards, what flowed back to them,
and the value once more after the inputs were changed."""

_PROGRAM = """
import ast, copy, types

MODULES = {}

def draw(size):
    scope = {"torch": torch, "nn": nn, "F": F, "size": size}
    known = set(scope)
    exec(compile(INPUTS, "<inputs>", "exec"), scope)
    drawn = {name: scope[name] for name in scope if name not in known and not name.startswith("__")}
    MODULES.update({name: value for name, value in drawn.items() if isinstance(value, types.ModuleType)})
    return {name: value for name, value in drawn.items() if name not in MODULES}

DRAWN = [draw(size) for size in SIZES] if INPUTS else [{}]

def execute(code, scope):
    tree = ast.parse(code, "<snippet>")
    last = tree.body.pop() if not CHECK and tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<snippet>", "exec", dont_inherit=True), scope)
    if CHECK:
        return eval(compile(CHECK, "<check>", "eval", dont_inherit=True), scope)
    if last is not None:
        return eval(compile(ast.Expression(last.value), "<snippet>", "eval", dont_inherit=True), scope)

def kept(value):
    if isinstance(value, torch.Tensor):
        return copy.deepcopy(value.detach())
    if isinstance(value, nn.Module):
        return [kept(part) for part in value.state_dict().values()]
    if isinstance(value, dict):
        return [[key, kept(part)] for key, part in value.items()]
    return value

def floats(values):
    return [value for value in values if isinstance(value, torch.Tensor) and value.is_floating_point()]

def case(code, drawn):
    given = copy.deepcopy(drawn)
    leaves = [value.requires_grad_() for value in floats(given.values())] if GRADIENT else []
    torch.manual_seed(0)
    value = execute(code, {"__name__": "__main__", "torch": torch, "nn": nn, "F": F, **MODULES, **given})
    gradients = changed = None
    if GRADIENT:
        gradients = "none"
        if isinstance(value, torch.Tensor) and value.requires_grad:
            gradients = list(torch.autograd.grad(value.sum(), leaves, allow_unused=True, retain_graph=True))
    before = value
    if VIEW and isinstance(value, torch.Tensor):
        before = torch.empty_strided(value.size(), value.stride(), dtype=value.dtype).copy_(value.detach())
    after = [kept(one) for one in given.values()]
    if VIEW:
        with torch.no_grad():
            for one in given.values():
                if isinstance(one, torch.Tensor):
                    one.logical_not_() if one.dtype == torch.bool else one.add_(1)
        changed = value
    return [list(map(list, drawn.items())), before, after, gradients, changed]

def cases(code):
    return [case(code, drawn) for drawn in DRAWN]

def caught(code):
    try:
        return cases(code)
    except BaseException as error:
        return [type(error).__name__]

"""
