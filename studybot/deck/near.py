"""Near duplicates: cards that ask the same in other words, or of the same code under other names."""

import ast
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from rapidfuzz import fuzz

from studybot.core.phrase import Phrase
from studybot.deck.loader import LoadedCard

SAME_TEXT = 85
"""From here on (of 100) two questions are the same for whoever reads them."""

TELLING_TEXT, TELLING_LENGTH = 92, 60
"""A long question that is the same tells of the same card, whatever its code; "What is `y`?" does not."""

SAME_CODE, LIKE_CODE = 88, 70
"""Two questions that are the same make code that is only like it suspicious, too."""

EQUAL_TEXT, LIKE_TEXT = 98, 50


@dataclass(frozen=True, slots=True)
class Near:
    """Two cards that are nearly the same. `text` and `code` say how alike, of 100; `code` is None without code."""

    card: LoadedCard
    other: LoadedCard
    text: int
    code: int | None

    @property
    def how(self) -> Phrase:
        if self.code is None:
            return Phrase("the text is {text} % alike", text=self.text)
        if self.code == 100:
            return Phrase("the code is the same, the text {text} %", text=self.text)
        return Phrase("the code is {code} % alike, the text {text} %", code=self.code, text=self.text)

    @property
    def what(self) -> Phrase:
        other = self.other
        told = Phrase('nearly the same as "{id}" ({file}:{line}): {how}')
        return told.filled(id=other.card.id, file=other.file, line=other.line, how=self.how)

    @property
    def phrase(self) -> Phrase:
        return Phrase("{card}: {what}", card=self.card, what=self.what)

    def __str__(self) -> str:
        return str(self.phrase)


@dataclass(frozen=True, slots=True)
class _Words:
    loaded: LoadedCard
    ko: str
    en: str
    code: str


def near_to(cards: Iterable[LoadedCard], others: Iterable[LoadedCard]) -> list[Near]:
    """Return what is nearly the same among `cards`, and between them and `others`, which have other ids."""
    mine, theirs = [_words(card) for card in cards], [_words(card) for card in others]
    found = [_near(one, other) for one, other in combinations(mine, 2)]
    found += [_near(one, other) for one in mine for other in theirs if one.loaded.card.id != other.loaded.card.id]
    return sorted((near for near in found if near is not None), key=_alike, reverse=True)


@lru_cache(maxsize=4096)
def normalised(code: str) -> str:
    """Return code without its comments, its form, and the names it gives: `x = 1` is `a  =  1  # one`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
        own = set(_own_names(tree))
        return ast.unparse(_Renamed(own).visit(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return " ".join(code.split())


def _own_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(name, ctx=ast.Store()):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                yield name


class _Renamed(ast.NodeTransformer):
    """Names the code's own names in the order in which they come."""

    def __init__(self, own: set[str]) -> None:
        self._own = own
        self._names: dict[str, str] = {}

    def _name(self, name: str) -> str:
        return self._names.setdefault(name, f"v{len(self._names)}") if name in self._own else name

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._name(node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(self._name(node.arg))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self._name(node.name)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._name(node.name)
        return self.generic_visit(node)


def _words(loaded: LoadedCard) -> _Words:
    card = loaded.card
    prompt = card.question(0).prompt
    code = "\n".join(part for part in (card.snippet, getattr(card, "solution", "")) if part)
    return _Words(loaded, prompt.ko, prompt.en, normalised(code))


def _near(one: _Words, other: _Words) -> Near | None:
    text = max(fuzz.token_sort_ratio(one.en, other.en), fuzz.token_sort_ratio(one.ko, other.ko))
    if text < LIKE_TEXT:
        return None
    code = fuzz.ratio(one.code, other.code) if one.code and other.code else None
    is_long = min(len(one.en), len(other.en)) >= TELLING_LENGTH
    if not _is_alike(text, code, same=one.code == other.code) and not (is_long and text >= TELLING_TEXT):
        return None
    return Near(one.loaded, other.loaded, round(text), None if code is None else int(code))


def _is_alike(text: float, code: float | None, *, same: bool) -> bool:
    if code is None:
        return text >= SAME_TEXT
    return same or (text >= SAME_TEXT and code >= SAME_CODE) or (text >= EQUAL_TEXT and code >= LIKE_CODE)


def _alike(near: Near) -> int:
    return near.text + (near.code if near.code is not None else near.text)
