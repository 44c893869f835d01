"""YAML as plain data that remembers its lines: `parse` text into a `Marked` tree, `plain` it, ask `line_at` a path.

libyaml's events are put together here, and not by a YAML library's composer: it is 20 times as fast as a pure
Python parser (500 cards in 0.1 s), and hostile nesting, which crashes the C composer, is an error like any other.
Scalars are read by YAML 1.2's rules, as editors do: `yes` is text, and a date is text until a field wants a date.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml  # type: ignore[import-untyped]

from studybot.core.phrase import Phrase
from studybot.deck.syntax import explained

DEEPEST = 20
MOST_NODES = 100_000

Path: TypeAlias = Sequence[str | int]

_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NAMED: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


class Malformed(ValueError):
    """The text is not YAML of our sort: `line` (from 1) and what to do about it."""

    def __init__(self, line: int, message: Phrase) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Marked:
    """A scalar, a list, or a mapping, with the line it begins on (from 1)."""

    line: int
    content: "Any | list[Marked] | dict[str, Marked]" = None
    key_lines: dict[str, int] = field(default_factory=dict)
    twice: list[tuple[str, int]] = field(default_factory=list)
    """Keys that stand more than once in this mapping, with the later lines."""
    is_block: bool = False
    """Whether it is a literal block (`|`), whose first line is the line after this one."""


def parse(text: str) -> Marked | None:
    """Read one YAML document; None if there is nothing in it. Raises Malformed."""
    try:
        return _composed(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        raise Malformed(*explained(error, text.splitlines())) from error


def plain(node: Marked) -> Any:
    """Return the tree as dicts, lists and scalars."""
    if isinstance(node.content, dict):
        return {key: plain(value) for key, value in node.content.items()}
    if isinstance(node.content, list):
        return [plain(item) for item in node.content]
    return node.content


def node_at(node: Marked, path: Path) -> Marked:
    """Return the node at `path`, or the last one on the way to it that exists."""
    for step in path:
        children = node.content
        if isinstance(children, dict) and step in children:
            node = children[str(step)]
        elif isinstance(children, list) and isinstance(step, int) and step < len(children):
            node = children[step]
        else:
            break
    return node


def line_at(node: Marked, path: Path) -> int:
    """Return the line where the key or item at `path` stands, or the last one on the way to it that exists."""
    line = node.line
    for step in path:
        found = node_at(node, [step])
        if found is node:
            break
        line = node.key_lines.get(str(step), found.line)
        node = found
    return line


def repeated_keys(node: Marked) -> Iterator[tuple[str, int, int]]:
    """Yield every key that stands twice in one mapping: the key, its later line, its first line."""
    for key, line in node.twice:
        yield key, line, node.key_lines[key]
    children = node.content
    for child in children.values() if isinstance(children, dict) else children if isinstance(children, list) else ():
        yield from repeated_keys(child)


class _Open:
    """A list or mapping still being read; `key` waits for its value."""

    def __init__(self, node: Marked) -> None:
        self.node = node
        self.key: str | None = None

    def take(self, child: Marked) -> None:
        content = self.node.content
        if isinstance(content, list):
            content.append(child)
        elif self.key is None:
            self._take_key(child)
        else:
            content[self.key] = child
            self.key = None

    def _take_key(self, child: Marked) -> None:
        if not isinstance(child.content, str):
            if isinstance(child.content, dict):  # {{ n }} is a mapping as a name, to YAML
                raise Malformed(child.line, Phrase('a formula in double braces stands in quotes: "{{{{ n }}}}"'))
            raise Malformed(child.line, Phrase("a field's name must be text: put it in quotes"))
        if child.content in self.node.key_lines:
            self.node.twice.append((child.content, child.line))
        self.node.key_lines.setdefault(child.content, child.line)
        self.key = child.content


def _composed(events: Iterator[Any]) -> Marked | None:
    """Put the events together without recursion, so that depth is ours to limit."""
    top: list[Marked] = []
    stack: list[_Open] = []
    anchors: dict[str, Marked] = {}
    sizes: dict[int, int] = {}
    nodes = 0
    for event in events:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            node = _scalar(event)
        elif kind in {yaml.MappingStartEvent, yaml.SequenceStartEvent}:
            node = _collection(event)
            if len(stack) >= DEEPEST:
                told = Phrase("nested deeper than {n} levels: a deck needs no more than six", n=DEEPEST)
                raise Malformed(node.line, told)
        elif kind in {yaml.MappingEndEvent, yaml.SequenceEndEvent}:
            closed = stack.pop().node
            sizes[id(closed)] = nodes - sizes[id(closed)]
            continue
        elif kind is yaml.AliasEvent:
            node = _alias(event, anchors, [open_.node for open_ in stack])
            nodes += sizes.get(id(node), 0)
        elif kind is yaml.DocumentStartEvent and top:
            told = Phrase("a second document begins here: a deck file is one, so remove this '---'")
            raise Malformed(_line(event), told)
        else:
            continue
        nodes += 1
        if nodes > MOST_NODES:
            raise Malformed(node.line, Phrase("more than {n} values: split the file", n=MOST_NODES))
        if kind is not yaml.AliasEvent and event.anchor:
            anchors[event.anchor] = node
        (stack[-1].take if stack else top.append)(node)
        if kind in {yaml.MappingStartEvent, yaml.SequenceStartEvent}:
            sizes[id(node)] = nodes
            stack.append(_Open(node))
    return top[0] if top else None


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _alias(event: Any, anchors: dict[str, Marked], unfinished: list[Marked]) -> Marked:
    node = anchors.get(event.anchor)
    if node is None:
        told = Phrase("*{anchor} stands for nothing: define &{anchor} above, or put the text in quotes")
        raise Malformed(_line(event), told.filled(anchor=event.anchor))
    if any(node is one for one in unfinished):
        raise Malformed(_line(event), Phrase("*{anchor} stands inside itself", anchor=event.anchor))
    return node


def _collection(event: Any) -> Marked:
    _refuse_tag(event)
    return Marked(_line(event), {} if type(event) is yaml.MappingStartEvent else [])


def _scalar(event: Any) -> Marked:
    _refuse_tag(event)
    content = _resolved(event.value) if event.implicit[0] else event.value
    return Marked(_line(event), content, is_block=event.style == "|")


def _refuse_tag(event: Any) -> None:
    if event.tag is not None:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        told = Phrase("the tag {tag} has no meaning in a deck: remove it, or put the text in quotes", tag=tag)
        raise Malformed(_line(event), told)


def _resolved(text: str) -> Any:
    """Read an unquoted scalar by YAML 1.2's core schema."""
    if text in _NAMED:
        return _NAMED[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        # Python reads no more than 4,300 digits; such a number is text to us.
        return int(text) if len(text) <= 1000 else text
    if _OCTAL.fullmatch(text):
        return int(text, 8)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return text
