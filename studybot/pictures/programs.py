"""The programs that look at a snippet from inside the sandbox, in its place, and tell as plain lists what to draw.

Each runs the snippet once, statement by statement, and notes the value of every part of an expression on the way.
So `x.t().stride()` shows the layout of `x.t()`, a line that raises shows what it was asked of, and nothing is
computed twice: dice fall as they fell. They share their process with the snippet: what they tell is a claim, and
is read as strictly as any value.
"""

from studybot.core.autograd import MOST_NODES
from studybot.core.layout import WINDOW


def layout_program(*, may_raise: bool) -> str:
    """Return the program that gives the layout of the last tensor, as `Layout.read` takes it."""
    return f"MAY_RAISE, WINDOW = {may_raise}, {WINDOW}\n{_LOOK}{_LAYOUT}"


def graph_program(*, may_raise: bool) -> str:
    """Return the program that gives the graph of the last tensor with a grad_fn, as `Graph.read` takes it."""
    return f"MAY_RAISE, MOST_NODES = {may_raise}, {MOST_NODES}\n{_LOOK}{_GRAPH}"


_LOOK = """
import ast

SCOPE = {"__name__": "__main__", "torch": torch, "nn": nn, "F": F}
SEEN = []  # for each statement: the text and the value of its expressions, the whole before its parts

class Watch(ast.NodeTransformer):
    def __init__(self):
        self.texts = []

    def visit(self, node):
        if isinstance(node, (ast.Lambda, ast.GeneratorExp)):
            return node  # its parts have their values later, in another statement
        watched = isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.BinOp, ast.UnaryOp, ast.Subscript))
        if not watched or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return self.generic_visit(node)
        place = len(self.texts)
        self.texts.append(" ".join((ast.get_source_segment(CODE, node) or ast.unparse(node)).split()))
        seen = ast.Call(ast.Name("__seen__", ast.Load()), [ast.Constant(place), self.generic_visit(node)], [])
        return ast.copy_location(seen, node)

def noting(values):
    def seen(place, value):
        values[place] = value
        return value
    return seen

def run():
    for statement in ast.parse(CODE, "<snippet>").body:
        values, watch, before = {}, Watch(), dict(SCOPE)
        simple = isinstance(statement, (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign)) and statement.value
        if simple:
            target = getattr(statement, "targets", [None])[0]
            statement.value = watch.visit(statement.value)
            if isinstance(target, ast.Name) and watch.texts:
                watch.texts[0] = target.id
        SCOPE["__seen__"] = noting(values)
        SEEN.append((watch.texts, values))
        module = ast.fix_missing_locations(ast.Module([statement], []))
        try:
            exec(compile(module, "<snippet>", "exec", dont_inherit=True), SCOPE)
        finally:
            if not simple:  # a loop, a with block: what it leaves behind, the latest name first
                watch.texts += [name for name in reversed(SCOPE) if SCOPE[name] is not before.get(name)]
                values.update((place, SCOPE[name]) for place, name in enumerate(watch.texts))

def caught():
    try:
        run()
    except BaseException:
        if not MAY_RAISE:
            raise

def last(fits):
    for texts, values in reversed(SEEN):
        for place in sorted(values):
            if isinstance(values[place], torch.Tensor) and fits(values[place]):
                return texts[place], values[place]
"""

_LAYOUT = """
def layout():
    found = last(lambda tensor: tensor.layout is torch.strided)
    if found is None:
        return None
    name, tensor = found[0], found[1].detach()
    storage = tensor.untyped_storage()
    count = storage.nbytes() // tensor.element_size()
    shape, stride, offset = list(tensor.shape), list(tensor.stride()), tensor.storage_offset()
    first, stop = 0, count
    if count > WINDOW:
        end = offset + sum((size - 1) * step for size, step in zip(shape, stride)) + 1
        first, stop = max(0, offset - 1), min(count, end + 1)
    size = stop - first if 0 not in shape and stop - first <= WINDOW else 0
    cells = torch.empty(0, dtype=tensor.dtype).set_(storage, first, (size,), (1,)).clone()
    return [name, str(tensor.dtype).removeprefix("torch."), shape, stride, offset, count, first, cells]

caught()
layout()
"""

