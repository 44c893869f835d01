"""What a snippet that somebody wants to see run came to: its value, its error, and the tensors it leaves behind.

`PROGRAM` runs in the sandbox in the snippet's place and tells it as plain lists, `Look` reads them. The two share a
process with the snippet there: what they tell is a claim, and good enough for the eyes of whoever wrote the snippet.
"""

from dataclasses import dataclass

from studybot.core.failures import FAILURES
from studybot.core.run import RunError
from studybot.core.show import ESCAPE_CODES
from studybot.core.value import Value

MOST_TENSORS = 12
LONGEST_NAME = 40
LONGEST_GRAD = 300
LONGEST_VALUE = 20_000
LONGEST_MESSAGE = 2_000
"""In characters: what is longer is cut."""


@dataclass(frozen=True, slots=True)
class SeenTensor:
    """A tensor as a mentor would point it out.

    `stride` is in elements, None for a tensor without strides (sparse ones). `grad` is as torch prints it.
    `shares_with` names an earlier tensor in the same storage, `made_by` the grad_fn; both may be "".
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    stride: tuple[int, ...] | None
    is_leaf: bool
    requires_grad: bool
    grad: str | None
    is_contiguous: bool
    shares_with: str
    made_by: str
    device: str


@dataclass(frozen=True, slots=True)
class Look:
    """`value` is the last expression's, as Python shows it; `count` counts the tensors, shown or not."""

    error: RunError | None = None
    value: str | None = None
    tensors: tuple[SeenTensor, ...] = ()
    count: int = 0

    @classmethod
    def read(cls, value: Value) -> "Look":
        """Read what `PROGRAM` gives. Raises ValueError for anything else."""
        match value:
            case [error, str() | None as shown, list(tensors), int(count)] if len(tensors) <= MOST_TENSORS:
                seen = tuple(map(_tensor, tensors))
                text = None if shown is None else _clean(shown, LONGEST_VALUE)
                return cls(_error(error), text, seen, max(count, len(seen)))
            case _:
                raise ValueError("that is no look at a snippet")


def _error(record: Value) -> RunError | None:
    match record:
        case None:
            return None
        case [str(name), str(message), int() | None as line]:
            return RunError(_clean(name, LONGEST_NAME), _clean(message, LONGEST_MESSAGE), line)
        case _:
            raise ValueError("that is no error")


def _tensor(record: Value) -> SeenTensor:
    match record:
        case [
            str(name),
            str(dtype),
            list(shape),
            list() | None as stride,
            bool(is_leaf),
            bool(requires_grad),
            str() | None as grad,
            bool(is_contiguous),
            str(shares_with),
            str(made_by),
            str(device),
        ]:
            return SeenTensor(
                _clean(name, LONGEST_NAME),
                _clean(dtype, LONGEST_NAME),
                _sizes(shape),
                None if stride is None else _sizes(stride),
                is_leaf,
                requires_grad,
                None if grad is None else _clean(grad, LONGEST_GRAD),
                is_contiguous,
                _clean(shares_with, LONGEST_NAME),
                _clean(made_by, LONGEST_NAME),
                _clean(device, LONGEST_NAME),
            )
        case _:
            raise ValueError("that is no tensor")


def _sizes(items: list[Value]) -> tuple[int, ...]:
    sizes = tuple(item for item in items if isinstance(item, int) and not isinstance(item, bool))
    if len(sizes) != len(items):
        raise ValueError("that is no shape")
    return sizes


def _clean(text: str, most: int) -> str:
    text = ESCAPE_CODES.sub("", text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


# What the sandbox itself tells apart (no memory, not allowed) is raised on, so that it is told apart here as well.
PROGRAM = (
    f"MOST_TENSORS, LONGEST_GRAD, LONGEST_VALUE = {MOST_TENSORS}, {LONGEST_GRAD}, {LONGEST_VALUE}\n"
    + FAILURES
    + """
import ast

SCOPE = {"__name__": "__main__", "torch": torch, "nn": nn, "F": F}
OURS = {id(value) for value in SCOPE.values()}
NAMES = {}  # by id: the names of a tensor, and itself, so that the id stays taken

def execute():
    tree = ast.parse(CODE, "<snippet>")
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<snippet>", "exec", dont_inherit=True), SCOPE)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), "<snippet>", "eval", dont_inherit=True), SCOPE)
        return value, " ".join((ast.get_source_segment(CODE, last.value) or "").split())
    return None, ""

def note(name, value, depth=2):
    if isinstance(value, torch.Tensor):
        names = NAMES.setdefault(id(value), ([], value))[0]
        if name not in names:
            names.append(name)
    elif isinstance(value, nn.Module):
        for part, parameter in (*value.named_parameters(), *value.named_buffers()):
            note(f"{name}.{part}", parameter)
    elif depth and type(value) in (list, tuple):
        for place, item in enumerate(value[:20]):
            note(f"{name}[{place}]", item, depth - 1)
    elif depth and type(value) is dict:
        for key in list(value)[:20]:
            note(f"{name}[{key!r}]", value[key], depth - 1)

def storage_of(tensor):
    try:
        return tensor.untyped_storage().data_ptr() or None
    except Exception:
        return None

def told(names, tensor, first):
    strided = tensor.layout is torch.strided and not tensor.is_nested
    grad = tensor.grad if tensor.is_leaf or tensor.retains_grad else None
    made_by = "" if tensor.grad_fn is None else tensor.grad_fn.name().rpartition("::")[2]
    return [
        " is ".join(names),
        str(tensor.dtype).removeprefix("torch."),
        list(tensor.shape),
        list(tensor.stride()) if strided else None,
        tensor.is_leaf,
        tensor.requires_grad,
        None if grad is None else repr(grad)[:LONGEST_GRAD],
        tensor.is_contiguous() if strided else True,
        first,
        made_by,
        "" if tensor.device.type == "cpu" else str(tensor.device),
    ]

def tensors():
    records, holders = [], {}
    for names, tensor in NAMES.values():
        try:
            storage = storage_of(tensor)
            record = told(names, tensor, holders.get(storage, "") if storage else "")
            holders.setdefault(storage, names[0])
            records.append(record)
        except Exception as error:
            print(f"({names[0]} cannot be shown: {type(error).__name__})")
    return records

def look():
    error, value, text = None, None, ""
    try:
        value, text = execute()
    except BaseException as raised:
        if is_the_sandboxs(raised):
            raise
        error = [type(raised).__name__, str(raised)[:2000], line_of(raised)]
    for name, held in list(SCOPE.items()):
        if not name.startswith("__") and id(held) not in OURS:
            note(name, held)
    if isinstance(value, torch.Tensor) and id(value) not in NAMES:
        note(text, value)
    records = tensors()
    shown = None if value is None else value if isinstance(value, str) and chr(10) in value else repr(value)
    return [error, shown and shown[:LONGEST_VALUE], records[:MOST_TENSORS], len(records)]

look()
"""
)
