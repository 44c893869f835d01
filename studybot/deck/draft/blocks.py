"""A code block of a log as a program: can Python read it, and which results does the log say it has?

Nothing is run here, and nothing repaired: a broken block is told with the parser's words and its line in the log.
"""

import ast
import builtins
import io
import re
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from studybot.deck.draft.reading import CodeBlock, Place
from studybot.kinds.literal import Literal as Written
from studybot.kinds.literal import Unreadable, read

THERE_ALREADY = {"torch", "nn", "F", *dir(builtins)}
LIKE_PYTHON = 0.75
"""How alike a fence's language must be to "python" to be a slip of the keys for it."""

_LOOKS = frozenset(
    {
        *("print", "len", "type", "isinstance", "id", "list", "tuple", "str", "float", "int", "bool", "t", "view"),
        *("reshape", "sum", "mean", "max", "min", "size", "dim", "numel", "item", "tolist", "stride", "is_contiguous"),
        *(
            "data_ptr",
            "transpose",
            "permute",
            "squeeze",
            "unsqueeze",
            "long",
            "equal",
            "allclose",
            "is_tensor",
            "shape",
        ),
        *("contiguous", "flatten", "argmax", "matmul", "dot", "mm", "abs", "clone", "detach", "numpy", "format"),
    }
)
"""What can be called without anything being changed by it."""

Asks = Literal["value", "output", "exception"]