_GRAPH = """
ARITHMETIC = {"add", "sub", "mul", "div", "truediv", "true_divide", "pow", "matmul"}
MOST_NOTED = 5000
MADE = {}  # by grad_fn: what went into the call that made it and needed no gradient then

def constants_of(function, args, kwargs):
    word = getattr(function, "__name__", "").strip("_")
    numbers = ARITHMETIC & {word, word[1:]}  # __radd__ and __iadd__ add, too
    kinds = (torch.Tensor, bool, int, float, complex) if numbers else torch.Tensor
    given = [value for value in (*args, *kwargs.values()) if isinstance(value, kinds)]
    return [value for value in given if not (isinstance(value, torch.Tensor) and value.requires_grad)]

class Note(torch.overrides.TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for one in result if isinstance(result, (tuple, list)) else [result]:
            made = one.grad_fn if isinstance(one, torch.Tensor) else None
            if made is not None and made not in MADE:  # `x.contiguous()` may give what was there before
                MADE[made] = constants_of(function, args, kwargs or {})
                if len(MADE) > MOST_NOTED:
                    del MADE[next(iter(MADE))]
        return result

def named():
    names = {}
    def note(name, value, depth=2):
        if isinstance(value, torch.Tensor):
            names.setdefault(id(value), name)
        elif isinstance(value, nn.Module):
            for part, parameter in (*value.named_parameters(), *value.named_buffers()):
                names.setdefault(id(parameter), f"{name}.{part}")
        elif isinstance(value, (list, tuple)) and depth:
            for place, item in enumerate(value[:20]):
                note(f"{name}[{place}]", item, depth - 1)
    for name, value in list(SCOPE.items()):
        if not name.startswith("__"):
            note(name, value)
    return names

def is_leaf(function):
    return type(function).__name__ == "AccumulateGrad"

def where_it_enters(function):  # one call may make several nodes: find the one with an input without gradient
    waiting, met = [function], set()
    while waiting:
        node = waiting.pop(0)
        if node in met:
            continue
        met.add(node)
        if any(below is None for below, _ in node.next_functions):
            return node
        waiting += [below for below, _ in node.next_functions if below not in MADE and not is_leaf(below)]
    return function

def graph():
    found = last(lambda tensor: tensor.grad_fn is not None)
    if found is None:
        return None
    names, root = named(), found[1].grad_fn
    names.setdefault(id(found[1]), found[0] if found[0].isidentifier() else "")
    holders = {}
    for texts, values in SEEN:
        for value in values.values():
            if isinstance(value, torch.Tensor) and value.grad_fn is not None and names.get(id(value)):
                holders.setdefault(value.grad_fn, names[id(value)])
    for value in [found[1], *SCOPE.values()]:
        if isinstance(value, torch.Tensor) and value.grad_fn is not None and names.get(id(value)):
            holders[value.grad_fn] = names[id(value)]
    places, nodes, edges, waiting = {root: 0}, [], [], [root]
    while waiting:
        node = waiting.pop(0)
        if is_leaf(node):
            leaf = node.variable
            nodes.append(["leaf", "", names.get(id(leaf), ""), list(leaf.shape)])
            continue
        nodes.append(["operation", node.name().rpartition("::")[2], holders.get(node, ""), None])
        for below, _ in node.next_functions:
            if below is None:
                continue
            if below not in places:
                if len(places) == MOST_NODES:
                    return MOST_NODES
                places[below] = len(places)
                waiting.append(below)
            edges.append([places[node], places[below]])
    constants = {}
    for function in [function for function in places if function in MADE]:
        for value in MADE[function]:
            if isinstance(value, torch.Tensor):
                key, record = id(value), ["constant", "", names.get(id(value), ""), list(value.shape)]
            else:
                key, record = object(), ["constant", repr(value), "", None]
            if key not in constants:
                constants[key] = len(nodes)
                nodes.append(record)
            edges.append([places[where_it_enters(function)], constants[key]])
    return [nodes, edges] if len(nodes) <= MOST_NODES else MOST_NODES

with Note():
    caught()
graph()
"""
