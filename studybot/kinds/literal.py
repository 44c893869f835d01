"""Answers as people write them, read as plain data: numbers, nested lists, names, or text.

    [36, 81]    36., 81.    tensor([36., 81.])    (2, 3)    torch.Size([2, 3])    2 x 3    true    int64

all become a `Literal`; nothing is ever evaluated.
"""

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from studybot.core.value import Value

Literal: TypeAlias = "bool | int | float | str | None | list[Literal]"

LONGEST_ANSWER = 1000
MOST_ITEMS = 1000
DEEPEST = 8

_FENCE = re.compile(r"^`+(?:[a-z]*\n)?|`+$")
_PREFIX = re.compile(
    r"^(?:parameter containing:|torch\.Size|(?:shape|size)\s*[=:]?\s*(?=[\[(])|(?:dtype|shape|size)\s*[=:])\s*",
    re.IGNORECASE,
)
_WRAPPER = re.compile(r"(?:(?:torch|np|numpy)\.)?(?:tensor|size|parameter|array|list|tuple)(?=\()", re.IGNORECASE)
_TAIL = re.compile(r",?\s*(?:dtype|requires_grad|grad_fn|device|size)\s*=\s*(?:<[^>]*>|\([^)]*\)|[^,)\s]+)")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?=.*,0)(?:,\d{3})+(?:\.\d*)?", re.ASCII)
"""`1,000` as one number. `100,200` is as likely a list, and is read as one."""

_NUMBER = r"[-+]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_TOKEN = re.compile(
    rf"""\s*(?:
        (?P<quoted>'[^'\n]*'|"[^"\n]*")
      | (?P<number>{_NUMBER})(?=[xX]\s*\d|[^\w.:]|$)
      | (?P<truth>참|거짓)
      | (?P<word>[-+]?(?=[\w.:]*[A-Za-z_])\w+(?:[.:]\w+)*)
      | (?P<mark>[\[\](),;])
    )""",
    re.VERBOSE | re.ASCII,
)
_BY = re.compile(r"\s*[xX×*]\s*(?=\d)", re.ASCII)
"""Between the sizes of a shape: 2x3."""

_WORDS: dict[str, Literal] = {
    "true": True,
    "false": False,
    "none": None,
    "null": None,
    "nan": math.nan,
    "inf": math.inf,
    "infinity": math.inf,
    "-inf": -math.inf,
    "+inf": math.inf,
    "참": True,
    "거짓": False,
}
_PLAIN = (
    dict.fromkeys(map(ord, "−–—﹣"), "-")
    | dict.fromkeys(map(ord, "‘’"), "'")
    | dict.fromkeys(map(ord, "“”"), '"')
    | {ord("、"): ","}
)


@dataclass(frozen=True, slots=True)
class Written:
    """What a person wrote. `bare` means without brackets of their own: `36, 81` rather than `[36, 81]`."""

    literal: Literal
    bare: bool = False


class Unreadable(ValueError):
    """The text is no number, list, tensor, shape or name."""


def read(text: str) -> Written:
    """Read a typed answer. Raises Unreadable (which says nothing about the right answer)."""
    if len(text) > LONGEST_ANSWER:
        raise Unreadable("too long")
    tokens = list(_tokens(_tidied(text)))
    if not tokens:
        raise Unreadable("empty")
    parser = _Parser(tokens)
    items = parser.items(closing=None)
    if not items:
        raise Unreadable("empty")
    if len(items) == 1:
        bracketed = isinstance(items[0], list)
        return Written(items[0], bare=not bracketed)
    return Written(items, bare=True)


def value_of(literal: Literal) -> Value:
    """Return what was written as a plain value: every literal is one."""
    return [value_of(item) for item in literal] if isinstance(literal, list) else literal


def in_plain_marks(text: str) -> str:
    """Undo what keyboards do: full-width forms, typographic signs, Korean letters in pieces."""
    return unicodedata.normalize("NFKC", text).translate(_PLAIN)


def _tidied(text: str) -> str:
    """Undo what keyboards and copying do, down to `tensor(...)` around a list."""
    text = in_plain_marks(text).strip()
    text = _FENCE.sub("", text).strip()
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    return _WRAPPER.sub("", _TAIL.sub("", _PREFIX.sub("", text)))


def _tokens(text: str) -> Iterator[Literal]:
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise Unreadable(f"cannot read {text[position : position + 12]!r}")
        position = match.end()
        if number := match["number"]:
            yield _number(number)
            if by := _BY.match(text, position):
                position = by.end()
        elif quoted := match["quoted"]:
            yield _Name(quoted[1:-1])
        elif word := match["truth"] or match["word"]:
            yield _WORDS.get(word.lower(), _Name(word))
        else:
            yield _Mark("," if match["mark"] == ";" else match["mark"])


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


class _Mark(str):
    """A bracket or comma, kept apart from names."""

    __slots__ = ()


class _Name(str):
    """A word that is no number: a dtype, an exception, an output."""

    __slots__ = ()


class _Parser:
    def __init__(self, tokens: list[Literal]) -> None:
        self.tokens = tokens
        self.position = 0
        self.count = 0

    def items(self, closing: str | None, depth: int = 0) -> list[Literal]:
        """Read items up to `closing` (None: the end). Commas may be left out, as in `36 81`."""
        if depth > DEEPEST:
            raise Unreadable("nested too deep")
        items: list[Literal] = []
        while self.position < len(self.tokens):
            token = self.tokens[self.position]
            self.position += 1
            if not isinstance(token, _Mark):
                items.append(str(token) if isinstance(token, _Name) else token)
            elif token in "[(":
                opened = str(token)
                inner = self.items("]" if opened == "[" else ")", depth + 1)
                items.append(_unwrapped(opened, inner, comma=self.tokens[self.position - 2] == ","))
            elif token in "])":
                if token != closing:
                    raise Unreadable("a bracket does not match")
                return items
            self.count += 1
            if self.count > MOST_ITEMS:
                raise Unreadable("too many items")
        if closing is not None:
            raise Unreadable("a bracket is not closed")
        return items


def _unwrapped(opened: str, inner: list[Literal], *, comma: bool) -> Literal:
    """Read `([1, 2])` as `[1, 2]` and `(3)` as `3`, as Python does; `(3,)` stays a list of one."""
    if opened == "(" and len(inner) == 1 and not comma:
        return inner[0]
    return inner