_PYTHON = {"py", "py3", "python", "python3", "ipython", "pycon"}
_CLEARLY_PYTHON = re.compile(
    r"^\s*(?:import \w+|from [\w.]+ import |def \w+\(|class \w+.*:\s*$|print\(|>>> |[\w.]+ = (?:torch|nn|F|np)\.)",
    re.MULTILINE,
)
_PREFIX = re.compile(
    r"(?:=+>|-+>|→|⇒|>>>|(?:out(?:put)?|출력(?:값)?|결과(?:값)?|result|returns?|prints?)(?:\s?\[\d+\])?\s*[:=])\s*",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(r"(?:raises?\s+)?(?:\w+\.)*([A-Z]\w*(?:Error|Exception))\b")
_DTYPE = re.compile(r"(?:torch\.)?(?:float|bfloat|int|uint|complex)\d+|torch\.(?:bool|long|float|double)")
_WRAPPED = re.compile(r"(?:(?:torch\.)?(?:tensor|Size)\s*\(|[\[(]).*[\])]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Broken:
    """A block that Python cannot read: the line in the log, and the parser's words."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a comment says comes out of the statement before it. `is_shape` is a shape beside a tensor's name."""

    text: str
    asks: Asks
    is_shape: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """A statement of a program by its place, the expression whose value is asked, and what the log says of it."""

    statement: int
    expression: str
    said: Said
    line: int


@dataclass(frozen=True, slots=True)
class Program:
    """A block that Python can read: the source of its statements without comments, and what the log says they give."""

    statements: tuple[str, ...]
    nodes: tuple[ast.stmt, ...]
    expectations: tuple[Expectation, ...]
    place: Place

    @property
    def code(self) -> str:
        return "\n".join(self.statements)

    @property
    def binds(self) -> set[str]:
        """The names this program defines, at whatever depth."""
        return {name for node in self.nodes for name in _bound(node)}

    @property
    def needs(self) -> set[str]:
        """The names it uses and neither defines nor finds there already."""
        names = (inner for node in self.nodes for inner in ast.walk(node) if isinstance(inner, ast.Name))
        return {name.id for name in names if isinstance(name.ctx, ast.Load)} - self.binds - THERE_ALREADY

    def before(self, statement: int) -> list[str]:
        """Return the statements that matter to this one: showing a value does nothing, and one that raises stops."""
        raising = {one.statement for one in self.expectations if one.said.asks == "exception"}
        pairs = enumerate(zip(self.statements[:statement], self.nodes[:statement], strict=True))
        return [source for place, (source, node) in pairs if place not in raising and not _only_shows(node)]


def program_of(block: CodeBlock) -> Program | Broken | None:
    """Read a block; None if it is no Python. A fence may lie about its language, or name none."""
    code = _without_prompts(block.code)
    is_python = _is_python(block.language, code)
    if is_python is False:
        return None
    try:
        tree = _parsed(code)
        if is_python or any(isinstance(inner, ast.Call) for inner in ast.walk(tree)):
            return _program(tree, code, block.place)
    except SyntaxError as error:
        line, words = _told(error, code)
        return Broken(block.place.line + line - 1, words) if is_python or _CLEARLY_PYTHON.search(code) else None
    except (ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return Broken(block.place.line, "Python cannot read it")
    return None  # prose can be Python by accident: `tensor[0][0] - tensor[0][1]`


def needed_before(program: Program, earlier: Sequence[Program]) -> list[str]:
    """Return the statements of the earlier programs whose names this one needs, in the log's order."""
    needed, taken = set(program.needs), list[Program]()
    for other in reversed(earlier):
        if needed & other.binds:
            needed = (needed - other.binds) | other.needs
            taken.insert(0, other)
    return [source for other in taken for source in other.before(len(other.statements))]


def _is_python(language: str, code: str) -> bool | None:
    """Tell what the fence says: Python, something else, or nothing (None)."""
    if ">>> " in code:
        return True
    name = next(iter(re.findall(r"[a-z0-9+#]+", language)), "")
    if not name:
        return None
    return name in _PYTHON or SequenceMatcher(None, name, "python").ratio() >= LIKE_PYTHON


def _without_prompts(code: str) -> str:
    """Turn an interpreter's session into a program with its outputs as comments; every line stays where it is."""
    if not re.search(r"^>>> ", code, re.MULTILINE):
        return code
    lines = [
        line[4:] if line.startswith((">>> ", "... ")) else "" if line in {">>>", "...", ""} else f"# {line}"
        for line in code.split("\n")
    ]
    return "\n".join(lines)


def _parsed(code: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def _told(error: SyntaxError, code: str) -> tuple[int, str]:
    """Return the line in the block and the parser's words: those for the broken line alone where they tell more."""
    line = error.lineno or 1
    try:
        _parsed("\n".join(code.split("\n")[:line]))
    except SyntaxError as shorter:
        if "never closed" in shorter.msg:
            return shorter.lineno or line, shorter.msg
    return line, error.msg


def _program(tree: ast.Module, code: str, place: Place) -> Program:
    comments: dict[int, tuple[int, str]] = {
        token.start[0]: (token.start[1], token.string)
        for token in tokenize.generate_tokens(io.StringIO(code).readline)
        if token.type == tokenize.COMMENT
    }
    lines = code.split("\n")
    bare = [line[: comments[row][0]].rstrip() if row in comments else line for row, line in enumerate(lines, 1)]
    full = {row for row in comments if not bare[row - 1]}
    statements = tuple(_source(node, bare, full) for node in tree.body)
    found: list[Expectation] = []
    for index, node in enumerate(tree.body):
        text, row = _comment_after(node, comments, full)
        if text and (expectation := _expectation(index, node, statements[index], text, place.line + row - 1)):
            found.append(expectation)
    return Program(statements, tuple(tree.body), tuple(found), place)


def _source(node: ast.stmt, lines: list[str], full: set[int]) -> str:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    last = node.end_lineno or node.lineno
    if not decorators and (segment := ast.get_source_segment("\n".join(lines), node)) and ";" in lines[first - 1]:
        return segment
    return "\n".join(lines[row - 1].rstrip() for row in range(first, last + 1) if row not in full)


def _comment_after(node: ast.stmt, comments: dict[int, tuple[int, str]], full: set[int]) -> tuple[str, int]:
    """Return the comment at a statement's end, or the ones on the lines right under it, and the first one's row."""
    row = node.end_lineno or node.lineno
    if row in comments:
        return comments[row][1].lstrip("# "), row
    rows: list[int] = []
    while row + len(rows) + 1 in full:
        rows.append(row + len(rows) + 1)
    return "\n".join(comments[one][1].lstrip("#").rstrip() for one in rows).strip(), row + 1


def _expectation(index: int, node: ast.stmt, source: str, text: str, line: int) -> Expectation | None:
    match node:
        case ast.Expr(ast.Call(ast.Name("print"), [argument], [])) if not isinstance(
            argument, ast.Constant | ast.JoinedStr | ast.Starred
        ):
            expression, printed = ast.get_source_segment(source, _first_argument(source)) or "", True
        case ast.Expr(ast.Call(ast.Name("print"))):
            expression, printed = "", True
        case ast.Expr(value) if not isinstance(value, ast.Constant):
            expression, printed = source, False
        case ast.Assign([ast.Name(name)], value) if not isinstance(value, ast.Constant | ast.List | ast.Tuple):
            expression, printed = name, False
        case _:
            return None
    said = _said(text, is_print=printed, has_value=bool(expression))
    return Expectation(index, expression, said, line) if said else None


def _first_argument(source: str) -> ast.expr:
    statement = _parsed(source).body[0]
    assert isinstance(statement, ast.Expr)  # noqa: S101 - for the type checker
    assert isinstance(statement.value, ast.Call)  # noqa: S101 - for the type checker
    return statement.value.args[0]


def _said(text: str, *, is_print: bool, has_value: bool) -> Said | None:
    """Read a comment as a result; None where it is a remark. The whole of several lines, or else the first alone."""
    prefix = _PREFIX.match(text)
    text = text[prefix.end() :].strip() if prefix else text
    if raised := _EXCEPTION.search(text.split("\n")[-1] if text.startswith("Traceback") else text.split("\n")[0]):
        is_name = raised.start() == 0 or prefix or text.startswith("Traceback")
        return Said(raised[1], "exception") if is_name else None
    for tried in dict.fromkeys([text, text.split("\n")[0]]):
        if _is_result(tried):
            is_shape = tried.startswith(("(", "torch.Size")) and not is_print
            return Said(" ".join(tried.split()), "value" if has_value else "output", is_shape)
    if is_print and prefix and text and "\n" not in text:
        return Said(text, "output")
    return None


def _is_result(text: str) -> bool:
    """Return whether a text is a value and no remark: a number, brackets around numbers, a dtype, True."""
    if _DTYPE.fullmatch(text):
        return True
    try:
        written = read(text)
    except Unreadable:
        return False
    if written.bare and not isinstance(written.literal, list):
        return not isinstance(written.literal, str) and len(text.split()) == 1
    return _WRAPPED.fullmatch(text) is not None and all(not isinstance(leaf, str) for leaf in _leaves(written.literal))


def _leaves(literal: Written) -> Iterator[Written]:
    if isinstance(literal, list):
        for item in literal:
            yield from _leaves(item)
    else:
        yield literal


def _bound(node: ast.stmt) -> Iterator[str]:
    for inner in ast.walk(node):
        match inner:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)):
                yield name
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield from (alias.asname or alias.name.partition(".")[0] for alias in aliases)


def _only_shows(node: ast.stmt) -> bool:
    """Return whether a statement only looks at a value: nothing after it can tell whether it ran."""
    if not isinstance(node, ast.Expr):
        return False
    for inner in ast.walk(node.value):
        if isinstance(inner, ast.Await | ast.NamedExpr | ast.Yield | ast.YieldFrom):
            return False
        if isinstance(inner, ast.Call) and _called(inner.func) not in _LOOKS:
            return False
    return True


def _called(function: ast.expr) -> str:
    match function:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
